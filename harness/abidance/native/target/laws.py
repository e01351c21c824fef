"""Compiles laws: what they are given comes from the input, each step is a call of its own, and what holds is judged.

A step's C function leaves what later steps and the law look at in static variables, and its memory stays lent until the
law is judged. The steps of a law with `split` are made twice, by a C function of their own for several pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.functions import BoundaryFunction, Result
from abidance.boundary.model.types import NothingShape, PointerShape
from abidance.generate.hints import Hints
from abidance.native.target.c_text import Lines, words
from abidance.native.target.clauses import ClauseCompiler
from abidance.native.target.drawing import ArgumentDrawer
from abidance.native.target.handle_arrays import is_given_handles
from abidance.native.target.input_format import HandleChoice
from abidance.native.target.kept_callbacks import KeptCallbacks
from abidance.native.target.law_left import StepsLeft
from abidance.native.target.law_pieces import LawPieces
from abidance.native.target.law_steps import LawSteps
from abidance.native.target.lenders import is_lasting
from abidance.native.target.planning import Planner
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.showing import Shower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.native.expressions.values import CValue
    from abidance.native.target.calls import TargetCall, Variant
    from abidance.native.target.input_format import Frame
    from abidance.native.target.reasons import Left
    from abidance.native.target.tables import Tables


@dataclass(frozen=True, slots=True)
class CompiledLaw:
    """A law in C: the text of its function, called `name`, and what was left out.

    `given` is what an input has of it, where that is all that it begins with: no handles, histories or pieces.
    """

    name: str
    text: str
    left: tuple[Left, ...]
    handles: tuple[str, ...]
    given: Frame | None


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
        self._clauses = ClauseCompiler(law.name, boundary.constants)

    def compile(self) -> CompiledLaw:
        """Return the law in C; raises NotCompiledError."""
        law = self._law
        if law.libraries:
            raise NotCompiledError("its steps say whose functions they call")
        if any(is_given_handles(each.shape) for each in law.members):
            raise NotCompiledError("it is given handles in an array")
        pieces = LawPieces(self._boundary, law, self._tables, self._prefix) if law.split else None
        hints = Hints.of_all(self._boundary, law.members, law.requires, law.ensures)
        planner = Planner.of(self._boundary, law.members, hints, histories=law.histories)
        frame = planner.arguments(law.members, {})
        left = self._left(self._prefix)
        drawer, out = left.drawer, left.drawer.out
        out("int base = abidance_lent_count, alone = 0, called = 0; (void)alone;")
        choices = [each for each in frame.steps if isinstance(each, HandleChoice) and each.history]
        for kind in dict.fromkeys(self._tables.kind(each.shape.handle) for each in choices):
            out(f"abidance_history_{kind}();")
        if pieces is not None:
            pieces.draw(out)
        drawer.arguments(frame)
        for expression in law.requires:
            out(f"if (({self._clauses.condition(expression, drawer.environment())}) != 1) goto unlawful;")
        Shower(drawer, frame).call(law.name, words("given"), "")
        out("abidance_left_used = 0;")
        if left.callbacks.names:
            out("abidance_noting = 1;")
        steps = LawSteps(self._boundary, self._tables, law, left, self._compile_call)
        for index, step in enumerate(law.steps):
            if pieces is not None:
                pieces.begin(out, index)
            steps.make(index, step)
        text = ""
        if pieces is not None:
            again = self._in_pieces(frame, pieces)
            text = f"static int {pieces.function}(void)\n{{\n{again.drawer.out.text}\n}}\n\n"
            out(f"if (!{pieces.function}()) goto unlawful;")
        out("called = 1;")
        self._judge(left)
        if pieces is not None:
            self._compare(left, pieces.known(again, drawer.environment()))
        out("unlawful: __attribute__((unused));")
        out("abidance_turn = 0, abidance_times = 1;")
        out("abidance_noting = 0, abidance_copies_kept = 0;")
        out("if (!called) abidance_refused++;")
        self._let_go(drawer)
        if pieces is not None:
            out("abidance_alike = 0;")
        if not self._lends_on():  # else it is there until the handles are ended
            out("abidance_take_back(base);")
        text += f"static void {self._prefix}(void)\n{{\n{out.text}\n}}\n"
        handles = tuple(shape.handle for _, shape, _ in drawer.handles)
        given = None if handles or law.histories or law.split else frame
        return CompiledLaw(self._prefix, text, tuple(self._clauses.left), handles, given)

    def _lends_on(self) -> bool:
        """Tell whether a step passes memory that lasts."""
        return any(
            isinstance(member.shape, PointerShape)
            and bool(is_lasting(member.shape.lifetime) or member.shape.lifetimes)
            for step in self._law.steps
            for member in self._boundary.functions[step.function].members
            if member.name in step.bound
        )

    def _left(self, prefix: str) -> StepsLeft:
        """Return what keeps account of steps that are made: what the law is given is drawn for these."""
        law = self._law
        first = self._boundary.functions[law.steps[0].function]
        given = BoundaryFunction(
            law.name, first.declaration, law.members, Result(NothingShape(), "void"), None
        )
        drawer = ArgumentDrawer(
            self._boundary, given, Lines(), self._tables, self._clauses, frame_members=law.members
        )
        return StepsLeft(law, prefix, drawer, KeptCallbacks(self._boundary, law, self._tables))

    @staticmethod
    def _let_go(drawer: ArgumentDrawer) -> None:
        for _, _, ident in drawer.handles:
            drawer.out(f"if ({ident} > 0) abidance_idle((unsigned){ident});")

    # ------------------------------------------------------------------ for several pieces

    def _in_pieces(self, frame: Frame, pieces: LawPieces) -> StepsLeft:
        """Compile the steps once more, on handles made alike: what the law is given is taken of the input again."""
        left = self._left(pieces.function)
        out = left.drawer.out
        out("int alone = 0, called = 0; (void)alone;")
        pieces.begin_again(out)
        left.drawer.arguments(frame)
        pieces.cut(left.drawer)
        steps = LawSteps(self._boundary, self._tables, self._law, left, self._compile_call, pieces)
        for index, step in enumerate(self._law.steps):
            pieces.go_to(out, index)
            steps.make(index, step)
        out("called = 1;")
        out("unlawful: __attribute__((unused));")
        out("abidance_part = 0, abidance_forced = 0;")
        self._let_go(left.drawer)
        out("return called;")
        return left

    def _compare(self, left: StepsLeft, other: Mapping[str, CValue]) -> None:
        """Compile that what is the same however inputs are cut was so."""
        names = left.known()
        for index, expression in enumerate(self._law.same):
            holds = self._clauses.same(expression, names, other)
            if holds is not None:
                self._report(left, holds, "ABD379", f"same[{index}]: {expression.text}")

    # ------------------------------------------------------------------ what must hold

    def _judge(self, left: StepsLeft) -> None:
        names = left.known()
        for index, expression in enumerate(self._law.ensures):
            holds = self._clauses.promise(expression, names, names)
            if holds is not None:
                self._report(left, holds, "ABD376", f"ensures[{index}]: {expression.text}")

    def _report(self, left: StepsLeft, holds: str, code: str, what: str) -> None:
        said = f'abidance_report("{code}", {words(self._law.name)}, {words(what)});'
        left.drawer.out(f"if (({holds}) == 0) {said}")
