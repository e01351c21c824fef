"""How C source can name records and enums, those without a tag included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.types import Array, EnumRef, Pointer, Qualified, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.ir.declarations import Declarations, Variable
    from abidance.ir.reachable import Reachable
    from abidance.ir.types import Type


def c_names(declarations: Declarations, needed: Reachable | None = None) -> dict[str, str]:
    """Return by key what C source calls each record and enum that it can name at all; with `needed`, of those.

    A record or enum without tag and typedef goes by where it is used, as GNU C's ``__typeof__`` allows:
    ``__typeof__(((struct outer *)0)->member)``. Anonymous members have no name and are not here.
    """
    if needed is not None:
        names = _names(declarations, needed.records, needed.enums, needed.typedefs, ())
        nameless = {*needed.records, *needed.enums} - names.keys()
        if not nameless - _anonymous_members(declarations, needed.records):
            return names
        # What has a name only through something else that the header declares: look everywhere.
    return _names(
        declarations,
        declarations.records,
        declarations.enums,
        declarations.typedefs,
        declarations.variables.values(),
    )


def _names(
    declarations: Declarations,
    records: Iterable[str],
    enums: Iterable[str],
    typedefs: Iterable[str],
    variables: Iterable[Variable],
) -> dict[str, str]:
    known = (declarations.records[key] for key in records)
    names = {record.key: record.spelling for record in known if record.spelling}
    # An enum may be mentioned without ever being defined.
    listed = (declarations.enums[key] for key in enums if key in declarations.enums)
    names |= {enum.key: enum.spelling for enum in listed if enum.spelling}
    unvisited = list(names)
    for name in typedefs:
        _name(declarations.typedefs[name].type, f"(*({name} *)0)", names, unvisited)
    for variable in variables:
        _name(variable.type, variable.name, names, unvisited)
    while unvisited:
        _name_members(declarations, unvisited.pop(), names, unvisited)
    return names


def _anonymous_members(declarations: Declarations, records: Iterable[str]) -> set[str]:
    fields = (field for key in records for field in declarations.records[key].fields or ())
    return {field.type.key for field in fields if not field.name and isinstance(field.type, RecordRef)}


def _name(type_: Type, expression: str, names: dict[str, str], unvisited: list[str]) -> None:
    """Name what stands without a name in `type_`, which is the type of the C `expression`."""
    while True:
        match type_:
            case Qualified(of, _):
                type_ = of
            case Pointer(to):
                type_, expression = to, f"(*{expression})"
            case Array(of, _, _):
                type_, expression = of, f"{expression}[0]"
            case RecordRef(key) | EnumRef(key):
                if key not in names:
                    names[key] = f"__typeof__({expression})"
                    unvisited.append(key)
                return
            case _:
                return


def _name_members(declarations: Declarations, host: str, names: dict[str, str], unvisited: list[str]) -> None:
    """Name the types of the members of `host`, those of its anonymous members included (C11 6.7.2.1p13)."""
    anonymous = [host]
    while anonymous:
        record = declarations.records.get(anonymous.pop())
        for field in (record.fields or ()) if record else ():
            match field.type:
                case RecordRef(key) if not field.name:
                    anonymous.append(key)
                case type_ if field.name and field.bits is None:
                    _name(type_, f"(({names[host]} *)0)->{field.name}", names, unvisited)
