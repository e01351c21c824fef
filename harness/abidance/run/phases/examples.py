"""Phase `examples`: the contract's own calls, each run once, as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.decode import decode
from abidance.boundary.model.types import HandleShape
from abidance.boundary.print_c.call import in_words
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.expression import spelling
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.run.execution.context import ItemVerdict
from abidance.run.findings.confirm import confirmed
from abidance.run.search.promise_coverage import PromiseCoverage
from abidance.run.search.search import Bug

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import BoundaryFunction, Example
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Finding
    from abidance.run.execution.context import Context


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
    expectation = Expectation(example.expected, example.span)
    trial = runner.again(case, expectation)
    if trial.death is None and not trial.answered:
        return [], [not_ready(context, trial)]
    found = runner.judge.apart(trial, context.excepted)
    reach.note(trial)
    bugs = [Bug(case, expectation, diagnostic, number) for diagnostic in found]
    return [*confirmed(bugs, runner, context)], []


def unlawful(function: BoundaryFunction, example: Example, error: UnlawfulExampleError) -> Diagnostic:
    """Return why an example is not run."""
    return Diagnostic(
        UNSATISFIABLE,
        f"this example of `{function.name}` is not a valid call",
        (Label(example.span), *((Label(error.span, "not met"),) if error.span else ())),
        help="an invalid call with a promised result belongs under `rejects`",
    )


def not_ready(context: Context, trial: CaseResult | None) -> Diagnostic:
    """Return why nothing could be judged: no handle came into being. `trial` is one that shows it."""
    function = context.function
    return Diagnostic(
        UNSATISFIABLE,
        f"`{function.name}` was never called: {_what_failed(trial) or 'its handle could not be prepared'}",
        (Label(function.span), Label(function.declaration.span)),
        help="narrow the arguments of that function to those that succeed, or look at `setup`, `create` and `prepare` "
        "of the handle",
    )


def _what_failed(trial: CaseResult | None) -> str:
    """Return the first call before the one under test that did not do what it is for, and what came back."""
    if trial is None:
        return ""
    for index in range(min(trial.encoded.plan.subject, len(trial.observation.calls))):
        if not trial.observation.calls[index].ran:
            continue
        placed = trial.encoded.calls[index]
        seen = decode(trial.boundary, trial.encoded, trial.observation, index)
        result = placed.function.result
        if not seen.success:
            return f"`{placed.function.name}`, which it needs, returned {in_words(result.shape, seen.result)}"
        for member in placed.function.members:
            made = isinstance(member.shape, HandleShape) and member.shape.made and member.shape.level == 2
            if made and seen.after.get(spelling(member.name)) is None:
                return f"`{placed.function.name}`, which it needs, left NULL in `{member.name}`"
    return ""
