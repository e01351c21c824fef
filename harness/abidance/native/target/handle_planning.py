"""Writes the handles of a call down as steps: which one it is, and the fields that the caller sets of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import windows
from abidance.boundary.model.types import HandleShape, Member, NumberHandle, PointerShape
from abidance.boundary.model.values import DESTROYED, InState
from abidance.contract.expression import declared, spelling
from abidance.generate.hints import Hints
from abidance.native.target.input_format import (
    BoundArgument,
    GoingOn,
    HandleChoice,
    HandleStorage,
    WrittenOut,
)
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.scope import PlanScope
from abidance.native.target.union_steps import told_unions, with_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.native.target.frame_steps import FrameSteps
    from abidance.native.target.input_format import Path
    from abidance.native.target.planning import Planner


@dataclass(frozen=True, slots=True)
class HandlePlanning:
    """The handles of one frame, while it is planned."""

    planner: Planner
    sink: FrameSteps

    def handle(
        self,
        member: Member,
        shape: HandleShape,
        scope: PlanScope,
        fixed: object,
        inside: Mapping[str, object],
    ) -> None:
        """Add the choice of a handle, or the place where a new one comes to life."""
        path = (*scope.path, member.name)
        if scope.path or scope.is_element:
            raise NotCompiledError(f"`{member.name}` is a handle in a record")
        if isinstance(shape, NumberHandle) and (fixed is None or isinstance(fixed, int)):
            if fixed is None or shape.made or shape.behind_pointer:
                raise NotCompiledError(f"`{member.name}` is a number that is no handle")
            self.sink.first.append(WrittenOut(path, fixed, guards=scope.guards))
            return
        if fixed is None:
            self.sink.first.append(WrittenOut(path, None, guards=scope.guards))
        elif shape.made:
            storage = HandleStorage(path, shape, guards=scope.guards)
            if self.planner.boundary.handles[shape.handle].size is not None:  # which other arguments tell
                self.sink.rooms.append(storage)
                return
            self.sink.first.append(storage)
            self._state(shape, path, scope, inside)
        else:
            # Before everything else: what it is made from comes first in the input.
            bound, going = (fixed.name, fixed.goes_on) if isinstance(fixed, BoundArgument) else ("", ())
            inside = fixed.fields if isinstance(fixed, BoundArgument) else inside
            destroyed = fixed is DESTROYED
            within = fixed.states if isinstance(fixed, InState) else ()
            choice = HandleChoice(
                path,
                shape,
                destroyed=destroyed,
                bound=bound,
                within=within,
                history=member.name in self.planner.histories,
                guards=scope.guards,
            )
            self.sink.first.insert(self.sink.of_handles, choice)
            self.sink.of_handles += 1
            self._state(shape, path, scope, inside, going)

    def _state(
        self,
        shape: HandleShape,
        path: Path,
        scope: PlanScope,
        given: Mapping[str, object],
        going: tuple[str, ...] = (),
    ) -> None:
        """Add the fields that the caller sets of a handle that it allocates, and windows that go on where they are."""
        life = self.planner.boundary.handles[shape.handle]
        if not life.record or shape.level != 1:
            return
        wanted = life.described if shape.made else life.renewed
        for window, count in windows(life.record.members):
            if window.name in going and isinstance(window.shape, PointerShape):
                wanted -= {window.name, count.name}
                inside = (*path, window.name)
                self.sink.contents.append(GoingOn(inside, window.shape, count.name, guards=scope.guards))
        described = tuple(m for m in life.record.members if m.name in wanted)
        variants = [v for v in life.record.variants if {*map(declared, v.tag.names)} <= wanted]
        told = told_unions([("", variant) for variant in variants], path)
        names = scope.names | {spelling(m.name) for m in described}
        planner = replace(self.planner, hints=Hints(), listed={})
        given = with_tags(described, told, given)
        inner = PlanScope(path, f"{shape.handle}.", given, scope.guards, names, told=told)
        planner.add_members(described, inner, self.sink)
