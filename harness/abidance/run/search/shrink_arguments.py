"""Makes the arguments of a failing sequence simpler, wherever the same value is given alike in all calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import generated_by
from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.model.values import Derived, Earlier, Mark, NewHandle, Step
from abidance.boundary.values.creation_numbers import with_created
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.errors import HookError
from abidance.generate.drawing import Drawer
from abidance.generate.forms import form_of
from abidance.generate.hints import Hints
from abidance.generate.python_strategies import chosen
from abidance.generate.python_strategies import shrunk as shrunk_as_drawn
from abidance.generate.scope import FilterLog
from abidance.generate.source import Simplest, UnlawfulDrawError
from abidance.run.search.shrink_callbacks import fewer, may_be_null, with_null
from abidance.run.search.shrink_contents import shrunk, shrunk_in_form
from abidance.run.search.shrink_values import cut, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, RecordShape
    from abidance.boundary.model.values import Case, Value, Values
    from abidance.run.search.shrink_callbacks import Place

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
            if (drawn := _drawn(self._boundary, case, name)) is not None:
                case = self._simpler_draw(case, name, value, drawn)
            elif isinstance(value, bytes):
                case = self._shorter(case, name, value)
            elif places := self._null_callbacks(case, name, value):
                case = self._without_callbacks(case, name, value, places)
            else:
                case = self._smaller(case, name, value)
        return case

    def _null_callbacks(self, case: Case, name: str, value: Value) -> tuple[Place, ...]:
        """Return the callbacks in an argument that may be NULL, whichever call it is given."""
        found = [
            may_be_null(self._boundary.functions[step.function].members, {name: value})
            for step in case.steps
            if step.arguments.get(name) == value
        ]
        return tuple(place for place in (found[0] if found else ()) if all(place in each for each in found))

    def _without_callbacks(self, case: Case, name: str, value: Value, places: tuple[Place, ...]) -> Case:
        for some in fewer(places):
            simpler = value
            for _, *rest in some:
                simpler = with_null(simpler, tuple(rest))
            made = self._with(case, name, value, to=simpler) if simpler != value else None
            if made is not None:
                case, value = made, simpler
        return case

    def _simpler_draw(self, case: Case, name: str, value: Value, member: Member) -> Case:
        """Have the strategy give a simpler value, of the form that its contents are to have."""
        hook = generated_by(member)
        assert hook is not None
        smallest = case

        def still(simpler: Value) -> bool:
            nonlocal smallest
            made = self._with(case, name, value, to=simpler, drawn=True)
            smallest = made or smallest
            return made is not None

        found = shrunk_as_drawn(hook, member.shape, self._boundary.constants, name, value, still)
        formed = form_of(hook, member.shape)
        if formed is not None and isinstance(found, bytes):
            shrunk_in_form(formed, found, still)
        return smallest

    def _shorter(self, case: Case, name: str, value: bytes) -> Case:
        """Leave out parts of contents, and make plain what remains."""
        smallest, contents = case, value
        ends_early = self._is_string(case, name, value)

        def still(shorter: bytes) -> bool:
            nonlocal smallest, contents
            if ends_early and b"\0" in shorter:
                return False
            made = self._with(smallest, name, contents, to=shorter)
            if made is not None:
                smallest, contents = made, shorter
            return made is not None

        shrunk(value, still)
        return smallest

    def _is_string(self, case: Case, name: str, value: Value) -> bool:
        """Tell whether a call is given a value as a text that its first NUL would end."""
        return any(
            member.name == name
            and isinstance(member.shape, PointerShape)
            and member.shape.what is What.STRING
            for step in case.steps
            if step.arguments.get(name) == value
            for member in self._boundary.functions[step.function].members
        )

    def _smaller(self, case: Case, name: str, value: Value) -> Case:
        low = 0
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
        return case

    def _with(
        self,
        case: Case,
        name: str,
        value: Value,
        *,
        to: Value = None,
        drop: bool = False,
        drawn: bool = False,
    ) -> Case | None:
        """Return the case with a value replaced wherever a parameter of that name has it, if it still fails."""
        steps: list[Step] = []
        for earlier in case.steps:
            step = self._on_known_handles(earlier, steps)
            given = _given(self._boundary, step)
            # Part of what the project's own Python generates need not be valid.
            fixed = not drop and not drawn and _chosen(self._boundary, step, name)
            changed = {each for each, now in step.arguments.items() if now is not earlier.arguments[each]}
            if name in given and given[name] == value and not fixed:
                changed.add(name)
                if drop:
                    del given[name]
                else:
                    given[name] = to
            if changed:
                for each in _sized_by(self._boundary.functions[step.function].members, changed):
                    given.pop(each, None)
                made = self._simplest_step(step, given)
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

    def _on_known_handles(self, step: Step, before: Sequence[Step]) -> Step:
        """Return a step with what its handles were created with by the steps before it, which may have changed."""
        known = {
            name: with_created(self._boundary, before, value)
            for name, value in step.arguments.items()
            if isinstance(value, Earlier) and value.created
        }
        known = {name: value for name, value in known.items() if value != step.arguments[name]}
        return replace(step, arguments={**step.arguments, **known}) if known else step

    def _simplest_step(self, step: Step, given: Values) -> Step | None:
        """Return the simplest valid call with these arguments and the step's own handles."""
        function = self._boundary.functions[step.function]
        refusal = function.refusal(step.rejects)
        on_condition = refusal is not None and refusal.condition is not None
        if refusal is not None:
            function = function.as_refused(refusal)
        for member in function.members:
            value = given.get(member.name)
            if isinstance(member.shape, PointerShape) and member.shape.codec and isinstance(value, bytes):
                # Half a character is no text: it is cut before it.
                codec = member.shape.codec
                given[member.name] = value.decode(codec, "ignore").encode(codec)
        drawer = Drawer(self._boundary, Simplest(), FilterLog())
        try:
            handles = {
                name: _in_state(drawer, value, name, given)
                for name, value in step.arguments.items()
                if isinstance(value, Derived | Earlier | NewHandle)
            }
            own = {name: value for name, value in given.items() if "." not in name}
            unlawful = {name: step.arguments[name] for name in _unlawful(function, step)}
            arguments = drawer.arguments(
                function,
                Hints.of(self._boundary, function),
                {**own, **unlawful, **handles},
                lawful=on_condition or not step.rejects,
            )
        except (UnlawfulDrawError, EvaluationError, HookError):
            return None
        return replace(step, arguments=arguments)


def _given(boundary: Boundary, step: Step) -> Values:
    """Return the arguments of a step that nothing else tells, and the fields that handles are used with, by path."""
    function = boundary.functions[step.function]
    found = _independent(function.members, step.arguments)
    found = {name: value for name, value in found.items() if name not in _unlawful(function, step)}
    for name, value in step.arguments.items():
        record = _record(boundary, value)
        if record is not None:
            assert isinstance(value, Earlier)
            state = _independent(record.members, value.state)
            found |= {f"{name}.{field}": each for field, each in state.items()}
    return found


def _unlawful(function: BoundaryFunction, step: Step) -> Collection[str]:
    """Return the arguments for which a call is refused, which it must keep."""
    refusal = function.refusal(step.rejects)
    return refusal.given.keys() if refusal is not None else ()


def _independent(members: tuple[Member, ...], values: Values) -> Values:
    told = ties(members)
    return {
        name: value
        for name, value in values.items()
        if name not in told and not isinstance(value, Derived | Earlier | NewHandle | Mark)
    }


def _sized_by(members: tuple[Member, ...], changed: Collection[str]) -> Iterator[str]:
    """Yield the memory whose size is calculated from values that have changed: it is made anew."""
    names = {*map(spelling, changed)}
    for member in members:
        shape = member.shape
        if isinstance(shape, PointerShape) and member.name not in changed:
            clauses = [
                each for each in (shape.length, shape.capacity) if each is not None and not each.sole_name
            ]
            if any(names & each.names for each in clauses):
                yield member.name


def _record(boundary: Boundary, value: Value) -> RecordShape | None:
    """Return what a handle of an earlier step is, where the caller allocates it and sets its fields."""
    return boundary.handles[value.handle].record if isinstance(value, Earlier) and value.state else None


def _in_state(drawer: Drawer, value: Derived | Earlier | NewHandle, name: str, given: Values) -> Value:
    """Return the handle with the simplest state that has the given fields; what is derived is as it was."""
    if isinstance(value, Derived) or _record(drawer.boundary, value) is None:
        return value
    fields = {path.partition(".")[2]: each for path, each in given.items() if path.startswith(f"{name}.")}
    return replace(value, state=drawer.handles.state(value.handle, fields))


def _chosen(boundary: Boundary, step: Step, path: str) -> bool:
    """Tell whether the project's own Python generates the value at a path, or one around it."""
    name, _, field = path.partition(".")
    record = _record(boundary, step.arguments[name]) if name in step.arguments else None
    members = boundary.functions[step.function].members
    return chosen(record.members, field) if record is not None and field else chosen(members, path)


def _drawn(boundary: Boundary, case: Case, name: str) -> Member | None:
    """Return the parameter of a name, where its values are those of a strategy of the project's."""
    for step in case.steps:
        for member in boundary.functions[step.function].members:
            if member.name == name and name in step.arguments and generated_by(member) is not None:
                return member
    return None


def _values(boundary: Boundary, case: Case) -> Iterator[tuple[str, Value]]:
    """Yield each value that is given, once."""
    seen: list[tuple[str, Value]] = []
    for step in case.steps:
        for name, value in _given(boundary, step).items():
            if value is not None and (name, value) not in seen:
                seen.append((name, value))
                yield name, value
