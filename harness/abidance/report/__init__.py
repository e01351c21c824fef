"""Reporters: one file for each output, one table. They see only `abidance.core`.

A reporter module has ``open_report(stream, look, verbosity)``, which returns a `Reporter`: of a run, whose events it is
given, or of the ABI gate, whose results it is given. Other packages add formats by the entry point group
``abidance.reporters``, which names such a function.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from typing import TextIO

    from abidance.core.events import Event
    from abidance.core.gate import GateResult
    from abidance.report.text.style import Style


class Reporter(Protocol):
    """A listener to a run's events, or to the gate's results, that writes to one stream."""

    def __call__(self, event: Event | GateResult) -> None:
        """Take in one event or result, and write what can be written."""

    def close(self) -> None:
        """Write what is left; nothing comes after this."""


class ReporterFactory(Protocol):
    """How a reporter is made. `verbosity` is how often ``-v`` was given."""

    def __call__(self, stream: TextIO, look: Style, verbosity: int) -> Reporter:
        """Return a reporter that writes to `stream`."""


REPORTERS: dict[str, str] = {
    "terminal": "abidance.report.terminal",
    "concise": "abidance.report.concise",
    "json": "abidance.report.json_document",
    "sarif": "abidance.report.sarif",
    "junit": "abidance.report.junit",
    "github": "abidance.report.github",
    "gitlab": "abidance.report.gitlab",
    "markdown": "abidance.report.markdown",
}
"""The module of each format; a module is imported when its format is asked for."""

OF_CHECKOUT = frozenset({"sarif", "github", "gitlab", "markdown"})
"""The formats that a service lays against the checkout it made, wherever in it the command is run."""


def opener(name: str) -> ReporterFactory:
    """Return how the reporter of this format is made; raises UsageError when there is none."""
    if name in REPORTERS:
        built_in: ReporterFactory = importlib.import_module(REPORTERS[name]).open_report
        return built_in
    # Only here: looking through the installed packages takes longer than printing most reports.
    from importlib.metadata import entry_points  # noqa: PLC0415

    others = {entry.name: entry for entry in entry_points(group="abidance.reporters")}
    if name in others:
        loaded: ReporterFactory = others[name].load()
        return loaded
    known = (*REPORTERS, *others)
    hint = did_you_mean(name, known) or f"choose from {', '.join(known)}"
    raise UsageError(Diagnostic(BAD_CONFIGURATION, f"there is no format `{name}`", help=hint))
