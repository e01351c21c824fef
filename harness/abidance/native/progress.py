"""What an engine tells while it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["finding", "sanitizer", "signal", "exit", "hang", "memory", "output", "descriptor"]
"""A broken promise; a report; a signal; `exit` or `_exit` called; no return; memory, output without an end; all
descriptors closed."""

_FRAME = re.compile(r"^\s*#\d+ .*\(([^()\n]+\+0x[0-9a-f]+)\)", re.MULTILINE)
_FINDING = re.compile(r"ABIDANCE-FINDING (\S+) (\S+) step (\d+): (.*)")
_MOST_FRAMES = 32


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that ended the process. `cause` is the same for failures that are alike.

    `status` is the signal or the exit status, `text` what the process said last, on stderr. `alone` tells that the
    input does the same in a process that has run nothing before it; of a hang that is not tried.
    """

    data: bytes
    kind: FailureKind
    status: int
    cause: str
    text: str
    alone: bool
    executions: int
    seconds: float

    @property
    def stack(self) -> tuple[str, ...]:
        """Return the innermost frames, each as ``module+0xplace``; none where nothing told them."""
        start = max(self.text.rfind("ABIDANCE-CRASH"), self.text.rfind("ERROR: AddressSanitizer"), 0)
        return tuple(found[1] for found in _FRAME.finditer(self.text, start))[:_MOST_FRAMES]

    @property
    def finding(self) -> tuple[str, str, int, str] | None:
        """Return code, function, step and words of a broken promise."""
        found = None if self.kind != "finding" else [*_FINDING.finditer(self.text)]
        if not found:
            return None
        code, function, step, words = found[-1].groups()
        return code, function, int(step), words


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; `seconds` of processor time. `failures` counts causes."""

    executions: int
    edges: int
    corpus: int
    failures: int
    seconds: float
    covered: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class CorpusInput:
    """An input that reached something new; one of the seeds, by its number, or one in place of a larger one."""

    data: bytes
    edges: int = 0
    seed: int | None = None
    instead_of: bytes | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A failure of a new cause, or a smaller input for one that is known."""

    failure: Failure
