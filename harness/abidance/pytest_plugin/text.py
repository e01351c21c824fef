"""Diagnostics as pytest shows them: the terminal reporter's blocks, without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.report.text.block import render
from abidance.report.text.look import Look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.core.diagnostic import Diagnostic, Finding


def blocks(subjects: Iterable[Diagnostic | Finding]) -> str:
    """Return one block for each, an empty line between them."""
    return "\n\n".join(render(subject, Look()) for subject in subjects)


def one_line(subjects: Iterable[Diagnostic]) -> str:
    """Return messages and remedies on one line, for a skip reason."""
    return "; ".join(": ".join(filter(None, (d.message, d.help))) for d in subjects)
