"""Phase `header`: the contract against the header, asked of the compiler. Nothing of the project runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.diagnostic import Finding
from abidance.run.execution.context import ItemVerdict

if TYPE_CHECKING:
    from abidance.run.execution.context import Context


def judge(context: Context) -> ItemVerdict:
    """Return the mismatches that joining contract and header found for this function."""
    function = context.function
    found = tuple(
        Finding(
            diagnostic, function=function.name, phase=context.item.phase, library="", builds=(), found_after=0
        )
        for diagnostic in function.mismatches
    )
    return ItemVerdict(found, function.refused)
