"""What a function's code compares with is read out of it, and nothing breaks where that cannot be done."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from abidance.toolchain.comparisons import Comparisons
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


WRITTEN_OUT = """\
#include <stddef.h>
#include <stdint.h>
#include <string.h>
typedef const unsigned char *bytes;
int word(bytes p, size_t n) { return n >= 4 && memcmp(p, "RIFF", 4) == 0; }
int odd(bytes p, size_t n) { return n >= 7 && memcmp(p, "ABCDEFG", 7) == 0; }
int eight(bytes p, size_t n) { return n >= 8 && memcmp(p, "\\x89PNG\\r\\n\\x1a\\n", 8) == 0; }
int sixteen(bytes p, size_t n) { return n >= 16 && memcmp(p, "0123456789abcdef", 16) == 0; }
int more(bytes p, size_t n) { return n >= 32 && memcmp(p, "0123456789abcdef0123456789ABCDEF", 32) == 0; }
int apart(bytes p, size_t n) { return n >= 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WAVE", 4) == 0; }
int single(bytes p, size_t n) { return n >= 3 && p[0] == 'x' && p[1] == 'y' && p[2] == 'z'; }
int folded(bytes p, size_t n) { return n >= 3 && (p[0] | 32) == 'h' && (p[1] | 32) == 't' && (p[2] | 32) == 'q'; }
int big(bytes p, size_t n) {
    return n >= 4 && ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]) == 0x7f454c46;
}
int range(int c) { return c >= 1000 && c <= 1040; }
int set(int c) { return c == ' ' || c == '\\t' || c == '\\n' || c == '=' || c == ';' || c == '&'; }
int given(bytes p, size_t n, int (*is)(bytes, const char *, size_t)) { return n >= 5 && is(p, "qwert\\1", 6); }
unsigned hash(unsigned x) { return (x ^ 0x12345678) * 0x9e3779b1u; }
"""
TEXTS = {
    "word": b"RIFF",
    "odd": b"ABCDEFG",
    "eight": b"\x89PNG\r\n\x1a\n",
    "sixteen": b"0123456789abcdef",
    "more": b"0123456789abcdef0123456789ABCDEF",
    "apart": b"RIFF\0\0\0\0WAVE",
    "single": b"xyz",
    "big": b"\x7fELF",
    "given": b"qwert\1",
}


@pytest.fixture(scope="module", params=["gcc", pytest.param("clang", marks=pytest.mark.full)])
def written_out(request, tmp_path_factory):
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp("written")
    (folder / "code.c").write_text(WRITTEN_OUT)
    made = folder / "libcode.so"
    subprocess.run([request.param, "-O2", "-shared", "-fPIC", folder / "code.c", "-o", made], check=True)
    return made


@pytest.mark.parametrize("function", TEXTS)
def test_texts_whose_comparison_is_written_out_are_put_together(function, written_out):
    assert TEXTS[function] in code_words(written_out, function).texts


def test_letters_of_either_case_are_one_text(written_out):
    assert {text.lower() for text in code_words(written_out, "folded").texts} == {b"htq"}


def test_ends_of_ranges_and_members_of_sets_are_found(written_out):
    words = code_words(written_out, "range")

    assert near(words, 1000)
    assert near(words, 1040)
    assert {ord(c) for c in "\t\n &;="} <= {*code_words(written_out, "set").numbers}


OF_AARCH64 = {
    b"ABCDEFG": """
        ldr w8, [x0]
        mov w10, #0x4241
        ldur w9, [x0, #3]
        mov w11, #0x4544
        movk w10, #0x4443, lsl #16
        movk w11, #0x4746, lsl #16
        eor w8, w8, w10
        eor w9, w9, w11
    """,
    b"01234567abcdefgh": """
        ldp x8, x9, [x1, #16]
        mov x10, #0x3130
        movk x10, #0x3332, lsl #16
        movk x10, #0x3534, lsl #32
        movk x10, #0x3736, lsl #48
        mov x11, #0x6261
        movk x11, #0x6463, lsl #16
        movk x11, #0x6665, lsl #32
        movk x11, #0x6867, lsl #48
        cmp x8, x10
        ccmp x9, x11, #0, eq
    """,
    b"\x7fELF": """
        ldr w8, [x0]
        rev w8, w8
        mov w9, #0x4c46
        movk w9, #0x7f45, lsl #16
        cmp w8, w9
    """,
}


@pytest.mark.unit
@pytest.mark.parametrize("text", OF_AARCH64, ids=repr)
def test_comparisons_of_aarch64_are_read_as_capstone_writes_them(text):
    found = Comparisons("aarch64", lambda *_: None)
    for line in OF_AARCH64[text].split("\n"):
        mnemonic, _, operands = line.strip().partition(" ")
        if mnemonic:
            found.read(mnemonic, operands, 0)
    found.end()

    assert text in found.texts


def test_numbers_that_are_only_computed_with_are_no_texts(written_out):
    assert code_words(written_out, "hash").texts == ()
