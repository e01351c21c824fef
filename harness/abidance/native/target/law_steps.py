"""Compiles the steps of a law, each a call of its own: how often it is made, what it is given, what it leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import along, fields_of, single, windows_of
from abidance.boundary.model.types import RESULT_NAME, HandleShape, PointerShape
from abidance.boundary.model.values import Earlier
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import spelling
from abidance.generate.derived_arguments import looked_at
from abidance.generate.windows import goes_on
from abidance.native.target.c_text import string, words
from abidance.native.target.calls import Variant
from abidance.native.target.going_on import WindowsGoingOn
from abidance.native.target.input_format import BoundArgument
from abidance.native.target.law_arguments import LawArguments, answers_said
from abidance.native.target.law_left import StepsLeft, is_conditional
from abidance.native.target.law_pieces import LawPieces, taken_of
from abidance.native.target.lent_room import with_room
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.boundary.model.types import Member
    from abidance.native.target.calls import TargetCall
    from abidance.native.target.tables import Tables


LAW, SKIPPED, AGAIN, FURTHER = "law", "skipped", "again", "piece"
"""What is shown as the role of a step: one that was not made, one that is made once more, one for a further piece."""
_PIECES = f'(abidance_part ? "{FURTHER}" : "{AGAIN}")'
NEWLINE = b"\n"
MOST_TIMES = 4096
"""So often a step is made in a row at most; where the contract says more, the law is not judged in C."""


class LawSteps:
    """The steps of one law, made once with what `left` has; `compile_call` compiles a step's call.

    With `pieces`, those are that which is made for each piece of what is cut.
    """

    def __init__(
        self,
        boundary: Boundary,
        tables: Tables,
        law: BoundaryLaw,
        left: StepsLeft,
        compile_call: Callable[[Variant], TargetCall | NotCompiledError],
        pieces: LawPieces | None = None,
    ) -> None:
        self._boundary = boundary
        self._tables = tables
        self._law = law
        self._left = left
        self._drawer = left.drawer
        self._compile_call = compile_call
        self._pieces = pieces
        self._windows = WindowsGoingOn(boundary, law)
        self._arguments = LawArguments(boundary, tables, law, left.drawer, left)

    def make(self, index: int, step: LawStep) -> None:
        """Compile a step with how often it is made, and that it is shown where it is not made at all."""
        if not is_conditional(step):
            self._step(index, step)
            return
        out, kept, known = self._drawer.out, self._left.variable(index), self._left.known()
        function = self._boundary.functions[step.function]
        if step.times is not None and _goes_on(self._boundary, function):
            raise NotCompiledError(f"`{step.function}` goes on in a window where it is made several times")
        self._tables.declarations.append(f"static abidance_int {kept}_times;")
        out(f"{kept}_times = 1;")
        for path, shape in left_by(function):
            if isinstance(shape, HandleShape):
                out(f"{kept}_{path}_made = 0;")
        if step.times is not None:
            told = self._drawer.clauses.number(step.times, known, f"{kept}_times")
            out(f"if (({told}) != 1 || {kept}_times < 0 || {kept}_times > {MOST_TIMES}) goto unlawful;")
        if step.when is not None:
            holds = out.fresh("holds")
            out(f"int {holds} = {self._drawer.clauses.condition(step.when, known)};")
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
                self._step(index, step)
                out("at = abidance_step;")
            # What is bound was taken again, and not forced upon it.
            out("abidance_turn = 0, abidance_times = 1, abidance_forced = 0;")

    def _step(self, index: int, step: LawStep) -> None:
        if self._pieces is None or not taken_of(self._law, step):
            self._call(index, step)
            return
        with self._pieces.each(self._drawer.out, step):
            self._call(index, step, self._pieces)

    def _call(self, index: int, step: LawStep, pieces: LawPieces | None = None) -> None:
        """Compile one call, which is made for a piece of what is cut where there are `pieces`."""
        declared, out = with_room(self._boundary, self._boundary.functions[step.function]), self._drawer.out
        function, callbacks = looked_at(declared, self._law, step, step.bound), self._left.callbacks
        if any(each.name == RESULT_NAME for each in function.members):
            raise NotCompiledError(f"`{step.function}` has a parameter `result`")
        kept, going = self._left.variable(index), self._windows.of(index)
        rests = () if pieces is None else pieces.rests(function, step, kept, going)
        given = self._given(function, index, step, pieces)
        for parameter, windows in going.items():
            argument = given[parameter]
            assert isinstance(argument, BoundArgument)
            given[parameter] = replace(argument, goes_on=windows)
        made = Variant(
            function,
            given=given,
            keeps=kept,
            noted=callbacks.names,
            role=_PIECES if pieces is not None else words(AGAIN if self._pieces is not None else LAW),
            cut=bool(taken_of(self._law, step)),
            rests=rests,
        )
        call = self._compile_call(made)
        if isinstance(call, NotCompiledError):
            raise NotCompiledError(f"`{step.function}`: {call.reason}")
        assert call.kept is not None
        self._left.kept.append(call.kept)
        self._tables.declarations += call.kept.variables()
        callbacks.before(out, index)
        out(f"if (!{call.name}(0)) goto unlawful;")
        callbacks.after(out, index, call.kept, in_pieces=pieces is not None)
        if callbacks.names:
            out("abidance_copies_kept = abidance_copied;")
        if pieces is not None:
            pieces.add(out, index, call.kept, rests)

    def _given(
        self, function: BoundaryFunction, index: int, step: LawStep, pieces: LawPieces | None
    ) -> dict[str, object]:
        """Compile what a step is given, and return that by its parameters."""
        bound: dict[str, object] = {}
        fields: dict[str, dict[str, object]] = {}
        taken = taken_of(self._law, step) if pieces is not None else {}
        for name, argument in step.bound.items():
            parameter, _, field = name.partition(".")
            into, key = (fields.setdefault(parameter, {}), field) if field else (bound, name)
            if not isinstance(argument, Earlier) and argument.is_null:
                into[key] = None
                continue
            if _length_changes(function, name):
                raise NotCompiledError(f"`{step.function}` tells how much it has left in `{name}`")
            variable, member = (
                f"{self._left.variable(index)}_bound_{name.replace('.', '_')}",
                self._member(function, name),
            )
            if isinstance(member.shape, CallbackShape):
                into[key] = answers_said(member, argument, self._boundary.constants)
                continue
            into[key] = given = self._arguments.bind(variable, member, argument)
            if pieces is not None and name in taken:
                pieces.bind(self._drawer.out, step, name, member, given)
        self._agree_on_lengths(function.members, bound, pieces, {*taken})
        for parameter, each in fields.items():
            inside = frozenset(n.partition(".")[2] for n in taken if n.partition(".")[0] == parameter)
            self._set_fields(function, bound, parameter, each, pieces, inside)
        return bound

    def _member(self, function: BoundaryFunction, name: str) -> Member:
        """Return the parameter, or the field of what one leads to, that a step sets."""
        found = [*along(function.members, name.split("."), self._boundary.handles)]
        if len(found) != name.count(".") + 1:
            raise NotCompiledError(f"`{name}` lies deeper than a record")
        return found[-1]

    def _agree_on_lengths(
        self,
        members: tuple[Member, ...],
        bound: Mapping[str, object],
        pieces: LawPieces | None,
        taken: Collection[str],
    ) -> None:
        """Let lengths that are bound be those of pieces beside them, of which some are `taken`.

        Give the law up where one is more than there is in memory that is bound beside it.
        """
        if pieces is not None:
            pieces.tell_lengths(self._drawer.out, members, bound, taken)
        for length, buffers in ties(members).items():
            number_ = bound.get(length)
            for buffer in buffers if isinstance(number_, BoundArgument) else ():
                memory = bound.get(buffer.name)
                if isinstance(number_, BoundArgument) and isinstance(memory, BoundArgument):
                    self._drawer.out(
                        f"if ({number_.name} > (abidance_int){memory.name}_count) goto unlawful;"
                    )

    def _set_fields(
        self,
        function: BoundaryFunction,
        bound: dict[str, object],
        parameter: str,
        each: dict[str, object],
        pieces: LawPieces | None,
        inside: frozenset[str],
    ) -> None:
        """Add the fields that a step sets to what it is given: a window that is set is read from its beginning on.

        Those that are `inside` are pieces.
        """
        shape = self._member(function, parameter).shape
        life = self._boundary.handles[shape.handle] if isinstance(shape, HandleShape) else None
        record = single(shape) if life is None else life.record
        members = fields_of(record) if record is not None else ()
        made = isinstance(shape, HandleShape) and shape.made
        known = {m.name for m in members} if life is None else life.described if made else life.renewed
        if unknown := sorted(each.keys() - known):
            raise NotCompiledError(f"`{parameter}.{unknown[0]}` is not set anew for each call")
        self._agree_on_lengths(members, each, pieces, inside)
        begin = {
            m.shape.position: 0
            for m in members
            if isinstance(m.shape, PointerShape) and m.shape.position and m.name in each
        }
        given = bound.get(parameter)
        if isinstance(given, BoundArgument) and life is None:
            raise NotCompiledError(f"`{parameter}` is a record that is given, and has a field that is set")
        if isinstance(given, BoundArgument):
            bound[parameter] = replace(given, fields={**begin, **each})
        elif parameter not in bound:
            bound[parameter] = {**begin, **each}
        else:
            raise NotCompiledError(f"`{parameter}` is NULL, and has a field that is set")


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
