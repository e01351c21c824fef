"""Compiles what a law's step is given: what an expression comes to, what the law is given, or a step before left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import single
from abidance.boundary.model.types import Direction, HandleShape, PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.model.values import Earlier
from abidance.boundary.values.callback_writes import reads_contents
from abidance.contract.expression import Expression, spelling
from abidance.native.expressions import compile_value
from abidance.native.expressions.emitter import NONE
from abidance.native.expressions.kinds import integer, without_null
from abidance.native.expressions.kinds import number as number_of
from abidance.native.expressions.sequences import at, elements, length
from abidance.native.expressions.values import CBytes, CFloat, CInt, CNullable, COpaque
from abidance.native.target.c_text import load, point, store
from abidance.native.target.input_format import LARGEST, MOST_ANSWERS, BoundArgument
from abidance.native.target.law_left import is_conditional
from abidance.native.target.lenders import is_lasting, lender
from abidance.native.target.places import number
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.types import Member, Shape
    from abidance.native.expressions.emitter import Emitter
    from abidance.native.expressions.kinds import AnyValue
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.law_left import StepsLeft
    from abidance.native.target.tables import Tables


class LawArguments:
    """The arguments of one law's steps, which lie in static variables before each call."""

    def __init__(
        self, boundary: Boundary, tables: Tables, law: BoundaryLaw, drawer: ArgumentDrawer, left: StepsLeft
    ) -> None:
        self._boundary = boundary
        self._tables = tables
        self._law = law
        self._drawer = drawer
        self._left = left

    def bind(self, made: str, member: Member, argument: Expression | Earlier) -> BoundArgument:
        """Compile what an argument is bound to, which lies in the variables that begin with `made`."""
        shape = member.shape
        if isinstance(shape, HandleShape):
            return self._bind_handle(made, argument)
        if isinstance(argument, Earlier):
            return self._bind_earlier(made, shape, argument)
        names, constants = self._left.known(), self._boundary.constants
        if isinstance(single(shape), ScalarShape):
            return self._bind_number(made, shape, argument)
        if not isinstance(shape, PointerShape):
            raise NotCompiledError(f"`{member.name}` is bound, and is neither a number nor memory")
        plain = next((m for m in self._law.members if spelling(m.name) == argument.text.strip()), None)
        given = plain.shape if plain is not None else None
        if plain is not None and shape.direction is not Direction.IN and _is_same_record(shape, given):
            self._copy(made, plain.name, shape)
            return BoundArgument(made, nullable=True)
        ended = shape.ended_by and not shape.may_end_at_nul
        if ended and (not isinstance(given, PointerShape) or given.ended_by != shape.ended_by):
            raise NotCompiledError(f"`{member.name}` ends with an element of its own")
        ends = not shape.may_end_at_nul or (isinstance(given, PointerShape) and given.what is What.STRING)
        if plain is not None and isinstance(given, PointerShape) and shape.direction is Direction.IN and ends:
            slot = self._drawer.places.slots[plain.name,]
            if is_lasting(shape.lifetime):
                self._copy(made, plain.name, shape)
            else:
                self._pointer(made, slot.block, slot.count or "1", slot.null or "0")
            return BoundArgument(made, nullable=bool(slot.null))
        if shape.capacity is not None or not (
            _is_of_numbers(shape) or shape.what in (What.BYTES, What.STRING)
        ):
            raise NotCompiledError(f"memory that is made for `{member.name}` from what the law is given")

        nullable, lent = False, lender(shape.lifetime)

        def take(out: Emitter, value: AnyValue) -> None:
            nonlocal nullable
            nullable = isinstance(value, CNullable)
            if isinstance(value, CNullable):
                with out.block(f"if ({value.null})"):
                    out(f"{made}_at = NULL; {made}_count = 0; {made}_null = 1; abidance_r = 1;")
                    out(f"goto {NONE};")
            found = without_null(out, value)
            if isinstance(found, COpaque):
                raise NotCompiledError(
                    f"`{argument.text}` lies in memory of the library's, which is not kept"
                )
            if shape.what is What.ARRAY:
                self._put_numbers(out, made, shape, found)
                return
            zero = int(shape.what is What.STRING)
            if not isinstance(found, CBytes):
                found = _bytes_of_numbers(out, found)
            size = out.temporary("size_t", f"({found.length})")
            if zero:
                out(f"if ({size} && memchr({found.pointer}, 0, {size})) goto {NONE};")
            out(f"{made}_at = {lent}({size} + {zero}, 1); {made}_count = {size}; {made}_null = 0;")
            out(f"if (!{made}_at) goto {NONE};")
            out(f"if ({size}) memcpy({made}_at, {found.pointer}, {size});")
            if zero:
                out(f"{made}_at[{size}] = 0;")
            out("abidance_r = 1;")

        self._declare_pointer(made)
        told = compile_value(argument, names, take, constants=constants)
        self._drawer.out(f"if (({told}) != 1) goto unlawful;")
        return BoundArgument(made, nullable=nullable)

    @staticmethod
    def _put_numbers(out: Emitter, made: str, shape: PointerShape, value: AnyValue) -> None:
        """Compile an array of what an expression comes to, each of which fits its element."""
        of, items = shape.element, elements(out, value)
        assert isinstance(of, ScalarShape)
        count, index = length(out, items), out.whole("0")
        out.refuse_if(f"{count} > {LARGEST // of.size}")
        more = int(shape.may_end_at_nul)  # whether the number beside it says so is not known yet
        size = f"((size_t){count} + {more}) * {of.size}"
        out(f"{made}_at = {lender(shape.lifetime)}({size}, {of.align}); {made}_null = 0;")
        out(f"{made}_count = (size_t){count};")
        out.refuse_if(f"!{made}_at")
        with out.block(f"for (; {index} < {count}; {index}++)"):
            each, there = integer(out, at(out, items, index)), f"({made}_at + (size_t){index} * {of.size})"
            out(store(of, there, each))
            out.refuse_if(f"(abidance_int){load(of, there)} != {each}")
        if more:
            out(f"memset({made}_at + (size_t){count} * {of.size}, 0, {of.size});")
        out("abidance_r = 1;")

    def _bind_handle(self, made: str, argument: Expression | Earlier) -> BoundArgument:
        self._tables.declarations.append(f"static unsigned {made}_id;")
        if isinstance(argument, Earlier):
            self._drawer.out(f"{made}_id = {self._left.variable(argument.call)}_{argument.path}_made;")
            return BoundArgument(made)
        for path, _, ident in self._drawer.handles:
            if spelling(path[-1]) == argument.text.strip():
                self._drawer.out(f"{made}_id = {ident} > 0 ? (unsigned){ident} : 0;")
                return BoundArgument(made)
        raise NotCompiledError(f"`{argument.text}` is no handle that the law is given")

    def _bind_number(self, made: str, shape: Shape, argument: Expression) -> BoundArgument:
        scalar = single(shape)
        assert isinstance(scalar, ScalarShape)
        real = scalar.kind == "float"
        self._tables.declarations.append(f"static {'double' if real else 'abidance_int'} {made};")

        def take(out: Emitter, value: AnyValue) -> None:
            match number_of(out, value):
                case CInt(c):
                    out(f"{made} = {c};")
                case CFloat(c) if real:
                    out(f"{made} = {c};")
                case _:
                    raise NotCompiledError(f"`{argument.text}` is a number of a kind that only Python has")
            out("abidance_r = 1;")

        told = compile_value(argument, self._left.known(), take, constants=self._boundary.constants)
        self._drawer.out(f"if (({told}) != 1) goto unlawful;")
        return BoundArgument(made)

    def _bind_earlier(self, made: str, shape: Shape, argument: Earlier) -> BoundArgument:
        kept, function = self._left.variable(argument.call), self._left.kept[argument.call].function
        if is_conditional(self._law.steps[argument.call]):
            self._drawer.out(f"if (!{kept}_times) goto unlawful;")
        left: Shape = function.result.shape
        at = f"{kept}_result"
        if argument.path != "result":
            member = next(m for m in function.members if m.name == argument.path)
            left, at = member.shape, f"{kept}_{argument.path}"
        behind = isinstance(left, PointerShape)
        scalar = single(left)
        if isinstance(scalar, ScalarShape) and (not isinstance(left, PointerShape) or left.what is What.ONE):
            self._tables.declarations.append(f"static abidance_int {made};")
            value = number(scalar, f"{at}_at" if behind else at)
            if not isinstance(value, CInt):
                raise NotCompiledError("a floating-point number is handed on")
            self._drawer.out(f"{made} = (abidance_int)({value.c});")
            return BoundArgument(made)
        if (
            not isinstance(left, PointerShape)
            or not isinstance(shape, PointerShape)
            or shape.what is What.STRING
        ):
            raise NotCompiledError("what a step left is handed on in another form")
        if shape.direction is not Direction.IN:
            self._refuse_looked_at(argument)
        unit, other = (1 if s.what is not What.ARRAY else s.element.size for s in (left, shape))
        self._pointer(made, f"{at}_at", f"{at}_count * {unit} / {other}", f"{at}_null")
        return BoundArgument(made, nullable=True)

    def _refuse_looked_at(self, argument: Earlier) -> None:
        """Raise NotCompiledError where memory that is changed by another step is looked at as the first one left it."""
        law, name = self._law, self._law.steps[argument.call].name
        bound = [each for step in law.steps for each in step.bound.values() if isinstance(each, Expression)]
        conditions = [each for step in law.steps for each in (step.when, step.times) if each is not None]
        for each in (*law.ensures, *law.same, *bound, *conditions):
            if any(ref.parts[:2] == (name, spelling(argument.path)) for ref in each.references):
                raise NotCompiledError("what a step left is changed by another one, and looked at")

    def _copy(self, made: str, name: str, shape: PointerShape) -> None:
        """Point at a copy of what the law is given: each step is given that, whatever an earlier one has written.

        Of what lasts there is a copy with all that it leads to, for it is there as long as the step says.
        """
        slots, element = self._drawer.places.slots, shape.element
        slot, lent = slots[name,], lender(shape.lifetime)
        one = shape.what is What.ONE
        size = str(element.size) if one else slot.size
        align = shape.align_to if not one else element.align
        self._pointer(made, f"{lent}({size}, {max(align, 1)})", slot.count or "1", slot.null or "0")
        self._drawer.out(f"if (!{made}_null) {{ if (!{made}_at) goto unlawful;")
        self._drawer.out(f"memcpy({made}_at, {slot.block}, {size}); }}")
        for path, inner in slots.items() if is_lasting(shape.lifetime) else ():
            if path[:1] != (name,) or len(path) == 1 or inner.never or not inner.block:
                continue
            if len(path) > 2 or not inner.size:
                raise NotCompiledError("memory that lasts with all that it leads to, one behind the other")
            there = f"!{made}_null" + (f" && !{inner.null}" if inner.null else "")
            with self._drawer.out.block(f"if ({there})"):
                self._drawer.out(f"unsigned char *behind = {lent}({inner.size}, 16);")
                self._drawer.out(f"if (!behind) goto unlawful;\nmemcpy(behind, {inner.block}, {inner.size});")
                self._drawer.out(point(f"({made}_at + ({inner.at} - {slot.block}))", "behind"))

    def _pointer(self, made: str, at: str, count: str, null: str) -> None:
        self._declare_pointer(made)
        self._drawer.out(f"{made}_null = {null}; {made}_at = {made}_null ? NULL : {at};")
        self._drawer.out(f"{made}_count = {made}_null ? 0 : (size_t)({count});")

    def _declare_pointer(self, made: str) -> None:
        self._tables.declarations.append(
            f"static unsigned char *{made}_at; static size_t {made}_count; static int {made}_null;"
        )


def answers_said(
    member: Member, argument: Expression | Earlier, constants: Mapping[str, object]
) -> tuple[int, ...]:
    """Return what a callback answers time after time, which a step says by numbers alone; raises NotCompiledError."""
    shape = member.shape
    if not isinstance(shape, CallbackShape) or isinstance(argument, Earlier):
        raise NotCompiledError(f"`{member.name}` is bound, and is neither a number nor memory")
    if reads_contents(shape) or not argument.names <= constants.keys():
        raise NotCompiledError(f"what `{member.name}` reads, or answers, follows from what the law is given")
    answers = argument.evaluate(constants)
    numbers = isinstance(shape.result, ScalarShape) and shape.result.kind != "float"
    if not numbers or shape.by or not isinstance(answers, list) or not 0 < len(answers) <= MOST_ANSWERS:
        raise NotCompiledError(f"what `{member.name}` answers is no short list of whole numbers")
    return tuple(map(int, answers))


def _bytes_of_numbers(out: Emitter, value: AnyValue) -> CBytes:
    """Return a list of numbers as bytes; where one is none, nothing is passed."""
    items = elements(out, value)
    size, index = out.temporary("size_t", f"(size_t){length(out, items)}"), out.whole("0")
    out.spend(f"(abidance_int){size}")
    room = out.allocate("unsigned char", f"(abidance_int){size}")
    with out.block(f"for (; {index} < (abidance_int){size}; {index}++)"):
        each = integer(out, at(out, items, index))
        out.refuse_if(f"{each} < 0 || {each} > 255")
        out(f"{room}[(size_t){index}] = (unsigned char){each};")
    return CBytes(room, size)


def _is_of_numbers(shape: PointerShape) -> bool:
    """Tell whether a pointer leads to whole numbers side by side, and nothing but their count says how many."""
    of = shape.element
    whole = isinstance(of, ScalarShape) and of.kind != "float" and of.size <= 8 and not of.width
    counted = not shape.ended_by or shape.may_end_at_nul
    return whole and shape.what is What.ARRAY and shape.direction is Direction.IN and counted


def _is_same_record(shape: PointerShape, given: Shape | None) -> bool:
    """Tell whether two pointers each point at one record, of one type."""
    one, other = single(shape), given and single(given)
    return isinstance(one, RecordShape) and isinstance(other, RecordShape) and one.spelling == other.spelling
