"""Memory read through a callback's pointer arguments while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape, HandedHandleShape
from abidance.boundary.model.traversal import number_of
from abidance.boundary.model.types import PointerShape, RecordShape, ScalarShape, TaggedPointerShape, What
from abidance.boundary.model.variants import possible
from abidance.boundary.values.content_answers import comparand, number_compared
from abidance.boundary.values.memory import tail_of
from abidance.plan import callback_script as p

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import Shape

LONGEST = 1 << 20
"""More than this is not read behind a pointer, in bytes."""
UNTOLD = 1 << 12
"""So much is read where only an expression tells the length, or the last element, if there is as much."""
MOST_BEHIND_EACH = 32
"""Pointers in an array are followed up to this one."""
MOST_RECORDS, MOST_READS = 16, 128
"""Pointers in records of an array are followed up to this record, unless a callback has so many reads already."""


@dataclass(slots=True)
class Reads:
    """What is read while a callback runs, with the path and the shape of each pointer that is followed."""

    callback: CallbackShape
    reads: list[p.Read] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    shapes: list[PointerShape | HandedHandleShape] = field(default_factory=list)

    @classmethod
    def of(cls, callback: CallbackShape) -> Reads:
        """Return the reads of a callback: numbers behind pointers first, since they may be lengths."""
        made = cls(callback)
        places = {m.name: (n, 0, m.shape) for n, m in enumerate(callback.members)}
        order = sorted(callback.members, key=lambda m: not points_at_number(m.shape))
        for member in order:
            region, offset, shape = places[member.name]
            for each in shape.each if isinstance(shape, TaggedPointerShape) else (shape,):
                made._member(member.name, each, region, offset, (places,))
        return made

    def _member(
        self,
        path: str,
        shape: Shape,
        region: int,
        offset: int,
        scopes: tuple[Mapping[str, tuple[int, int, Shape]], ...],
    ) -> None:
        match shape:
            case HandedHandleShape(record=record) if record is not None:
                self.reads.append(p.Read(p.Spot(region, offset), limit=record.size))
                self.shapes.append(shape)
                self.paths.append(path)
            case PointerShape():
                self._pointer(path, shape, p.Spot(region, offset), scopes)
            case RecordShape():
                members = possible(shape)
                inner = {m.name: (region, offset + m.offset, m.shape) for m in members if not m.bits}
                for member in members:
                    if not member.bits and not member.within:
                        where = (region, offset + member.offset)
                        # Which of these a tag means is known afterwards: all are read, and what cannot be, is not.
                        targets: tuple[Shape, ...] = (member.shape,)
                        if isinstance(member.shape, TaggedPointerShape):
                            targets = member.shape.each
                        for each in targets:
                            self._member(f"{path}.{member.name}", each, *where, (inner, *scopes))

    def _pointer(
        self,
        path: str,
        shape: PointerShape,
        spot: p.Spot,
        scopes: tuple[Mapping[str, tuple[int, int, Shape]], ...],
    ) -> None:
        if not shape.direction.read or shape.tail:
            return  # there is nothing in it yet, or it is read with the record that it ends
        match shape.what:
            case What.STRING:
                self._add(path, shape, p.Read(spot, string=True, limit=1 << 16))
            case What.ONE:
                # A flexible array member goes as far as fields say, which are known once they are read.
                limit = shape.element.size if tail_of(shape.element) is None else UNTOLD
                region = self._add(path, shape, p.Read(spot, limit=max(limit, shape.element.size)))
                if path.count(".") < 3:
                    self._member(path, shape.element, region, 0, scopes)
            case _:
                size = 1 if shape.what is What.BYTES else shape.element.size
                region = self._add(path, shape, self._several(shape, spot, size, scopes))
                if isinstance(shape.element, PointerShape):
                    for n in range(MOST_BEHIND_EACH):
                        self._pointer(f"{path}[{n}]", shape.element, p.Spot(region, n * size), ())
                elif isinstance(shape.element, RecordShape) and "[" not in path:
                    for n in range(MOST_RECORDS):
                        if len(self.reads) < MOST_READS:
                            self._member(f"{path}[{n}]", shape.element, region, n * size, ())

    def _several(
        self,
        shape: PointerShape,
        spot: p.Spot,
        size: int,
        scopes: tuple[Mapping[str, tuple[int, int, Shape]], ...],
    ) -> p.Read:
        clause = (shape.capacity or shape.length) if shape.direction.written else shape.length
        if clause is None:  # it ends with an element of its own
            return p.Read(spot, limit=UNTOLD)
        if not clause.names:
            number = clause.evaluate({})
            known = number if isinstance(number, int) and number >= 0 else 0
            return p.Read(spot, limit=min(known * size, LONGEST))
        name = clause.sole_name
        found = next((scope[name] for scope in scopes if name in scope), None)
        if found is not None:
            region, offset, kind = found
            if points_at_number(kind):
                behind = next((n for n, path in enumerate(self.paths) if path == name), None)
                assert isinstance(kind, PointerShape)
                if behind is not None and isinstance(kind.element, ScalarShape):
                    length = p.Spot(len(self.callback.members) + behind, 0, kind.element.size)
                    return p.Read(spot, length=length, scale=size, limit=LONGEST)
            elif isinstance(kind, ScalarShape) and kind.kind != "float" and kind.size <= 8:
                return p.Read(spot, length=p.Spot(region, offset, kind.size), scale=size, limit=LONGEST)
        return p.Read(spot, limit=min(UNTOLD * size, LONGEST))

    def _add(self, path: str, shape: PointerShape, read: p.Read) -> int:
        self.reads.append(read)
        self.shapes.append(shape)
        self.paths.append(path)
        return len(self.callback.members) + len(self.reads) - 1


def points_at_number(shape: Shape) -> bool:
    """Tell whether a shape is a pointer to one number."""
    return isinstance(shape, PointerShape) and number_of(shape) is not None


def comparands(shape: CallbackShape, reads: Reads) -> tuple[p.Comparand, ...]:
    """Return where what a callback answers by is found while it runs."""
    names = [each.name for each in shape.members]
    found = []
    for path in shape.by:
        first, *inner = members = comparand(shape.members, path)
        behind = isinstance(first.shape, PointerShape)
        region = len(names) + reads.paths.index(first.name) if behind else names.index(first.name)
        number = number_compared(members)
        offset, width = sum(each.offset for each in inner), number.size if number is not None else 0
        found.append(p.Comparand(region, offset, width, compared_as(number)))
    return tuple(found)


def compared_as(number: ScalarShape | None) -> p.ComparandKind:
    """Return how a callback compares what may be one number."""
    if number is None or number.width or number.size > 8 or number.format is not None:
        return p.ComparandKind.BYTES
    if number.kind == "float":
        return p.ComparandKind.REAL
    return p.ComparandKind.SIGNED if number.signed else p.ComparandKind.UNSIGNED
