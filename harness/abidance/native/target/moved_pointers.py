"""Compiles pointers that lead into memory of a call's: those that it moves on, and places in other memory.

A parameter that leads to such a pointer is drawn, shown and looked at as the pointer itself, which then lies in a block
of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import fields_of, memory_of, moved_behind, place_passed, single
from abidance.boundary.model.types import (
    UNCOUNTED,
    Direction,
    HandleShape,
    PointerShape,
    What,
    WithinShape,
)
from abidance.native.expressions.values import CGuarded, CInt, CNullable, COpaque
from abidance.native.target.c_text import load, point
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Path
    from abidance.native.target.memory_drawing import Pointee
    from abidance.native.target.places import ArgumentSlot


@dataclass(frozen=True, slots=True)
class MovedPointer:
    """A parameter that leads to a pointer which the call moves: which it is, and whether itself it may be NULL."""

    index: int
    name: str
    nullable: bool


def with_pointers_alone(function: BoundaryFunction) -> tuple[BoundaryFunction, tuple[MovedPointer, ...]]:
    """Return a function whose parameters are the pointers that some lead to, and which these are."""
    members, moved = [], []
    for index, member in enumerate(function.members):
        alone = _alone(member)
        members.append(alone)
        if alone is not member:
            assert isinstance(member.shape, PointerShape)
            moved.append(MovedPointer(index, member.name, member.shape.nullable is not False))
    return (replace(function, members=tuple(members)) if moved else function), tuple(moved)


def _alone(member: Member) -> Member:
    if moved_behind(member.shape) is not None:
        return memory_of(member)
    place = place_passed(member.shape)
    if place is None or not isinstance(member.shape, PointerShape):
        return member
    nullable = place.nullable if member.shape.nullable is False else member.shape.nullable
    return replace(member, shape=replace(place, nullable=nullable))


def lay_behind(drawer: ArgumentDrawer, moved: tuple[MovedPointer, ...]) -> None:
    """Compile that the pointers lie in blocks of their own, which the call is given."""
    for each in moved:
        slot, passed = drawer.places.slots[each.name,], f"a{each.index}"
        lent, before = drawer.out.fresh("moved"), drawer.out.fresh("before")
        drawer.out(f"unsigned char *{lent} = abidance_lend(8, 8);\nif (!{lent}) goto unlawful;")
        drawer.out(f"unsigned char {before}[8]; (void){before};")
        drawer.out(f"memcpy({lent}, {passed}, 8); memcpy({before}, {passed}, 8);")
        gone = f"({slot.null}) ? NULL : " if each.nullable and slot.null else ""
        drawer.out(point(passed, f"{gone}{lent}"))
        slot.at = lent
        if isinstance(drawer.member((each.name,)).shape, WithinShape):
            slot.was = before


def place_in(slots: dict[Path, ArgumentSlot], shape: WithinShape, at: str) -> CValue:
    """Return what expressions see of a pointer into other memory: how far it leads, where it leads into that."""
    null = f"(ABIDANCE_LOAD(void *, {at}) == NULL)"
    memory = slots.get(tuple(shape.whose.split(".")))
    if memory is None or memory.never or not memory.size:
        return COpaque(null)
    start = memory.handed or memory.block
    lost = f"!abidance_within({at}, {start}, {memory.size}, {shape.unit})"
    if memory.null:
        lost = f"{memory.null} || {lost}"
    far = f"((ABIDANCE_LOAD(unsigned char *, {at}) - {start}) / {shape.unit})"
    return CNullable(null, CGuarded(lost, CInt(far)))


def records_changed(drawer: ArgumentDrawer) -> frozenset[str]:
    """Return the parameters with a record that the call may write to, and may let its pointers lead elsewhere."""
    kept = (path[0] for path in drawer.places.records)
    given = (m for m in drawer.function.members if fields_of(m.shape))
    changed = (
        m.name for m in given if isinstance(m.shape, PointerShape) and m.shape.direction is Direction.INOUT
    )
    return frozenset((*kept, *changed))


def is_moved_on(shape: PointerShape) -> bool:
    """Tell whether a call moves a pointer on past what it has read or written, and no number in its stead."""
    return bool(shape.window) and not shape.position


def note_beginnings(drawer: ArgumentDrawer) -> None:
    """Compile how far each window is read or written before the call, of those in which a number tells that."""
    for pointee in drawer.pointees:
        shape, slot = pointee.shape, drawer.places.slots[pointee.path]
        if not shape.position:
            continue
        slot.began, slot.came = "(abidance_int)0", _as_far(drawer, pointee)
        if shape.position != shape.window:
            slot.began = drawer.out.fresh("began")
            drawer.out(f"abidance_int {slot.began} = {slot.came}; (void){slot.began};")


def _as_far(drawer: ArgumentDrawer, pointee: Pointee) -> str:
    """Return how far a window is read or written, as the number beside it tells."""
    path = (*pointee.path[:-1], pointee.shape.position)
    slot = drawer.places.slots.get(path)
    told = f"(abidance_int){load(*drawer.number(path))}"
    return f"({slot.null} ? (abidance_int)0 : {told})" if slot is not None and slot.null else f"({told})"


class MovedPointers:
    """What a call has made of the pointers that lead into its memory."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call

    def windows(self) -> None:
        """Compile that a window's pointer and what counts what is left of it agree (ABD315)."""
        for pointee in self._call.drawer.pointees:
            if self._is_ended(pointee.path):
                continue
            if is_moved_on(pointee.shape):
                self._window(pointee)
            elif pointee.shape.position:
                self._position(pointee)

    def _is_ended(self, path: Path) -> bool:
        """Tell whether a window lies in a handle that the call makes, or ends: it is the library's then."""
        shape = self._call.drawer.member(path[:1]).shape
        if not isinstance(shape, HandleShape):
            return False
        return (
            shape.made or self._call.drawer.boundary.handles[shape.handle].destroy == self._call.function.name
        )

    def _window(self, pointee: Pointee) -> None:
        shape, slot, drawer = pointee.shape, self._call.places.slots[pointee.path], self._call.drawer
        there, had = f"!({slot.null}) && " if slot.null else "", slot.had or slot.room
        far = f"(ABIDANCE_LOAD(unsigned char *, {slot.at}) - {slot.block})"
        unit, null = shape.unit, f"ABIDANCE_LOAD(void *, {slot.at}) == NULL"
        wrong = f"({null} ? 0 : {far} < 0 || (size_t){far} > ({had}) * {unit})"
        if shape.window != UNCOUNTED:
            counter = (*pointee.path[:-1], shape.window)
            left = f"(abidance_int){load(*drawer.number(counter))}"
            moved = f"{far} != ((abidance_int)({had}) - {left}) * {unit}"
            wrong = f"({null} ? {left} != 0 : {left} > (abidance_int)({had}) || {moved} || {wrong})"
        if shape.end:
            end = drawer.address((*pointee.path[:-1], shape.end))
            wrong = f"({wrong} || ABIDANCE_LOAD(unsigned char *, {end}) != {slot.block} + ({had}) * {unit})"
        if self._may_be_anything(shape):
            there += f"!({self._call.known[1]}) && "
        self._call.report(f"{there}{wrong}", "ABD315", pointee.name)

    def _position(self, pointee: Pointee) -> None:
        """Compile that only the number moves that tells how far the call came, and no further than to the end."""
        shape, slot, drawer = pointee.shape, self._call.places.slots[pointee.path], self._call.drawer
        had = f"(abidance_int)({slot.had or slot.room})"
        wrong = f"{slot.came} < {slot.began} || {slot.came} > {had}"
        if len(pointee.path) > 1:  # in a record, where the call could change the rest as well
            wrong += f" || ABIDANCE_LOAD(unsigned char *, {slot.at}) != {slot.block}"
            if shape.window != UNCOUNTED:
                count = drawer.number((*pointee.path[:-1], shape.window))
                wrong += f" || (abidance_int){load(*count)} != {had}"
        there = f"!({slot.null}) && " if slot.null else ""
        if self._may_be_anything(shape):
            there += f"!({self._call.known[1]}) && "
        self._call.report(f"{there}({wrong})", "ABD315", pointee.name)

    def _may_be_anything(self, shape: PointerShape) -> bool:
        promise = self._call.function.promise
        params = (promise.params.get(each) if promise else None for each in (shape.window, shape.position))
        return any(param is not None and param.after_failure == "unspecified" for param in params)

    def astray(self) -> None:
        """Compile that pointers which lead into other memory lead there, or to its end (ABD322)."""
        call, function = self._call, self._call.function
        promise = function.promise
        if isinstance(function.result.shape, WithinShape):
            self._astray(function.result.shape, "result", call.answers(), "result")
        for member in function.members:
            slot, inner = call.places.slots[member.name,], single(member.shape)
            if not isinstance(inner, WithinShape) or slot.never:
                continue
            param = promise.params.get(member.name) if promise else None
            when, at = "1", slot.at
            if isinstance(member.shape, PointerShape):
                if member.shape.direction is Direction.IN:
                    continue
                when, at = (
                    f"({call.known[0]} || {call.known[1]}) && {call.when_left(member.name)}",
                    slot.block,
                )
            elif param is not None and param.after_failure == "unspecified":
                when = f"!({call.known[1]})"
            self._astray(inner, at, f"{when}{f' && !({slot.null})' if slot.null else ''}", member.name)

    def _astray(self, shape: WithinShape, at: str, when: str, name: str) -> None:
        place = place_in(self._call.places.slots, shape, at)
        if isinstance(place, CNullable) and isinstance(place.inner, CGuarded):
            memory = self._call.places.slots[tuple(shape.whose.split("."))]
            there = f" && !({memory.null})" if memory.null else ""
            inside = f"abidance_within({at}, {memory.handed or memory.block}, {memory.size}, {shape.unit})"
            self._call.report(f"{when} && !{place.null}{there} && !{inside}", "ABD322", name)


def measure_behind(
    call: AfterCall,
    pointee: Pointee,
    inner: PointerShape,
    now: dict[str, CValue],
    before: dict[str, CValue],
) -> None:
    """Compile how much lies behind a pointer that a call has left, and that text there ends."""
    slot, out = call.places.slots[pointee.path], call.out
    if pointee.shape.what is not What.ONE:
        return
    left = f"{call.left(pointee)}{f' && !{slot.null}' if slot.null else ''}"
    if inner.what is What.STRING:
        text = f"ABIDANCE_LOAD(void *, {slot.block})"
        there = f"{left} && {text} && !abidance_filled({slot.block}, 8)"
        call.texts.append((f"{there} && abidance_text_size({text}) == ABIDANCE_NO_TEXT", pointee.name))
    elif inner.length is not None and inner.length.names and inner.length.names <= {*now}:
        slot.behind = out.fresh("behind")
        out(f"abidance_int {slot.behind} = 0;")
        try:
            asked = call.clauses.number(inner.length, now, slot.behind, before)
        except NotCompiledError as error:
            call.clauses.leave(str(error), inner.length)
            slot.behind = ""
            return
        out(f"if ({left} && ({asked}) != 1) {slot.behind} = 0;")
