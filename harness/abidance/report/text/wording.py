"""Numbers and names in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def count(number: int, noun: str) -> str:
    """Return such as ``1 finding``, ``3,140 calls`` and ``2 libraries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"


def quoted(names: Iterable[str]) -> str:
    """Return the names in backticks, each once, such as ``"`c`, `rust`"``."""
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))
