"""Which function or variable of the new library a linked program gets for one of the old: that of its version.

What is compiled again gets the default version, whose name stands without it (`name@@VERSION`); an earlier one,
`name@VERSION`, is there for programs alone (gnu-gabi, "Symbol Versioning"; ld.so binds by name and version).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.abi.change import Change
    from abidance.abi.facts import Facts, FunctionFacts, VariableFacts

PROGRAMS, SOURCES = "programs-only", "sources-only"
"""Traits of what only those that are linked already meet, and of what only those that are compiled again do."""


def programs_get(
    old: Facts,
    new: Facts,
    one: FunctionFacts | VariableFacts,
    described: Mapping[str, FunctionFacts | VariableFacts],
) -> str | None:
    """Return the name, among those `described`, of the new one for programs that are linked to the old one.

    None stands for one that is there and is not described.
    """
    versions = _versions(old, one.symbol)
    name, _, asked = one.name.partition("@")
    wanted = asked or next((each for each, default in versions.items() if default), "")
    found = _versions(new, one.symbol)
    if not wanted or wanted not in found:
        return name  # unversioned references, and those to a version that is gone, bind to the default one
    if found[wanted]:
        return name
    kept = f"{name}@{wanted}"
    return kept if kept in described else None


def met_by(audience: str, changes: Iterator[Change]) -> Iterator[Change]:
    """Return changes as those that only an audience meets: `PROGRAMS` or `SOURCES`."""
    return (replace(each, traits=each.traits | {audience}) for each in changes)


def _versions(facts: Facts, symbol: str) -> dict[str, bool]:
    """Return the versions in which a library exports a symbol, each with whether it is the default one."""
    if facts.library is None:
        return {}
    return {each.version: each.default for each in facts.library.symbols.values() if each.name == symbol}
