"""Every clause of the language, and where in a contract it stands: what the reference and `abidance explain` list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Clause, Clauses, ValueKind, table
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.model import Contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class ClauseMeaning:
    """What a clause means, in which mappings, by their places, and the clauses of its value where that is a mapping."""

    clause: Clause
    places: tuple[str, ...]

    @property
    def inner(self) -> tuple[str, ...]:
        """Return the keys of the clauses that its value has."""
        return tuple(key for record, _ in _records(self.clause.kind) for key in table(record))


@cache
def mappings() -> Mapping[type[Clauses], tuple[str, ...]]:
    """Return every mapping of the language, outermost first, each with the places where it may stand.

    What stands in a mapping is listed for the first of its own places, which is one under `functions` if there is such.
    """
    found: dict[type[Clauses], list[str]] = {Contract: [""]}
    waiting: list[type[Clauses]] = [Contract]
    while waiting:
        outer = waiting.pop(0)
        place = found[outer][0]
        for clause in sorted(table(outer).values(), key=lambda each: each.key != "functions"):
            path = f"{place}.{clause.key}".removeprefix(".")
            for inner, rest in _records(clause.kind):
                if inner not in found:
                    waiting.append(inner)
                found.setdefault(inner, []).append(f"{path}{rest}")
    return {record: tuple(dict.fromkeys(places)) for record, places in found.items()}


def clauses_called(word: str) -> tuple[ClauseMeaning, ...]:
    """Return what clauses with this key mean, those that mean the same together."""
    found: dict[tuple[str, str], tuple[Clause, list[str]]] = {}
    for record, places in mappings().items():
        clause = table(record).get(word)
        if clause is not None and not clause.rest:
            found.setdefault((clause.doc, clause.kind.words), (clause, []))[1].extend(places)
    return tuple(ClauseMeaning(clause, tuple(places)) for clause, places in found.values())


def clause_names() -> frozenset[str]:
    """Return the keys of all clauses."""
    return frozenset(
        clause.key for record in mappings() for clause in table(record).values() if not clause.rest
    )


def _records(kind: ValueKind) -> Iterator[tuple[type[Clauses], str]]:
    """Yield such mappings, each with what leads to one behind the place of the value."""
    match kind:
        case RecordOf(record) | Shorthand(record):
            yield record, ""
        case ListOf(item):
            yield from _records(item)
        case MapOf(_, value):
            yield from ((record, f".NAME{rest}") for record, rest in _records(value))
