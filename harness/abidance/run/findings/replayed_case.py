"""A kept failing call that was run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.run.findings.case_store import StoredCase
    from abidance.toolchain.library import Artifact


@dataclass(frozen=True, slots=True)
class ReplayedCase:
    """A stored case that ran again: the last failing trial, or the last one when none failed.

    There are two `artifacts` where two libraries, or two builds, are compared: the second is that of `trial.other`.
    `unwatched` says which instruments were off, so that a trial without a finding proves nothing.
    """

    stored: StoredCase
    boundary: Boundary
    trial: CaseResult
    artifacts: tuple[Artifact, ...]
    failed: int
    tried: int
    findings: tuple[Finding, ...]
    unwatched: tuple[Diagnostic, ...] = ()
