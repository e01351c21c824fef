"""Phase `reentry`: valid calls of a function from its own callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.scope import FilterLog
from abidance.run.execution.context import ItemVerdict
from abidance.run.execution.reentry import ReentryExecution
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.phases.threads import pairs
from abidance.run.search.known_causes import searched_past
from abidance.run.search.search import Search

if TYPE_CHECKING:
    from abidance.run.execution.context import Context


def judge(context: Context) -> ItemVerdict:
    """Search for calls that do not bear another one while they run."""
    runner = context.calls
    execution = runner.execution
    assert isinstance(execution, ReentryExecution)
    log = FilterLog()
    body = Search(runner, NOTHING, context.progress, excepted=context.excepted)
    beyond = searched_past(context, body, lambda: pairs(context, log), context.settings.max_examples)
    findings = confirmed(body.bugs.values(), runner, context)
    reasons = unjudged(context, body, log)
    if not findings and not reasons and not execution.entered:
        reasons = (_never(context),)
    return ItemVerdict(findings, reasons, body.valid, beyond=beyond)


def _never(context: Context) -> Diagnostic:
    function = context.function
    return Diagnostic(
        UNSATISFIABLE,
        f"`{function.name}` was never called from its callback: no call of it called back here",
        (Label(function.span), Label(function.declaration.span)),
        help="it takes x86-64, and a function that is called without a call stub",
    )
