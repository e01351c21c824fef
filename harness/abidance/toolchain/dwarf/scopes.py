"""In which namespace an entry stands, and which classes of some names a unit has in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.toolchain.dwarf.names import At, Tag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry

_SCOPES = (Tag.NAMESPACE, Tag.STRUCTURE, Tag.CLASS, Tag.UNION)
_TYPES = (Tag.ENUMERATION, Tag.TYPEDEF)
_RECORDS = frozenset((Tag.STRUCTURE, Tag.CLASS, Tag.UNION))
_DEEPEST = 64

Scope = tuple[str, ...]


class Scopes:
    """The scopes of types, found for all of a unit when one of them is asked for."""

    def __init__(self) -> None:
        self._known: dict[CompileUnit, dict[int, Scope]] = {}

    def of(self, entry: DebugEntry) -> Scope:
        """Return the names of the namespaces and classes that a type stands in, the outermost first."""
        unit = entry.unit
        if unit not in self._known:
            self._known[unit] = dict(_scoped(unit))
        return self._known[unit].get(entry.offset, ())


def _scoped(unit: CompileUnit) -> Iterator[tuple[int, Scope]]:
    return ((child.offset, scope) for scope, child in _within(unit, *_TYPES) if scope)


def complete_classes(unit: CompileUnit, names: Collection[str]) -> Iterator[tuple[Scope, DebugEntry]]:
    """Yield the classes of these names that the unit describes in full, with the scope of each."""
    for scope, child in _within(unit):
        if child.tag in _RECORDS and child.text(At.NAME) in names and not child.flag(At.DECLARATION):
            yield scope, child


def declared_members(unit: CompileUnit, symbols: Collection[str]) -> Iterator[tuple[DebugEntry, str]]:
    """Yield the declarations of C++ that stand in classes and namespaces and have these symbols, with the symbol."""
    for _, child in _within(unit, Tag.SUBPROGRAM):
        if child.tag == Tag.SUBPROGRAM:
            symbol = child.text(At.LINKAGE_NAME) or child.text(At.MIPS_LINKAGE_NAME)
            if symbol in symbols:
                yield child, symbol


def _within(unit: CompileUnit, *tags: int) -> Iterator[tuple[Scope, DebugEntry]]:
    """Yield a unit's namespaces and classes, and what else has one of the tags, each with the scope it is in."""
    waiting: list[tuple[Scope, DebugEntry]] = [((), unit.top)]
    while waiting:
        scope, host = waiting.pop()
        for child in host.children(*_SCOPES, *tags):
            yield scope, child
            if child.tag in _SCOPES and child.has_children and len(scope) < _DEEPEST:
                waiting.append(((*scope, child.text(At.NAME)), child))
