"""Virtual functions: which entry of a class's table each has, which programs have compiled in (Itanium C++ ABI 2.5).

A class lists what it declares. What overrides a base's function has that function's entry, so it comes and goes
without moving others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.types import RecordRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.abi.change import Change
    from abidance.abi.facts import RecordFacts, Virtual
    from abidance.abi.lookup import TypeLookup

_DEEPEST = 64


def virtuals(
    old: RecordFacts, new: RecordFacts, sides: tuple[TypeLookup, TypeLookup], change: Callable[..., Change]
) -> Iterator[Change]:
    """Yield the changes of two classes' virtual functions, which `change` makes of aspect, before, after and traits."""
    before, after = ({_key(each): each for each in record.virtuals} for record in (old, new))
    inherited = [_of_bases(side, record) for side, record in zip(sides, (old, new), strict=True)]
    for key, each in before.items():
        heir = after.get(key)
        if heir is None:
            more = ["removed", *(["overrides"] if each.name in inherited[1] else [])]
            yield change("virtual-removed", _shown(each), "", *more, named=each.name)
        elif each.slot != heir.slot and None not in (each.slot, heir.slot):
            yield change("virtual-moved", _shown(each), _shown(heir), named=each.name)
        elif each.pure != heir.pure:
            word = "pure" if heir.pure else "defined"
            yield change(f"virtual-{word}", _shown(each), _shown(heir), word, named=each.name)
    for key, each in after.items():
        if key not in before:
            more = ["added", *(["overrides"] if each.name in inherited[0] else [])]
            yield change("virtual-added", "", _shown(each), *more, named=each.name)


def _key(function: Virtual) -> str:
    """Return what tells functions of one class apart: the symbol has the parameters' types in it."""
    return function.symbol or function.name


def _shown(function: Virtual) -> str:
    place = "an unknown entry" if function.slot is None else f"entry {function.slot}"
    return f"{place}{', pure' if function.pure else ''}"


def _of_bases(side: TypeLookup, record: RecordFacts) -> set[str]:
    """Return the names of virtual functions that the bases of a class declare."""
    found: set[str] = set()
    waiting = [record]
    for _ in range(_DEEPEST):
        if not waiting:
            break
        fields = waiting.pop().fields
        for field in fields if isinstance(fields, tuple) else ():
            base = side.facts.records.get(field.type.key) if isinstance(field.type, RecordRef) else None
            if field.name.startswith("base ") and base is not None and base.fields:
                found |= {each.name for each in base.virtuals}
                waiting.append(base)
    return found
