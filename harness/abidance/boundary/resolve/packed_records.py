"""`records:` joined with the header: what memory is full of that the callee leaves, one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import has_pointers, walk
from abidance.boundary.values.memory import tail_of
from abidance.contract.expression import spelling
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
    shaper: Shaper, element: s.Shape, kind: s.What, place: Place | Element, declared: Span
) -> s.PackedRecords | None:
    """Return the records that memory is full of; None where it is full of none."""
    said = place.records
    if said is None:
        return None
    if place.length is None:
        message = "nothing tells how far these records go in all: `length` is missing"
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(said.span),)))
        return None
    found = shaper.declarations.find_type(said.to.text)
    if found is None:
        known: dict[str, Span | None] = {n: t.span for n, t in shaper.declarations.typedefs.items()}
        known |= {key: record.span for key, record in shaper.declarations.records.items()}
        shaper.problems.unknown("type", said.to.text, said.to.span, known, "the header")
        return None
    of = shaper.shape(found, None, declared, s.Direction.OUT)
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
    return s.PackedRecords(of, unit, said.align or 1, said.span, size)


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
    """Complain about records one behind the other in what a call is given: nobody makes such up."""
    for function in functions:
        for member in function.members:
            outer = member.shape
            given = not isinstance(outer, s.PointerShape) or outer.direction.read
            for shape in walk(outer) if given else ():
                if isinstance(shape, s.PointerShape) and shape.records is not None:
                    message = (
                        f"`{member.name}` is passed, and records one behind the other are what a call leaves"
                    )
                    remedy = "bytes that are of some form are made by a Python function, `generate`"
                    labels = (Label(shape.records.span), Label(member.declared))
                    problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def with_constants(shaper: Shaper, expression: Expression, fields: Iterable[str]) -> Expression:
    """Return an expression over the fields of a record, which is evaluated with nothing else, with its constants."""
    constants = shaper.constants
    named = expression.names & constants.keys() - {*fields}
    numbers = {name: int(value) for name in named if isinstance(value := constants[name], int)}
    return expression.with_numbers(numbers) if numbers else expression
