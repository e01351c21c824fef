"""What YAML composes to: scalars, lists and mappings, each with its place. No Python object is ever built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.source.positions import ScalarPositions
from abidance.contract.source.scalars import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of one file, in lines as YAML counts them."""

    path: Path
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A scalar. `style` is YAML's indicator: empty for plain, else one of ``' " | >``.

    `in_flow` tells that a ``[...]`` or ``{...}`` is around it, where YAML splits plain text at commas.
    """

    text: str
    span: Span
    style: str
    in_flow: bool
    source: SourceText = field(repr=False, compare=False)

    @property
    def value(self) -> bool | int | float | str | None:
        """Return what the scalar means: plain text resolves, quoted and block text is text."""
        return self.text if self.style else resolve(self.text)

    def at(self, start: int, end: int) -> Span:
        """Return where the characters `start` to `end` of `text` stand in the file."""
        return ScalarPositions(self.text, self.style, self.span, self.source.lines).span(start, end)


@dataclass(frozen=True, slots=True)
class ListNode:
    """A YAML sequence."""

    items: tuple[Node, ...]
    span: Span
    in_flow: bool


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A YAML mapping in the order written; keys are unique."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    span: Span
    in_flow: bool


Node = ScalarNode | ListNode | MappingNode


def describe(node: Node) -> str:
    """Return what a node is, in the words of an error message."""
    match node:
        case ListNode():
            return "a list"
        case MappingNode():
            return "a mapping"
        case ScalarNode():
            match node.value:
                case None:
                    return "null" if node.text else "empty"
                case bool():
                    return f"`{node.text}`"
                case int() | float():
                    return f"the number `{node.text}`" if len(node.text) < 40 else "a number"
                case _:
                    return f"`{node.text}`" if len(node.text) < 40 and "\n" not in node.text else "text"
