"""Compiles what a call leaves that lasts after it (ABD374): the account that `runtime/lasting.h` keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.borrowed_results import asked_about
from abidance.boundary.encode.case_handles import STATIC
from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.encode.result_reads import is_followed, lasting, left_in
from abidance.boundary.model.ownership import CHANGE
from abidance.boundary.model.traversal import walk
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandleShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.inner_pointers import pointers_in
from abidance.contract.expression import spelling
from abidance.native.expressions.values import CBytes, CGuarded, CList, CNullable
from abidance.native.target.c_text import ending, load, words

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.values.inner_pointers import PlacedPointer
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.tables import Tables

_UNTOLD = "how long there is what nothing in C tells how much it is"


def anything_lasts(boundary: Boundary) -> bool:
    """Tell whether a call may leave something that is looked at after other functions' calls, in a sequence or law."""
    of_laws = {step.function for law in boundary.laws.values() for step in law.steps[:-1]}
    return any(
        each.promise is not None and (name in of_laws or _has_handles(each)) and lasting(each)
        for name, each in boundary.functions.items()
    )


def is_called_twice(function: BoundaryFunction) -> bool:
    """Tell whether a function's entry calls it twice: what it leaves is to last for good, and it has no handles."""
    static = any(shape.lifetime == STATIC for shape in lasting(function).values())
    return static and function.promise is not None and not _has_handles(function)


def _has_handles(function: BoundaryFunction) -> bool:
    """Tell whether a function is given a handle, or leaves one, so that it has its place in sequences."""
    given = any(isinstance(s, HandleShape) for m in function.members for s in walk(m.shape))
    return given or any(True for _ in left_by(function))


class LastingMemory:
    """What lasts of what one call leaves, and what it ends of what earlier ones have left."""

    def __init__(self, boundary: Boundary, tables: Tables, drawer: ArgumentDrawer, *, refused: bool) -> None:
        self._boundary = boundary
        self._tables = tables
        self._drawer = drawer
        self._refused = refused
        self._places = {path[0]: number for number, (path, _, _) in enumerate(drawer.handles)}
        self._is_kept = anything_lasts(boundary) or is_called_twice(drawer.function)

    def end(self) -> None:
        """Compile that what the call ends is forgotten, before its handles are what it makes of them."""
        if not self._is_kept:
            return
        out, function = self._drawer.out, self._drawer.function
        number = self._tables.function(function.name)
        out(f"abidance_end_stays({number}, held, holds, {len(self._drawer.handles)});")
        for name in sorted(asked_about(function)):
            out(f"abidance_asked_ends_stays({self._tables.function(name)});")

    def look(self, judges: str) -> None:
        """Compile that what is still there is looked at again, once it is known which handles are."""
        if self._is_kept:
            self._drawer.out(f"abidance_look_again({judges} && !suspected);")

    def note(self, call: AfterCall) -> None:
        """Compile that what the call leaves that lasts is noted."""
        function = self._drawer.function
        lasts = lasting(function)
        if not self._is_kept or self._refused or not lasts:
            return
        asked = asked_about(function)
        shape = function.result.shape
        if RESULT_NAME in lasts and not asked & {*lasts[RESULT_NAME].until}:
            self._result(call, lasts[RESULT_NAME])
        elif isinstance(shape, RecordShape):
            for pointer in pointers_in(shape, RESULT_NAME):
                if pointer.path in lasts and not asked & {*pointer.shape.until}:
                    self._pointer(call, pointer, "result", "success")
        for pointee in call.drawer.pointees:
            slot = call.places.slots[pointee.path]
            member = next((m for m in function.members if (m.name,) == pointee.path), None)
            if member is None or not slot.block or slot.opaque:
                continue
            left = f"success && {call.left(pointee)}"
            there = f"{left} && !{slot.null}" if slot.null else left
            for pointer in left_in(member):
                if pointer.path in lasts and not asked & {*pointer.shape.until}:
                    self._pointer(call, pointer, slot.block, there, slot.behind)

    def _result(self, call: AfterCall, shape: PointerShape) -> None:
        if call.returned_room:
            self._lasts(shape, "success && returned", "returned", call.returned_room, RESULT_NAME, room=True)
            return
        extent = returned_extent(call, shape)
        if extent is None:
            returns = self._drawer.function.promise and self._drawer.function.promise.returns
            call.clauses.leave_at(_UNTOLD, returns.value_span("lifetime") if returns else shape.span)
            return
        lost, count = extent
        if shape.records is not None:
            count = call.returned_elements
        there = " && ".join(["success", "returned", *(f"!({each})" for each in lost), *_not_passed(call)])
        self._lasts(shape, there, "returned", count, RESULT_NAME)

    def _pointer(
        self, call: AfterCall, pointer: PlacedPointer, base: str, when: str, behind: str = ""
    ) -> None:
        shape, place = pointer.shape, f"({base} + {pointer.offset})"
        at = f"ABIDANCE_LOAD(unsigned char *, {place})"
        there = f"{when} && !abidance_is_lost({place}) && {at}"
        count = _count(pointer, base, at) or behind
        if pointer.when or not count or not is_followed(pointer):
            call.clauses.leave_at(_UNTOLD, shape.span)
            return
        self._lasts(shape, there, at, count, spelling(pointer.path))

    def _lasts(
        self, shape: PointerShape, there: str, at: str, count: str, path: str, *, room: bool = False
    ) -> None:
        unit = 1 if shape.what in (What.STRING, What.BYTES) else shape.element.size
        more = 1 if shape.what is What.STRING else unit if shape.ended_by is not None else 0
        more = 0 if room else more
        stays = int(shape.what is not What.ONE or CHANGE in shape.until or room)
        if not unit:
            return
        function = self._drawer.function
        with self._drawer.out.block(f"if ({there})"):
            out = self._drawer.out
            out(f"unsigned holder = {self._holder(shape.lifetime)};")
            out(f"int64_t count = (int64_t)({count});")
            how = (
                f"{{.holder = holder, .until = {self._tables.until(shape.until)}, .stays = {stays}, "
                f".function = {words(function.name)}, .what = {words(path)}}}"
            )
            known = "count >= 0" if shape.lifetime == STATIC else "holder && count >= 0"
            out(f"if ({known}) abidance_lasts({at}, (uint64_t)count, {unit}, {more}, (abidance_stay){how});")

    def _holder(self, lifetime: str) -> str:
        """Return the id of the handle as long as which something is there; 0 for none."""
        if lifetime == STATIC:
            return "0"
        for name, shape in left_by(self._drawer.function):
            if name == lifetime:
                return f"abidance_made[{self._tables.kind(shape.handle)}]"
        kind = self._tables.kind(lifetime) if lifetime in self._boundary.handles else -1
        place = self._places.get(lifetime, -1)
        return f"abidance_holder({place}, {kind}, held, {len(self._drawer.handles)})"


def _not_passed(call: AfterCall) -> list[str]:
    """Return the condition that what came back is not in memory of the caller's in which it may be."""
    function = call.function
    lent = call.places.slots.get((function.result.owned_unless,))
    if lent is None or not lent.block:
        return []
    return [f"(uintptr_t)returned - (uintptr_t){lent.block} > (uintptr_t)({lent.size or lent.count or '0'})"]


def returned_extent(call: AfterCall, shape: PointerShape) -> tuple[list[str], str] | None:
    """Return how many elements lie behind a pointer that came back, and the conditions with which that is not known."""
    lost, inner = _unguarded(call.result)
    match inner:
        case CBytes(length=length):
            return lost, f"(size_t)({length})"
        case CList(count=number):
            return lost, f"(size_t)({number})"
        case _ if shape.what is What.ONE and not isinstance(shape.element, AddressShape):
            return lost, "1"
    return None


def _unguarded(value: object) -> tuple[list[str], object]:
    """Return what stands behind a pointer that has come back, and the conditions with which that is not known."""
    lost = []
    while isinstance(value, CGuarded | CNullable):
        if isinstance(value, CGuarded):
            lost.append(value.lost)
        value = value.inner
    return lost, value


def _count(pointer: PlacedPointer, base: str, at: str) -> str:
    """Return how many elements lie behind a pointer in memory, as far as that is told there; below 0 for none."""
    shape = pointer.shape
    if shape.what is What.ONE:
        return "" if isinstance(shape.element, AddressShape) else "1"
    if shape.what is What.STRING:
        return f"abidance_mapped_text({at})"
    if shape.ended_by is not None:
        return f"abidance_mapped_elements({at}, {ending(shape.ended_by)})"
    if shape.end or shape.length is None:
        return ""
    if not shape.length.names:
        return str(shape.length.evaluate({}))
    beside = pointer.beside.get(shape.length_name or "")
    if beside is None or not isinstance(beside[1], ScalarShape) or beside[1].kind == "float":
        return ""
    return load(beside[1], f"({base} + {beside[0]})")
