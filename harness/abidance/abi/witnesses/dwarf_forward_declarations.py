"""Classes that debug information only declares where they are used, and describes elsewhere or not at all.

clang describes a C++ class only where its constructors or its virtual functions are, or where the code needs to know
its members (``-fno-standalone-debug``). gcc describes each that is complete, so what it only declares is incomplete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, RecordFacts
from abidance.abi.witnesses.dwarf_words import is_cxx
from abidance.toolchain.dwarf.names import At
from abidance.toolchain.dwarf.scopes import complete_classes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Literal

    from abidance.toolchain.dwarf.scopes import Scope, Scopes
    from abidance.toolchain.dwarf.unit import CompileUnit, DebugEntry

    Kind = Literal["struct", "union"]

_CLANG = "clang"
# The standard library's classes are described in the standard library, and are its affair.
_STANDARD = frozenset(("std", "__gnu_cxx", "__cxxabiv1"))


class Homes:
    """Declared classes by key, with what is needed to find them elsewhere."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._sought: dict[str, tuple[Scope, str]] = {}

    def declared(self, key: str, kind: Kind, declaration: DebugEntry) -> RecordFacts:
        """Return what a declaration tells of a class. One that may well be complete is looked for from now on."""
        unit = declaration.unit
        described = not is_cxx(declaration) or _CLANG not in unit.top.text(At.PRODUCER)
        if described and not declaration.has_children:
            return RecordFacts(key, kind, None, by_address=UNKNOWN)
        scope = self._scopes.of(declaration)
        foreign = bool(scope) and scope[0] in _STANDARD
        if not foreign:
            self._sought.setdefault(key, (scope, declaration.text(At.NAME)))
        return RecordFacts(key, kind, UNKNOWN, own=False if foreign else UNKNOWN, by_address=UNKNOWN)

    def find(self, units: Iterable[CompileUnit], known: Collection[str]) -> Iterator[DebugEntry]:
        """Yield the full descriptions of those that are not known; what these lead to is sought as well."""
        listed: list[CompileUnit] | None = None
        tried: set[str] = set()
        while wanted := {
            key: at for key, at in self._sought.items() if key not in tried and key not in known
        }:
            listed = list(units) if listed is None else listed
            tried |= {*wanted}
            names = {name for _, name in wanted.values()}
            for unit in listed:
                for scope, entry in complete_classes(unit, names):
                    if (scope, entry.text(At.NAME)) in wanted.values():
                        yield entry
