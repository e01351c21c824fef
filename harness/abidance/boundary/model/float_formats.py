"""Floating-point numbers of every format as exact Python numbers, and back to bytes.

A number of a format that a `double` can hold is a float. Any other is a Fraction (`Exact`), so that nothing is
lost, and what expressions compute with it is as exact: a ``long double`` of 2**53 plus 1 is not 2**53. Infinities,
NaN and zeros are floats; NaNs have no payload here. Padding bytes, such as six of the 16 of an x87 number, are
written as zero and never read.
"""

from __future__ import annotations

import contextlib
import functools
import math
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

Real = int | float | Fraction
_DOUBLE = 1024
"""The first power of two that a double does not hold."""


class Exact(Fraction):
    """A number that no double holds. Its text is hexadecimal: decimals may need more digits than Python writes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Exact({self.numerator:#x}, {self.denominator:#x})"

    def __str__(self) -> str:
        return real_text(self)

    def __neg__(self) -> Exact:
        return Exact(-self.numerator, self.denominator)

    def __reduce__(self) -> tuple[type[Exact], tuple[int, int]]:
        return Exact, (self.numerator, self.denominator)

    def __copy__(self) -> Exact:
        return self

    def __deepcopy__(self, _memo: object) -> Exact:
        return self


class OutOfRangeError(ValueError):
    """A finite number is too large for its format."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary format (IEEE 754 3.4): `precision` bits with the leading one, exponents up to `highest`.

    With `explicit`, the leading bit is stored, as in the x87 format.
    """

    precision: int
    highest: int
    bits: int
    explicit: bool = False

    @property
    def least(self) -> int:
        """Return the exponent of the smallest subnormal number's only bit."""
        return 2 - self.highest - self.precision

    @property
    def _stored(self) -> int:
        return self.precision if self.explicit else self.precision - 1

    def encode(self, value: Real) -> int:
        """Return the bits of the nearest number, ties to even; raises OutOfRangeError."""
        sign = int(math.copysign(1.0, value) < 0) if isinstance(value, float) else int(value < 0)
        top = sign << (self.bits - 1)
        if isinstance(value, float) and not math.isfinite(value):
            leading = 1 << (self.precision - 1) if self.explicit else 0
            quiet = 1 << (self.precision - 2) if math.isnan(value) else 0
            return top | self._infinite << self._stored | leading | quiet
        exact = abs(Fraction(value))
        if not exact:
            return top
        exponent = max(_log2(exact), 1 - self.highest)
        whole = round(exact / Fraction(2) ** (exponent - self.precision + 1))
        if whole >> self.precision:
            whole, exponent = whole >> 1, exponent + 1
        if exponent > self.highest:
            raise OutOfRangeError
        normal = whole >> (self.precision - 1)
        biased = exponent + self.highest if normal else 0
        return top | biased << self._stored | (whole & ((1 << self._stored) - 1))

    def decode(self, bits: int) -> Real:
        """Return the number of these bits. x87's invalid operands are NaN (Intel SDM 1, 8.2.2)."""
        fraction = bits & ((1 << self._stored) - 1)
        biased = bits >> self._stored & self._infinite
        negative = bits >> (self.bits - 1) & 1
        leading = fraction >> (self.precision - 1) if self.explicit else int(biased > 0)
        rest = fraction & ((1 << (self.precision - 1)) - 1)
        if biased == self._infinite:
            endless = not rest and (leading or not self.explicit)
            return (-math.inf if negative else math.inf) if endless else math.nan
        if biased and not leading:
            return math.nan
        whole = leading << (self.precision - 1) | rest
        exact = whole * Fraction(2) ** (max(biased, 1) - self.highest - self.precision + 1)
        return tidy(-exact if negative else exact, negative=bool(negative), wide=self.precision > 53)

    @property
    def _infinite(self) -> int:
        return 2 * self.highest + 1

    @property
    def extremes(self) -> tuple[Fraction, Fraction, Fraction]:
        """Return the smallest positive number, the largest, and the distance from 1 to the next one."""
        epsilon = Fraction(2) ** (1 - self.precision)
        return Fraction(2) ** self.least, (2 - epsilon) * Fraction(2) ** self.highest, epsilon


@dataclass(frozen=True, slots=True)
class BinaryInteger:
    """A decimal format with a binary integer as significand (IEEE 754 3.5.2; x86-64 psABI 3.1.2)."""

    digits: int
    highest: int
    bits: int
    exponent_bits: int

    @property
    def _bias(self) -> int:
        return self.highest + self.digits - 2

    @property
    def _context(self) -> Context:
        return Context(prec=self.digits, Emin=1 - self.highest, Emax=self.highest, clamp=1, traps=[])

    def encode(self, value: Real) -> int:
        """Return the bits of the nearest number, ties to even; raises OutOfRangeError."""
        context = self._context
        if isinstance(value, float):
            made = context.create_decimal(Decimal(value))
        else:
            exact = Fraction(value)
            made = context.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        if made.is_infinite() and not (isinstance(value, float) and math.isinf(value)):
            raise OutOfRangeError
        sign, digits, exponent = made.as_tuple()
        top = sign << (self.bits - 1)
        if not isinstance(exponent, int):
            return top | (0b11110 if made.is_infinite() else 0b11111) << (self.bits - 6)
        coefficient, biased = int("".join(map(str, digits))), exponent + self._bias
        width = self.bits - 1 - self.exponent_bits
        if coefficient >> width == 0:
            return top | biased << width | coefficient
        return (
            top | 0b11 << (self.bits - 3) | biased << (width - 2) | (coefficient & ((1 << (width - 2)) - 1))
        )

    def decode(self, bits: int) -> Real:
        """Return the number of these bits; a significand that is too large is zero (IEEE 754 3.5.2)."""
        negative, width = bits >> (self.bits - 1), self.bits - 1 - self.exponent_bits
        rest = bits & ((1 << (self.bits - 1)) - 1)
        marks = rest >> (self.bits - 6)
        if marks >= 0b11110:
            return math.nan if marks == 0b11111 else -math.inf if negative else math.inf
        if rest >> (self.bits - 3) == 0b11:
            width -= 2
            coefficient = 0b100 << width | (rest & ((1 << width) - 1))
            biased = rest >> width & ((1 << self.exponent_bits) - 1)
        else:
            coefficient, biased = rest & ((1 << width) - 1), rest >> width
        if coefficient >= 10**self.digits:
            coefficient = 0
        exact = coefficient * Fraction(10) ** (biased - self._bias)
        return tidy(-exact if negative else exact, negative=bool(negative), wide=True)

    @property
    def extremes(self) -> tuple[Fraction, Fraction, Fraction]:
        """Return the smallest positive number, the largest, and the distance from 1 to the next one."""
        ten = Fraction(10)
        most = (ten**self.digits - 1) * ten ** (self.highest + 1 - self.digits)
        return ten ** (2 - self.highest - self.digits), most, ten ** (1 - self.digits)


Format = Binary | BinaryInteger
_X87, _QUAD = Binary(64, 16383, 80, explicit=True), Binary(113, 16383, 128)
_SINGLE, _DOUBLE_FORMAT, _HALF = Binary(24, 127, 32), Binary(53, 1023, 64), Binary(11, 15, 16)
_FORMATS: dict[str, Format] = {
    "float": _SINGLE,
    "double": _DOUBLE_FORMAT,
    "long double": _X87,
    "_Float16": _HALF,
    "__fp16": _HALF,
    "__bf16": Binary(8, 127, 16),
    "_Float32": _SINGLE,
    "_Float64": _DOUBLE_FORMAT,
    "_Float32x": _DOUBLE_FORMAT,
    "_Float64x": _X87,
    "__float80": _X87,
    "_Float128": _QUAD,
    "_Decimal32": BinaryInteger(7, 96, 32, 8),
    "_Decimal64": BinaryInteger(16, 384, 64, 10),
    "_Decimal128": BinaryInteger(34, 6144, 128, 14),
}


def format_of(spelling: str) -> Format | None:
    """Return the format of a floating type by its canonical spelling, as x86-64 has it; None for no such type."""
    return _FORMATS.get(spelling)


def pack_real(format_: Format, value: Real, size: int) -> bytes:
    """Return `size` bytes, little-endian, padding zero; raises OutOfRangeError."""
    return format_.encode(value).to_bytes(size, "little")


def unpack_real(format_: Format, raw: bytes) -> Real:
    """Return the number in `raw`, whatever its padding is."""
    return format_.decode(int.from_bytes(raw[: format_.bits // 8], "little"))


def nearest(format_: Format, value: Real) -> Real:
    """Return the number that the format holds for `value`: infinite when that is too large."""
    try:
        return format_.decode(format_.encode(value))
    except OutOfRangeError:
        return math.inf if value > 0 else -math.inf


def following(format_: Format, value: Real, towards: float) -> Real:
    """Return the next number of the format in a direction; infinities and NaN stay."""
    if isinstance(value, float) and not math.isfinite(value):
        return value
    tiny, _, epsilon = format_.extremes
    exact = Fraction(value)
    up = towards > value
    # Doubled from less than half a step, so that the first to be rounded away is the neighbour.
    step = max(abs(exact) * epsilon, tiny) * Fraction(3, 64)
    for times in (1, 2, 4, 8, 16):
        found = nearest(format_, exact + step * times if up else exact - step * times)
        if found != value:
            return found
    return value


def written_real(text: str, value: Real) -> Real:
    """Return the number that a text is: decimals are read exactly. `value` is what an expression makes of it."""
    with contextlib.suppress(InvalidOperation):
        written = Decimal(text.strip())
        # Beyond every format, and a Fraction of it could fill the memory.
        if written.is_finite() and abs(written.adjusted()) < 20_000 and (written or value != 0):
            return Fraction(written)
    return value


def tidy(exact: Fraction, *, negative: bool, wide: bool) -> Real:
    """Return an exact number as it is when its format is `wide`, else as the float that it is."""
    if not exact:
        return -0.0 if negative else 0.0
    return Exact(exact) if wide else float(exact)


def as_double(exact: Fraction) -> float | None:
    """Return the float that equals a fraction, if there is one."""
    # Checked first, since only powers of two fit a denominator, and float() of a huge number overflows.
    if exact.denominator & (exact.denominator - 1) or (exact and _log2(abs(exact)) >= _DOUBLE):
        return None
    close = float(exact)
    return close if Fraction(close) == exact else None


def real_text(value: Real, *, decimal: bool = False) -> str:
    """Return an exact number in the notation of C, hexadecimal where decimals would not do (C11 6.4.4.2)."""
    if not isinstance(value, Fraction):
        return repr(float(value))
    close = as_double(value)
    if close is not None and not decimal:
        return repr(close)
    if decimal or value.denominator & (value.denominator - 1):
        made = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(_WIDE)
        return f"{made:e}"
    whole, shift = abs(value.numerator), value.denominator.bit_length() - 1
    low = (whole & -whole).bit_length() - 1
    whole, exponent = whole >> low, low - shift
    digits = whole.bit_length() - 1
    pad = -digits % 4
    behind = (whole << pad) & ((1 << (digits + pad)) - 1)
    point = f".{behind:0{(digits + pad) // 4}x}" if digits else ""
    return f"{'-' if value < 0 else ''}0x1{point}p{exponent + digits:+d}"


_WIDE = Context(prec=40, Emin=-7000, Emax=7000)


@functools.lru_cache(256)
def _log2(exact: Fraction) -> int:
    """Return the exponent of the leading bit of a positive number."""
    guess = exact.numerator.bit_length() - exact.denominator.bit_length()
    return guess if exact >= Fraction(2) ** guess else guess - 1
