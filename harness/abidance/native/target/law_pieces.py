"""Compiles a law's steps that are made once more, one call for each piece of what the law is given."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from abidance.boundary.model.laws import is_just
from abidance.boundary.model.traversal import single
from abidance.boundary.model.types import HandleShape, PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.values.length_parameters import ties
from abidance.checks.evidence.pieces import is_added_to
from abidance.native.expressions.emitter import NONE, Emitter, NoValueError
from abidance.native.expressions.kinds import enter, without_null
from abidance.native.expressions.sequences import at as element_at
from abidance.native.expressions.values import (
    CBytes,
    CFloat,
    CGuarded,
    CInt,
    CList,
    CNullable,
    CRecord,
    CUnavailable,
)
from abidance.native.target.c_text import says_nul
from abidance.native.target.input_format import BoundArgument
from abidance.native.target.law_left import StepsLeft, is_conditional
from abidance.native.target.law_rests import WindowRest, keep_rests, rests_of
from abidance.native.target.places import number
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.texts import codec_check

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.boundary.model.types import Member
    from abidance.native.expressions.kinds import AnyValue
    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.kept_steps import KeptStep
    from abidance.native.target.tables import Tables

_ADDED = "what several pieces have added is joined by `run`"


def taken_of(law: BoundaryLaw, step: LawStep) -> dict[str, str]:
    """Return the arguments of a step that are what may be cut, as it is: where each goes, and what the law calls it."""
    return {path: name for path, bound in step.bound.items() for name in law.split if is_just(bound, name)}


class LawPieces:
    """What one law is given that is cut; `prefix` is what its variables begin with."""

    def __init__(self, boundary: Boundary, law: BoundaryLaw, tables: Tables, prefix: str) -> None:
        self._boundary = boundary
        self._law = law
        self._tables = tables
        self._prefix = prefix
        self._joined: dict[int, dict[tuple[str, str], CValue]] = {}
        """What the calls for all pieces of a step have written, by parameters and their fields."""
        if any(is_conditional(step) for step in law.steps):
            raise NotCompiledError("a step that may not be made, in a law whose steps are made twice")

    @property
    def function(self) -> str:
        """Return the C function that makes the steps for the pieces."""
        return f"{self._prefix}_pieces"

    # ------------------------------------------------------------------ the same of the input twice

    def begin(self, out: Lines, index: int) -> None:
        """Compile that it is noted where a step begins in the input."""
        out(f"{self._prefix}_steps[{index}] = abidance_next;")

    def begin_again(self, out: Lines) -> None:
        """Compile that all that is taken of the input for the law is taken again."""
        out(f"abidance_next = {self._prefix}_given;")

    def go_to(self, out: Lines, index: int) -> None:
        """Compile that a step takes of the input what it took before, whatever those before it have taken."""
        out(f"abidance_next = {self._prefix}_steps[{index}];")

    # ------------------------------------------------------------------ where it is cut

    def draw(self, out: Lines) -> None:
        """Compile the choice of where each is cut, before it is known how long it is."""
        count = len(self._law.steps)
        self._tables.declarations.append(
            f"static const uint8_t *{self._prefix}_given, *{self._prefix}_steps[{count}];"
        )
        out("abidance_alike = 1;")
        for name in self._law.split:
            self._tables.declarations.append(f"static abidance_cuts {self._cuts(name)};")
            out(f"abidance_draw_cuts(&{self._cuts(name)});")
        out(f"{self._prefix}_given = abidance_next;")

    def cut(self, drawer: ArgumentDrawer) -> None:
        """Compile the cuts."""
        for name in self._law.split:
            member = next(m for m in self._law.members if m.name == name)
            slot, shape, text = drawer.places.slots[name,], member.shape, "NULL"
            if isinstance(shape, PointerShape):
                size = f"(({slot.null}) ? 0 : {slot.count})" if slot.null else slot.count
                if shape.what is What.STRING:
                    check = codec_check(shape.encoding)
                    if check is None:
                        raise NotCompiledError(f"text in {shape.encoding} is cut")
                    text = text if check.valid else slot.block
                if shape.ended_by is not None:
                    raise NotCompiledError(f"`{name}` is cut, and ends with an element of its own")
            else:
                value = number(shape, slot.at) if isinstance(shape, ScalarShape) else None
                if not isinstance(value, CInt):
                    raise NotCompiledError(f"`{name}` is cut, and is no number in C")
                size = f"(({value.c}) > 0 ? (size_t)({value.c}) : 0)"
            drawer.out(f"abidance_cut(&{self._cuts(name)}, {size}, {text});")

    def _cuts(self, name: str) -> str:
        return f"{self._prefix}_cuts_{name}"

    # ------------------------------------------------------------------ a step for each piece

    @contextmanager
    def each(self, out: Lines, step: LawStep) -> Iterator[None]:
        """Compile a call for each piece: all are given the same otherwise."""
        with out.block(""):
            out("int lent = abidance_lent_count; unsigned parts = 1;")
            out("size_t up_to = abidance_lent_up_to();")
            out("const uint8_t *from = abidance_next;")
            for name in dict.fromkeys(taken_of(self._law, step).values()):
                out(f"if ({self._cuts(name)}.count > parts) parts = {self._cuts(name)}.count;")
            out("abidance_taken_count = 0;")
            with out.block("for (abidance_part = 0; abidance_part < parts; abidance_part++)"):
                with out.block("if (abidance_part)"):
                    out("abidance_take_back(lent), abidance_lend_again_from(up_to);")
                    out("abidance_next = from, abidance_taken_again = 0;")
                yield
            # What is bound was taken again, and not forced upon it.
            out("abidance_part = 0, abidance_forced = 0;")

    def bind(self, out: Lines, step: LawStep, path: str, member: Member, argument: BoundArgument) -> None:
        """Compile that an argument which is what is cut is a piece of it, in memory of its own."""
        name, variable = taken_of(self._law, step)[path], argument.name
        cuts, shape = f"&{self._cuts(name)}", member.shape
        if not isinstance(shape, PointerShape):
            several = f"abidance_part || {self._cuts(name)}.count > 1"
            out(f"if ({several}) {variable} = (abidance_int)abidance_piece_size({cuts});")
            return
        given = next(m.shape for m in self._law.members if m.name == name)
        if not isinstance(given, PointerShape) or shape.unit != given.unit or shape.direction.written:
            raise NotCompiledError(f"a piece of `{name}` is given in another form, or room")
        if shape.what is What.ARRAY and shape.may_end_at_nul:
            raise NotCompiledError(f"a piece of `{name}` is given where its NUL may end it")
        zero, align = int(shape.what is What.STRING), max(shape.align_to, shape.element.align)
        with out.block(f"if (!{variable}_null)"):
            out(f"size_t size = abidance_piece_size({cuts});")
            out(f"unsigned char *piece = abidance_lend(size * {shape.unit} + {zero}, {align});")
            out("if (!piece) goto unlawful;")
            begin = f"{variable}_at + abidance_piece_begin({cuts}) * {shape.unit}"
            out(f"if (size) memcpy(piece, {begin}, size * {shape.unit});")
            if zero:
                out("piece[size] = 0;")
            out(f"{variable}_at = piece, {variable}_count = size;")

    def tell_lengths(
        self, out: Lines, members: tuple[Member, ...], bound: Mapping[str, object], taken: Collection[str]
    ) -> None:
        """Compile that a number which is bound beside a piece says how long that is."""
        for length, buffers in ties(members).items():
            told = bound.get(length)
            for buffer in buffers:
                piece, shape = bound.get(buffer.name), buffer.shape
                if not isinstance(told, BoundArgument) or not isinstance(piece, BoundArgument):
                    continue
                if length in taken:
                    raise NotCompiledError(f"`{length}` is cut, and memory that is bound is as long")
                if buffer.name not in taken or not isinstance(shape, PointerShape):
                    continue
                says = f"{told.name} = (abidance_int){piece.name}_count;"
                if shape.may_end_at_nul:
                    says = f"if (!({says_nul(shape, told.name)})) {says}"
                out(says)

    def rests(
        self, function: BoundaryFunction, step: LawStep, kept: str, going: Mapping[str, tuple[str, ...]]
    ) -> tuple[WindowRest, ...]:
        """Return what is left of windows between the calls of a step; raises NotCompiledError."""
        taken = taken_of(self._law, step)
        handles = {m.name for m in function.members if isinstance(m.shape, HandleShape)}
        if any("." in path and path.partition(".")[0] not in handles for path in taken):
            raise NotCompiledError("a piece is a field of a record")
        stays = {(parameter, window) for parameter, names in going.items() for window in names}
        found = tuple(rests_of(self._boundary, function, kept, taken, stays))
        if any(path.partition(".")[2] not in ("", *(n for r in found for n in r.fields)) for path in taken):
            raise NotCompiledError("a piece is a field that is no window")
        self._tables.declarations += [f"static abidance_growing {rest.name};" for rest in found]
        return found

    # ------------------------------------------------------------------ what the calls leave

    def add(self, out: Lines, index: int, kept: KeptStep, rests: tuple[WindowRest, ...]) -> None:
        """Compile that what one call has written comes behind what those before have, and what is left of windows."""
        seen, found = kept.seen(), self._joined.setdefault(index, {})
        for member in kept.function.members:
            shape, value = member.shape, seen[member.name]
            life = self._boundary.handles[shape.handle] if isinstance(shape, HandleShape) else None
            record = single(shape) if life is None else life.record
            if is_added_to(shape):
                found[member.name, ""] = self._added(out, f"{kept.name}_{member.name}", value)
            elif isinstance(record, RecordShape):
                inner = value.inner if isinstance(value, CNullable) else value
                for each in record.members if isinstance(inner, CRecord) else ():
                    if is_added_to(each.shape) and isinstance(inner, CRecord) and each.name in inner.fields:
                        name = f"{kept.name}_{member.name}_{each.name}"
                        found[member.name, each.name] = self._added(out, name, inner.fields[each.name])
        keep_rests(out, kept, rests)

    def _added(self, out: Lines, name: str, value: AnyValue) -> CValue:
        """Compile that a value comes behind that of the pieces before, and return what all of them are."""
        every, emitter = f"{name}_all", Emitter()
        try:
            whole = _append(emitter, every, enter(emitter, value))
        except NoValueError:
            whole = None
        if whole is None:
            return CUnavailable(_ADDED)
        self._tables.declarations.append(
            f"static abidance_growing {every}; static int {every}_null, {every}_lost;"
        )
        out(f"if (!abidance_part) {every}.size = 0, {every}_null = 1, {every}_lost = 0;")
        out(f"if (({emitter.expression()}) != 1) {every}_lost = 1;")
        return CGuarded(f"{every}_lost", CNullable(f"{every}_null", whole))

    def known(self, left: StepsLeft, given: Mapping[str, CValue]) -> dict[str, CValue]:
        """Return what the law is `given`, and all that its steps have left in pieces."""
        names = {**left.known(), **given}
        for index, found in self._joined.items():
            step = self._law.steps[index]
            if not step.name:
                continue
            seen = names[step.name]
            assert isinstance(seen, CRecord)
            names[step.name] = CRecord(_with_added(seen.fields, found))
        return names


def _append(out: Emitter, every: str, value: AnyValue) -> CValue | None:
    """Emit that a value is added to `every` one, and return what these are; None for what is not added up in C."""
    if isinstance(value, CNullable):
        with out.block(f"if ({value.null})"):
            out("abidance_r = 1;")
            out(f"goto {NONE};")
    found = without_null(out, value)
    if isinstance(found, CBytes):
        out.refuse_if(f"!abidance_append(&{every}, {found.pointer}, {found.length})")
        out(f"{every}_null = 0; abidance_r = 1;")
        return CBytes(f"{every}.at", f"{every}.size")
    if not isinstance(found, CList):
        return None
    each = out.temporary("abidance_int")
    with out.block(f"for ({each} = 0; {each} < {found.count}; {each}++)"):
        item = element_at(out, found, each)
        if not isinstance(item, CInt | CFloat):
            return None
        of = "double" if isinstance(item, CFloat) else "abidance_int"
        one = out.temporary(of, item.c)
        out.refuse_if(f"!abidance_append(&{every}, &{one}, sizeof {one})")
    out(f"{every}_null = 0; abidance_r = 1;")
    kind = CFloat if of == "double" else CInt
    return CList(
        f"(abidance_int)({every}.size / sizeof({of}))",
        lambda index: kind(f"((const {of} *){every}.at)[{index}]"),
    )


def _with_added(
    fields: Mapping[str, AnyValue], found: Mapping[tuple[str, str], CValue]
) -> dict[str, AnyValue]:
    """Return what a step left with what all of its pieces have added to parameters, and to fields of these."""
    joined = dict(fields)
    for (parameter, field), value in found.items():
        if not field:
            joined[parameter] = value
            continue
        outer = joined[parameter]
        inner = outer.inner if isinstance(outer, CNullable) else outer
        if isinstance(inner, CRecord):
            record = CRecord({**inner.fields, field: value})
            joined[parameter] = CNullable(outer.null, record) if isinstance(outer, CNullable) else record
    return joined
