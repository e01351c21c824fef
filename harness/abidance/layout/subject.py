"""What a report on layouts is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.layout.own_declarations import Part


@dataclass(frozen=True, slots=True)
class LayoutSubject:
    """The header that is reported on, and how it is compiled.

    `before` are headers to include before it, as ``#include <...>`` names them. `seen_from` is the folder of
    the file that will include it, where one will. `chosen`, given its declarations, says what of it is asked
    about; by default that is its own part.
    """

    header: Path
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    seen_from: Path | None = None
    chosen: Callable[[Declarations], Part] | None = None
