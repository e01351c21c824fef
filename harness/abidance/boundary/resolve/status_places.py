"""`status:` of a parameter, or of a field of what is returned: where a call tells whether it has succeeded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import THE_RESULT, FollowUpArgument
from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.status_place import TOLD, StatusPlace, StatusSource
from abidance.boundary.resolve.statuses import Statuses
from abidance.boundary.values.living_members import field_at
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.functions import Result
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import FunctionPromise
    from abidance.contract.model.returns import Status
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration

_NULL = "null"
ERRNO = s.ScalarShape("int", 4, 4, signed=True, spelling="int", lowest=-(1 << 31), highest=(1 << 31) - 1)
"""The shape of `errno`."""


def status_place(
    declaration: Declaration,
    promise: FunctionPromise | None,
    members: Sequence[s.Member],
    result: Result,
    shaper: Shaper,
) -> StatusPlace | None:
    """Return where a function tells whether it has succeeded, beside its result; None where nothing says so."""
    if promise is None:
        return None
    constants, problems = shaper.layouts.constants, shaper.problems
    places, told = [], []
    for member in members:
        said = promise.params.get(member.name)
        if said is None or said.status is None:
            continue
        told.append(said.key_span("status"))
        behind = _behind(member.shape)
        if said.status.is_asked:
            words = f"what tells stands in `{member.name}`, or is asked under `returns`, and not both"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(told[-1]), Label(member.declared))))
        elif isinstance(member.shape, s.HandleShape) and member.shape.level == 1 and said.status.field_:
            type_ = declaration.parameters[members.index(member)].type
            source = StatusSource("", arguments=(FollowUpArgument(member.name),))
            places.append(_in_record(spelling(member.name), type_, source, said.status, told[-1], shaper))
        elif behind is not None:
            path = spelling(member.name)
            places.append(_place(path, member.name, behind, told[-1], said.status, constants, problems))
        else:
            words = f"`{member.name}` leads to no number and no pointer, so nothing there tells of success"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(told[-1]), Label(member.declared))))
    returned = promise.returns.status if promise.returns is not None else None
    if promise.returns is not None and returned is not None:
        told.append(promise.returns.key_span("status"))
    if returned is not None and returned.is_asked:
        places.append(_asked(promise, returned, told[-1], members, shaper))
    if returned is not None and returned.field_ is not None:
        if isinstance(result.shape, s.RecordShape):
            places.append(_place("result", None, result.shape, told[-1], returned, constants, problems))
        else:
            source = StatusSource("", arguments=(FollowUpArgument(THE_RESULT),))
            places.append(_in_record("result", declaration.returns, source, returned, told[-1], shaper))
    if len(told) > 1:
        words = "success is told twice, and a call could succeed by one and fail by the other"
        remedy = "say it of one of them, and what holds of the other under `ensures`"
        problems.add(Diagnostic(WRONG_VALUE, words, tuple(map(Label, told)), help=remedy))
        return None
    return next(iter(places), None)


def _asked(
    promise: FunctionPromise, status: Status, span: Span, members: Sequence[s.Member], shaper: Shaper
) -> StatusPlace | None:
    """Return the place of what is asked whether a call has succeeded; what that is asked with is found out later."""
    problems = shaper.problems
    taken = next((member for member in members if spelling(member.name) == TOLD), None)
    if taken is not None:
        words = f"what is asked is called `{TOLD}` in expressions, as a parameter is"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(span), Label(taken.declared))))
        return None
    if status.call is None and (promise.has_effect("errno_unchanged") or promise.has_effect("pure")):
        words = "where `errno` tells of success, what it was before the call must not matter"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(span), Label(promise.key_span("effects")))))
        return None
    if status.call is None:
        return _of_answer(ERRNO, StatusSource("errno"), status, span, shaper, problems)
    teller = shaper.declarations.functions.get(status.call.function.text)
    if teller is None:
        return None  # which is told where functions are looked for
    shape = shaper.shape(teller.returns, None, teller.span, s.Direction.OUT)
    arguments = ", ".join(each.text for _, each in status.call.arguments)
    source = StatusSource(f"{teller.name}({arguments})", teller.name)
    return _of_answer(shape, source, status, span, shaper, problems)


def _in_record(
    path: str, type_: c.Type, source: StatusSource, status: Status, span: Span, shaper: Shaper
) -> StatusPlace | None:
    """Return the place of a field of the record that a pointer leads to, which the library has allocated."""
    assert status.field_ is not None
    pointer = shaper.declarations.resolve(type_)
    target = shaper.declarations.resolve(pointer.to) if isinstance(pointer, c.Pointer) else None
    key = target.key if isinstance(target, c.RecordRef) else ""
    record = shaper.record(key, s.Direction.OUT) if key in shaper.layouts.records else None
    if record is None:
        words = (
            f"`{path}` is no record and leads to none that the header shows: it has no `{status.field_.text}`"
        )
        remedy = "say which function tells: `status: {call: FUNCTION(..), ok: ..}`"
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(status.field_.span),), help=remedy))
        return None
    place = _place(path, TOLD, record, span, status, shaper.layouts.constants, shaper.problems)
    if place is None:
        return None
    asked = replace(source, text=place.path, behind=place.offset)
    return replace(place, path=TOLD, offset=0, asked=asked)


def _of_answer(
    shape: s.Shape, source: StatusSource, status: Status, span: Span, shaper: Shaper, problems: Problems
) -> StatusPlace | None:
    answer = _place(source.text, TOLD, shape, span, status, shaper.layouts.constants, problems)
    return None if answer is None else replace(answer, path=TOLD, asked=source)


def _place(
    path: str,
    parameter: str | None,
    behind: s.Shape,
    span: Span,
    status: Status,
    constants: Mapping[str, int],
    problems: Problems,
) -> StatusPlace | None:
    offset, shape = 0, behind
    if status.field_ is not None:
        there = field_at(behind, status.field_.text.split("."))
        if there is None:
            words = "has no such field" if isinstance(behind, s.RecordShape) else "is no record"
            problems.add(Diagnostic(WRONG_VALUE, f"`{path}` {words}", (Label(status.field_.span),)))
            return None
        offset, shape = there
        path = ".".join((path, *map(spelling, status.field_.text.split("."))))
    number = shape.number if isinstance(shape, s.NumberHandle) else shape
    nulls = [each for each in status.ok if each.text == _NULL]
    if isinstance(number, s.ScalarShape) and number.kind != "float":
        if nulls:
            words = f"`{path}` is a number, which is never `null`"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(nulls[0].span),)))
            return None
        ok, returning, _ = Statuses(number, constants, problems).of_number(status)
        return StatusPlace(path, parameter, offset, returning, ok, span)
    if not isinstance(shape, s.AddressShape | s.OpaqueShape):
        words = f"`{path}` is no number and no pointer, so nothing there tells of success"
        remedy = "of a record, `field: NAME` says which of its fields tells"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(span),), help=remedy))
        return None
    if not status.ok and [each.text for each in status.errors] == [_NULL]:
        return StatusPlace(path, parameter, offset, shape, Ranges(((1, (1 << 64) - 1),)), span)
    if len(nulls) < len(status.ok) or status.errors:
        others = [each.span for each in status.ok if each.text != _NULL]
        others += [each.span for each in status.errors]
        words = f"`{path}` is a pointer, of which `null` alone tells of success, or alone of failure"
        remedy = "say `status: {ok: [null]}`, or `status: {errors: {null: MEANING}}`"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(others[0]),), help=remedy))
        return None
    return StatusPlace(path, parameter, offset, shape, Ranges(((0, 0),)), span)


def _behind(shape: s.Shape) -> s.Shape | None:
    """Return what a parameter points to, if that is one object; of a handle behind a pointer, the handle."""
    match shape:
        case s.PointerShape(what=s.What.ONE, element=element):
            return element
        case s.HandleShape(level=2):
            return shape
    return None
