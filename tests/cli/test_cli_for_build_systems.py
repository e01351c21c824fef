"""What build systems ask for: the functions of a contract, and where the parts for them lie."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

CONTRACT = """\
abidance: 1
boundary: codec
header: codec.h
{libraries}
handles: {{codec: {{create: codec_new, destroy: codec_free}}}}
functions:
  codec_new: {{returns: {{handle: codec}}}}
  codec_free: {{params: {{c: {{handle: codec}}}}}}
  codec_level: {{params: {{c: {{handle: codec}}}}}}
laws:
  levels_agree: {{given: {{c: codec}}, steps: [a = codec_level(c)], ensures: [a.result == a.result]}}
"""
NAMES = ["codec_codec", "codec_new", "codec_free", "codec_level", "codec", "levels_agree"]


@pytest.fixture
def listed(run, tmp_path):
    def call(*words, libraries="", code=0):
        text = CONTRACT.format(libraries=libraries).replace("boundary: codec", "boundary: codec_codec")
        (tmp_path / "codec.contract.yaml").write_text(text)
        (tmp_path / "codec.h").write_text("#error listing reads no header\n")
        ran = run("run", "--list", "codec.contract.yaml", *words)
        assert ran.code == code, ran.err
        return ran.out.splitlines() if code == 0 else ran.err

    return call


@pytest.mark.parametrize("libraries", ["", "libraries: {c: {path: missing.so}}"])
def test_everything_that_a_test_can_be_made_of_is_listed_the_boundary_first(listed, libraries):
    assert listed(libraries=libraries) == NAMES


def test_each_name_is_one_that_can_be_chosen(listed):
    for name in NAMES:
        assert listed("--function", name) == [name]
    assert listed("--phase", "header") == NAMES[1:4]


def test_a_contract_that_cannot_be_read_is_no_empty_list(listed, run, tmp_path):
    assert "unknown key `librarys`" in listed(libraries="librarys: {}", code=2)
    assert listed("--function", "nothing", code=5) == ""


@pytest.mark.parametrize(
    ("option", "file"),
    [
        ("--cmake-dir", "abidance-config.cmake"),
        ("--meson-dir", "meson.build"),
        ("--bazel-dir", "defs.bzl"),
        ("--cargo-dir", "Cargo.toml"),
    ],
)
def test_the_part_for_a_build_system_is_where_its_option_says(run, option, file):
    assert (Path(run(option).out.strip()) / file).is_file()
