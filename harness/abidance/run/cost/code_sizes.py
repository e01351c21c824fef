"""How large the machine code of each function of a boundary is, as the library's symbols tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.costs import CostKind, MeasuredCost, Quantile
from abidance.run.inputs.applicability import is_as_shipped
from abidance.toolchain.elf_image import open_image

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.core.events import ItemId


def code_sizes(boundary: Boundary, item: ItemId, library: Path) -> tuple[MeasuredCost, ...]:
    """Return the sizes in the build that ships; of a function without a symbol, or whose symbol tells none, nothing."""
    if not is_as_shipped(item.build):
        return ()
    try:
        with library.open("rb") as file:
            sizes = {
                each.name: each.size for each in open_image(file).symbols() if each.exported and each.callable
            }
    except (OSError, ValueError):
        return ()
    named = {name: sizes.get(function.declaration.symbol, 0) for name, function in boundary.functions.items()}
    return tuple(
        MeasuredCost(name, item.library, item.build, CostKind.CODE, (Quantile(1, size),))
        for name, size in named.items()
        if size
    )
