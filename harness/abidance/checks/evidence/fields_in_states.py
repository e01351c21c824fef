"""Fields that the library alone sets, of a handle in the caller's memory, and that have a value in some states only."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.contract.expression import EvaluationError, Unavailable, spelling

if TYPE_CHECKING:
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member
    from abidance.checks.evidence.case_run import CaseRun

Environment = Mapping[str, object]


def is_absent(run: CaseRun, path: str) -> bool:
    """Tell whether a path leads to such a field, or behind it, and the call has left the handle in no such state."""
    parameter, _, rest = path.partition(".")
    name = rest.partition(".")[0].partition("[")[0]
    member = next((each for each in run.function.members if each.name == parameter), None)
    life = _life(run, member) if member is not None else None
    states = life.read_in.get(name) if life is not None else None
    return states is not None and member is not None and _after(run, member) not in states


def without_absent(run: CaseRun, after: Environment, before: Environment) -> tuple[Environment, Environment]:
    """Return what is seen `after` the call under test and `before` it, without the fields that have no value then."""
    found: tuple[dict[str, object], dict[str, object]] = ({}, {})
    for member in run.function.members:
        life, name = _life(run, member), spelling(member.name)
        if life is None or not life.read_in:
            continue
        for seen, overlay, state in (
            (after, found[0], _after(run, member)),
            (before, found[1], _before(run, member)),
        ):
            value = seen.get(name)
            if isinstance(value, Mapping):
                lost = {
                    field: Unavailable(f"`{member.name}.{field}` has no value in this state")
                    for field, states in life.read_in.items()
                    if state not in states
                }
                overlay[name] = {**value, **lost}
    if not found[0] and not found[1]:
        return after, before
    return ChainMap(found[0], after), ChainMap(found[1], before)  # type: ignore[arg-type]


def _life(run: CaseRun, member: Member) -> HandleLife | None:
    shape = member.shape
    return run.boundary.handles.get(shape.handle) if isinstance(shape, HandleShape) else None


def _after(run: CaseRun, member: Member) -> str | None:
    """Return the state in which the call has left a handle; None where nobody knows it, or it made none."""
    for passage in run.passages:
        if passage.parameter == member.name:
            return passage.after
    life = _life(run, member)
    made = isinstance(member.shape, HandleShape) and member.shape.made
    if not made or life is None or life.machine is None or not run.values.success:
        return None
    try:
        return life.machine.first(run.function.name, run.values.before)
    except EvaluationError:
        return None


def _before(run: CaseRun, member: Member) -> str | None:
    return next((each.before for each in run.passages if each.parameter == member.name), None)
