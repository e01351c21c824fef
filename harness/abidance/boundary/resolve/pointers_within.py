"""Pointers into memory of another parameter: that there is such memory, and what leads into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import (
    along,
    fields_of,
    moved_behind,
    place_passed,
    pointee,
    read_behind,
    single,
)
from abidance.boundary.values.views import pointers_left, views_in
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.core.span import Span

_VIEW = (
    "say what the fields of the record point to, as in `types: {NAME: {fields: {first: {to: bytes}, last: {end_of: "
    "first}}}}`, or each pointer of an array, `of: {to: bytes, length: lengths}`; of a pointer to a pointer say `out: "
    "{within: PARAMETER}`"
)


def within_shape(
    shaper: Shaper,
    type_: c.Pointer,
    whose: Name,
    span: Span,
    nullable: Expression | bool | None,
    declared: Span,
) -> s.Shape:
    """Return the shape of a pointer that points into the memory of a parameter."""
    target = shaper.declarations.resolve(type_.to)
    unit = 1 if isinstance(target, c.Void) else shaper.shape(target, None, declared, s.Direction.IN).size
    return s.WithinShape(whose.text, max(unit, 1), span, False if nullable is None else nullable)


def check_relations(function: BoundaryFunction, problems: Problems) -> None:
    """Complain about `within` and `end_of` of what is no memory that the caller gives, and tell its name to none."""
    known: dict[str, Span | None] = {m.name: m.declared for m in function.members}
    for member in (*function.members, s.Member("result", function.result.shape, function.span)):
        shape = single(member.shape)
        if not isinstance(shape, s.WithinShape | s.EndShape):
            continue
        whose = _memory(function, shape.whose, shape.span, known, problems)
        if member.name != s.RESULT_NAME and isinstance(shape, s.WithinShape) and place_passed(member.shape):
            _check_given(member, shape, whose, problems)
        if (
            isinstance(shape, s.EndShape)
            and whose is not None
            and isinstance(whose.shape, s.PointerShape)
            and (moved_behind(whose.shape) or whose.shape).what in (s.What.ONE, s.What.STRING)
        ):
            message = f"`{whose.name}` is not `bytes` and no `array`, so it has no end that is passed"
            problems.contradiction(message, shape.span, whose.declared)
    _check_views(function, known, problems)


def _check_given(member: s.Member, shape: s.WithinShape, whose: s.Member | None, problems: Problems) -> None:
    """Complain about a pointer that is passed and leads into what is no memory which the caller has filled."""
    if whose is None or not isinstance(whose.shape, s.PointerShape):
        return
    memory = read_behind(whose.shape) or whose.shape
    kinds = (s.What.BYTES, s.What.ARRAY, s.What.STRING)
    if (
        "." in shape.whose
        or memory.what not in kinds
        or not memory.direction.read
        or moved_behind(whose.shape)
    ):
        words = "is no `bytes`, `array` or `string` that is `in` or `inout`"
        message = f"`{shape.whose}` {words}, into which `{member.name}` could lead"
        problems.contradiction(message, shape.span, whose.declared)
    elif max(memory.unit, 1) != shape.unit:
        words = f"and `{shape.whose}` has elements of {memory.unit}"
        message = f"`{member.name}` counts elements of {shape.unit} bytes, {words}"
        problems.contradiction(message, shape.span, whose.declared)


def _memory(
    function: BoundaryFunction, path: str, span: Span, known: Mapping[str, Span | None], problems: Problems
) -> s.Member | None:
    """Return the parameter or the field whose memory pointers point into; complain where there is no such memory."""
    parts = path.split(".")
    reached = [*along(function.members, parts)]
    if len(reached) < len(parts):
        inner = {m.name: m.declared for m in fields_of(reached[-1].shape)} if reached else {}
        words, names = ("field", inner) if inner else ("parameter", known)
        owner = f"`{'.'.join(parts[: len(reached)])}`" if inner else f"`{function.name}`"
        problems.unknown(words, parts[len(reached)] if inner else path, span, names, owner)
        return None
    whose = reached[-1]
    if not isinstance(whose.shape, s.PointerShape):
        message = f"`{path}` is no memory that the caller gives, so nothing points into it"
        problems.contradiction(message, span, whose.declared)
    return whose


def _check_views(function: BoundaryFunction, known: Mapping[str, Span | None], problems: Problems) -> None:
    """Complain about `within` of what is no record with pointers that lead into memory."""
    promise = function.promise
    if promise is None:
        return
    named = [
        (m.name, m.shape, promise.params[m.name].within) for m in function.members if m.name in promise.params
    ]
    if isinstance(function.result.shape, s.RecordShape) and promise.returns is not None:
        named.append((s.RESULT_NAME, function.result.shape, promise.returns.within))
    for name, shape, within in named:
        if within is None or isinstance(shape, s.WithinShape):
            continue
        _memory(function, within.text, within.span, known, problems)
        made = isinstance(shape, s.HandleShape) and shape.made and shape.level == 1
        record = shape if isinstance(shape, s.RecordShape) else pointee(shape)
        views = (
            any(views_in(record)) if isinstance(record, s.RecordShape) else pointers_left(shape) is not None
        )
        if not made and not views:
            message = (
                f"`{name}` leaves no pointers to `bytes`, to an `array` or to a `string`, in a record or an array of "
                f"them, so nothing in it points into `{within}`"
            )
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(within.span),), help=_VIEW))
