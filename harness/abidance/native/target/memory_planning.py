"""Writes the memory of a call down as steps: buffers and texts, what is lent, and what leads into other memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import handles_left_in
from abidance.boundary.model.types import Direction, PointerShape, What
from abidance.boundary.model.values import ROOM
from abidance.generate.forms import some_of_form
from abidance.native.target.handle_arrays import is_given_handles, plan_handles
from abidance.native.target.input_format import (
    Bound,
    BoundArgument,
    DrawnContents,
    Elements,
    Lend,
    PlaceByte,
    PlaceWithin,
    Room,
    WrittenOut,
)
from abidance.native.target.memory_steps import Lengths, is_plain, refuse_ownership, unit
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.scope import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.types import Member
    from abidance.native.target.frame_steps import FrameSteps
    from abidance.native.target.input_format import InputStep, Length, Path
    from abidance.native.target.planning import Planner
    from abidance.native.target.scope import PlanScope


@dataclass(frozen=True, slots=True)
class MemoryPlanning:
    """The memory of one frame, while it is planned."""

    planner: Planner
    sink: FrameSteps

    def lend(self, path: Path, shape: PointerShape, scope: PlanScope) -> None:
        """Add memory for one object."""
        refuse_ownership(shape)
        self.sink.first.append(Lend(path, shape, guards=scope.guards))

    def buffer(self, member: Member, scope: PlanScope, length: Length) -> None:
        """Add what a pointer to several elements, or to text, points at."""
        self.planner.refuse_generated(member, scope)
        shape, name = member.shape, f"{scope.prefix}{member.name}"
        assert isinstance(shape, PointerShape)
        path = (*scope.path, member.name)
        if shape.records is not None:
            raise NotCompiledError("records one behind the other that are passed are made by `run`")
        if is_given_handles(shape):
            self.sink.first.insert(
                self.sink.of_handles, plan_handles(self.planner.boundary, path, shape, length, scope)
            )
            self.sink.of_handles += 1
            return
        refuse_ownership(shape)
        if is_plain(shape):
            # What a form lets vary comes from the input, as other contents do.
            formed = some_of_form(shape) if shape.like is not None else ()
            mentioned = (*self.planner.hints.contents(name), *formed)
            step: InputStep = DrawnContents(
                path,
                shape,
                unit(shape),
                length,
                mentioned,
                self.planner.hints.only(name),
                sampled=name in self.planner.listed,
                guards=scope.guards,
            )
        else:
            step = Elements(
                path, shape, length, self.planner.element(shape.element, scope, name), guards=scope.guards
            )
        self.sink.contents.append(step)

    def place(self, path: Path, whose: Path, fixed: object, scope: PlanScope) -> None:
        """Add how far a pointer leads into other memory, which has to be there first."""
        if fixed is None:
            self.sink.first.append(WrittenOut(path, None, guards=scope.guards))
        elif fixed is MISSING:
            self.sink.first.append(PlaceByte(path, whose, guards=scope.guards))
            self.sink.ends.append(PlaceWithin(path, whose, guards=scope.guards))
        elif isinstance(fixed, int):
            self.sink.ends.append(PlaceWithin(path, whose, fixed, guards=scope.guards))
        else:
            raise NotCompiledError(f"what is written out for `{path[-1]}`")

    def pointer(
        self,
        member: Member,
        shape: PointerShape,
        scope: PlanScope,
        fixed: object,
        inside: Mapping[str, object],
    ) -> None:
        """Add what a pointer to memory leads to."""
        path = (*scope.path, member.name)
        if fixed is ROOM:  # what is written there is as in any other call
            fixed = MISSING
        if fixed is None:
            self.sink.first.append(WrittenOut(path, None, guards=scope.guards))
            return
        if isinstance(fixed, BoundArgument):
            if shape.capacity is not None and shape.direction.written:
                raise NotCompiledError(f"`{member.name}` is bound, and has room for more than it holds")
            self.sink.contents.append(
                Bound(path, fixed, Lengths(self.planner.hints).given(shape, scope), guards=scope.guards)
            )
            return
        if fixed is not MISSING and not isinstance(fixed, dict):
            if not isinstance(fixed, bytes) or not is_plain(shape):
                raise NotCompiledError(f"what is written out for `{member.name}`")
            length = replace(
                Lengths(self.planner.hints).given(shape, scope), least=len(fixed), most=len(fixed)
            )
            self.sink.contents.append(
                DrawnContents(path, shape, unit(shape), length, only=(fixed,), guards=scope.guards)
            )
            return
        if shape.what is What.ONE:
            self.lend(path, shape, scope)
            if shape.direction.read:
                inner = replace(scope, prefix=f"{scope.prefix}{member.name}", given=inside)
                self.planner.in_place(shape.element, path, inner, self.sink)
        elif shape.direction is Direction.OUT:
            if handles_left_in(shape) is None:
                refuse_ownership(shape)
            if shape.capacity is None and shape.length is None and shape.limit is None:
                raise NotCompiledError(f"`{member.name}` has no capacity")
            self.sink.rooms.append(Room(path, shape, guards=scope.guards))
        else:
            self.buffer(member, scope, Lengths(self.planner.hints).own(member, shape, scope))
