"""Which functions create the handles with which the calls of sequences succeed.

Only to a list something is appended. Of twenty functions that create a value, one creates a list, so trees would hardly
ever be built by chance. Each operation is tried on a handle of each function, before sequences are generated.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from abidance.boundary.model.values import NewHandle
from abidance.boundary.resolve.transfers import tells_success
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError
from abidance.generate.creation import creations
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.run.search.fitting_handles import FEW, handles_taken, is_made, simplest_handle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.generate.sequence_model import Fits, Operation, SequenceModel
    from abidance.run.execution.context import Context
    from abidance.run.execution.runner import Runner

Ways = dict[str, NewHandle]
"""A handle by each function that creates such a one."""


def with_fits(context: Context, model: SequenceModel) -> SequenceModel:
    """Return the model of sequences with what is known of which handles its operations succeed with."""
    key = (context.item.library, context.item.build, model.handle)
    if key not in context.knowledge.fits:
        context.knowledge.fits[key] = _fits(context.calls, context.boundary, model)
    return replace(model, fits=context.knowledge.fits[key])


def _fits(runner: Runner, boundary: Boundary, model: SequenceModel) -> Fits:
    ways = {kind: each for kind in model.handles if len(each := _ways(runner, boundary, kind)) > FEW}
    fits: dict[tuple[str, str], frozenset[str]] = {}
    for role in model.roles:
        function = role.function
        if tells_success(function) or function.asked_before:
            kinds = ((name, life.name) for name, life in handles_taken(boundary, function))
            taken = {name: ways[kind] for name, kind in kinds if kind in ways}
            found = _fits_of_operation(runner, boundary, role, taken)
            fits |= {(function.name, name): fit for name, fit in found.items()}
    return fits


def _ways(runner: Runner, boundary: Boundary, kind: str) -> Ways:
    """Return a handle by each function that creates one with the simplest arguments or an example's."""
    life = boundary.handles[kind]
    found: Ways = {}
    if life.has_storage_first or life.machine:  # these are brought where they belong in other ways
        return found
    for way in chain(*creations(boundary, life, ())):
        made = simplest_handle(boundary, life, way) if way.function.name not in found else None
        if made is not None and is_made(runner, boundary, made.case):
            found[way.function.name] = made.handle
    return found


def _fits_of_operation(
    runner: Runner, boundary: Boundary, role: Operation, ways: Mapping[str, Ways]
) -> dict[str, frozenset[str]]:
    """Return by parameters the functions with whose handles a call succeeds, unless it does with all or with none.

    Nothing is known of what ends the process: it is not tried once more, which may take as long as a call is given.
    """
    died = False

    def succeeds(given: Ways) -> bool:
        nonlocal died
        with suppress(UnlawfulDrawError, EvaluationError, CaseError):
            case = simplest(boundary, role.function, given, FilterLog(), role.hints)
            trial = None if died else runner.bare(case)
            died = died or (trial is not None and trial.death is not None)
            return trial is not None and trial.answered and trial.seen.success
        return False

    base = next((each for each in _choices(ways) if succeeds(each)), None)
    if base is None:
        return {}
    found = {
        name: frozenset(creator for creator, made in among.items() if succeeds({**base, name: made}))
        for name, among in ways.items()
    }
    return {} if died else {name: fit for name, fit in found.items() if len(fit) < len(ways[name])}


def _choices(ways: Mapping[str, Ways]) -> Iterator[Ways]:
    """Yield what a call may be given: handles of the first functions, one other than that, and all of one function."""
    yield {}
    for name, among in ways.items():
        yield from ({name: made} for made in among.values())
    for creator in dict.fromkeys(chain(*ways.values())) if len(ways) > 1 else ():
        yield {name: among[creator] for name, among in ways.items() if creator in among}
