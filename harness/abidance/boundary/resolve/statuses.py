"""`status:`: which of a function's results mean success, and which failure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.status_bounds import StatusBounds, returning
from abidance.core.catalogue import MISSING_KEY, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from abidance.boundary.model.status_bounds import End
    from abidance.boundary.model.types import ScalarShape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.language.statuses import StatusName, StatusValue
    from abidance.contract.model.returns import LastError, Status
    from abidance.core.span import Span

_Range = tuple[int, int]


class KnownStatus(NamedTuple):
    """What a status says of a result: what means success, the shape of all that may come back, and where these depend.

    Where they depend on the arguments of a call, by `bounds`, the first two are the widest.
    """

    ok: Ranges
    shape: ScalarShape
    bounds: StatusBounds | None


class Statuses:
    """Reads the statuses of one function, whose result has a shape; complaints go to `problems`.

    Ends of ranges may name `parameters`, by the names that expressions use.
    """

    def __init__(
        self,
        shape: ScalarShape,
        constants: Mapping[str, int],
        problems: Problems,
        parameters: Collection[str] = (),
    ) -> None:
        self._shape = shape
        self._constants = constants
        self._problems = problems
        self._parameters = frozenset(parameters)

    def of(self, status: Status | LastError) -> KnownStatus:
        """Return what the contract says of a result."""
        names: dict[int, str] = {}
        ok = self._named({value.text: self._bounds(value) for value in status.ok}, names)
        failed = self._named({name.text: self._bounds(name) for name in status.errors}, names)
        bounds = StatusBounds(tuple(dict.fromkeys(ok)), tuple(dict.fromkeys(failed)))
        good, bad = bounds.widest(self._shape)
        shape = returning(self._shape, good, bad)
        fixed = all(isinstance(end, int) for each in (*ok, *failed) for end in each)
        shape = replace(shape, names={**(self._shape.names or {}), **names})
        return KnownStatus(good, shape, None if fixed else bounds)

    def of_number(self, status: Status) -> KnownStatus:
        """Return the same of a status, which must say which numbers mean success."""
        if not status.ok:
            message = "`status` needs `ok`: of a number, nothing else says what success is"
            self._problems.add(Diagnostic(MISSING_KEY, message, (Label(status.span),)))
        return self.of(status)

    def numbers(self, written: Iterable[StatusValue]) -> Ranges:
        """Return numbers that the contract lists, or gives ranges of."""
        found = (self._bounds(value) for value in written)
        return Ranges(tuple(dict.fromkeys(_numbers(each) for each in found if each is not None)))

    def _named(
        self, found: Mapping[str, tuple[End, End] | None], names: dict[int, str]
    ) -> list[tuple[End, End]]:
        """Return those ranges that were understood; single numbers are spelt as the contract has them."""
        known = [(text, each) for text, each in found.items() if each is not None]
        names.update({low: text for text, (low, high) in known if isinstance(low, int) and low == high})
        return [each for _, each in known]

    def _bounds(self, value: StatusValue | StatusName) -> tuple[End, End] | None:
        """Return the ends of a range, numbers where constants tell them; None after a complaint."""
        ends: list[End | None] = []
        for end in (value.least,) if value.least is value.most else (value.least, value.most):
            number: End | None = None if end is None else self._end(end)
            if end is not None and number is None:
                return None
            ends.append(number)
        low = self._converted(self._shape.lowest if ends[0] is None else ends[0])
        high = self._converted(self._shape.highest if ends[-1] is None else ends[-1])
        if isinstance(low, int) and isinstance(high, int) and low > high:
            limits = f"{int(self._shape.lowest)} to {int(self._shape.highest)}"
            message = f"the range `{value.text}` is empty: a `{self._shape.spelling}` is from {limits}"
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(value.span),)))
            return None
        return low, high

    def _end(self, end: Expression) -> End | None:
        known: dict[str, Span | None] = {**dict.fromkeys(self._parameters), **dict.fromkeys(self._constants)}
        unknown = sorted(end.names - known.keys())
        if unknown and not end.names & self._parameters:
            self._problems.unknown("status", unknown[0], end.span, known, "the header")
            return None
        if self._parameters and not end.names <= self._constants.keys():
            return end  # what it names is looked at where everything else is that names parameters
        number = self._problems.constant(end, self._constants)
        return None if number is None else int(number)

    def _converted(self, end: End | float) -> End:
        """Return a number as the result's type has it: -1 is the largest of an unsigned one (C11 6.3.1.3)."""
        if not isinstance(end, int | float):
            return end
        whole = int(end)
        return whole if self._shape.signed or whole >= 0 else whole + (1 << 8 * self._shape.size)


def _numbers(each: tuple[End, End]) -> _Range:
    low, high = each
    assert isinstance(low, int)
    assert isinstance(high, int)
    return low, high
