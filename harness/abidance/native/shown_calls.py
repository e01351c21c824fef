"""Cases from what a target prints of its calls, so that whatever it has found can be run, made small and stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import fields_of, windows
from abidance.boundary.model.values import PIECE, CallOn, Case, Derived, Earlier, InState, NewHandle, Step
from abidance.boundary.model.values_json import from_json
from abidance.boundary.values.windows import with_nothing
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.derived_arguments import condition, derive, lengths_of, with_derived
from abidance.generate.laws import with_unmade
from abidance.generate.source import UnlawfulDrawError
from abidance.native.target.going_on import WindowsGoingOn
from abidance.native.target.lasting_memory import is_called_twice
from abidance.native.target.law_pieces import taken_of
from abidance.native.target.law_steps import AGAIN, FURTHER, LAW, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Value, Values

_BESIDE = ("setup", "end")
"""The roles of calls that whoever runs a case makes of his own accord."""
_BEGIN, _CALL = '{"begin"', '{"function"'


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case, and the text of the clause that says that its one call is refused; empty for a valid call."""

    case: Case
    rejects: str = ""


def read(boundary: Boundary, entry: str, text: str) -> ShownCase:
    """Return the case that a target has shown last, with what is promised of it; raises ValueError for none."""
    lines = [line for line in text.splitlines() if line.startswith((_BEGIN, _CALL))]
    starts = [number for number, line in enumerate(lines) if line.startswith(_BEGIN)]
    if not starts:
        raise ValueError(f"no call of `{entry}` was shown")
    begin = json.loads(lines[starts[-1]])
    calls = [json.loads(line) for line in lines[starts[-1] + 1 :]]
    calls = [call for call in calls if call["role"] not in _BESIDE]
    if not calls:
        raise ValueError(f"no call of `{entry}` was shown")
    flush, fill, shift = (int(begin[name]) for name in ("flush", "fill", "shift"))
    if entry in boundary.handles and entry not in boundary.functions:
        steps = tuple(
            Step(
                call["function"],
                _refused(boundary, call, _arguments(call)),
                rejects=call["rejects"],
                times=call["times"],
                refuses=call.get("refuses", 0),
            )
            for call in calls
        )
        return ShownCase(Case(entry, {}, flush, fill, steps=steps, shift=shift))
    if entry in boundary.laws and entry not in boundary.functions:
        given, steps = _played(boundary, boundary.laws[entry], calls)
        return ShownCase(Case(entry, given, flush, fill, steps=steps, shift=shift))
    *before, last = calls
    if before and is_called_twice(boundary.functions[entry]):
        twice = tuple(Step(call["function"], _arguments(call)) for call in calls)
        return ShownCase(Case(entry, {}, flush, fill, steps=twice, shift=shift))
    arguments = _folded(boundary, last, before)
    arguments = _refused(boundary, last, arguments)
    case = Case(
        last["function"],
        arguments,
        flush,
        fill,
        shift=shift,
        overlap=tuple(last["overlap"]) if "overlap" in last else None,
        refuses=last.get("refuses", 0),
    )
    return ShownCase(case, last["rejects"])


def _refused(boundary: Boundary, call: Mapping[str, Any], arguments: Values) -> Values:
    """Return the arguments of a call, with the states in which a handle is for the call to be refused."""
    clause = boundary.functions[call["function"]].refusal(call["rejects"]) if call["rejects"] else None
    within = {
        n: given.states for n, given in (clause.given if clause else {}).items() if isinstance(given, InState)
    }
    found: Values = {}
    for name, value in arguments.items():
        told = name in within and isinstance(value, NewHandle | Earlier)
        found[name] = replace(value, within=within[name]) if told else value  # type: ignore[type-var]
    return found


def _arguments(call: Mapping[str, Any]) -> Values:
    return {name: from_json(raw) for name, raw in call["arguments"].items()}


def _played(
    boundary: Boundary, law: BoundaryLaw, calls: Sequence[Mapping[str, Any]]
) -> tuple[Values, tuple[Step, ...]]:
    """Return what a law was given, and its calls after those that made handles."""
    numbers: dict[int, int] = {}
    given: Values = {}
    steps: list[Step] = []
    way = _Way(boundary, law)
    for call in calls:
        role = call["role"]
        arguments = {name: _moved(value, numbers) for name, value in _arguments(call).items()}
        if role == "given":
            given = arguments
            continue
        if role == SKIPPED:
            try:
                steps = with_unmade(boundary, law, steps, way.places, given)
            except (UnlawfulDrawError, EvaluationError, HookError):
                raise ValueError(f"`{call['function']}` cannot be given what it would be given") from None
            continue
        made = Step(call["function"], arguments)
        if role in (LAW, AGAIN, FURTHER):
            if role == AGAIN and not way.again:
                way = _Way(boundary, law, again=True)
            made = way.step(call, arguments, len(steps))
        numbers.setdefault(call["step"], len(steps))
        steps.append(made)
    if (
        not way.places and not way.again and not (law.histories and steps)
    ):  # the calls before it may have ended it
        raise ValueError(f"no step of `{law.name}` was shown")
    return given, tuple(steps)


@dataclass(slots=True)
class _Way:
    """One way in which a law's steps were made: as they are, or `again` for pieces of what the law was given."""

    boundary: Boundary
    law: BoundaryLaw
    again: bool = False
    places: list[int] = field(default_factory=list)
    """Where the last call of each step stands that was made so far."""
    pieces: int = 0

    def step(self, call: Mapping[str, Any], arguments: Values, place: int) -> Step:
        """Return the call that will stand at a place."""
        if call["role"] == FURTHER:
            self.pieces += 1
            del self.places[-1]
        else:
            self.pieces = 0
        index, law = len(self.places), self.law
        step = law.steps[index]
        named = {each.name: at for each, at in zip(law.steps, self.places, strict=False)}
        derived = {
            n: each for n, bound in step.bound.items() if "." not in n and (each := derive(bound, named))
        }
        derived |= lengths_of(self.boundary.functions[step.function], {**step.bound, **derived})
        arguments |= {
            name: _left(arguments[name], bound, self.places)
            for name, bound in step.bound.items()
            if "." not in name
        }
        arguments |= {name: replace(each, value=arguments[name]) for name, each in derived.items()}
        arguments = _with_fields(self.boundary, law, index, arguments, named, further=self.pieces > 0)
        self.places.append(place)
        times = call["times"]
        when, repeated = (
            None if each is None else replace(condition(each, named), value=value)
            for each, value in ((step.when, 1), (step.times, times))
        )
        name = step.name or step.function
        if self.again:
            name += f"{PIECE}{self.pieces}"
        return Step(step.function, arguments, name, times=times, when=when, repeated=repeated)


def _moved(value: Value, numbers: Mapping[int, int]) -> Value:
    """Return a value with the step that left it counted from the first one of the case."""
    return replace(value, call=numbers[value.call]) if isinstance(value, Earlier) else value


def _left(value: Value, bound: object, places: Sequence[int]) -> Value:
    """Return an argument that a law binds to what an earlier step left; any other is as it was."""
    if not isinstance(bound, Earlier) or value is None:
        return value
    left = replace(bound, call=places[bound.call])
    if isinstance(value, Earlier):
        return replace(left, state=value.state)
    return left if left.handle or not isinstance(value, int) else replace(left, most=value)


def _with_fields(
    boundary: Boundary,
    law: BoundaryLaw,
    index: int,
    arguments: Values,
    named: Mapping[str, int],
    *,
    further: bool,
) -> Values:
    """Return the arguments of a law's step with fields that are derived, and windows that go on where they are.

    In the call for a `further` piece all windows do, and those of which the step says nothing have nothing more.
    """
    step, found = law.steps[index], dict(arguments)
    fields: dict[str, dict[str, Derived]] = {}
    for name, argument in step.bound.items():
        parameter, _, field = name.partition(".")
        if field and (derived := derive(argument, named)) is not None:
            fields.setdefault(parameter, {})[field] = derived
    going = WindowsGoingOn(boundary, law).of(index)
    for member in boundary.functions[step.function].members:
        value = found[member.name]
        life = boundary.handles.get(value.handle) if isinstance(value, Earlier) else None
        members = fields_of(member.shape) if life is None or life.record is None else life.record.members
        drawn = value.state if isinstance(value, Earlier) else value
        if not isinstance(drawn, dict) or not (member.name in fields or member.name in going or further):
            continue
        state = with_derived(members, drawn, fields.get(member.name, {}))
        for name, each in state.items():
            if isinstance(each, Derived) and name in drawn:
                state[name] = replace(each, value=drawn[name])
        on = going.get(member.name, ())
        if further and isinstance(value, Earlier):
            on = tuple(window.name for window, _ in windows(members))
        cut = {name.partition(".")[2] for name in taken_of(law, step) if name.startswith(f"{member.name}.")}
        still = (
            pair for pair in windows(members) if pair[0].name in on and cut.isdisjoint(m.name for m in pair)
        )
        state = with_nothing(state, tuple(m for pair in still for m in pair))
        found[member.name] = replace(value, state=state, goes_on=on) if isinstance(value, Earlier) else state
    return found


def _folded(boundary: Boundary, call: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> Values:
    """Return the arguments of a single call: its handles with what they were made with."""
    return {name: _folded_value(boundary, raw, before) for name, raw in call["arguments"].items()}


def _folded_value(boundary: Boundary, raw: Any, before: Sequence[Mapping[str, Any]]) -> Value:
    match raw:
        case {"destroyed": str(handle), "state": state}:
            creates = boundary.handles[handle].creates
            number = max(n for n, each in enumerate(before) if each["function"] in creates)
            put = from_json(state)
            assert isinstance(put, dict)
            return _new(boundary, handle, before, number, put, destroyed=True)
        case {"earlier": _}:
            value = from_json(raw)
            assert isinstance(value, Earlier)
            number = next(n for n, each in enumerate(before) if each["step"] == value.call)
            return _new(boundary, value.handle, before, number, value.state)
        case [{"earlier": _} | None, *_]:
            return [_folded_value(boundary, each, before) for each in raw]
        case _:
            return from_json(raw)


def _new(
    boundary: Boundary,
    handle: str,
    before: Sequence[Mapping[str, Any]],
    number: int,
    state: dict[str, Value],
    *,
    destroyed: bool = False,
) -> NewHandle:
    arguments = _folded(boundary, before[number], before[:number])
    create = before[number]["function"]
    creator = create if create != boundary.handles[handle].create else ""
    return NewHandle(handle, arguments, state, destroyed, _ways(boundary, before, number), creator=creator)


def _ways(boundary: Boundary, before: Sequence[Mapping[str, Any]], number: int) -> tuple[CallOn, ...]:
    """Return the calls that were made on the handle which a call has made, to bring it into a state."""
    made, found = before[number]["step"], []
    for index, call in enumerate(before):
        mine = [n for n, raw in call["arguments"].items() if _is_earlier(raw) and raw["earlier"][0] == made]
        if call["role"] != "way" or not mine:
            continue
        others = {name: raw for name, raw in call["arguments"].items() if name not in mine}
        left = from_json(call["arguments"][mine[0]])
        assert isinstance(left, Earlier)
        arguments = _folded(boundary, {**call, "arguments": others}, before[:index])
        found.append(CallOn(call["function"], arguments, left.state))
    return tuple(found)


def _is_earlier(raw: object) -> bool:
    return isinstance(raw, dict) and "earlier" in raw
