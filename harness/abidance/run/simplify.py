"""Makes the arguments of a failing sequence simpler, wherever the same value is given alike in all calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.shapes import Pointer, What
from abidance.boundary.ties import ties
from abidance.boundary.values import Earlier, Mark, NewHandle, Step
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.drawing import Drawer
from abidance.generate.hints import Hints
from abidance.generate.hooked import chosen
from abidance.generate.scope import FilterLog
from abidance.generate.source import RefusedError, Simplest
from abidance.run.minimise import cut, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model import Boundary
    from abidance.boundary.values import Case, Value, Values

MOST = 120
"""At most so many simpler sequences are tried."""


def simplify(boundary: Boundary, case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return a sequence of the same calls that fails no less; `fails` runs a case."""
    return _Simplifier(boundary, fails).simplest(case)


class _Simplifier:
    def __init__(self, boundary: Boundary, fails: Callable[[Case], bool]) -> None:
        self._boundary = boundary
        self._fails = fails
        self._left = MOST

    def simplest(self, case: Case) -> Case:
        """Return the simplest case found: each value given up, or brought nearer to its simplest by halves."""
        for name, value in list(_values(self._boundary, case)):
            made = self._with(case, name, value, drop=True)
            if made is not None:
                case = made
                continue
            case, least = self._smaller(case, name, value)
            if isinstance(least, bytes):
                case = self._with(case, name, least, to=b"a" * len(least)) or case
        return case

    def _smaller(self, case: Case, name: str, value: Any) -> tuple[Case, Any]:
        low: Any = 0
        while (high := measure(value)) is not None and abs(high - low) > 1:
            middle = (low + high) // 2 if high > low else -((-low - high) // 2)
            if middle == high:
                break
            simpler = cut(value, middle)
            made = self._with(case, name, value, to=simpler)
            if made is None:
                low = middle
            else:
                case, value = made, simpler
        return case, value

    def _with(self, case: Case, name: str, value: Any, *, to: Any = None, drop: bool = False) -> Case | None:
        """Return the case with a value replaced wherever a parameter of that name has it, if it still fails."""
        steps = []
        for step in case.steps:
            given = _given(self._boundary, step)
            # Part of what the project's own Python makes up need not be lawful.
            fixed = not drop and chosen(self._boundary.functions[step.function].members, name)
            if name in given and given[name] == value and not fixed:
                if drop:
                    del given[name]
                else:
                    given[name] = to
                made = self._made(step, given)
                if made is None:
                    return None
                steps.append(made)
            else:
                steps.append(step)
        made_case = replace(case, steps=tuple(steps))
        if repr(made_case) == repr(case) or self._left <= 0:
            return None
        self._left -= 1
        return made_case if self._fails(made_case) else None

    def _made(self, step: Step, given: Values) -> Step | None:
        """Return the simplest lawful call with these arguments and the step's own handles."""
        function = self._boundary.functions[step.function]
        for member in function.members:
            value = given.get(member.name)
            if (
                isinstance(member.shape, Pointer)
                and member.shape.what is What.STRING
                and isinstance(value, bytes)
            ):
                # Half a character is no text: a string is cut before it.
                given[member.name] = value.decode(member.shape.encoding, "ignore").encode(
                    member.shape.encoding
                )
        handles = {
            name: value for name, value in step.arguments.items() if isinstance(value, Earlier | NewHandle)
        }
        drawer = Drawer(self._boundary, Simplest(), FilterLog())
        try:
            arguments = drawer.arguments(
                function, Hints.of(self._boundary, function), {**given, **handles}, lawful=True
            )
        except (RefusedError, EvaluationError, HookError):
            return None
        return replace(step, arguments=arguments)


def _given(boundary: Boundary, step: Step) -> Values:
    """Return the arguments of a step that nothing else tells."""
    told = ties(boundary.functions[step.function].members)
    return {
        name: value
        for name, value in step.arguments.items()
        if name not in told and not isinstance(value, Earlier | NewHandle | Mark)
    }


def _values(boundary: Boundary, case: Case) -> Iterator[tuple[str, Value]]:
    """Yield each value that is given, once."""
    seen: list[tuple[str, Value]] = []
    for step in case.steps:
        for name, value in _given(boundary, step).items():
            if value is not None and (name, value) not in seen:
                seen.append((name, value))
                yield name, value
