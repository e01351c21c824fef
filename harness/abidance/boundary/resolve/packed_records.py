"""`records:` joined with the header: what memory is full of, one behind the other."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import fields_of, has_pointers, moved_behind, walk
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import tail_of
from abidance.contract.expression import parse, spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.model.places import Element, Place, RecordRun
    from abidance.core.span import Span


def packed_records(
    shaper: Shaper,
    element: s.Shape,
    kind: s.What,
    place: Place | Element,
    direction: s.Direction,
    declared: Span,
) -> s.PackedRecords | None:
    """Return the records that memory is full of; None where it is full of none."""
    said = place.records
    if said is None:
        return None
    if (message := _untold(said, place, direction)) is not None:
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(said.span),)))
        return None
    found = shaper.declarations.find_type(said.to.text)
    if found is None:
        known: dict[str, Span | None] = {n: t.span for n, t in shaper.declarations.typedefs.items()}
        known |= {key: record.span for key, record in shaper.declarations.records.items()}
        shaper.problems.unknown("type", said.to.text, said.to.span, known, "the header")
        return None
    of = shaper.shape(found, None, declared, direction)
    if (why := _no_run(of, said)) is not None:
        shaper.problems.contradiction(why, said.to.span, declared)
        return None
    assert isinstance(of, s.RecordShape)
    size = said.size
    if size is not None:
        names = [spelling(member.name) for member in of.members]
        if not shaper.problems.names(size, {*names, *shaper.constants}):
            return None
        size = with_constants(shaper, size, names)
    unit = 1 if kind is s.What.BYTES else element.size
    whole = of if size is None else _with_rest(of, size, unit)
    return s.PackedRecords(of, whole, unit, said.align or 1, said.span, size, said.count)


def _with_rest(of: s.RecordShape, size: Expression, unit: int) -> s.RecordShape:
    """Return a record of which what lies behind its fields, up to its size, is an unnamed flexible array member."""
    if tail_of(of) is not None:
        return of
    length = parse(f"({ast.unparse(size.tree)}) * {unit} - {of.size}", size.span)
    rest = s.PointerShape(
        s.Direction.IN, s.What.BYTES, s.BYTE, size.span, length=length, tail=True, size=0, align=1
    )
    return replace(of, members=(*of.members, s.Member("", rest, size.span, offset=of.size)))


def _untold(said: RecordRun, place: Place | Element, direction: s.Direction) -> str | None:
    """Return why nothing tells how far records go in all; None where something does."""
    if said.count is None:
        missing = "nothing tells how far these records go in all: `length` is missing"
        return missing if place.length is None else None
    if direction is not s.Direction.IN:
        return "`count` is for records that are only passed: of others, `length` says how far they go in all"
    if place.length is not None or place.ended_by is not None or place.max is not None:
        return "`count` says how many records there are in place of `length`, `max` and `ended_by`"
    return None


def _no_run(of: s.Shape, said: RecordRun) -> str | None:
    """Return why there is no run of records of a type, None where there is one."""
    if not isinstance(of, s.RecordShape) or not of.size:
        return f"`{said.to}` is no record whose fields could tell how far it goes"
    if has_pointers(of):
        return f"`{said.to}` has pointers, and nobody looks at what these lead to in such records"
    if said.size is None and tail_of(of) is None:
        return (
            f"nothing tells how far each `{said.to}` goes: it has no flexible array member of which a field tells the "
            "`length`, and `size` is missing"
        )
    return None


def check_records(functions: Iterable[BoundaryFunction], problems: Problems) -> None:
    """Complain about records one behind the other that are passed where nothing could make them up."""
    for function in functions:
        for member in function.members:
            outer = member.shape
            if isinstance(outer, s.PointerShape) and not outer.direction.read:
                continue
            scopes = (function.members, *(fields_of(shape) for shape in walk(outer)))
            tied = [each.shape for scope in scopes for group in ties(scope).values() for each in group]
            for shape in walk(outer):
                if not isinstance(shape, s.PointerShape) or shape.records is None or not shape.direction.read:
                    continue
                if shape.window or shape.position or moved_behind(outer) is not None:
                    words = "is passed and moved on, and a part of records one behind the other is none"
                    remedy = "leave `records` out: the memory is bytes"
                elif not any(each is shape for each in tied):
                    words = (
                        "is passed, and no number beside it says how long records one behind the other are"
                    )
                    remedy = "`length` names a parameter, or a field of the same record, and that alone"
                else:
                    continue
                labels = (Label(shape.records.span), Label(member.declared))
                problems.add(Diagnostic(WRONG_VALUE, f"`{member.name}` {words}", labels, help=remedy))


def with_constants(shaper: Shaper, expression: Expression, fields: Iterable[str]) -> Expression:
    """Return an expression over the fields of a record, which is evaluated with nothing else, with its constants."""
    constants = shaper.constants
    named = expression.names & constants.keys() - {*fields}
    numbers = {name: int(value) for name in named if isinstance(value := constants[name], int)}
    return expression.with_numbers(numbers) if numbers else expression
