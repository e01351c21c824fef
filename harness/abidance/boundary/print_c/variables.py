"""The variables of a program in C: each has a name of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.ir import types as c
from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations

_ALLOCATOR = frozenset(("malloc", "calloc", "realloc", "free"))
"""What a function of an allocator may be called, and calls."""


@dataclass(slots=True)
class Variables:
    """The names that are taken in one block, beside those of the header."""

    declarations: Declarations
    taken: set[str] = field(default_factory=set)

    def new(self, wanted: str) -> str:
        """Return the name of a new variable, the one that is wanted if that is free."""
        wanted = wanted or "value"
        # A variable that hides a type would make the next line of the kind wrong.
        hides = (
            wanted in self.declarations.typedefs
            or wanted in self.declarations.functions
            or wanted in _ALLOCATOR
        )
        name, number = (f"{wanted}1", 2) if hides else (wanted, 2)
        while name in self.taken:
            name, number = f"{wanted}{number}", number + 1
        self.taken.add(name)
        return name

    def declared(self, type_: c.Type | str, name: str) -> str:
        """Return the declaration of a variable."""
        return f"{type_} {name}" if isinstance(type_, str) else spell(type_, name, self.declarations)


def pointed(declarations: Declarations, type_: c.Type) -> c.Type | None:
    """Return the type that a pointer points to; None for `void`, and for what is no pointer."""
    resolved = declarations.resolve(type_)
    if not isinstance(resolved, c.Pointer):
        return None
    return None if isinstance(declarations.resolve(resolved.to), c.Void) else resolved.to
