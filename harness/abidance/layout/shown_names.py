"""A name for every record and enum of a header: C's own, or the path of members that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.types import Array, EnumRef, Pointer, Qualified, RecordRef

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


def shown_names(declarations: Declarations) -> dict[str, str]:
    """Return by key what each record and enum is called: ``struct tm``, ``handle_t``, ``struct outer.member``.

    The names stay the same when lines of the header move. Anonymous members and enums without any name
    (``enum { A, B };``) have none.
    """
    names = {key: record.spelling for key, record in declarations.records.items() if record.spelling}
    names |= {key: enum.spelling for key, enum in declarations.enums.items() if enum.spelling}
    waiting = list(names)
    for typedef in declarations.typedefs.values():
        _name(typedef.type, f"*{typedef.name}", names, waiting)
    for variable in declarations.variables.values():
        _name(variable.type, variable.name, names, waiting)
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
