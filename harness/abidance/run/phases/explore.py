"""Phase `explore`: what a coverage-guided search of the compiled contract came by, judged as every other case is.

The search itself is made once for each library. Every build then runs what it found: the inputs that failed, and those
that reached something new. What fails is made small, repeated and stored as in any other phase.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.boundary.encode.observing import may_change
from abidance.boundary.model.values import PIECE
from abidance.boundary.print_c.call import call_text
from abidance.checks.evidence.expectation import NOTHING
from abidance.contract.expression import EvaluationError
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CaseError, HookError, UsageError
from abidance.core.events import Beyond
from abidance.core.gaps import Gap
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.law_edges import law_edges
from abidance.generate.layouts import FILLS
from abidance.generate.python_strategies import asks_python
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import some_sequences
from abidance.run.execution.allowed_calls import is_allowed
from abidance.run.execution.context import ItemVerdict
from abidance.run.execution.handover import Handed
from abidance.run.execution.subsequences import as_prepared, shorten, shorten_history, without
from abidance.run.findings import case_store
from abidance.run.findings.confirm import confirm, named, together, unjudged
from abidance.run.inputs.exploring import seconds_for
from abidance.run.phases.examples import not_ready
from abidance.run.phases.properties import at_edges
from abidance.run.search.edges import edges
from abidance.run.search.law_preconditions import LawfulSteps
from abidance.run.search.promise_coverage import PromiseCoverage, Reaches
from abidance.run.search.search import Search
from abidance.run.search.shrink_arguments import simplify
from abidance.run.search.shrink_values import minimise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Case, Step
    from abidance.core.diagnostic import Finding
    from abidance.core.gaps import Tested
    from abidance.run.execution.context import Context
    from abidance.run.execution.handover import Campaign, FailedInput
    from abidance.run.search.search import Bug, Cause

_LEAST = 0.1
MOST_CALLS = 600
"""So many calls are judged once more of what reached something new; of what failed, all are."""
SEQUENCES = 32
"""So many sequences of calls are among the seeds of a handle."""
PAST = 64
"""So many failing calls of earlier runs are among the seeds, the latest first."""


def judge(context: Context) -> ItemVerdict:
    """Explore, or take what another build's item explored, and judge what that handed over."""
    assert context.explorer is not None
    campaign = _whole(context, context.explorer.of(context, budget(context), partial(seeds, context)))
    if campaign.failures and not campaign.cases and all(each.handed is None for each in campaign.failures):
        return ItemVerdict((), (_never(context, campaign.failures[0]),), explored=campaign.explored)
    boundary = context.boundary
    failed = [
        way for each in campaign.failures if each.handed is not None for way in _ways(boundary, each.handed)
    ]
    handed = [*failed, *few(campaign.cases)]
    findings: list[Finding] = []
    reasons: list[Diagnostic] = []
    shown: set[str] = set()
    beyond: list[Beyond | None] = []
    name = context.item.function
    several = name in boundary.handles or name in boundary.laws
    reach = Reaches() if several else PromiseCoverage.of(context.function)
    allowed: Callable[[Case], bool] = (
        LawfulSteps(context.calls, FilterLog())
        if name in boundary.laws
        else partial(is_lawful, boundary)
        if name in boundary.handles
        else _any_case
    )
    ran = 0
    for rejects in dict.fromkeys(each.rejects for each in handed):
        group = [each for each in handed if each.rejects == rejects]
        expectation = group[0].expectation(context.boundary)
        assert expectation is not None  # each of them is runnable
        body = Search(
            context.calls,
            expectation,
            lambda cases, before=ran: context.progress(before + cases),  # type: ignore[misc]
            reach,
            allowed,
            excepted=context.excepted,
        )
        met, stopped = at_edges(
            body, [each.case for each in group if _is_allowed(body, each)], compared=False
        )
        beyond.append(stopped)
        ran += body.valid
        shown |= {
            key
            for each in group
            if body.failed(each.case)
            for key in (way.key for way in _ways(boundary, each))
        }
        findings += _findings(context, body, _counted(boundary, campaign, met))
        reasons += unjudged(context, body, FilterLog())
    if context.calls.exhausted:  # then not all of the cases were run
        beyond.append(Beyond(stopped=context.calls.exhausted))
    return ItemVerdict(
        together(tuple(findings)),
        (*context.calls.reasons, *dict.fromkeys(reasons)),
        ran,
        tuple(_unshown(context, campaign, shown)),
        reach.tested | _shown(campaign, shown),
        Beyond.of(beyond),
        explored=campaign.explored,
    )


def _never(context: Context, failed: FailedInput) -> Diagnostic:
    """Return why nothing was explored: each input ended before the first of its calls, so none was passed."""
    function = context.function
    with suppress(UnlawfulExampleError, EvaluationError, HookError):
        trial = context.calls.again(complete(context.boundary, function, {}), NOTHING)
        if trial.death is None and not trial.answered:
            return not_ready(context, trial)
    ended = f"{failed.failure.kind} {failed.failure.status}".strip()
    return Diagnostic(
        UNSATISFIABLE,
        f"nothing of `{context.item.function}` was explored: each input ended before its first whole call ({ended})",
        (Label(function.span), Label(function.declaration.span)),
        help="what is called before it is its `setup`; the other phases show how it ends in the worker",
    )


def _whole(context: Context, campaign: Campaign) -> Campaign:
    law = context.boundary.laws.get(context.item.function)
    return campaign if law is None else whole_laws(campaign, law)


def whole_laws(campaign: Campaign, law: BoundaryLaw) -> Campaign:
    """Return what was explored of a law without calls that ended it halfway: the functions' own items show them."""
    failures = (each for each in campaign.failures if each.handed is None or _is_whole(law, each.handed.case))
    return replace(campaign, failures=tuple(failures))


def _is_whole(law: BoundaryLaw, case: Case) -> bool:
    """Tell whether all steps of a law were made, in both ways where it has two: what makes its handles has no name."""
    names = [step.name or step.function for step in law.steps]
    played = [step.name for step in case.steps if step.name]
    again = [name.removesuffix(f"{PIECE}0") for name in played if name.endswith(f"{PIECE}0")]
    return [name for name in played if PIECE not in name] == names and again == (names if law.split else [])


def _is_allowed(body: Search, handed: Handed) -> bool:
    """Tell whether each step of a law would be a valid call: cases that are run ahead are not asked for that."""
    try:
        return body.lawful(handed.case)
    except (EvaluationError, CaseError):
        return False


def _any_case(_case: Case) -> bool:
    return True


def budget(context: Context) -> float:
    """Return for how many seconds an item's function, handle or law is explored."""
    contract, name = context.boundary.contract, context.item.function
    promise = contract.handles.get(name) or contract.laws.get(name) or contract.functions[name]
    seconds = seconds_for(contract, promise, context.settings.explore)
    deadline = context.settings.deadline
    return seconds if deadline is None else min(seconds, max(_LEAST, deadline.at - time.monotonic()))


# ---------------------------------------------------------------------- seeds


def seeds(context: Context) -> Iterator[Handed]:
    """Yield what to begin with: calls that once failed, the contract's examples, edge cases; of a handle, sequences."""
    yield from _once_failed(context)
    boundary, name = context.boundary, context.item.function
    if name in boundary.handles:
        cast = SequenceModel.of(boundary, name, context.words)
        compiled = tuple(role for role in cast.roles if not asks_python(boundary, role.function))
        yield from map(Handed, some_sequences(boundary, replace(cast, roles=compiled), SEQUENCES))
    if (law := boundary.laws.get(name)) is not None:
        yield from map(Handed, law_edges(boundary, law, context.words))
    if name in boundary.handles or name in boundary.laws:
        return
    function = context.function
    hints = Hints.of(context.boundary, function)
    for example in function.examples:
        with suppress(UnlawfulExampleError):  # told by phase `examples`
            yield Handed(complete(context.boundary, function, example.given, hints))
    yield from map(Handed, edges(context).cases)


def _once_failed(context: Context) -> Iterator[Handed]:
    settings = context.settings
    if not settings.remembers:
        return
    for case_id in case_store.latest(settings.root, PAST):
        try:
            stored = case_store.load(settings.root, case_id)
        except UsageError:
            continue
        ours = stored.contract == context.boundary.contract.path and not stored.compares
        if ours and stored.case.function == context.item.function and stored.case.beside is None:
            yield Handed(stored.case, stored.expectation.rejects)


def _ways(boundary: Boundary, handed: Handed) -> tuple[Handed, ...]:
    """Return a case that failed, with its memory ending at a guard page and beginning there.

    Each shows what the other does not, and the build that was explored may have seen both. Where its steps ask what
    may change a handle, it is there with either fill: with one of them nobody asks, other than while exploring. And it
    is there without its invalid calls: one that is not refused explains what valid calls break after it.
    """
    ways: tuple[Handed, ...] = handed, replace(handed, case=replace(handed.case, flush=1 - handed.case.flush))
    refused = [number for number, step in enumerate(handed.case.steps) if step.rejects]
    valid = without(handed.case, refused) if refused else None
    if valid is not None:
        ways = *ways, replace(handed, case=valid)
    if not any(_asks_what_may_change(boundary, each) for each in handed.case.steps):
        return ways
    other = FILLS[handed.case.fill == FILLS[0]]
    return *ways, *(replace(each, case=replace(each.case, fill=other)) for each in ways)


def _asks_what_may_change(boundary: Boundary, step: Step) -> bool:
    observers = boundary.functions[step.function].observers_of(step.rejects)
    return any(may_change(boundary, each.function) for each in observers)


def few(cases: Sequence[Handed]) -> Iterator[Handed]:
    """Yield cases as far as their calls can be afforded."""
    left = MOST_CALLS
    for each in cases:
        left -= max(1, len(each.case.steps))
        if left < 0:
            return
        yield each


# ------------------------------------------------------------------- findings


def _findings(context: Context, body: Search, met: dict[Cause, Bug]) -> Iterator[Finding]:
    """Yield a finding for each cause; one that another phase has told of is taken from there."""
    for cause, bug in met.items():
        if not is_allowed(context.boundary, bug.case, bug.expectation.rejects):
            continue
        told = _known_finding(context, bug)
        if told is not None:
            yield replace(told, phase=context.item.phase)
            continue
        small = bug if context.excepted(bug.diagnostic) else _small(context, body, cause, bug)
        found = confirm(small, context.calls, context)
        if found is not None:
            yield found


def _counted(boundary: Boundary, campaign: Campaign, met: dict[Cause, Bug]) -> dict[Cause, Bug]:
    """Return the bugs, those of inputs that failed with how many executions it took to find them."""
    after = {
        repr(way.case): each.failure.executions
        for each in campaign.failures
        if each.handed is not None
        for way in _ways(boundary, each.handed)
    }
    return {
        cause: replace(bug, found_after=after.get(repr(bug.case), bug.found_after))
        for cause, bug in met.items()
    }


def _small(context: Context, body: Search, cause: Cause, bug: Bug) -> Bug:
    """Return the bug on the smallest case; a refused call stays as it is, lest it become a valid one."""
    fails: Callable[[Case], bool] = partial(body.fails, cause=cause)
    boundary = context.boundary
    if (law := boundary.laws.get(bug.case.function)) is not None:
        # Its steps belong together, and go by what it is given.
        return replace(bug, case=shorten_history(bug.case, fails)) if law.histories else bug
    if bug.case.steps:
        fails = as_prepared(boundary, bug.case, fails)
        return replace(bug, case=simplify(boundary, shorten(bug.case, fails), fails))
    if bug.expectation.rejects:
        return bug
    return replace(bug, case=minimise(boundary, boundary.functions[bug.case.function], bug.case, fails))


def _known_finding(context: Context, bug: Bug) -> Finding | None:
    """Return the finding of another phase on this build with the same cause."""
    known = context.reported.get(bug.diagnostic.cause)
    if known is not None or not context.reported:
        return known
    with suppress(EvaluationError, CaseError):
        trial = context.calls.again(bug.case, bug.expectation)
        return context.reported.get(named(trial, context.calls, bug.diagnostic).cause)
    return None


# -------------------------------------------------------- what no build shows


def _shown(campaign: Campaign, shown: set[str]) -> frozenset[Tested]:
    """Return the failures that a build of the library shows: then it is told what they are."""
    return frozenset(
        _place(each) for each in campaign.failures if each.handed is not None and each.handed.key in shown
    )


def _unshown(context: Context, campaign: Campaign, shown: set[str]) -> Iterator[Gap]:
    """Yield the failures that this build does not show; they are told of where no build of the library does."""
    for each in campaign.failures:
        if each.handed is None or each.handed.key not in shown:
            name, clause = _place(each)
            yield Gap(name, clause, _words(context, each))


def _place(failed: FailedInput) -> Tested:
    failure = failed.failure
    broken = failure.finding
    name = broken[1] if broken else failed.handed.case.function if failed.handed else ""
    return name, f"explore {failure.kind} {failure.cause}"


def _words(context: Context, failed: FailedInput) -> str:
    failure, broken = failed.failure, failed.failure.finding
    what = f"{broken[0]} of `{broken[1]}`" if broken else f"{failure.kind} {failure.status}".strip()
    call = ""
    if failed.handed is not None:
        with suppress(EvaluationError, CaseError, KeyError):
            call = _on_one_line(call_text(context.boundary, encode(context.boundary, failed.handed.case)))
    where = f" ({call})" if call else ""
    return f"what exploring `{context.item.function}` met in a build of its own, and no other repeats: {what}{where}"


def _on_one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LINE else f"{line[:_LINE]}..."


_LINE = 160
