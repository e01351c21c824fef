"""All codes that there are, from every place that defines some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.codes import CATALOGUE as GATE_CATALOGUE
from abidance.abi.reconcile.codes import DISAGREEMENTS
from abidance.abi.rules import rules
from abidance.abi.verdict import worst
from abidance.checks import all_checks
from abidance.core.catalogue import BAD_CONFIGURATION, CATALOGUE
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean
from abidance.trace.codes import CATALOGUE as TRACE_CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.codes import Code


def codes() -> tuple[Code, ...]:
    """Return all codes, sorted."""
    judged = (rule.shown_as(worst(case.verdict for case in rule.cases)) for rule in rules())
    checked = (check.code for check in all_checks())
    return tuple(
        sorted(
            (*CATALOGUE, *GATE_CATALOGUE, *TRACE_CATALOGUE, *DISAGREEMENTS, *checked, *judged),
            key=lambda code: code.id,
        )
    )


def find(word: str, besides: Iterable[str]) -> Code:
    """Return the code with this id, name or former name; raises UsageError with the nearest word, also of `besides`."""
    every = codes()
    for code in every:
        if code.is_called(word):
            return code
    names = (name for code in every for name in (code.name, *code.formerly))
    known = [*(code.id for code in every), *names, *besides]
    hint = did_you_mean(word, known)
    if not hint and word.upper().startswith("ABD"):
        hint = did_you_mean(word.upper(), known)
    raise UsageError(
        Diagnostic(
            BAD_CONFIGURATION,
            f"there is no rule and no clause `{word}`",
            help=hint or "`abidance rules` lists all codes and names",
        )
    )
