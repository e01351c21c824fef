"""What a step of a law leaves: kept in static variables until the law is judged, and what expressions see of it then.

Memory that a step was lent stays where it is until then. What the next call may change, and the variables of a step's
own function, are copied.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.traversal import single
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandleShape,
    NothingShape,
    OpaqueShape,
    PointerHandle,
    PointerShape,
    RecordShape,
    What,
    WithinShape,
)
from abidance.native.expressions.values import (
    CBytes,
    CGuarded,
    CNull,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
)
from abidance.native.target.c_text import at_offset
from abidance.native.target.lasting_memory import returned_extent
from abidance.native.target.left_memory import keep_behind, keeps
from abidance.native.target.places import UNREAD, ArgumentSlot, Places, elements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Path


@dataclass(slots=True)
class KeptStep:
    """What a call of `function` has left, in variables of the target whose names begin with `name`."""

    name: str
    function: BoundaryFunction
    noted: frozenset[str] = frozenset()
    """The callbacks of which it is looked at how they were invoked."""
    callbacks: dict[Path, CompiledCallback] = field(default_factory=dict)
    """Those of these that it was given."""
    records: dict[Path, RecordShape] = field(default_factory=dict)
    """The records of handles that the caller allocates."""
    followed: dict[Path, frozenset[str]] = field(default_factory=dict)
    """The fields of these in which pointers are followed."""
    copied: set[Path] = field(default_factory=set)
    """The memory of which there is a copy whose pointers lead to copies."""
    behind: set[Path] = field(default_factory=set)
    """The pointers of which it is kept how many elements lie behind those that they lead to."""
    pointers: dict[Path, ArgumentSlot] = field(default_factory=dict)
    """What there is to know of pointers in records that the call was given memory behind."""

    # ------------------------------------------------------------------ keeping it

    def memory(self, call: AfterCall) -> None:
        """Compile copies of what pointers lead to that the call has left, before any of it is freed."""
        shape = self.function.result.shape
        if isinstance(shape, PointerShape):
            self._behind_result(call, shape)
        elif keeper := keeps(call.drawer.tables, shape):
            self._declare(call.drawer, f"static unsigned char {self.name}_result_left[{shape.size}];")
            call.out(f"memcpy({self.name}_result_left, result, {shape.size});")
            call.out(f"{keeper}({self.name}_result_left);")
            self.copied.add((RESULT_NAME,))
        self._handles(call)
        for path, shape in _written(call.drawer):
            self._behind_argument(call, path, shape)

    def _behind_result(self, call: AfterCall, shape: PointerShape) -> None:
        out, kept, null = call.out, self.name, "ABIDANCE_LOAD(void *, result) == NULL"
        out(f"{kept}_result_lost = 1;")
        extent = returned_extent(call, shape)
        if extent is None:
            return
        lost, count = extent
        self.copied.add((RESULT_NAME,))
        unit = 1 if shape.what in (What.STRING, What.BYTES) else shape.element.size
        there = " && ".join(f"!({each})" for each in lost)
        with out.block(f"if ({null} || returned == NULL)"):
            out(f"{kept}_result_count = 0; {kept}_result_at = NULL; {kept}_result_lost = !({null});")
        with out.block(f"else if ({there or '1'})"):
            out(f"{kept}_result_count = {count};")
            # A later step may be handed this very memory.
            keep = f"abidance_left_lent(returned, {kept}_result_count, {max(unit, 1)}, {shape.element.align or 1})"
            out(f"{kept}_result_at = {keep};\n{kept}_result_lost = !{kept}_result_at;")
            keeper = keeps(call.drawer.tables, shape.element) if shape.what in (What.ONE, What.ARRAY) else ""
            if keeper:
                head = f"for (size_t n = 0; !{kept}_result_lost && n < {kept}_result_count; n++)"
                out(f"{head} {keeper}({kept}_result_at + n * {unit});")

    def _behind_argument(self, call: AfterCall, path: Path, shape: PointerShape) -> None:
        """Compile a copy of memory that a call has written where there are pointers in it."""
        drawer, at = call.drawer, self._at(path)
        slot = call.places.slots[path]
        element = shape.element
        if shape.what not in (What.ONE, What.ARRAY) or not slot.block or shape.window:
            return
        keeper = "" if isinstance(element, PointerShape) else keeps(drawer.tables, element)
        behind = isinstance(element, PointerShape) and shape.what is What.ONE
        if not (keeper or isinstance(element, PointerShape)) or any(
            each[:1] == path for each in call.places.slots if len(each) > 1
        ):
            return
        self._declare(drawer, f"static unsigned char *{at}_left;")
        null = f"{slot.null} ? NULL : " if slot.null else ""
        count = "1" if shape.what is What.ONE else f"(uint64_t)({slot.count or '0'})"
        call.out(f"{at}_left = {null}abidance_left_copy({slot.block}, {count}, {max(element.size, 1)}, 0);")
        self.copied.add(path)
        with call.out.block(f"if ({at}_left)"):
            if behind and isinstance(element, PointerShape):
                keep_behind(drawer.tables, call.out, element, f"{at}_left", slot.behind)
                if slot.behind:
                    self._declare(drawer, f"static abidance_int {at}_behind;")
                    call.out(f"{at}_behind = (abidance_int)({slot.behind});")
                    self.behind.add(path)
            elif isinstance(element, PointerShape):
                with call.out.block(f"for (uint64_t i = 0; i < {count}; i++)"):
                    keep_behind(drawer.tables, call.out, element, f"({at}_left + i * {element.size})")
            else:
                call.out(f"for (uint64_t i = 0; i < {count}; i++) {keeper}({at}_left + i * {element.size});")

    def _handles(self, call: AfterCall) -> None:
        """Compile copies of the records of handles, and of what is known of their fields."""
        drawer = call.drawer
        for member in self.function.members:
            path, slot = (member.name,), drawer.places.slots[member.name,]
            record = drawer.places.records.get(path)
            if record is None or not slot.block or _ends(drawer, member.shape):
                continue
            at = self._at(path)
            self._declare(drawer, f"static unsigned char {at}_record[{record.size}]; static int {at}_null;")
            drawer.out(f"{at}_null = {slot.null or '0'};")
            drawer.out(f"if (!{at}_null) memcpy({at}_record, {slot.block}, {record.size});")
            self.records[path] = record
            self._fields(drawer, record, path, f"{at}_record")
            shown = call.places.kept.get(path)
            names = {m.name for m in record.members}
            own = {p[1] for p in call.places.slots if p[:1] == path and len(p) > 1}
            self.followed[path] = frozenset((names if shown is None else shown) - own)
            keeper = keeps(drawer.tables, record, but=frozenset(names - self.followed[path]))
            if keeper:
                drawer.out(f"if (!{at}_null) {keeper}({at}_record);")

    def arguments(self, drawer: ArgumentDrawer, given: Collection[str]) -> None:
        """Compile copies of arguments, and of the result; `given` are those parameters that the law binds."""
        out, kept = drawer.out, self.name
        out(f"memcpy({kept}_result, result, sizeof {kept}_result);")
        for _, shape in left_by(self.function):
            if shape is self.function.result.shape:
                out(f"{kept}_result_made = abidance_made[{drawer.tables.kind(shape.handle)}];")
        for index, member in enumerate(self.function.members):
            at, slot = self._at((member.name,)), drawer.places.slots[member.name,]
            out(f"memcpy({at}, a{index}, sizeof {at});")
            if isinstance(member.shape, PointerShape):
                null = "1" if slot.never else slot.null or "0"
                block, count = slot.block or "NULL", slot.count or "0"
                if member.name in given and _is_text_changed(member.shape):
                    # It is the law's memory, of which the call's own account of what it writes knows nothing.
                    count = f"strnlen((const char *){block}, ({count}) + 1)"
                out(f"{at}_null = {null}; {at}_at = {at}_null ? NULL : {block};")
                out(f"{at}_count = {at}_null ? 0 : (size_t)({count});")
                self._record(drawer, member)
            elif isinstance(member.shape, HandleShape) and member.shape.made:
                out(f"{at}_made = abidance_made[{drawer.tables.kind(member.shape.handle)}];")

    def scripts(self, drawer: ArgumentDrawer) -> None:
        """Compile pointers to the scripts of callbacks that the call was given."""
        for path, made in drawer.places.callbacks.items():
            if path[-1] not in self.noted or made.shape.allocator:
                continue
            null, script = drawer.places.slots[path].null, self.script(path)
            self._declare(drawer, f"static __typeof__({made.name}) *{script};")
            drawer.out(f"{script} = {f'{null} ? NULL : ' if null else ''}&{made.name};")
            self.callbacks[path] = made

    def script(self, path: Path) -> str:
        """Return the pointer in C to the script of a callback."""
        return f"{self._at(path)}_script"

    def _record(self, drawer: ArgumentDrawer, member: Member) -> None:
        """Compile what is known of the fields of a record that a parameter leads to."""
        record = single(member.shape)
        if isinstance(record, RecordShape):
            self._fields(drawer, record, (member.name,), f"{self._at((member.name,))}_at")

    def variables(self) -> Iterator[str]:
        """Yield the declarations of what each step leaves."""
        kept, result = self.name, self.function.result.shape
        yield f"static unsigned char {kept}_result[{max(result.size, 8)}];"
        if isinstance(result, HandleShape):
            yield f"static unsigned {kept}_result_made;"
        if isinstance(result, PointerShape):
            yield f"static unsigned char *{kept}_result_at; static size_t {kept}_result_count;"
            yield f"static int {kept}_result_lost;"
        for member in self.function.members:
            at = self._at((member.name,))
            yield f"static unsigned char {at}[{max(member.shape.size, 8)}];"
            if isinstance(member.shape, PointerShape):
                yield f"static unsigned char *{at}_at; static size_t {at}_count; static int {at}_null;"
            if isinstance(member.shape, HandleShape) and member.shape.made:
                yield f"static unsigned {at}_made;"

    def _fields(self, drawer: ArgumentDrawer, record: RecordShape, path: Path, at: str) -> None:
        """Compile what is known of the pointers in a record that lies `at` a place in the end."""
        for member in record.members:
            inner = (*path, member.name)
            slot = drawer.places.slots.get(inner)
            if not isinstance(member.shape, PointerShape) or slot is None or not (slot.never or slot.block):
                continue
            there, name = at_offset(at, member), self._at(inner)
            if slot.never:
                self.pointers[inner] = ArgumentSlot(there, never=True)
                continue
            kept = ArgumentSlot(there, f"{name}_at", f"{name}_null", f"{name}_count", f"{name}_had")
            kept.had, kept.opaque = f"{name}_had", slot.opaque
            numbers = {f"{name}_count": slot.count or "0", f"{name}_had": slot.had or slot.room or "0"}
            self._declare(drawer, f"static unsigned char *{name}_at; static int {name}_null;")
            self._declare(drawer, f"static size_t {', '.join(numbers)};")
            lost = " || ".join(each for each in (slot.null, slot.lost) if each)
            drawer.out(f"{name}_at = {slot.block}; {name}_null = {lost or '0'};")
            for variable, value in numbers.items():
                drawer.out(f"{variable} = (size_t)({value});")
            if slot.came:
                kept.began, kept.came = f"{name}_began", f"{name}_came"
                self._declare(drawer, f"static abidance_int {name}_began, {name}_came;")
                drawer.out(f"{name}_began = {slot.began}; {name}_came = {slot.came};")
            self.pointers[inner] = kept

    def _at(self, path: Path) -> str:
        """Return what the variables begin with that keep what is at a path."""
        return "_".join((self.name, *path))

    def _declare(self, drawer: ArgumentDrawer, text: str) -> None:
        drawer.tables.declarations.append(text)

    # ------------------------------------------------------------------ what is seen of it

    def seen(self) -> dict[str, CValue]:
        """Return what the step left, as expressions see it."""
        paths: list[Path] = [(m.name,) for m in self.function.members if (m.name,) not in self.copied]
        kept = {path: self.followed.get(path, frozenset()) for path in paths}
        places = Places(
            called=True, follows=True, kept=kept, slots=dict(self.pointers), records=dict(self.records)
        )
        fields: dict[str, CValue] = {}
        for member in self.function.members:
            at, path = self._at((member.name,)), (member.name,)
            fields[member.name] = self._argument(places, member.shape, at, path)
        fields["result"] = self._result(places)
        return fields

    def _argument(self, places: Places, shape: Shape, at: str, path: Path) -> CValue:
        slot = places.slots[path] = ArgumentSlot(at)
        if path in self.records:
            slot.block, slot.null = f"{at}_record", f"{at}_null"
            return places.seen(shape, at, path)
        if isinstance(shape, PointerShape):
            slot.block, slot.null, slot.count = f"{at}_at", f"{at}_null", f"{at}_count"
            if path in self.copied:
                slot.block, slot.lost = f"{at}_left", f"!{at}_null && !{at}_left"
                slot.behind = f"{at}_behind" if path in self.behind else ""
            slot.had = slot.room = slot.count
            slot.size = f"({slot.room} * {shape.unit} + {int(shape.what is What.STRING)})"
            return places.seen(shape, at, path)
        if isinstance(shape, OpaqueShape) or (isinstance(shape, PointerHandle) and shape.behind_pointer):
            return _told_apart(at)
        if isinstance(shape, AddressShape):
            return COpaque("0")
        return places.seen(shape, at, path)

    def _result(self, places: Places) -> CValue:
        shape, at = self.function.result.shape, f"{self.name}_result"
        match shape:
            case NothingShape():
                return CNull()
            case WithinShape():
                return places.seen(shape, at, ("result?",))
            case PointerShape() if (RESULT_NAME,) in self.copied:
                return CNullable(_null(at), CGuarded(f"{at}_lost", self._left(places, shape, at)))
            case PointerShape():
                return CNullable(_null(at), CUnavailable(UNREAD))
            case OpaqueShape() | PointerHandle():
                return _told_apart(at)
            case AddressShape():
                return CNullable(_null(at), COpaque())
        if (RESULT_NAME,) in self.copied:
            return places.seen(shape, f"{at}_left", ("result?",))
        return places.seen(shape, at, ("result?",))

    def _left(self, places: Places, shape: PointerShape, at: str) -> CValue:
        """Return what is seen of the copy of what a pointer leads to that has come back."""
        match shape.what:
            case What.ONE:
                return places.seen(shape.element, f"{at}_at", ("result?",))
            case What.ARRAY:
                return elements(shape.element, f"{at}_at", f"{at}_count", whole=False, left=True)
        return CBytes(f"{at}_at", f"{at}_count")


def _written(drawer: ArgumentDrawer) -> Iterator[tuple[Path, PointerShape]]:
    """Yield the memory of a call that it may write, its own and what the law binds."""
    own = {each.path: each.shape for each in drawer.pointees if len(each.path) == 1}
    for member in drawer.function.members:
        path, shape = (member.name,), member.shape
        bound = isinstance(shape, PointerShape) and isinstance(single(shape), RecordShape)
        if path not in own and bound and drawer.places.slots[path].block:
            assert isinstance(shape, PointerShape)
            own[path] = shape
    yield from ((path, shape) for path, shape in own.items() if shape.direction.written)


def guarded(values: dict[str, CValue], lost: str) -> CRecord:
    """Return what a step left, which has no value where a condition holds; empty for never."""
    return CRecord({name: CGuarded(lost, value) if lost else value for name, value in values.items()})


def _told_apart(at: str) -> COpaque:
    """Return a pointer that a step was given or has left, and that nobody follows, as expressions see it."""
    return COpaque(_null(at), f"ABIDANCE_LOAD(uintptr_t, {at})")


def _null(at: str) -> str:
    return f"(ABIDANCE_LOAD(void *, {at}) == NULL)"


def _ends(drawer: ArgumentDrawer, shape: Shape) -> bool:
    """Tell whether the call ends a handle: what its memory holds then is nobody's affair."""
    life = drawer.boundary.handles.get(shape.handle) if isinstance(shape, HandleShape) else None
    return life is not None and life.destroy == drawer.function.name


def _is_text_changed(shape: PointerShape) -> bool:
    """Tell whether a call may leave another text in the memory of one."""
    return shape.what is What.STRING and shape.direction.written
