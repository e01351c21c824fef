"""Where the values of one call are in C, and what its expressions see of them, before the call and after it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import writes
from abidance.boundary.model.types import (
    ArrayShape,
    Direction,
    EndShape,
    HandleShape,
    NumberHandle,
    OpaqueAddressShape,
    OpaqueShape,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
    UserDataShape,
    What,
    WithinShape,
)
from abidance.boundary.values.memory import is_byte
from abidance.contract.expression import spelling
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CGuarded,
    CInt,
    CList,
    CLongDouble,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
    RecordPlace,
    behind_null,
)
from abidance.native.target.c_text import at_offset, ending, load
from abidance.native.target.moved_pointers import place_in
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.tagged_pointers import is_alone, is_apart, led_to, name_of
from abidance.native.target.variants import unions_below, unions_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import Member, Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.input_format import Path
    from abidance.native.target.packed_records import RecordRuns
    from abidance.native.target.variants import TaggedUnionPlace


_FAR = "how far a call came in a window is not worked out in C"
DEEP = 3
"""Pointers that a call has left are followed so far, one behind the other."""
UNREAD = "what a pointer in memory points at is not read in C"
PACKED = "where one record ends and the next begins is not worked out in C"


@dataclass(slots=True)
class ArgumentSlot:
    """The C names of one place.

    `at` is the address of its own bytes. Of a pointer, `block` is the address of what it points at, `null` a condition
    under which it is NULL (empty where it never is), `count` how many elements there are now, and `room` how many there
    is room for. `was` is the address of a copy of the memory behind it, made before the call, and `had` how many
    elements that had. `size` is how many bytes there are in all, and `behind` how many elements lie behind a pointer
    that it leads to. `lost` is a condition under which the place is not there, since a union holds another alternative;
    `never` tells that it is always NULL, and `handed` is the address of memory that the call takes over.
    """

    at: str
    block: str = ""
    null: str = ""
    count: str = ""
    room: str = ""
    was: str = ""
    had: str = ""
    lost: str = ""
    size: str = ""
    behind: str = ""
    never: bool = False
    handed: str = ""
    opaque: bool = False
    began: str = ""
    """Of a window in which a number tells how far a call came: that number before the call, and, in `came`, now."""
    came: str = ""


@dataclass(slots=True)
class Places:
    """The places of one call by their paths, and the values that expressions see there."""

    slots: dict[Path, ArgumentSlot] = field(default_factory=dict)
    called: bool = False
    """Whether the call has been made: then the values are those after it."""
    given: bool = False
    """Whether pointers without a slot are the caller's own, so that what they point at is as the contract says."""
    follows: bool = False
    """Whether pointers without a slot are what the call has left, so that what they lead to is read after it."""
    kept: Mapping[Path, frozenset[str]] = field(default_factory=dict)
    """The handles whose pointers are the library's own affair, with those of their fields that it sets for others."""
    changed: frozenset[str] = frozenset()
    """The parameters whose records the call may have written to."""
    depth: int = 0
    """How many pointers that a call has left were followed to where these places are."""
    callbacks: dict[Path, CompiledCallback] = field(default_factory=dict)
    """What the call is given to call back."""
    runs: RecordRuns | None = None
    """What tells where records end that memory is full of; None where nobody looks at such."""
    told: dict[Path, tuple[TaggedUnionPlace, ...]] = field(default_factory=dict)
    """Of parameters that are unions, or lead to one, what others tell of them."""

    def values(self, members: tuple[Member, ...], *, old: bool = False) -> dict[str, CValue]:
        """Return what expressions see of the members of a call; with `old`, what was there before it."""
        found = {}
        for member in members:
            slot = self.slots.get((member.name,))
            if slot is not None:
                found[spelling(member.name)] = self.seen(member.shape, slot.at, (member.name,), old=old)
        return found

    def seen(
        self, shape: Shape, at: str, path: Path, *, old: bool = False, bits: tuple[int, int] | None = None
    ) -> CValue:
        """Return what expressions see of a value at an address."""
        match shape:
            case ScalarShape():
                return number(shape, at, bits)
            case PointerShape() if path not in self.slots:
                if self.called and self.follows and not old:
                    return self._left(shape, at)
                target = in_memory(shape, at) if self.given and shape.direction is Direction.IN else None
                behind = self._target(target) if target is not None else CUnavailable(UNREAD)
                return CNullable(f"(ABIDANCE_LOAD(void *, {at}) == NULL)", behind)
            case PointerShape():
                return self._behind(shape, path, old=old)
            case WithinShape():
                slot = self.slots.get(path)
                return place_in(self.slots, shape, slot.was if slot and slot.was and old else at)
            case EndShape():
                return CUnavailable("where the end of memory is, is not worked out in C")
            case NumberHandle(level=1):
                return number(shape.number, at, bits)
            case NumberHandle():
                return number(shape.number, self.slots[path].block) if self.called else COpaque()
            case HandleShape() if path in self.slots:
                return self._handle(shape, path, old=old)
            case RecordHandle():
                record = self.records.get(path)
                return self.record(record, at, path, old=old) if record is not None else COpaque("0")
            case HandleShape():
                return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)")
            case RecordShape() if is_alone(shape):
                return self._fields(shape, at, path, self.told.get(path, ()), old=old)[""]
            case RecordShape():
                return self.record(shape, at, path, old=old)
            case ArrayShape():
                return elements(
                    shape.of,
                    at,
                    str(shape.count),
                    whole=True,
                    left=self._reads(path, old=old),
                    depth=self.depth,
                )
            case CallbackShape() if path in self.callbacks:
                null = self.slots[path].null
                told = self.called and not old
                inner: CValue = self.callbacks[path].calls() if told else COpaque()
                return CNullable(null, inner) if null else inner
            case OpaqueAddressShape():
                return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)", f"ABIDANCE_LOAD(uintptr_t, {at})")
            case UserDataShape() | OpaqueShape():
                slot = self.slots.get(path)
                if slot is None:
                    return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)")
                return CNull() if slot.never else COpaque(slot.null or "0")
        return CNull()

    def fields(self, shape: RecordShape, at: str, path: Path) -> dict[str, CValue]:
        """Return what expressions see of a record's fields, by the names that they have there."""
        fields = self._fields(shape, at, path, self.told.get(path, ()), old=False)
        return {spelling(name): value for name, value in fields.items()}

    def record(self, shape: RecordShape, at: str, path: Path, *, old: bool = False) -> CRecord:
        """Return what expressions see of a record: every member of a union reads the bytes of the one that is there."""
        told = self.told.get(path, ())
        fields = self._fields(shape, at, path, told, old=old)
        if old or told or any(each[: len(path)] == path and len(each) > len(path) for each in self.slots):
            return CRecord(fields)
        shown = self.kept.get(path[:1])
        key = (id(shape), self.given, self.called, self.follows, self.depth, shown, path[1:])
        return CRecord(fields, place=RecordPlace(key, at, lambda there: self.record(shape, there, path)))

    def _fields(
        self, shape: RecordShape, at: str, path: Path, around: tuple[TaggedUnionPlace, ...], *, old: bool
    ) -> dict[str, CValue]:
        """Return the fields of a record; `around` are unions of which something outside tells what lives in them."""
        fields: dict[str, CValue] = {}
        told = (*around, *unions_told(shape, at))
        for member in shape.members:
            there, inside = at_offset(at, member), unions_below(told, member.name)
            if isinstance(member.shape, TaggedPointerShape) or is_apart(member.name):

                def look(pointer: Member) -> CValue:
                    return self._field(pointer, shape, at, path, old=old)

                name = name_of(member.name)
                fields[name] = led_to(member, shape, at, told, look, fields.get(name))
                continue
            if inside and isinstance(member.shape, RecordShape):
                below = self._fields(member.shape, there, (*path, member.name), inside, old=old)
                fields[member.name] = CRecord(below)
                continue
            unions = dict(member.within)
            own = [each for each in told if not each.path and each.variant.union in unions]
            lost = [each.lost(unions[each.variant.union], member.name) for each in own]
            if "" in lost:
                fields[member.name] = CUnavailable("which member of the union lives is not worked out in C")
                continue
            left = tuple(each for each in member.within if each[0] not in {o.variant.union for o in own})
            value = self._field(replace(member, within=left), shape, at, path, old=old)
            fields[member.name] = value if not own else CGuarded(" || ".join(lost), value)
        return fields

    def _field(self, member: Member, shape: RecordShape, at: str, path: Path, *, old: bool) -> CValue:
        """Return what expressions see of one field of a record."""
        inner = (*path, member.name)
        there = at_offset(at, member)
        if isinstance(member.shape, PointerShape) and inner not in self.slots:
            if member.shape.tail:
                return CUnavailable("a flexible array member is not read in C")
            if member.within:
                return CUnavailable("a union may hold another alternative")
            if self._reads(inner, old=old):
                return self._left(member.shape, there, length_beside(member.shape, shape, at))
            number_ = length_beside(member.shape, shape, at)
            target = in_memory(member.shape, there, number_) if self.given else None
            unread = CUnavailable(f"what `{member.name}` points at is not read in C")
            null = f"(ABIDANCE_LOAD(void *, {there}) == NULL)"
            return CNullable(null, self._target(target) if target else unread)
        # What looks like a pointer below a union may be another alternative's number.
        places = replace(self, given=False) if member.within and self.given else self
        return places.seen(member.shape, there, inner, old=old, bits=member.bits)

    def _reads(self, path: Path, *, old: bool) -> bool:
        """Tell whether pointers below a path were left by the call, so that what they lead to is read."""
        shown = self.kept.get(path[:1])
        return self.called and self.follows and not old and (shown is None or bool({*path[1:2]} & shown))

    def _left(self, shape: PointerShape, at: str, count: str = "") -> CValue:
        """Return what a pointer that the call has left leads to, as far as that can be read.

        `count` says how many elements there are where the pointer itself does not.
        """
        target = in_memory(shape, at, count, left=True)
        null = f"(ABIDANCE_LOAD(void *, {at}) == NULL)"
        if target is None or shape.capacity is not None or self.depth >= DEEP:
            return CNullable(null, CUnavailable(UNREAD))
        unwritten = f"abidance_is_lost({at})"
        pointer = target.at
        if shape.what is What.STRING:
            size = f"abidance_text_size({pointer})"
            text = CBytes(pointer, f"(size_t){size}")
            return CNullable(null, CGuarded(f"{unwritten} || {size} < 0", text))
        lost = f"{unwritten} || !abidance_all_readable({pointer}, (uint64_t)({target.count}), {max(shape.unit, 1)})"
        depth = self.depth + 1
        if shape.records is not None:
            return CNullable(null, CGuarded(lost, self.packed(shape, pointer, target.count)))
        match shape.what:
            case What.ONE:
                inner = replace(self, depth=depth).seen(shape.element, pointer, ("left?",))
            case What.ARRAY:
                inner = elements(shape.element, pointer, target.count, whole=False, left=True, depth=depth)
            case _:
                inner = CBytes(pointer, f"(size_t)({target.count})")
        return CNullable(null, CGuarded(lost, inner))

    def _target(self, target: PointedMemory) -> CValue:
        if target.shape.what is What.ONE:
            return self.seen(target.shape.element, target.at, ("target?",))
        if target.shape.what is What.ARRAY:
            return elements(target.shape.element, target.at, target.count, whole=False, given=True)
        return CBytes(target.at, f"(size_t)({target.count})")

    def _behind(self, shape: PointerShape, path: Path, *, old: bool) -> CValue:
        slot = self.slots[path]
        if slot.lost:
            return CGuarded(slot.lost, self._there(slot, shape, path, old=old))
        return self._there(slot, shape, path, old=old)

    def _there(self, slot: ArgumentSlot, shape: PointerShape, path: Path, *, old: bool) -> CValue:
        after = self.called and not old
        if after and path[0] in self.changed and len(path) > 1 and not (shape.window or shape.position):
            now = f"ABIDANCE_LOAD(unsigned char *, {slot.at})"
            if slot.never:
                return CNullable(f"({now} == NULL)", CUnavailable(UNREAD))
            there = self._pointed_at(slot, shape, path, old=old, after=after)
            return CNullable(f"({now} == NULL)", CGuarded(f"{now} != {slot.block}", there))
        if slot.never:
            return CNull()
        inner = self._pointed_at(slot, shape, path, old=old, after=after)
        return behind_null(slot.null, inner) if slot.null else inner

    def _pointed_at(
        self, slot: ArgumentSlot, shape: PointerShape, path: Path, *, old: bool, after: bool
    ) -> CValue:
        """Return what expressions see behind a pointer that is where it was."""
        if slot.opaque:
            inner: CValue = CUnavailable("its length is not worked out in C")
        elif shape.records is not None:
            inner = self.packed(shape, slot.block, slot.count) if after else COpaque()
        elif shape.position and after:
            inner = self._come_as_far(slot, shape)
        elif shape.window and after:
            inner = self._moved_on(slot, shape)
        elif shape.direction is Direction.OUT and not after:
            inner = COpaque()
        elif shape.what is What.ONE:
            block = slot.was if old and slot.was else slot.block
            null = f"(ABIDANCE_LOAD(void *, {block}) == NULL)"
            match shape.element:
                case PointerShape() as behind if after and self.follows:
                    inner = self._left(behind, block, slot.behind)
                case PointerShape():
                    inner = CNullable(null, CUnavailable(UNREAD))
                case OpaqueShape() | HandleShape():
                    inner = COpaque(null)
                case element:
                    inner = self.seen(element, block, path, old=old)
        else:
            block, count = (slot.was, slot.had) if old and slot.was else (slot.block, slot.count)
            if shape.what is What.ARRAY:
                # What the call has written behind its elements is no longer what was there before it.
                kept = not (old and writes(shape.element))
                given, left = shape.direction is Direction.IN and kept, self._reads(path, old=old)
                inner = elements(shape.element, block, count, whole=False, given=given, left=left)
            else:
                inner = CBytes(block, f"(size_t)({count})")
        return inner

    def packed(self, shape: PointerShape, at: str, count: str) -> CValue:
        """Return what is seen of the records that so many bytes, or elements, are full of."""
        assert shape.records is not None
        if self.runs is None:
            return CUnavailable(PACKED)
        try:
            return self.runs.seen(shape.records, at, f"(size_t)({count}) * {max(shape.unit, 1)}")
        except NotCompiledError as error:
            return CUnavailable(error.reason)

    def _come_as_far(self, slot: ArgumentSlot, shape: PointerShape) -> CValue:
        """Return the same of a window that stays where it is, and in which a number tells how far the call came."""
        if not slot.came:
            return CUnavailable(_FAR)
        had, unit = f"(abidance_int)({slot.had or slot.room})", shape.unit
        start = f"({slot.block} + {slot.began} * {unit})"
        count = f"({slot.came} - {slot.began})"
        if shape.direction.read:
            start = f"({slot.was or slot.block} + {slot.came} * {unit})"
            count = f"({had} - {slot.came})"
        whole = CBytes(start, f"(size_t){count}")
        inner: CValue = whole
        if shape.what is What.ARRAY:
            inner = elements(shape.element, start, f"(size_t){count}", whole=False)
        return CGuarded(f"!({slot.began} <= {slot.came} && {slot.came} <= {had})", inner)

    def _moved_on(self, slot: ArgumentSlot, shape: PointerShape) -> CValue:
        """Return what is left of a window that is read, or what the call has written to one that is written."""
        now, unit = f"ABIDANCE_LOAD(unsigned char *, {slot.at})", shape.unit
        had = f"({slot.had or slot.room})"
        far = f"(size_t)({now} - {slot.block})"
        start, count = slot.block, f"{far} / {unit}"
        if shape.direction.read:
            start, count = f"({slot.was or slot.block} + {far})", f"({had} - {far} / {unit})"
        of = shape.element
        whole = CBytes(start, f"(size_t){count}")
        inner: CValue = whole if shape.what is not What.ARRAY else elements(of, start, count, whole=False)
        inside = f"abidance_within({slot.at}, {slot.block}, {had} * {unit}, {unit})"
        return CNullable(f"({now} == NULL)", CGuarded(f"!{inside}", inner))

    def _handle(self, shape: HandleShape, path: Path, *, old: bool) -> CValue:
        slot = self.slots[path]
        if slot.never:
            return CNull()
        record = self.records.get(path)
        if record is not None and slot.block:
            inner: CValue = self.record(record, slot.was if old and slot.was else slot.block, path, old=old)
        else:
            inner = COpaque(at=f"ABIDANCE_LOAD(uintptr_t, {slot.at})" if shape.level == 1 else "")
        if (created := self.created.get(path)) is not None:
            inner = CRecord({**created, **(inner.fields if isinstance(inner, CRecord) else {})})
        if slot.room:  # where the library puts a new one, or takes one from
            null = f"{slot.null} || " if slot.null else ""
            gone = f"({null}ABIDANCE_LOAD(void *, {slot.room}) == NULL)"
            return COpaque(gone if self.called and not old else slot.null or "0")
        return CNullable(slot.null, inner) if slot.null else inner

    records: dict[Path, RecordShape] = field(default_factory=dict)
    """The records of handles that the caller allocates."""
    created: dict[Path, dict[str, CValue]] = field(default_factory=dict)
    """The numbers that handles were created with, as far as the function asks for them."""


def lies_at(shape: Shape, at: str) -> str:
    """Return where in C an argument lies that is `at` a place: a handle that comes out, behind the pointer there."""
    comes_out = isinstance(shape, HandleShape) and shape.made and shape.level == 2
    return f"ABIDANCE_LOAD(unsigned char *, {at})" if comes_out else at


def number(shape: ScalarShape, at: str, bits: tuple[int, int] | None = None) -> CValue:
    """Return what expressions see of a number in memory."""
    if shape.kind != "float":
        wide = shape.size == 16 and not shape.signed and not shape.width
        return CInt(load(shape, at, bits), boolean=shape.kind == "bool", wide=wide)
    if shape.format is None:
        return CFloat(load(shape, at))
    if shape.basic == "long double" or shape.spelling == "long double":
        return CLongDouble(load(shape, at))
    return CUnavailable(f"a `{shape.spelling}` is not read in C")


@dataclass(frozen=True, slots=True)
class PointedMemory:
    """What a pointer in memory points at, where the caller has put it there: the address, and how many elements."""

    shape: PointerShape
    at: str
    count: str


def length_beside(shape: PointerShape, record: RecordShape, at: str) -> str:
    """Return the number in a record, which lies `at` a place, that says how much a pointer there leads to."""
    length = next((m for m in record.members if m.name == shape.length_name), None)
    if length is None or not isinstance(length.shape, ScalarShape) or length.shape.kind == "float":
        return ""
    return load(length.shape, at_offset(at, length), length.bits)


def in_memory(shape: PointerShape, at: str, length: str = "", *, left: bool = False) -> PointedMemory | None:
    """Return what a pointer points at; None where neither it nor the number of its `length` says how much it is.

    With `left`, it is the call that has put it there.
    """
    if not (left or shape.direction.read) or shape.position:
        return None
    target = f"ABIDANCE_LOAD(unsigned char *, {at})"
    if shape.what is What.ONE:
        return PointedMemory(shape, target, "1")
    if shape.what is What.STRING:
        return PointedMemory(shape, target, f"strlen((const char *){target})")
    if shape.end:
        last = f"ABIDANCE_LOAD(unsigned char *, {at} + {shape.end_at})"
        return PointedMemory(shape, target, f"(size_t)({last} - {target}) / {shape.unit}")
    if shape.ended_by is not None:
        return PointedMemory(shape, target, f"(size_t)abidance_up_to_end({target}, {ending(shape.ended_by)})")
    if shape.length is not None and not shape.length.names:
        return PointedMemory(shape, target, str(shape.length.evaluate({})))
    return PointedMemory(shape, target, length) if length else None


def elements(
    of: Shape, at: str, count: str, *, whole: bool, given: bool = False, left: bool = False, depth: int = 0
) -> CValue:
    """Return what expressions see of several values side by side; of a `whole` array of bytes, the bytes.

    What pointers in them lead to is as it was `given`, or the call has `left` it, so many pointers behind others.
    """
    if whole and is_byte(of):
        return CBytes(at, f"(size_t)({count})")
    places = Places(given=given, called=left, follows=left, depth=depth)

    def element(index: str) -> CValue:
        there = f"({at} + (size_t)({index}) * {of.size})"
        return places.seen(of, there, ())

    return CList(f"(abidance_int)({count})", element)


def chained(*layers: Mapping[str, CValue]) -> dict[str, CValue]:
    """Return one environment in which the first that has a name says what it is."""
    found: dict[str, CValue] = {}
    for layer in layers:
        for name, value in layer.items():
            found.setdefault(name, value)
    return found
