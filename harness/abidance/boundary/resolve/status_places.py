"""`status:` of a parameter, or of a field of what is returned: where a call tells whether it has succeeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.status_place import StatusPlace
from abidance.boundary.resolve.statuses import Statuses
from abidance.boundary.values.living_members import field_at
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.functions import Result
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.model import FunctionPromise
    from abidance.contract.model.returns import Status
    from abidance.core.span import Span

_NULL = "null"


def status_place(
    promise: FunctionPromise | None,
    members: Sequence[s.Member],
    result: Result,
    constants: Mapping[str, int],
    problems: Problems,
) -> StatusPlace | None:
    """Return where a function tells whether it has succeeded, beside its result; None where nothing says so."""
    if promise is None:
        return None
    places, told = [], []
    for member in members:
        said = promise.params.get(member.name)
        if said is None or said.status is None:
            continue
        told.append(said.key_span("status"))
        behind = _behind(member.shape)
        if behind is not None:
            path = spelling(member.name)
            places.append(_place(path, member.name, behind, told[-1], said.status, constants, problems))
        else:
            words = f"`{member.name}` leads to no number and no pointer, so nothing there tells of success"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(told[-1]), Label(member.declared))))
    returned = promise.returns.status if promise.returns is not None else None
    if promise.returns is not None and returned is not None:
        told.append(promise.returns.key_span("status"))
    if returned is not None and returned.field_ is not None:
        if isinstance(result.shape, s.RecordShape):
            places.append(_place("result", None, result.shape, told[-1], returned, constants, problems))
        else:
            words = f"what is returned is no record, and has no field `{returned.field_.text}`"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(returned.field_.span),)))
    if len(told) > 1:
        words = "success is told twice, and a call could succeed by one and fail by the other"
        remedy = "say it of one of them, and what holds of the other under `ensures`"
        problems.add(Diagnostic(WRONG_VALUE, words, tuple(map(Label, told)), help=remedy))
        return None
    return next(iter(places), None)


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
        ok, returning, _ = Statuses(number, constants, problems).of(status)
        return StatusPlace(path, parameter, offset, returning, ok, span)
    if not isinstance(shape, s.AddressShape | s.OpaqueShape):
        words = f"`{path}` is no number and no pointer, so nothing there tells of success"
        remedy = "of a record, `field: NAME` says which of its fields tells"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(span),), help=remedy))
        return None
    if len(nulls) < len(status.ok) or status.errors:
        others = [each.span for each in status.ok if each.text != _NULL]
        others += [each.span for each in status.errors]
        words = f"`{path}` is a pointer, of which `null` alone tells of success, and any other of a failure"
        problems.add(Diagnostic(WRONG_VALUE, words, (Label(others[0]),), help="say `status: {ok: [null]}`"))
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
