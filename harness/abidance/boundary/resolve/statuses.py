"""`status:`: which of a function's results mean success, and which failure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.ranges import Ranges
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.types import ScalarShape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.language.statuses import StatusValue
    from abidance.contract.model.returns import LastError, Status
    from abidance.core.span import Span

_Range = tuple[int, int]


class Statuses:
    """Reads the statuses of one function, whose result has a shape; complaints go to `problems`."""

    def __init__(self, shape: ScalarShape, constants: Mapping[str, int], problems: Problems) -> None:
        self._shape = shape
        self._constants = constants
        self._problems = problems

    def of(self, status: Status | LastError) -> tuple[Ranges, ScalarShape]:
        """Return the results that mean success, and the shape of all that may come back."""
        names: dict[int, str] = {}
        ok = self._named({value.text: self._success(value) for value in status.ok}, names)
        failed = self._named({name.text: self._failure(name) for name in status.errors}, names)
        every = (*ok, *failed)
        shape = replace(
            self._shape,
            members=tuple(low for low, high in dict.fromkeys(every) if low == high),
            ranges=Ranges(tuple(each for each in dict.fromkeys(every) if each[0] != each[1])),
            names={**(self._shape.names or {}), **names},
            closed=True,
        )
        return Ranges(tuple(dict.fromkeys(ok))), shape

    def numbers(self, written: Iterable[StatusValue]) -> Ranges:
        """Return numbers that the contract lists, or gives ranges of."""
        found = (self._success(value) for value in written)
        return Ranges(tuple(dict.fromkeys(each for each in found if each is not None)))

    def _named(self, found: Mapping[str, _Range | None], names: dict[int, str]) -> list[_Range]:
        """Return those ranges that were understood; single numbers are spelt as the contract has them."""
        known = [(text, each) for text, each in found.items() if each is not None]
        names.update({low: text for text, (low, high) in known if low == high})
        return [each for _, each in known]

    def _success(self, value: StatusValue) -> _Range | None:
        ends: list[float | None] = []
        for end in (value.least,) if value.least is value.most else (value.least, value.most):
            number = None if end is None else self._problems.constant(end, self._constants)
            if end is not None and number is None:
                return None
            ends.append(number)
        return self._range(ends[0], ends[-1], value.text, value.span)

    def _failure(self, name: Name) -> _Range | None:
        first, between, last = name.text.partition("..")
        ends: list[int | None] = []
        for text in (first, last) if between else (first,):
            number = whole_number(text, self._constants) if text else None
            if text and number is None:
                known: dict[str, Span | None] = dict.fromkeys(self._constants)
                self._problems.unknown("status", text.removeprefix("-"), name.span, known, "the header")
                return None
            ends.append(number)
        return self._range(ends[0], ends[-1], name.text, name.span)

    def _range(self, least: float | None, most: float | None, text: str, span: Span) -> _Range | None:
        low = self._converted(self._shape.lowest if least is None else least)
        high = self._converted(self._shape.highest if most is None else most)
        if low > high:
            limits = f"{int(self._shape.lowest)} to {int(self._shape.highest)}"
            message = f"the range `{text}` is empty: a `{self._shape.spelling}` is from {limits}"
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),)))
            return None
        return low, high

    def _converted(self, number: float) -> int:
        """Return a number as the result's type has it: -1 is the largest of an unsigned one (C11 6.3.1.3)."""
        whole = int(number)
        return whole if self._shape.signed or whole >= 0 else whole + (1 << 8 * self._shape.size)


def whole_number(text: str, constants: Mapping[str, object]) -> int | None:
    """Return what a key such as `-110`, `0x1f`, `LATE` or `-ETIMEDOUT` stands for; None for no whole number."""
    constant = constants.get(text.removeprefix("-"))
    if isinstance(constant, int):
        return -constant if text.startswith("-") else int(constant)
    try:
        return int(text, 0)
    except ValueError:
        return None
