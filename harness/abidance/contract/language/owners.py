"""Whose something is after a call: a word, or words with the conditions on the arguments under which each counts."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from abidance.contract.language.clauses import ValueKind
from abidance.contract.language.formulas import BEFORE
from abidance.contract.language.kinds import Choice, choice
from abidance.contract.source.nodes import MappingNode, Node, ScalarNode
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.clauses import Define, Schema
    from abidance.contract.language.reader import ContractReader

_Said = TypeVar("_Said")


class OwnerByCase(str):
    """The first owner of several that there are; `cases` has all, each with its condition.

    Of these the first that holds counts. Where none does, it is the caller's as before.
    """

    __slots__ = ("cases",)
    cases: tuple[tuple[str, Expression], ...]

    @classmethod
    def of(cls, cases: tuple[tuple[str, Expression], ...]) -> OwnerByCase:
        """Return the owner that asks most of a caller: what is the callee's afterwards must be the caller's before."""
        owners = [owner for owner, _ in cases]
        made = cls(next((each for each in ("callee", "either", "shared", "caller") if each in owners), ""))
        made.cases = cases
        return made


@dataclass(frozen=True)
class OwnerOrCases(ValueKind):
    """A word, or a mapping from words to conditions."""

    owners: Choice
    _: KW_ONLY
    words: str

    @classmethod
    def of(cls, *owners: str) -> OwnerOrCases:
        """Return the kind of value that is one of these owners, or each on a condition."""
        words = choice(*owners)
        return cls(words, words=f"{words.words}, or a mapping from these to conditions")

    def offers(self) -> tuple[str, ...]:
        """Return the words."""
        return self.owners.offers()

    def read(self, node: Node, reader: ContractReader) -> Any:
        """Return the word, or the words with their conditions."""
        if not isinstance(node, MappingNode) or not node.entries:
            return self._word(node, reader)
        return OwnerByCase.of(by_case(node, reader, lambda key: self._word(key, reader)))

    def _word(self, node: Node, reader: ContractReader) -> str | None:
        if isinstance(node, ScalarNode) and node.text in self.owners.choices:
            return node.text
        close = did_you_mean(node.text, self.owners.choices) if isinstance(node, ScalarNode) else ""
        reader.wrong(node, self.words, close)
        return None

    def schema(self, define: Define) -> Schema:
        """Return the words, or an object with them."""
        conditions = {each: BEFORE.schema(define) for each in self.owners.choices}
        cases = {
            "type": "object",
            "properties": conditions,
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [self.owners.schema(define), cases]}


def by_case(
    node: MappingNode, reader: ContractReader, read: Callable[[ScalarNode], _Said | None]
) -> tuple[tuple[_Said, Expression], ...]:
    """Return what the keys of a mapping say, as `read` takes them, each with its condition; leave out what is wrong."""
    cases = []
    for key, value in node.entries:
        said = read(key)
        with reader.inside(key.text):
            condition = BEFORE.read(value, reader)
        if said is not None and condition is not None:
            cases.append((said, condition))
    return tuple(cases)


OWNER = OwnerOrCases.of("caller", "callee", "shared", "either")
OWNER_OF_MEMORY = OwnerOrCases.of("caller", "callee")


def cases_of(owner: str | None) -> tuple[tuple[str, Expression], ...]:
    """Return whose something is on which condition; nothing where that does not depend on the arguments."""
    return owner.cases if isinstance(owner, OwnerByCase) else ()
