"""Runs that are kept, by revision and machine, so that two revisions can be compared without running either again."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.history.recorder import RunRecorder
    from abidance.history.store import RunStore

RUNS = 200
"""So many runs are kept of a project."""
VARIABLE = "ABIDANCE_HISTORY"


def store_of(root: Path) -> RunStore:
    """Return the kept runs of the project in this folder."""
    from abidance.history.store import FILE, RunStore  # noqa: PLC0415 - `--help` needs no database

    return RunStore(root / ".abidance" / FILE)


def recorder_of(root: Path, command: str, keep: int | None, *, shared: str = "") -> RunRecorder:
    """Return what keeps a run of the project in this folder; where it cannot, stderr says so and the run goes on.

    `keep` is how many runs stay, where the settings say. Processes that are given the same word in `shared` write one
    run together. Raises UsageError for a variable of the environment that is no number.
    """
    from abidance.history.recorder import RunRecorder  # noqa: PLC0415 - `--help` needs no database

    most = _default() if keep is None else keep
    return RunRecorder(store_of(root), root, command, most, _complain, shared)


def _default() -> int:
    text = os.environ.get(VARIABLE, "")
    if not text:
        return RUNS
    if not text.isdecimal():
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`{VARIABLE}` is `{text}`, and no number of runs"))
    return int(text)


def _complain(why: str) -> None:
    sys.stderr.write(f"abidance: this run is not kept: {why}\n")
