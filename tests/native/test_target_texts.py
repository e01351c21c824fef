"""Which encodings a compiled contract checks text in, and how."""

from __future__ import annotations

import pytest

from abidance.native.target.c_text import integer, real, string, words
from abidance.native.target.tables import Tables
from abidance.native.target.texts import codec_check

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "ascii", "us-ascii", "latin-1", "cp1252", "koi8-r"])
def test_text_of_these_encodings_is_checked(encoding):
    assert codec_check(encoding) is not None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "shift_jis", "gbk", "euc-jp", "big5"])
def test_text_whose_characters_have_several_bytes_is_not(encoding):
    assert codec_check(encoding) is None


def test_a_table_says_which_bytes_are_characters():
    ascii_, latin, windows = (codec_check(name).valid for name in ("ascii", "latin-1", "cp1252"))

    assert sum(ascii_) == 128
    assert sum(latin) == 256
    assert [byte for byte in range(256) if not windows[byte]] == [0x81, 0x8D, 0x8F, 0x90, 0x9D]
    assert codec_check("latin-1").broken(Tables(), "at", "count") == "0"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "((abidance_int)0)"),
        (-1, "(-(abidance_int)1)"),
        (1 << 31, "((abidance_int)INT64_C(2147483648))"),
        (-(1 << 63), "(-(abidance_int)UINT64_C(9223372036854775808))"),
        ((1 << 64) - 1, "((abidance_int)UINT64_C(18446744073709551615))"),
        ((1 << 64) + 5, "((abidance_int)((unsigned __int128)UINT64_C(1) << 64 | UINT64_C(5)))"),
    ],
)
def test_whole_numbers_of_any_size_are_literals(number, text):
    assert integer(number) == text


def test_infinities_and_nan_need_no_header():
    assert [real(x) for x in (float("inf"), float("-inf"), 0.5)] == [
        "__builtin_inf()",
        "(-__builtin_inf())",
        "(0x1.0000000000000p-1)",
    ]
    assert "nan" in real(float("nan"))


def test_no_byte_of_a_text_means_something_else_in_c():
    assert string(b'a"\\?\n\x00\xff') == '"a\\042\\134\\077\\012\\000\\377"'
    assert words("a;b\nc") == '"a,b c"'  # what separates findings from each other stands in none
