"""Callbacks that are compiled: which can be, and what expressions see of how they were called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.value_passing import PassingRefusal, is_va_list, passing
from abidance.boundary.model.traversal import strategy_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandedHandleShape,
    HandleShape,
    NothingShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.callback_writes import counted_answer, reading, told_of_file, written_by
from abidance.contract.expression import CALLS, CONTENTS, spelling
from abidance.native.expressions.values import (
    CBytes,
    CGuarded,
    CInt,
    CList,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
)
from abidance.native.target.c_text import at_offset, ending
from abidance.native.target.places import PACKED, Places, elements, number
from abidance.native.target.reasons import NotCompiledError
from abidance.plan.signature import RecordClass, ScalarClass

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import CallbackShape
    from abidance.boundary.model.values import Script
    from abidance.boundary.values.callback_writes import Written
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.input_format import CallFromCallback, Path

LONGEST = 4096
"""Behind a pointer at most so many bytes are looked at."""


def refuse_callback(boundary: Boundary, shape: CallbackShape) -> None:
    """Raise NotCompiledError for a callback that is not compiled."""
    assert shape.type is not None
    for each in (*shape.type.parameters, shape.type.returns):
        if is_va_list(each, boundary.declarations):
            continue
        found = passing(each, boundary.declarations, boundary.layouts)
        if (
            isinstance(found, PassingRefusal)
            or found.why
            or not isinstance(found.class_, ScalarClass | RecordClass)
        ):
            raise NotCompiledError("a callback that passes by value what only a compiler can pass")
    if shape.type.variadic and (shape.by or shape.may_call):
        raise NotCompiledError("a callback with `...` that answers by what it is given, or calls the library")
    if shape.contents is not None and strategy_of(shape.contents) is not None:
        raise NotCompiledError("a callback that reads what `generate` makes in Python")
    if shape.whole:
        raise NotCompiledError("a callback that reads all that it is asked for")
    if shape.shares_position and shape.nullable is not False:
        raise NotCompiledError("a callback that may be NULL, and whose position others move")
    if any(each.lends is not None for each in written_by(shape)):
        raise NotCompiledError("a callback that lends memory through a pointer that it writes")
    if any(isinstance(member.shape, HandleShape) for member in shape.members):
        raise NotCompiledError("a callback that is given a handle which is a number, or is passed by value")
    given = (member.shape for member in shape.members if isinstance(member.shape, PointerShape))
    if shape.variants:
        raise NotCompiledError(
            "a callback that is given a pointer of which another parameter tells what it leads to"
        )
    if any(isinstance(each.element, PointerShape) and not is_list(each) for each in given):
        raise NotCompiledError("an array of pointers to other than texts, or that is written, in a callback")
    result = shape.result
    if shape.allocator and written_by(shape):
        raise NotCompiledError("an allocator that writes to memory")
    if shape.allocator and shape.allocates is None and isinstance(result, PointerShape):
        raise NotCompiledError("a callback that frees memory and returns some")
    if shape.allocates is not None or isinstance(result, ScalarShape | NothingShape | PointerShape):
        return
    if isinstance(result, RecordShape):
        raise NotCompiledError("a callback that returns a record")
    if not isinstance(result, OpaqueShape) or result.nullable is not True:
        raise NotCompiledError("a callback that returns a pointer of which nothing is known")


def is_list(shape: PointerShape) -> bool:
    """Tell whether a callback is given a list of texts, or of numbers."""
    element = shape.element
    if not isinstance(element, PointerShape) or shape.what is not What.ARRAY or shape.direction.written:
        return False
    one = element.what is What.ONE and isinstance(element.element, ScalarShape)
    return (one or element.what is What.STRING) and not element.handed


@dataclass(frozen=True, slots=True)
class Captured:
    """Memory behind a pointer that a callback is given: its path from the parameters, and how it is looked at."""

    path: Path
    shape: PointerShape
    number: int


@dataclass(frozen=True, slots=True)
class TurnsRead:
    """What a callback reads that is told where: the field that has its turns, and which of what it writes that is.

    There is no `place` among what it writes where the answer leads to it.
    """

    turns: str
    written: Written
    place: int | None

    @property
    def repeats(self) -> bool:
        """Tell whether the first turn is all, over and over."""
        return not self.written.told


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
    position: str = ""
    """The positions that it shares with others: one for each of its scripts."""

    @property
    def looks_first(self) -> bool:
        """Tell whether it reads what it is given to know what to do, however often it is called."""
        told = self.counted or self.shape.reads_in_place or self.shape.at_most is not None
        return bool(told or self.written or self.by_content or told_of_file(self.shape))

    @property
    def address(self) -> str:
        """Return the function that the call is given, as a C expression."""
        if self.by_content:
            return f"{self.function}s[{self.name}.which]"
        return f"{self.function}s[{self.name}_at - {self.name}_all]" if self.has_scripts else self.function

    @property
    def has_scripts(self) -> bool:
        """Tell whether there is a script for each handle that keeps it: their turns do not mix."""
        turns = bool(self.written or self.may_call) or isinstance(
            self.shape.result, ScalarShape | PointerShape
        )
        variadic = self.shape.type is not None and self.shape.type.variadic
        plain = not (self.by_content or self.shape.allocator or variadic)
        return bool(self.shape.lasts_with) and (turns or self.shape.file is not None) and plain

    @property
    def lasting(self) -> bool:
        """Tell whether it may be invoked by later calls."""
        return self.shape.lifetime != "call"

    @property
    def at(self) -> str:
        """Return the position that it shares, as a C expression."""
        return f"{self.position}[{f'{self.name}_at - {self.name}_all' if self.has_scripts else '0'}]"

    def calls(self) -> CValue:
        """Return what expressions see of it after the call: how it was called."""
        if self.lasting:
            return CRecord({CALLS: CUnavailable("the callback is kept")})
        count, more = f"{self.name}.count", f"{self.name}.more"
        whole = self._contents()
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
        return TurnsRead("back" if place is None else f"w{place}", written, place)

    def _contents(self) -> dict[str, CValue]:
        """Return all that there is for it to read."""
        read = self.read
        if read is None:
            return {}
        written = read.written
        turns = f"{self.name}.{read.turns}, {'1' if read.repeats else f'{self.name}.turns'}"
        at = f"abidance_joined(&{self.name}.whole, {turns})"
        if written.shape.what is What.BYTES:
            return {CONTENTS: CBytes(at, f"abidance_joined_size({turns})")}
        count = f"abidance_joined_size({turns}) / {written.size}"
        return {CONTENTS: elements(written.shape.element, at, count, whole=False)}

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
        if not isinstance(shape, PointerShape):
            return {}
        return {RESULT_NAME: CNullable(f"!{call}.rb", _target(shape, f"{call}.rb", f"{call}.rn"))}

    def _written(self, written: Written, at: str, size: str, call: str) -> dict[str, CValue]:
        """Return what an invocation wrote, and how much where one of its parameters tells."""
        index, name = written.index, written.member.name
        null = f"(ABIDANCE_LOAD(void *, {call}.p{index}) == NULL)"
        found: dict[str, CValue] = {
            name: CNullable(null, CGuarded(f"!{at}", _target(written.shape, at, size)))
        }
        if written.told and written.told != RESULT_NAME:
            alone = written.shape.length_name == written.told
            told: CValue = CInt(f"(abidance_int)({size} / {written.size})")
            found[written.told] = (
                CGuarded(f"!{at}", told) if alone else CUnavailable(f"`{written.told}` is not known")
            )
        return found

    def _value(self, shape: object, at: str, path: Path, call: str) -> CValue:
        match shape:
            case ScalarShape():
                return number(shape, at)
            case PointerShape():
                return self._behind(shape, at, path, call)
            case RecordShape():
                return self._record(shape, at, path, call)
            case HandedHandleShape(record=record) if record is not None:
                reason = "what a handle holds that a callback is given is read by `run`"
                return CNullable(f"(ABIDANCE_LOAD(void *, {at}) == NULL)", CUnavailable(reason))
            case AddressShape():
                return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)")
        return CUnavailable("a callback's array")

    def _behind(self, shape: PointerShape, at: str, path: Path, call: str) -> CValue:
        null = f"(ABIDANCE_LOAD(void *, {at}) == NULL)"
        found = next((each for each in self.captured if each.path == path), None)
        if found is None:
            return COpaque(null)
        behind, size = f"{call}.b{found.number}", f"{call}.n{found.number}"
        if shape.what is What.ONE and isinstance(shape.element, RecordShape):
            inner: CValue = self._record(shape.element, behind, path, call)
        else:
            inner = _target(shape, behind, size)
        return CNullable(null, CGuarded(f"!{behind}", inner))

    def _record(self, shape: RecordShape, at: str, path: Path, call: str) -> CRecord:
        fields: dict[str, CValue] = {}
        for member in shape.members:
            there = at_offset(at, member)
            if isinstance(member.shape, ScalarShape):
                fields[member.name] = number(member.shape, there, member.bits)
            elif isinstance(member.shape, PointerShape) and not member.within:
                fields[member.name] = self._behind(member.shape, there, (*path, member.name), call)
            else:
                fields[member.name] = Places().seen(member.shape, there, ())
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
