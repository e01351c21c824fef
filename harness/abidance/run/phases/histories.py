"""Calls that single handles do not show, tried at the end of sequences: on one that others lead to, or on one twice.

A node has a parent once it was put into another one, and is taken out of that one only. Here a function tells, and
nobody knows which calls have it tell so. Of a state that the contract names, the calls that lead there are known, but
they may fail on a handle of which nothing else was made before: there is nothing to find in an empty document.

Where the contract says that a call may be given the same handle for two of its parameters, single calls have two: what
reads there what it has written before is found by sequences of such calls alone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hypothesis import settings

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.boundary.model.types import HandleShape
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.evidence.sequence_calls import each_call
from abidance.generate.earlier_callbacks import recalls
from abidance.generate.filling import asks_about
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences_to
from abidance.run.execution.subsequences import shorten
from abidance.run.search.fitting_operations import with_fits
from abidance.run.search.known_causes import searched_past
from abidance.run.search.promise_coverage import PromiseCoverage, Reaches
from abidance.run.search.search import Search
from abidance.run.search.shrink_arguments import simplify

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.context import Context
    from abidance.run.search.search import Bug, Cause

_OF_ONE = 2
"""Sequences with one handle for two parameters are so many times fewer than a function's calls."""


def at_ends_of_sequences(context: Context, reach: PromiseCoverage | None) -> Search | None:
    """Return what a search by such sequences came to; None where none can be made.

    It keeps the bugs of the function alone: those of others are found where their handle is judged.
    """
    kind = _needing_a_history(context.boundary, context.function)
    if kind is None:
        return None
    cast = with_fits(context, SequenceModel.of(context.boundary, kind, context.words))
    return _searched(context, reach, cast, context.settings.max_examples or settings().max_examples)


def with_one_handle_for_two(context: Context) -> Search | None:
    """Return what a search by short sequences came to in which a call may have one handle for several parameters.

    None where the contract allows no such call. What nothing but other calls bring about is for the handle's own item.
    """
    function = context.function
    taken = ((each.name, each.shape) for each in function.members if isinstance(each.shape, HandleShape))
    kind = next((shape.handle for name, shape in taken if function.same_handles(name)), None)
    if kind is None:
        return None
    cast = with_fits(context, SequenceModel.of(context.boundary, kind, context.words))
    roles = tuple(each for each in cast.roles if each.makes or each.function.name == function.name)
    most = context.settings.max_examples or settings().max_examples
    return _searched(context, None, replace(cast, roles=roles), max(most // _OF_ONE, 1))


def _searched(
    context: Context, reach: PromiseCoverage | None, cast: SequenceModel, most: int
) -> Search | None:
    boundary, function = context.boundary, context.function
    role = next((each for each in cast.roles if each.function.name == function.name), None)
    if role is None:
        return None

    def is_made(trial: CaseResult) -> bool:
        return any(each.function.name == function.name and each.answered for each in each_call(trial))

    def settle(cause: Cause) -> None:
        bug, fails = body.bugs[cause], partial(body.fails, cause=cause)
        body.bugs[cause] = replace(bug, case=simplify(boundary, shorten(bug.case, fails), fails))

    reaches = Reaches({function.name: reach}) if reach is not None else None
    body = Search(
        context.calls, NOTHING, context.progress, reaches, excepted=context.excepted, judgeable=is_made
    )
    body.lawful = partial(is_lawful, boundary)
    searched_past(
        context,
        body,
        lambda: sequences_to(boundary, cast, role, FilterLog()),
        most,
        part="::histories",
        settle=settle,
    )
    body.bugs = {cause: bug for cause, bug in body.bugs.items() if _is_about(bug, function.name)}
    return body


def _needing_a_history(boundary: Boundary, function: BoundaryFunction) -> str | None:
    """Return the handle that other calls lead to: one that is asked about, belongs to another, or has to be in a state.

    One in memory of the caller's of which the contract describes fields is not: what they are is set for each call.
    """
    taken = ((each, each.shape) for each in function.members if isinstance(each.shape, HandleShape))
    for member, shape in taken:
        life = boundary.handles[shape.handle]
        if shape.made or (life.has_storage_first and life.described):
            continue
        machine = life.machine
        by_state = machine is not None and machine.states[0] not in machine.lawful(function.name, member.name)
        if recalls(function) or shape.parent or by_state or asks_about(function, member.name):
            return shape.handle
    return None


def _is_about(bug: Bug, function: str) -> bool:
    return bug.diagnostic.subject in ("", function)
