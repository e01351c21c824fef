"""When two values of one place count as the same: exactly, within a tolerance, in any order, or by their form."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.float_formats import Binary, Real
from abidance.contract.language.regexes import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import ScalarShape
    from abidance.contract.model.equivalence import Equivalence

_SINGLE, _DOUBLE = Binary(24, 127, 32), Binary(53, 1023, 64)


@dataclass(frozen=True, slots=True)
class Sameness:
    """What counts as the same at a place, and in all that lies in it; `below` says otherwise for some paths.

    With no tolerance numbers are told apart as bits are, NaNs aside; with `integers`, it is for whole numbers, bytes
    among them, as well. `relative` is a part of the larger number, `ulps`
    counts in units in the last place of the larger one. With several, one that is met is enough. Texts of the form that
    `like` gives are the same; those of another are told apart from them, and from each other.
    """

    relative: float | None = None
    absolute: float | None = None
    ulps: int | None = None
    integers: bool = False
    unordered: bool = False
    like: str | None = None
    failures: bool = False
    """Whether results that tell of failures are the same, whichever they are."""
    anywhere: bool = False
    """Whether pointers are the same wherever they lead, if the same is there."""
    handles: bool = False
    """Whether handles that are numbers are the same where the same calls left them: numbers as such are any."""
    below: Mapping[str, Sameness] = field(default_factory=dict)

    def at(self, path: str) -> Sameness:
        """Return what counts as the same at a path."""
        found = self.below.get(path)
        return self if found is None else replace(found, below=self.below)

    @property
    def is_tolerant(self) -> bool:
        """Tell whether numbers are compared by their values at all."""
        return self.relative is not None or self.absolute is not None or self.ulps is not None

    def whole_numbers(self, one: object, other: object) -> bool:
        """Tell whether two whole numbers are the same."""
        if one == other or not isinstance(one, int) or not isinstance(other, int):
            return one == other
        return self._near(Fraction(one), Fraction(other))

    def texts(self, one: bytes, other: bytes, codec: str) -> bool:
        """Tell whether two texts are the same by their form, where there is one."""
        if self.like is None:
            return False
        form = regex(self.like)
        try:
            return all(form.matches(each.decode(codec)) for each in (one, other))
        except UnicodeDecodeError:
            return False

    def numbers(self, shape: ScalarShape, one: object, other: object) -> bool:
        """Tell whether two floating-point numbers are one.

        NaN is NaN whatever its payload, and -0.0 is not 0.0, for 1/x tells them apart. With a tolerance, even of none,
        numbers are compared by their values.
        """
        if not isinstance(one, Real) or not isinstance(other, Real):
            return bool(one == other)
        if one != one or other != other:  # noqa: PLR0124 - the definition of NaN
            return one != one and other != other  # noqa: PLR0124
        if one == other:
            return self.is_tolerant or one != 0 or math.copysign(1, one) == math.copysign(1, other)
        if not self.is_tolerant or math.inf in (one, other) or -math.inf in (one, other):
            return False
        a, b = Fraction(one), Fraction(other)  # a `long double` may be beyond every double
        return self._near(a, b) or (self.ulps is not None and abs(a - b) <= self.ulps * _ulp(shape, a, b))

    def _near(self, one: Fraction, other: Fraction) -> bool:
        apart = abs(one - other)
        if self.absolute is not None and apart <= Fraction(self.absolute):
            return True
        return self.relative is not None and apart <= Fraction(self.relative) * max(abs(one), abs(other))


SAME = Sameness()


def sameness(equivalence: Equivalence | None, function: str) -> Sameness:
    """Return what counts as the same in the answers of a function, as the contract's `equivalence` says."""
    if equivalence is None:
        return Sameness(handles=True)
    whole, below = Sameness(relative=equivalence.tolerance, handles=True), {}
    for place, each in equivalence.alike.items():
        name, _, path = place.text.partition(".")
        if name == function:
            below[path] = Sameness(
                each.relative,
                each.absolute,
                each.ulps,
                each.ulps is None and each.like is None,
                bool(each.unordered),
                each.like.text if each.like is not None else None,
                bool(each.failures),
                bool(each.anywhere),
                handles=True,
            )
    return replace(below.pop("", whole), below=below)


def _ulp(shape: ScalarShape, one: Fraction, other: Fraction) -> Fraction:
    """Return the unit in the last place of the larger of two numbers, in its format."""
    largest = max(abs(one), abs(other))
    format_ = shape.format if isinstance(shape.format, Binary) else _SINGLE if shape.size == 4 else _DOUBLE
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length()
    if Fraction(2) ** exponent > largest:
        exponent -= 1
    return Fraction(2) ** max(exponent - format_.precision + 1, format_.least)
