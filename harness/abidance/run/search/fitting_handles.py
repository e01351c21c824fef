"""Which functions create the handles that a call takes, where it depends on what a handle is whether it is made.

A string takes a chunk that is a string. Of forty functions that create an item, few create one of these, and two such
handles at a time hardly ever come about by chance. So each function is tried for each parameter, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import decode
from abidance.boundary.model.types import HandleShape
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError
from abidance.generate.creation import creations
from abidance.generate.filling import asks_about
from abidance.generate.other_creators import simplest_creation
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import Case, NewHandle
    from abidance.generate.creation import Creation
    from abidance.generate.hints import Hints
    from abidance.run.execution.runner import Runner

FEW = 2
"""Among so many functions that create a handle, one that will do is met soon enough."""
UNKNOWN = -1
"""What kept a call from being made was no precondition of its own."""


@dataclass(frozen=True, slots=True)
class TriedHandle:
    """A handle to try, which is created in a `way`, by the call in `case`."""

    way: Creation
    case: Case
    handle: NewHandle


Choice = Mapping[str, TriedHandle]


def fitting_creators(
    runner: Runner, boundary: Boundary, function: BoundaryFunction, hints: Hints
) -> Mapping[str, Sequence[Creation]]:
    """Return, by parameters, the ways to handles that a call is made with; nothing where none is found."""
    ways = _ways(boundary, function)
    sure = _sure(runner, boundary, function) if ways else {}
    chosen: Choice = {name: among[0] for name, among in sure.items()}
    while ways:
        kept_by = _kept_by(runner, boundary, function, hints, chosen)
        if kept_by is None:
            break
        better = _better(runner, boundary, function, hints, chosen, ways, kept_by)
        if better is None:
            return {}
        chosen = better
    found = {
        name: [
            each
            for each in among
            if _kept_by(runner, boundary, function, hints, {**chosen, name: each}) is None
        ]
        for name, among in ways.items()
    }
    return {name: [each.way for each in fit] for name, fit in found.items() if fit}


def making_creators(
    runner: Runner, boundary: Boundary, function: BoundaryFunction
) -> Mapping[str, Sequence[Creation]]:
    """Return, by parameters, the ways that make a handle, where the first one does not: a parser, of no text."""
    return {name: [each.way for each in among] for name, among in _sure(runner, boundary, function).items()}


def _ways(boundary: Boundary, function: BoundaryFunction) -> dict[str, list[TriedHandle]]:
    """Return the handles to try for each parameter of which a precondition asks something, one for each way to it."""
    found: dict[str, list[TriedHandle]] = {}
    for member, life in handles_taken(boundary, function):
        makers, written = creations(boundary, life, ())
        if asks_about(function, member) and len(makers) > FEW:
            lawful = (
                each for each in (*makers, *written) if _begun_lawfully(life, function, member, each.function)
            )
            found[member] = [
                made for each in lawful if (made := simplest_handle(boundary, life, each)) is not None
            ]
    return found


def handles_taken(boundary: Boundary, function: BoundaryFunction) -> Iterator[tuple[str, HandleLife]]:
    """Yield the parameters that are a handle made for the call, apart from others and in memory of the library's."""
    for member in function.members:
        shape = member.shape
        if isinstance(shape, HandleShape) and not shape.made and not shape.parent:
            life = boundary.handles[shape.handle]
            if not life.has_storage_first:
                yield member.name, life


def _begun_lawfully(
    life: HandleLife, function: BoundaryFunction, name: str, create: BoundaryFunction
) -> bool:
    """Tell whether a new handle is in a state in which a function may be given it; one that is not is brought there."""
    machine = life.machine
    if machine is None or not machine.of(function.name):
        return True
    return machine.begun(create.name) <= machine.lawful(function.name, name)


def simplest_handle(boundary: Boundary, life: HandleLife, way: Creation) -> TriedHandle | None:
    """Return the simplest handle that is created in a way; None where there is none."""
    created = simplest_creation(boundary, life, way)
    return None if created is None else TriedHandle(way, *created)


def _sure(runner: Runner, boundary: Boundary, function: BoundaryFunction) -> dict[str, list[TriedHandle]]:
    """Return handles for those parameters of which the simplest is none, as a parser makes none of no text."""
    made: dict[str, list[TriedHandle]] = {}
    for _, life in handles_taken(boundary, function):
        if life.name not in made:
            ways = chain(*creations(boundary, life, ()))
            tried = [each for way in ways if (each := simplest_handle(boundary, life, way)) is not None]
            enough = len(tried) <= 1 or is_made(runner, boundary, tried[0].case)
            made[life.name] = [
                each for each in tried[1:] if not enough and is_made(runner, boundary, each.case)
            ]
    return {name: made[life.name] for name, life in handles_taken(boundary, function) if made[life.name]}


def is_made(runner: Runner, boundary: Boundary, case: Case) -> bool:
    """Tell whether a call that creates a handle does."""
    with suppress(EvaluationError, CaseError):
        trial = runner.bare(case)
        subject = trial.encoded.plan.subject
        return trial.answered and decode(boundary, trial.encoded, trial.observation, subject).success
    return False


def _better(
    runner: Runner,
    boundary: Boundary,
    function: BoundaryFunction,
    hints: Hints,
    chosen: Choice,
    ways: Mapping[str, list[TriedHandle]],
    kept_by: int,
) -> Choice | None:
    """Return a choice with which more preconditions hold than the first `kept_by`; None where there is none."""
    about = function.asked_before[kept_by].names(ways) if kept_by != UNKNOWN else ways
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
        handles = {name: each.handle for name, each in given.items()}
        trial = runner.bare(simplest(boundary, function, handles, FilterLog(), hints))
    except (UnlawfulDrawError, EvaluationError, CaseError):
        return UNKNOWN
    if trial.answered or trial.death is not None:
        return None
    found = unmet(trial)
    if found is None:
        return UNKNOWN
    conditions = [each.expression for each in function.asked_before]
    return conditions.index(found.condition) if found.condition in conditions else UNKNOWN
