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

    from abidance.contract.model.abi import Suppression as Written
    from abidance.core.codes import Code
    from abidance.core.span import Span


def today_here() -> dt.date:
    """Return the day by which suppressions end, the same wherever they are judged."""
    return dt.datetime.now(tz=dt.UTC).date()


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """One suppression: `code` is a code or a name, `subject` a glob or None for every subject."""

    code: str
    reason: str
    subject: str | None = None
    expires: dt.date | None = None
    span: Span | None = None

    @classmethod
    def of(cls, written: Written) -> SuppressionRule:
        """Return a suppression as a contract has it."""
        return cls(str(written.code), written.reason, written.subject, written.expires, written.span)

    def fits(self, code: Code, subject: str) -> bool:
        """Tell whether a finding of this code about `subject` is meant, whatever day it is."""
        return code.is_called(self.code) and self.fits_subject(subject)

    def fits_subject(self, subject: str) -> bool:
        """Tell whether findings about `subject` may be meant."""
        return self.subject is None or fnmatch.fnmatchcase(_bare(subject), _bare(self.subject))

    def has_ended(self, today: dt.date) -> bool:
        """Tell whether its day has come."""
        return self.expires is not None and self.expires <= today

    @property
    def expired(self) -> Diagnostic:
        """Return the finding that its day has come."""
        message = f"the suppression of {self._what} ended on {self.expires}"
        return Diagnostic(SUPPRESSION_EXPIRED, message, self._labels, (f"reason: {self.reason}",))

    @property
    def unused(self) -> Diagnostic:
        """Return the finding that it suppresses nothing."""
        message = f"the suppression of {self._what} suppresses nothing"
        return Diagnostic(SUPPRESSION_UNUSED, message, self._labels, help="remove it")

    @property
    def _labels(self) -> tuple[Label, ...]:
        return (Label(self.span),) if self.span else ()

    @property
    def _what(self) -> str:
        return f"`{self.code}`" + (f" of `{self.subject}`" if self.subject else "")


@dataclass(slots=True)
class Suppressions:
    """The suppressions of one contract that speak of changes, and which of them were used so far."""

    listed: Sequence[SuppressionRule] = ()
    today: dt.date = field(default_factory=today_here)
    _used: set[int] = field(default_factory=set)

    def reason(self, code: Code, subject: str) -> str:
        """Return why a finding about `subject` is suppressed, or nothing when it is not."""
        why = ""
        for number, each in enumerate(self.listed):
            if each.fits(code, subject):
                self._used.add(number)
                if not each.has_ended(self.today):
                    why = why or each.reason
        return why

    def findings(self) -> list[Diagnostic]:
        """Return the suppressions that have expired or were not used."""
        found = []
        for number, each in enumerate(self.listed):
            if each.has_ended(self.today):
                found.append(each.expired)
            elif number not in self._used:
                found.append(each.unused)
        return found


def speaks_of_runs(word: str) -> bool:
    """Tell whether a code or name is one of what calls, contracts and headers show, and none of the gate's."""
    from abidance.checks import all_checks  # noqa: PLC0415 - few contracts have suppressions
    from abidance.core.catalogue import CATALOGUE  # noqa: PLC0415

    codes = (*CATALOGUE, *(check.code for check in all_checks()))
    return any(code.is_called(word) for code in codes)


def _bare(subject: str) -> str:
    for word in ("struct ", "union ", "enum "):
        subject = subject.removeprefix(word)
    return subject
