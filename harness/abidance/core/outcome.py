"""How an item ended, in pytest's words, and what a process exit status makes of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.events import ItemFinished


class Outcome(StrEnum):
    """`errored` means *could not judge*; it is never shown or counted as passed.

    `suppressed` means that all that was found is an exception of the contract: it decides nothing, and has not passed.
    """

    PASSED = "passed"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    ERRORED = "errored"
    SKIPPED = "skipped"


class ExitCode:
    """What a process exit status means, whatever the command, flags or format."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_JUDGE = 3
    NOTHING_COLLECTED = 5


def exit_code(
    items: Iterable[ItemFinished], *, interrupted: bool = False, stopped: Iterable[int] = ()
) -> int:
    """Return the exit status of a run that ended with `items`.

    `stopped` has the exit codes of the contracts that ended before any item. A finding comes before all
    else; then what must be corrected, what could not be judged, and a contract of which nothing was run.
    """
    ended = [*stopped]
    counted = [item for item in items if item.applies]
    code = status(
        findings=any(item.outcome is Outcome.FAILED for item in counted),
        unjudged=interrupted or any(not item.judged for item in counted),
    )
    return worst((*ended, code)) or (ExitCode.OK if counted or ended else ExitCode.NOTHING_COLLECTED)


def status(*, findings: bool, unjudged: bool) -> int:
    """Return the exit status of one subject, of which something is wrong or could not be judged."""
    return worst([ExitCode.FINDINGS] * findings + [ExitCode.COULD_NOT_JUDGE] * unjudged)


def forgiving(code: int, *, exit_zero: bool) -> int:
    """Return the exit status that ``--exit-zero`` makes of another: it forgives findings, and nothing else."""
    return ExitCode.OK if exit_zero and code == ExitCode.FINDINGS else code


def is_judged(code: int) -> bool:
    """Tell whether an exit status is that of something that was judged, well or badly."""
    return code in (ExitCode.OK, ExitCode.FINDINGS)


def worst(codes: Iterable[int]) -> int:
    """Return the exit status of several contracts that ended with `codes`."""
    found = set(codes)
    order = (ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.COULD_NOT_JUDGE, ExitCode.NOTHING_COLLECTED)
    return next((code for code in order if code in found), ExitCode.OK)
