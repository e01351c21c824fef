"""Compiles laws: what they are given comes from the input, each step is a call of its own, and what holds is judged.

A step's C function leaves what later steps and the law look at in static variables, and its memory stays lent until the
law is judged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.functions import BoundaryFunction, Result
from abidance.boundary.model.traversal import along, fields_of, single, windows_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    Direction,
    HandleShape,
    NothingShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import Earlier
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import spelling
from abidance.generate.derived_arguments import looked_at
from abidance.generate.hints import Hints
from abidance.generate.windows import goes_on
from abidance.native.expressions import compile_value
from abidance.native.expressions.emitter import NONE
from abidance.native.expressions.kinds import number as number_of
from abidance.native.expressions.kinds import without_null
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CInt,
    CNullable,
    COpaque,
    CRecord,
)
from abidance.native.target.c_text import Lines, string, words
from abidance.native.target.calls import Variant
from abidance.native.target.clauses import ClauseCompiler
from abidance.native.target.drawing import ArgumentDrawer
from abidance.native.target.going_on import WindowsGoingOn
from abidance.native.target.input_format import BoundArgument, HandleChoice
from abidance.native.target.kept_callbacks import KeptCallbacks
from abidance.native.target.kept_steps import KeptStep, guarded
from abidance.native.target.places import number
from abidance.native.target.planning import Planner
from abidance.native.target.reasons import LENT, NotCompiledError
from abidance.native.target.showing import Shower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.expression import Expression
    from abidance.native.expressions.emitter import Emitter
    from abidance.native.expressions.kinds import AnyValue
    from abidance.native.expressions.values import CValue
    from abidance.native.target.calls import TargetCall
    from abidance.native.target.places import ArgumentSlot
    from abidance.native.target.reasons import Left
    from abidance.native.target.tables import Tables


SKIPPED = "skipped"
"""What is shown as the role of a step that was not made."""
NEWLINE = b"\n"
MOST_TIMES = 4096
"""So often a step is made in a row at most; where the contract says more, the law is not judged in C."""


@dataclass(frozen=True, slots=True)
class CompiledLaw:
    """A law in C: the text of its function, called `name`, and what was left out."""

    name: str
    text: str
    left: tuple[Left, ...]
    handles: tuple[str, ...]


class LawCompiler:
    """Compiles one law. `compile_call` compiles a step's call."""

    def __init__(
        self,
        boundary: Boundary,
        tables: Tables,
        law: BoundaryLaw,
        compile_call: Callable[[Variant], TargetCall | NotCompiledError],
    ) -> None:
        self._boundary = boundary
        self._tables = tables
        self._law = law
        self._compile_call = compile_call
        self._prefix = f"abidance_law{len(tables.declarations)}"
        self._kept: list[KeptStep] = []
        """What the steps have left that are compiled so far."""
        self._windows = WindowsGoingOn(boundary, law)
        self._callbacks = KeptCallbacks(boundary, law, tables)

    def compile(self) -> CompiledLaw:
        """Return the law in C; raises NotCompiledError."""
        law, out = self._law, Lines()
        if law.libraries:
            raise NotCompiledError("its steps say whose functions they call")
        if law.split:
            raise NotCompiledError("its steps are made twice, for one piece and for several")
        first = self._boundary.functions[law.steps[0].function]
        given = BoundaryFunction(
            law.name, first.declaration, law.members, Result(NothingShape(), "void"), None
        )
        hints = Hints.of_all(self._boundary, law.members, law.requires, law.ensures)
        planner = Planner.of(self._boundary, law.members, hints, histories=law.histories)
        frame = planner.arguments(law.members, {})
        clauses = ClauseCompiler(law.name, self._boundary.constants)
        drawer = ArgumentDrawer(self._boundary, given, out, self._tables, clauses, frame_members=law.members)
        out("int base = abidance_lent_count, alone = 0, called = 0; (void)alone;")
        choices = [each for each in frame.steps if isinstance(each, HandleChoice) and each.history]
        for kind in dict.fromkeys(self._tables.kind(each.shape.handle) for each in choices):
            out(f"abidance_history_{kind}();")
        drawer.arguments(frame)
        for expression in law.requires:
            out(f"if (({clauses.condition(expression, drawer.environment())}) != 1) goto unlawful;")
        Shower(drawer, frame).call(law.name, "given", "")
        if self._callbacks.names:
            out("abidance_noting = 1;")
        for index, step in enumerate(law.steps):
            self._made_as_often(drawer, index, step)
        out("called = 1;")
        self._judge(drawer)
        out("unlawful: __attribute__((unused));")
        out("abidance_turn = 0, abidance_times = 1;")
        out("abidance_noting = 0, abidance_copies_kept = 0;")
        out("if (!called) abidance_refused++;")
        for _, _, ident in drawer.handles:
            out(f"if ({ident} > 0) abidance_idle((unsigned){ident});")
        out("abidance_take_back(base);")
        text = f"static void {self._prefix}(void)\n{{\n{out.text}\n}}\n"
        handles = tuple(shape.handle for _, shape, _ in drawer.handles)
        return CompiledLaw(self._prefix, text, tuple(clauses.left), handles)

    # ------------------------------------------------------------------ steps

    def _result_variable(self, index: int) -> str:
        return f"{self._prefix}_{index}"

    def _made_as_often(self, drawer: ArgumentDrawer, index: int, step: LawStep) -> None:
        """Compile a step with how often it is made, and that it is shown where it is not made at all."""
        if step.when is None and step.times is None:
            self._step(drawer, index, step)
            return
        out, kept, known = drawer.out, self._result_variable(index), self._known(drawer)
        function = self._boundary.functions[step.function]
        if step.times is not None and _goes_on(self._boundary, function):
            raise NotCompiledError(f"`{step.function}` goes on in a window where it is made several times")
        self._tables.declarations.append(f"static abidance_int {kept}_times;")
        out(f"{kept}_times = 1;")
        for path, shape in left_by(function):
            if isinstance(shape, HandleShape):
                out(f"{kept}_{path}_made = 0;")
        if step.times is not None:
            told = drawer.clauses.number(step.times, known, f"{kept}_times")
            out(f"if (({told}) != 1 || {kept}_times < 0 || {kept}_times > {MOST_TIMES}) goto unlawful;")
        if step.when is not None:
            holds = out.fresh("holds")
            out(f"int {holds} = {drawer.clauses.condition(step.when, known)};")
            out(f"if ({holds} != 0 && {holds} != 1) goto unlawful;")
            out(f"if (!{holds}) {kept}_times = 0;")
        skipped: dict[str, object] = {
            "function": step.function,
            "rejects": "",
            "role": SKIPPED,
            "step": None,
            "arguments": {},
        }
        out(f"if (!{kept}_times) abidance_show_line({string(json.dumps(skipped).encode() + NEWLINE)});")
        with out.block(""):
            out("const uint8_t *from = abidance_next; unsigned at = 0;")
            out(f"abidance_times = (unsigned){kept}_times, abidance_taken_count = 0;")
            with out.block(
                f"for (abidance_turn = 0; abidance_turn < (unsigned){kept}_times; abidance_turn++)"
            ):
                out(
                    "if (abidance_turn) abidance_next = from, abidance_taken_again = 0, abidance_step = at - 1;"
                )
                self._step(drawer, index, step)
                out("at = abidance_step;")
            # What is bound was taken again, and not forced upon it.
            out("abidance_turn = 0, abidance_times = 1, abidance_forced = 0;")

    def _step(self, drawer: ArgumentDrawer, index: int, step: LawStep) -> None:
        declared = self._boundary.functions[step.function]
        function = looked_at(declared, self._law, step, step.bound)
        bound: dict[str, object] = {}
        if function.lent is not None and function.lent.lender in step.bound:
            raise NotCompiledError(f"`{step.function}`: {LENT}")
        fields: dict[str, dict[str, object]] = {}
        for name, argument in step.bound.items():
            parameter, _, field = name.partition(".")
            into, key = (fields.setdefault(parameter, {}), field) if field else (bound, name)
            if not isinstance(argument, Earlier) and argument.is_null:
                into[key] = None
                continue
            if _length_changes(function, name):
                raise NotCompiledError(f"`{step.function}` tells how much it has left in `{name}`")
            into[key] = self._bind(
                drawer, self._bound_variable(index, name), self._member(function, name), argument
            )
        self._refuse_short(drawer, function.members, bound)
        self._set_fields(drawer, function, bound, fields)
        going = self._windows.of(index)
        for parameter, windows in going.items():
            argument_ = bound[parameter]
            assert isinstance(argument_, BoundArgument)
            bound[parameter] = replace(argument_, goes_on=windows)
        if any(each.name == "result" for each in function.members):
            raise NotCompiledError(f"`{step.function}` has a parameter `result`")
        kept = self._result_variable(index)
        call = self._compile_call(Variant(function, given=bound, keeps=kept, noted=self._callbacks.names))
        if isinstance(call, NotCompiledError):
            raise NotCompiledError(f"`{step.function}`: {call.reason}")
        assert call.kept is not None
        self._kept.append(call.kept)
        self._tables.declarations += call.kept.variables()
        self._callbacks.before(drawer.out, index)
        drawer.out(f"if (!{call.name}(0)) goto unlawful;")
        self._callbacks.after(drawer.out, index, call.kept)
        if self._callbacks.names:
            drawer.out("abidance_copies_kept = abidance_copied;")

    def _bound_variable(self, index: int, name: str) -> str:
        return f"{self._result_variable(index)}_bound_{name.replace('.', '_')}"

    def _member(self, function: BoundaryFunction, name: str) -> Member:
        """Return the parameter, or the field of what one leads to, that a step sets."""
        found = [*along(function.members, name.split("."), self._boundary.handles)]
        if len(found) != name.count(".") + 1:
            raise NotCompiledError(f"`{name}` lies deeper than a record")
        return found[-1]

    @staticmethod
    def _refuse_short(
        drawer: ArgumentDrawer, members: tuple[Member, ...], bound: Mapping[str, object]
    ) -> None:
        """Give the law up where a length that is bound is more than there is in memory that is bound beside it."""
        for length, buffers in ties(members).items():
            number_ = bound.get(length)
            for buffer in buffers if isinstance(number_, BoundArgument) else ():
                memory = bound.get(buffer.name)
                if isinstance(number_, BoundArgument) and isinstance(memory, BoundArgument):
                    drawer.out(f"if ({number_.name} > (abidance_int){memory.name}_count) goto unlawful;")

    def _set_fields(
        self,
        drawer: ArgumentDrawer,
        function: BoundaryFunction,
        bound: dict[str, object],
        fields: Mapping[str, dict[str, object]],
    ) -> None:
        """Add the fields that a step sets to what it is given: a window that is set is read from its beginning on."""
        for parameter, each in fields.items():
            shape = self._member(function, parameter).shape
            life = self._boundary.handles[shape.handle] if isinstance(shape, HandleShape) else None
            record = single(shape) if life is None else life.record
            members = fields_of(record) if record is not None else ()
            made = isinstance(shape, HandleShape) and shape.made
            known = {m.name for m in members} if life is None else life.described if made else life.renewed
            if unknown := sorted(each.keys() - known):
                raise NotCompiledError(f"`{parameter}.{unknown[0]}` is not set anew for each call")
            self._refuse_short(drawer, members, each)
            begin = {
                m.shape.position: 0
                for m in members
                if isinstance(m.shape, PointerShape) and m.shape.position and m.name in each
            }
            given = bound.get(parameter)
            if isinstance(given, BoundArgument) and life is None:
                raise NotCompiledError(
                    f"`{parameter}` is a record that is given, and has a field that is set"
                )
            if isinstance(given, BoundArgument):
                bound[parameter] = replace(given, fields={**begin, **each})
            elif parameter not in bound:
                bound[parameter] = {**begin, **each}
            else:
                raise NotCompiledError(f"`{parameter}` is NULL, and has a field that is set")

    def _bind(
        self, drawer: ArgumentDrawer, made: str, member: Member, argument: Expression | Earlier
    ) -> BoundArgument:
        """Compile what an argument is bound to, which lies in the variables that begin with `made`."""
        shape = member.shape
        if isinstance(shape, HandleShape):
            return self._bind_handle(drawer, made, argument)
        if isinstance(argument, Earlier):
            return self._bind_earlier(drawer, made, shape, argument)
        names, constants = self._known(drawer), self._boundary.constants
        if isinstance(single(shape), ScalarShape):
            return self._bind_number(drawer, made, shape, argument)
        if not isinstance(shape, PointerShape):
            raise NotCompiledError(f"`{member.name}` is bound, and is neither a number nor memory")
        plain = next((m for m in self._law.members if spelling(m.name) == argument.text.strip()), None)
        given = plain.shape if plain is not None else None
        if plain is not None and shape.direction is not Direction.IN and _is_same_record(shape, given):
            self._copy(drawer, made, drawer.places.slots[plain.name,], shape.element)
            return BoundArgument(made, nullable=True)
        if shape.ended_by and (not isinstance(given, PointerShape) or given.ended_by != shape.ended_by):
            raise NotCompiledError(f"`{member.name}` ends with an element of its own")
        ends = shape.what is not What.STRING or (
            isinstance(given, PointerShape) and given.what is What.STRING
        )
        if plain is not None and isinstance(given, PointerShape) and shape.direction is Direction.IN and ends:
            slot = drawer.places.slots[plain.name,]
            self._pointer(drawer, made, slot.block, slot.count or "1", slot.null or "0")
            return BoundArgument(made, nullable=bool(slot.null))
        if shape.what not in (What.BYTES, What.STRING) or shape.capacity is not None:
            raise NotCompiledError(f"memory that is made for `{member.name}` from what the law is given")

        nullable = False

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
            if not isinstance(found, CBytes):
                raise NotCompiledError(f"`{argument.text}` is no run of bytes")
            zero = int(shape.what is What.STRING)
            size = out.temporary("size_t", f"({found.length})")
            if zero:
                out(f"if ({size} && memchr({found.pointer}, 0, {size})) goto {NONE};")
            out(f"{made}_at = abidance_lend({size} + {zero}, 1); {made}_count = {size}; {made}_null = 0;")
            out(f"if (!{made}_at) goto {NONE};")
            out(f"if ({size}) memcpy({made}_at, {found.pointer}, {size});")
            if zero:
                out(f"{made}_at[{size}] = 0;")
            out("abidance_r = 1;")

        self._declare_pointer(made)
        told = compile_value(argument, names, take, constants=constants)
        drawer.out(f"if (({told}) != 1) goto unlawful;")
        return BoundArgument(made, nullable=nullable)

    def _bind_handle(
        self, drawer: ArgumentDrawer, made: str, argument: Expression | Earlier
    ) -> BoundArgument:
        self._tables.declarations.append(f"static unsigned {made}_id;")
        if isinstance(argument, Earlier):
            drawer.out(f"{made}_id = {self._result_variable(argument.call)}_{argument.path}_made;")
            return BoundArgument(made)
        for path, _, ident in drawer.handles:
            if spelling(path[-1]) == argument.text.strip():
                drawer.out(f"{made}_id = {ident} > 0 ? (unsigned){ident} : 0;")
                return BoundArgument(made)
        raise NotCompiledError(f"`{argument.text}` is no handle that the law is given")

    def _bind_number(
        self, drawer: ArgumentDrawer, made: str, shape: Shape, argument: Expression
    ) -> BoundArgument:
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

        told = compile_value(argument, self._known(drawer), take, constants=self._boundary.constants)
        drawer.out(f"if (({told}) != 1) goto unlawful;")
        return BoundArgument(made)

    def _bind_earlier(
        self, drawer: ArgumentDrawer, made: str, shape: Shape, argument: Earlier
    ) -> BoundArgument:
        kept, function = self._result_variable(argument.call), self._kept[argument.call].function
        if _is_conditional(self._law.steps[argument.call]):
            drawer.out(f"if (!{kept}_times) goto unlawful;")
        left: Shape = function.result.shape
        at = f"{kept}_result"
        if argument.path != "result":
            member = next(m for m in function.members if m.name == argument.path)
            left, at = member.shape, f"{kept}_{argument.path}"
        behind = isinstance(left, PointerShape)
        scalar = single(left)
        if isinstance(scalar, ScalarShape) and (not behind or left.what is What.ONE):  # type: ignore[union-attr]
            self._tables.declarations.append(f"static abidance_int {made};")
            value = number(scalar, f"{at}_at" if behind else at)
            if not isinstance(value, CInt):
                raise NotCompiledError("a floating-point number is handed on")
            drawer.out(f"{made} = (abidance_int)({value.c});")
            return BoundArgument(made)
        if (
            not isinstance(left, PointerShape)
            or not isinstance(shape, PointerShape)
            or shape.what is What.STRING
        ):
            raise NotCompiledError("what a step left is handed on in another form")
        if shape.direction is not Direction.IN:
            raise NotCompiledError("what a step left is changed by another one")
        unit, other = (1 if s.what is not What.ARRAY else s.element.size for s in (left, shape))
        self._pointer(drawer, made, f"{at}_at", f"{at}_count * {unit} / {other}", f"{at}_null")
        return BoundArgument(made, nullable=True)

    def _copy(self, drawer: ArgumentDrawer, made: str, slot: ArgumentSlot, record: Shape) -> None:
        """Point at a copy of a record: each step is given what the law is, whatever an earlier one has written."""
        self._pointer(drawer, made, f"abidance_lend({record.size}, {record.align})", "1", slot.null or "0")
        drawer.out(f"if (!{made}_null) {{ if (!{made}_at) goto unlawful;")
        drawer.out(f"memcpy({made}_at, {slot.block}, {record.size}); }}")

    def _pointer(self, drawer: ArgumentDrawer, made: str, at: str, count: str, null: str) -> None:
        self._declare_pointer(made)
        drawer.out(f"{made}_null = {null}; {made}_at = {made}_null ? NULL : {at};")
        drawer.out(f"{made}_count = {made}_null ? 0 : (size_t)({count});")

    def _declare_pointer(self, made: str) -> None:
        self._tables.declarations.append(
            f"static unsigned char *{made}_at; static size_t {made}_count; static int {made}_null;"
        )

    # ------------------------------------------------------------------ what must hold

    def _judge(self, drawer: ArgumentDrawer) -> None:
        names = self._known(drawer)
        for index, expression in enumerate(self._law.ensures):
            holds = drawer.clauses.promise(expression, names, names)
            if holds is not None:
                what = words(f"ensures[{index}]: {expression.text}")
                drawer.out(f'if (({holds}) == 0) abidance_report("ABD376", {words(self._law.name)}, {what});')

    def _known(self, drawer: ArgumentDrawer) -> dict[str, CValue]:
        """Return what the law is given, and what the steps that are compiled so far leave."""
        names: dict[str, CValue] = dict(drawer.environment())
        made = self._law.steps[: len(self._kept)]
        return names | {step.name: self._left(index) for index, step in enumerate(made) if step.name}

    def _left(self, index: int) -> CRecord:
        """Return what a step left, as expressions see it."""
        lost = f"!{self._result_variable(index)}_times" if _is_conditional(self._law.steps[index]) else ""
        fields = self._kept[index].seen()
        for parameter, callbacks in self._callbacks.seen(index).items():
            if not parameter:
                fields |= callbacks
                continue
            handle = fields[parameter]
            fields[parameter] = CRecord(
                {**callbacks, **(handle.fields if isinstance(handle, CRecord) else {})}
            )
        return guarded(fields, lost)


def _is_same_record(shape: PointerShape, given: Shape | None) -> bool:
    """Tell whether two pointers each point at one record, of one type."""
    one, other = single(shape), given and single(given)
    return isinstance(one, RecordShape) and isinstance(other, RecordShape) and one.spelling == other.spelling


def _is_conditional(step: LawStep) -> bool:
    """Tell whether a step may not be made."""
    return step.when is not None or step.times is not None


def _goes_on(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a call goes on where the one before it has ended, in its own windows or in those of a handle."""
    taken = (m.shape.handle for m in function.members if isinstance(m.shape, HandleShape))
    return bool(windows_of(function)) or any(True for name in taken for _ in goes_on(boundary.handles[name]))


def _length_changes(function: BoundaryFunction, name: str) -> bool:
    """Tell whether a call changes how much of its memory at a parameter has a meaning, in another parameter."""
    shapes = {spelling(member.name): member.shape for member in function.members}
    shape = shapes.get(spelling(name))
    if not isinstance(shape, PointerShape) or not shape.direction.written or shape.length is None:
        return False
    told = (shapes.get(each) for each in shape.length.names)
    return RESULT_NAME in shape.length.names or any(
        isinstance(each, PointerShape) and each.direction.written for each in told
    )
