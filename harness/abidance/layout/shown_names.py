"""A name for every record and enum of a header: C's own, or the path of members that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.types import Array, EnumRef, Pointer, Qualified, RecordRef

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type
    from abidance.layout.own_declarations import Part


def shown_names(declarations: Declarations, part: Part) -> dict[str, str]:
    """Return by key what each record and enum of a part is called: ``struct tm`` or ``struct outer.member``.

    The names stay the same when lines of the header move. Anonymous members and enums without any name
    (``enum { A, B };``) have none.
    """
    records, enums = declarations.records, declarations.enums
    names = {key: records[key].spelling for key in part.records if records[key].spelling}
    names |= {key: enums[key].spelling for key in part.enums if enums[key].spelling}
    waiting = list(names)
    for name in part.typedefs:
        _name(declarations.typedefs[name].type, f"*{name}", names, waiting)
    for name in part.variables:
        _name(declarations.variables[name].type, name, names, waiting)
    while waiting:
        host = waiting.pop(0)
        anonymous = [host]
        while anonymous:
            record = declarations.records.get(anonymous.pop())
            for field in (record.fields or ()) if record else ():
                if field.name:
                    _name(field.type, f"{names[host]}.{field.name}", names, waiting)
                elif isinstance(field.type, RecordRef):
                    anonymous.append(field.type.key)
    return names


def _name(type_: Type, path: str, names: dict[str, str], waiting: list[str]) -> None:
    while True:
        match type_:
            case Qualified(of, _) | Pointer(of) | Array(of, _, _):
                type_ = of
            case RecordRef(key) | EnumRef(key):
                if key not in names:
                    names[key] = path
                    waiting.append(key)
                return
            case _:
                return
