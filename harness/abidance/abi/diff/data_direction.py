"""Which way records go: whether callers give them, or get them. What is promised of their fields depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.types import Qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Unknown
    from abidance.abi.lookup import TypeLookup
    from abidance.ir.types import Type

GIVEN, GOT = "parameter", "result"
_OF_CLAUSES = {"in": frozenset((GIVEN,)), "out": frozenset((GOT,)), "inout": frozenset((GIVEN, GOT))}
_BOTH = frozenset((GIVEN, GOT))


def ways(side: TypeLookup) -> dict[str, frozenset[str]]:
    """Return, by the name that a contract calls a record, `GIVEN`, `GOT` or both; others are in no signature.

    Clauses go before `const`, and what a record has as a member goes where the record goes.
    """
    found: dict[str, frozenset[str]] = {}
    for key, way in _met(side):
        found[key] = found.get(key, frozenset()) | way
    waiting = list(found)
    while waiting:
        host = waiting.pop()
        record = side.facts.records.get(host)
        fields = record.fields if record is not None else None
        for each in fields if isinstance(fields, tuple) else ():
            member = side.record_of(each.type) or _behind(side, each.type)
            if member is not None and not found[host] <= found.get(member, frozenset()):
                found[member] = found.get(member, frozenset()) | found[host]
                waiting.append(member)
    named = {name: side.record_of(each.type) for name, each in side.facts.typedefs.items()}
    by_typedef = {name: found[key] for name, key in named.items() if key in found}
    return {side.name(key): way for key, way in found.items()} | by_typedef


def _met(side: TypeLookup) -> Iterator[tuple[str, frozenset[str]]]:
    told = {
        each.subject: _OF_CLAUSES[each.aspect] for each in side.facts.clauses if each.aspect in _OF_CLAUSES
    }
    for function in side.facts.functions.values():
        if function.signature is UNKNOWN:
            continue
        key = side.record_of(function.signature.returns) or _behind(side, function.signature.returns)
        if key is not None:
            yield key, frozenset((GOT,))
        for each in function.signature.parameters:
            by_value, behind = side.record_of(each.type), _behind(side, each.type)
            if by_value is not None:
                yield by_value, frozenset((GIVEN,))
            elif behind is not None:
                target = side.pointee(each.type)
                const = isinstance(target, Qualified) and "const" in target.qualifiers
                way = frozenset((GIVEN,)) if const else _BOTH
                yield behind, told.get(f"{function.name}({each.name})", way)


def _behind(side: TypeLookup, type_: Type | Unknown) -> str | None:
    target = side.pointee(type_)
    return None if target is None else side.record_of(target)
