"""What a function's code compares with is read out of it, and nothing breaks where that cannot be done."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from abidance.toolchain.machine_code import NOTHING, code_words

SOURCE = """\
#include <string.h>
static __attribute__((noinline)) int inner(int x) { return x == 31337 ? 5 : x + 1; }
int limit(int x) { return x > 4242; }
int below(long x) { return x < -77; }
int nested(int x) { return inner(x) * 3; }
int named(const char *name) { return strcmp(name, "gateway") == 0; }
int plain(int x) { return x; }
int data = 99;
"""


@pytest.fixture(scope="module", params=["-O2", "-O0"])
def library(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("code")
    (folder / "code.c").write_text(SOURCE)
    made = folder / "libcode.so"
    subprocess.run(
        ["gcc", request.param, "-fno-builtin", "-shared", "-fPIC", folder / "code.c", "-o", made], check=True
    )
    return made


def near(words, number):
    """Compilers write `x > 4242` as `x >= 4243` when they like."""
    signed = {each - (1 << bits) for each in words.numbers for bits in (32, 64)} | set(words.numbers)
    return bool(signed & {number - 1, number, number + 1})


def test_numbers_that_are_compared_with_are_found(library):
    assert near(code_words(library, "limit"), 4242)
    assert near(code_words(library, "below"), -77)


def test_functions_that_are_called_are_read_too(library):
    assert near(code_words(library, "nested"), 31337)


def test_texts_that_are_compared_with_are_found(library):
    assert b"gateway" in code_words(library, "named").texts


def test_each_function_has_its_own(library):
    words = code_words(library, "limit")

    assert not near(words, 31337)
    assert words.texts == ()


@pytest.mark.parametrize("symbol", ["data", "missing", "inner"])
def test_what_is_no_exported_function_has_none(library, symbol):
    assert code_words(library, symbol) == NOTHING


def test_what_is_no_library_has_none(tmp_path):
    damaged = tmp_path / "libdamaged.so"
    damaged.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(60))

    assert code_words(damaged, "limit") == NOTHING
    assert code_words(tmp_path / "missing.so", "limit") == NOTHING


def test_the_code_of_another_machine_is_read_as_such(tmp_path, library):
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    made = tmp_path / "libarm.so"
    command = ["clang", "--target=aarch64-linux-gnu", "-O2", "-nostdlib", "-shared", "-fPIC", "-fuse-ld=lld"]
    source = tmp_path / "arm.c"
    source.write_text("int limit(int x) { return x > 4000; }\n")
    ran = subprocess.run([*command, source, "-o", made], capture_output=True, check=False)
    if ran.returncode != 0:
        pytest.skip("no linker for aarch64 here")

    assert near(code_words(made, "limit"), 4000)
