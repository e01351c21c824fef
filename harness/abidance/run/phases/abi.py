"""Phase `abi`: the boundary against its accepted baseline, as `abidance abi check` judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.gate.boundaries import present
from abidance.abi.gate.check import check
from abidance.core.codes import Severity
from abidance.core.diagnostic import Finding
from abidance.run.execution.context import ItemVerdict

if TYPE_CHECKING:
    from abidance.contract.model import Contract
    from abidance.core.diagnostic import Diagnostic


def judge(contract: Contract) -> ItemVerdict:
    """Return what the policy does not let pass as findings, and what could not be judged as reasons."""
    result = check(present(contract.path))
    failing = [each.diagnostic for each in result.changes if each.fails]
    failing += [each for each in result.findings if each.code.severity is Severity.ERROR]
    unknown = [
        each.diagnostic for each in result.changes if each.verdict == "unknown" and not each.suppressed
    ]
    return ItemVerdict(tuple(_finding(each, str(contract.boundary)) for each in failing), tuple(unknown))


def _finding(diagnostic: Diagnostic, boundary: str) -> Finding:
    return Finding(diagnostic, function=boundary, phase="abi", library="", builds=())
