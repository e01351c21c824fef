"""The contract's suppressions of what calls, contract and header show: which of them fits a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.gate.suppressions import SuppressionRule, speaks_of_runs, today_here

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.contract.model import Contract
    from abidance.core.diagnostic import Diagnostic


def listed(contract: Contract) -> tuple[SuppressionRule, ...]:
    """Return the suppressions of what calls, contract and header show; the phase `abi` sees to the others."""
    return tuple(SuppressionRule.of(each) for each in contract.suppressions if speaks_of_runs(str(each.code)))


def reason(suppressions: Iterable[SuppressionRule], diagnostic: Diagnostic, subject: str) -> str:
    """Return why a finding about `subject`, a function or handle, is suppressed, or nothing when it is not.

    An exception may name the function to blame as well, whichever item met it.
    """
    today = today_here()
    subjects = {subject, diagnostic.subject or subject}
    fitting = (each for each in suppressions if any(each.fits(diagnostic.code, name) for name in subjects))
    return next((each.reason for each in fitting if not each.has_ended(today)), "")
