"""Writes a callback of a call down as a step, with the calls that it may make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    HandleShape,
    NumberHandle,
    OpaqueShape,
    PointerShape,
    RecordHandle,
    ScalarShape,
)
from abidance.boundary.resolve.calls_within import own_argument
from abidance.generate.hints import Hints
from abidance.native.target.input_format import CallFromCallback, WrittenOut
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.refused_callbacks import refuse_callback
from abidance.native.target.scope import MISSING
from abidance.native.target.script_planning import plan_script

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.types import Member
    from abidance.native.target.frame_steps import FrameSteps
    from abidance.native.target.planning import Planner
    from abidance.native.target.scope import PlanScope


def plan_callback(
    planner: Planner, member: Member, shape: CallbackShape, scope: PlanScope, sink: FrameSteps, fixed: object
) -> None:
    """Add what a callback answers; raises NotCompiledError for one that is not compiled."""
    path = (*scope.path, member.name)
    if fixed is None or (
        fixed is MISSING and shape.nullable is True and not is_compiled(planner.boundary, shape)
    ):
        sink.first.append(WrittenOut(path, None, guards=scope.guards))
        return
    if fixed is not MISSING and not isinstance(fixed, tuple):
        raise NotCompiledError(f"what is written out for `{member.name}`")
    refuse_callback(planner.boundary, shape)
    name = f"{scope.prefix}{member.name}"
    step = plan_script(path, shape, name, lambda of, called: planner.element(of, scope, called))
    calls, not_called = list[CallFromCallback](), list[str]()
    for each in shape.may_call:
        try:
            calls.append(_call_from(planner, shape, each))
        except NotCompiledError as error:
            not_called.append(error.reason)
    step = replace(step, calls=tuple(calls), not_called=tuple(not_called))
    if isinstance(fixed, tuple):
        sink.first.append(replace(step, said=fixed, guards=scope.guards))
        return
    # What is written and pointed at is contents, whose size may depend on numbers.
    into = sink.contents if step.written or step.returns is not None else sink.first
    into.append(replace(step, guards=scope.guards))


def _call_from(planner: Planner, shape: CallbackShape, name: str) -> CallFromCallback:
    """Return a call that a callback may make: the numbers that it passes lie one behind the other."""
    function = planner.boundary.functions[name]
    handle = next((m.shape for m in function.members if isinstance(m.shape, HandleShape)), None)
    own = function.callbacks_own
    if function.signature is None or function.signature.stub or (handle is None and own is None):
        raise NotCompiledError(f"a callback that calls `{name}`")
    if isinstance(handle, NumberHandle | RecordHandle) or (
        handle is not None and (handle.made or handle.behind_pointer)
    ):
        raise NotCompiledError(f"a callback that calls `{name}` with a `{shape.on}`")
    others = [m.shape for m in function.members if m is not own]
    if any(isinstance(each, PointerShape | OpaqueShape) for each in others):
        raise NotCompiledError(f"a callback that calls `{name}` with a text, or NULL")
    which = None if own is None else own_argument(shape, function, own, planner.boundary.declarations)
    numbers = [m for m in function.members if isinstance(m.shape, ScalarShape)]
    given = tuple(replace(member, offset=8 * n) for n, member in enumerate(numbers))
    of_call = planner.of(planner.boundary, given, Hints.of(planner.boundary, function), free=planner.free)
    names = frozenset(planner.boundary.constants)
    passed = ((own.name, which),) if own is not None and which is not None else ()
    return CallFromCallback(name, of_call.frame(given, "", {}, names), passed)


def is_compiled(boundary: Boundary, shape: CallbackShape) -> bool:
    """Tell whether a callback is compiled."""
    try:
        refuse_callback(boundary, shape)
    except NotCompiledError:
        return False
    return True
