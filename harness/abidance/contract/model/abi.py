"""`abi:`, the accepted baseline and which changes of it are allowed; and `suppressions:`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, ClauseSnippet, clause
from abidance.contract.language.kinds import (
    CODE,
    PATH,
    TEXT,
    choice,
)
from abidance.contract.language.measures import DATE
from abidance.contract.language.shapes import Shorthand
from abidance.core.gate import POLICIES

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from abidance.contract.language.clauses import Name

_POLICY = choice(*POLICIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Clauses):
    """Which changes the gate allows."""

    title: ClassVar[str] = "Which changes the gate allows."

    default: str = field(default="no-breaking", metadata=clause(_POLICY, "The policy for every change."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Abi(Clauses):
    """The accepted baseline, and what may change against it."""

    title: ClassVar[str] = "The accepted baseline, and which changes against it are allowed."

    baseline: Path | None = field(default=None, metadata=clause(PATH, "The file with the accepted baseline."))
    policy: Policy | None = field(
        default=None,
        metadata=clause(
            Shorthand(Policy, "default", _POLICY, words="a policy, or a mapping"),
            "Which changes the gate allows.",
        ),
    )
    version: str | None = field(
        default=None,
        metadata=clause(
            TEXT,
            "The project's version, for `semver`; by default that of the nearest build file in this "
            "folder or above.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression(Clauses):
    """A dated, reasoned exception to one finding."""

    title: ClassVar[str] = "An exception to one finding, with a reason."
    snippets = (
        ClauseSnippet(
            "an exception with an end",
            {
                "code": "${1:ABD421}",
                "subject": "${2:SUBJECT}",
                "reason": "${3:why}",
                "expires": "${4:2030-01-01}",
            },
        ),
    )

    code: Name = field(metadata=clause(CODE, "The finding's code or name.", required=True))
    subject: str | None = field(
        default=None, metadata=clause(TEXT, "What the finding is about, such as `rg_stats.reserved`.")
    )
    reason: str = field(metadata=clause(TEXT, "Why the exception is justified.", required=True))
    expires: dt.date | None = field(
        default=None, metadata=clause(DATE, "The day on which the exception ends.")
    )
