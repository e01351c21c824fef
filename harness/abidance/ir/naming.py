"""How C source can name records and enums, those without a tag included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.ir.types import Array, EnumRef, Pointer, Qualified, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.ir.declarations import Declarations, Variable
    from abidance.ir.reachable import Reachable
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class PathStyle:
    """How to write the way to an object, and the type of one, as texts in which ``{}`` stands for what was written.

    Without `bit_fields`, what only a bit-field is of gets no name.
    """

    typedef: str
    member: str
    pointee: str = "{}"
    element: str = "{}"
    type: str = "{}"
    bit_fields: bool = True


_OF_C = PathStyle("(*({} *)0)", "(({} *)0)->{}", "(*{})", "{}[0]", "__typeof__({})", bit_fields=False)


def c_names(declarations: Declarations, needed: Reachable | None = None) -> dict[str, str]:
    """Return by key what C source calls each record and enum that it can name at all; with `needed`, of those.

    A record or enum without tag and typedef goes by where it is used, as GNU C's ``__typeof__`` allows:
    ``__typeof__(((struct outer *)0)->member)``. Anonymous members have no name and are not here.
    """
    if needed is not None:
        names = names_by_use(declarations, needed.records, needed.enums, needed.typedefs, (), _OF_C)
        nameless = {*needed.records, *needed.enums} - names.keys()
        if not nameless - _anonymous_members(declarations, needed.records):
            return names
        # What has a name only through something else that the header declares: look everywhere.
    return names_by_use(
        declarations,
        declarations.records,
        declarations.enums,
        declarations.typedefs,
        declarations.variables.values(),
        _OF_C,
    )


def names_by_use(
    declarations: Declarations,
    records: Iterable[str],
    enums: Iterable[str],
    typedefs: Iterable[str],
    variables: Iterable[Variable],
    style: PathStyle,
) -> dict[str, str]:
    """Return by key C's own names of records and enums, and for those that have none the way to an object of them."""
    known = (declarations.records[key] for key in records)
    names = {record.key: record.spelling for record in known if record.spelling}
    # An enum may be mentioned without ever being defined.
    listed = (declarations.enums[key] for key in enums if key in declarations.enums)
    names |= {enum.key: enum.spelling for enum in listed if enum.spelling}
    unvisited = list(names)

    def name(type_: Type, path: str) -> None:
        while True:
            match type_:
                case Qualified(of):
                    type_ = of
                case Pointer(to):
                    type_, path = to, style.pointee.format(path)
                case Array(of):
                    type_, path = of, style.element.format(path)
                case RecordRef(key) | EnumRef(key):
                    if key not in names:
                        names[key] = style.type.format(path)
                        unvisited.append(key)
                    return
                case _:
                    return

    for each in typedefs:
        name(declarations.typedefs[each].type, style.typedef.format(each))
    for variable in variables:
        name(variable.type, variable.name)
    for host in unvisited:  # which grows meanwhile
        record = declarations.records.get(host)
        for field in declarations.named_fields(record) if record else ():
            if style.bit_fields or field.bits is None:
                name(field.type, style.member.format(names[host], field.name))
    return names


def _anonymous_members(declarations: Declarations, records: Iterable[str]) -> set[str]:
    fields = (field for key in records for field in declarations.records[key].fields or ())
    return {field.type.key for field in fields if not field.name and isinstance(field.type, RecordRef)}
