"""What the ABI gate found, in presentable form: what reporters show, and nothing that they must work out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.outcome import worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.diagnostic import Diagnostic

POLICIES = ("no-breaking", "no-change", "semver")


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """One change with its verdict, one of ``compatible``, ``risky``, ``unknown`` and ``breaking``.

    `axes` tells for whom it holds: ``binary`` for programs that are linked already, ``source`` for those that
    are compiled again, ``contract`` for those that rely on what was promised. `fails` is true when the policy
    does not let it pass. `suppressed` is the reason of the suppression that does, empty without one.
    """

    diagnostic: Diagnostic
    subject: str
    old: str
    new: str
    verdict: str
    axes: dict[str, str]
    effect: str = ""
    fails: bool = False
    suppressed: str = ""


@dataclass(frozen=True, slots=True)
class SuppressedFinding:
    """A finding that the contract makes an exception of, for this reason."""

    diagnostic: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class GateResult:
    """One comparison of an old and a new side.

    `verdict` is the worst of those changes that are not suppressed. `findings` are about the gate itself, such as
    an unused suppression; `suppressed` are those of them that decide nothing. `bump` is the version step that the
    changes need: ``major``, ``minor``, ``patch`` or ``none``. `evidence` names the witnesses of the new side.
    """

    name: str
    old: str
    new: str
    verdict: str
    policy: str
    bump: str
    changes: tuple[JudgedChange, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    evidence: tuple[str, ...] = ()
    exit_code: int = 0
    details: dict[str, str] = field(default_factory=dict)
    suppressed: tuple[SuppressedFinding, ...] = ()


def overall(results: Sequence[GateResult]) -> int:
    """Return the exit status of all results."""
    return worst(each.exit_code for each in results)
