"""How an item ended, in pytest's words."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """`errored` means *could not judge*; it is never shown or counted as passed."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"


class ExitCode:
    """What a process exit status means, whatever the command, flags or format."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_JUDGE = 3
    NOTHING_COLLECTED = 5
