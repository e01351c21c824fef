"""How often something happens: `1`, `0..`, `1..3`, `0..n`."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Define, Schema, ValueKind
from abidance.contract.language.formulas import known_value
from abidance.contract.language.value_range import ends
from abidance.contract.source.nodes import Node, ScalarNode
from abidance.core.catalogue import WRONG_VALUE

if TYPE_CHECKING:
    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.reader import ContractReader
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class CallCount:
    """From `least` to `most` times, both inclusive; without `most` there is no limit."""

    text: str
    span: Span
    least: Expression
    most: Expression | None


@dataclass(frozen=True)
class Times(ValueKind):
    """A number of times, or the least and the most."""

    _: KW_ONLY
    words: str = "a count such as `1`, `0..`, `1..3` or `0..n`"

    def read(self, node: Node, reader: ContractReader) -> CallCount | None:
        """Return the bounds; those that are known here must be in order."""
        if not isinstance(node, ScalarNode) or isinstance(node.value, bool) or node.value is None:
            reader.wrong(node, self.words)
            return None
        found = ends(node, reader)
        if found is None:
            return None
        least, most = found
        if least is None:
            reader.wrong(node, self.words)
            return None
        numbers = [known[0] for bound in (least, most) if bound and (known := known_value(bound, reader))]
        for number in numbers:
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                reader.wrong(node, self.words)
                return None
        if len(numbers) == 2 and numbers[0] > numbers[1]:  # type: ignore[operator]
            message = f"the count is empty: `{least.text}` is more than `{most.text if most else ''}`"
            reader.problem(WRONG_VALUE, message, node.span)
        return CallCount(node.text, node.span, least, most)

    def schema(self, _define: Define) -> Schema:
        """Return what YAML may make of a count."""
        return {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "minLength": 1}]}


CALLS = Times()
