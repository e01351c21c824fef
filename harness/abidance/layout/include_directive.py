"""How C source includes a header."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.toolchain.compiler import Compiler


def included_as(
    header: Path, include_dirs: Sequence[Path], compiler: Compiler, seen_from: Path | None
) -> str:
    """Return the operand of ``#include``: in angle brackets below a system's folder, else in quotes.

    A header in none of the folders that are searched goes by its path from the folder `seen_from`, or by the
    one that it was given with.
    """
    whole = header.absolute()
    for folders, quotes in (
        ((each.absolute() for each in include_dirs), '""'),
        (compiler.system_dirs(), "<>"),
    ):
        below = [folder for folder in folders if whole.is_relative_to(folder)]
        if below:
            deepest = max(below, key=lambda folder: len(folder.parts))
            return f"{quotes[0]}{whole.relative_to(deepest)}{quotes[1]}"
    shown = os.path.relpath(whole, seen_from.absolute()) if seen_from else header
    return f'"{shown}"'
