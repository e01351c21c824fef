"""How an item tells pytest what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic, Finding


class FoundError(Exception):
    """An item found something about the user's code; shown as the findings' blocks."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"[{f.diagnostic.code.id}] {f.diagnostic.message}" for f in findings))
        self.findings = findings


class CouldNotJudgeError(AbidanceError):
    """An item could not be judged: never passed, never skipped in silence."""

    def __init__(self, reasons: tuple[Diagnostic, ...]) -> None:
        super().__init__(*reasons)
