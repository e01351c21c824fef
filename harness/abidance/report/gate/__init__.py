"""Reports of the ABI gate: one file for each format, one table.

A module has ``render(results, look, verbosity)``, which returns the whole text. Formats that `abidance run` has too
are written by one module of `report` for both.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.gate import GateResult
    from abidance.report.text.style import Style


class Renderer(Protocol):
    """How a report is written. `verbosity` is how often ``-v`` was given."""

    def __call__(self, results: Sequence[GateResult], look: Style, verbosity: int = 0) -> str:
        """Return the report."""


GATE_REPORTERS: dict[str, str] = {
    "terminal": "abidance.report.gate.terminal",
    "concise": "abidance.report.gate.concise",
    "json": "abidance.report.gate.json_document",
    "sarif": "abidance.report.sarif",
    "junit": "abidance.report.junit",
    "github": "abidance.report.github",
    "markdown": "abidance.report.markdown",
}


def renderer(name: str) -> Renderer:
    """Return how results are written in this format; raises UsageError when there is none."""
    if name in GATE_REPORTERS:
        module = importlib.import_module(GATE_REPORTERS[name])
        found: Renderer = module.RENDERERS[name]
        return found
    hint = did_you_mean(name, GATE_REPORTERS) or f"choose from {', '.join(GATE_REPORTERS)}"
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no format `{name}`", help=hint))
