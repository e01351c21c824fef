"""Texts that a command writes, to stdout or to the file that an option names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError


def write_report(file: Path, text: str) -> None:
    """Write a whole file that an option named; raises UsageError when that is impossible."""
    from abidance.core.files import write_whole  # noqa: PLC0415 - stdout needs no temporary files

    try:
        write_whole(file, text)
    except OSError as error:
        raise unwritable(file, error.strerror or str(error)) from None


def report_to(output: str | None, text: str) -> None:
    """Write `text` to the file that `--output` names, or to stdout."""
    if output is None:
        sys.stdout.write(text)
    else:
        write_report(Path(output), text)


def refuse_in_ci(what: str) -> None:
    """Raise UsageError where `CI` is set: nothing is accepted that nobody looks at."""
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        return
    remedy = "accept where you work, look at the difference, and commit it"
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"{what} never accepted where `CI` is set", help=remedy))


def unwritable(path: Path, why: str) -> UsageError:
    """Return the error of a file that cannot be written."""
    return UsageError(Diagnostic(BAD_CONFIGURATION, f"`{path}` cannot be written: {why.lower()}"))
