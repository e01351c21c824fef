"""How long something is lent: a lifetime, or lifetimes with the conditions on the arguments under which each counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Name, ValueKind
from abidance.contract.language.formulas import BEFORE
from abidance.contract.language.kinds import LIFETIME
from abidance.contract.language.owners import by_case
from abidance.contract.source.nodes import MappingNode, Node

if TYPE_CHECKING:
    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.clauses import Define, Schema
    from abidance.contract.language.reader import ContractReader


@dataclass(frozen=True, slots=True)
class LifetimeByCase(Name):
    """The first lifetime of several that there are; `cases` has all, each with its condition.

    Of these the first that holds counts. Where none does, what is lent is lent for the call.
    """

    cases: tuple[tuple[Name, Expression], ...]

    def __str__(self) -> str:
        return ", ".join(f"{lifetime} if {condition.text}" for lifetime, condition in self.cases)


_ALONE = replace(LIFETIME, words=f"{LIFETIME.words}, or a mapping from these to conditions")


@dataclass(frozen=True)
class LifetimeOrCases(ValueKind):
    """A lifetime, or a mapping from lifetimes to conditions."""

    words: str = _ALONE.words

    def offers(self) -> tuple[str, ...]:
        """Return the words that mean something by themselves."""
        return LIFETIME.offers()

    def read(self, node: Node, reader: ContractReader) -> Name | str | None:
        """Return the lifetime, or the first of several with all their conditions."""
        if not isinstance(node, MappingNode) or not node.entries:
            return _ALONE.read(node, reader)

        def lifetime(key: Node) -> Name | None:
            said = LIFETIME.read(key, reader)
            return said if isinstance(said, Name) else None

        cases = by_case(node, reader, lifetime)
        return LifetimeByCase(cases[0][0].text, cases[0][0].span, cases) if cases else None

    def schema(self, define: Define) -> Schema:
        """Return text, or an object with conditions."""
        cases = {
            "type": "object",
            "patternProperties": {LIFETIME.pattern: BEFORE.schema(define)},
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [LIFETIME.schema(define), cases]}


LIFETIME_OR_CASES = LifetimeOrCases()


def lifetimes_of(lifetime: Name | None) -> tuple[tuple[Name, Expression], ...]:
    """Return how long something is lent on which condition; nothing where that does not depend on the arguments."""
    return lifetime.cases if isinstance(lifetime, LifetimeByCase) else ()
