"""Whose something is after a call: a word, or words with the conditions on the arguments under which each counts."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from abidance.contract.language.formulas import BEFORE
from abidance.contract.language.kinds import Choice
from abidance.contract.source.nodes import MappingNode, Node

if TYPE_CHECKING:
    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.clauses import Define, Schema
    from abidance.contract.language.reader import ContractReader


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
        made = cls(next((each for each in ("callee", "shared", "caller") if each in owners), ""))
        made.cases = cases
        return made


@dataclass(frozen=True)
class OwnerChoice(Choice):
    """A word, or a mapping from words to conditions."""

    _: KW_ONLY

    def read(self, node: Node, reader: ContractReader) -> Any:
        """Return the word, or the words with their conditions."""
        if not isinstance(node, MappingNode) or not node.entries:
            return super().read(node, reader)
        cases = []
        for key, value in node.entries:
            owner = super().read(key, reader)
            with reader.inside(key.text):
                condition = BEFORE.read(value, reader)
            if owner is not None and condition is not None:
                cases.append((str(owner), condition))
        return OwnerByCase.of(tuple(cases))

    def schema(self, define: Define) -> Schema:
        """Return the words, or an object with them."""
        conditions = {each: BEFORE.schema(define) for each in self.choices}
        object_ = {
            "type": "object",
            "properties": conditions,
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [super().schema(define), object_]}


OWNER = OwnerChoice(
    ("caller", "callee", "shared"),
    words="`caller`, `callee` or `shared`, or a mapping from these to conditions",
)


def cases_of(owner: str | None) -> tuple[tuple[str, Expression], ...]:
    """Return whose something is on which condition; nothing where that does not depend on the arguments."""
    return owner.cases if isinstance(owner, OwnerByCase) else ()
