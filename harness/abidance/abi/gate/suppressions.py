"""Suppressions: exceptions with a reason, and with a day on which they end. One that nobody needs is a finding."""

from __future__ import annotations

import datetime as dt
import fnmatch
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.codes import SUPPRESSION_EXPIRED, SUPPRESSION_UNUSED
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.gate import JudgedChange
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppression: `code` is a code or a name, `subject` a glob or None for every subject."""

    code: str
    reason: str
    subject: str | None = None
    expires: dt.date | None = None
    span: Span | None = None


@dataclass(slots=True)
class Suppressions:
    """The suppressions of one contract, and which of them were used so far."""

    listed: Sequence[Suppression] = ()
    today: dt.date = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC).date())
    _used: set[int] = field(default_factory=set)

    def reason(self, change: JudgedChange) -> str:
        """Return why the change is suppressed, or nothing when it is not."""
        why = ""
        for number, each in enumerate(self.listed):
            if _fits(each, change):
                self._used.add(number)
                if not self._expired(each):
                    why = why or each.reason
        return why

    def findings(self) -> list[Diagnostic]:
        """Return the suppressions that have expired or were not used."""
        found = []
        for number, each in enumerate(self.listed):
            labels = (Label(each.span),) if each.span else ()
            what = f"`{each.code}`" + (f" of `{each.subject}`" if each.subject else "")
            if self._expired(each):
                message = f"the suppression of {what} ended on {each.expires}"
                found.append(Diagnostic(SUPPRESSION_EXPIRED, message, labels, (f"reason: {each.reason}",)))
            elif number not in self._used:
                message = f"the suppression of {what} suppresses nothing"
                found.append(Diagnostic(SUPPRESSION_UNUSED, message, labels, help="remove it"))
        return found

    def _expired(self, each: Suppression) -> bool:
        return each.expires is not None and each.expires <= self.today


def _fits(each: Suppression, change: JudgedChange) -> bool:
    code = change.diagnostic.code
    if each.code.lower() not in (code.id.lower(), code.name):
        return False
    if each.subject is None:
        return True
    subject = _bare(change.subject)
    return fnmatch.fnmatchcase(subject, _bare(each.subject))


def _bare(subject: str) -> str:
    for word in ("struct ", "union ", "enum "):
        subject = subject.removeprefix(word)
    return subject
