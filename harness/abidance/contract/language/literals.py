"""Values that a contract writes out, as they stand in YAML. A higher layer turns them into C values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.expression.expression import Expression, parse
from abidance.contract.language.clauses import Name
from abidance.contract.source.nodes import ListNode, MappingNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.source.nodes import Node
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A scalar, a list (`items`) or a mapping (`entries`), with its place.

    `value` is what YAML makes of a scalar. Its `text` is kept, so that ``1 << 32`` and ``RG_QUOTE`` can be
    read as expressions; `quoted` tells that it was written in quotes or in a block, so that it is text
    even when it looks like a number.
    """

    span: Span
    text: str = ""
    value: bool | int | float | str | None = None
    quoted: bool = False
    items: tuple[Literal, ...] | None = None
    entries: Mapping[Name, Literal] | None = None
    _node: ScalarNode | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, node: Node) -> Literal:
        """Return the literal that a node is."""
        match node:
            case ScalarNode():
                return cls(node.span, node.text, node.value, bool(node.style), _node=node)
            case ListNode():
                return cls(node.span, items=tuple(cls.of(item) for item in node.items))
            case MappingNode():
                entries = {Name(key.text, key.span): cls.of(value) for key, value in node.entries}
                return cls(node.span, entries=entries)

    @property
    def null(self) -> bool:
        """Return whether it is YAML's null, written out or left empty."""
        return self.items is None and self.entries is None and self.value is None

    def expression(self) -> Expression:
        """Return a scalar read as an expression; raises UsageError, at its column, when it is none."""
        if self._node is None:
            return parse(self.text, self.span, after=False)
        return parse(self.text, self._node.at(0, len(self.text)), self._node.at, after=False)
