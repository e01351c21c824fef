"""Through which functions and variables callers meet a type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Facts, Unknown
    from abidance.abi.reachability import TypeGraph
    from abidance.ir.types import Type

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Users:
    """Who mentions what: by key or name of a type the types made of it, and the places such as ``rg_admit(request)``.

    Both are what one step leads to, and the way from a type to its places is gone when somebody asks: few types change.
    `reached` are all that some place leads to.
    """

    reached: set[str] = field(default_factory=set)
    _hosts: dict[str, set[str]] = field(default_factory=dict)
    _places: dict[str, list[int]] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, *graphs: TypeGraph) -> Users:
        """Return who uses what on any of the sides."""
        found = cls()
        for graph in graphs:
            for place, type_ in _places(graph.facts):
                keys = graph.exported[id(type_)]
                if keys:
                    found._names.append(place)
                for key in keys:
                    found._places.setdefault(key, []).append(len(found._names) - 1)
            for host, inside in graph.parts.items():
                for key in inside:
                    found._hosts.setdefault(key, set()).add(host)
            found.reached.update(graph.reached(graph.roots))
        return found

    def of_type(self, *keys: str) -> tuple[str, ...]:
        """Return the first few places at which one of the keys is met, and how many more there are."""
        waiting, seen = [*keys], {*keys}
        found: set[int] = set()
        while waiting:
            key = waiting.pop()
            found.update(self._places.get(key, ()))
            new = self._hosts.get(key, set()) - seen
            seen |= new
            waiting += new
        places = list(dict.fromkeys(self._names[number] for number in sorted(found)))
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
