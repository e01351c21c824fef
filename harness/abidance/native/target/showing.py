"""Compiles what a target prints of a call before it makes it: values as `boundary.model.values` has them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.types import (
    ArrayShape,
    Direction,
    EndShape,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueAddressShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
    WithinShape,
)
from abidance.boundary.values.memory import is_byte
from abidance.native.target.c_text import at_offset, load, string
from abidance.native.target.callback_calls import show_call
from abidance.native.target.memory_drawing import chosen_unions
from abidance.native.target.overlaps import show_overlap
from abidance.native.target.places import PointedMemory, in_memory, length_beside
from abidance.native.target.refused_memory import show_refusal
from abidance.native.target.tagged_pointers import is_alone, is_apart, name_of
from abidance.native.target.variants import living, unions_below, unions_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member, Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Alternative, Frame, Path
    from abidance.native.target.variants import TaggedUnionPlace

_ELEMENT = ("[]",)
"""Where paths of an element with unions begin."""
_ROOM = '{"mark": "room"}'
_SOMEWHERE = '{"mark": "somewhere"}'


class Shower:
    """Prints the arguments of one call."""

    def __init__(self, drawer: ArgumentDrawer, frame: Frame) -> None:
        self._drawer = drawer
        self._out = drawer.out
        self._slots = drawer.places.slots
        unions = chosen_unions(frame)
        self._chosen = {
            path: f"{drawer.chosen(union.path)} == {which}"
            for path, (union, which) in _alternatives(unions).items()
        }

    def call(self, function: str, role: str, rejects: str) -> None:
        """Compile the line of one call; its `role` is a C expression."""
        self._out("if (abidance_shows()) {")
        head = {"function": function, "rejects": rejects}
        self._text(f"{json.dumps(head)[:-1]}, ")
        usual = f'alone || abidance_sequence ? "step" : {role}'
        self._out(f'printf("\\"role\\": \\"%s\\", ", abidance_role ? abidance_role : {usual});')
        self._out(
            'printf("\\"step\\": %u, \\"times\\": %u, \\"arguments\\": {", abidance_step, abidance_times);'
        )
        for index, member in enumerate(self._drawer.function.members):
            self._text(f"{', ' if index else ''}{json.dumps(member.name)}: ")
            self._value(member.shape, self._slots[member.name,].at, (member.name,))
        self._text("}")
        if self._drawer.overlap_way:
            show_overlap(self._drawer)
        if self._drawer.refusal_way:
            show_refusal(self._drawer)
        self._text("}\n")
        self._out("fflush(stdout);\n}")

    def _text(self, text: str) -> None:
        self._out(f"abidance_show({string(text.encode())});")

    def _value(self, shape: Shape, at: str, path: Path | None, bits: tuple[int, int] | None = None) -> None:
        """Print a value; in an element of an array there is no `path`."""
        match shape:
            case ScalarShape():
                self._number(shape, at, bits)
            case RecordShape() if is_alone(shape):
                assert path is not None
                self._one_of(shape, at, path)
            case RecordShape():
                self._record(shape, at, path)
            case ArrayShape(of=of, count=count) if is_byte(of):
                self._out(f"abidance_show_bytes({at}, {count});")
            case ArrayShape(of=of, count=count):
                self._elements(of, at, str(count), path)
            case PointerShape() if path is None or path == _ELEMENT:
                self._in_memory(shape, at)
            case PointerShape():
                self._pointer(shape, path)
            case HandleShape():
                self._handle(shape, path)
            case CallbackShape() if path in self._drawer.places.callbacks:
                assert path is not None
                self._callback(path)
            case UserDataShape():
                slot = self._slots.get(path or ())
                self._text("null" if slot is None or slot.never else _SOMEWHERE)
            case OpaqueAddressShape():
                address = f"ABIDANCE_LOAD(unsigned long long, {at})"
                self._out(f'if ({address} == 0) abidance_show("null");')
                self._out(f'else printf("{{\\"address\\": \\"0x%llx\\"}}", {address});')
            case EndShape():
                self._text(_SOMEWHERE)
            case WithinShape() if path is not None:
                self._place(shape, at, path)
            case OpaqueShape() | NothingShape():
                self._text("null")

    def _place(self, shape: WithinShape, at: str, path: Path) -> None:
        """Print how far a pointer leads into other memory."""
        slot, memory = self._slots.get(path), self._slots.get(tuple(shape.whose.split(".")))
        if slot is None or slot.never or memory is None or memory.never:
            self._text("null")
            return
        with self._out.block(f"if (ABIDANCE_LOAD(void *, {at}) == NULL)"):
            self._text("null")
        far = f"(ABIDANCE_LOAD(unsigned char *, {at}) - {memory.handed or memory.block}) / {shape.unit}"
        self._out(f"else abidance_show_integer({far});")

    def _callback(self, path: Path) -> None:
        """Print what a callback answers."""
        made, null = self._drawer.places.callbacks[path], self._slots[path].null
        if null:
            self._out(f'if ({null}) abidance_show("null"); else {{')
        if made.by_content:
            self._out(f"abidance_show({made.name}_shown[{made.name}.which]);")
        else:
            self._script(made)
        if null:
            self._out("}")

    def _script(self, made: CompiledCallback) -> None:
        self._text('{"script": [')
        index, result = self._out.fresh("i"), made.shape.result
        if isinstance(result, ScalarShape | RecordShape):
            with self._turns(made, index):
                self._value(result, f"{made.name}.answers[{index}]", None)
        elif isinstance(result, PointerShape):
            with self._turns(made, index):
                self._piece(result, f"{made.name}.back[{index}]", f"{made.name}.back[{index}].size")
        elif made.shape.allocates is not None:
            blocks = f"({made.name}.turns == (unsigned)-1 ? 1 : {made.name}.turns)"
            with self._out.block(f"for (unsigned {index} = 0; {index} < {blocks}; {index}++)"):
                self._out(f'if ({index}) abidance_show(", ");')
                self._text(_SOMEWHERE)
            with self._out.block(f"if ({made.name}.turns != (unsigned)-1)"):
                self._out(f'abidance_show({made.name}.turns ? ", null" : "null");')
                self._out(f"if (!{made.name}.more) abidance_show({string(f', {_SOMEWHERE}'.encode())});")
        self._text("]")
        if made.written:
            self._text(', "written": [')
            with self._turns(made, index):
                self._written(made, index)
            self._text("]")
        show_call(made, self._out)
        self._text("}")

    @contextmanager
    def _turns(self, made: CompiledCallback, index: str) -> Iterator[None]:
        """Print what is added meanwhile for each turn."""
        with self._out.block(f"for (unsigned {index} = 0; {index} < {made.name}.turns; {index}++)"):
            self._out(f'if ({index}) abidance_show(", ");')
            yield

    def _written(self, made: CompiledCallback, index: str) -> None:
        """Print what is written in one turn, by its parameters."""
        self._text('{"record": {')
        started = self._out.fresh("started")
        self._out(f"int {started} = 0; (void){started};")
        for place, written in enumerate(made.written):
            piece = f"{made.name}.w{place}[{index}]"
            with self._out.block(f"if ({piece}.at)"):
                self._out(f'abidance_show({started}++ ? ", " : "");')
                self._text(f"{json.dumps(written.member.name)}: ")
                self._piece(written.memory, piece, f"{piece}.size")
        self._text("}}")

    def _piece(self, shape: PointerShape, piece: str, size: str) -> None:
        """Print what so many bytes of a script hold."""
        null = f"!{piece}.at || {piece}.at == abidance_null_lent"
        self._out(f'if ({null}) abidance_show("null"); else {{')
        if shape.what is What.ONE:
            self._value(shape.element, f"{piece}.at", None)
        elif shape.what is What.ARRAY:
            self._elements(shape.element, f"{piece}.at", f"{size} / {shape.element.size}", None)
        else:
            self._out(f"abidance_show_bytes({piece}.at, {size});")
        self._out("}")

    def _number(self, shape: ScalarShape, at: str, bits: tuple[int, int] | None) -> None:
        value = load(shape, at, bits)
        show = "real" if shape.kind == "float" else "integer"
        self._out(f"abidance_show_{show}({value});")

    def _elements(self, of: Shape, at: str, count: str, path: Path | None) -> None:
        index = self._out.fresh("i")
        base, unions = self._drawer.remembered.get(path or (), ("", []))
        for inner, (union, which) in _alternatives(unions).items():
            noted = f"abidance_choices[{base} + {index} * {len(unions)} + {unions.index(union)}]"
            self._chosen[_ELEMENT + inner] = f"{noted} == {which}"
        self._text("[")
        with self._out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
            self._out(f'if ({index}) abidance_show(", ");')
            there = f"({at} + {index} * {of.size})"
            if isinstance(of, PointerShape):
                self._in_memory(of, there, names=self._drawer.environment(path[:-1]) if path else None)
            else:
                self._value(of, there, _ELEMENT if unions else None)
        self._text("]")

    def _one_of(self, shape: RecordShape, at: str, path: Path) -> None:
        """Print the one of several pointers that a parameter is."""
        told, alive = self._drawer.places.told.get(path, ()), list[str]()
        for member in shape.members:
            inner = (*path, member.name)
            alive.append(living(member, told, self._chosen.get(inner)))
            with self._out.block(f"if ({alive[-1]})"):
                self._value(member.shape, at_offset(at, member), inner)
        with self._out.block(f"if (!(({') || ('.join(alive)})))"):
            self._text("null")

    def _record(self, shape: RecordShape, at: str, path: Path | None) -> None:
        told = self._drawer.places.told.get(path, ()) if path is not None else ()
        self._text('{"record": {')
        self._fields(shape, shape.members, at, path, told)
        self._text("}}")

    def _fields(
        self,
        shape: RecordShape,
        members: tuple[Member, ...],
        at: str,
        path: Path | None,
        around: tuple[TaggedUnionPlace, ...] = (),
    ) -> None:
        """Print what lives of a record; `around` are unions of which something outside tells what lives in them."""
        started = self._out.fresh("started")
        self._out(f"int {started} = 0; (void){started};")
        told = (*around, *unions_told(shape, at))
        apart: dict[str, list[str]] = {}
        for member in members:
            inner = None if path is None else (*path, member.name)
            alive = living(member, told, self._chosen.get(inner or ()))
            if not alive:
                continue
            if is_apart(member.name):
                apart.setdefault(name_of(member.name), []).append(f"({alive})")
            with self._out.block(f"if ({alive})"):
                self._out(f'abidance_show({started}++ ? ", " : "");')
                self._text(f"{json.dumps(name_of(member.name))}: ")
                there, below = at_offset(at, member), unions_below(told, member.name)
                if below and isinstance(member.shape, RecordShape):
                    self._text('{"record": {')
                    self._fields(member.shape, member.shape.members, there, inner, below)
                    self._text("}}")
                elif isinstance(member.shape, PointerShape) and (inner or ()) not in self._slots:
                    self._in_memory(member.shape, there, length_beside(member.shape, shape, at))
                else:
                    self._value(member.shape, there, inner, member.bits)
        for name, alternatives in apart.items():
            with self._out.block(f"if (!({' || '.join(alternatives)}))"):
                self._out(f'abidance_show({started}++ ? ", " : "");')
                self._text(f"{json.dumps(name)}: null")

    def _state(self, record: RecordShape | None, names: frozenset[str], at: str, path: Path) -> None:
        """Print the fields that a caller sets of a handle that it allocates."""
        if record is not None:
            self._fields(record, tuple(m for m in record.members if m.name in names), at, path)

    def _in_memory(
        self,
        shape: PointerShape,
        at: str,
        length: str = "",
        names: dict[str, CValue] | None = None,
    ) -> None:
        """Print what a pointer in an element of an array points at; its length may be told by `names` around that."""
        self._out(f'if (!ABIDANCE_LOAD(void *, {at})) abidance_show("null"); else {{')
        target = in_memory(shape, at, length)
        if target is None and names and shape.direction.read and shape.length is not None:
            count = self._out.fresh("count")
            told = self._drawer.clauses.number(shape.length, names, count)
            self._out(f"abidance_int {count} = 0;\nif (({told}) != 1) {count} = 0;")
            target = PointedMemory(shape, f"ABIDANCE_LOAD(unsigned char *, {at})", f"(size_t){count}")
        if target is None:
            self._text(_ROOM)
        elif shape.what is What.ONE:
            self._value(shape.element, target.at, None)
        elif shape.what is What.ARRAY:
            self._elements(shape.element, target.at, target.count, None)
        else:
            self._out(f"abidance_show_bytes({target.at}, {target.count});")
        self._out("}")

    def _pointer(self, shape: PointerShape, path: Path | None) -> None:
        slot = self._slots.get(path or ())
        if slot is None or slot.never:
            self._text("null")
            return
        if slot.null:
            self._out(f'if ({slot.null}) abidance_show("null"); else {{')
        if shape.direction is Direction.OUT:
            self._text(_ROOM)
        elif shape.what is What.ONE:
            self._value(shape.element, slot.block, path)
        elif path in self._drawer.handle_arrays:
            self._handles(path, slot.count)
        elif shape.what is What.ARRAY:
            self._elements(shape.element, slot.block, slot.count, path)
        else:
            self._out(f"abidance_show_bytes({slot.block}, {slot.count});")
        if slot.null:
            self._out("}")

    def _handles(self, path: Path, count: str) -> None:
        """Print the handles of an array."""
        idents = self._drawer.handle_arrays[path]
        kinds = {ident: shape.handle for _, shape, ident in self._drawer.handles}
        self._text("[")
        for number, ident in enumerate(idents):
            with self._out.block(f"if ({count} > {number})"):
                if number:
                    self._text(", ")
                self._out(f'if (!{ident}) abidance_show("null"); else {{')
                self._out(
                    f"abidance_show_handle((unsigned){ident}, {string(json.dumps(kinds[ident]).encode())});"
                )
                self._text(', "state": {"record": {}}}')
                self._out("}")
        self._text("]")

    def _handle(self, shape: HandleShape, path: Path | None) -> None:
        slot = self._slots.get(path or ())
        if slot is None or slot.never:
            self._text("null")
            return
        assert path is not None
        life = self._drawer.boundary.handles[shape.handle]
        if shape.made:
            if slot.room:
                self._text(_ROOM)
            else:
                self._text('{"record": {')
                self._state(life.record, life.described, slot.block, path)
                self._text("}}")
            return
        ident = next((name for where, _, name in self._drawer.handles if where == path), "")
        if isinstance(shape, NumberHandle) and not ident:  # one that is none
            self._out(f"abidance_show_integer({load(shape.number, slot.at)});")
            return
        if slot.null:
            self._out(f'if ({slot.null}) abidance_show("null"); else {{')
        if ident:
            name = string(json.dumps(shape.handle).encode())
            self._out(f"abidance_show_handle((unsigned){ident}, {name});")
        else:
            self._text(json.dumps({"destroyed": shape.handle})[:-1])
        self._text(', "state": {"record": {')
        self._state(life.record, life.renewed, slot.block, path)
        self._text("}}}")
        if slot.null:
            self._out("}")


def _alternatives(unions: list[Alternative]) -> dict[Path, tuple[Alternative, int]]:
    """Return the members of unions by their paths, each with the choice that it is there by."""
    return {
        (*union.path[:-1], name): (union, which)
        for union in unions
        for which, names in zip(union.options, union.members, strict=True)
        for name in names
    }
