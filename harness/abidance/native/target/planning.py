"""Writes the arguments of a call down as steps: what is taken from the input for them, and in which order.

Numbers, and whether a pointer is NULL, come first, then contents, then memory that the library is to fill, whose size
may depend on either. So the last contents of an input are at its end, and grow and shrink with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape, EarlierCallbackShape
from abidance.boundary.model.traversal import generated_by, single
from abidance.boundary.model.types import (
    ArrayShape,
    CallbacksOwnShape,
    EndShape,
    HandleShape,
    Member,
    NothingShape,
    OpaqueAddressShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    UserDataShape,
    WithinShape,
)
from abidance.boundary.model.values import OPAQUE_ADDRESSES
from abidance.boundary.values.element_lengths import is_lengths
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import spelling
from abidance.generate.forms import form_of
from abidance.generate.hints import Bounds, Hints
from abidance.generate.parts import sizing
from abidance.generate.scope import LONG
from abidance.native.target.callback_planning import is_compiled, plan_callback
from abidance.native.target.frame_steps import FrameSteps, with_last
from abidance.native.target.handle_arrays import is_given_handles
from abidance.native.target.handle_planning import HandlePlanning
from abidance.native.target.input_format import (
    Bound,
    BoundArgument,
    Elements,
    Frame,
    InputStep,
    Invariants,
    Length,
    MemoryEnd,
    Nullness,
    Number,
    OpaqueAddress,
    OverlapByte,
    Path,
    RawBytes,
    RefusalByte,
    RoomsTold,
    UserData,
    WrittenOut,
)
from abidance.native.target.memory_planning import MemoryPlanning
from abidance.native.target.memory_steps import (
    Lengths,
    measured_first,
    takes_any_bytes,
)
from abidance.native.target.number_steps import NumberSteps
from abidance.native.target.overlaps import overlap_pairs
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.refused_memory import is_refused
from abidance.native.target.row_steps import plan_rows
from abidance.native.target.scope import MISSING, PlanScope
from abidance.native.target.strategy_values import by_strategies, rows_by_strategies
from abidance.native.target.union_steps import (
    AS_TOLD,
    after_tags,
    alternatives,
    told_unions,
    with_repeated_tags,
    with_tags,
    worth_trying,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedBefore
    from abidance.boundary.model.types import Shape, TaggedUnion
    from abidance.native.target.scope import Guards, ToldUnion
    from abidance.native.target.strategy_values import RowsMade


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes the frames of one call. With `free`, what is written out makes the call invalid."""

    boundary: Boundary
    hints: Hints
    free: bool = False
    histories: frozenset[str] = frozenset()
    """The handles that other calls have been made on before."""
    listed: Mapping[str, bool] = field(default_factory=dict)
    """The paths of what takes values of a strategy, which `hints` allow alone, and whether it may be NULL."""
    rows: Mapping[str, RowsMade] = field(default_factory=dict)
    """The paths of records that are one of some rows of a strategy."""
    asked: tuple[AskedBefore, ...] = ()
    """What other functions are asked about how much memory the call is given."""
    variants: tuple[tuple[str, TaggedUnion], ...] = ()
    """The unions among the parameters of which others tell what lives in them."""
    overlaps: bool = False
    """Whether there are parameters that may be in one memory."""
    refused: bool = False
    """Whether it may be refused memory."""

    @classmethod
    def of(
        cls,
        boundary: Boundary,
        members: tuple[Member, ...],
        hints: Hints,
        *,
        free: bool = False,
        histories: frozenset[str] = frozenset(),
    ) -> Planner:
        """Return what plans a call with the values of strategies; raises NotCompiledError where one gives none."""
        listed, rows = by_strategies(boundary, members, hints), rows_by_strategies(boundary, members)
        nulls = {path: made.null for path, made in rows.items()}
        return cls(boundary, hints, free, histories, {**listed, **nulls}, rows)

    def arguments(self, members: tuple[Member, ...], given: Mapping[str, object]) -> Frame:
        """Return the frame of a call's arguments; raises NotCompiledError for what has no meaning in C."""
        names = frozenset(self.boundary.constants) | {each.text for each in self.asked}
        told = told_unions(self.variants, ())
        given = with_tags(members, told, given)
        memory = {m.name for m in members if isinstance(m.shape, PointerShape)}
        if memory & {argument.parameter for each in self.asked for argument in each.arguments}:
            raise NotCompiledError("how much room it is given is told of memory, which `run` asks")
        return with_last(self.frame(members, "", given, names, told))

    def state(
        self, members: tuple[Member, ...], path: Path, given: Mapping[str, object]
    ) -> tuple[InputStep, ...]:
        """Return the steps of the described fields of a handle that the caller allocates."""
        sink = FrameSteps()
        planner = replace(self, hints=Hints(), listed={}, rows={})
        names = frozenset(self.boundary.constants) | {spelling(m.name) for m in members}
        planner.add_members(members, PlanScope(path, f"{path[-1]}.", given, (), names), sink)
        return sink.steps()

    def frame(
        self,
        members: tuple[Member, ...],
        prefix: str,
        given: Mapping[str, object],
        names: frozenset[str],
        told: tuple[ToldUnion, ...] = (),
    ) -> Frame:
        """Return the frame of members that lie at their offsets; their paths in the input begin with the `prefix`."""
        sink = FrameSteps()
        names = names | {spelling(m.name) for m in members}
        self.add_members(members, PlanScope((), prefix, given, (), names, told=told), sink)
        if self.asked and not prefix:
            sink.asked.append(RoomsTold((), self.asked))
        if self.overlaps and not prefix:
            sink.first.append(OverlapByte(()))
        if self.refused and not prefix:
            sink.first.append(RefusalByte(()))
        return Frame(members, sink.steps())

    def add_members(self, members: tuple[Member, ...], scope: PlanScope, sink: FrameSteps) -> None:
        """Add the steps of members to a sink, in the order in which they may refer to each other."""
        choices, guards = alternatives(members, scope)
        scope = replace(scope, given=with_repeated_tags(members, scope))
        tied = ties(members)
        arrays = frozenset(spelling(m.name) for m in members if is_lengths(m.shape))
        scope = replace(scope, lengths=frozenset(tied), arrays=arrays)
        # A pointer that is given as NULL does not say its length, which is a number like any other then.
        of_buffers = {
            name: tuple(m for m in group if scope.given.get(m.name, MISSING) is MISSING)
            for name, group in tied.items()
            if name not in scope.given
        }
        # Handles come before everything else.
        of_buffers = {
            name: tuple(sorted(group, key=lambda m: not is_given_handles(m.shape)))
            for name, group in of_buffers.items()
            if group
        }
        caps = sizing(members)
        for name in self.hints.sizes if not scope.prefix else ():
            caps[name] = min(caps.get(name, LONG), LONG)
        if untold := next((each for each in scope.told if each.variant.tag.names & of_buffers.keys()), None):
            raise NotCompiledError(f"`{untold.variant.tag.text}` is the length of a buffer, and a tag")
        told, waiting = after_tags(members, choices, guards, scope)
        sink.first += [each for each in choices if each not in told]
        self._add_some(
            [m for m in members if m.name not in waiting], members, guards, scope, sink, of_buffers, caps
        )
        sink.first += told
        self._add_some(
            [m for m in members if m.name in waiting], members, guards, scope, sink, of_buffers, caps
        )

    def _add_some(
        self,
        some: Sequence[Member],
        members: tuple[Member, ...],
        guards: Mapping[str, Guards],
        scope: PlanScope,
        sink: FrameSteps,
        of_buffers: Mapping[str, tuple[Member, ...]],
        caps: Mapping[str, int],
    ) -> None:
        """Add the steps of some of the members: those whose tags are made before them, if any tell of them."""
        tied, names = ties(members), {member.name for member in some}
        memory = MemoryPlanning(self, sink)
        first = {group[0].name: name for name, group in of_buffers.items()}
        others = {m.name: group[0].name for group in of_buffers.values() for m in group[1:]}
        for member in some:
            there = replace(scope, guards=(*scope.guards, *guards[member.name]))
            if member.name in of_buffers:
                if isinstance(member.shape, PointerShape):  # to a number that follows from the buffer
                    memory.lend((*scope.path, member.name), member.shape, there)
                continue
            self._nullness(member, there, sink)
            if isinstance(single(member.shape), ScalarShape):
                least = self._least(member, tied, scope)
                self._number_member(member, there, sink, caps.get(member.name), least)
        for member in measured_first(members):
            if member.name not in names or member.name in of_buffers:
                continue
            if isinstance(single(member.shape), ScalarShape):
                continue
            around = (*scope.guards, *guards[member.name])
            there = replace(scope, guards=around, told=scope.below(member.name))
            if member.name in first:
                length = Lengths(self.hints).tied(members, first[member.name], of_buffers, there)
                memory.buffer(member, there, length)
            elif member.name in others:
                memory.buffer(member, there, Length(like=(*scope.path, others[member.name])))
            else:
                self._member(member, there, sink)

    def _least(self, member: Member, tied: Mapping[str, tuple[Member, ...]], scope: PlanScope) -> int | None:
        """Return at least how large the length of a buffer is that is NULL, and makes the call invalid thereby.

        There must be something to point at.
        """
        group = tied.get(member.name, ())
        nulls = [m for m in group if scope.given.get(m.name, MISSING) is None]
        return (
            1 if self.free and any(getattr(m.shape, "nullable", False) is not False for m in nulls) else None
        )

    # ------------------------------------------------------------------ numbers

    def _nullness(self, member: Member, scope: PlanScope, sink: FrameSteps) -> None:
        shape = member.shape
        if not isinstance(shape, PointerShape | HandleShape | UserDataShape | CallbackShape | WithinShape):
            return
        if isinstance(shape, CallbackShape) and not is_compiled(self.boundary, shape):
            return
        if member.name in scope.given or shape.nullable is False:
            return
        if not self.listed.get(f"{scope.prefix}{member.name}", True):
            return
        if isinstance(shape, HandleShape) and shape.made:
            return
        condition = None if shape.nullable is True else shape.nullable
        step = Nullness((*scope.path, member.name), condition, guards=scope.guards)
        if isinstance(shape, HandleShape):
            if condition is not None:
                raise NotCompiledError(f"`{member.name}` is a handle that may be NULL on a condition")
            if self.boundary.handles[shape.handle].record is None:
                sink.first.insert(sink.of_handles, step)
                sink.of_handles += 1
        else:
            sink.first.append(step)

    def _number_member(
        self, member: Member, scope: PlanScope, sink: FrameSteps, most: int | None, least: int | None
    ) -> None:
        path, shape = (*scope.path, member.name), member.shape
        number = single(shape)
        assert isinstance(number, ScalarShape)
        if isinstance(shape, PointerShape):
            fixed = scope.given.get(member.name, MISSING)
            MemoryPlanning(self, sink).lend(path, shape, scope)
            if fixed is None:
                sink.first.append(WrittenOut(path, None, guards=scope.guards))
                return
            if not shape.direction.read:
                return
        number = worth_trying(member, number, scope)
        self.refuse_generated(member, scope)
        if f"{scope.prefix}{member.name}" in self.listed:
            number = replace(number, generate=None)
        self.number(number, path, scope, sink, member.bits, most, least)

    def number(
        self,
        shape: ScalarShape,
        path: Path,
        scope: PlanScope,
        sink: FrameSteps,
        bits: tuple[int, int] | None = None,
        most: int | None = None,
        least: int | None = None,
    ) -> None:
        """Add the step of a number, or the value that is written out for it."""
        fixed = scope.given.get(path[-1], MISSING) if path else MISSING
        name = f"{scope.prefix}{path[-1]}" if path else scope.prefix
        guards, bounds = scope.guards, self.hints.bounds(name)
        if isinstance(fixed, ScalarShape):
            shape, bounds, most, least = fixed, Bounds(), None, None
        elif isinstance(fixed, BoundArgument):
            sink.first.append(Bound(path, fixed, guards=guards))
            return
        elif fixed is AS_TOLD:
            return
        elif fixed is not MISSING:
            sink.first.append(WrittenOut(path, fixed, guards=guards))
            return
        step = NumberSteps(self.hints).step(shape, path, name, bounds, sink.numbers, bits, most, least)
        if isinstance(step, Number):
            step = replace(step, sampled=name in self.listed)
        sink.first.append(replace(step, guards=guards))

    # ------------------------------------------------------------------ what lies in memory

    def element(self, shape: Shape, scope: PlanScope, name: str) -> Frame:
        """Return the frame of one element; one that is a pointer is a member without a name."""
        sink = FrameSteps()
        inner = PlanScope((), f"{name}[]", {}, (), scope.names, is_element=True)
        members: tuple[Member, ...] = ()
        match shape:
            case PointerShape():
                told = [each for each in (shape.length, shape.capacity) if each is not None]
                if any(each.names & scope.arrays for each in told):
                    raise NotCompiledError("buffers of which an array beside them says how long each is")
                members = (Member("", shape, shape.span),)
                self.add_members(members, inner, sink)
            case RecordShape(members=members):
                self.in_place(shape, (), inner, sink)
            case _:
                self.in_place(shape, (), inner, sink)
        return Frame(members, sink.steps())

    def in_place(self, shape: Shape, path: Path, scope: PlanScope, sink: FrameSteps) -> None:
        """Add what lies where it is: a number, a record, an array."""
        match shape:
            case ScalarShape():
                self.number(shape, path, scope, sink)
            case RecordShape(members=members, invariants=invariants):
                if shape.generate is not None:
                    raise NotCompiledError(f"`generate` makes values of `{shape.spelling}` in Python")
                own = told_unions([("", variant) for variant in shape.variants], path)
                names = scope.names | {spelling(m.name) for m in members}
                given = with_tags(members, own, scope.given)
                there = replace(scope, path=path, prefix=f"{scope.prefix}.", names=names, given=given)
                self.add_members(members, replace(there, told=(*scope.told, *own)), sink)
                asked = [e for e in invariants if not (self.free and e.names & {*map(spelling, scope.given)})]
                if asked:
                    sink.rooms.append(Invariants(path, shape, tuple(asked), guards=scope.guards))
            case ArrayShape(of=of) if takes_any_bytes(of):
                sink.contents.append(RawBytes(path, shape, guards=scope.guards))
            case ArrayShape(of=of, count=count):
                frame = self.element(of, scope, scope.prefix)
                sink.contents.append(Elements(path, shape, Length(exactly=count), frame, guards=scope.guards))
            case _:
                raise NotCompiledError("an array of pointers")

    # ------------------------------------------------------------------ everything else

    def _member(self, member: Member, scope: PlanScope, sink: FrameSteps) -> None:
        shape, path = member.shape, (*scope.path, member.name)
        fixed = scope.given.get(member.name, MISSING)
        if isinstance(fixed, BoundArgument) and not isinstance(shape, PointerShape | HandleShape):
            raise NotCompiledError(f"`{member.name}` is bound, and is neither a number nor memory")
        inside = fixed if isinstance(fixed, dict) else {}
        if fixed is MISSING:
            self.refuse_generated(member, scope)
        made = self.rows.get(f"{scope.prefix}{member.name}")
        record = single(shape)
        if fixed is MISSING and made is not None and isinstance(record, RecordShape):
            if scope.guards or scope.is_element:
                raise NotCompiledError(f"`generate` makes values of `{member.name}` in Python")
            if isinstance(shape, PointerShape):
                MemoryPlanning(self, sink).lend(path, shape, scope)
            plan_rows(record, path, made.rows, sink)
            return
        match shape:
            case PointerShape():
                MemoryPlanning(self, sink).pointer(member, shape, scope, fixed, inside)
            case HandleShape():
                HandlePlanning(self, sink).handle(member, shape, scope, fixed, inside)
            case UserDataShape():
                sink.first.append(
                    WrittenOut(path, None, guards=scope.guards)
                    if fixed is None
                    else UserData(path, guards=scope.guards)
                )
            case CallbackShape():
                plan_callback(self, member, shape, scope, sink, fixed)
            case EarlierCallbackShape() if fixed is not None and shape.nullable is not True:
                raise NotCompiledError(f"`{member.name}` is a callback that an earlier call was given")
            case OpaqueAddressShape() if fixed is MISSING:
                if shape.nullable not in (True, False):
                    raise NotCompiledError(f"`{member.name}` is NULL on a condition, and else any address")
                each = [0] * (shape.nullable is True) + [known.address for known in OPAQUE_ADDRESSES]
                sink.first.append(OpaqueAddress(path, tuple(each), guards=scope.guards))
            case CallbacksOwnShape():
                raise NotCompiledError(f"`{member.name}` is what a callback is given")
            case OpaqueShape():
                if fixed not in (MISSING, None):
                    raise NotCompiledError(f"`{member.name}` is a pointer of which nothing is known")
                sink.first.append(WrittenOut(path, None, guards=scope.guards))
            case RecordShape() | ArrayShape():
                if fixed is not MISSING and not isinstance(fixed, dict):
                    sink.first.append(WrittenOut(path, fixed, guards=scope.guards))
                    return
                inner = replace(scope, prefix=f"{scope.prefix}{member.name}", given=inside)
                self.in_place(shape, path, inner, sink)
            case EndShape(whose=whose) if fixed is MISSING:
                sink.ends.append(MemoryEnd(path, (*scope.path, whose), guards=scope.guards))
            case WithinShape(whose=whose):
                MemoryPlanning(self, sink).place(path, tuple(whose.split(".")), fixed, scope)
            case EndShape():
                raise NotCompiledError("a pointer to the end of memory that is written out")
            case NothingShape():
                pass

    def refuse_generated(self, member: Member, scope: PlanScope) -> None:
        """Raise NotCompiledError for what a Python function makes."""
        name = generated_by(member)
        listed = f"{scope.prefix}{member.name}" in self.listed
        if name is not None and not listed and form_of(name, member.shape) is None:
            raise NotCompiledError(f"`generate` makes values of `{member.name}` in Python")


def plan(boundary: Boundary, function: BoundaryFunction, given: Mapping[str, object], *, free: bool) -> Frame:
    """Return the steps of a function's arguments, of which some may be written out.

    With `free`, what is written out may be what the contract forbids. Raises NotCompiledError.
    """
    planner = Planner.of(boundary, function.members, Hints.of(boundary, function), free=free)
    overlaps = bool(overlap_pairs(function)[0]) and not given
    refused = is_refused(boundary, function) and not given
    planner = replace(
        planner, asked=function.rooms, variants=function.variants, overlaps=overlaps, refused=refused
    )
    return planner.arguments(function.members, given)
