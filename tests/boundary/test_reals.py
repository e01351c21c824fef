"""Floating-point numbers of every format are the numbers that the compiler says they are, to the last bit."""

from __future__ import annotations

import copy
import math
import pickle
import random
import struct
import subprocess
from fractions import Fraction

import pytest

from abidance.boundary.model.float_formats import (
    Exact,
    OutOfRangeError,
    following,
    format_of,
    nearest,
    pack_real,
    real_text,
    unpack_real,
)
from abidance.boundary.model.values_json import from_json, to_json

pytestmark = pytest.mark.unit

WIDE = ("long double", "_Float128", "_Decimal32", "_Decimal64", "_Decimal128", "_Float16", "__bf16")
# Reads a letter and 16 bytes a line, and prints the number in hexadecimal.
PRINTER = r"""
#include <stdio.h>
#include <string.h>
#define SHOW(letter, type) if (kind == letter) { type x; memcpy(&x, raw, sizeof x); printf("%La\n", (long double)x); }
int main(void)
{
    char kind;
    while (scanf(" %c", &kind) == 1) {
        unsigned char raw[16];
        for (int i = 0; i < 16; i++)
            scanf("%2hhx", &raw[i]);
        SHOW('l', long double) SHOW('q', __float128) SHOW('e', _Decimal32) SHOW('d', _Decimal64) SHOW('D', _Decimal128)
    }
}
"""
LETTERS = {"long double": "l", "_Float128": "q", "_Decimal32": "e", "_Decimal64": "d", "_Decimal128": "D"}
NUMBERS = [
    0.0, -0.0, 1.0, 0.1, -2.5, 1e30, 1e-30, 12345678.0, math.inf, -math.inf, math.nan,
    Fraction(1, 3), Fraction(2) ** 16000, Fraction(2) ** -16400, Fraction(2) ** -16445, 1 + Fraction(1, 2**63),
]  # fmt: skip


def same(one, other):
    return one == other or (math.isnan(one) and math.isnan(other))


def from_hex(text):
    """Return what `%La` printed, exactly."""
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("-")
    if text in ("inf", "nan"):
        return sign * math.inf if text == "inf" else math.nan
    digits, exponent = text.removeprefix("0x").split("p")
    whole, _, behind = digits.partition(".")
    return sign * Fraction(int(whole + behind, 16), 16 ** len(behind)) * Fraction(2) ** int(exponent)


@pytest.mark.parametrize(("name", "letter"), [("float", "<f"), ("double", "<d"), ("_Float16", "<e")])
def test_narrow_formats_agree_with_python(name, letter):
    choose, format_ = random.Random(1), format_of(name)  # noqa: S311 - no secret
    for _ in range(5000):
        raw = choose.randbytes(struct.calcsize(letter))
        (wanted,) = struct.unpack(letter, raw)
        assert same(unpack_real(format_, raw), wanted)
        if not math.isnan(wanted):  # its payload is not kept
            assert pack_real(format_, wanted, len(raw)) == raw


@pytest.mark.native
def test_wide_formats_agree_with_gcc(tmp_path):
    (tmp_path / "printer.c").write_text(PRINTER)
    subprocess.run(["gcc", "-w", "-o", "printer", "printer.c"], cwd=tmp_path, check=True)
    choose, lines, numbers = random.Random(2), [], []  # noqa: S311 - no secret
    for name, letter in LETTERS.items():
        more = [Fraction(choose.randrange(-(10**18), 10**18), 10 ** choose.randrange(30)) for _ in range(200)]
        for number in (*NUMBERS, *more):
            try:
                raw = pack_real(format_of(name), number, 16)
            except OutOfRangeError:
                continue
            lines.append(f"{letter} {raw.hex()}")
            numbers.append(unpack_real(format_of(name), raw))
    done = subprocess.run(
        [tmp_path / "printer"], input="\n".join(lines), capture_output=True, text=True, check=True
    )

    printed = done.stdout.split()
    assert len(printed) == len(numbers) > 1000
    for text, number in zip(printed, numbers, strict=True):
        # What gcc prints went through a long double.
        assert same(from_hex(text), nearest(format_of("long double"), number))


@pytest.mark.parametrize("name", WIDE)
def test_what_is_packed_is_the_nearest_number_and_stays_itself(name):
    choose, format_ = random.Random(3), format_of(name)  # noqa: S311 - no secret
    size = format_.bits // 8
    for _ in range(500):
        number = Fraction(choose.randrange(-(10**12), 10**12), 10 ** choose.randrange(20)) / 10**9
        close = nearest(format_, number)
        below, above = following(format_, close, -math.inf), following(format_, close, math.inf)
        assert below < close < above
        assert abs(number - Fraction(close)) <= min(
            abs(number - Fraction(below)), abs(number - Fraction(above))
        )
        assert unpack_real(format_, pack_real(format_, close, size)) == close


@pytest.mark.parametrize("name", WIDE)
def test_ends_of_a_format(name):
    format_ = format_of(name)
    tiny, most, epsilon = format_.extremes

    assert following(format_, 0.0, math.inf) == tiny
    assert following(format_, nearest(format_, tiny), -math.inf) == 0
    assert following(format_, 1.0, math.inf) == 1 + epsilon
    assert following(format_, nearest(format_, most), math.inf) == math.inf
    with pytest.raises(OutOfRangeError):
        pack_real(format_, most * 2, 16)


def test_invalid_x87_operands_are_nan_and_padding_is_not_read():
    extended = format_of("long double")

    assert math.isnan(unpack_real(extended, (0x3FFF << 64 | 1).to_bytes(16, "little")))  # an unnormal
    assert unpack_real(extended, (0xABCDEF << 80 | 0x3FFF << 64 | 1 << 63).to_bytes(16, "little")) == 1


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1 + Fraction(1, 2**63), "0x1.0000000000000002p+0"),
        (-(Fraction(2) ** 16383), "-0x1p+16383"),
        (Fraction(1, 2**16445), "0x1p-16445"),
        (Fraction(9, 4), "2.25"),
        (0.5, "0.5"),
    ],
)
def test_numbers_are_shown_as_c_writes_them(number, text):
    assert real_text(number) == text


def test_a_decimal_is_shown_in_decimals():
    assert real_text(Fraction(1, 10), decimal=True) == "1e-1"


def test_an_exact_number_survives_what_python_cannot_write_in_decimals():
    number = nearest(format_of("long double"), Fraction(2) ** -16445)

    assert isinstance(number, Exact)
    assert repr(number).startswith("Exact(0x1, 0x2")
    assert pickle.loads(pickle.dumps(number)) == copy.deepcopy(number) == number  # noqa: S301 - its own
    assert from_json(to_json(number)) == number


def test_arithmetic_on_wide_numbers_is_exact():
    large = nearest(format_of("long double"), 2**53)

    assert isinstance(large, Exact)
    assert large + 1 != large
    assert isinstance(nearest(format_of("_Float16"), 0.1), float)
