"""Which function or variable of the new library a linked program gets for one of the old: that of its version.

What is compiled again gets the default version, whose name stands without it (`name@@VERSION`); an earlier one,
`name@VERSION`, is there for programs alone (gnu-gabi, "Symbol Versioning"; ld.so binds by name and version).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abidance.abi.change import Change
    from abidance.abi.facts import Facts, FunctionFacts, VariableFacts

Symbol = TypeVar("Symbol", "FunctionFacts", "VariableFacts")

PROGRAMS, SOURCES = "programs-only", "sources-only"
"""Traits of what only those that are linked already meet, and of what only those that are compiled again do."""


@dataclass(frozen=True, slots=True)
class SymbolVersions:
    """By symbol, the versions in which each library exports it, each with whether it is the default one."""

    old: Mapping[str, Mapping[str, bool]]
    new: Mapping[str, Mapping[str, bool]]

    @classmethod
    def of(cls, old: Facts, new: Facts) -> SymbolVersions:
        """Return those of two libraries; none for facts without a library."""
        return cls(_by_symbol(old), _by_symbol(new))

    def programs_get(
        self, one: FunctionFacts | VariableFacts, described: Mapping[str, FunctionFacts | VariableFacts]
    ) -> str | None:
        """Return the name, among those `described`, of the new one for programs that are linked to the old one.

        None stands for one that is there and is not described.
        """
        name, _, asked = one.name.partition("@")
        versions = self.old.get(one.symbol, {})
        wanted = asked or next((each for each, default in versions.items() if default), "")
        found = self.new.get(one.symbol, {})
        if not wanted or wanted not in found:
            return (
                name  # unversioned references, and those to a version that is gone, bind to the default one
            )
        if found[wanted]:
            return name
        kept = f"{name}@{wanted}"
        return kept if kept in described else None

    def changes(
        self,
        old: Mapping[str, Symbol],
        new: Mapping[str, Symbol],
        alone: Callable[[Symbol, str], Change],
        both: Callable[[Symbol, Symbol], Iterator[Change]],
    ) -> Iterator[Change]:
        """Yield the changes of all functions, or all variables.

        `alone` makes that of one which was ``removed`` or ``added``, `both` those between one and its heir.
        """
        for name in sorted(old.keys() | new.keys()):
            heir = self.programs_get(old[name], new) if name in old else None
            if name not in new:
                # A version that became the default one is there under the plain name.
                if heir is None or heir == name or heir not in new:
                    yield alone(old[name], "removed")
            elif name not in old:
                if name.partition("@")[0] not in old:  # a further version is told of its symbol
                    yield alone(new[name], "added")
            elif heir == name:
                yield from both(old[name], new[name])
            else:
                yield from _met_by(SOURCES, both(old[name], new[name]))
            if heir is not None and heir != name and heir in new:
                yield from _met_by(PROGRAMS, both(old[name], new[heir]))


def _met_by(audience: str, changes: Iterator[Change]) -> Iterator[Change]:
    """Return changes as those that only an audience meets: `PROGRAMS` or `SOURCES`."""
    return (replace(each, traits=each.traits | {audience}) for each in changes)


def _by_symbol(facts: Facts) -> dict[str, dict[str, bool]]:
    found: dict[str, dict[str, bool]] = {}
    for each in facts.library.symbols.values() if facts.library is not None else ():
        found.setdefault(each.name, {})[each.version] = each.default
    return found
