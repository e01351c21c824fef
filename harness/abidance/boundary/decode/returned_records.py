"""The records that a call wrote or returned, wherever they stand among what came back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import pointee, writes
from abidance.boundary.model.types import ArrayShape, HandleShape, PointerShape, RecordShape
from abidance.boundary.model.variants import living_of
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.decode.call_values import CallValues
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member, Shape


@dataclass(frozen=True, slots=True)
class WrittenRecord:
    """One record. `path` tells where it stands, such as ``out[2].inner``."""

    path: str
    shape: RecordShape
    fields: Mapping[str, object]

    @property
    def place(self) -> str:
        """Return the path without the numbers of elements, and however far down a list it leads."""
        return re.sub(r"((?:\.\w+)+?)\1+(?![\w])", r"\1", re.sub(r"\[\d+\]", "[]", self.path))


def records(
    function: BoundaryFunction, seen: CallValues, handles: Mapping[str, HandleLife]
) -> Iterator[WrittenRecord]:
    """Yield the records that a call which answered left behind: in parameters only those that it is to write.

    The alternatives of a union are left out where no tag tells which of them was written.
    """
    for member in function.members:
        if function.leaves(member.name, success=seen.success):
            value = seen.after.get(spelling(member.name))
            if isinstance(member.shape, HandleShape):
                yield from _of_handle(function, member, value, handles[member.shape.handle])
            else:
                yield from _inside(member.shape, value, member.name, written=False)
    shape = function.result.shape
    yield from _inside(pointee(shape), seen.result, "result", written=True)


def _of_handle(
    function: BoundaryFunction, member: Member, value: object, life: HandleLife
) -> Iterator[WrittenRecord]:
    """Yield the record of a handle in the caller's memory, and those in it, as far as the contract describes them."""
    assert isinstance(member.shape, HandleShape)
    if life.record is None or not isinstance(value, dict) or life.is_ended(function.name, member.shape):
        return
    fields = {spelling(each.name): each for each in life.record.members}
    said = {name for name, each in fields.items() if each.name in life.described | life.read_only}
    whole = tuple(each for each in life.record.invariants if each.names & {*fields} <= said)
    yield WrittenRecord(member.name, replace(life.record, invariants=whole), value)
    for name in sorted(said):
        each = fields[name]
        if not each.within:
            yield from _inside(each.shape, value.get(each.name), f"{member.name}.{each.name}", written=True)


def _inside(shape: Shape, value: object, path: str, *, written: bool) -> Iterator[WrittenRecord]:
    match shape:
        case PointerShape() if written or shape.direction.written or writes(shape.element):
            yield from _inside(shape.seen.element, value, path, written=written or shape.direction.written)
        case ArrayShape(of=of):
            yield from _inside(of, value, path, written=written)
        case RecordShape() if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _inside(shape, item, f"{path}[{index}]", written=written)
        case RecordShape() if isinstance(value, dict):
            if written:
                yield WrittenRecord(path, shape, value)
            for member in living_of(shape, value).members:
                if not member.within:
                    yield from _inside(
                        member.shape, value.get(member.name), f"{path}.{member.name}", written=written
                    )
