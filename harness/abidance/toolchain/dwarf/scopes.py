"""In which namespace an entry stands, and which classes of some names a unit has in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.names import At, Tag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.toolchain.dwarf.unit import Entry, Unit

_SCOPES = (Tag.NAMESPACE, Tag.STRUCTURE, Tag.CLASS, Tag.UNION)
_RECORDS = frozenset((Tag.STRUCTURE, Tag.CLASS, Tag.UNION))
_DEEPEST = 64

Scope = tuple[str, ...]


def scope_of(entry: Entry) -> Scope:
    """Return the names of the namespaces and classes that an entry stands in, the outermost first."""
    found: list[str] = []
    host = entry.unit.top
    for _ in range(_DEEPEST):
        within = None
        for child in host.children(*_SCOPES):
            if child.offset > entry.offset:
                break
            within = child
        if within is None or within.offset == entry.offset:
            break
        found.append(within.text(At.NAME))
        host = within
    return tuple(found)


def complete_classes(unit: Unit, names: Collection[str]) -> Iterator[tuple[Scope, Entry]]:
    """Yield the classes of these names that the unit describes in full, with the scope of each."""
    waiting: list[tuple[Scope, Entry]] = [((), unit.top)]
    while waiting:
        scope, host = waiting.pop()
        for child in host.children(*_SCOPES):
            name = child.text(At.NAME)
            if child.tag in _RECORDS and name in names and not child.flag(At.DECLARATION):
                yield scope, child
            if child.has_children and len(scope) < _DEEPEST:
                waiting.append(((*scope, name), child))
