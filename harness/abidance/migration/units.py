"""Which functions can only move together: those that share a handle, memory, or a variable of the library.

What is behind a handle is the library's own affair. Another library that creates it has put something else there, so
whoever uses or destroys it must be of the same library. The same goes for memory that one function allocates and
another frees, and for a variable that one writes and another reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.migration.model import MoveUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.migration.model import Bond, WeighedFunction


def units_of(functions: Sequence[WeighedFunction], bonds: Iterable[Bond]) -> tuple[MoveUnit, ...]:
    """Return the units, in the order of their first functions."""
    leader = {each.name: each.name for each in functions}

    def found(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    known = [
        (bond, inside)
        for bond in bonds
        if len(inside := [name for name in bond.functions if name in leader]) > 0
    ]
    for _, names in known:
        for name in names[1:]:
            leader[found(name)] = found(names[0])
    members: dict[str, list[WeighedFunction]] = {}
    for each in functions:
        members.setdefault(found(each.name), []).append(each)
    binding: dict[str, list[Bond]] = {}
    for bond, names in known:
        binding.setdefault(found(names[0]), []).append(bond)
    return tuple(_unit(tuple(several), tuple(binding.get(key, ()))) for key, several in members.items())


def _unit(functions: tuple[WeighedFunction, ...], bonds: tuple[Bond, ...]) -> MoveUnit:
    handles = dict.fromkeys(name for each in functions for name in each.handles)
    if handles:
        name = ", ".join(handles)
    elif len(functions) == 1:
        name = functions[0].name
    else:
        name = ", ".join(dict.fromkeys(bond.name for bond in bonds))
    return MoveUnit(name, functions, bonds)
