"""A C program for each difference, which shows it against either library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.core.files import write_whole
from abidance.run.commands.emit_c import emit_c

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.replacement.model import Scorecard
    from abidance.run.inputs.settings import Settings


def write_programs(card: Scorecard, settings: Settings, folder: Path) -> tuple[list[Path], list[str]]:
    """Write a program for each finding that has a call; return their paths, and why some have none."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    without: list[str] = []
    findings = (found for area in card.areas for found in area.findings)
    for number, found in enumerate((each for each in findings if each.case), 1):
        name = re.sub(r"\W+", "_", f"{number:02}_{found.subject}_{found.diagnostic.code.name}") + ".c"
        try:
            text = emit_c(found.case, settings, name)
        except AbidanceError as error:
            without.append(f"{name}: {error.diagnostics[0].message}")
            continue
        write_whole(folder / name, text)
        written.append(folder / name)
    return written, without
