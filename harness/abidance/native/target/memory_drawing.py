"""Compiles steps about memory to C: what pointers point at, from the input or as room for the library's output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    ArrayShape,
    PointerShape,
    What,
)
from abidance.contract.expression import Expression
from abidance.native.target.c_text import (
    ending,
    integer,
    load,
    point,
    says_nul,
    store,
    string,
)
from abidance.native.target.forms import form_table
from abidance.native.target.input_format import (
    LARGEST,
    TO_THE_END,
    Alternative,
    DrawnContents,
    Elements,
    Frame,
    GoingOn,
    Lend,
    Length,
    MemoryEnd,
    Path,
    PlaceWithin,
    RawBytes,
    Room,
    ToldAlternative,
)
from abidance.native.target.lenders import lender, lender_told
from abidance.native.target.memory_steps import unit
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.tagged_pointers import name_of
from abidance.native.target.texts import bytes_check, codec_check

if TYPE_CHECKING:
    from abidance.boundary.model.types import Shape
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.places import ArgumentSlot
    from abidance.native.target.texts import CodecCheck


@dataclass(frozen=True, slots=True)
class Pointee:
    """Memory behind a pointer of the call: its place, and the size in bytes as a C expression."""

    path: Path
    shape: PointerShape
    size: str

    @property
    def name(self) -> str:
        """Return what a finding calls it."""
        return ".".join(name_of(each) for each in self.path if name_of(each) or not each)


class MemoryDrawing:
    """The memory of one call, or of one element of an array, while it is compiled."""

    def __init__(self, drawer: ArgumentDrawer) -> None:
        self._drawer = drawer
        self._out = drawer.out
        self.around = ""
        """How long the array lasts that has the element."""
        self._lasting: dict[Path, str] = {}

    def block(self, path: Path, shape: PointerShape, size: str, align: int) -> ArgumentSlot:
        """Lend memory, and let the pointer point at it."""
        slot = self._drawer.slot(path)
        slot.block, slot.size = self._out.fresh(f"b_{path[-1] if path else 'element'}"), f"({size})"
        lifetime = self._lasts(path, shape)
        if shape.handed:
            self._hand(slot, shape, size)
        elif shape.lifetimes:
            lent = lender_told(self._drawer, shape)
            self._out(f"unsigned char *{slot.block} = {lent}({size}, {align});")
        else:
            lent = lender(lifetime, loose=shape.misaligned)
            self._out(f"unsigned char *{slot.block} = {lent}({size}, {align});")
        self._out(f"if (!{slot.block}) goto unlawful;")
        self._drawer.place(point(slot.at, slot.block))
        return slot

    def _lasts(self, path: Path, shape: PointerShape | None = None) -> str:
        """Return how long memory lasts: where the contract does not say, as long as that in which it is pointed at."""
        lifetime = shape.lifetime if shape is not None else ""
        if not lifetime:
            nearest = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self._lasting), None)
            lifetime = self.around if nearest is None else self._lasting[nearest]
        self._lasting[path] = lifetime
        return lifetime

    def _hand(self, slot: ArgumentSlot, shape: PointerShape, size: str) -> None:
        """Compile memory that the call is to take over: from the C library, or from a function of the library."""
        if not shape.alloc:
            self._out(
                f"unsigned char *{slot.block} = abidance_hand_malloc({size}, {int(shape.lifetime == 'static')});"
            )
            return
        function, freer = (
            self._drawer.boundary.functions[shape.alloc],
            self._drawer.boundary.functions[shape.free],
        )
        if function.signature is None or function.signature.stub or freer.signature is None:
            raise NotCompiledError(f"`{shape.alloc}` cannot be called")
        of = self._drawer.types.name(function.signature.parameters[0])
        callee = self._drawer.symbols.function(function.declaration.symbol)
        self._out("if (abidance_handed_count == ABIDANCE_HANDED) goto unlawful;\nabidance_inside = 1;")
        self._out(
            f"unsigned char *{slot.block} = ((void *(*)({of})){callee})(({of})({size}));\nabidance_inside = 0;"
        )
        give_back = self._drawer.symbols.freer(freer, self._drawer.boundary)
        self._out(f"abidance_hand_over({slot.block}, {give_back});")

    def hand_over(self) -> None:
        """Compile copies of what the call takes over, which nobody looks at any more: expressions see the copies."""
        for pointee in self._drawer.pointees:
            slot = self._drawer.places.slots[pointee.path]
            if pointee.shape.handed:
                slot.was = self._out.fresh("given")
                self._out(f"unsigned char *{slot.was} = abidance_copy({slot.block}, {pointee.size});")
                self._out(f"if (!{slot.was}) goto unlawful;")
                slot.handed, slot.block = slot.block, slot.was

    def lend(self, step: Lend) -> None:
        shape, element = step.shape, step.shape.element
        slot = self.block(step.path, shape, str(element.size), max(element.align, shape.align_to))
        fill = "0" if shape.direction.read else "abidance_fill"
        self._out(f"memset({slot.block}, {fill}, {element.size});")
        if shape.initially:
            self._out(f"memcpy({slot.block}, {string(shape.initially)}, {len(shape.initially)});")
        slot.count = "1"
        self._drawer.pointees.append(Pointee(step.path, shape, str(element.size)))

    def _count(self, length: Length, path: Path) -> tuple[str, str]:
        """Return the least and the most elements as C expressions; the same one where it is told."""
        if length.like is not None:
            count = self._drawer.places.slots[length.like].had
            return count, count
        if isinstance(length.exactly, int):
            return str(length.exactly), str(length.exactly)
        if isinstance(length.exactly, Expression):
            count = self._out.fresh("count")
            self._out(f"abidance_int {count} = 0;")
            told = self._drawer.clauses.number(length.exactly, self._drawer.environment(path[:-1]), count)
            self._drawer.place(f"if (({told}) != 1 || {count} < 0 || {count} > {LARGEST}) goto unlawful;")
            return f"(size_t){count}", f"(size_t){count}"
        return str(length.least), str(length.most)

    def contents(self, step: DrawnContents) -> None:
        shape, length = step.shape, step.length
        way = self._way(length)
        least, most = self._count(length, step.path)
        told = length.exactly is not None or length.like is not None
        name, count = self._out.fresh("contents"), self._out.fresh("n")
        if told and not step.only:
            self._out(f"size_t {count} = {self._there(least)};")
            size = f"{count} * {step.unit}" if step.unit != 1 else count
            self._out(f"const unsigned char *{name}_bytes = abidance_exactly({size});")
            self._out(f"if (!{name}_bytes) goto unlawful;")
        else:
            if step.only:
                table = self._drawer.tables.texts(step.only)
                self._out(f"abidance_contents {name} = {{abidance_zeros, 0}};")
                drawn = f"abidance_one_text({table}, {len(step.only)}, {step.unit})"
                if step.row is not None:
                    text = f"{table}[{self._drawer.rows[step.row]}]"
                    drawn = f"(abidance_contents){{(const unsigned char *){text}.bytes, {text}.count / {step.unit}}}"
                self._drawer.place(f"{name} = {drawn};")
                if told:
                    self._drawer.place(f"if ({name}.count != {least}) goto unlawful;")
            else:
                table = self._drawer.tables.texts(step.mentioned)
                last = "alone" if step.last else "0"
                texts = len(step.mentioned)
                self._out(f"abidance_contents {name} = {{abidance_zeros, 0}};")
                self._drawer.place(
                    f"{name} = abidance_some({least}, {most}, {step.unit}, {table}, {texts}, {last});"
                )
            self._out(f"size_t {count} = {name}.count; const unsigned char *{name}_bytes = {name}.bytes;")
            self._nearest(length, count)
        align = max(shape.align_to, shape.element.align if shape.what is What.ARRAY else 1)
        self._cut(shape, length, f"{name}_bytes", count, way)
        check = self._codec(shape)
        if check is not None and check.unit > 1:
            whole = f"if ({count} % {check.unit}) goto unlawful;"
            self._drawer.place(whole) if told or step.only else self._out(
                f"{count} -= {count} % {check.unit};"
            )
        if shape.what is What.STRING:
            self._out(f"{count} = strnlen((const char *){name}_bytes, {count});")
            if told and not step.only:
                self._drawer.place(f"if ({count} != {least}) goto unlawful;")
            size = f"{count} + ({way} != 0)"
        elif shape.ended_by is not None:
            size = f"({count} + ({way} != 0)) * {step.unit}"
        else:
            size = f"{count} * {step.unit}" if step.unit != 1 else count
        if shape.like is not None and not step.only:  # what is written out may be invalid
            self._form(step, f"{name}_bytes", count, least if told else most)
        if length.sizes:  # it may have become shorter
            listed = " || ".join(f"{count} == {each}" for each in length.sizes)
            self._drawer.place(f"if (!({listed})) goto unlawful;")
        self.tell(length, _told(length, way, count))  # the room may go by it
        room = size
        if shape.capacity is not None and shape.direction.written:
            room = self._capacity(step.path, shape, size)
        slot = self.block(step.path, shape, room, align)
        if room != size:
            self._out(f"memset({slot.block}, abidance_fill, {room});")
        self._out(f"if ({count}) memcpy({slot.block}, {name}_bytes, {count} * {step.unit});")
        if shape.what is What.STRING:
            self._out(f"if ({way}) {slot.block}[{count}] = 0;")
        self.end(shape, slot.block, count, way)
        if check is not None and not step.only:  # what is written out may be invalid
            self._out(check.repaired(self._drawer.tables, slot.block, count))
        slot.count = slot.had = count
        slot.room = f"({room}) / {step.unit}" if step.unit != 1 else room
        self._drawer.pointees.append(Pointee(step.path, shape, room))

    def _nearest(self, length: Length, count: str) -> None:
        """Make a count that was drawn the last of the sizes that is no more, where there are only some."""
        if length.sizes:
            least, *larger = length.sizes
            chosen = "".join(f"{count} >= {each} ? {each} : " for each in reversed(larger))
            self._out(f"{count} = {self._there(f'({chosen}{least})')};")

    def _codec(self, shape: PointerShape) -> CodecCheck | None:
        """Return how text is told from other bytes; None for bytes that are no text. Raises NotCompiledError."""
        if shape.what is not What.STRING and not (shape.what is What.BYTES and shape.codec):
            return None
        check = codec_check(shape.codec) if shape.what is What.STRING else bytes_check(shape.codec)
        if check is None:
            raise NotCompiledError(f"text in {shape.encoding}")
        return check

    def _way(self, length: Length) -> str:
        """Return a C expression: 0 of what no NUL ends, else 1 and, where its length tells of that, which one."""
        if length.terminated is None:
            return "1"
        first = int(not length.counted)
        if length.ways == 1:
            return str(first)
        way = self._out.fresh("way")
        self._out(f"unsigned {way} = {first};")
        more = f" + {first}" if first else ""
        self._drawer.place(f"{way} = abidance_byte() % {length.ways}{more};")
        return way

    def _cut(self, shape: PointerShape, length: Length, at: str, count: str, way: str) -> None:
        """Compile that an array has no element in it as the one that ends it, where one does."""
        if shape.ended_by is None or way == "0":
            return
        before = self._out.fresh("before")
        found = f"abidance_before_end({at}, {count}, {ending(shape.ended_by)})"
        self._out(f"size_t {before} = {found if way == '1' else f'{way} ? {found} : {count}'};")
        if length.exactly is not None or length.like is not None:
            self._out(f"if ({before} != {count}) goto unlawful;")
            return
        self._out(f"{count} = {before};")
        if length.least:
            self._drawer.place(f"if ({count} < {length.least}) goto unlawful;")

    def end(self, shape: PointerShape, at: str, count: str, there: str = "1") -> None:
        """Compile the element that ends an array, where one is there."""
        if shape.ended_by is not None:
            last = string(shape.ended_by.element)
            size = f"{there} ? {shape.ended_by.unit} : 0" if there != "1" else str(shape.ended_by.unit)
            self._out(f"memcpy({at} + {count} * {shape.ended_by.unit}, {last}, {size});")

    def _form(self, step: DrawnContents, at: str, count: str, most: str) -> None:
        """Bring contents into their form. Of as many bytes as is told, they must have as many then."""
        table = form_table(step.shape, self._drawer.tables)
        told = step.length.exactly is not None or step.length.like is not None
        there = f"({self._drawer.guard}) && " if self._drawer.guard else ""
        lawful = f"!abidance_form_of({table}, &{at}, &{count}, {most})"
        lawful += f" || {count} < {step.length.least}" if step.length.least else ""
        if told:
            before = self._out.fresh("told")
            self._out(f"size_t {before} = {count};")
            lawful += f" || {count} != {before}"
        self._out(f"if ({there}({lawful})) goto unlawful;")

    def _capacity(self, path: Path, shape: PointerShape, size: str) -> str:
        """Return the bytes of memory that is read and then written, which has room for more than it holds."""
        assert shape.capacity is not None
        room, unit = self._out.fresh("room"), 1 if shape.what is not What.ARRAY else shape.element.size
        self._out(f"abidance_int {room} = 0;")
        told = self._drawer.clauses.number(shape.capacity, self._drawer.environment(path[:-1]), room)
        self._drawer.place(f"if (({told}) != 1 || {room} < 0 || {room} > {LARGEST}) goto unlawful;")
        self._drawer.place(f"if ({room} * {unit} < (abidance_int)({size})) goto unlawful;")
        if self._drawer.guard:
            self._out(f"if (!({self._drawer.guard})) {room} = {size};")
        return f"(size_t){room} * {unit}" if unit != 1 else f"(size_t){room}"

    def tell(self, length: Length, count: str) -> None:
        """Set the number that is the length of what was made."""
        if length.tied is None:
            return
        shape, at, bits = self._drawer.number(length.tied)
        self._drawer.place(store(shape, at, count, bits))

    def refuse_other(self, length: Length, path: Path, slot: ArgumentSlot) -> None:
        """Give the call up where memory that is given has another length than it must have."""
        there = f"!({slot.null}) && " if slot.null else ""
        shape = self._drawer.member(path).shape
        if isinstance(shape, PointerShape) and shape.may_end_at_nul:
            of, at, bits = self._drawer.number((*path[:-1], shape.length_name))
            number = f"(abidance_int){load(of, at, bits)}"
            ends = says_nul(shape, number)
            self._drawer.place(f"if ({there}!({ends}) && {number} != {slot.count}) goto unlawful;")
            if shape.ended_by is not None:
                before = f"abidance_before_end({slot.block}, {slot.count}, {ending(shape.ended_by)})"
                self._drawer.place(f"if ({there}({ends}) && {before} != {slot.count}) goto unlawful;")
            return
        told, _ = self._count(length, path)
        self._drawer.place(f"if ({there}{slot.count} != {told}) goto unlawful;")

    def _there(self, count: str) -> str:
        """Return a count, which is 0 where the place is not there."""
        return f"({self._drawer.guard}) ? {count} : 0" if self._drawer.guard else count

    def elements(self, step: Elements) -> None:
        shape, length = step.shape, step.length
        of = shape.of if isinstance(shape, ArrayShape) else shape.element
        way = self._way(length)
        least, most = self._count(length, step.path)
        count = self._out.fresh("n")
        if length.exactly is not None or length.like is not None:
            self._out(f"size_t {count} = {self._there(least)};")
            self._out(f"if ({count} * {of.size} > {LARGEST}) goto unlawful;")
        else:
            drawn = self._there(f"abidance_count(abidance_byte(), {least}, {most}, 1, 0)")
            self._out(f"size_t {count} = {drawn};")
            self._nearest(length, count)
        if not isinstance(shape, PointerShape):
            self.tell(length, count)
            self._each(step, of, self._drawer.address(step.path), count)
        elif shape.ended_by is None:
            self.tell(length, count)
            slot = self._several(step.path, shape, f"{count} * {of.size}")
            slot.count = slot.had = count
            self._each(step, of, slot.block, count)
        else:
            self._ended(step, shape, count, way)

    def _several(self, path: Path, shape: PointerShape, size: str) -> ArgumentSlot:
        """Lend memory for elements, with the room that the library has there."""
        room = size
        if shape.capacity is not None and shape.direction.written:
            room = self._capacity(path, shape, size)
        slot = self.block(path, shape, room, max(shape.element.align, shape.align_to))
        if room != size:
            self._out(f"memset({slot.block}, abidance_fill, {room});")
        self._out(f"memset({slot.block}, 0, {size});")
        slot.room = f"({room}) / {shape.element.size}"
        self._drawer.pointees.append(Pointee(path, shape, room))
        return slot

    def _ended(self, step: Elements, shape: PointerShape, count: str, way: str) -> None:
        """Make elements elsewhere, for how many there are is known only then."""
        of, made = shape.element, self._out.fresh("made")
        self._out(f"if ({count} * {of.size} > {LARGEST}) goto unlawful;")
        self._out(f"unsigned char *{made} = abidance_copy(abidance_zeros, {count} * {of.size});")
        self._out(f"if (!{made}) goto unlawful;")
        self._lasts(step.path, shape)
        self._each(step, of, made, count)
        self._cut(shape, step.length, made, count, way)
        self.tell(step.length, _told(step.length, way, count))
        slot = self._several(step.path, shape, f"({count} + ({way} != 0)) * {of.size}")
        slot.count = slot.had = count
        self._out(f"if ({count}) memcpy({slot.block}, {made}, {count} * {of.size});")
        self.end(shape, slot.block, count, way)

    def _each(self, step: Elements, of: Shape, base: str, count: str) -> None:
        """Compile the elements one after the other."""
        index = self._out.fresh("i")
        unions = chosen_unions(step.frame)
        if unions:
            self._remember(step, unions, count)
        with self._out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
            at = f"({base} + {index} * {of.size})"
            inner = self._drawer.element(of, step.frame.members, at, step.path)
            inner.memory.around = self._lasts(step.path)
            inner.take(step.frame.steps)
            inner.watch_inputs()
            for union in unions:
                self._out(f"abidance_choices[abidance_choice_count++] = {inner.chosen(union.path)};")

    def _remember(self, step: Elements, unions: list[Alternative], count: str) -> None:
        """Say where it is noted which alternatives the elements have."""
        if self._drawer.in_element:
            raise NotCompiledError("unions in an array in an array")
        base = self._out.fresh("choices")
        self._out(f"size_t {base} = abidance_choice_count;")
        self._out(f"if ({base} + {count} * {len(unions)} > ABIDANCE_MOST_CHOICES) goto unlawful;")
        self._drawer.remembered[step.path] = (base, unions)

    def raw(self, step: RawBytes) -> None:
        name = self._out.fresh("raw")
        self._out(f"const unsigned char *{name} = abidance_exactly({step.size});")
        self._out(f"if (!{name}) goto unlawful;")
        self._out(f"memcpy({self._drawer.address(step.path)}, {name}, {step.size});")

    def room_for(self, step: Room) -> None:
        shape = step.shape
        unit = shape.element.size if shape.what is What.ARRAY else 1
        clause = shape.capacity or shape.length
        room = self._out.fresh("room")
        if clause is None:
            self._out(f"abidance_int {room} = {shape.limit or 0};")
        else:
            self._out(f"abidance_int {room} = 0;")
            told = self._drawer.clauses.number(clause, self._drawer.environment(step.path[:-1]), room)
            self._drawer.place(
                f"if (({told}) != 1 || {room} < 0 || {room} * {unit} > {LARGEST}) goto unlawful;"
            )
            if self._drawer.guard:
                self._out(f"if (!({self._drawer.guard})) {room} = 0;")
        size = f"(size_t){room} * {unit}" if unit != 1 else f"(size_t){room}"
        align = max(shape.align_to, shape.element.align if shape.what is What.ARRAY else 1)
        slot = self.block(step.path, shape, size, align)
        if slot.null:
            self._drawer.place(f"if ({slot.null}) {point(slot.at, 'NULL')}")
        self._out(f"memset({slot.block}, abidance_fill, {size});")
        slot.room = slot.count = f"(size_t){room}"
        self._drawer.pointees.append(Pointee(step.path, shape, size))

    def going_on(self, step: GoingOn) -> None:
        """Leave a window where the call before has left it, with as much as it has left."""
        slot, shape = self._drawer.slot(step.path), step.shape
        slot.block, count = self._out.fresh(f"b_{step.path[-1]}"), self._out.fresh("n")
        number, at, bits = self._drawer.number((*step.path[:-1], step.count))
        self._out(f"unsigned char *{slot.block} = ABIDANCE_LOAD(unsigned char *, {slot.at});")
        self._out(f"if (!{slot.block}) goto unlawful;")
        self._out(f"size_t {count} = (size_t){load(number, at, bits)};")
        slot.count = slot.had = slot.room = count
        slot.size = f"({count} * {shape.unit})"
        self._drawer.pointees.append(Pointee(step.path, shape, slot.size))

    def end_of(self, step: MemoryEnd) -> None:
        """Let a pointer point behind memory; it is NULL where there is none."""
        slot = self._drawer.places.slots.get(step.whose)
        shape = self._drawer.member(step.whose).shape
        if slot is None or not isinstance(shape, PointerShape):
            raise NotCompiledError("a pointer to the end of what is not made in C")
        own = self._drawer.slot(step.path)
        if slot.never or not slot.block:
            self._drawer.place(point(own.at, "NULL"))
            return
        end = f"{slot.block} + ({slot.room or slot.count}) * {unit(shape)}"
        self._drawer.place(point(own.at, f"({slot.null}) ? NULL : {end}" if slot.null else end))

    def place_within(self, step: PlaceWithin, byte: str) -> None:
        """Let a pointer lead into memory that is there, or to its end; it is NULL where there is none."""
        memory, own = self._drawer.places.slots.get(step.whose), self._drawer.slot(step.path)
        shape = self._drawer.member(step.whose).shape
        if memory is None or not isinstance(shape, PointerShape):
            raise NotCompiledError("a pointer into what is not made in C")
        if memory.never or not memory.block:
            self._drawer.place(point(own.at, "NULL"))
            return
        gone = " || ".join(each for each in (memory.null, own.null) if each)
        far = str(step.given)
        if step.given is None:
            far = f"({byte} == {TO_THE_END} ? {memory.count} : {byte} % ({memory.count} + 1))"
        else:
            self._drawer.place(f"if (!({gone or '0'}) && {far} > {memory.count}) goto unlawful;")
        place = f"{memory.block} + {far} * {unit(shape)}"
        self._drawer.place(point(own.at, f"({gone}) ? NULL : {place}" if gone else place))


def chosen_unions(frame: Frame) -> list[Alternative]:
    """Return the unions of which the input chooses what lives, and no tag tells it."""
    unions = (each for each in frame.steps if isinstance(each, Alternative))
    return [each for each in unions if not isinstance(each, ToldAlternative)]


def _told(length: Length, way: str, count: str) -> str:
    """Return the number that is the length of what was made."""
    if not length.terminated:
        return count
    first, *others = (integer(each) for each in length.terminated)
    said = f"{way} == 1 ? {first} : {others[0]}" if others else first
    return f"({way} == 0 ? (abidance_int){count} : {said})" if length.counted else f"({said})"
