"""Phase `threads`: valid calls from several threads at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from abidance.checks.evidence.expectation import NOTHING
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.gaps import Gap
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import cases
from abidance.run.execution.context import ItemVerdict
from abidance.run.execution.threads import ThreadExecution
from abidance.run.findings.confirm import confirmed, unjudged
from abidance.run.search.known_causes import searched_past
from abidance.run.search.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.run.execution.context import Context

EXAMPLES = 40
"""Cases of one function, when nothing else is asked for: each is thousands of calls."""

_COMPARED = "threads"


def judge(context: Context) -> ItemVerdict:
    """Search for calls that threads disturb."""
    runner = context.calls
    execution = runner.execution
    assert isinstance(execution, ThreadExecution)
    log = FilterLog()
    body = Search(runner, NOTHING, context.progress, excepted=context.excepted)
    try:
        most = min(context.settings.max_examples or EXAMPLES, EXAMPLES)
        beyond = searched_past(context, body, lambda: pairs(context, log), most)
        findings = confirmed(body.bugs.values(), runner, context)
    finally:
        runner.anew()  # whatever so many calls have kept goes with the worker
    reasons = unjudged(context, body, log)
    if not findings and not reasons and not execution.came_back:
        reasons = (_never(context),)
    tested = frozenset({(context.function.name, _COMPARED)} if execution.compared else ())
    return ItemVerdict(findings, reasons, body.valid, tuple(_unseen(context, execution)), tested, beyond)


def pairs(context: Context, log: FilterLog) -> st.SearchStrategy[Case]:
    """Return a strategy for two valid calls of the function."""
    one = cases(context.boundary, context.function, log=log)
    other = cases(context.boundary, context.function, log=log)
    return st.builds(lambda a, b: replace(a, beside=b.arguments), one, other)


def _never(context: Context) -> Diagnostic:
    function = context.function
    return Diagnostic(
        UNSATISFIABLE,
        f"`{function.name}` was never called on several threads: no call of it returns on one",
        (Label(function.span), Label(function.declaration.span)),
        help="narrow its arguments to those with which it returns: what keeps it from that, its `properties` tell",
    )


def _unseen(context: Context, execution: ThreadExecution) -> Iterator[Gap]:
    """Yield what these calls cannot show."""
    name, contract = context.function.name, context.boundary.contract
    library = contract.libraries.get(context.item.library)
    if execution.came_back and not execution.compared:
        words = f"results of `{name}` depend on the order of calls, so threads were only checked for crashes"
        if execution.gathered:
            words += " and lost updates"
        yield Gap(name, _COMPARED, words)
    raced = "tsan" in context.item.build or (
        library is not None and not library.prebuilt and any("tsan" in build for build in contract.builds)
    )
    if not raced:
        words = f"without a `tsan` build, races in `{name}` that change no result cannot be seen"
        yield Gap(name, "races", words, behind=_COMPARED)
