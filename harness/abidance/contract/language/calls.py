"""Calls that a law writes out: `a = rg_admit(guard, request)`."""

from __future__ import annotations

import ast
import re
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression.expression import Expression, parse
from abidance.contract.language.clauses import Define, Name, Schema, ValueKind
from abidance.contract.language.flow import joined
from abidance.contract.source.nodes import ListNode, Node, ScalarNode
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from abidance.contract.language.reader import ContractReader
    from abidance.core.span import Span

_CALL = re.compile(r"\s*(?:([A-Za-z_]\w*)\s*=\s*)?([A-Za-z_]\w*)\s*\(")


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call of a law. Arguments have the name of their parameter, or none where their place tells it."""

    name: Name | None
    function: Name
    arguments: tuple[tuple[Name | None, Expression], ...]
    span: Span


@dataclass(frozen=True)
class CallOf(ValueKind):
    """A call whose arguments are expressions, in their order or by name."""

    _: KW_ONLY
    words: str = "a call such as `a = rg_admit(guard, request)`"

    def read(self, node: Node, reader: ContractReader) -> WrittenCall | None:
        """Return the call."""
        text = node.text if isinstance(node, ScalarNode) else ""
        found = _CALL.match(text)
        if found is None or not isinstance(node, ScalarNode):
            reader.wrong(node, self.words)
            return None
        start = found.start(2)
        try:
            tree = ast.parse(text[start:], mode="eval").body
        except SyntaxError:
            tree = None
        if not isinstance(tree, ast.Call) or not text.isascii() or "\n" in text:
            reader.wrong(node, self.words)
            return None
        written: list[tuple[Name | None, Expression]] = []
        given = [(None, each) for each in tree.args] + [(each, each.value) for each in tree.keywords]
        for keyword, each in given:
            at, end = start + each.col_offset, start + (each.end_col_offset or 0)
            expression = self._expression(node, at, end, reader)
            if expression is None:
                return None
            name = None
            if keyword is not None:
                place = start + keyword.col_offset
                name = Name(str(keyword.arg), node.at(place, place + len(str(keyword.arg))))
            written.append((name, expression))
        name = Name(found[1], node.at(*found.span(1))) if found[1] else None
        return WrittenCall(name, Name(found[2], node.at(*found.span(2))), tuple(written), node.span)

    def items(self, node: ListNode) -> tuple[Node, ...]:
        """Return the calls of a list, with those whole that YAML has split at a comma between parentheses."""
        return joined(node)

    def _expression(self, node: ScalarNode, at: int, end: int, reader: ContractReader) -> Expression | None:
        try:
            return parse(node.text[at:end], node.at(at, end), lambda a, b: node.at(at + a, at + b))
        except UsageError as error:
            reader.problems.extend(error.diagnostics)
            return None

    def schema(self, _define: Define) -> Schema:
        """Return text that looks like a call."""
        return {"type": "string", "pattern": r"^\s*([A-Za-z_]\w*\s*=\s*)?[A-Za-z_]\w*\s*\(.*\)\s*$"}
