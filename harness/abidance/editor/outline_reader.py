"""Reads a document as a tree, whatever is wrong with it.

YAML's own parsers stop at the first mistake, and while somebody types there always is one. Here lines are placed by
their indentation alone, brackets and quotes that are not closed end where the next line begins anew, and a word that
is no key yet is kept as one. What is valid comes out as YAML means it, but for anchors and aliases, which are passed
over. Nothing recurses deeper than `MAX_DEPTH`, and each character is looked at a few times at most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from abidance.editor.outline import Items, Pair, Pairs, ScalarText, Tree

MAX_DEPTH = 48
_KEY = re.compile(
    r"""(?P<plain>(?:-(?=[^\s-])|[^\s#\-,\[\]{}&*!|>'"%@`:])(?:[^:\s]|:(?=\S)|[ \t]+(?![\s:#]))*)[ \t]*:(?=\s|$)"""
    r"""|(?P<quoted>"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')[ \t]*:(?=\s|$)"""
)
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)+")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_DASH = re.compile(r"-(?=\s|$)[ \t]*")
_BLANK = re.compile(r"[ \t]*")
_FLOW_BLANK = re.compile(r"(?:\s|(?<=\s)#[^\n]*)*")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE = re.compile(r"'(?:[^']|'')*'")


@dataclass(slots=True)
class _Open:
    """A mapping or list of the block style whose end has not come yet, with the column of its keys or dashes."""

    column: int
    node: Pairs | Items


def read_outline(text: str) -> Tree | None:
    """Return the tree of a document, or None where there is nothing."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\r\n|[\n\r]", text))]
        self._line = 0
        self._open: list[_Open] = []
        self._root: Tree | None = None

    def read(self) -> Tree | None:
        while self._line < len(self._starts):
            start, end = self._bounds(self._line)
            self._line += 1
            at = start + len(_BLANK.match(self._text, start, end)[0])  # type: ignore[index]
            if at < end and self._text[at] != "#" and not self._text.startswith(("---", "%"), start):
                self._content(at, at - start, end)
        return self._root

    def _bounds(self, line: int) -> tuple[int, int]:
        """Return where a line starts and ends, without its break."""
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        while end > start and self._text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def _content(self, at: int, column: int, end: int) -> None:
        """Place what stands on a line from `at` on; `column` is where that is, dashes before it included."""
        parent = column - 1  # whatever stands deeper than that belongs to what is read here
        while at < end:
            dash = _DASH.match(self._text, at, end)
            self._close(column, is_dash=dash is not None)
            if dash is None:
                break
            top = self._open[-1] if self._open else None
            if top is None or not (isinstance(top.node, Items) and top.column == column):
                self._begin(Items(at), column)
            items = self._open[-1].node
            if not isinstance(items, Items):  # too deep, or nowhere to put it
                return
            items.items.append(None)
            self._reach(end)
            parent = column
            column += dash.end() - at
            at = dash.end()
        if at >= end or self._text[at] == "#":
            return
        if key := _KEY.match(self._text, at, end):
            self._pair(key, at, column, end)
        else:
            node = self._value(at, parent, end)
            if node is not None:
                self._word(node, column)

    def _close(self, column: int, *, is_dash: bool) -> None:
        """Leave what ends before something at this column. The outermost mapping never ends."""
        while self._open:
            top = self._open[-1]
            ends = top.column > column or (
                top.column == column and isinstance(top.node, Items) and not is_dash
            )
            if not ends:
                return
            if len(self._open) == 1:
                top.column = min(top.column, column)
                return
            self._open.pop()

    def _begin(self, node: Pairs | Items, column: int) -> None:
        """Put a mapping or list where a value is wanted; what is there already and alike goes on."""
        if len(self._open) < MAX_DEPTH:
            self._open.append(_Open(column, self._put(node)))  # type: ignore[arg-type]

    def _put(self, node: Tree) -> Tree:
        """Return what stands for a value in its place: itself, or what is there already."""
        if not self._open:
            self._root = node if self._root is None or isinstance(self._root, ScalarText) else self._root
            return self._root
        top = self._open[-1].node
        if isinstance(top, Pairs):
            if top.pairs:
                top.pairs[-1].value = _together(top.pairs[-1].value, node)
                return top.pairs[-1].value if type(top.pairs[-1].value) is type(node) else node
        elif top.items:
            top.items[-1] = made = _together(top.items[-1], node)
            return made if type(made) is type(node) else node
        return node

    def _pair(self, key: re.Match[str], at: int, column: int, end: int) -> None:
        top = self._open[-1] if self._open else None
        if top is None or not (isinstance(top.node, Pairs) and top.column == column):
            self._begin(Pairs(at), column)
        mapping = self._open[-1].node
        if not isinstance(mapping, Pairs):
            return
        pair = Pair(self._scalar(*key.span("plain" if key["plain"] is not None else "quoted")))
        mapping.pairs.append(pair)
        pair.value = self._value(key.end(), column, end)
        self._reach(pair.value.end if pair.value else end)

    def _word(self, node: Tree, column: int) -> None:
        """Place a value that stands alone on its line: a value, the rest of one, or a key without its colon."""
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.node, Pairs) and isinstance(node, ScalarText):
            last = top.node.pairs[-1] if top.node.pairs else None
            if top.column >= column:
                top.node.pairs.append(Pair(node, colon=False))
                self._reach(node.end)
                return
            if last is not None and isinstance(last.value, Pairs | Items) and not last.value.in_flow:
                if isinstance(last.value, Pairs):  # indented unlike its neighbours
                    last.value.pairs.append(Pair(node, colon=False))
                return
        self._put(node)
        self._reach(node.end)

    def _reach(self, end: int) -> None:
        for each in self._open:
            each.node.end = max(each.node.end, end)

    def _scalar(self, start: int, end: int) -> ScalarText:
        style = self._text[start] if end - start > 1 and self._text[start] in "'\"" else ""
        text = self._text[start:end]
        if style:
            text = text[1:-1] if text[-1] == style else text[1:]
            text = text.replace("''", "'") if style == "'" else re.sub(r"\\(.)", r"\1", text)
        return ScalarText(text, start, end, style)

    def _value(self, at: int, column: int, end: int) -> Tree | None:
        """Return the value that begins on this line from `at` on, and go on behind the last line that it takes."""
        at = _BLANK.match(self._text, at, end).end()  # type: ignore[union-attr]
        if properties := _PROPERTIES.match(self._text, at, end):
            at = properties.end()
        if at >= end or self._text[at] == "#":
            return None
        first = self._text[at]
        if first in "{[":
            node = _Flow(self._text, self._flow_end(column)).value(at, 0)
            self._go_behind(node.end)
            return node
        if first in "|>":
            return self._block_scalar(at, column, end)
        if first in "'\"":
            found = (_DOUBLE if first == '"' else _SINGLE).match(self._text, at, self._flow_end(column))
            stop = found.end() if found else end
            self._go_behind(stop)
            return self._scalar(at, stop)
        comment = _COMMENT.search(self._text, at, end)
        stop = len(self._text[: comment.start() if comment else end].rstrip()) if comment else end
        return ScalarText(self._text[at:stop].rstrip(), at, at + len(self._text[at:stop].rstrip()))

    def _block_scalar(self, at: int, column: int, end: int) -> ScalarText:
        stop = end
        while self._line < len(self._starts):
            start, line_end = self._bounds(self._line)
            content = _BLANK.match(self._text, start, line_end).end()  # type: ignore[union-attr]
            if content < line_end and content - start <= column:
                break
            stop = line_end if content < line_end else stop
            self._line += 1
        return ScalarText(self._text[end + 1 : stop], at, stop, self._text[at])

    def _flow_end(self, column: int) -> int:
        """Return where brackets end at the latest that are opened on the line before the present one."""
        line = self._line
        while line < len(self._starts):
            start, end = self._bounds(line)
            content = _BLANK.match(self._text, start, end).end()  # type: ignore[union-attr]
            if content < end and content - start <= column and self._text[content] not in "]}":
                return start
            line += 1
        return len(self._text)

    def _go_behind(self, end: int) -> None:
        while self._line < len(self._starts) and self._starts[self._line] < end:
            self._line += 1


def _together(there: Tree | None, node: Tree) -> Tree:
    """Return what a place has that has something already: text goes on, and what is more than text stays."""
    if isinstance(there, Pairs | Items):
        return there
    if isinstance(there, ScalarText) and isinstance(node, ScalarText) and not there.style:
        return ScalarText(f"{there.text} {node.text}", there.start, node.end)
    return node


class _Flow:
    """Reads what stands in brackets, up to an offset at most."""

    def __init__(self, text: str, bound: int) -> None:
        self._text = text
        self._bound = bound

    def value(self, at: int, depth: int) -> Tree:
        """Return the value that begins here."""
        first = self._text[at]
        if first in "{[" and depth < MAX_DEPTH:
            return self._mapping(at, depth) if first == "{" else self._list(at, depth)
        if first in "'\"":
            found = (_DOUBLE if first == '"' else _SINGLE).match(self._text, at, self._bound)
            if found:
                text = found[0][1:-1]
                text = text.replace("''", "'") if first == "'" else re.sub(r"\\(.)", r"\1", text)
                return ScalarText(text, at, found.end(), first)
        end = self._plain_end(at)
        return ScalarText(self._text[at:end].rstrip(), at, at + len(self._text[at:end].rstrip()))

    def _plain_end(self, at: int) -> int:
        """Return where plain text ends; commas between parentheses that are closed on the line belong to it."""
        depth, comma, here = 0, None, at
        while here < self._bound:
            letter = self._text[here]
            if letter in "\r\n" or (letter in "[]{}" and not (depth and letter in "[]")):
                break
            if letter == "(":
                depth += 1
            elif letter == ")":
                depth -= 1
            elif letter == ",":
                if depth <= 0:
                    break
                comma = here if comma is None else comma
            elif (
                letter == ":"
                and self._text[here + 1 : here + 2] in ("", " ", "\t", "\r", "\n", ",", "}", "]")
            ) or (letter == "#" and here > at and self._text[here - 1].isspace()):
                break
            here += 1
        return comma if depth > 0 and comma is not None else max(here, at)

    def _skip(self, at: int) -> int:
        return min(_FLOW_BLANK.match(self._text, at, self._bound).end(), self._bound)  # type: ignore[union-attr]

    def _list(self, at: int, depth: int) -> Items:
        made = Items(at, in_flow=True)
        here = self._skip(at + 1)
        while here < self._bound and self._text[here] != "]":
            if self._text[here] in ",}":
                here = self._skip(here + 1)
                continue
            node: Tree = self.value(here, depth + 1)
            here = self._skip(max(node.end, here + (node.end == here)))
            if here < self._bound and self._text[here] == ":" and isinstance(node, ScalarText):
                pairs = Pairs(
                    node.start, in_flow=True, pairs=[Pair(node)]
                )  # `[a: b]` is a list of one mapping
                here = self._pair_value(pairs.pairs[0], here, depth)
                pairs.end, node = here, pairs
            made.items.append(node)
        made.end = min(here + 1, self._bound)
        return made

    def _mapping(self, at: int, depth: int) -> Pairs:
        made = Pairs(at, in_flow=True)
        here = self._skip(at + 1)
        while here < self._bound and self._text[here] != "}":
            if self._text[here] in ",]":
                here = self._skip(here + 1)
                continue
            node = self.value(here, depth + 1)
            here = self._skip(max(node.end, here + (node.end == here)))
            if not isinstance(node, ScalarText):
                continue
            pair = Pair(node, colon=False)
            made.pairs.append(pair)
            if here < self._bound and self._text[here] == ":":
                pair.colon = True
                here = self._pair_value(pair, here, depth)
        made.end = min(here + 1, self._bound)
        return made

    def _pair_value(self, pair: Pair, colon: int, depth: int) -> int:
        """Read what stands behind a colon; return where to go on."""
        here = self._skip(colon + 1)
        if here >= self._bound or self._text[here] in ",}]":
            return here
        pair.value = self.value(here, depth + 1)
        return self._skip(max(pair.value.end, here + (pair.value.end == here)))
