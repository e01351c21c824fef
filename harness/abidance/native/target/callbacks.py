"""Callbacks that are compiled, and what expressions see of how they were called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import HandedHandleShape
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
    What,
)
from abidance.boundary.values.callback_writes import counted_answer, reading, told_of_file
from abidance.contract.expression import CALLS, CONTENTS, spelling
from abidance.native.expressions.values import (
    CBytes,
    CGuarded,
    CInt,
    CList,
    CNullable,
    COpaque,
    CRecord,
    CTagged,
    CUnavailable,
)
from abidance.native.target.c_text import at_offset, ending
from abidance.native.target.places import PACKED, Places, elements, number
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.variants import (
    TaggedUnionPlace,
    lives,
    pointer_told,
    tag_among,
    unions_below,
    unions_told,
)

if TYPE_CHECKING:
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Script
    from abidance.boundary.values.callback_writes import Written
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.input_format import CallFromCallback, Path

LONGEST = 4096
"""Behind a pointer at most so many bytes are looked at."""


def targets(shape: Shape) -> tuple[PointerShape, ...]:
    """Return the pointer that a parameter is: one for each thing that a tag may say it leads to; none else."""
    if isinstance(shape, TaggedPointerShape):
        return tuple(each for each in shape.each if isinstance(each, PointerShape))
    return (shape,) if isinstance(shape, PointerShape) else ()


def is_list(shape: PointerShape) -> bool:
    """Tell whether a callback is given a list of texts, or of numbers."""
    element = shape.element
    if not isinstance(element, PointerShape) or shape.what is not What.ARRAY or shape.direction.written:
        return False
    one = element.what is What.ONE and isinstance(element.element, ScalarShape)
    return (one or element.what is What.STRING) and not element.handed


@dataclass(frozen=True, slots=True)
class Captured:
    """Memory behind a pointer that a callback is given: its path from the parameters, and how it is looked at.

    Where a tag tells what the pointer leads to, that is which of all it is with.
    """

    path: Path
    shape: PointerShape
    number: int
    which: int | None = None


@dataclass(frozen=True, slots=True)
class TurnsRead:
    """What a callback reads that is told where: the field that has its turns, and which of what it writes that is.

    There is no `place` among what it writes where the answer leads to it.
    """

    turns: str
    written: Written
    place: int | None
    whole: bool

    @property
    def repeats(self) -> bool:
        """Tell whether the first turn is all, over and over."""
        return not (self.written.told or self.whole)


@dataclass(frozen=True, slots=True)
class CompiledCallback:
    """One callback in the target: `name` is its struct, `function` itself. `lasting` ones outlive their call."""

    name: str
    function: str
    shape: CallbackShape
    captured: tuple[Captured, ...] = ()
    written: tuple[Written, ...] = ()
    outer: tuple[str, ...] = ()
    """What its lengths name of the call that is given it: numbers, which are put into its struct before the call."""
    by_content: tuple[Script, ...] = ()
    """What it may answer by what it is given. Each has a C function of its own: two that are kept do not mix."""
    may_call: tuple[CallFromCallback, ...] = ()
    """What it may call."""
    ordered: int | None = None
    """The number of it among those that have a place in an order."""
    asked: bool = False
    """Whether the function that is given it says how it is invoked meanwhile."""
    position: str = ""
    """The positions that it shares with others: one for each of its scripts."""
    is_earlier: bool = False
    """Whether `name` and `position` are those of one that an earlier call was given."""

    @property
    def looks_first(self) -> bool:
        """Tell whether it reads what it is given to know what to do, however often it is called."""
        told = self.counted or self.shape.reads_in_place or self.shape.at_most is not None
        told = told or self.shape.writes_to_file is not None
        return bool(told or self.written or self.by_content or told_of_file(self.shape))

    @property
    def user_data_size(self) -> int:
        """Return how many bytes of user data come back; 0 where none does."""
        back = self.shape.given_back
        return min(self.shape.sizes[back], 8) if back is not None and self.shape.user_data else 0

    @property
    def address(self) -> str:
        """Return the function that the call is given, as a C expression."""
        if self.by_content:
            return f"{self.function}s[{self.name}.which]"
        return f"{self.function}s[{self.name}_at - {self.name}_all]" if self.has_scripts else self.function

    @property
    def has_scripts(self) -> bool:
        """Tell whether there is a script for each handle that keeps it: their turns do not mix."""
        turns = bool(self.written or self.may_call or self.holders) or isinstance(
            self.shape.result, ScalarShape | PointerShape | RecordShape
        )
        variadic = self.shape.type is not None and self.shape.type.variadic
        plain = not (self.by_content or self.shape.allocator or variadic)
        counted = self.ordered is not None or self.shape.counted_in_all is not None
        looked_at = self.asked or counted or self.user_data_size > 0
        apart = turns or self.shape.file is not None or looked_at or bool(self.shape.until)
        return bool(self.shape.lasts_with) and apart and plain

    @property
    def holders(self) -> tuple[str, ...]:
        """Return the handles that it frees with what it is given: of the call that is given it."""
        return tuple(
            dict.fromkeys(each.handle for _, _, given in self.shape.freeing for each in given if each.handle)
        )

    @property
    def lasting(self) -> bool:
        """Tell whether it may be invoked by later calls."""
        return self.shape.lifetime != "call"

    @property
    def at(self) -> str:
        """Return the position that it shares, as a C expression."""
        apart = self.has_scripts and not self.is_earlier
        return f"{self.position}[{f'{self.name}_at - {self.name}_all' if apart else '0'}]"

    def kept_at(self, script: str) -> CompiledCallback:
        """Return the callback as an earlier call was given it, whose script a pointer in C leads to."""
        position = self.position and f"({self.position} + ({script} - {self.name}_all))"
        return replace(self, name=f"(*{script})", position=position, is_earlier=True)

    def seen_later(self, *, answered: bool) -> dict[str, CValue]:
        """Return what expressions see of it after a later call; unless it has `answered`, before it wrote."""
        calls = CList(f"{self.name}.count", self.invocation if answered else self._given)
        return {CALLS: CGuarded(f"{self.name}.more", calls), **self._contents()}

    def calls(self) -> CValue:
        """Return what expressions see of it after the call: how it was called."""
        if self.lasting and not (self.asked and self.has_scripts):
            return CRecord({CALLS: CUnavailable("the callback is kept"), **self._kept_file()})
        count, more = f"{self.name}.count", f"{self.name}.more"
        whole = self._kept_file() if self.lasting else self._contents()
        more += f" || {self.name}.mixed" if self.lasting else ""
        before = CRecord({CALLS: CGuarded(more, CList(count, self._given)), **whole})
        return CRecord({CALLS: CGuarded(more, CList(count, self.invocation)), **whole}, before)

    @property
    def counted(self) -> str:
        """Return the parameter that it writes how much its answer points at to; empty where there is none."""
        return counted_answer(self.shape)

    @property
    def read(self) -> TurnsRead | None:
        """Return what it reads, where expressions see all of that or it may be any part of it."""
        if not self.shape.has_contents:
            return None
        place, written = reading(self.shape)
        return TurnsRead("back" if place is None else f"w{place}", written, place, self.shape.whole)

    @property
    def file(self) -> CValue | None:
        """Return what expressions see of the file that it writes: what that holds now."""
        memory = self.shape.writes_to_file.shape if self.shape.writes_to_file is not None else None
        if not isinstance(memory, PointerShape):
            return None
        at, size = f"{self.at}.bytes", f"{self.at}.size"
        if memory.what is What.BYTES:
            return CGuarded(f"{self.at}.lost", CBytes(at, f"(size_t){size}"))
        return CGuarded(f"{self.at}.lost", elements(memory.element, at, size, whole=False))

    def _kept_file(self) -> dict[str, CValue]:
        """Return the file of one that is kept as it is when the call that has given it returns."""
        known = self.file if self.has_scripts else None
        return {} if known is None else {CONTENTS: CGuarded(f"{self.name}.mixed", known)}

    def _contents(self) -> dict[str, CValue]:
        """Return all that there is for it to read."""
        read = self.read
        if self.file is not None:
            return {CONTENTS: self.file}
        if read is None:
            return {}
        written = read.written
        turns = f"{self.name}.{read.turns}, {'1' if read.repeats else f'{self.name}.turns'}"
        at = f"abidance_joined(&{self.name}.whole, {turns})"
        if written.memory.what is What.BYTES:
            return {CONTENTS: CBytes(at, f"abidance_joined_size({turns})")}
        count = f"abidance_joined_size({turns}) / {written.size}"
        return {CONTENTS: elements(written.memory.element, at, count, whole=False)}

    def invocation(self, index: str) -> CRecord:
        """Return what expressions see of one invocation."""
        return CRecord(self.arguments(f"{self.name}.calls[{index}]"), self._given(index))

    def _given(self, index: str) -> CRecord:
        """Return the same before the callback wrote."""
        return CRecord(self.arguments(f"{self.name}.calls[{index}]", answered=False))

    def arguments(self, call: str, *, answered: bool = True) -> dict[str, CValue]:
        """Return the values of one invocation by the names that C has for them."""
        shape = self.shape
        found: dict[str, CValue] = {}
        for index, member in enumerate(shape.members):
            if index != shape.given_back or not answered:
                found[member.name] = self._value(member.shape, f"{call}.p{index}", (member.name,), call)
        if answered:
            for place, written in enumerate(self.written):
                found |= self._written(written, f"{call}.v{place}", f"{call}.z{place}", call)
            if RESULT_NAME not in found:
                found |= self._answer(call)
            if told := told_of_file(self.shape):
                index = next(i for i, m in enumerate(self.shape.members) if m.name == told)
                null = f"(ABIDANCE_LOAD(void *, {call}.p{index}) == NULL)"
                number_ = CGuarded(f"!{call}.wrote", CInt(f"(abidance_int){call}.told"))
                found[told] = CNullable(null, number_)
            if self.counted:
                found[self.counted] = CInt(f"(abidance_int)({call}.rn / {reading(self.shape)[1].size})")
        return found

    def around(self) -> dict[str, CValue]:
        """Return what lengths see of the call that is given it, as expressions spell it."""
        return {name: CInt(f"{self.name}.o{number_}") for number_, name in enumerate(self.outer)}

    def _answer(self, call: str) -> dict[str, CValue]:
        shape = self.shape.result
        if isinstance(shape, ScalarShape):
            return {RESULT_NAME: number(shape, f"{call}.answer")}
        if isinstance(shape, RecordShape):
            return {RESULT_NAME: Places().seen(shape, f"{call}.answer", ())}
        if not isinstance(shape, PointerShape):
            return {}
        return {RESULT_NAME: CNullable(f"!{call}.rb", _target(shape, f"{call}.rb", f"{call}.rn"))}

    def _written(self, written: Written, at: str, size: str, call: str) -> dict[str, CValue]:
        """Return what an invocation wrote, and how much where one of its parameters tells."""
        index, name = written.index, written.member.name
        null = f"(ABIDANCE_LOAD(void *, {call}.p{index}) == NULL)"
        if written.lends is not None:
            null = f"({null} || {at} == abidance_null_lent)"
        found: dict[str, CValue] = {
            name: CNullable(null, CGuarded(f"!{at}", _target(written.memory, at, size)))
        }
        if written.told and written.told != RESULT_NAME:
            alone = written.memory.length_name == written.told
            told: CValue = CInt(f"(abidance_int)({size} / {written.size})")
            found[written.told] = (
                CGuarded(f"!{at}", told) if alone else CUnavailable(f"`{written.told}` is not known")
            )
        return found

    def told(self, call: str) -> dict[str, TaggedUnionPlace]:
        """Return what others tell of the parameters that are unions, or lead to some, or to what a tag says."""
        places = {m.name: f"{call}.p{n}" for n, m in enumerate(self.shape.members)}
        return {
            name: TaggedUnionPlace(variant.path, variant, tag_among(self.shape.members, variant, places))
            for name, variant in self.shape.variants
        }

    def _value(self, shape: object, at: str, path: Path, call: str) -> CValue:
        match shape:
            case TaggedPointerShape():
                return self._told_of(self.told(call)[path[0]], at, path, call)
            case ScalarShape():
                return number(shape, at)
            case PointerShape():
                return self._behind(at, path, call)
            case RecordShape():
                return self._record(shape, at, path, call)
            case HandedHandleShape(record=record) if record is not None:
                reason = "what a handle holds that a callback is given is read by `run`"
                return CNullable(f"(ABIDANCE_LOAD(void *, {at}) == NULL)", CUnavailable(reason))
            case HandedHandleShape():
                return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)", f"ABIDANCE_LOAD(uintptr_t, {at})")
            case AddressShape():
                return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)")
        return CUnavailable("a callback's array")

    def _behind(self, at: str, path: Path, call: str) -> CValue:
        null = f"(ABIDANCE_LOAD(void *, {at}) == NULL)"
        found = next((each for each in self.captured if each.path == path), None)
        if found is None:
            return COpaque(null)
        inner = self._looked_at(found, path, call)
        return CNullable(null, CGuarded(f"!{call}.b{found.number}", inner))

    def _told_of(self, told: TaggedUnionPlace, at: str, path: Path, call: str) -> CValue:
        """Return what a pointer leads to of which a tag tells that."""
        found = []
        for each in self.captured:
            if each.path == path and each.which is not None:
                lost = f"!{lives(told.variant, each.which, told.tag)} || !{call}.b{each.number}"
                found.append((lost, self._looked_at(each, path, call)))
        unread = CUnavailable("what a tag says that a pointer leads to is not looked at there")
        inner = CTagged(tuple(found)) if found else unread
        return CNullable(f"(ABIDANCE_LOAD(void *, {at}) == NULL)", inner)

    def _looked_at(self, found: Captured, path: Path, call: str) -> CValue:
        """Return what the copy of memory holds that the callback was given."""
        behind, size = f"{call}.b{found.number}", f"{call}.n{found.number}"
        if found.shape.what is What.ONE and isinstance(found.shape.element, RecordShape):
            return self._record(found.shape.element, behind, path, call)
        return _target(found.shape, behind, size)

    def _record(self, shape: RecordShape, at: str, path: Path, call: str) -> CRecord:
        fields: dict[str, CValue] = {}
        around = self.told(call).get(path[0]) if len(path) == 1 else None
        told = (*([around] if around is not None else []), *unions_told(shape, at))
        for member in shape.members:
            there, below = at_offset(at, member), unions_below(told, member.name)
            unions = dict(member.within)
            own = {
                each.variant.union: each for each in told if not each.path and each.variant.union in unions
            }
            lost = [each.lost(unions[union], member.name) for union, each in own.items()]
            value: CValue
            if isinstance(member.shape, ScalarShape):
                value = number(member.shape, there, member.bits)
            elif isinstance(member.shape, TaggedPointerShape) and not member.within:
                pointer = pointer_told(shape, member.name, at)
                value = CUnavailable("a tag of a record that is not worked out in C")
                if pointer is not None:
                    value = self._told_of(pointer, there, (*path, member.name), call)
            elif isinstance(member.shape, PointerShape) and not member.within:
                value = self._behind(there, (*path, member.name), call)
            else:
                value = Places(told={("told?",): below}).seen(member.shape, there, ("told?",))
            if "" in lost:
                value = CUnavailable("which member of the union lives is not worked out in C")
            fields[member.name] = CGuarded(" || ".join(lost), value) if lost else value
        return CRecord(fields)


def _target(shape: PointerShape, at: str, size: str) -> CValue:
    """Return what expressions see of so many bytes that a pointer points at."""
    if shape.records is not None:
        return CUnavailable(PACKED)
    match shape.what:
        case What.ONE if isinstance(shape.element, RecordShape):
            return Places().seen(shape.element, at, ())
        case What.ONE if isinstance(shape.element, ScalarShape):
            return number(shape.element, at)
        case What.STRING | What.BYTES:
            return CBytes(at, size)
        case What.ARRAY:
            return elements(
                shape.element, at, f"{size} / {shape.element.size}", whole=False, given=is_list(shape)
            )
    return COpaque()


def size_behind(shape: PointerShape, around: dict[str, CValue], clauses: ClauseCompiler, out: Lines) -> bool:
    """Compile how many bytes there are to look at behind `from`, as `size`; return whether that is known."""
    unit = shape.element.size if shape.what is What.ARRAY else 1
    match shape.what:
        case What.ONE:
            out(f"abidance_int size = {shape.element.size};")
            return bool(shape.element.size)
        case What.STRING:
            out("abidance_int size = abidance_text_size(from);")
            return True
    if shape.ended_by is not None:
        out(f"abidance_int size = abidance_up_to_end(from, {ending(shape.ended_by)});")
        out(f"if (size > 0) size *= {unit};")
        return True
    clause = (shape.capacity or shape.length) if shape.direction.written else shape.length
    if clause is None:
        return False
    out("abidance_int size = 0;")
    try:
        told = clauses.number(clause, around, "size")
    except NotCompiledError:
        return False
    out(f"if (({told}) != 1) size = -1;")
    if unit != 1:
        out(f"size = size < 0 || size > {LONGEST} ? -1 : size * {unit};")
    return True


def alone(expression: Expression, names: dict[str, CValue], clauses: ClauseCompiler) -> bool:
    """Tell whether a promise about a callback looks at nothing but what the callback is given."""
    return expression.names <= names.keys() | clauses.constants.keys()


def spelled(values: dict[str, CValue]) -> dict[str, CValue]:
    """Return values by the names that expressions have for them."""
    return {spelling(name): value for name, value in values.items()}
