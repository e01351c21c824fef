"""Which error is told may be left open; that there is one is not."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

pytestmark = pytest.mark.native

SOURCE = """\
#include "hex.h"
int hex_value(unsigned char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit == 'x' ? ODD : OTHER;
}
"""
CONTRACT = """\
abidance: 1
boundary: hex
header: hex.h
libraries:
  c: {path: libc.so}
  next: {path: libc.so}
functions:
  hex_value:
    params: {digit: {}}
    returns: {status: {ok: 0..15, errors: {..-1: it is none}}}
"""
LIBRARIES = {
    "c": ("-1", "-1"),
    "other_errors": ("-2", "-7"),
    "accepts": ("0", "-7"),
    "accepts_more": ("-2", "15"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("failures")
    (made / "hex.h").write_text("int hex_value(unsigned char digit);\n")
    (made / "hex.c").write_text(SOURCE)
    for name, (odd, other) in LIBRARIES.items():
        words = [
            "gcc",
            "-O1",
            "-shared",
            "-fPIC",
            f"-DODD={odd}",
            f"-DOTHER={other}",
            "hex.c",
            "-o",
            f"lib{name}.so",
        ]
        subprocess.run(words, cwd=made, check=True)
    return made


@pytest.fixture
def compared(folder, compared_with):
    """Compare another library with `c`; by exploring alone where that is said."""

    def run(next_, clause="alike: {hex_value.result: {failures: true}}", *, explored=False):
        file = folder / "hex.contract.yaml"
        file.write_text(f"{CONTRACT}equivalence:\n  {clause}\n")
        library = folder / f"lib{next_}.so"
        return compared_with(file, "next", library, "hex_value", examples=300, explored=explored)

    return run


@pytest.mark.slow
@pytest.mark.spares("ABD331")
@pytest.mark.parametrize("explored", [False, True])
def test_any_error_is_as_any_other(explored, compared):
    assert compared("other_errors", explored=explored).findings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "explored"),
    [("accepts", False), ("accepts_more", True), full("accepts", True), full("accepts_more", False)],
)
def test_what_one_refuses_and_the_other_takes_is_found(library, explored, compared):
    (found,) = compared(library, explored=explored).findings

    assert found.diagnostic.place == "hex_value:result"


@pytest.mark.slow
def test_without_it_errors_are_told_apart(compared):
    assert len(compared("other_errors", "compare: all").findings) == 1


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        ("alike: {hex_value.digit: {failures: true}}", "`hex_value.digit` is no result"),
        ("alike: {hex_none.result: {failures: true}}", "no result of `hex_none` tells of a failure"),
    ],
)
def test_it_is_about_results_that_tell_of_failures(clause, told, folder, tmp_path, capsys):
    (tmp_path / "hex.h").write_text("int hex_value(unsigned char digit);\nint hex_none(void);\n")
    file = tmp_path / "hex.contract.yaml"
    file.write_text(f"{CONTRACT}  hex_none:\nequivalence:\n  {clause}\n")

    assert main(["check", str(file)]) == 2
    assert told in capsys.readouterr().out
