"""Compiles the functions that the library calls back: what they note, judge at once, write and answer.

Each place that takes one has a function and a struct of its own in the target. What is noted of an invocation is what
`boundary.decode.callback_invocations` reads of one; memory is looked at while the callback runs, and copied.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.binding.callback_source import text_of_format
from abidance.binding.value_passing import PassingRefusal, is_va_list, passing
from abidance.boundary.model.types import (
    Direction,
    PointerShape,
    RecordShape,
    TaggedPointerShape,
    What,
)
from abidance.boundary.values.callback_writes import told_of_file, written_by
from abidance.contract.expression import CALLS, declared, spelling
from abidance.ir.arithmetic import VA_LIST
from abidance.native.target.c_text import Lines, words
from abidance.native.target.callback_allocators import CallbackAllocator
from abidance.native.target.callback_arguments import CallbackArguments
from abidance.native.target.callback_calls import SCRIPTS, one_for_each_handle
from abidance.native.target.callback_doing import CallbackDoing
from abidance.native.target.callback_memory import CallbackMemory
from abidance.native.target.callback_totals import counts
from abidance.native.target.callbacks import (
    Captured,
    CompiledCallback,
)
from abidance.native.target.content_answers import answer_tables, one_for_each
from abidance.native.target.ended_callbacks import refused
from abidance.native.target.input_format import MOST_ANSWERS
from abidance.native.target.looked_at_callbacks import is_looked_at
from abidance.native.target.refused_callbacks import refuse_callback
from abidance.native.target.refused_memory import lift_refusal
from abidance.native.target.script_drawing import stored_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Shape
    from abidance.ir import types as c
    from abidance.native.target.c_text import PassedTypes
    from abidance.native.target.callback_accounts import CallbackAccounts
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.input_format import CallbackAnswers, Path
    from abidance.native.target.symbols import Symbols
    from abidance.native.target.tables import Tables

NOTED = 24
"""So many invocations of one call are noted; where there are more, nothing is said of all of them."""


@dataclass(slots=True)
class Callbacks:
    """The callbacks of a target, each compiled once for the function and the path that takes it."""

    boundary: Boundary
    tables: Tables
    types: PassedTypes
    symbols: Symbols
    accounts: CallbackAccounts
    _made: dict[tuple[str, Path], CompiledCallback] = field(default_factory=dict)
    _positions: dict[tuple[str, Path], str] = field(default_factory=dict)
    """The positions that callbacks share, by the reader."""
    _allocators: dict[tuple[str, Path], int] = field(default_factory=dict)
    """Callbacks in one record or parameter list are one allocator."""

    def compiled(self, clauses: ClauseCompiler, step: CallbackAnswers) -> CompiledCallback:
        """Return the callback of a place; raises NotCompiledError."""
        path, key = step.path, (clauses.subject, step.path)
        if key not in self._made:
            refuse_callback(self.boundary, step.shape)
            allocator = self._allocators.setdefault((clauses.subject, path[:-1]), len(self._allocators) + 1)
            position = self._position(clauses, step)
            self._made[key] = _Compiler(self, clauses, step, len(self._made), allocator, position).compile()
        return self._made[key]

    @property
    def calls(self) -> set[str]:
        """Return the functions that they may call."""
        return {call.function for made in self._made.values() for call in made.may_call}

    def _position(self, clauses: ClauseCompiler, step: CallbackAnswers) -> str:
        """Return the positions that a callback shares with others beside it, one for each script; empty for none."""
        file, path = step.shape.file, step.path
        if file is None and not step.shape.goes_on:
            return ""
        key = (clauses.subject, path if file is None else (*path[:-1], file.reader))
        if key not in self._positions:
            name = f"abidance_position{len(self._positions)}"
            self._positions[key] = name
            self.tables.declarations.append(
                f"static __attribute__((unused)) abidance_cursor {name}[{SCRIPTS}];"
            )
        return self._positions[key]


class _Compiler:
    def __init__(
        self,
        callbacks: Callbacks,
        clauses: ClauseCompiler,
        step: CallbackAnswers,
        index: int,
        allocator: int,
        position: str,
    ) -> None:
        self._boundary = callbacks.boundary
        self._types = callbacks.types
        self._tables = callbacks.tables
        self._symbols = callbacks.symbols
        self._accounts = callbacks.accounts
        self._clauses = clauses
        self._step = step
        self._path, self._shape = ".".join(step.path), step.shape
        self._name, self._function = f"abidance_script{index}", f"abidance_callback{index}"
        self._allocator_number = allocator
        self._position = position
        self._captured: list[Captured] = []
        self._out = Lines()

    def compile(self) -> CompiledCallback:
        """Declare the struct and the function."""
        shape = self._shape
        assert shape.type is not None
        types = [self._type(each) for each in shape.type.parameters]
        returns = self._type(shape.type.returns)
        self._capture()
        made = CompiledCallback(
            self._name,
            self._function,
            shape,
            tuple(self._captured),
            written_by(shape),
            self._outer(),
            self._step.by_content,
            self._step.calls,
            self._accounts.number(self._boundary.functions[self._clauses.subject], self._path),
            self._asked,
            self._position,
        )
        lift_refusal(self._boundary, self._out)
        if shape.allocator:
            CallbackAllocator(
                self._boundary,
                self._clauses,
                self._out,
                made,
                self._allocator_number,
                self._path,
                self._report,
            ).compile(types, returns)
        else:
            self._note(made, types)
            CallbackDoing(self._boundary, self._symbols, self._clauses, self._out, made, self._report).all(
                returns, self._path, self._types
            )
        parts = [
            *(f"unsigned char p{i}[{max(size, 8)}];" for i, size in enumerate(shape.sizes)),
            *(f"const unsigned char *b{c.number}; size_t n{c.number};" for c in self._captured),
            *(f"const unsigned char *v{k}; size_t z{k};" for k, _ in enumerate(made.written)),
            f"unsigned char answer[{max(shape.result.size, 8)}]; const unsigned char *rb; size_t rn;",
            *(["int64_t told; int wrote;"] if told_of_file(shape) else []),
        ]
        listed = [*(f"{of} x{i}" for i, of in enumerate(types)), *["..."] * shape.type.variadic]
        answer = max(shape.result.size, 8)
        kept = f"unsigned turns, turn, count; unsigned char answers[{MOST_ANSWERS}][{answer}];"
        kept += " abidance_piece whole;" if made.read is not None else ""
        noted = f"struct {self._name}_call calls[{NOTED}];"
        fields = f"int active, judges, more; {kept} {self._stored(made)} {noted}"
        self._tables.declarations.append(f"struct {self._name}_call {{ {' '.join(parts)} }};")
        if made.has_scripts:
            self._tables.declarations += one_for_each_handle(made, returns, listed, fields, self._out.text)
            return made
        self._tables.declarations.append(f"static struct {{ {fields} }} {self._name};")
        if made.by_content:
            self._tables.declarations += answer_tables(made)
            self._tables.declarations += one_for_each(made, returns, listed, self._out.text)
        else:
            self._tables.declarations.append(
                f"static {returns} {self._function}({', '.join(listed) or 'void'})\n{{\n{self._out.text}\n}}"
            )
        return made

    @property
    def _asked(self) -> bool:
        """Tell whether promises look at its invocations: of the function that is given it, or of later calls."""
        function = self._boundary.functions[self._clauses.subject]
        promises = (*function.ensures, *(each for reject in function.rejects for each in reject.ensures))
        parts = (reference.parts for each in promises for reference in each.references)
        named = {declared(name) for each in parts for name, part in pairwise(each) if part == CALLS}
        asked = self._step.path[-1] in named
        return asked or is_looked_at(self._boundary, function.name, self._step.path)

    def _stored(self, made: CompiledCallback) -> str:
        """Return the fields for what the callback does turn by turn, and for what its lengths name of the call."""
        fields = [f"abidance_int o{n};" for n, _ in enumerate(made.outer)]
        fields += ["unsigned which;"] if made.by_content else []
        fields += ["abidance_given with;"] if made.ordered is not None else []
        fields += ["unsigned all;"] if counts(self._shape) else []
        fields += ["abidance_given_data data;"] if made.user_data_size else []
        fields += ["int mixed, ended;"] if made.has_scripts else []
        fields += [f"void *holder{number};" for number, _ in enumerate(made.holders)]
        if made.may_call:
            most = max(len(each.frame.members) for each in made.may_call)
            fields.append(f"unsigned call, call_turn; void *on; unsigned char given[{8 * max(most, 1)}];")
        if isinstance(self._shape.result, PointerShape):
            fields.append(f"abidance_piece back[{MOST_ANSWERS}];")
        for number, memory in enumerate(self._step.written):
            fields.append(f"abidance_piece w{number}[{MOST_ANSWERS}];")
            if size := stored_bytes(memory):
                fields.append(f"unsigned char s{number}[{MOST_ANSWERS}][{size}];")
        return " ".join(fields)

    def _outer(self) -> tuple[str, ...]:
        """Return the names in lengths that are those of the call that is given the callback."""
        own = {spelling(m.name) for m in self._shape.members} | self._clauses.constants.keys()
        shapes = [m.shape for m in self._shape.members if isinstance(m.shape, PointerShape)]
        clauses = [each for shape in shapes for each in (shape.length, shape.capacity) if each is not None]
        clauses += [self._shape.at_most] if self._shape.at_most is not None else []
        return tuple(sorted({name for each in clauses for name in each.names} - own - {"result"}))

    def _type(self, type_: c.Type) -> str:
        if is_va_list(type_, self._boundary.declarations):
            return VA_LIST
        found = passing(type_, self._boundary.declarations, self._boundary.layouts)
        assert not isinstance(found, PassingRefusal)
        return self._types.name(found.class_)

    def _capture(self) -> None:
        """Decide which memory is looked at: behind parameters, and behind fields of records there."""
        for member in self._shape.members:
            if isinstance(member.shape, PointerShape) and member.shape.direction.read:
                self._captured.append(Captured((member.name,), member.shape, len(self._captured)))
            for which, shape in self._told(member.shape):
                self._captured.append(Captured((member.name,), shape, len(self._captured), which))
        for each in tuple(self._captured):
            of = each.shape.element
            if each.which is None and each.shape.what is What.ONE and isinstance(of, RecordShape):
                for field_ in of.members:
                    inner, path = field_.shape, (*each.path, field_.name)
                    for which, one in self._told(inner) if not field_.within else ():
                        self._captured.append(Captured(path, one, len(self._captured), which))
                    if (
                        isinstance(inner, PointerShape)
                        and not field_.within
                        and inner.direction is Direction.IN
                    ):
                        self._captured.append(Captured(path, inner, len(self._captured)))

    def _told(self, shape: Shape) -> Iterator[tuple[int, PointerShape]]:
        """Yield what a tag may say that a pointer leads to."""
        for which, each in enumerate(shape.each if isinstance(shape, TaggedPointerShape) else ()):
            if isinstance(each, PointerShape):
                yield which, each

    # ------------------------------------------------------------------ what is noted

    def _note(self, made: CompiledCallback, types: list[str]) -> None:
        out, name = self._out, self._name
        out(f"unsigned turn = {name}.turn < {name}.turns ? {name}.turn : {name}.turns - 1; (void)turn;")
        out("int noted = 0; (void)noted;")
        self._format(types)
        if made.looks_first:
            out(f"struct {name}_call now;")
            self._store(types, "now")
        out("if (!abidance_caller) {")
        if not self._shape.any_thread:
            out(f'    if ({name}.judges) abidance_report("ABD344", {self._subject}, {words(self._path)});')
        out("    goto answer;\n}")
        if counts(self._shape):
            out(f"{name}.all++;")
        if not made.lasting:
            self._report("ABD345", f"!{name}.active", self._path)
            out(f"if (!{name}.active) goto answer;")
        elif self._shape.until:
            if reason := refused(self._boundary, made):
                self._clauses.leave(reason)
            else:
                self._report("ABD345", f"{name}.ended && !{name}.mixed", self._path)
        full = f"{name}.count == {NOTED}"
        if made.lasting:  # those of calls that nobody asks about are looked at, and not noted
            out(f"if (abidance_noting && {full}) {name}.more = 1;")
            out(f"unsigned here = abidance_noting && !{name}.more ? {name}.count : 0; (void)here;")
        else:
            lost = "" if made.ordered is None else " abidance_lose_invocations();"
            out(f"if ({full}) {{ {name}.more = 1;{lost} goto answer; }}")
        call = f"{name}.calls[{'here' if made.lasting else f'{name}.count'}]"
        self._store(types, call)
        for each in self._captured:
            out(f"{call}.b{each.number} = NULL; {call}.n{each.number} = 0;")
        for number_, _ in enumerate(made.written):
            out(f"{call}.v{number_} = NULL; {call}.z{number_} = 0;")
        CallbackMemory(made, self._path, self._clauses, self._tables, out, self._report).all(call)
        CallbackArguments(made, self._path, self._clauses, self._accounts, out, self._report).all(call)
        note = f"{name}.count++; noted = 1;"
        out(f"if (abidance_noting && !{name}.more) {{ {note} }}" if made.lasting else note)
        out("answer: __attribute__((unused));")
        out(f"{name}.turn++;")

    def _store(self, types: list[str], to: str) -> None:
        """Note what the callback is given: of a format, the text that it makes, and NULL of a ``va_list``."""
        for number_, of in enumerate(types):
            given = "0" if of == VA_LIST else f"x{number_}"
            if number_ == self._shape.printf:
                given = "text"
            kept = "void *" if of == VA_LIST else of
            self._out(f"{{ {kept} given = {given}; memcpy({to}.p{number_}, &given, sizeof given); }}")

    def _format(self, types: list[str]) -> None:
        """Make a text of the format and of what it takes, before anything is noted."""
        assert self._shape.type is not None
        if self._shape.printf is not None:
            names, known = [f"x{n}" for n, _ in enumerate(types)], self._boundary.declarations
            self._out(text_of_format(self._shape.type, names, self._shape.printf, known, "text"))

    def _report(self, code: str, condition: str, what: str) -> None:
        self._out(
            f'if ({self._name}.judges && ({condition})) abidance_report("{code}", {self._subject}, {words(what)});'
        )

    @property
    def _subject(self) -> str:
        return words(self._clauses.subject)
