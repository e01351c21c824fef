"""Compiles steps to C: what is taken from the input becomes arguments in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from abidance.boundary.model.traversal import along, number_of, single
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    Direction,
    HandleShape,
    NothingShape,
    NumberHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.model.values import Mark
from abidance.boundary.values.memory import pack
from abidance.native.target import written_files
from abidance.native.target.c_text import (
    PassedTypes,
    at_offset,
    integer,
    load,
    point,
    real,
    store,
    string,
    words,
)
from abidance.native.target.callback_calls import begin_script, draw_call
from abidance.native.target.domains import in_domain
from abidance.native.target.handle_arrays import HandleArrayDrawing
from abidance.native.target.handle_drawing import HandleDrawing
from abidance.native.target.input_format import (
    NEVER,
    Alternative,
    Bound,
    CallbackAnswers,
    DrawnContents,
    Elements,
    Frame,
    GoingOn,
    HandleChoice,
    HandleElements,
    HandleStorage,
    InputStep,
    Invariants,
    Lend,
    MemoryEnd,
    Nullness,
    Number,
    OpaqueAddress,
    OverlapByte,
    Path,
    PlaceByte,
    PlaceWithin,
    RawBytes,
    RealNumber,
    RefusalByte,
    Room,
    RoomsTold,
    RowByte,
    RowNull,
    RowNumber,
    ToldAlternative,
    UserData,
    WrittenOut,
)
from abidance.native.target.memory_drawing import MemoryDrawing
from abidance.native.target.moved_pointers import lay_behind
from abidance.native.target.number_drawing import NumberDrawing
from abidance.native.target.packed_records import RecordRuns
from abidance.native.target.places import ArgumentSlot, Places, chained
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.script_drawing import ScriptDrawing
from abidance.native.target.symbols import Symbols
from abidance.native.target.union_drawing import UnionDrawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedBefore
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value
    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callback_compiler import Callbacks
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.memory_drawing import Pointee
    from abidance.native.target.moved_pointers import MovedPointer
    from abidance.native.target.states import HandleOrder
    from abidance.native.target.tables import Tables


@dataclass
class ArgumentDrawer:
    """The arguments of one call while they are compiled. A jump to `unlawful` gives the call up."""

    boundary: Boundary
    function: BoundaryFunction
    out: Lines
    tables: Tables
    clauses: ClauseCompiler
    callbacks: Callbacks | None = None
    places: Places = field(default_factory=Places)
    pointees: list[Pointee] = field(default_factory=list)
    handles: list[tuple[Path, HandleShape, str]] = field(default_factory=list)
    """The handles that the call is given, each with the C name of its id."""
    handle_arrays: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """The C names of those that it is given in arrays, by the paths of these."""
    orders: list[HandleOrder] = field(default_factory=list)
    parts: list[tuple[str, str]] = field(default_factory=list)
    """The ids of those without states that must be of another one that the call is given, with what says so in C."""
    """What the call has to do with the states of those that have some."""
    frame_members: tuple[Member, ...] = ()
    steps: tuple[InputStep, ...] = ()
    remembered: dict[Path, tuple[str, list[Alternative]]] = field(default_factory=dict)
    """Where it is noted which alternatives the unions in elements of an array have."""
    types: PassedTypes = field(default_factory=PassedTypes)
    symbols: Symbols = field(default_factory=Symbols)
    refused: bool = False
    """Whether the contract says that the call is refused."""
    moved: tuple[MovedPointer, ...] = ()
    """Parameters that lead to pointers which the call moves."""
    cut: bool = False
    """Whether the call may be made for several pieces: its callbacks then give their first answer alone."""
    asks: Callable[[tuple[AskedBefore, ...]], dict[str, CValue]] | None = None
    """Asks other functions how much memory the call is given."""
    told: dict[str, CValue] = field(default_factory=dict)
    """What they have told, by the texts of the questions."""
    overlap_way: str = ""
    """The C name of the byte that says whether parameters are in one memory."""
    refusal_way: str = ""
    """The C name of the byte that says whether the call is refused memory."""
    rows: dict[Path, str] = field(default_factory=dict)
    """The C names of which row a record is."""
    _chosen: dict[Path, str] = field(default_factory=dict)
    _place_bytes: dict[Path, str] = field(default_factory=dict)
    _nulls: list[tuple[Nullness, str, str]] = field(default_factory=list)
    guard: str = ""
    """The condition under which the place that is made now is there: it may be in one alternative of a union."""
    _element: str = ""
    memory: MemoryDrawing = field(init=False)
    in_element = False

    def __post_init__(self) -> None:
        """Set up what makes memory."""
        self.memory = MemoryDrawing(self)
        self.places.runs = RecordRuns(self.tables, self.boundary.constants)

    def element(self, of: Shape, members: tuple[Member, ...], at: str, path: Path) -> ElementDrawer:
        """Return what makes an element of the array at a path."""
        inner = ElementDrawer(
            self.boundary, self.function, self.out, self.tables, self.clauses, frame_members=members
        )
        inner.within(self, at, of, path)
        return inner

    def arguments(self, frame: Frame) -> None:
        """Compile the arguments of the call, in the order of the steps."""
        for index, member in enumerate(self.function.members):
            size = max(member.shape.size, 8)
            self.out(f"_Alignas(16) unsigned char a{index}[{size}] = {{0}};")
            self.places.slots[member.name,] = ArgumentSlot(f"a{index}")
        for name, variant in self.function.variants:
            self.places.told[name,] = (UnionDrawing(self).of_argument(variant),)
        self.steps = frame.steps
        self.take(frame.steps)
        HandleArrayDrawing(self).refuse_null()
        lay_behind(self, self.moved)

    def take(self, steps: tuple[InputStep, ...]) -> None:
        decided = False
        for step in steps:
            if isinstance(step, Room | Invariants | MemoryEnd | PlaceWithin) and not decided:
                self._decide_nulls()
                decided = True
            guard = " && ".join(f"{self._chosen[union]} == {which}" for union, which in step.guards)
            # What a pointer points at has variables that later code names, so it is made in any case: of nothing.
            in_place = isinstance(step, Elements) and isinstance(step.shape, ArrayShape)
            if guard and (
                in_place or isinstance(step, Number | RealNumber | RawBytes | WrittenOut | Invariants)
            ):
                with self.out.block(f"if ({guard})"):
                    self._step(step)
            else:
                self.guard = guard
                self._step(step, guard)
                self.guard = ""
        if not decided:
            self._decide_nulls()

    def _step(self, step: InputStep, guard: str = "") -> None:
        match step:
            case ToldAlternative():
                self._chosen[step.path] = UnionDrawing(self).told(step, guard)
            case Alternative():
                self._chosen[step.path] = UnionDrawing(self).chosen(step, guard)
            case Nullness():
                self._nullness(step)
            case Number() | RealNumber() | RowByte() | RowNumber() | RowNull():
                NumberDrawing(self).step(step)
            case WrittenOut():
                self._written(step)
            case Lend():
                self.memory.lend(step)
            case DrawnContents():
                self.memory.contents(step)
            case Elements():
                self.memory.elements(step)
            case GoingOn():
                self.memory.going_on(step)
            case RawBytes():
                self.memory.raw(step)
            case Room():
                self.memory.room_for(step)
            case RoomsTold():
                assert self.asks is not None
                self.told = self.asks(step.questions)
            case MemoryEnd():
                self.memory.end_of(step)
            case OverlapByte():
                self.overlap_way = self.out.fresh("way")
                self.out(f"unsigned {self.overlap_way} = abidance_byte();")
            case RefusalByte():
                self.refusal_way = self.out.fresh("refusal")
                self.out(f"unsigned {self.refusal_way} = abidance_byte();")
            case PlaceByte():
                self._place_bytes[step.path] = self.out.fresh("place")
                self.out(f"size_t {self._place_bytes[step.path]} = abidance_byte();")
            case PlaceWithin():
                self.memory.place_within(step, self._place_bytes.get(step.path, ""))
            case HandleStorage():
                HandleDrawing(self).storage(step)
            case HandleChoice():
                HandleDrawing(self).choice(step)
            case HandleElements():
                if self.guard:
                    raise NotCompiledError("handles in an array in a union")
                HandleArrayDrawing(self).take(step)
            case OpaqueAddress():
                table = self.tables.numbers(step.addresses)
                chosen = f"(void *)(uintptr_t)abidance_one_of({table}, {len(step.addresses)})"
                self.place(point(self.address(step.path), chosen))
            case UserData():
                at = self.address(step.path)
                self.slot(step.path)
                self.place(point(at, "abidance_nothing"))
            case Bound():
                self._bound(step)
            case CallbackAnswers():
                self._answers(step)
            case Invariants():
                self._invariants(step)
            case _:
                raise AssertionError(step)

    # ------------------------------------------------------------------ places

    def chosen(self, union: Path) -> str:
        """Return the C name of which alternative of a union there is."""
        return self._chosen[union]

    def address(self, path: Path) -> str:
        """Return the address of a value's own bytes."""
        if not path:
            return self._element
        if path in self.places.slots:
            return self.places.slots[path].at
        outer = self.base(path[:-1])
        return at_offset(outer, self.member(path))

    def base(self, path: Path) -> str:
        """Return the address of the record whose members stand below a path."""
        slot = self.places.slots.get(path)
        if slot is not None and slot.block:
            return slot.block
        return self.address(path)

    def member(self, path: Path) -> Member:
        """Return the member that a path names."""
        members = self.frame_members
        found = [*along(members, path, self.boundary.handles)]
        assert len(found) == len(path), path
        return found[-1]

    def record_at(self, path: Path) -> RecordShape | None:
        """Return the record that is at a path, or behind the pointer there; None where there is none."""
        shape = single(self.member(path).shape) if path else None
        if isinstance(shape, HandleShape):
            shape = self.places.records.get(path)
        return shape if isinstance(shape, RecordShape) else None

    def number(self, path: Path) -> tuple[ScalarShape, str, tuple[int, int] | None]:
        """Return the number at a path, or behind the pointer there: its shape, its address, and the bits it has."""
        member, slot = self.member(path), self.places.slots.get(path)
        shape = number_of(member.shape)
        assert shape is not None, path
        return shape, slot.block if slot is not None and slot.block else self.address(path), member.bits

    def slot(self, path: Path) -> ArgumentSlot:
        slot = self.places.slots.setdefault(path, ArgumentSlot(self.address(path)))
        if self.guard and not slot.lost:
            slot.lost = f"!({self.guard})"
            slot.null = slot.null or slot.lost  # nobody judges what is not there
        return slot

    def place(self, statement: str) -> None:
        """Add a statement that writes to the place that is made now, where it is there."""
        self.out(f"if ({self.guard}) {statement}" if self.guard else statement)

    def environment(self, path: Path = ()) -> dict[str, CValue]:
        """Return what expressions see in the record below a path, and in all that is around it."""
        return chained(*(self._layer(path[:depth]) for depth in range(len(path), -1, -1)), self.told)

    def _layer(self, path: Path) -> dict[str, CValue]:
        if not path:
            return self.places.values(self.function.members)
        shape = self.record_at(path)
        return {} if shape is None else self.places.fields(shape, self.base(path), path)

    # ------------------------------------------------------------------ numbers

    def _nullness(self, step: Nullness) -> None:
        slot, null = self.slot(step.path), self.out.fresh(f"null_{step.path[-1]}")
        there = f"({self.guard}) && " if self.guard else ""
        self.out(f"int {null} = {there}abidance_null_wished(); (void){null};")
        slot.null = f"({null} || {slot.lost})" if slot.lost else null
        if not isinstance(self.member(step.path).shape, HandleShape):
            self._nulls.append((step, null, self.guard))

    def be_null(self, path: Path, null: str) -> None:
        """Compile that a pointer is NULL in the end where a variable in C says so."""
        self._nulls.append((Nullness(path, None), null, self.guard))

    def _decide_nulls(self) -> None:
        """Let pointers be NULL where that is wished and valid, now that all that it may depend on is there."""
        for step, null, guard in self._nulls:
            slot = self.places.slots[step.path]
            there = f"({guard}) && " if guard else ""
            if step.condition is not None:
                holds = self.clauses.condition(step.condition, self.environment(step.path[:-1]))
                self.out(f"if ({null}) {null} = ({holds}) == 1;")
            self.out(f"if ({there}{null}) {point(slot.at, 'NULL')}")
        self._nulls = []

    def put(self, path: Path, shape: ScalarShape, value: str) -> None:
        """Compile that a number is at a path, or behind the pointer there."""
        slot = self.places.slots.get(path)
        bits = self.member(path).bits if path else None
        if slot is not None and slot.block:
            self.out(store(shape, slot.block, value))
        else:
            self.out(store(shape, self.address(path), value, bits))

    def _written(self, step: WrittenOut) -> None:
        """Put a value that the contract writes out."""
        at, value = self.address(step.path), step.value
        member = self.member(step.path)
        shape = member.shape
        if isinstance(shape, NumberHandle):
            self.out(store(shape.number, at, _constant(shape.number, value)))
            return
        if isinstance(shape, AddressShape):
            slot = self.slot(step.path)
            if value is None:
                slot.never = True
                self.out(point(at, "NULL"))
                return
            if isinstance(shape, PointerShape) and slot.block and isinstance(shape.element, ScalarShape):
                self.out(store(shape.element, slot.block, _constant(shape.element, value)))
                return
            raise NotCompiledError(f"what is written out for `{member.name}`")
        if isinstance(shape, ScalarShape):
            self.out(store(shape, at, _constant(shape, value), member.bits))
            return
        raw = bytearray(shape.size)
        pack(shape, cast("Value", value), raw, 0, member.name, _no_pointer)
        self.out(f"memcpy({at}, {string(bytes(raw))}, {len(raw)});")

    # ------------------------------------------------------------------ bound arguments, callbacks and records

    def _bound(self, step: Bound) -> None:
        """Give an argument what a law binds it to, where that is valid for it."""
        member, name = self.member(step.path), step.argument.name
        scalar = number_of(member.shape)
        if scalar is not None:
            self.put(step.path, scalar, name)
            if scalar.kind != "float":
                self._refuse_outside(step.path, name)
            return
        shape, slot = member.shape, self.slot(step.path)
        assert isinstance(shape, PointerShape)
        slot.block, slot.count = f"{name}_at", f"{name}_count"
        slot.had = slot.room = slot.count
        if step.argument.nullable:
            slot.null = f"{name}_null"
            if shape.nullable is False:
                self.out(f"if ({slot.null}) goto unlawful;")
        self.out(point(slot.at, f"{name}_at"))
        if step.length.tied is not None:
            self.memory.tell(step.length, slot.count)
            self._refuse_outside(step.length.tied, f"(abidance_int){slot.count}")
        elif step.length.exactly is not None:
            self.memory.refuse_other(step.length, step.path, slot)

    def _refuse_outside(self, path: Path, value: str) -> None:
        """Give the call up where a number does not fit its type, or is not in its domain."""
        shape, at, bits = self.number(path)
        allowed = in_domain(shape, at, bits)
        fits = f"(abidance_int){load(shape, at, bits)} == {value}"
        self.out(f"if (!({fits}){f' || !({allowed})' if allowed else ''}) goto unlawful;")

    def _answers(self, step: CallbackAnswers) -> None:
        """Give a callback its answers, which it begins anew."""
        for reason in step.not_called:
            self.clauses.leave(reason)
        if self.callbacks is None or self.guard:
            raise NotCompiledError("a callback in an array or a union")
        slot, made = self.slot(step.path), self.callbacks.compiled(self.clauses, step)
        self.places.callbacks[step.path] = made
        begin_script(self, made)
        if step.said is not None:
            ScriptDrawing(self, step, made).said(step.said)
            written_files.begin(made, self.out)
            self.out(point(slot.at, made.address))
            return
        if made.may_call:
            draw_call(self, made, step.path)
        if step.by_content:
            self.out(f"{made.name}.which = abidance_byte() % {len(step.by_content)};")
        elif step.has_turns:
            script = ScriptDrawing(self, step, made)
            script.turns()
            if step.shape.goes_on:
                script.begins(made.at)
        elif step.may_fail:
            self.out("{ uint8_t blocks = abidance_byte();")
            self.out(f"{made.name}.turns = blocks % 16 < {NEVER} ? blocks % 16 : (unsigned)-1;")
            self.out(f"{made.name}.more = blocks >> 4 & 1; }}")
        elif step.shape.allocates is not None:
            self.out(f"{made.name}.turns = (unsigned)-1;")
        written_files.begin(made, self.out)
        self._answer_alike(step, made)
        self.out(point(slot.at, made.address))

    def _answer_alike(self, step: CallbackAnswers, made: CompiledCallback) -> None:
        """Let a callback answer the same however an input is cut: there is always memory, and no second answer."""
        if step.may_fail and any(law.split for law in self.boundary.laws.values()):
            self.out(f"if (abidance_alike) {made.name}.turns = (unsigned)-1, {made.name}.more = 0;")
        if self.cut and step.has_turns and not step.written and not step.by_content:
            self.out(f"if ({made.name}.turns > 1) {made.name}.turns = 1;")
        if self.cut and made.may_call and not step.written:
            self.out(f"{made.name}.call = 0;")

    def _invariants(self, step: Invariants) -> None:
        for condition in step.conditions:
            holds = self.clauses.condition(condition, self.environment(step.path))
            around = (self.places.slots.get(step.path[:n]) for n in range(1, len(step.path) + 1))
            spared = "".join(f"!{slot.null} && " for slot in around if slot is not None and slot.null)
            self.out(f"if ({spared}({holds}) != 1) goto unlawful;")


class ElementDrawer(ArgumentDrawer):
    """One element of an array: its place, and what is around it."""

    in_element = True
    _outer: ArgumentDrawer
    _shape: Shape
    _path: Path

    def within(self, outer: ArgumentDrawer, at: str, shape: Shape, path: Path) -> None:
        """Say where the element is."""
        self._outer, self._shape, self._path, self._element = outer, shape, path, at

    def record_at(self, path: Path) -> RecordShape | None:
        """Return the same of the element, which there is no path to."""
        shape = single(self.member(path).shape) if path else self._shape
        return shape if isinstance(shape, RecordShape) else None

    def watch_inputs(self) -> None:
        """Compile that what pointers of the element point at is compared after the call, where it is only read."""
        for pointee in self.pointees:
            if pointee.shape.handed:
                raise NotCompiledError("memory in an array that the library takes over")
            if pointee.shape.direction is Direction.IN:
                slot = self.places.slots[pointee.path]
                name = words(".".join(filter(None, (*self._path, *pointee.path))))
                self.out(f"if (!abidance_watch({slot.block}, {pointee.size}, {name})) goto unlawful;")

    def _layer(self, path: Path) -> dict[str, CValue]:
        """Return the fields of the element, or of a record in it; around them is what is around the array."""
        shape = self.record_at(path)
        if shape is None:
            return {} if path else self._outer.environment(self._path[:-1])
        fields = self.places.fields(shape, self.base(path), path)
        return fields if path else chained(fields, self._outer.environment(self._path[:-1]))


def _constant(shape: ScalarShape, value: object) -> str:
    if isinstance(value, int) and shape.kind != "float":
        return integer(int(value))
    if isinstance(value, int | float) and shape.kind == "float":
        return real(float(value))
    raise NotCompiledError("what is written out for a number")


def _no_pointer(shape: Shape, value: object, _at: int, _path: str, _around: object) -> None:
    if not isinstance(shape, NothingShape) and value is not None and not isinstance(value, Mark):
        raise NotCompiledError("a pointer in what is written out")
