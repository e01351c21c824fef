"""Through which functions and variables callers meet a type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.abi.reach import reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Facts, Unknown
    from abidance.ir.types import Type

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Users:
    """By key or name of a type, the places at which callers meet it, such as ``rg_admit(request)``."""

    _places: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, *sides: Facts) -> Users:
        """Return who uses what on any of the sides."""
        found: dict[str, list[str]] = {}
        for facts in sides:
            memory: dict[Type, frozenset[str]] = {}
            for place, type_ in _places(facts):
                if type_ is UNKNOWN:
                    continue
                if type_ not in memory:
                    kept = reached(facts, [type_])
                    memory[type_] = frozenset(kept.records | kept.enums | kept.typedefs)
                for key in memory[type_]:
                    listed = found.setdefault(key, [])
                    if place not in listed:
                        listed.append(place)
        return cls(found)

    def of_type(self, *keys: str) -> tuple[str, ...]:
        """Return the first few places at which one of the keys is met, and how many more there are."""
        places = list(dict.fromkeys(place for key in keys for place in self._places.get(key, ())))
        more = len(places) - _SHOWN
        return (*places[:_SHOWN], *([f"and {more} more"] if more > 0 else []))


def _places(facts: Facts) -> Iterator[tuple[str, Type | Unknown]]:
    for name, function in sorted(facts.functions.items()):
        if function.signature is UNKNOWN:
            continue
        yield f"{name}()", function.signature.returns
        for number, each in enumerate(function.signature.parameters, 1):
            shown = each.name if isinstance(each.name, str) and each.name else str(number)
            yield f"{name}({shown})", each.type
    for name, variable in sorted(facts.variables.items()):
        yield name, variable.type
