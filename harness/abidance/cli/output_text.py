"""Texts that a command writes, to stdout or to the file that an option names."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def write_report(file: Path, text: str) -> None:
    """Write a whole file that an option named; raises UsageError when that is impossible."""
    from abidance.core.files import write_whole  # noqa: PLC0415 - stdout needs no temporary files

    try:
        write_whole(file, text)
    except OSError as error:
        raise unwritable(file, error.strerror or str(error)) from None


def report_to(output: str | Path | None, text: str) -> None:
    """Write `text` to the file that `--output` names, or to stdout."""
    if output is None:
        sys.stdout.write(text)
    else:
        write_report(Path(output), text)


def targets(formats: Sequence[str], output: str | None) -> list[tuple[str, Path | None]]:
    """Return the format and the file of each report that `--format` and `--output` ask for; None is stdout.

    The one without a file of its own comes first. Raises UsageError when two would go to one place, or to none.
    """
    main: list[str] = []
    found: list[tuple[str, Path | None]] = []
    for each in formats:
        name, equals, file = each.partition("=")
        if equals:
            found.append((name, _writable(file)))
        else:
            main.append(name)
    if len(main) > 1:
        shown = " and ".join(f"`{name}`" for name in main)
        hint = f"give all but one a file, such as `--format {main[-1]}=FILE`"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"{shown} would go to one place", help=hint))
    return [(main[0] if main else "terminal", None if output is None else _writable(output)), *found]


def _writable(name: str) -> Path:
    """Return the path, or say now rather than after a long run that no file can be written there."""
    path = Path(name)
    if not name or path.is_dir():
        raise unwritable(path, "it is a folder" if name else "it has no name")
    return path


def refuse_in_ci(what: str) -> None:
    """Raise UsageError where `CI` is set: nothing is accepted that nobody looks at."""
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        return
    remedy = "accept where you work, look at the difference, and commit it"
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"{what} never accepted where `CI` is set", help=remedy))


def unwritable(path: Path, why: str) -> UsageError:
    """Return the error of a file that cannot be written."""
    return UsageError(Diagnostic(BAD_CONFIGURATION, f"`{path}` cannot be written: {why.lower()}"))
