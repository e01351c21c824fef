"""What Rust code compares with is tried as what C code compares with is, though its texts end without a NUL."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.full
CONTRACT = """\
abidance: 1
boundary: parsers
header: parsers.h
libraries: {sound: {path: libsound.so}, near: {path: libnear.so}, wrong: {path: libwrong.so}}
functions:
  pr_packet: {params: {p: {in: bytes, length: n}}}
  pr_level:
    params: {text: {in: string}}
    ensures: [result == -1 or result > 0]
    examples: [{text: "level=7", returns: 7}]
"""
HEADER = """\
#include <stddef.h>
#include <stdint.h>
int32_t pr_packet(const uint8_t *p, size_t n);
int32_t pr_level(const char *text);
"""
DEFECTS = {"pr_packet": "ABD312", "pr_level": "ABD321"}


@pytest.fixture(scope="module")
def rust(judge, tmp_path_factory):
    if not shutil.which("rustc"):
        pytest.skip("rustc is not installed")
    folder = tmp_path_factory.mktemp("rust")
    (folder / "parsers.h").write_text(HEADER)
    (folder / "parsers.contract.yaml").write_text(CONTRACT)
    source = Path(__file__).with_name("parsers.rs")
    for variant in ("sound", "near", "wrong"):
        command = ["rustc", "-O", "-g", "--crate-type=cdylib", "--cfg", variant, "-Aunexpected_cfgs"]
        subprocess.run([*command, source, "-o", folder / f"lib{variant}.so"], check=True, capture_output=True)
    judge_of_rust = type(judge)(folder, tmp_path_factory.mktemp("roots"))
    with judge_of_rust.session:
        yield judge_of_rust


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("function", DEFECTS)
def test_what_is_nearly_valid_is_found(function, seed, rust):
    found, reasons = rust("parsers", function, "wrong", seed=seed)

    assert [finding.diagnostic.code.id for finding in found] == [DEFECTS[function]]
    assert reasons == []


@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("function", DEFECTS)
def test_what_is_refused_or_read_rightly_is_no_finding(function, library, rust):
    assert rust("parsers", function, library, seed=1) == ([], [])
