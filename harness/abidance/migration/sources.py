"""Where facts are from, in words that people can look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.history.wording import revision_of, when
from abidance.migration.model import FactSource
from abidance.pages.elements import run_anchor

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.span import Span
    from abidance.evidence.model import RunOrigin


def of_run(origin: RunOrigin) -> FactSource:
    """Return a kept run as a source."""
    run = origin.run
    words = f"run #{run.id} ({run.command}) of {revision_of(run)}, {when(run)}"
    return FactSource(words, "abidance history", run_anchor(run.id))


def of_case(case: str) -> FactSource:
    """Return a stored failing call as a source."""
    return FactSource(f"failing call {case}", f"abidance replay {case}")


def of_place(span: Span, root: Path) -> FactSource:
    """Return a line of a contract or header as a source."""
    path = span.path
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return FactSource(f"{shown}:{span.line}")
