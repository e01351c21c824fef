"""The part of a header that some of its files declare, so that of the others only what it needs is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.ir.reachable import reachable, types_of
from abidance.ir.tables import declared_in
from abidance.ir.types import EnumRef, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


def portion(declarations: Declarations, is_wanted: Callable[[str], bool]) -> Declarations:
    """Return what wanted files declare, given their paths, and every type that this reaches.

    `lost` stays that of all files.
    """
    functions = {
        name: declarations.functions[name] for name in declared_in(declarations.functions, is_wanted)
    }
    variables = {
        name: declarations.variables[name] for name in declared_in(declarations.variables, is_wanted)
    }
    records = declared_in(declarations.records, is_wanted)
    enums = declared_in(declarations.enums, is_wanted)
    typedefs = declared_in(declarations.typedefs, is_wanted)
    roots: list[Type] = [type_ for each in functions.values() for type_ in types_of(each)]
    roots += [each.type for each in variables.values()]
    roots += [*map(RecordRef, records), *map(EnumRef, enums), *map(TypedefRef, typedefs)]
    needed = reachable(declarations, roots)
    all_records = {key: declarations.records[key] for key in dict.fromkeys((*records, *needed.records))}
    all_enums = {
        key: declarations.enums[key]
        for key in dict.fromkeys((*enums, *needed.enums))
        if key in declarations.enums
    }
    # A type without a tag goes by its typedef, whether what reaches it says that name or another one.
    names = [each.spelling for each in all_records.values() if not each.tag]
    names += [each.spelling for each in all_enums.values() if not each.tag]
    all_typedefs = {
        name: declarations.typedefs[name]
        for name in dict.fromkeys((*typedefs, *needed.typedefs, *names))
        if name in declarations.typedefs
    }
    macros = declared_in(declarations.macros, is_wanted)
    function_macros = declared_in(declarations.function_macros, is_wanted)
    return replace(
        declarations,
        functions=functions,
        records=all_records,
        enums=all_enums,
        typedefs=all_typedefs,
        variables=variables,
        macros={name: declarations.macros[name] for name in macros},
        function_macros={name: declarations.function_macros[name] for name in function_macros},
        enumerators={each.name: key for key, enum in all_enums.items() for each in enum.enumerators},
    )
