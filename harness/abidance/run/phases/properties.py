"""Phase `properties`: lawful calls made up by Hypothesis."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis.errors import Unsatisfiable, UnsatisfiedAssumption

from abidance.checks.trial import Expectation
from abidance.core.catalogue import UNSATISFIABLE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.generate.scenarios import scenario_cases
from abidance.generate.strategies import FilterLog, cases
from abidance.run.confirm import confirm
from abidance.run.context import Verdict
from abidance.run.database import database
from abidance.run.explore import CauseFound, Search, search
from abidance.run.phases.examples import not_ready

if TYPE_CHECKING:
    from abidance.boundary.values import Case
    from abidance.run.context import Context

FEWEST = 5
"""Fewer lawful cases than this, where more were asked for, judge nothing."""


def judge(context: Context) -> Verdict:
    """Search, make each failing case small, and turn it into a finding."""
    log = FilterLog()
    body = Search(context.calls, Expectation(), context.progress)
    for case in _scenarios(context):
        with suppress(CauseFound, UnsatisfiedAssumption):
            body(case)
    with suppress(Unsatisfiable):
        search(
            cases(context.boundary, context.function, log=log),
            body,
            key=context.key,
            max_examples=context.settings.max_examples,
            seed=context.settings.seed,
            database=database(context.settings),
        )
    findings = tuple(confirm(bug, context.calls, context) for bug in body.bugs.values())
    reasons = () if findings else _too_few(context, body, log)
    return Verdict(findings, reasons, body.valid)


def _scenarios(context: Context) -> list[Case]:
    name = context.function.name
    if name not in context.scenarios:
        context.scenarios[name] = scenario_cases(context.boundary, context.function)
    return context.scenarios[name]


def _too_few(context: Context, body: Search, log: FilterLog) -> tuple[Diagnostic, ...]:
    if body.valid >= FEWEST or (body.valid and not log.refused and not body.not_ready):
        return ()
    if body.not_ready > body.valid:
        return (not_ready(context),)
    worst, function = log.worst, context.function
    if worst is None and body.valid:
        return ()
    labels = (Label(worst.span, "refuses most of them"),) if worst else (Label(function.span),)
    return (
        Diagnostic(
            UNSATISFIABLE,
            f"only {body.valid} of {log.tried} calls made up for `{function.name}` keep its preconditions",
            labels,
            help="say it where values are made (`range`, `one_of`, `length`, `max`) instead of in `requires`",
        ),
    )
