"""What of a header belongs to the boundary: its own declarations, or those that are asked for, and what they reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.reachable import reachable, types_of
from abidance.ir.types import EnumRef, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Collection

    from abidance.abi.witnesses import QueryScope
    from abidance.header.own import Own
    from abidance.ir.declarations import Attribute, Declarations
    from abidance.ir.reachable import Reachable
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Surface:
    """Names of the declarations that are looked at.

    `loose` are enumerators of enums that are no types. `types` are the roots, and `reached` all that they need.
    `own` has the keys and names of the project's own types. A record of others is known by its size only: what
    is in a `FILE` is libc's affair.
    """

    functions: tuple[str, ...]
    variables: tuple[str, ...]
    macros: tuple[str, ...]
    function_macros: tuple[str, ...]
    loose: tuple[str, ...]
    types: tuple[Type, ...]
    reached: Reachable
    own: frozenset[str]


def surface(declarations: Declarations, own: Own, scope: QueryScope, unnamed: Collection[str]) -> Surface:
    """Return the surface: all own declarations that are in scope, and every type that they reach.

    `unnamed` are the keys of enums that are no types: their enumerators are constants like macros.
    """
    functions = tuple(
        name
        for name, each in sorted(declarations.functions.items())
        if own.has(each.span.path)
        and (scope.has(name) or scope.has(each.symbol))
        and (each.inline or not _hidden(each.attributes))
    )
    variables = tuple(
        name
        for name, each in sorted(declarations.variables.items())
        if own.has(each.span.path) and scope.has(name) and not _hidden(each.attributes)
    )
    macros = tuple(
        name
        for name, each in sorted(declarations.macros.items())
        if each.text and own.has(each.span.path) and scope.has_constant(name)
    )
    function_macros = tuple(
        name
        for name, each in sorted(declarations.function_macros.items())
        if own.has(each.span.path) and scope.has_constant(name)
    )
    loose = tuple(
        constant.name
        for key, each in sorted(declarations.enums.items())
        if key in unnamed and own.has(each.span.path)
        for constant in each.enumerators
        if scope.has_constant(constant.name)
    )
    owned = {key for key, each in declarations.records.items() if own.has(each.span.path)}
    owned |= {key for key, each in declarations.enums.items() if own.has(each.span.path)}
    owned |= {key for key, each in declarations.typedefs.items() if own.has(each.span.path)}
    roots: list[Type] = [declarations.variables[name].type for name in variables]
    roots += [
        TypedefRef(name) for name in sorted(declarations.typedefs) if name in owned and scope.has_type(name)
    ]
    roots += [
        RecordRef(key)
        for key, each in declarations.records.items()
        if key in owned and scope.has_type(each.tag)
    ]
    roots += [
        EnumRef(key)
        for key, each in declarations.enums.items()
        if key in owned
        and (scope.has_type(each.tag) or any(scope.has_constant(e.name) for e in each.enumerators))
    ]
    passed = [type_ for name in functions for type_ in types_of(declarations.functions[name])]
    return Surface(
        functions,
        variables,
        macros,
        function_macros,
        loose,
        tuple(roots),
        reachable(declarations, (*passed, *roots)),
        frozenset(owned),
    )


def _hidden(attributes: tuple[Attribute, ...]) -> bool:
    """Tell whether no other shared object can refer to it (gABI, "Symbol Visibility")."""
    return any(
        each.name == "visibility" and (each.arguments or "").strip('"') in ("hidden", "internal")
        for each in attributes
    )
