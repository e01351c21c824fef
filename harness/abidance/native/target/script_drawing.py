"""Compiles what a callback does turn by turn: its script is filled from the input before the call that is given it.

The script of a place is a static struct of the target (`callbacks.py`): `answers` has the numbers, `back` what answers
point at, and `w0`, `w1` and so on what is written to each parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.values.callback_files import success
from abidance.boundary.values.callback_writes import counted_answer, reading
from abidance.boundary.values.memory import pack_scalar
from abidance.contract.expression import Expression
from abidance.generate.scope import ROOMY
from abidance.native.target.c_text import store, string
from abidance.native.target.forms import form_table
from abidance.native.target.input_format import FAILS, GOES_ON, LARGEST, MOST_ANSWERS
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.texts import codec_check

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import CallbackAnswers, TurnMemory


class ScriptDrawing:
    """The script of one callback while it is compiled."""

    def __init__(self, drawer: ArgumentDrawer, step: CallbackAnswers, made: CompiledCallback) -> None:
        self._drawer = drawer
        self._out = drawer.out
        self._step = step
        self._name = made.name

    def turns(self) -> None:
        """Compile all turns."""
        out, step, name = self._out, self._step, self._name
        said, index = out.fresh("said"), out.fresh("i")
        out(f"uint8_t {said} = abidance_byte();")
        least = 0 if step.ending is not None else 1
        out(f"{name}.turns = {least} + {said} % {MOST_ANSWERS if least else f'{GOES_ON} % {MOST_ANSWERS}'};")
        out(f"int {said}_failed = 0; (void){said}_failed;")
        with out.block(f"for (unsigned {index} = 0; {index} < {name}.turns; {index}++)"):
            self._turn(index, f"{said}_failed")
        if step.shape.contents is not None:
            self._of_a_form(step.shape.contents, f"{said}_failed")
        if step.ending is not None:
            goes_on = f"if (!({said} >= {GOES_ON} && {said}_failed))" if step.failures else ""
            with out.block(goes_on):
                self._end(step.ending)

    def said(self, answers: tuple[int, ...]) -> None:
        """Compile the turns of which a law's step says the answers."""
        out, result, name = self._out, self._step.shape.result, self._name
        assert isinstance(result, ScalarShape)
        for turn, answer in enumerate(answers):
            packed = string(pack_scalar(result, answer))
            out(f"memcpy({name}.answers[{turn}], {packed}, {result.size});")
            for number, _ in enumerate(self._step.written):
                out(f"{name}.w{number}[{turn}].at = NULL;")
        out(f"{name}.turns = {len(answers)};")
        if self._step.calls:
            out(f"{name}.call = 0;")

    def _of_a_form(self, contents: Member, failed: str) -> None:
        """Bring what there is to read into its form, and hand it out anew; what was cut is cut where it was."""
        out, name, shape = self._out, self._name, contents.shape
        assert isinstance(shape, PointerShape)
        turns, memory = self._read()
        at, align = out.fresh("whole"), reading(self._step.shape)[1].memory.element.align
        roof = memory.unit * (ROOMY if shape.limit is None else shape.limit)
        out(f"const unsigned char *{at}_of = abidance_joined(&{name}.whole, {turns}, {name}.turns);")
        out(f"size_t {at}_size = abidance_joined_size({turns}, {name}.turns);")
        out(f"if ({at}_size > {roof}) {at}_size = {roof};")
        if shape.like is not None:
            form = form_table(shape, self._drawer.tables)
            out(f"if (!abidance_form_of({form}, &{at}_of, &{at}_size, {roof})) goto unlawful;")
        out(f"unsigned char *{at} = abidance_lend_lasting({at}_size, {align});")
        out(f"if (!{at} || !{at}_of) goto unlawful;\nif ({at}_size) memcpy({at}, {at}_of, {at}_size);")
        if shape.codec:
            check = codec_check(shape.codec)
            if check is None:
                raise NotCompiledError(f"text in {shape.encoding}")
            out(check.repaired(self._drawer.tables, at, f"{at}_size"))
        most = memory.unit * (memory.length.most if memory.answered else LARGEST)
        out(f"unsigned {at}_turns = {name}.turns;")
        dealt = f"{turns}, &{name}.turns, {at}, {at}_size, {memory.unit}, {most}"
        out(f"if (!abidance_dealt({dealt})) goto unlawful;")
        if self._step.shape.whole:
            nothing = f"{turns}[0] = (abidance_piece){{{at}, 0}};"
            out(f"if (!{name}.turns) {{ {name}.turns = 1; {nothing} }}")
        out(f"if ({name}.turns != {at}_turns) {failed} = 0;")
        if memory.lent:
            self._apart(turns, align)
        result = self._step.shape.result
        if memory.answered and isinstance(result, ScalarShape):
            index = out.fresh("i")
            with out.block(f"for (unsigned {index} = 0; {index} < {name}.turns; {index}++)"):
                told = store(result, f"{name}.answers[{index}]", f"({turns}[{index}].size / {memory.unit})")
                out(f"if ({turns}[{index}].at) {{ {told} }}")

    def _apart(self, turns: str, align: int) -> None:
        """Compile that each turn lends a block of its own, behind which nothing is."""
        out, index, own = self._out, self._out.fresh("i"), self._out.fresh("own")
        with out.block(f"for (unsigned {index} = 0; {index} < {self._name}.turns; {index}++)"):
            piece = f"{turns}[{index}]"
            out(f"if (!{piece}.at) continue;")
            out(f"unsigned char *{own} = abidance_lend_lasting({piece}.size, {align});")
            out(f"if (!{own}) goto unlawful;\nmemcpy({own}, {piece}.at, {piece}.size);")
            out(f"{piece}.at = {own};")

    def begins(self, position: str) -> None:
        """Compile that what is read begins at the beginning, and how much there is in all."""
        turns, memory = self._read()
        size = f"(int64_t)(abidance_joined_size({turns}, {self._name}.turns) / {memory.unit})"
        self._out(f"{position}.at = 0, {position}.size = {size};")

    def _read(self) -> tuple[str, TurnMemory]:
        """Return the turns of what the callback reads, as a C expression, and what one of them is."""
        number, _ = reading(self._step.shape)
        memory = self._step.returns if number is None else self._step.written[number]
        assert memory is not None
        return f"{self._name}.{'back' if number is None else f'w{number}'}", memory

    def _turn(self, index: str, failed: str) -> None:
        out, step, name = self._out, self._step, self._name
        for number, _ in enumerate(step.written):
            out(f"{name}.w{number}[{index}].at = NULL;")
        out(f"{failed} = 0;")
        result = step.shape.result
        if step.failures:
            assert isinstance(result, ScalarShape)
            table = self._drawer.tables.numbers(step.failures)
            with out.block(f"if (abidance_byte() >= {FAILS})"):
                value = f"abidance_one_of({table}, {len(step.failures)})"
                out(store(result, f"{name}.answers[{index}]", value))
                out(f"{failed} = 1;\ncontinue;")
        if step.shape.whole and isinstance(result, ScalarShape):
            out(store(result, f"{name}.answers[{index}]", str(success(step.shape))))
        if step.frame is not None:
            members = result.members if isinstance(result, RecordShape) else ()
            if members:
                out(f"memset({name}.answers[{index}], 0, {result.size});")
            inner = self._drawer.element(result, members, f"{name}.answers[{index}]", step.path)
            inner.take(step.frame.steps)
        if step.returns is not None:
            self._pointed_at(step.returns, f"{name}.back[{index}]", "NULL")
        for number, memory in enumerate(step.written):
            piece = f"{name}.w{number}[{index}]"
            if memory.lent:
                self._pointed_at(memory, piece, "abidance_null_lent")
            else:
                last = f"(alone && {index} + 1 == {name}.turns)" if self._is_last(number) else "0"
                self._contents(memory, piece, f"{name}.s{number}[{index}]", last)
            if memory.answered and isinstance(result, ScalarShape):
                count = f"({piece}.size / {memory.unit})"
                out(store(result, f"{name}.answers[{index}]", count))

    def _is_last(self, number: int) -> bool:
        return self._step.last and number == len(self._step.written) - 1

    def _contents(self, memory: TurnMemory, piece: str, stored: str, last: str) -> None:
        """Compile what is written in one turn: where it lies in the input, or beside the script."""
        out, length = self._out, memory.length
        if memory.frame is None:
            some = out.fresh("some")
            out(
                f"abidance_contents {some} = "
                f"abidance_some({length.least}, {length.most}, {memory.unit}, NULL, 0, {last});"
            )
            out(f"{piece}.at = {some}.bytes; {piece}.size = {some}.count * {memory.unit};")
            return
        count = out.fresh("n")
        one = memory.shape.what is What.ONE
        drawn = "1" if one else f"abidance_count(abidance_byte(), {length.least}, {length.most}, 1, 0)"
        out(f"size_t {count} = {drawn};")
        self._elements(memory, stored, count)
        out(f"{piece}.at = {stored}; {piece}.size = {count} * {memory.unit};")

    def _elements(self, memory: TurnMemory, at: str, count: str) -> None:
        out, index, of = self._out, self._out.fresh("k"), memory.shape.element
        assert memory.frame is not None
        out(f"memset({at}, 0, {count} * {of.size});")
        with out.block(f"for (size_t {index} = 0; {index} < {count}; {index}++)"):
            members = of.members if isinstance(of, RecordShape) else ()
            inner = self._drawer.element(of, members, f"({at} + {index} * {of.size})", self._step.path)
            inner.take(memory.frame.steps)

    def _pointed_at(self, memory: TurnMemory, piece: str, none: str) -> None:
        """Compile what is handed out: memory of its own, which is there as long as anything of the input, or `none`."""
        out = self._out
        out(f"{piece}.at = {none}; {piece}.size = 0;")
        if memory.nullable is False:
            self._block(memory, piece)
            return
        null = out.fresh("null")
        out(f"int {null} = abidance_null_wished();")
        if isinstance(memory.nullable, Expression):
            around = self._drawer.environment(self._step.path[:-1])
            out(f"if ({null}) {null} = ({self._drawer.clauses.condition(memory.nullable, around)}) == 1;")
        with out.block(f"if (!{null})"):
            self._block(memory, piece)

    def _block(self, memory: TurnMemory, piece: str) -> None:
        out, shape, length = self._out, memory.shape, memory.length
        count, at = out.fresh("n"), out.fresh("returned")
        bytes_ = f"{at}_from"
        if isinstance(length.exactly, Expression):
            told = out.fresh("told")
            out(f"abidance_int {told} = 0;")
            around = self._drawer.environment(self._step.path[:-1])
            known = self._drawer.clauses.number(length.exactly, around, told)
            out(f"if (({known}) != 1 || {told} < 0 || {told} > {LARGEST}) goto unlawful;")
            out(f"size_t {count} = (size_t){told};")
            if memory.frame is None:
                out(f"const unsigned char *{bytes_} = abidance_exactly({count} * {memory.unit});")
                out(f"if (!{bytes_}) goto unlawful;")
        elif memory.frame is None:
            given = f"{length.least}, {length.most}, {memory.unit}, NULL, 0, 0"
            out(f"abidance_contents {at}_some = abidance_some({given});")
            out(f"size_t {count} = {at}_some.count; const unsigned char *{bytes_} = {at}_some.bytes;")
        elif length.least == length.most:
            out(f"size_t {count} = {length.most};")
        else:
            out(f"size_t {count} = abidance_count(abidance_byte(), {length.least}, {length.most}, 1, 0);")
        text = shape.what is What.STRING
        if text:
            out(f"{count} = strnlen((const char *){bytes_}, {count});")
        if shape.like is not None:
            most, before = length.most if length.exactly is None else count, out.fresh("before")
            form = form_table(shape, self._drawer.tables)
            kept = f" || {count} != {before}" if length.exactly is not None else ""
            out(f"size_t {before} = {count}; (void){before};")
            out(f"if (!abidance_form_of({form}, &{bytes_}, &{count}, {most}){kept}) goto unlawful;")
        size = f"{count} * {memory.unit}"
        align = max(shape.align_to, 1 if text or shape.what is What.BYTES else shape.element.align)
        out(f"unsigned char *{at} = abidance_lend_lasting({size} + {int(text)}, {align});")
        out(f"if (!{at}) goto unlawful;")
        if memory.frame is not None:
            self._elements(memory, at, count)
        else:
            out(f"if ({count}) memcpy({at}, {bytes_}, {size});")
        if text:
            out(f"{at}[{count}] = 0;")
        if text or shape.codec:
            check = codec_check(shape.codec)
            assert check is not None
            out(check.repaired(self._drawer.tables, at, count))
        out(f"{piece}.at = {at}; {piece}.size = {size};")

    def _end(self, ending: tuple[bytes, tuple[bytes | None, ...]]) -> None:
        """Compile the turn in which nothing is left."""
        out, name = self._out, self._name
        answer, parts = ending
        if answer:
            out(f"memcpy({name}.answers[{name}.turns], {string(answer)}, {len(answer)});")
        if self._step.returns is not None:
            # One that tells how much there is leads to nothing then; any other to no memory at all.
            none = '(const unsigned char *)""' if counted_answer(self._step.shape) else "NULL"
            out(f"{name}.back[{name}.turns] = (abidance_piece){{{none}, 0}};")
        for number, part in enumerate(parts):
            at = "NULL" if part is None else f"(const unsigned char *){string(part)}"
            piece = f"{name}.w{number}[{name}.turns]"
            out(f"{piece} = (abidance_piece){{{at}, {len(part or b'')}}};")
            if part is not None and self._step.written[number].lent:
                self._lend_end(self._step.written[number], piece, len(part))
        out(f"{name}.turns++;")

    def _lend_end(self, memory: TurnMemory, piece: str, size: int) -> None:
        """Compile that what is lent in that turn is a block as any other: one of nothing, where nothing is left."""
        out, shape, own = self._out, memory.shape, self._out.fresh("own")
        text = shape.what is What.STRING
        align = max(shape.align_to, shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1)
        out(f"unsigned char *{own} = abidance_lend_lasting({size + text}, {align});")
        out(f"if (!{own}) goto unlawful;\nmemcpy({own}, {piece}.at, {size + text});\n{piece}.at = {own};")


def stored_bytes(memory: TurnMemory) -> int:
    """Return how many bytes beside the script one turn of what is written needs; 0 for what stays in the input."""
    return (
        0 if memory.frame is None or memory.lent else max(memory.length.most, 1) * memory.shape.element.size
    )
