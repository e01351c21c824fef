"""What is said when a command could not do its work at all."""

from __future__ import annotations

import contextlib
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.core.events import RunStopped
from abidance.report import opener
from abidance.report.text.block import render
from abidance.report.text.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.errors import AbidanceError


def tell(diagnostics: Sequence[Diagnostic]) -> None:
    """Print the diagnostics on stderr."""
    look = Style.of(sys.stderr)
    with contextlib.suppress(OSError):  # a stderr that takes nothing leaves the exit status
        for diagnostic in diagnostics:
            sys.stderr.write(render(diagnostic, look) + "\n")
        sys.stderr.flush()


def tell_json(error: AbidanceError) -> None:
    """Print the document of a run that could not begin, for the program that reads stdout."""
    report = opener("json")(sys.stdout, Style(), 0)
    report(RunStopped("", error.diagnostics, error.exit_code))
    report.close()


def wants_json(arguments: Sequence[str]) -> bool:
    """Tell whether stdout was to be JSON; the options themselves may be what could not be read."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def of_the_system(error: Exception) -> AbidanceError | None:
    """Return the error to tell instead where the operating system refused something, or None."""
    from abidance.core.system import refusal  # noqa: PLC0415 - mostly there is no such error

    return refusal(error)
