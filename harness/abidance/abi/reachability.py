"""What facts need of each other: the types that a surface is made of, and who reaches a type."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.traversal import reach
from abidance.ir.types import Basic, EnumRef, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from abidance.abi.facts import Facts, FunctionFacts, Unknown
    from abidance.ir.types import Type


@dataclass(frozen=True, slots=True)
class Reached:
    """Keys and names of what some types are made of, pointed at and called with."""

    records: set[str] = field(default_factory=set)
    enums: set[str] = field(default_factory=set)
    typedefs: set[str] = field(default_factory=set)
    scalars: set[str] = field(default_factory=set)


def reached(facts: Facts, roots: Iterable[Type | Unknown], closed: Collection[str] = ()) -> Reached:
    """Return all that `roots` reach, themselves included, without what is in the records `closed`."""
    found = Reached()
    for each in reach((root for root in roots if root is not UNKNOWN), facts, closed):
        match each:
            case Basic(spelling):
                found.scalars.add(spelling)
            case EnumRef(key):
                found.enums.add(key)
            case TypedefRef(name) if name in facts.typedefs:
                found.typedefs.add(name)
            case RecordRef(key) if key in facts.records:
                found.records.add(key)
    return found


def types_in(function: FunctionFacts) -> Iterator[Type | Unknown]:
    """Yield the types that a call of `function` passes and gets back."""
    if function.signature is not UNKNOWN:
        yield function.signature.returns
        yield from (each.type for each in function.signature.parameters)


def exported_types(facts: Facts) -> list[Type | Unknown]:
    """Return the types of all functions and variables."""
    found = [type_ for each in facts.functions.values() for type_ in types_in(each)]
    return [*found, *(each.type for each in facts.variables.values())]


def pruned(facts: Facts, also: Iterable[Type] = ()) -> Facts:
    """Return the facts with only the types that functions, variables and the types in `also` reach."""
    kept = reached(facts, [*exported_types(facts), *also])
    return replace(
        facts,
        records={key: each for key, each in sorted(facts.records.items()) if key in kept.records},
        enums={key: each for key, each in sorted(facts.enums.items()) if key in kept.enums},
        typedefs={key: each for key, each in sorted(facts.typedefs.items()) if key in kept.typedefs},
        scalars={
            key: each for key, each in sorted(facts.scalars.items()) if key in kept.scalars or key == "void *"
        },
    )
