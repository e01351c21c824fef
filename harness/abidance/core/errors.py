"""Errors: abidance could not go on. A finding about the user's code is never an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic


class AbidanceError(Exception):
    """Carries what to tell the user; only `cli.main` and the pytest plugin catch it broadly."""

    exit_code: ClassVar[int] = ExitCode.COULD_NOT_JUDGE

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"[{d.code.id}] {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics


class UsageError(AbidanceError):
    """The command line, the configuration, the contract or the header is wrong: exit 2."""

    exit_code = ExitCode.USAGE


class NothingCollectedError(AbidanceError):
    """Nothing is there to run: exit 5."""

    exit_code = ExitCode.NOTHING_COLLECTED


class CannotJudgeError(AbidanceError):
    """Something that judging needs is missing or broke: exit 3."""


class CaseError(CannotJudgeError):
    """One case could not be judged; others may be."""


class PlanTooLargeError(CaseError):
    """A sequence takes more than one plan can hold: a shorter one may be judged."""


class HookError(CaseError):
    """A Python function of the project, which the contract names, is missing, raised, or made nothing of use."""


class UnsteadyError(CaseError):
    """A library does not answer the same call alike twice, so this case has no one answer to judge."""
