"""Compiles one function to C: its arguments from the input, the call, what is judged of it, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.encode.shared_allocators import is_shared
from abidance.boundary.model.traversal import has_numbers_inside, root_of
from abidance.boundary.model.types import (
    HandleShape,
    PointerShape,
    RecordHandle,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import DESTROYED
from abidance.boundary.resolve.transfers import shows_failure
from abidance.generate.fed_back import outcomes
from abidance.native.expressions.values import CInt
from abidance.native.target.c_text import Lines, words
from abidance.native.target.callback_calls import keep_script, say_holders, say_on_what
from abidance.native.target.callback_compiler import Callbacks
from abidance.native.target.callback_totals import count_out, counts, keep_total
from abidance.native.target.clauses import ClauseCompiler
from abidance.native.target.drawing import ArgumentDrawer
from abidance.native.target.ended_callbacks import begin_times, end_times
from abidance.native.target.handle_arrays import is_given_handles, refuse_arrays_left
from abidance.native.target.holdings import CallHoldings
from abidance.native.target.judging import CallJudge
from abidance.native.target.kept_steps import KeptStep
from abidance.native.target.lasting_memory import LastingMemory
from abidance.native.target.law_rests import lay_rests
from abidance.native.target.left_handles import LeftHandles
from abidance.native.target.leftovers import Leftovers
from abidance.native.target.lent_room import fill_returned_room, fill_room, with_room, without_room
from abidance.native.target.looked_at_callbacks import LookedAtCallbacks
from abidance.native.target.moved_pointers import with_pointers_alone
from abidance.native.target.overlaps import lay_overlaps
from abidance.native.target.places import number
from abidance.native.target.planning import plan
from abidance.native.target.preconditions import rooms_told
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.refused_memory import refuse_memory
from abidance.native.target.showing import Shower
from abidance.native.target.states import countable
from abidance.native.target.tagged_pointers import with_pointers_apart
from abidance.native.target.user_data import give_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.questions import AskedBefore
    from abidance.boundary.model.types import Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.c_text import PassedTypes
    from abidance.native.target.callback_accounts import CallbackAccounts
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.input_format import Frame, Path
    from abidance.native.target.law_rests import WindowRest
    from abidance.native.target.memory_drawing import Pointee
    from abidance.native.target.reasons import Left
    from abidance.native.target.symbols import Symbols
    from abidance.native.target.tables import Tables


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of calling a function: validly, as one of its `rejects`, or with arguments that `prepare` writes out."""

    function: BoundaryFunction
    reject: Reject | None = None
    prepares: int | None = None
    given: Mapping[str, object] | None = None
    keeps: str = ""
    """Of a law's step: what the C variables begin with that keep what the call leaves."""
    noted: frozenset[str] = frozenset()
    """The callbacks of which the law looks at how they were invoked."""
    role: str = ""
    """What it is shown as, as a C expression."""
    cut: bool = False
    """Whether it may be made for several pieces, so that its callbacks answer the same each time."""
    rests: tuple[WindowRest, ...] = ()
    """What the call for the piece before has left of windows."""
    sets_up: bool = False
    """Whether it is made before all else, or after it."""

    @property
    def written(self) -> Mapping[str, object]:
        """Return the arguments that are written out."""
        return self.reject.given if self.reject is not None else self.given or {}

    @property
    def is_judged(self) -> bool:
        """Tell whether the call is one under test: nothing is judged of what another one, or a law, is made with."""
        return not self.keeps and self.prepares is None and not self.sets_up

    @property
    def on_destroyed(self) -> bool:
        """Tell whether it is given a handle that was destroyed."""
        return any(value is DESTROYED for value in self.written.values())


@dataclass(frozen=True, slots=True)
class TargetCall:
    """A variant in C: its frame, the text of the C function, what was left out, and how it deals with handles.

    `takes` and `makes` are handles; `ends` is the one that it destroys.
    """

    variant: Variant
    frame: Frame
    name: str
    text: str
    left: tuple[Left, ...]
    takes: tuple[str, ...]
    makes: tuple[str, ...]
    ends: str | None
    kept: KeptStep | None = None
    """What is kept of what it has left, where it is a step of a law."""


def has_arrays_of_handles(function: BoundaryFunction) -> bool:
    """Tell whether a call is given handles in an array, or leaves them in one."""
    given = any(is_given_handles(member.shape) for member in function.members)
    return given or any("[" in path for path, _ in left_by(function))


class CallCompiler:
    """Compiles the variants of functions; all share tables, symbols and the types of what they pass."""

    def __init__(
        self,
        boundary: Boundary,
        tables: Tables,
        symbols: Symbols,
        types: PassedTypes,
        accounts: CallbackAccounts,
    ) -> None:
        self._boundary, self._accounts = boundary, accounts
        self._tables = tables
        self._symbols = symbols
        self._types = types
        self._callbacks = Callbacks(boundary, tables, types, symbols, accounts)
        self._looked_at = LookedAtCallbacks(boundary, tables)

    @property
    def called_by_callbacks(self) -> frozenset[str]:
        """Return the functions that callbacks may call which are compiled."""
        return frozenset(self._callbacks.calls)

    def compile(self, variant: Variant, name: str) -> TargetCall:
        """Return the C function of a variant. Raises NotCompiledError."""
        room = with_room(self._boundary, variant.function)
        # What a law's step is given has the names that the law says.
        function, moved = with_pointers_alone(room if variant.keeps else with_pointers_apart(room))
        variant = replace(variant, function=function)
        self._refuse(variant, moves_pointers=bool(moved))
        free = variant.reject is not None and variant.reject.condition is None
        frame = plan(self._boundary, function, variant.written, free=free)
        clauses = ClauseCompiler(function.name, self._boundary.constants)
        out = Lines()
        drawer = ArgumentDrawer(
            self._boundary,
            function,
            out,
            self._tables,
            clauses,
            self._callbacks,
            frame_members=function.members,
            types=self._types,
            symbols=self._symbols,
            refused=variant.reject is not None,
            moved=moved,
            cut=variant.cut,
        )
        out("int base = abidance_lent_count, suspected = 0, called = 0, well = 1;")
        out("(void)base; (void)suspected; (void)alone; (void)well;")
        out("abidance_copied = abidance_copies_kept; abidance_watched = 0;")
        out("abidance_handed_count = 0; abidance_choice_count = 0;")
        judge = CallJudge(drawer, variant.reject, self._accounts)
        drawer.asks = partial(self._ask, drawer, judge)
        drawer.arguments(frame)
        lay_overlaps(drawer)
        drawer.memory.hand_over()
        self._requires(drawer, variant)
        self._in_order(drawer)
        countable(drawer)
        holdings = CallHoldings(self._boundary, self._tables, drawer, refused=variant.reject is not None)
        holdings.before()
        judge.demand({root_of(path) for path in variant.written} if variant.reject is not None else ())
        role = variant.role or words("create" if variant.prepares is None else "prepare")
        shown = function.name, role, variant.reject.text if variant.reject else ""
        if variant.rests:  # what is shown is the piece alone
            Shower(drawer, frame).call(*shown)
            lay_rests(drawer, variant.rests)
        judge.copy()
        judge.before()
        if not variant.rests:
            Shower(drawer, frame).call(*shown)
        for _, shape in left_by(function) if variant.keeps else ():
            out(f"abidance_made[{self._tables.kind(shape.handle)}] = 0;")
        fill_room(drawer)
        if variant.is_judged:
            judge.after.kept = self._looked_at.before(drawer)
        self._call(drawer, notes=bool(judge.after.kept))
        # What a call makes for another one, or prepares, is judged where it is the one under test.
        out("int judges = !abidance_role && (alone || abidance_sequence); (void)judges;")
        kept = KeptStep(variant.keeps, function, variant.noted) if variant.keeps else None
        if kept is None:
            judge.all()
            self._purity(drawer, variant)
        else:
            judge.come_back()
            kept.memory(judge.after)
        fill_returned_room(judge.after)
        Leftovers(self._boundary, self._symbols, self._types, drawer, judge.after).all()
        lasting = LastingMemory(self._boundary, self._tables, drawer, refused=variant.reject is not None)
        lasting.end()
        LeftHandles(self._boundary, self._tables, drawer, holdings).all(judge.arrays)
        lasting.look("!abidance_role" if variant.keeps else "judges")
        lasting.note(judge.after)
        for called in drawer.places.callbacks.values():
            if any(shape.handle == called.shape.lasts_with for _, shape in left_by(function)):
                keep_script(drawer, called, self._tables.kind(called.shape.lasts_with))
        self._accounts.made(drawer)
        self._totals(drawer, judge.after, refused=variant.reject is not None)
        if not variant.keeps:
            self._looked_at.give(drawer, refused_call=variant.reject is not None)
        if variant.reject is None:
            end_times(drawer, self._tables)
            begin_times(drawer, self._tables)
        self._end(drawer, variant, kept)
        text = f"/* {_comment(variant)} */\nstatic int {name}(int alone)\n{{\n{out.text}\n}}\n"
        takes = tuple(shape.handle for _, shape, _ in drawer.handles)
        makes = tuple(shape.handle for _, shape in left_by(function))
        ends = next((h for h in takes if self._boundary.handles[h].destroy == function.name), None)
        left = tuple(clauses.left) if variant.is_judged else ()
        return TargetCall(variant, frame, name, text, left, takes, makes, ends, kept)

    def _refuse(self, variant: Variant, *, moves_pointers: bool) -> None:
        """Refuse what only `run` can do. Raises NotCompiledError."""
        function = variant.function
        if function.signature is None:
            raise NotCompiledError("it cannot be called")
        if moves_pointers and variant.keeps:
            raise NotCompiledError("a step of a law that moves a pointer behind a parameter")
        if function.result.invalid is not None:
            raise NotCompiledError("it returns another pointer than NULL for none, which `run` knows")
        if has_numbers_inside(function):
            raise NotCompiledError("handles that are numbers in records are given and left by `run`")
        if any(e.destroy == function.name and e.destroyed_with for e in self._boundary.handles.values()):
            raise NotCompiledError("what it is given besides the handle that it destroys is known to `run`")
        if any(_is_owned_by_case(member.shape) for member in function.members):
            raise NotCompiledError("whose what it is given is after the call depends on its arguments")
        if _may_be_without_parent(function):
            raise NotCompiledError(
                "whether a handle was created from what it is given with, or from nothing, is for `run` to see to"
            )
        if is_shared(self._boundary, function):
            raise NotCompiledError(
                "an allocator that several functions give is one for `run` to keep account of"
            )
        if variant.keeps and has_arrays_of_handles(function):
            raise NotCompiledError("a step of a law that is given handles in an array, or leaves some there")
        refuse_arrays_left(function)

    def _end(self, drawer: ArgumentDrawer, variant: Variant, kept: KeptStep | None) -> None:
        """Compile what comes last: what later calls find, and whether the call was made."""
        function, out = drawer.function, drawer.out
        for _, _, ident in drawer.handles:
            out(f"if ({ident}) abidance_idle((unsigned){ident});")
        if kept is not None:
            kept.arguments(drawer, variant.written)
            kept.scripts(drawer)
        self._note_returned(drawer)
        # One that prepares a handle, or the library, and fails leaves none that another call is made with.
        needed = variant.prepares is not None and function.has_status
        needed |= variant.sets_up and shows_failure(function)
        out(f"abidance_step++; called = 1;{' well = success;' if needed else ''}")
        out("unlawful: __attribute__((unused));")
        out("if (!called) {\n    abidance_refused++;\n    abidance_unhand(NULL);\n}")
        # What a law's step leaves is looked at later.
        out(
            f"{'' if variant.keeps else 'abidance_take_back(base);'}\nreturn called{' && well' if needed else ''};"
        )

    def _ask(
        self, drawer: ArgumentDrawer, judge: CallJudge, questions: tuple[AskedBefore, ...]
    ) -> dict[str, CValue]:
        """Ask how much memory the call is given, where its handle is in a state in which it may be made."""
        self._in_order(drawer)
        return rooms_told(judge.after, questions)

    def _note_returned(self, drawer: ArgumentDrawer) -> None:
        """Let later calls of a sequence be given the number that this one has returned."""
        shape = drawer.function.result.shape
        told = {path for path, _ in outcomes(drawer.function)}
        if "result" in told and isinstance(shape, ScalarShape) and shape.size <= 8:
            value = number(shape, "result")
            if isinstance(value, CInt):
                drawer.out(f"if (abidance_sequence) abidance_note_returned((abidance_int)({value.c}));")

    def _in_order(self, drawer: ArgumentDrawer) -> None:
        """Give up a call that is not lawful in the state of its handle, or on one that is not of its parent.

        All that the call takes of the input is taken then.
        """
        orders = [(each.ident, each.c) for each in drawer.orders if each.named or each.parent != "0"]
        for ident, order in (*orders, *drawer.parts):
            drawer.out(f"if ({ident} && !abidance_is_lawful((unsigned){ident}, {order})) goto unlawful;")

    def _requires(self, drawer: ArgumentDrawer, variant: Variant) -> None:
        function, given = variant.function, variant.written
        asked = [e for e in function.requires if variant.reject is None or not e.names & {*given}]
        out = drawer.out
        ordered = [o for pointee in drawer.pointees if asked and (o := _ordered(drawer, pointee))]
        if ordered:
            # Preconditions often ask for order, which numbers that are drawn seldom have.
            out("int ordered = 0;\nin_order: __attribute__((unused));")
        for expression in asked:
            holds = drawer.clauses.condition(expression, drawer.environment())
            if not ordered:
                out(f"if (({holds}) != 1) goto unlawful;")
                continue
            with out.block(f"if (({holds}) != 1)"):
                out("if (ordered++) goto unlawful;")
                for statement in ordered:
                    out(statement)
                out("goto in_order;")

    def _call(self, drawer: ArgumentDrawer, *, notes: bool) -> None:
        """Compile the call itself, which callbacks that are kept note if it `notes`."""
        function, out = drawer.function, drawer.out
        signature = function.signature
        assert signature is not None
        promise = function.promise
        unchanged = promise is not None and promise.has_effect("errno_unchanged")
        out("unsigned step = abidance_step; (void)step;")
        out(f"int before_errno = {'step & 1 ? ECANCELED : 0' if unchanged else '0'}; (void)before_errno;")
        stub = self._symbols.stub(function) if signature.stub else ""
        returns = "void" if stub else self._types.name(signature.returns)
        size = max(function.result.shape.size, 8)
        out(f"_Alignas(16) unsigned char result[{size}] = {{0}}; (void)result;")
        out("long asked = abidance_asked; (void)asked;")
        for path, made in drawer.places.callbacks.items():
            self._may_call(drawer, path, made)
        self._accounts.before(drawer)
        asks = notes or any(made.asked and made.lasting for made in drawer.places.callbacks.values())
        if asks:
            out("int noting = abidance_noting;\nabidance_noting = 1;")
        refuse_memory(drawer)
        out("errno = before_errno; abidance_inside = 1;")
        if stub:
            listed = ", ".join(
                f"ABIDANCE_LOAD(void *, a{index})" if isinstance(member.shape, RecordHandle) else f"a{index}"
                for index, member in enumerate(function.members)
            )
            out(f"void *given[] = {{{listed or 'NULL'}}};\n{stub.format('given', 'result')};")
        else:
            out(f"{'' if returns == 'void' else f'{returns} value = '}{self.expression(drawer)};")
        out("abidance_inside = 0;\nint told = errno; (void)told;")
        if drawer.refusal_way:
            out("unsigned denied = abidance_deny(0);")
        if asks:
            out("abidance_noting = noting;")
        for made in drawer.places.callbacks.values():
            out(f"{made.name}.active = 0;")
        if returns != "void":
            out("memcpy(result, &value, sizeof value);")

    def _totals(self, drawer: ArgumentDrawer, after: AfterCall, *, refused: bool) -> None:
        """Compile what is counted of callbacks until the handles are gone that keep them."""
        for path, made in drawer.places.callbacks.items():
            if counts(made.shape) and not refused:
                keep_total(drawer, made, ".".join(path), after, self._tables)
        count_out(drawer)

    def _may_call(self, drawer: ArgumentDrawer, path: Path, made: CompiledCallback) -> None:
        """Let the library call back: until the call returns, or as long as it keeps the callback."""
        out = drawer.out
        null = drawer.places.slots[path].null
        out(f"abidance_caller = 1; {made.name}.active = {f'!{null}' if null else '1'};")
        out(f"{made.name}.judges = alone || abidance_sequence;")
        say_on_what(drawer, made)
        say_holders(drawer, made)
        around = drawer.environment(path[:-1])
        for place, name in enumerate(made.outer):
            value = around.get(name)
            if not isinstance(value, CInt):
                raise NotCompiledError(f"`{name}` is no number before the call")
            out(f"{made.name}.o{place} = (abidance_int)({value.c});")
        give_data(drawer, made, path)

    def expression(self, drawer: ArgumentDrawer) -> str:
        """Return the call as a C expression."""
        function = drawer.function
        signature = function.signature
        assert signature is not None
        types = [self._types.name(each) for each in signature.parameters]
        arguments = [
            f"({of})a{index}"
            if is_behind_pointer(member.shape)
            else f"ABIDANCE_LOAD({of}, {passed_from(member.shape, f'a{index}')})"
            for index, (of, member) in enumerate(zip(types, without_room(function), strict=True))
        ]
        callee = self._symbols.function(function.declaration.symbol)
        return self._types.call(signature, callee, arguments)

    def _purity(self, drawer: ArgumentDrawer, variant: Variant) -> None:
        """Compile a second call with equal arguments, where one that is `pure` leaves nothing but its result."""
        function = variant.function
        promise, shape = function.promise, function.result.shape
        pure = promise is not None and promise.has_effect("pure")
        writes = any(p.shape.direction.written for p in drawer.pointees)
        if not pure or variant.reject is not None or writes or not isinstance(shape, ScalarShape):
            return
        assert function.signature is not None
        if drawer.places.callbacks or drawer.moved or function.signature.stub:
            return
        if any(isinstance(m.shape, HandleShape) for m in function.members):
            return
        out, signature = drawer.out, function.signature
        assert signature is not None
        with out.block("if (judges && !suspected)"):
            out(
                f"abidance_inside = 1;\n{self._types.name(signature.returns)} again = {self.expression(drawer)};"
            )
            out("abidance_inside = 0;")
            differs = "again != value"
            if shape.kind == "float":
                differs += " && (again == again || value == value)"
            out(f'if ({differs}) abidance_report("ABD368", {words(function.name)}, "result");')


def _is_owned_by_case(shape: Shape) -> bool:
    """Tell whether memory, or each handle of an array, is the callee's on a condition."""
    if not isinstance(shape, PointerShape):
        return False
    return bool(shape.owned or (isinstance(shape.element, HandleShape) and shape.element.owned))


def _ordered(drawer: ArgumentDrawer, pointee: Pointee) -> str:
    """Return the statement that puts an array of numbers in order; nothing for memory that is none."""
    shape, slot = pointee.shape, drawer.places.slots[pointee.path]
    of = shape.element
    if shape.what is not What.ARRAY or not shape.direction.read or not isinstance(of, ScalarShape):
        return ""
    if of.kind == "bool" or of.width or of.format is not None or of.size > 8:
        return ""
    kind = "ABIDANCE_REALS" if of.kind == "float" else "ABIDANCE_SIGNED" if of.signed else "ABIDANCE_UNSIGNED"
    block = slot.handed or slot.block
    return f"abidance_sort({block}, {slot.count}, {of.size}, {kind});"


def _may_be_without_parent(function: BoundaryFunction) -> bool:
    """Tell whether a handle is given with its parent, or with NULL where it has none."""
    kinds = {each.name: each.shape for each in function.members}
    parents = [
        kinds.get(each.shape.parent) for each in function.members if isinstance(each.shape, HandleShape)
    ]
    return any(isinstance(each, HandleShape) and each.nullable is not False for each in parents)


def _comment(variant: Variant) -> str:
    how = variant.reject.text if variant.reject is not None else "as `prepare` says" if variant.given else ""
    text = f"{variant.function.name}{': ' if how else ''}{how}"
    return (
        text.replace("*/", "* /")
        .replace("/*", "/ *")
        .replace("\\", "/")
        .replace("\n", " ")
        .replace("??", "? ?")
    )


def passed_from(shape: object, at: str) -> str:
    """Return where in C an argument is passed from that is `at` a place: of a record that is a handle, its memory."""
    return f"ABIDANCE_LOAD(void *, {at})" if isinstance(shape, RecordHandle) else at


def is_behind_pointer(shape: object) -> bool:
    """Tell whether a handle is passed by a pointer to where the caller has it."""
    return isinstance(shape, HandleShape) and shape.behind_pointer
