"""What a function is called with while it is profiled: the contract's examples, edge cases and generated calls."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import EvaluationError
from abidance.core.catalogue import BAD_CONFIGURATION, NOT_MEASURED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError, HookError, UsageError
from abidance.core.nearest import did_you_mean
from abidance.generate.complete import UnlawfulExampleError
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import cases
from abidance.run.cost.growth import complete_of_size
from abidance.run.inputs.accepted_costs import accepted_calls
from abidance.run.search.edges import edges
from abidance.run.search.search import look_for
from abidance.run.search.shrink_values import measure, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abidance.boundary.model.values import Case
    from abidance.run.execution.context import Context

MOST_EXAMPLES, MOST_EDGES, DRAWN = 8, 8, 12
"""So many calls of each kind are made in turns."""


@dataclass(frozen=True, slots=True)
class ProfileInputs:
    """Calls that are made in turns, and what they are in words."""

    cases: tuple[Case, ...]
    words: str


def inputs_of(
    context: Context,
    kinds: Iterable[str],
    sizes: Iterable[tuple[str, int]],
    comes_back: Callable[[Case], bool],
) -> ProfileInputs:
    """Return the calls to profile; of the kinds ``examples``, ``edges`` and ``generated``, or of all of them.

    With `sizes`, of a parameter each, there are the simplest calls with it so large, and others only if they were asked
    for. Raises UsageError for a parameter that has no size, and CannotJudgeError where no valid call comes back.
    """
    found = {f"`{name}` of {size:,}": [_sized(context, name, size)] for name, size in sizes}
    for kind in tuple(kinds) or (() if found else tuple(_CALLS)):
        found[kind] = _CALLS[kind](context)
    kept: list[Case] = []
    words = []
    for kind, calls in found.items():
        new = [case for case in calls if case not in kept and comes_back(case)]
        kept += new
        if new:
            words.append(f"{len(new)} {_WORDS[kind][len(new) != 1]}" if kind in _WORDS else kind)
    if not kept:
        function = context.function
        raise CannotJudgeError(
            Diagnostic(
                NOT_MEASURED,
                f"`{function.name}` cannot be profiled: no valid call of it came back",
                (Label(function.span),),
                help="`abidance run` shows how its calls end",
            )
        )
    return ProfileInputs(tuple(kept), ", ".join(words))


def _sized(context: Context, name: str, size: int) -> Case:
    function = context.function
    names = [member.name for member in function.members]
    if name not in names:
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                f"`{function.name}` has no parameter `{name}`",
                help=did_you_mean(name, names) or f"it has {', '.join(names) or 'none'}",
            )
        )
    with suppress(UnlawfulExampleError, EvaluationError, HookError):
        case = complete_of_size(context.boundary, function, name, size)
        if measure(case.arguments.get(name)) == size:
            return case
    raise UsageError(
        Diagnostic(
            BAD_CONFIGURATION,
            f"no valid call of `{function.name}` has `{name}` of {size:,}",
            help="the contract says what is valid: its range, length or precondition",
        )
    )


def _examples(context: Context) -> list[Case]:
    return [case for _, case in accepted_calls(context.boundary, context.function)][:MOST_EXAMPLES]


def _edges(context: Context) -> list[Case]:
    return sorted(edges(context).cases, key=weight, reverse=True)[:MOST_EDGES]


def _generated(context: Context) -> list[Case]:
    found: list[Case] = []
    strategy = cases(context.boundary, context.function, log=FilterLog())
    look_for(context, strategy, found.append, DRAWN, shrink=False)
    return found


_CALLS: dict[str, Callable[[Context], list[Case]]] = {
    "examples": _examples,
    "edges": _edges,
    "generated": _generated,
}
_WORDS = {
    "examples": ("example", "examples"),
    "edges": ("edge case", "edge cases"),
    "generated": ("generated call", "generated calls"),
}
