"""What a library exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.abi.facts import Facts


def exported(facts: Facts) -> frozenset[str]:
    """Return the names that a library exports in any version; none when no library was looked at."""
    if facts.library is None:
        return frozenset()
    return frozenset(symbol.name for symbol in facts.library.symbols.values())
