"""Which calls bring a handle into the states in which a call is lawful, where the simplest ones do not.

A socket is connected to a port on which something listens, and not to port 0. Edge cases are calls of simplest
choices on a handle that simplest choices have brought there: where these fail, none of the edges is tried. So each
state is tried once, and where it is not reached, other arguments are.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import InState, NewHandle
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, HookError
from abidance.generate.other_creators import calls_in_any_state, calls_in_each_state
from abidance.generate.python_strategies import asks_python
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import further_cases, simplest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import CallOn
    from abidance.generate.hints import Hints, Leading
    from abidance.run.execution.context import Context

TRIES = 100
"""Where two calls lead to a state, and one of six arguments will do for each, one of 36 tries succeeds."""
SEED = b"leading"


def leading_calls(context: Context, hints: Hints) -> Leading:
    """Return calls that bring handles into the states in which a call is lawful, where the simplest do not.

    Nothing is found where the call takes two handles that are both hard to bring there. What was found for one
    function, or not, holds for the others.
    """
    boundary, function = context.boundary, context.function
    leading: Leading = {}
    if asks_python(boundary, function):
        return leading
    for given in chain(calls_in_any_state(boundary, function), calls_in_each_state(boundary, function)):
        made = _is_made(context, given, replace(hints, leading=leading))
        if made is None:
            break
        if not made:
            leading = {**leading, **_leading(context, given, replace(hints, leading=leading))}
    return leading


def _leading(context: Context, given: Mapping[str, InState], hints: Hints) -> Leading:
    """Return the calls that bring one handle there, if any are found."""
    ((name, wanted),) = given.items()
    states, known = frozenset(wanted.states), context.knowledge.leading
    kind = next(m.shape for m in context.function.members if m.name == name)
    assert isinstance(kind, HandleShape)
    key = context.item.library, kind.handle, states
    if key in known and not known[key]:
        return {}
    others = _other_calls(context.boundary, context.function, given, hints)
    for calls in chain([known[key]] if key in known else [], others):
        found = {(name, states): calls}
        made = _is_made(context, given, replace(hints, leading={**hints.leading, **found}))
        if made is None:
            return {}
        if made:
            known[key] = calls
            return found
    known[key] = ()
    return {}


def _other_calls(
    boundary: Boundary, function: BoundaryFunction, given: Mapping[str, InState], hints: Hints
) -> Iterator[tuple[CallOn, ...]]:
    """Yield calls that may bring a handle there, each once."""
    tried: set[str] = set()
    for case in islice(further_cases(boundary, function, SEED, FilterLog(), hints, given), TRIES):
        made = case.arguments[next(iter(given))] if case is not None else None
        if isinstance(made, NewHandle) and made.calls and repr(made.calls) not in tried:
            tried.add(repr(made.calls))
            yield made.calls


def _is_made(context: Context, given: Mapping[str, InState], hints: Hints) -> bool | None:
    """Tell whether the simplest call on such a handle is made, or something else than its state keeps it from that.

    None where it ends the process: that is not tried once more, which may take as long as a call is given.
    """
    with suppress(UnlawfulDrawError, EvaluationError, HookError, CaseError):
        trial = context.calls.bare(simplest(context.boundary, context.function, given, FilterLog(), hints))
        if trial.death is not None:
            return None
        kept_by = unmet(trial)
        return trial.answered or (kept_by is not None and kept_by.function.name == context.function.name)
    return False
