"""What facts need of each other: the types that a surface is made of, and who reaches a type."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.traversal import reach, references
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


@dataclass(frozen=True, slots=True)
class TypeGraph:
    """Which named types lead to which, for questions that are asked again and again of one set of facts.

    `exported` are the keys and names that the type of a function or variable is written with, by that type's identity,
    `parts` those that a record's fields or what a typedef stands for are written with, by key or name.
    """

    facts: Facts
    exported: dict[int, frozenset[str]]
    parts: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, facts: Facts) -> TypeGraph:
        """Return the graph of one set of facts, which holds the types whose identities it goes by."""
        keys: dict[
            int, frozenset[str]
        ] = {}  # most types stand at many places, and to hash one is to walk through it

        def of_type(type_: Type | Unknown) -> frozenset[str]:
            found = keys.get(id(type_))
            if found is None:
                found = keys[id(type_)] = frozenset(() if type_ is UNKNOWN else references(type_))
            return found

        exported = {id(each): of_type(each) for each in exported_types(facts)}
        parts = {
            key: tuple({name for each in record.fields for name in of_type(each.type)})
            for key, record in facts.records.items()
            if isinstance(record.fields, tuple)
        }
        for name, typedef in facts.typedefs.items():
            parts[name] = (*parts.get(name, ()), *of_type(typedef.type))
        return cls(facts, exported, parts)

    @property
    def roots(self) -> set[str]:
        """Return what functions and variables name."""
        return {key for keys in self.exported.values() for key in keys}

    def inside(self, keys: Iterable[str]) -> set[str]:
        """Return what stands directly in these types."""
        return {part for key in keys for part in self.parts.get(key, ())}

    def reached(self, roots: Iterable[str], closed: Collection[str] = ()) -> set[str]:
        """Return all that `roots` lead to, themselves included, without what is in the records `closed`."""
        waiting, seen = [*roots], set()
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                if key not in closed:
                    waiting += self.parts.get(key, ())
        return seen


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
