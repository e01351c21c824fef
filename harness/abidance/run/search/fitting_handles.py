"""Which functions create the handles that a call takes, where it depends on what a handle is whether it is made.

A string takes a chunk that is a string. Of forty functions that create an item, few create one of these, and two such
handles at a time hardly ever come about by chance. So each function is tried for each parameter, one after the other.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import NewHandle
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.creation import creations
from abidance.generate.filling import asks_about
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.generate.hints import Hints
    from abidance.run.execution.runner import Runner

FEW = 2
"""Among so many functions that create a handle, one that will do is met soon enough."""
UNKNOWN = -1
"""What kept a call from being made was no precondition of its own."""
Choice = dict[str, NewHandle]


def fitting_creators(
    runner: Runner, boundary: Boundary, function: BoundaryFunction, hints: Hints
) -> Mapping[str, frozenset[str]]:
    """Return, by parameters, the functions whose handles a call is made with; nothing where none is found."""
    ways = _ways(boundary, function)
    chosen: Choice = {}
    while ways:
        kept_by = _kept_by(runner, boundary, function, hints, chosen)
        if kept_by is None:
            break
        known = kept_by != UNKNOWN
        better = _better(runner, boundary, function, hints, chosen, ways, kept_by) if known else None
        if better is None:
            return {}
        chosen = better
    found = {
        name: frozenset(
            made.creator or boundary.handles[made.handle].create
            for made in among
            if _kept_by(runner, boundary, function, hints, {**chosen, name: made}) is None
        )
        for name, among in ways.items()
    }
    return {name: fit for name, fit in found.items() if fit}


def _ways(boundary: Boundary, function: BoundaryFunction) -> dict[str, list[NewHandle]]:
    """Return the handles to try for each parameter of which a precondition asks something, one for each function."""
    found: dict[str, list[NewHandle]] = {}
    for member in function.members:
        shape = member.shape
        if not isinstance(shape, HandleShape) or shape.made or shape.parent:
            continue
        life = boundary.handles[shape.handle]
        makers = creations(boundary, life, ())[0]
        if not asks_about(function, member.name) or life.record or life.machine or len(makers) <= FEW:
            continue
        for way in makers:
            with suppress(UnlawfulDrawError, EvaluationError, HookError):
                case = simplest(boundary, way.function, way.given, FilterLog())
                creator = way.function.name if way.function.name != life.create else ""
                found.setdefault(member.name, []).append(
                    NewHandle(shape.handle, case.arguments, creator=creator)
                )
    return found


def _better(
    runner: Runner,
    boundary: Boundary,
    function: BoundaryFunction,
    hints: Hints,
    chosen: Choice,
    ways: Mapping[str, list[NewHandle]],
    kept_by: int,
) -> Choice | None:
    """Return a choice with which more preconditions hold than the first `kept_by`; None where there is none."""
    about = function.asked_before[kept_by].names(ways)
    for name in (each for each in ways if each in about):
        for made in ways[name]:
            trial = {**chosen, name: made}
            now = _kept_by(runner, boundary, function, hints, trial)
            if now is None or now > kept_by:
                return trial
    return None


def _kept_by(
    runner: Runner, boundary: Boundary, function: BoundaryFunction, hints: Hints, given: Choice
) -> int | None:
    """Return which precondition kept the simplest call with these handles from being made; None where it was made."""
    try:
        trial = runner.bare(simplest(boundary, function, given, FilterLog(), hints))
    except (UnlawfulDrawError, EvaluationError, HookError):
        return UNKNOWN
    if trial.answered or trial.death is not None:
        return None
    found = unmet(trial)
    if found is None:
        return UNKNOWN
    conditions = [each.expression for each in function.asked_before]
    return conditions.index(found.condition) if found.condition in conditions else UNKNOWN
