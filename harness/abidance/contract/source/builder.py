"""Parser events to nodes: anchors, duplicate keys, and the bounds that keep a hostile file cheap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from abidance.contract.source.nodes import ListNode, MappingNode, ScalarNode
from abidance.core.catalogue import NOT_YAML
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.span import Span

if TYPE_CHECKING:
    from abidance.contract.source.nodes import Node, SourceText

MAX_DEPTH = 40
MAX_NODES = 200_000  # as if every alias were written out

_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet. `height` is how deep it nests, `size` its nodes."""

    event: Any
    in_flow: bool
    nodes: list[Node] = field(default_factory=list)
    keys: dict[str, Span] = field(default_factory=dict)
    height: int = 1
    size: int = 1


class NodeBuilder:
    """Takes one event after the other; `root` is the document, `problems` what is wrong with it."""

    def __init__(self, source: SourceText) -> None:
        self.root: Node | None = None
        self.problems: list[Diagnostic] = []
        self._source = source
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        """Add one event of the parser."""
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_tag(event)
            self._add(self._scalar(event), event, height=1, size=1)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            self._refuse_tag(event)
            in_flow = bool(event.flow_style) or (bool(self._open) and self._open[-1].in_flow)
            self._open.append(_Open(event, in_flow))
            self._bound(len(self._open), event)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self._complain("a second document begins here", self._mark(event), "one contract a file")

    def _add(self, node: Node, event: Any, *, height: int, size: int) -> None:
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self._anchors[event.anchor] = (node, height, size)
        if not self._open:
            if self._documents == 1:
                self.root = node
            return
        parent = self._open[-1]
        parent.nodes.append(node)
        parent.size += size
        parent.height = max(parent.height, height + 1)
        self._bound(len(self._open) + height, event)
        if parent.size > MAX_NODES:
            self._give_up(event, f"aliases make this more than {MAX_NODES} values")
        if isinstance(parent.event, yaml.MappingStartEvent) and len(parent.nodes) % 2:
            self._check_key(node, parent)

    def _scalar(self, event: Any) -> ScalarNode:
        style = event.style or ""
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        if event.anchor:
            line, column = self._after_anchor(line, column)
        if not style and not event.value:
            span = self._before(line, column)
        else:
            span = self._trimmed(line, column, end.line, end.column)
        in_flow = bool(self._open) and self._open[-1].in_flow
        return ScalarNode(event.value, span, style, in_flow, self._source)

    def _close(self, event: Any) -> None:
        opened = self._open.pop()
        nodes, start = opened.nodes, opened.event
        if start.flow_style or not nodes:
            begin = self._after_anchor(start.start_mark.line, start.start_mark.column, anchored=start.anchor)
            span = self._trimmed(*begin, event.end_mark.line, event.end_mark.column)
        else:
            # The parsers end a block where the next token begins; its last value's end says more.
            first, last = nodes[0].span, nodes[-1].span
            dash: Any = start.start_mark if isinstance(start, yaml.SequenceStartEvent) else None
            column = dash.column + 1 if dash else first.column
            span = Span(first.path, first.line, column, last.end_line, last.end_column)
        node: Node
        if isinstance(start, yaml.MappingStartEvent):
            keys, values = nodes[::2], nodes[1::2]
            pairs = (
                (key, value) for key, value in zip(keys, values, strict=True) if isinstance(key, ScalarNode)
            )
            node = MappingNode(tuple(pairs), span, opened.in_flow)
        else:
            node = ListNode(tuple(nodes), span, opened.in_flow)
        self._add(node, start, height=opened.height, size=opened.size)

    def _alias(self, event: Any) -> None:
        known = self._anchors.get(event.anchor)
        if any(opened.event.anchor == event.anchor for opened in self._open):
            self._give_up(event, f"the alias `*{event.anchor}` is inside what it names")
        elif known is None:
            self._give_up(event, f"the alias `*{event.anchor}` names no anchor `&{event.anchor}` above it")
        else:
            node, height, size = known
            self._add(node, event, height=height, size=size)

    def _check_key(self, node: Node, parent: _Open) -> None:
        if not isinstance(node, ScalarNode):
            self._complain("a key must be one word or text", node.span)
        elif node.text == "<<" and not node.style:
            self._complain("merge keys (`<<`) are not part of YAML 1.2", node.span, "write the keys out")
        elif node.text in parent.keys:
            first = Label(parent.keys[node.text], "first written here")
            self._complain(f"duplicate key `{node.text}`", node.span, also=first)
        else:
            parent.keys[node.text] = node.span

    def _refuse_tag(self, event: Any) -> None:
        if event.tag:
            span = self._mark(event)
            written = self._source.lines[span.line - 1][span.column - 1 :].split()
            tag = written[0] if written and written[0].startswith("!") else event.tag
            message = f"a contract has no YAML tags such as `{tag}`"
            self._complain(message, span.within(0, len(tag)), hint="in an expression, write `not x` for `!x`")

    def _bound(self, depth: int, event: Any) -> None:
        if depth > MAX_DEPTH:
            self._give_up(event, f"nested deeper than {MAX_DEPTH} levels")

    def _complain(
        self, message: str, span: Span, label: str = "", *, also: Label | None = None, hint: str | None = None
    ) -> None:
        labels = (Label(span, label),) if also is None else (Label(span, label), also)
        self.problems.append(Diagnostic(NOT_YAML, message, labels, help=hint))

    def _give_up(self, event: Any, message: str) -> None:
        self._complain(message, self._mark(event))
        raise UsageError(*self.problems)

    def _mark(self, event: Any) -> Span:
        mark = event.start_mark
        width = event.end_mark.column - mark.column if event.end_mark.line == mark.line else 1
        return Span.at(self._source.path, mark.line + 1, mark.column + 1, max(width, 1))

    def _after_anchor(self, line: int, column: int, *, anchored: bool = True) -> tuple[int, int]:
        lines = self._source.lines
        anchor = _ANCHOR.match(lines[line], column) if anchored else None
        if anchor is None:
            return line, column
        column = anchor.end()
        while line < len(lines) - 1 and not lines[line][column:].split("#")[0].strip():
            line, column = line + 1, 0
        return line, column + len(lines[line][column:]) - len(lines[line][column:].lstrip())

    def _before(self, line: int, column: int) -> Span:
        """Return the last visible character before an empty value: the colon, dash or comma."""
        lines = self._source.lines
        if line >= len(lines):  # libyaml ends a text without a line break at its end a line further down
            line, column = len(lines) - 1, len(lines[-1])
        while line > 0 and not lines[line][:column].strip():
            line, column = line - 1, len(lines[line - 1])
        return Span.at(self._source.path, line + 1, max(len(lines[line][:column].rstrip()), 1))

    def _trimmed(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """Return the span without the white space and line breaks at its end."""
        lines = self._source.lines
        if end_line >= len(lines):
            end_line, end_column = len(lines) - 1, len(lines[-1])
        while end_line > line and not lines[end_line][:end_column].strip():
            end_line, end_column = end_line - 1, len(lines[end_line - 1])
        end_column = max(len(lines[end_line][:end_column].rstrip()), column + 1 if end_line == line else 0)
        return Span(self._source.path, line + 1, column + 1, end_line + 1, end_column + 1)
