"""Which features of a crate a contract leaves off."""

from __future__ import annotations

import pytest

from abidance.contract.load import load_contract
from abidance.replacement.crate_features import features_left_out

pytestmark = pytest.mark.unit

MANIFEST = """\
[package]
name = "codec"
version = "0.1.0"
[features]
default = ["std"]
std = ["alloc"]
alloc = []
tables = []
files = ["tables", "dep:libc"]
"""


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        ("{cargo: crate}", ("tables", "files")),
        ("{cargo: crate, features: [files]}", ()),
        ("{cargo: crate, features: [tables], default_features: false}", ("std", "alloc", "files")),
        ("{path: lib.so}", ()),
    ],
)
def test_features_that_are_off(library, expected, tmp_path):
    (tmp_path / "crate").mkdir()
    (tmp_path / "b.h").write_text("int f(void);")
    (tmp_path / "crate/Cargo.toml").write_text(MANIFEST)
    contract = tmp_path / "c.contract.yaml"
    contract.write_text(
        f"abidance: 1\nboundary: b\nheader: b.h\nlibraries: {{rust: {library}}}\nfunctions: {{}}\n"
    )

    assert features_left_out(load_contract(contract), "rust") == expected


@pytest.mark.parametrize("text", ["", "[features\n", "features = 3\n"])
def test_a_manifest_that_tells_nothing(text, tmp_path):
    (tmp_path / "Cargo.toml").write_text(text)
    (tmp_path / "b.h").write_text("int f(void);")
    contract = tmp_path / "c.contract.yaml"
    contract.write_text(
        "abidance: 1\nboundary: b\nheader: b.h\nlibraries: {rust: {cargo: .}}\nfunctions: {f: {}}\n"
    )

    assert features_left_out(load_contract(contract), "rust") == ()
