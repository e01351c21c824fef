"""Phase `examples`: the contract's own calls, each run once, as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.trial import Expectation
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.run.confirm import confirm
from abidance.run.context import Verdict
from abidance.run.explore import Bug

if TYPE_CHECKING:
    from abidance.boundary.model import Example
    from abidance.core.diagnostic import Finding
    from abidance.run.context import Context


def judge(context: Context) -> Verdict:
    """Run every example; one that fails does not keep the others from running."""
    findings: list[Finding] = []
    reasons: list[Diagnostic] = []
    for number, example in enumerate(context.function.examples, 1):
        failed, why = _one(context, example, number)
        findings += failed
        reasons += why
        context.progress(number)
    return Verdict(tuple(findings), tuple(reasons), len(context.function.examples))


def _one(context: Context, example: Example, number: int) -> tuple[list[Finding], list[Diagnostic]]:
    function, runner = context.function, context.calls
    try:
        case = complete(context.boundary, function, example.given)
    except UnlawfulExampleError as error:
        return [], [
            Diagnostic(
                UNSATISFIABLE,
                f"this example of `{function.name}` is no lawful call",
                (Label(example.span), *((Label(error.span, "not met"),) if error.span else ())),
                help="an unlawful call with a promised answer belongs under `rejects`",
            )
        ]
    expectation = Expectation(example.expected, example.span)
    trial = runner.run(case, expectation, runner.time_limit)
    if trial.death is None and not trial.answered:
        return [], [not_ready(context)]
    found = runner.judge(trial)
    return [confirm(Bug(case, expectation, d, number), runner, context) for d in found[:1]], []


def not_ready(context: Context) -> Diagnostic:
    """Return why nothing could be judged: no handle came into being."""
    function = context.function
    return Diagnostic(
        UNSATISFIABLE,
        f"`{function.name}` was never called: creating or preparing its handle did not succeed",
        (Label(function.span), Label(function.declaration.span)),
        help="look at `create` and `prepare` of the handle; their statuses must be among `ok`",
    )
