"""Phase `examples`: the contract's own calls, each run once, as written."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import decode
from abidance.boundary.model.types import HandleShape
from abidance.boundary.print_c.literals import in_words
from abidance.checks.evidence.expectation import Expectation
from abidance.checks.evidence.unmet_preconditions import unmet
from abidance.contract.expression import spelling
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import further_cases
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed
from abidance.run.search.promise_coverage import PromiseCoverage
from abidance.run.search.search import Bug

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction, Example
    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.unmet_preconditions import UnmetPrecondition
    from abidance.core.diagnostic import Finding
    from abidance.run.execution.context import Context


TRIES = 200
"""So many calls with what an example gives are tried where what the library tells forbids the simplest."""


def judge(context: Context) -> ItemVerdict:
    """Run every example; one that fails does not keep the others from running."""
    findings: list[Finding] = []
    reasons: list[Diagnostic] = []
    reach = PromiseCoverage.of(context.function)
    hints = Hints.of(context.boundary, context.function)
    for number, example in enumerate(context.function.examples, 1):
        failed, why = _one(context, example, number, reach, hints)
        findings += failed
        reasons += why
        context.progress(number)
    return ItemVerdict(
        tuple(findings),
        (*context.calls.reasons, *reasons),
        len(context.function.examples),
        reach.gaps,
        reach.tested,
    )


def _one(
    context: Context, example: Example, number: int, reach: PromiseCoverage, hints: Hints
) -> tuple[list[Finding], list[Diagnostic]]:
    function, runner = context.function, context.calls
    try:
        case = complete(context.boundary, function, example.given, hints)
    except UnlawfulExampleError as error:
        return [], [unlawful(function, example, error)]
    if function.rooms:
        staged = runner.staged(replace(case, said=tuple(example.given)))
        if staged.refused:
            return [], [unlawful(function, example, UnlawfulExampleError(staged.span))]
        case = replace(staged.case, said=())
    expectation = Expectation(example.expected, example.span)
    trial = runner.again(case, expectation)
    if function.asked_before and trial.death is None and not trial.answered:
        met, why = _met(context, example, hints)
        if met is None and why is not None:
            return [], [unmet_example(function, example, why)]
        case = met or case
        trial = runner.again(case, expectation)
    if trial.death is None and not trial.answered:
        return [], [not_ready(context, trial)]
    broken = runner.judge.apart(trial, context.excepted)
    reach.note(trial)
    bugs = [Bug(case, expectation, diagnostic, number) for diagnostic in broken]
    return [*confirmed(bugs, runner, context)], []


def _met(context: Context, example: Example, hints: Hints) -> tuple[Case | None, UnmetPrecondition | None]:
    """Return a call with the arguments of an example that is made, as the preconditions that ask hold; or why none is.

    What the example leaves out, its handles above all, is generated, the same each time.
    """
    log, why = FilterLog(), None
    made_up = further_cases(context.boundary, context.function, b"example", log, hints, example.given)
    for case in islice(made_up, TRIES):
        trial = context.calls.bare(case) if case is not None else None
        if trial is not None and (trial.answered or trial.death is not None):
            return case, None
        why = why or (unmet(trial) if trial is not None else None)
    return None, why


def unmet_example(function: BoundaryFunction, example: Example, found: UnmetPrecondition) -> Diagnostic:
    """Return why an example is not run: what the library told before it."""
    values = tuple(Label(span, text) for span, text in found.values[:4])
    return Diagnostic(
        UNSATISFIABLE,
        f"this example of `{function.name}` is not a valid call: `{found.condition.text}` does not hold before it, "
        f"whatever it leaves out",
        (Label(example.span), *(values or (Label(found.condition.span, "not met"),))),
        help="an invalid call with a promised result belongs under `rejects`; handles are made as `prepare` and the "
        "examples of their create functions say",
    )


def unlawful(function: BoundaryFunction, example: Example, error: UnlawfulExampleError) -> Diagnostic:
    """Return why an example is not run."""
    return Diagnostic(
        UNSATISFIABLE,
        f"this example of `{function.name}` is not a valid call",
        (Label(example.span), *((Label(error.span, "not met"),) if error.span else ())),
        help="an invalid call with a promised result belongs under `rejects`",
    )


def not_ready(context: Context, trial: CaseResult | None) -> Diagnostic:
    """Return why nothing could be judged: no handle came into being, or a precondition that asks was never met.

    `trial` is one that shows it.
    """
    found = unmet(trial) if trial is not None else None
    if found is not None:
        return never_met(found)
    function = context.function
    untold = _untold_room(function, trial)
    if untold is not None:
        return untold
    return Diagnostic(
        UNSATISFIABLE,
        f"`{function.name}` was never called: {_what_failed(trial) or 'its handle could not be prepared'}",
        (Label(function.span), Label(function.declaration.span)),
        help="narrow the arguments of that function to those that succeed, or look at `setup`, `create` and `prepare` "
        "of the handle",
    )


def _untold_room(function: BoundaryFunction, trial: CaseResult | None) -> Diagnostic | None:
    """Return that nobody could be asked how much room a call is given; None where somebody was."""
    made = {each.function.name for each in trial.encoded.calls} if trial is not None else set()
    unasked = [each for each in function.rooms if trial is not None and each.function not in made]
    if not unasked:
        return None
    asked = unasked[0]
    return Diagnostic(
        UNSATISFIABLE,
        f"`{function.name}` was never called: `{asked.function}`, which tells how much room that has, is not asked",
        (Label(asked.span), Label(function.declaration.span)),
        help=f"what it is asked with must be what `{asked.function}` may be given, by its own limits and preconditions",
    )


def never_met(found: UnmetPrecondition) -> Diagnostic:
    """Return that a function was not called, for what the library told before each call."""
    labels = (Label(found.condition.span, "asked before each call, and not met"),)
    return Diagnostic(
        UNSATISFIABLE,
        f"`{found.function.name}` was hardly ever called: `{found.condition.text}` did not hold before the calls that "
        "were generated",
        (*labels, Label(found.function.declaration.span)),
        help="have what creates and prepares the handle lead to where it holds: with `examples`, `prepare` or narrower "
        "arguments of those functions",
    )


def _what_failed(trial: CaseResult | None) -> str:
    """Return the first call before the one under test that did not do what it is for, and what came back."""
    if trial is None:
        return ""
    for index in range(min(trial.encoded.plan.subject, len(trial.observation.calls))):
        if not trial.observation.calls[index].ran:
            continue
        placed = trial.encoded.calls[index]
        if placed.tells is not None:
            continue  # a question about another call: what it tells keeps nothing from being made
        seen = decode(trial.boundary, trial.encoded, trial.observation, index)
        result = placed.function.result
        if not seen.success:
            return f"`{placed.function.name}`, which it needs, returned {in_words(result.shape, seen.result)}"
        for member in placed.function.members:
            made = isinstance(member.shape, HandleShape) and member.shape.made and member.shape.level == 2
            if made and seen.after.get(spelling(member.name)) is None:
                return f"`{placed.function.name}`, which it needs, left NULL in `{member.name}`"
    return ""
