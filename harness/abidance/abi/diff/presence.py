"""What a library exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.abi.facts import Facts


# What glibc and those that follow it call the versions of symbols that libraries of one project share.
_PRIVATE = re.compile(r"(^|_)(PRIVATE|INTERNAL)(_|\d|$)", re.IGNORECASE)


def is_private(facts: Facts, symbol: str) -> bool:
    """Tell whether a library exports a symbol in versions alone that call themselves private."""
    if facts.library is None:
        return False
    found = [each.version for each in facts.library.symbols.values() if each.name == symbol]
    return bool(found) and all(map(is_private_version, found))


def is_private_version(version: str) -> bool:
    """Tell whether the version of a symbol calls itself private."""
    return _PRIVATE.search(version) is not None


def exported(facts: Facts) -> frozenset[str]:
    """Return the names that a library exports in any version; none when no library was looked at."""
    if facts.library is None:
        return frozenset()
    return frozenset(symbol.name for symbol in facts.library.symbols.values())
