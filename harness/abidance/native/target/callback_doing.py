"""Compiles what a callback does when it is called: it writes and answers by its script, and frees what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.binding.value_passing import PassingRefusal, passing
from abidance.boundary.model.types import RESULT_NAME, PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.values.callback_files import failure
from abidance.contract.expression import spelling
from abidance.native.expressions.values import CInt
from abidance.native.target import written_files
from abidance.native.target.c_text import load, store, string
from abidance.native.target.callback_calls import call_library, free_with_more, leave_by
from abidance.native.target.callbacks import spelled
from abidance.native.target.content_answers import decide
from abidance.native.target.places import chained
from abidance.native.target.reasons import NotCompiledError
from abidance.plan.callback_script import FileAction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callback_files import FileUse
    from abidance.boundary.values.callback_writes import Written
    from abidance.contract.expression import Expression
    from abidance.ir import types as c
    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines, PassedTypes
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.symbols import Symbols


class CallbackDoing:
    """One callback. `report` compiles a finding from its code, its condition and what it is about."""

    def __init__(
        self,
        boundary: Boundary,
        symbols: Symbols,
        clauses: ClauseCompiler,
        out: Lines,
        made: CompiledCallback,
        report: Callable[[str, str, str], None],
    ) -> None:
        self._boundary = boundary
        self._symbols = symbols
        self._clauses = clauses
        self._out = out
        self._made = made
        self._report = report
        self._call = f"{made.name}.calls[{made.name}.count - 1]"
        """Where the invocation is noted, if it is."""

    def all(self, returns: str, path: str, types: PassedTypes) -> None:
        """Compile all of it, in the order of a run; `returns` is the C type of the answer."""
        result, name = self._made.shape.result, self._made.name
        if self._made.looks_first:
            self._numbers()
        if self._made.shape.reads_in_place:
            self._begin(self._made.shape.at)
        if isinstance(result, ScalarShape):
            self._out(f"unsigned char raw[{max(result.size, 8)}];")
            if self._made.by_content:
                decide(self._made, result, self._clauses, self._out)
            else:
                self._out(f"memcpy(raw, {name}.answers[turn], sizeof raw);")
            if self._made.shape.writes_to_file is not None:
                self._out(f"int well = {self._succeeds()};")  # before its answer is bounded
            if self._made.shape.at_most is not None:
                self._bound(result, self._made.shape.at_most)
        if self._made.shape.leaves is not None:
            self._out("int leaves = 0;")
        if self._made.shape.writes_to_file is not None:
            names = chained(spelled(self._made.arguments("now", answered=False)), self._made.around())
            written_files.store(self._made, self._clauses, self._out, names)
        elif self._made.shape.file is not None:
            self._with_position(self._made.shape.file, path)
        for place, written in enumerate(self._made.written):
            with self._out.block(f"if ({name}.w{place}[turn].at)"):
                self._write(place, written, f"{path}:{written.member.name}")
        match result:
            case ScalarShape():
                self._out(f"if (noted) memcpy({self._call}.answer, raw, {result.size});")
                self._free(types)
                call_library(self._made, self._boundary, self._symbols, types, self._out)
                self._out(f"return ABIDANCE_LOAD({returns}, raw);")
            case PointerShape():
                self._pointer(result, types, path)
            case RecordShape():
                answer = f"{name}.answers[turn]"
                self._out(f"if (noted) memcpy({self._call}.answer, {answer}, {result.size});")
                self._free(types)
                call_library(self._made, self._boundary, self._symbols, types, self._out)
                self._out(f"return ABIDANCE_LOAD({returns}, {answer});")
            case _:
                self._free(types)
                call_library(self._made, self._boundary, self._symbols, types, self._out)
                if self._made.shape.leaves is not None:
                    leave = self._boundary.declarations.functions[self._made.shape.leaves[0]]
                    parameters = [self._name_of(each.type, types) for each in leave.parameters]
                    called = leave_by(self._made, self._symbols.function(leave.symbol), parameters)
                    self._out(f"if (leaves) {called};")
                if returns != "void":
                    self._out("return NULL;")

    def _name_of(self, type_: c.Type, types: PassedTypes) -> str:
        """Return the type in C of a parameter of what a callback leaves by; raises NotCompiledError."""
        found = passing(type_, self._boundary.declarations, self._boundary.layouts)
        if isinstance(found, PassingRefusal) or found.why:
            raise NotCompiledError("what a callback leaves by takes what only a compiler can pass")
        return types.name(found.class_)

    def _numbers(self) -> None:
        """Look at the numbers behind pointers that say how much room there is, before anything is written."""
        for each in self._made.captured:
            of = each.shape.element
            if len(each.path) > 1 or each.shape.what is not What.ONE or not isinstance(of, ScalarShape):
                self._out(f"now.b{each.number} = NULL; now.n{each.number} = 0;")
                continue
            index = next(i for i, m in enumerate(self._made.shape.members) if m.name == each.path[0])
            self._out(f"now.b{each.number} = ABIDANCE_LOAD(const unsigned char *, now.p{index});")
            self._out(f"now.n{each.number} = {of.size};")
            there = f"now.b{each.number} && abidance_readable(now.b{each.number}, {of.size})"
            self._out(f"if (!({there})) now.b{each.number} = NULL;")

    def _begin(self, at: Expression | None) -> None:
        """Look for the turn that has what is asked for; what comes before that in it is skipped."""
        out = self._out
        read = self._made.read
        assert read is not None
        names = chained(spelled(self._made.arguments("now", answered=False)), self._made.around())
        if at is None:
            out(f"abidance_int begin = {self._made.at}.at;\nsize_t skip = 0;")
        else:
            out("abidance_int begin = 0;\nsize_t skip = 0;")
            out(f"if (({self._clauses.number(at, names, 'begin')}) != 1 || begin < 0) begin = 0;")
        if self._made.shape.is_written:
            out("(void)skip;")
            written_files.look(self._made, out)
            return
        turns = f"{self._made.name}.{read.turns}, {self._made.name}.turns"
        begin = f"abidance_room(begin, {read.written.size})"
        if self._made.shape.whole:
            out("(void)skip;")
            out(f"abidance_piece rest = abidance_from(&{self._made.name}.whole, {turns}, {begin});")
            out(f"turn = abidance_first_turn({turns});")
            return
        out(f"turn = abidance_turn_at({turns}, {begin}, {int(read.repeats)}, &skip);")

    def _with_position(self, file: FileUse, path: str) -> None:
        """Move the position of another callback, or tell of it, where this one succeeds."""
        out, at, shape = self._out, self._made.at, self._made.shape
        told = {
            FileAction.SEEKS: "0",
            FileAction.TELLS_POSITION: f"{at}.at",
            FileAction.TELLS_SIZE: f"{at}.size",
            FileAction.TELLS_END: f"{at}.at >= {at}.size",
        }[file.action]
        out(f"int well = {self._succeeds()};\nint64_t told = {told};")
        if file.place is not None:
            begin = f"{at}.at" if file.relative else "0"
            whence = "0" if file.whence is None else f"(int64_t)x{file.whence}"
            moved = (
                f"abidance_seek(&{at}, {begin}, (int64_t)x{file.place}, {whence}, {int(file.bounded)}, &told)"
            )
            failed = string(failure(shape))
            fails = (
                f"memcpy(raw, {failed}, {shape.result.size});"
                if isinstance(shape.result, ScalarShape)
                else ""
            )
            out(f"if (well && !{moved}) {{ well = 0; {fails} }}")
        if file.told == RESULT_NAME:
            assert isinstance(shape.result, ScalarShape)
            out(f"if (well) {store(shape.result, 'raw', 'told')}")
        elif file.told:
            with out.block("if (well)"):
                self._tell(file.told, f"{path}:{file.told}")
            out(f"if (noted) {{ {self._call}.told = told; {self._call}.wrote = well; }}")

    def _succeeds(self) -> str:
        """Return whether the turn is one in which the callback does as it is asked, as a C expression."""
        result = self._made.shape.result
        if not isinstance(result, ScalarShape):
            return "1"
        answer = load(result, "raw")
        if result.kind == "bool":
            return f"{answer} != 0"
        if result.listed:
            return f"{answer} == {int(result.listed[0])}"
        return f"{answer} >= 0" if result.signed else "1"

    def _bound(self, result: ScalarShape, at_most: Expression) -> None:
        """Put what it answers at most in the place of an answer that is above it; one below 0 says that it failed."""
        out = self._out
        names = chained(spelled(self._made.arguments("now", answered=False)), self._made.around())
        out("abidance_int most = 0;")
        out(f"if (({self._clauses.number(at_most, names, 'most')}) != 1) most = 0;")
        out(f"if (most >= 0 && (abidance_int){load(result, 'raw')} > most) {store(result, 'raw', 'most')}")

    def _write(self, place: int, written: Written, path: str) -> None:
        """Compile one write: no more than there is room for, all of which must be there; and who is told how much."""
        out, shape = self._out, written.shape
        names = chained(spelled(self._made.arguments("now", answered=False)), self._made.around())
        out(f"abidance_piece piece = {self._made.name}.w{place}[turn]; (void)piece;")
        read = self._made.read if self._made.shape.reads_in_place else None
        moved = read is not None and read.place == place
        if moved and self._made.shape.is_written:
            out("piece = rest;")
        elif moved and (written.told or written.lends is not None):
            out("piece.at += skip; piece.size -= skip;")
        if written.lends is not None:
            self._lend(place, written, path, names, moved=moved)
            return
        out(f"unsigned char *to = ABIDANCE_LOAD(unsigned char *, now.p{written.index});")
        out("abidance_int room = 1;")
        clause = shape.capacity or (None if written.told else shape.length)
        if clause is not None:
            out(f"if (({self._clauses.number(clause, names, 'room')}) != 1) room = 0;")
        out(f"size_t size = abidance_room(room, {written.size});")
        self._held(shape, path, names)
        if moved and self._made.shape.whole:
            self._all(place, written, path, names)
            return
        if written.told:
            self._unit(written, names)
            out("size = size < piece.size ? size : piece.size;")
            out("uint64_t told = step ? size / step : 0;\nsize = told * step;")
        if moved and self._made.position:
            out(f"if (lent) {self._made.at}.at += (int64_t)(size / {written.size});")
        poured = "abidance_pour_from(to, piece, size, skip)" if moved and not written.told else ""
        out(f"if (lent) {poured or 'abidance_pour(to, piece, size)'};")
        self._note_write(place)
        if written.told == RESULT_NAME:
            result = self._made.shape.result
            assert isinstance(result, ScalarShape)
            out(store(result, "raw", "told"))
        elif written.told:
            self._tell(written.told, path)

    def _held(self, shape: PointerShape, path: str, names: Mapping[str, CValue]) -> None:
        """Compile the look at where is written to: all of it must be there to be written, `lent` then."""
        self._out("int lent = to && abidance_readable(to, size);")
        self._report("ABD343", "to && !lent", path)
        if shape.nullable is False:
            self._report("ABD343", "!to", path)
        elif shape.nullable is not True:
            holds = self._clauses.promise(shape.nullable, names)
            if holds is not None:
                self._report("ABD343", f"!to && ({holds}) == 0", path)
        self._aligned(shape, "to", path)

    def _lend(
        self, place: int, written: Written, path: str, names: Mapping[str, CValue], *, moved: bool
    ) -> None:
        """Compile that a pointer to memory of the callback's own is written, and who is told how much there is."""
        out = self._out
        out(f"unsigned char *to = ABIDANCE_LOAD(unsigned char *, now.p{written.index});")
        out(f"size_t size = {written.shape.element.size};")
        self._held(written.shape, path, names)
        out("const void *there = piece.at == abidance_null_lent ? NULL : piece.at;")
        out("if (lent) ABIDANCE_STORE(const void *, to, there);")
        out(f"uint64_t told = piece.size / {written.size}; (void)told;")
        if moved and self._made.position:
            out(f"{self._made.at}.at += (int64_t)told;")
        out(f"if (noted && lent) {{ {self._call}.v{place} = piece.at; {self._call}.z{place} = piece.size; }}")
        if written.told == RESULT_NAME:
            result = self._made.shape.result
            assert isinstance(result, ScalarShape)
            out(store(result, "raw", "told"))
        elif written.told:
            self._tell(written.told, path)

    def _note_write(self, place: int, there: str = "lent") -> None:
        """Compile that what was written is noted, with how much that is."""
        self._out(f"if (noted && {there}) {self._call}.v{place} = abidance_copy(to, size);")
        self._out(f"if (noted) {self._call}.z{place} = size;")

    def _unit(self, written: Written, names: Mapping[str, CValue]) -> None:
        """Compile how many bytes one of what is told to have been written has."""
        clause = written.shape.length
        assert clause is not None
        name = RESULT_NAME if written.told == RESULT_NAME else spelling(written.told)
        one: dict[str, CValue] = {name: CInt("(abidance_int)1")}
        self._out("abidance_int unit = 0;")
        self._out(f"if (({self._clauses.number(clause, chained(one, names), 'unit')}) != 1) unit = 0;")
        self._out(f"size_t step = abidance_room(unit, {written.size});")

    def _all(self, place: int, written: Written, path: str, names: Mapping[str, CValue]) -> None:
        """Compile a write of all that there is room for: where there is less, it fails, or reads what is left."""
        out, shape, result = self._out, self._made.shape, self._made.shape.result
        if written.told:
            self._unit(written, names)
        if shape.until_end:
            out("int less = 0;\nsize = size < rest.size ? size : rest.size;")
            out("size -= step ? size % step : 0;" if written.told else "")
        else:
            out("int less = size > rest.size, held = lent;\nif (less) { lent = 0; size = 0; }")
        if written.told:
            out("uint64_t told = step ? size / step : 0;")
        if shape.at is None:
            out(f"if (lent) {self._made.at}.at += (int64_t)(size / {written.size});")
        out("if (lent && size) memcpy(to, rest.at, size);")
        self._note_write(place, "lent" if shape.until_end else "held")
        if shape.leaves is not None:
            out("leaves = less;")
        if isinstance(result, ScalarShape):
            if written.told == RESULT_NAME:
                out(f"if (!less) {store(result, 'raw', 'told')}")
            if not shape.until_end:
                out(f"if (less) memcpy(raw, {string(failure(shape))}, {result.size});")
        if written.told and written.told != RESULT_NAME:
            self._tell(written.told, path)

    def _aligned(self, shape: PointerShape, at: str, path: str) -> None:
        align = max(shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1, shape.align_to)
        if align > 1 and not shape.misaligned:
            self._report("ABD343", f"(uintptr_t){at} % {align} != 0", path)

    def _tell(self, name: str, path: str) -> None:
        index, member = next((i, m) for i, m in enumerate(self._made.shape.members) if m.name == name)
        assert isinstance(member.shape, PointerShape)
        width = min(member.shape.element.size, 8)
        self._out(f"unsigned char *teller = ABIDANCE_LOAD(unsigned char *, now.p{index});")
        if not member.shape.direction.read:  # else it was looked at before
            self._aligned(member.shape, "teller", f"{path.rpartition(':')[0]}:{name}")
        self._out(f"if (teller && abidance_readable(teller, {width})) memcpy(teller, &told, {width});")

    def _pointer(self, shape: PointerShape, types: PassedTypes, path: str) -> None:
        """Compile an answer that points at memory: the script's, or a copy that the library is to free."""
        out = self._out
        out(f"abidance_piece back = {self._made.name}.back[turn];")
        if self._made.shape.reads_in_place and self._made.read is not None and self._made.read.place is None:
            out("if (back.at) { back.at += skip; back.size -= skip; }")
        if counted := self._made.counted:
            size = 1 if shape.what is What.BYTES else shape.element.size
            out(f"uint64_t told = back.at ? back.size / {size} : 0;")
            if self._made.position:
                out(f"{self._made.at}.at += (int64_t)told;")
            self._tell(counted, f"{path}:{counted}")
        out(f"if (noted) {{ {self._call}.rb = back.at; {self._call}.rn = back.size; }}")
        self._free(types)
        call_library(self._made, self._boundary, self._symbols, types, out)
        if shape.handed:
            out(f"return abidance_hand_copy(back, {int(shape.what is What.STRING)});")
        else:
            out("return (void *)back.at;")

    def _free(self, types: PassedTypes) -> None:
        """Compile that what the callback is given to keep is freed."""
        for index, member in enumerate(self._made.shape.members):
            if not isinstance(member.shape, PointerShape) or not member.shape.handed:
                continue
            name = member.shape.free
            given = next((each for freed, _, each in self._made.shape.freeing if freed == index), ())
            if len(given) > 1:
                freed = free_with_more(
                    self._boundary.functions[name], given, self._made, self._symbols, types
                )
                self._out(f"if (x{index}) {freed};")
                continue
            freer = "((void *)free)"
            if name in self._boundary.functions:
                freer = self._symbols.freer(self._boundary.functions[name], self._boundary)
            self._out(f"if (x{index}) ((void (*)(void *)){freer})((void *)x{index});")
