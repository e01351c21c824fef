"""Windows: pointers that the callee moves on, each with the field or parameter that counts what is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import moved_behind, number_of
from abidance.boundary.model.types import UNCOUNTED, Direction, EndShape, PointerShape, ScalarShape, What
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.places import TargetPromise
    from abidance.contract.model.types import FieldPromise
    from abidance.core.span import Span


def with_ranges(
    members: Sequence[Member], described: Mapping[str, FieldPromise], problems: Problems | None
) -> list[Member]:
    """Return a record's fields, with where the memory ends of those that another field points to the end of."""
    found = {member.name: member for member in members}
    for end in members:
        if not isinstance(end.shape, EndShape):
            continue
        begin = found.get(end.shape.whose)
        words = "" if begin is None else _no_range(begin, end)
        if begin is not None and isinstance(begin.shape, PointerShape) and not words:
            found[begin.name] = replace(
                begin, shape=replace(begin.shape, end=end.name, end_at=end.offset - begin.offset)
            )
        elif problems is not None:
            said = described[end.name].value_span("end_of")
            if begin is None:
                known: dict[str, Span | None] = {m.name: m.declared for m in members}
                problems.unknown("field", end.shape.whose, said, known, f"the record of `{end.name}`")
            else:
                remedy = f"`{begin.name}: {{to: bytes, max: 64}}`, and `{end.name}: {{end_of: {begin.name}}}`"
                labels = (Label(said), Label(begin.promised))
                problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))
    return list(found.values())


def _no_range(begin: Member, end: Member) -> str:
    """Return why a field is not where memory begins that another one tells the end of; nothing where it is."""
    shape = begin.shape
    if not isinstance(shape, PointerShape) or shape.what not in (What.BYTES, What.ARRAY):
        return f"`{begin.name}` does not point to `bytes` or an `array`, so `{end.name}` cannot be its end"
    if shape.length is not None or shape.ended_by or shape.tail:
        return f"`{end.name}` tells where `{begin.name}` ends, and so does another clause of `{begin.name}`"
    if shape.end not in ("", end.name):
        return f"both `{shape.end}` and `{end.name}` are said to be the end of `{begin.name}`"
    if shape.alloc:
        return f"`{begin.name}` comes from `{shape.alloc}`, so `{end.name}` cannot be its end: it is not known before"
    return ""


def with_windows(
    members: Sequence[Member], described: Mapping[str, FieldPromise], problems: Problems | None
) -> list[Member]:
    """Return a record's fields, its windows as such; without `problems` nobody complains of those that cannot be."""
    numbers = {
        m.name for m in members if isinstance(m.shape, ScalarShape) and m.shape.kind == "int" and not m.bits
    }
    found = []
    for member in members:
        promise, shape = described.get(member.name), member.shape
        if promise is None or not promise.window or not isinstance(shape, PointerShape):
            found.append(member)
            continue
        count, position = _count(shape), "" if promise.window is True else promise.window.text
        there = count in numbers and (not position or position in numbers - {count})
        if shape.end and not position and not shape.handed:
            found.append(replace(member, shape=replace(shape, window=UNCOUNTED)))
            continue
        if shape.what in (What.BYTES, What.ARRAY) and there and not shape.handed:
            found.append(replace(member, shape=replace(shape, window=count, position=position)))
            continue
        found.append(member)
        if problems is not None:
            clause = "length" if shape.direction.read else "capacity"
            message = (
                f"`{member.name}` is no window: no field beside it is its `{clause}`, and counts what is left"
            )
            if position and count in numbers:
                message = f"`{member.name}` is no window: `{position}` is no number beside it that says how far it came"
            remedy = (
                f"`{member.name}: {{to: bytes, {clause}: FIELD, window: {(position and 'FIELD') or 'true'}}}`"
            )
            labels = (Label(promise.key_span("window")), Label(member.declared))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
    return found


def moved_window(
    shape: PointerShape,
    said: TargetPromise,
    direction: Direction,
    declared: Span,
    constants: AbstractSet[str],
    problems: Problems,
) -> PointerShape:
    """Return the pointer behind a parameter as one that the callee moves on; complain where it cannot."""
    clause = "length" if shape.direction.read else "capacity"
    if direction is not Direction.INOUT:
        message = f"a window is `inout`: its pointer is read and moved on, and here it is `{direction}`"
        problems.contradiction(message, said.key_span("window"), declared)
    count, told = _count(shape), shape.length if shape.direction.read else shape.capacity
    fixed = told is not None and told.names <= constants
    ended = told is None and shape.direction.read and shape.what in (What.BYTES, What.ARRAY)
    if fixed or ended or (shape.what is What.STRING and shape.direction.read):
        count = UNCOUNTED  # where it ends, a NUL or another parameter tells
    if count and shape.what is not What.ONE:
        return replace(shape, window=count)
    message = f"this is no window: no parameter is its `{clause}`, and counts what is left"
    remedy = f"`inout: {{to: bytes, {clause}: PARAMETER, window: true}}`"
    labels = (Label(said.key_span("window")), Label(declared))
    problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
    return shape


def positioned(shape: PointerShape, window: Name) -> PointerShape:
    """Return memory of which another parameter says how far the callee has come."""
    return replace(shape, window=_count(shape), position=window.text)


def without_counts(members: Sequence[Member]) -> list[Member]:
    """Return the parameters with windows as uncounted ones where a number passed by value tells how much there is."""
    numbers = {m.name for m in members if isinstance(m.shape, ScalarShape) and m.shape.kind == "int"}
    return [_without_count(member, numbers) for member in members]


def _without_count(member: Member, numbers: set[str]) -> Member:
    moved = moved_behind(member.shape)
    if moved is None or moved.window not in numbers:
        return member
    assert isinstance(member.shape, PointerShape)
    return replace(member, shape=replace(member.shape, element=replace(moved, window=UNCOUNTED)))


def check_windows(function: BoundaryFunction, problems: Problems) -> None:
    """Complain about windows that are parameters where what counts what is left is not written as well."""
    members = {member.name: member for member in function.members}
    known: dict[str, Span | None] = {member.name: member.declared for member in function.members}
    for member in function.members:
        if isinstance(member.shape, PointerShape) and member.shape.position:
            position, window = members.get(member.shape.position), member.shape
            if position is None:
                problems.unknown("parameter", window.position, window.span, known, f"`{function.name}`")
            elif not _is_counter(position):
                message = f"`{member.name}` is no window: `{position.name}` does not count how far it came"
                remedy = f"`{position.name}: {{inout: size_t}}`, which the callee raises"
                labels = (Label(window.span), Label(position.promised))
                problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
    for member in function.members:
        moved = moved_behind(member.shape)
        if moved is not None and moved.window == UNCOUNTED:
            _check_ended(member, moved, function, problems)
        if moved is None or moved.window == UNCOUNTED or moved.window not in members:
            continue  # that a name is unknown is told elsewhere
        count = members[moved.window]
        if not _is_counter(count):
            message = f"`{member.name}` is no window: `{count.name}` does not count what is left of it"
            remedy = f"`{count.name}: {{inout: size_t}}`, which the callee lowers"
            labels = (Label(moved.span), Label(count.promised))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _check_ended(member: Member, moved: PointerShape, function: BoundaryFunction, problems: Problems) -> None:
    """Complain about a window of which nothing tells how much there is: no number, no NUL, and no other pointer."""
    ends = {each.shape.whose for each in function.members if isinstance(each.shape, EndShape)}
    if (
        moved.length is not None
        or moved.capacity is not None
        or moved.what is What.STRING
        or member.name in ends
    ):
        return
    message = "this is no window: no parameter is its `length`, and counts what is left, or points to its end"
    of_it = f"{{end_of: {member.name}}}"
    remedy = f"`inout: {{to: bytes, length: PARAMETER, window: true}}`, or `PARAMETER: {of_it}` beside it"
    labels = (Label(moved.span), Label(member.declared))
    problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _is_counter(member: Member) -> bool:
    """Tell whether a parameter points at a whole number that is read and written."""
    number = number_of(member.shape)
    written = isinstance(member.shape, PointerShape) and member.shape.direction is Direction.INOUT
    return number is not None and number.kind == "int" and written


def _count(shape: PointerShape) -> str:
    """Return the field that tells how much of a window is left; nothing where that is worked out."""
    clause = shape.length if shape.direction.read else shape.capacity
    return clause.sole_name if clause is not None else ""
