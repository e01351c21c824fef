"""A law's steps made once more, on handles made alike, with some of what it is given cut into pieces."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import fields_of, windows
from abidance.boundary.model.types import HandleShape, PointerShape, What
from abidance.boundary.model.values import PIECE, ROOM, SOMEWHERE, Derived, Earlier, Script, derived_fields
from abidance.boundary.values.length_parameters import ends_at_nul, ties
from abidance.boundary.values.scope import members_seen
from abidance.boundary.values.windows import nothing, parameters_go_on, with_nothing
from abidance.contract.expression import EvaluationError, spelling
from abidance.generate.scalars import lawful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Step, Value, Values
    from abidance.generate.scope import FilterLog
    from abidance.generate.source import ChoiceSource

_ONE, _SEVERAL, _EACH = range(3)
_WAYS = (_ONE, _EACH, _SEVERAL, _EACH)
_MOST = 64
"""Into so many pieces something is cut at most."""
Taken = dict[int, dict[str, str]]
"""By the number of a step, the arguments that are what may be cut, as it is: paths, and what the law calls it."""


def in_pieces(
    boundary: Boundary,
    law: BoundaryLaw,
    steps: Sequence[Step],
    taken: Taken,
    given: Values,
    source: ChoiceSource,
    log: FilterLog,
) -> list[Step]:
    """Return the steps once more, to be made after them; raises RefusedError where a piece is no valid argument."""
    cut = {name: _cut(_member(law, name), given[name], source) for name in law.split}
    places: dict[int, int] = {}
    again: list[Step] = []
    for number, step in enumerate(steps):
        arguments = {name: _shifted(value, places) for name, value in step.arguments.items()}
        own = taken.get(number, {})
        count = max((len(cut[name]) for name in own.values()), default=1)
        for piece in range(count):
            changed = arguments if not own else _with_piece(boundary, step, arguments, own, cut, piece)
            if own:
                _ask(boundary, step, changed, log)
            name = f"{step.name}{PIECE}{piece}" if step.name else ""
            again.append(replace(step, arguments=changed, name=name))
        places[number] = len(steps) + len(again) - 1
    return again


def alike_in_pieces(value: Value, *, cut: bool) -> Value:
    """Return an argument whose callbacks answer the same however often they are asked, and whatever for.

    A call that is made for each piece has callbacks of its own, which begin with their first answer: where it is `cut`,
    that is the only one. How often a library asks for memory may depend on the pieces, so it is always there.
    """
    match value:
        case Script(answers=answers) if SOMEWHERE in answers:
            return replace(value, answers=(SOMEWHERE,))
        case Script(answers=answers, written=(), by_content=False) if cut:
            return replace(value, answers=answers[:1], calls=())
        case dict():
            return {name: alike_in_pieces(each, cut=cut) for name, each in value.items()}
        case list():
            return [alike_in_pieces(each, cut=cut) for each in value]
        case Earlier(state=state) if state:
            return replace(value, state={n: alike_in_pieces(each, cut=False) for n, each in state.items()})
    return value


def _member(law: BoundaryLaw, name: str) -> Member:
    return next(member for member in law.members if member.name == name)


def _cut(member: Member, value: Value, source: ChoiceSource) -> list[Value]:
    """Return the pieces of a value, none of them empty: of text, between characters."""
    whole = value if isinstance(value, bytes | list) else None
    size = len(whole) if whole is not None else value if isinstance(value, int) else 0
    shape = member.shape
    between = [*range(1, min(size, 1 << 16))]
    if isinstance(shape, PointerShape) and shape.what is What.STRING and isinstance(whole, bytes):
        between = [at for at in between if _is_boundary(whole, at, shape.encoding)]
    if not between:
        return [value]
    way = source.pick(_WAYS)
    if way == _EACH:
        chosen = between[:: -(-size // _MOST)]
    elif way == _ONE:
        chosen = [source.pick(between)]
    else:
        chosen = sorted({source.pick(between) for _ in range(source.integer(2, 4))})
    parts = pairwise((0, *chosen, size))
    return [last - first if whole is None else whole[first:last] for first, last in parts]


def _is_boundary(text: bytes, at: int, encoding: str) -> bool:
    try:
        text[:at].decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _shifted(value: Value, places: Mapping[int, int]) -> Value:
    """Return an argument as the steps that are made again have it."""
    if isinstance(value, Earlier):
        state = {name: _shifted(each, places) for name, each in value.state.items()}
        return replace(value, call=places[value.call], state=state)
    if isinstance(value, Derived):
        return replace(value, names=tuple((name, places[call]) for name, call in value.names))
    if isinstance(value, dict) and derived_fields(value):
        return {name: _shifted(each, places) for name, each in value.items()}
    return value


def _with_piece(
    boundary: Boundary,
    step: Step,
    arguments: Values,
    taken: Mapping[str, str],
    cut: Mapping[str, list[Value]],
    number: int,
) -> Values:
    """Return the arguments of the step that is made for a piece; what has no further piece gets nothing more."""
    function, found = boundary.functions[step.function], dict(arguments)
    for path, name in taken.items():
        pieces = cut[name]
        value = pieces[number] if number < len(pieces) else nothing(pieces[0])
        parameter, _, field = path.partition(".")
        if field and isinstance(record := found[parameter], dict):
            fields = fields_of(next(each.shape for each in function.members if each.name == parameter))
            found[parameter] = _put(fields, record, field, value)
            continue
        if field:
            found[parameter] = _goes_on(boundary, function, found[parameter], parameter, field, value, number)
            continue
        found[parameter] = value
        _tell_length(function.members, found, parameter)
        if function.lent is not None and parameter == function.lent.lender and isinstance(value, bytes):
            found[function.lent.count] = len(value)
    if number:
        for parameter, value in found.items():
            if isinstance(value, Earlier) and value.state and parameter not in _handles(taken):
                found[parameter] = _as_it_is(boundary, value)
        found = parameters_go_on(function.members, found, {path.partition(".")[0] for path in taken})
    return found


def _handles(taken: Mapping[str, str]) -> set[str]:
    return {path.partition(".")[0] for path in taken if "." in path}


def _goes_on(
    boundary: Boundary,
    function: BoundaryFunction,
    handle: Value,
    parameter: str,
    field: str,
    value: Value,
    number: int,
) -> Value:
    """Return a handle whose field gets a piece: behind what is left of it, from the second one on."""
    assert isinstance(handle, Earlier), (function.name, parameter)
    record = boundary.handles[handle.handle].record
    assert record is not None
    if number and handle.goes_on != _all(boundary, handle):
        handle = _as_it_is(boundary, handle)
    return replace(handle, state=_put(record.members, handle.state, field, value))


def _put(members: tuple[Member, ...], state: Values, field: str, value: Value) -> Values:
    """Return what fields are set to, one of them to a piece: a window, or how much room there is in one."""
    found = {**state, field: value}
    for window, count in windows(members):
        if field == window.name:
            found[count.name] = len(value) if isinstance(value, bytes | list) else 0
        elif field == count.name and isinstance(value, int):
            found[window.name] = ROOM
    return found


def _all(boundary: Boundary, handle: Earlier) -> tuple[str, ...]:
    record = boundary.handles[handle.handle].record
    assert record is not None
    return tuple(window.name for window, _ in windows(record.members))


def _as_it_is(boundary: Boundary, handle: Earlier) -> Earlier:
    """Return a handle all windows of which go on, with nothing more."""
    record = boundary.handles[handle.handle].record
    assert record is not None
    return replace(handle, state=with_nothing(handle.state, record.members), goes_on=_all(boundary, handle))


def _tell_length(members: tuple[Member, ...], arguments: Values, buffer: str) -> None:
    contents = arguments[buffer]
    for length, group in ties(members).items():
        cut = next((each.shape for each in group if each.name == buffer), None)
        if not isinstance(cut, PointerShape) or ends_at_nul(cut, arguments[length]):
            continue
        if isinstance(contents, bytes | list):
            arguments[length] = len(contents)


def _ask(boundary: Boundary, step: Step, arguments: Values, log: FilterLog) -> None:
    """Raise RefusedError where a piece breaks what the contract asks of the call."""
    function = boundary.functions[step.function]
    plain = {n: v for n, v in arguments.items() if not isinstance(v, Derived)}
    for member in function.members:
        value = plain.get(member.name)
        if isinstance(value, int | float) and not isinstance(member.shape, HandleShape | PointerShape):
            shape = member.shape
            if getattr(shape, "kind", "") and not lawful(shape, value):  # type: ignore[arg-type]
                raise log.refuse(f"`{member.name}` has no valid value", member.promised)
    seen = boundary.scope(members_seen(function.members, plain))
    unknown = {
        spelling(n)
        for n, v in arguments.items()
        if isinstance(v, Derived) or _is_left(v) or derived_fields(v)
    }
    for each in function.requires:
        if each.names & unknown:
            continue
        try:
            broken = not each.holds(seen)
        except EvaluationError:
            continue
        if broken:
            raise log.unmet(each)


def _is_left(value: Value) -> bool:
    return isinstance(value, Earlier) and not value.handle
