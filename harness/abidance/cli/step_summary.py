"""What GitHub Actions takes besides a log: the summary of a step, and an end to commands in what is printed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.output_text import unwritable
from abidance.report.text.style import Style

if TYPE_CHECKING:
    import io
    from collections.abc import Callable
    from typing import TextIO

    from abidance.report import Reporter

_LARGEST = 1 << 20
"""Bytes; a larger summary is not shown at all."""
_LEAST = 4096


def step_summary(text: io.StringIO) -> tuple[Reporter, Callable[[], None]] | None:
    """Return a report that writes to `text`, and what appends that to the step's summary; None where there is none.

    It takes the room that earlier commands of the step have left. Appending raises UsageError.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return None
    from abidance.report.markdown import open_limited  # noqa: PLC0415 - only where there is a summary

    file = Path(name)
    taken = file.stat().st_size if file.is_file() else 0
    reporter = open_limited(text, Style.of_checkout(), max(_LARGEST - taken - 1, _LEAST))

    def append() -> None:
        try:
            with file.open("a", encoding="utf-8") as summary:
                summary.write(text.getvalue() + "\n")
        except OSError as error:
            raise unwritable(file, error.strerror or str(error)) from None

    return reporter, append


def quiet_runner(stream: TextIO) -> Callable[[], None]:
    """Have a runner of GitHub Actions take nothing for a command that a report prints; return what ends that.

    A report shows what a library printed, and any line of a log that begins with ``::`` is a command otherwise.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return lambda: None
    token = secrets.token_hex(16)
    stream.write(f"::stop-commands::{token}\n")

    def end() -> None:
        stream.write(f"::{token}::\n")
        stream.flush()

    return end
