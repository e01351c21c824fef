"""Where the values of a traced call are in C: the wrapper's own parameters, and what they point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    Direction,
    HandleShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.creation_numbers import numbers_asked
from abidance.contract.expression import spelling
from abidance.native.target.c_text import at_offset, load
from abidance.native.target.drawing import ArgumentDrawer
from abidance.native.target.memory_drawing import Pointee
from abidance.native.target.places import ArgumentSlot
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member
    from abidance.contract.expression import Expression

LARGEST_COPY = 256
"""Bytes of one record that are kept for `old`; of arrays nothing is."""
MOST_TEXT = 1 << 20
"""Bytes of a text that are looked through for its end."""


@dataclass(frozen=True, slots=True)
class PassedLength:
    """How many bytes one place of the call has, as a C expression; `written` tells that the library writes there."""

    place: str
    size: str
    written: bool


class TracedArguments(ArgumentDrawer):
    """The arguments of a call that a program makes: nothing is drawn, all of it is there."""

    def take_all(self) -> list[PassedLength]:
        """Say where everything is, compile how much memory there is, and return that."""
        self.places.given = True
        for member in self.function.members:
            if isinstance(member.shape, HandleShape) and member.shape.created_with:
                numbers = ", ".join(f"`{each}`" for each in member.shape.created_with)
                self.clauses.leave(f"what is said with the {numbers} that `{member.name}` was created with")
        for index, member in enumerate(self.function.members):
            self._member(index, member)
        found = [self._length(index, member) for index, member in enumerate(self.function.members)]
        found += [each for member in self.function.members for each in self._inner_lengths(member)]
        return [each for each in found if each is not None]

    def _member(self, index: int, member: Member) -> None:
        at, path = f"((unsigned char *)&p{index})", (member.name,)
        slot = self.places.slots[path] = ArgumentSlot(at)
        match member.shape:
            case PointerShape() as shape:
                slot.block = self._pointer(index, member)
                slot.count = slot.had = "1"
                if shape.what is What.ONE:
                    self.pointees.append(Pointee(path, shape, str(shape.element.size)))
                    self._keep(slot, shape.element.size, member, written=shape.direction.written)
                elif shape.direction.written:
                    self._leave_uncopied(member)
            case HandleShape() as shape:
                slot.block = self._pointer(index, member)
                if not shape.made and shape.level == 1:
                    self.handles.append((path, shape, "1"))
                record = self.boundary.handles[shape.handle].record
                if shape.level > 1:
                    slot.room = slot.block
                elif record is not None:
                    self.places.records[path] = record
                    self._keep(slot, record.size, member, written=True)
                else:
                    slot.block = ""
            case OpaqueShape():
                slot.null = f"(p{index} == 0)"
            case _:
                pass

    def _pointer(self, index: int, member: Member) -> str:
        """Return the name of where a pointer points; where it cannot be an address, there are zeros."""
        block, null = f"b{index}", f"absent{index}"
        self.out(f"const int {null} = abidance_absent(p{index}); (void){null};")
        self.out(
            f"unsigned char *const {block} = {null} ? abidance_zeros : (unsigned char *)p{index}; (void){block};"
        )
        self.places.slots[(member.name,)].null = null
        return block

    def _keep(self, slot: ArgumentSlot, size: int, member: Member, *, written: bool) -> None:
        """Compile a copy for `old`, where anything asks for it."""
        if not written:
            return
        name = spelling(member.name)
        function = self.function
        shapes = [each.shape for each in function.members]
        lengths = [
            each.length for each in shapes if isinstance(each, PointerShape) and each.length is not None
        ]
        clauses = (*function.ensures, *lengths, *(e for r in function.rejects for e in r.ensures))
        asked = any(each.old and each.parts[0] == name for e in clauses for each in e.references)
        if not asked or size > LARGEST_COPY:
            self._leave_uncopied(member)
        else:
            slot.was = self.out.fresh("was")
            self.out(f"unsigned char {slot.was}[{max(size, 1)}];")
            self.out(f"if (!{slot.null}) memcpy({slot.was}, {slot.block}, {size});")

    def _leave_uncopied(self, member: Member) -> None:
        self.clauses.uncopied.add(spelling(member.name))

    def _length(self, index: int, member: Member) -> PassedLength | None:
        """Compile how many elements a pointer has before the call: what is read, or the room for what is written."""
        shape, slot = member.shape, self.places.slots[member.name,]
        if not isinstance(shape, PointerShape):
            return None
        unit = shape.element.size if shape.what is What.ARRAY else 1
        written = shape.direction is Direction.OUT
        if shape.what is What.ONE:
            return None
        clause = shape.length if shape.direction.read else shape.capacity or shape.length
        if shape.what is What.STRING and shape.direction.read:
            slot.count = slot.had = slot.room = f"n{index}"
            self.out(
                f"size_t {slot.count} = {slot.null} ? 0 : strnlen((const char *){slot.block}, {MOST_TEXT});"
            )
        elif clause is None:
            slot.opaque = True
            return None
        else:
            told = self._element_count(clause, f"n{index}", member.name, slot.null)
            if told is None:
                slot.opaque = True
                return None
            slot.count = slot.had = slot.room = f"(size_t){told}"
            if shape.direction.read and shape.direction.written and shape.capacity is not None:
                room = self._element_count(shape.capacity, f"room{index}", member.name, slot.null)
                slot.room = f"(size_t){room or told}"
        size = f"{slot.room} * {unit}" if unit != 1 else slot.room
        self.pointees.append(Pointee((member.name,), shape, size))
        count = f"({slot.null} ? 0 : (uint64_t)({slot.count}) * {unit})"
        return PassedLength(member.name, count, written)

    def _element_count(self, clause: Expression, name: str, place: str, null: str) -> str | None:
        """Compile the number of elements that a clause tells; 0 where that is no number, or below zero."""
        self.out(f"abidance_int {name} = 0; (void){name};")
        if self.asks_what_created(clause):
            return None
        try:
            told = self.clauses.number(clause, self.environment(), name)
        except NotCompiledError as error:
            self.clauses.leave(f"how much memory `{place}` has: {error.reason}", clause)
            return None
        self.out(f"int {name}_element_count = ({told}) == 1; (void){name}_element_count;")
        self.out(
            f"int {name}_wrong = {name}_element_count && ({name} < 0 || {name} >> 47); (void){name}_wrong;"
        )
        self.out(f"if ({null} || !{name}_element_count || {name}_wrong) {name} = 0;")
        return name

    def asks_what_created(self, clause: Expression) -> bool:
        """Tell whether a clause looks at what a handle was created with, of which nothing is kept here."""
        return any(numbers_asked(member, clause.references) for member in self.function.members)

    def _inner_lengths(self, member: Member) -> list[PassedLength]:
        """Return how many bytes the buffers have that a record points at, where one of its numbers tells."""
        slot = self.places.slots[member.name,]
        record: object = member.shape
        base, there = slot.at, ""
        if isinstance(record, HandleShape):
            if record.made or self.boundary.handles[record.handle].destroy == self.function.name:
                return []  # where nothing is passed in its fields
            record, base, there = self.places.records.get((member.name,)), slot.block, slot.null
        elif isinstance(record, PointerShape):
            if record.what is not What.ONE or not record.direction.read:
                return []
            record, base, there = record.element, slot.block, slot.null
        if not isinstance(record, RecordShape):
            return []
        found = []
        numbers = {each.name: each for each in record.members if isinstance(each.shape, ScalarShape)}
        for each in record.members:
            shape = each.shape
            if not isinstance(shape, PointerShape) or each.within or shape.tail:
                continue
            if shape.what in (What.ONE, What.STRING):
                continue
            clause = shape.length if shape.direction.read else shape.capacity or shape.length
            number = numbers.get(clause.sole_name) if clause is not None else None
            if number is None:
                continue
            unit = shape.element.size if shape.what is What.ARRAY else 1
            assert isinstance(number.shape, ScalarShape)
            value = load(number.shape, at_offset(base, number), number.bits)
            name = self.out.fresh("inner")
            size = f"(uint64_t){value} * {unit}"
            self.out(f"uint64_t {name} = {f'{there} ? 0 : ' if there else ''}{size};")
            written = not shape.direction.read
            found.append(PassedLength(f"{member.name}.{each.name}", name, written))
        return found
