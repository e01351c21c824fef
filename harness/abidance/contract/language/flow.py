"""Expressions that stand in ``[...]``: YAML splits plain text at every comma, those between parentheses too."""

from __future__ import annotations

import re
from dataclasses import replace

from abidance.contract.source.nodes import ListNode, Node, ScalarNode

_TEXT = re.compile(r"""'[^']*'|"[^"]*\"""")


def joined(node: ListNode) -> tuple[Node, ...]:
    """Return the items, with those put together again of which one opens a parenthesis that a later one closes.

    Only plain text on one line: by itself, no such piece is an expression.
    """
    made: list[Node] = []
    waiting = list(node.items)
    while waiting:
        first, *waiting = waiting
        count = _pieces(first, waiting) if node.in_flow and _is_plain(first) else 0
        if count:
            first = _whole(first, waiting[count - 1])
            waiting = waiting[count:]
        made.append(first)
    return tuple(made)


def _pieces(first: Node, following: list[Node]) -> int:
    """Return how many of the following items are the rest of the first one: 0 where it is whole, or never will be."""
    depth = _depth(first)
    if depth <= 0:
        return 0
    for count, item in enumerate(following, 1):
        if not _is_plain(item) or item.span.line != first.span.line:
            return 0
        depth += _depth(item)
        if depth <= 0:
            return count if depth == 0 else 0
    return 0


def _is_plain(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.style and node.span.line == node.span.end_line


def _depth(node: Node) -> int:
    assert isinstance(node, ScalarNode)
    text = _TEXT.sub("", node.text)
    return text.count("(") - text.count(")")


def _whole(first: Node, last: Node) -> ScalarNode:
    assert isinstance(first, ScalarNode)
    line = first.source.lines[first.span.line - 1]
    text = line[first.span.column - 1 : last.span.end_column - 1]
    return replace(first, text=text, span=replace(first.span, end_column=last.span.end_column))
