"""Compiles what the caller of a function owes: what a trace looks at before the call is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    What,
)
from abidance.boundary.model.values import DESTROYED
from abidance.native.target.c_text import at_offset, integer, load, real
from abidance.native.target.domains import in_domain, in_ranges
from abidance.native.target.places import chained
from abidance.trace import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression
    from abidance.core.codes import Code
    from abidance.core.span import Span
    from abidance.native.expressions.values import CValue
    from abidance.trace.traced_places import TracedArguments
    from abidance.trace.wrapper_text import WrapperText


class CallerDuties:
    """What is looked at before one call. A finding sets `lawful` to 0: then nothing is owed to the caller either."""

    def __init__(self, text: WrapperText, arguments: TracedArguments) -> None:
        self._text = text
        self._out = text.out
        self._arguments = arguments
        self._function = arguments.function
        self._handles = arguments.boundary.handles

    def rejects(self) -> None:
        """Compile which call of those that the contract refuses this one is: `refused`, counted from 1, or -1."""
        for number, reject in enumerate(self._function.rejects, 1):
            parts, known = [], True
            for path, value in reject.given.items():
                condition = self._is_given(path, value)
                known = known and condition is not None
                parts.append(condition or "1")
            if reject.condition is not None:
                holds = self._holds(reject.condition)
                known = holds is not None
                parts.append(holds or "1")
            matches = " && ".join(f"({each})" for each in parts) or "0"
            if known:
                self._out(f"if ({matches}) refused = refused ? -1 : {number};")
            else:
                self._out(f"if ({matches}) unclear = 1;")
                self._arguments.clauses.leave(f"whether a call is refused as {reject.text} says")
        self._out("if (refused || unclear) lawful = 0;")

    def _holds(self, condition: Expression) -> str | None:
        """Return the condition under which a call is refused in C; None where that is not known here.

        The library would have to be asked, or it depends on what created a handle.
        """
        if condition.calls or self._arguments.asks_what_created(condition):
            return None
        holds = self._arguments.clauses.promise(condition, self._arguments.environment())
        return None if holds is None else f"({holds}) == 1"

    def all(self) -> None:
        """Compile all that the caller owes, the plainest first."""
        for member in self._function.members:
            self._members(
                member,
                self._arguments.places.slots[member.name,].at,
                member.name,
                "1",
                self._function.members,
                {},
            )
        for expression in self._function.requires:
            self._condition(expression, self._arguments.environment(), "1", f"requires: {expression.text}")
        for member in self._function.members:
            if isinstance(member.shape, HandleShape) and not member.shape.made and member.shape.level == 1:
                self._handle(member, member.shape)

    def _finding(self, condition: str, code: Code, what: str, span: Span | None) -> None:
        self._text.finding(
            f"judges && !comes && !refused && !unclear && ({condition})", code, what, span, "lawful = 0;"
        )

    # ------------------------------------------------------------------ one place

    def _members(
        self,
        member: Member,
        at: str,
        path: str,
        there: str,
        around: tuple[Member, ...],
        fields: dict[str, CValue],
    ) -> None:
        shape = member.shape
        match shape:
            case ScalarShape():
                self._number(shape, at, path, there, _is_size(member, around), member.promised, member.bits)
            case RecordShape():
                self._record(shape, at, path, there)
            case HandleShape():
                self._null(shape.nullable, at, path, there, member.promised, fields)
                record = self._arguments.places.records.get((path,))
                ends = self._handles[shape.handle].destroy == self._function.name
                if record is not None and not shape.made and not ends:
                    slot = self._arguments.places.slots[path,]
                    self._record(record, slot.block, path, f"!{slot.null}")
            case PointerShape():
                self._pointer(shape, member, at, path, there, fields)
            case UserDataShape():
                pass
            case OpaqueShape():
                if shape.nullable is not True and shape.said:
                    self._null(shape.nullable, at, path, there, member.promised, fields)

    def _pointer(
        self,
        shape: PointerShape,
        member: Member,
        at: str,
        path: str,
        there: str,
        fields: dict[str, CValue],
    ) -> None:
        self._null(shape.nullable, at, path, there, member.promised, fields)
        address = f"ABIDANCE_LOAD(uintptr_t, {at})"
        if shape.align_to > 1 and not shape.misaligned:
            wrong = f"{there} && {address} % {shape.align_to} != 0"
            self._finding(wrong, codes.PRECONDITION_BROKEN, f"{path}: alignment", member.promised)
        slot = self._arguments.places.slots.get((path,))
        if slot is None:
            return
        if shape.what is not What.ONE:
            number = slot.count.removeprefix("(size_t)")
            if not slot.opaque and shape.what is not What.STRING:
                clause = shape.length if shape.direction.read else shape.capacity or shape.length
                self._finding(
                    f"{number}_wrong",
                    codes.ARGUMENT_OUT_OF_RANGE,
                    f"{path}: length",
                    clause.span if clause else member.promised,
                )
            return
        if shape.direction.read:
            inner, exists = shape.element, f"!{slot.null}"
            if isinstance(inner, RecordShape):
                self._record(inner, slot.block, path, exists)
            elif isinstance(inner, ScalarShape):
                size = _is_size(member, self._function.members)
                self._number(inner, slot.block, path, exists, size, member.promised, None)

    def _record(self, shape: RecordShape, at: str, path: str, there: str) -> None:
        fields = self._arguments.places.fields(shape, at, (path, "traced?"))
        for member in shape.members:
            if member.within:
                continue
            place, inner = at_offset(at, member), f"{path}.{member.name}"
            if isinstance(member.shape, HandleShape):
                continue  # whose life nobody follows there
            if isinstance(member.shape, PointerShape):
                if member.shape.tail:
                    continue  # no pointer: its elements lie there
                needed = self._is_needed(member.shape, shape, at)
                self._null(member.shape.nullable, place, inner, f"{there}{needed}", member.promised, fields)
            elif isinstance(member.shape, ScalarShape):
                size = _is_size(member, shape.members)
                self._number(member.shape, place, inner, there, size, member.promised, member.bits)
            elif isinstance(member.shape, RecordShape):
                self._record(member.shape, place, inner, there)
        for expression in shape.invariants:
            self._condition(expression, fields, there, f"{path}: {expression.text}")

    def _is_needed(self, shape: PointerShape, around: RecordShape, at: str) -> str:
        """Return the rest of a condition: that there is to be memory, where a number beside the pointer tells."""
        for clause in (shape.length, shape.capacity):
            name = clause.sole_name if clause is not None else ""
            number = next((m for m in around.members if m.name == name), None)
            if number is not None and isinstance(number.shape, ScalarShape):
                return f" && {load(number.shape, at_offset(at, number), number.bits)} != 0"
        return ""

    def _null(
        self,
        nullable: Expression | bool,
        at: str,
        path: str,
        there: str,
        span: Span,
        fields: dict[str, CValue],
    ) -> None:
        if nullable is True:
            return
        null = f"{there} && ABIDANCE_LOAD(void *, {at}) == NULL"
        if nullable is False:
            self._finding(null, codes.NULL_PASSED, path, span)
            return
        names = chained(fields, self._arguments.environment())
        holds = self._arguments.clauses.promise(nullable, names)
        if holds is not None:
            self._finding(f"{null} && ({holds}) == 0", codes.NULL_PASSED, path, nullable.span)

    def _number(
        self,
        shape: ScalarShape,
        at: str,
        path: str,
        there: str,
        is_size: bool,
        span: Span,
        bits: tuple[int, int] | None,
    ) -> None:
        if shape.open and shape.kind != "bool":
            return
        allowed = in_domain(shape, at, bits)
        if not allowed:
            return
        span = shape.span or span
        if not is_size or shape.members or shape.kind != "int":
            self._finding(f"{there} && !({allowed})", codes.ARGUMENT_OUT_OF_RANGE, path, span)
            return
        value = load(shape, at, bits)
        highest = (1 << (shape.width or 8 * shape.size)) - 1
        enough = in_ranges(value, ((int(shape.lowest), highest),))
        self._finding(f"{there} && !({enough})", codes.ARGUMENT_OUT_OF_RANGE, path, span)
        beyond = f"!({in_ranges(value, ((-(1 << 127) + 1, int(shape.highest)),))})"
        self._finding(f"{there} && {beyond}", codes.BEYOND_WHAT_IS_TRIED, path, span)

    def _condition(self, expression: Expression, names: dict[str, CValue], there: str, what: str) -> None:
        holds = self._arguments.clauses.promise(expression, names)
        if holds is None:
            self._out("lawful = 0;")
            return
        name = self._out.fresh("holds")
        self._out(f"int {name} = judges && {there} ? ({holds}) : 1;")
        self._out(f"if ({name} != 1) lawful = 0;")
        self._finding(f"{name} == 0", codes.PRECONDITION_BROKEN, what, expression.span)

    # ------------------------------------------------------------------ handles

    def _handle(self, member: Member, shape: HandleShape) -> None:
        life = self._handles[shape.handle]
        ends = life.destroy == self._function.name
        code = codes.DESTROYED_TWICE if ends else codes.USED_AFTER_DESTROY
        self._finding(self._is_gone(member.name, shape), code, member.name, member.promised)

    def _is_gone(self, name: str, shape: HandleShape) -> str:
        block = f"(void *){self._parameter(name)}"
        kind = self._arguments.tables.kind(shape.handle)
        gone = self._out.fresh("gone")
        self._out(f"abidance_handle *{gone} = abidance_gone({kind}, {block});")
        return f"{gone} && {gone}->left == abidance_left_{kind}((const unsigned char *){block})"

    def _parameter(self, name: str) -> str:
        index = next(i for i, each in enumerate(self._function.members) if each.name == name)
        return f"p{index}"

    # ------------------------------------------------------------------ what is refused

    def _is_given(self, path: str, value: object) -> str | None:
        """Return the condition under which a place holds what a refused call is given; None where C cannot tell."""
        member = next((m for m in self._function.members if m.name == path), None)
        if member is None:
            return None
        slot, shape = self._arguments.places.slots[path,], member.shape
        if value is None and isinstance(shape, AddressShape):
            return f"ABIDANCE_LOAD(void *, {slot.at}) == NULL"
        if value is DESTROYED and isinstance(shape, HandleShape):
            return self._is_gone(path, shape)
        at = slot.at
        inner: Shape = shape
        if isinstance(shape, PointerShape) and shape.what is What.ONE:
            inner, at = shape.element, slot.block
            if isinstance(inner, ScalarShape) and (condition := _equals(inner, at, value)):
                return f"!{slot.null} && ({condition})"
            return None
        if isinstance(inner, ScalarShape):
            return _equals(inner, at, value)
        if isinstance(value, bytes) and isinstance(shape, PointerShape) and not slot.opaque and slot.count:
            from abidance.native.target.c_text import string  # noqa: PLC0415 - seldom needed

            same = f"memcmp({slot.block}, {string(value)}, {len(value)}) == 0"
            return f"!{slot.null} && {slot.count} == {len(value)} && {same}"
        return None


def _equals(shape: ScalarShape, at: str, value: object) -> str | None:
    if isinstance(value, ScalarShape):
        return in_domain(value, at) or "1"
    if not isinstance(value, int | float):
        return None
    if shape.kind == "float":
        return f"{load(shape, at)} == {real(float(value))}"
    return f"(abidance_int){load(shape, at)} == {integer(int(value))}"


def _is_size(member: Member, around: tuple[Member, ...]) -> bool:
    """Tell whether a number says how much memory there is behind a pointer beside it."""
    return any(member.name == name for name in _sizes(around))


def _sizes(around: tuple[Member, ...]) -> Iterator[str]:
    for member in around:
        shape = member.shape
        if isinstance(shape, PointerShape):
            for clause in (shape.length, shape.capacity):
                if clause is not None and clause.sole_name:
                    yield clause.sole_name
