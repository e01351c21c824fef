"""What YAML composes to: scalars, lists and mappings, each with its place. No Python object is ever built."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


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


_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# 010 is ten to YAML 1.2 and eight to C, so it stays text and whoever wanted a number complains.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 1300  # digits of a 4096-bit integer, and some; int() is quadratic in them


def resolve(text: str) -> bool | int | float | str | None:
    """Return the value of a plain scalar; whatever is no null, bool, integer or float is text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) and not re.match(r"[-+]?0[0-9]", text):
        return float(text)
    special = _SPECIAL.fullmatch(text)
    if special:
        return float("nan") if text[-1] in "nN" else float(f"{special[1]}inf")
    return text


# YAML 1.2, 5.7: an escape stands for one character; `\` at the end of a line stands for none.
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_BLANK_ESCAPES = frozenset("tnrvfNLP_ \t")

_Unit = tuple[int, int, int]
"""Line, column and width of what one character of the text was written as."""


@dataclass(frozen=True, slots=True)
class ScalarPositions:
    """Where each character of a scalar was written. `whole` is the scalar with its quotes or indicator.

    White space is not mapped, because YAML folds it. Every other character was written exactly once and
    in the same order, so the n-th one of the text is the n-th one in the file.
    """

    text: str
    style: str
    whole: Span
    lines: Sequence[str]

    def span(self, start: int, end: int) -> Span:
        """Return where the characters `start` to `end` stand, or the whole scalar when there are none."""
        quotes = 1 if self.style in {"'", '"'} else 0
        whole = self.whole
        if whole.line == whole.end_line and whole.end_column - whole.column == len(self.text) + 2 * quotes:
            return whole.within(quotes + start, end - start)
        units = [unit for unit in self._aligned()[start : max(end, start + 1)] if unit]
        if not units:
            return whole
        first, last = units[0], units[-1]
        return Span(whole.path, first[0], first[1], last[0], last[1] + last[2])

    def _aligned(self) -> list[_Unit | None]:
        written = self._written()
        return [None if character.isspace() else next(written, None) for character in self.text]

    def _written(self) -> Iterator[_Unit]:
        """Yield the units that are no white space."""
        whole = self.whole
        for line in range(whole.line, whole.end_line + 1):
            if line == whole.line and self.style in {"|", ">"}:
                continue  # the indicator, perhaps with a comment
            content = self.lines[line - 1]
            begin = whole.column - 1 if line == whole.line else 0
            end = whole.end_column - 1 if line == whole.end_line else len(content)
            if self.style in {"'", '"'}:
                begin += line == whole.line
                end -= line == whole.end_line
            yield from self._line(line, content, begin, end)

    def _line(self, line: int, content: str, column: int, end: int) -> Iterator[_Unit]:
        while column < end:
            width, blank = 1, content[column].isspace()
            if self.style == "'" and content[column] == "'":
                width = 2
            elif self.style == '"' and content[column] == "\\":
                escape = _ESCAPE.match(content, column)
                width = len(escape[0]) if escape else 1
                blank = escape is None or _is_blank(escape[0])
            if not blank:
                yield line, column + 1, width
            column += width


def _is_blank(escape: str) -> bool:
    digits = escape[2:]
    if digits:
        return chr(int(digits, 16)).isspace()
    return escape[1] in _BLANK_ESCAPES
