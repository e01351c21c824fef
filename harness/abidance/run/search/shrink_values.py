"""Makes a failing edge case smaller, one value at a time.

Hypothesis shrinks what it finds itself. An edge case that it did not meet on its own is made smaller here: every
value is given up, or brought nearer to its simplest, as long as the same cause shows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along, generated_by
from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.model.values import Case, NewHandle, Script
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.forms import form_of
from abidance.generate.hints import Hints
from abidance.generate.layouts import simpler_shifts
from abidance.generate.python_strategies import chosen
from abidance.generate.python_strategies import shrunk as shrunk_as_drawn
from abidance.generate.scalar_positions import is_text
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.run.search.shrink_callbacks import fewer, may_be_null, with_null
from abidance.run.search.shrink_contents import shrunk, shrunk_in_form
from abidance.run.search.shrink_records import shrunk_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Value, Values

MOST = 200
"""At most so many smaller calls are tried, unless it is said."""

Path = tuple[str, ...]


def minimise(
    boundary: Boundary,
    function: BoundaryFunction,
    case: Case,
    fails: Callable[[Case], bool],
    most: int = MOST,
) -> Case:
    """Return a case that fails no less and is at most as large; `fails` runs a case, at most so often."""
    return _Minimiser(boundary, function, fails, most).smallest(case)


def without_callbacks(
    boundary: Boundary, function: BoundaryFunction, case: Case, fails: Callable[[Case], bool]
) -> Case:
    """Return the case with NULL for the callbacks without which it fails no less, where they may be NULL."""
    return _Minimiser(boundary, function, fails, MOST).without_callbacks(case)


def weight(case: Case) -> int:
    """Return how large the values of a case are together: numbers and lengths, and a little for how it is laid out."""
    layout = int(bool(case.flush or case.shift or case.fill != Case("", {}).fill))
    return layout + sum(_weights(case.arguments))


def longest(case: Case) -> int:
    """Return the size of the longest contents of a case."""
    return max(_sizes(case.arguments), default=0)


def _sizes(value: object) -> Iterator[int]:
    match value:
        case bytes():
            yield len(value)
        case dict():
            for item in value.values():
                yield from _sizes(item)
        case NewHandle():
            yield from _sizes(value.arguments)


def _weights(value: object) -> Iterator[int]:
    match value:
        case dict():
            for item in value.values():
                yield from _weights(item)
        case list():
            yield len(value)
            for item in value:
                yield from _weights(item)
        case bytes():
            yield len(value)
        case int():
            yield abs(value)
        case Script(answers, written):
            yield max(len(answers), len(written))
            yield from (abs(answer) for answer in answers if isinstance(answer, int))
            for turn in written:
                yield from _weights(turn)
        case NewHandle():
            yield from _weights(value.arguments)
            yield from _weights(value.state)


class _Minimiser:
    def __init__(
        self, boundary: Boundary, function: BoundaryFunction, fails: Callable[[Case], bool], most: int
    ) -> None:
        self._boundary = boundary
        self._function = function
        self._fails = fails
        self._hints = Hints.of(boundary, function)
        self._left = most

    def smallest(self, case: Case) -> Case:
        """Return the smallest case found."""
        case = self.without_callbacks(self._laid_out(case))
        for path in list(_paths(case.arguments)):
            if not chosen(self._function.members, ".".join(path[:-1])):
                case = self._without(case, path) or case
        for path in list(_paths(case.arguments)):
            # Part of what the project generates need not be valid.
            if not chosen(self._function.members, ".".join(path)):
                case = self._smaller(case, path)
            elif not chosen(self._function.members, ".".join(path[:-1])):
                case = self._drawn_simpler(case, path)
        return case

    def without_callbacks(self, case: Case) -> Case:
        """Return the case with NULL for the callbacks that have no part in it."""
        for places in fewer(may_be_null(self._function.members, case.arguments)):
            left = [each for each in places if each in may_be_null(self._function.members, case.arguments)]
            given: dict[str, object] = dict(case.arguments)
            for first, *rest in left:
                assert isinstance(first, str)
                given[first] = with_null(given[first], tuple(rest))  # type: ignore[arg-type]
            case = (self._simplest_case(case, given) if left else None) or case
        return case

    def _drawn_simpler(self, case: Case, path: Path) -> Case:
        """Have the strategy give a simpler value, of the form that its contents are to have."""
        *_, member = along(self._function.members, path)
        name = generated_by(member)
        assert name is not None
        smallest = case

        def still(value: Value) -> bool:
            nonlocal smallest
            given = _changed(self._loosened(case.arguments, path[0]), path, value)
            made = self._simplest_case(case, given)
            smallest = made or smallest
            return made is not None

        value = _at(case.arguments, path)
        found = shrunk_as_drawn(name, member.shape, self._boundary.constants, ".".join(path), value, still)
        formed = form_of(name, member.shape)
        if formed is not None and isinstance(found, bytes):
            shrunk_in_form(formed, found, still)
        return smallest

    def _laid_out(self, case: Case) -> Case:
        """Return the case with its memory laid out as simply as it still fails."""
        plain = Case(case.function, case.arguments)
        ways = [plain, replace(plain, shift=case.shift)] if case.shift else [plain]
        case = next((way for way in ways if way == case or self._still(way)), case)
        return next(
            (way for each in simpler_shifts(case) if self._still(way := replace(case, shift=each))), case
        )

    def _without(self, case: Case, path: Path) -> Case | None:
        """Return the case with the simplest value at a path, if it still fails."""
        return self._simplest_case(
            case, _changed(self._loosened(case.arguments, path[0]), path, None, drop=True)
        )

    def _smaller(self, case: Case, path: Path) -> Case:
        """Bring the value at a path nearer to its simplest: contents part by part, anything else by halves."""
        if isinstance(contents := _at(case.arguments, path), bytes):
            return self._with_less(case, path, contents)
        low = 0
        while (value := _at(case.arguments, path)) is not None:
            high = measure(value)
            if high is None or abs(high - low) <= 1:
                return case
            middle = (low + high) // 2 if high > low else -((-low - high) // 2)
            if middle == high:
                return case
            given = _changed(self._loosened(case.arguments, path[0]), path, cut(value, middle))
            made = self._simplest_case(case, given)
            if made is None:
                low = middle
            else:
                case = made
        return case

    def _with_less(self, case: Case, path: Path, contents: bytes) -> Case:
        *_, last = [None, *along(self._function.members, path)]
        shape = last.shape if last is not None else None
        codec = shape.codec if isinstance(shape, PointerShape) else ""
        string = isinstance(shape, PointerShape) and shape.what is What.STRING
        smallest = case

        def still(raw: bytes) -> bool:
            nonlocal smallest
            if codec and not is_text(raw, codec, string=string):
                return False
            given = _changed(self._loosened(smallest.arguments, path[0]), path, raw)
            made = self._simplest_case(smallest, given)
            smallest = made or smallest
            return made is not None

        if isinstance(shape, PointerShape) and shape.records is not None:
            contents = shrunk_records(shape.records, contents, still)
        shrunk(contents, still)
        return smallest

    def _simplest_case(self, case: Case, given: dict[str, object]) -> Case | None:
        try:
            made = simplest(self._boundary, self._function, given, FilterLog(), self._hints)
        except (UnlawfulDrawError, EvaluationError, HookError, KeyError):
            return None
        made = replace(made, flush=case.flush, fill=case.fill, shift=case.shift)
        return made if repr(made) != repr(case) and self._still(made) else None

    def _loosened(self, values: Mapping[str, object], name: str) -> dict[str, object]:
        """Leave free what follows from an argument: a buffer's length, and a length's buffers."""
        loose: set[str] = set()
        for length, group in ties(self._function.members).items():
            tied = {length, *(buffer.name for buffer in group)}
            if name in tied:
                loose |= tied
        return {key: value for key, value in values.items() if key == name or key not in loose}

    def _still(self, case: Case) -> bool:
        self._left -= 1
        return self._left >= 0 and self._fails(case)


def _paths(values: Mapping[str, object], prefix: Path = ()) -> Iterator[Path]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _paths(value, (*prefix, name))
        yield (*prefix, name)


def _at(values: Values, path: Path) -> Value:
    found: Value = values
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _changed(
    values: dict[str, object], path: Path, value: object, *, drop: bool = False
) -> dict[str, object]:
    """Return a copy with another value at a path, or without it."""
    first, *rest = path
    copy = dict(values)
    if rest:
        inner = copy.get(first)
        copy[first] = _changed(inner, tuple(rest), value, drop=drop) if isinstance(inner, dict) else inner
    elif drop:
        copy.pop(first, None)
    else:
        copy[first] = value
    return copy


def measure(value: object) -> int | None:
    """Return how large a value is that can be made smaller."""
    if isinstance(value, bytes | list):
        return len(value)
    if isinstance(value, Script):
        if value.by_content:
            return None
        return max(len(value.answers), len(value.written)) or None
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def cut(value: Value, to: int) -> Value:
    """Return a value made so large."""
    if isinstance(value, Script):
        if value.written:  # the last turn ends what is written
            turns = [*range(max(len(value.written), 1))]
            kept = (*turns[: max(to, 1) - 1], turns[-1])
            return Script(
                tuple(value.answers[n] for n in kept if n < len(value.answers)),
                tuple(value.written[n] for n in kept),
            )
        return Script(value.answers[:to])
    return value[:to] if isinstance(value, bytes | list) else to
