"""Phase `rejects`: unlawful calls with a promised, harmless answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis.errors import Unsatisfiable

from abidance.boundary.shapes import Scalar
from abidance.checks.trial import Expectation
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.hints import Bounds
from abidance.generate.scalars import scalar
from abidance.generate.strategies import cases
from abidance.run.confirm import confirm
from abidance.run.context import Verdict
from abidance.run.database import database
from abidance.run.explore import Search, search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model import Reject
    from abidance.core.diagnostic import Finding
    from abidance.run.context import Context

EXAMPLES = 100
"""Cases for all clauses of a function together, when nothing else is asked for."""


def judge(context: Context) -> Verdict:
    """Search each clause on its own, so that one finding does not hide another."""
    findings: list[Finding] = []
    reasons: list[Diagnostic] = []
    ran = 0
    clauses = context.function.rejects
    each = max(5, (context.settings.max_examples or EXAMPLES) // len(clauses))
    for number, clause in enumerate(clauses):
        body = Search(
            context.calls,
            Expectation(clause.expected, clause.span, clause.text),
            lambda cases, before=ran: context.progress(before + cases),  # type: ignore[misc]
        )
        _search(context, clause, body, number, each)
        findings += [confirm(bug, context.calls, context) for bug in body.bugs.values()]
        ran += body.valid
        if not body.valid:
            reasons.append(
                Diagnostic(
                    UNSATISFIABLE,
                    f"no call of `{context.function.name}` with {clause.text} could be made up",
                    (Label(clause.span),),
                )
            )
    return Verdict(tuple(findings), tuple(reasons), ran)


def _search(context: Context, clause: Reject, body: Search, number: int, each: int) -> None:
    try:
        search(
            cases(context.boundary, context.function, given=_given(clause.given), lawful=False),
            body,
            key=f"{context.key}::{number}",
            max_examples=each,
            seed=context.settings.seed,
            database=database(context.settings),
        )
    except Unsatisfiable:
        return


def _given(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return replacements as generation takes them: a shape becomes a strategy for its values."""
    return {
        name: scalar(value, Bounds()) if isinstance(value, Scalar)
        else _given(value) if isinstance(value, dict)
        else value
        for name, value in given.items()
    }  # fmt: skip
