"""What of all that a header brings in is its own: its declarations, and those that these need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.ir.reachable import reachable, types_of
from abidance.ir.tables import declared_in
from abidance.ir.types import EnumRef, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Part:
    """Keys of records and enums, names of typedefs, functions, variables and enumerators, each in its order.

    `is_own` tells of a file's path whether it belongs to the header's project.
    """

    records: tuple[str, ...]
    enums: tuple[str, ...]
    typedefs: tuple[str, ...]
    functions: tuple[str, ...]
    variables: tuple[str, ...]
    enumerators: tuple[str, ...]
    macros: tuple[str, ...]
    lost: tuple[str, ...]
    is_own: Callable[[str], bool]


def own(declarations: Declarations, is_own: Callable[[str], bool]) -> Part:
    """Return what the header declares itself and everything that this reaches; nothing else of it is read.

    A header that declares nothing, and only includes others, has everything for its own.
    """
    functions = declared_in(declarations.functions, is_own)
    variables = declared_in(declarations.variables, is_own)
    roots: list[Type] = [t for name in functions for t in types_of(declarations.functions[name])]
    roots += [declarations.variables[name].type for name in variables]
    roots += [TypedefRef(name) for name in declared_in(declarations.typedefs, is_own)]
    roots += [RecordRef(key) for key in declared_in(declarations.records, is_own)]
    roots += [EnumRef(key) for key in declared_in(declarations.enums, is_own)]
    if not roots:
        return everything(declarations)
    part = reached_from(declarations, functions, roots)
    return replace(
        part,
        variables=tuple(variables),
        enumerators=tuple(dict.fromkeys((*part.enumerators, *declared_in(declarations.enumerators, is_own)))),
        macros=tuple(declared_in(declarations.macros, is_own)),
        lost=tuple(declared_in(declarations.lost, is_own)),
        is_own=is_own,
    )


def reached_from(declarations: Declarations, functions: Iterable[str], types: Iterable[Type]) -> Part:
    """Return these functions and types, and what they reach."""
    named = tuple(dict.fromkeys(functions))
    roots = [*types, *(t for name in named for t in types_of(declarations.functions[name]))]
    reached = reachable(declarations, roots)
    enums = tuple(key for key in reached.enums if key in declarations.enums)
    enumerators = tuple(each.name for key in enums for each in declarations.enums[key].enumerators)
    return Part(
        reached.records, enums, reached.typedefs, named, (), enumerators, (), (), is_own=lambda _: False
    )


def everything(declarations: Declarations) -> Part:
    """Return all that the header declares and includes."""
    return Part(
        tuple(declarations.records),
        tuple(declarations.enums),
        tuple(declarations.typedefs),
        tuple(declarations.functions),
        tuple(declarations.variables),
        tuple(declarations.enumerators),
        tuple(declarations.macros),
        tuple(declarations.lost),
        is_own=lambda _: True,
    )
