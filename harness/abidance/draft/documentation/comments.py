"""The comment that belongs to a declaration: before it, or behind it where that is the file's habit."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.files import read_regular
from abidance.core.span import Span
from abidance.draft.documentation.markup import unframed

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.ir.declarations import Function

# A string may have what looks like a comment in it.
_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(?P<comment>/\*.*?\*/|(?://[^\n]*(?:\n[ \t]*(?=//))?)+)',
    re.DOTALL,
)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.)*", re.MULTILINE | re.DOTALL)
_VALUE = re.compile(r"[ \t]*(?:=[^,\n]*)?,?[ \t]*")  # what may stand between an enumerator and its comment
_INITIALIZER = re.compile(r"\s*=\s*(?P<text>[^,}]*)")
_BREAK = re.compile(r"[;{}\0]")
_RULE = re.compile(r"[ \t]*(?:/\*(?:(?!\*/)[^\w\n])*\*/|//[^\w\n]*(?=\n))[ \t]*\n?")
"""A line that only separates, as between the documentation and a declaration: a comment without a word."""
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_MOST = 16 << 20


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is written, and where."""

    text: str
    span: Span
    start: int
    end: int


class CommentedFile:
    """One file's comments, by the declarations that they are about."""

    def __init__(self, path: Path) -> None:
        try:
            text = read_regular(path, _MOST).decode("utf-8", errors="replace")
        except OSError:
            text = ""
        self._path = path
        self._lines = [0, *(each.end() for each in re.finditer("\n", text))]
        comments = [
            Comment(found["comment"], self._span(found.start()), found.start(), found.end())
            for found in _TOKEN.finditer(text)
            if found["comment"]
        ]
        self._comments = [each for each in comments if re.search(r"\w", each.text)]
        self._code = _without(text, comments)
        self._breaks = [each.end() for each in _BREAK.finditer(self._code)]
        self._ends = [each.end for each in self._comments]
        self._starts = [each.start for each in self._comments]
        self._written = text
        self._behind: bool | None = None
        self._names: list[int] = []

    def learn(self, functions: list[Function]) -> None:
        """Take in where this file's functions stand, to know on which side of them its comments are."""
        self._names = sorted(self._offset(each.span) for each in functions)
        before = sum(self._adjacent_before(place) is not None for place in self._names)
        behind = sum(self._adjacent_behind(place) is not None for place in self._names)
        self._behind = behind > before

    def about(self, function: Function) -> Comment | None:
        """Return the comment on a declaration, if it has one.

        Several declarations in consecutive lines share the one above the first of them, where it names them.
        """
        place = self._offset(function.span)
        if self._behind:
            return self._adjacent_behind(place)
        found = self._adjacent_before(place)
        while found is None:
            index = bisect_left(self._names, place) - 1
            if index < 0:
                return None
            earlier, between = self._names[index], self._written[self._names[index] : self._start(place)]
            if _BLANK_LINE.search(between) or "/*" in between.partition("\n")[2]:
                return None
            place = earlier
            found = self._adjacent_before(place)
            if found is not None and not re.search(rf"\b{re.escape(function.name)}\b", found.text):
                return None
        return found

    def on_enumerator(self, name: str, span: Span) -> str:
        """Return the comment on an enumerator, without what frames it; nothing without one.

        It follows in the same line, has the lines before to itself, or is what another comment says behind `@NAME:`.
        """
        place = self._offset(span)
        behind = bisect_left(self._starts, place + len(name))
        if behind < len(self._comments) and _VALUE.fullmatch(
            self._written, place + len(name), self._starts[behind]
        ):
            return _in_one_line(self._comments[behind])
        before = bisect_right(self._ends, place) - 1
        if before >= 0:
            comment = self._comments[before]
            line = self._written.rfind("\n", 0, comment.start) + 1
            between = self._written[comment.end : place]
            if (
                not (self._written[line : comment.start].strip() or between.strip())
                and between.count("\n") <= 1
            ):
                return _in_one_line(comment)
        listed = re.compile(rf"^\W*@{re.escape(name)}:(.*?)(?=^\W*(?:@\w+:|$)|\Z)", re.MULTILINE | re.DOTALL)
        found = next(filter(None, (listed.search(unframed(each.text)) for each in self._comments)), None)
        return " ".join(found[1].split()) if found else ""

    def on_type(self, span: Span) -> str:
        """Return the comment above a type, in one line and without what frames it; nothing without one."""
        found = self._adjacent_before(self._offset(span))
        return _in_one_line(found) if found is not None else ""

    def initializer(self, name: str, span: Span) -> str:
        """Return the expression that gives an enumerator its value; nothing without one (C11, 6.7.2.2)."""
        found = _INITIALIZER.match(self._code, self._offset(span) + len(name))
        return found["text"].strip() if found else ""

    def _adjacent_before(self, place: int) -> Comment | None:
        start = self._start(place)
        index = bisect_right(self._ends, start) - 1
        if index < 0:
            return None
        comment = self._comments[index]
        between = self._written[comment.end : start]
        code = self._code[comment.end : start]
        line = self._code.rfind("\n", 0, comment.start) + 1
        if code.strip() or _RULE.sub("", between).count("\n") > 2 or self._code[line : comment.start].strip():
            return None
        return comment

    def _adjacent_behind(self, place: int) -> Comment | None:
        end = self._code.find(";", place)
        index = bisect_left(self._starts, end)
        if end < 0 or index == len(self._comments):
            return None
        comment = self._comments[index]
        between = self._written[end + 1 : comment.start]
        return comment if not between.strip() and between.count("\n") <= 1 else None

    def _start(self, place: int) -> int:
        """Return where the declaration that has a name at `place` starts."""
        index = bisect_right(self._breaks, place)
        start = self._breaks[index - 1] if index else 0
        while start < place and self._code[start].isspace():
            start += 1
        return start

    def _offset(self, span: Span) -> int:
        line = min(max(span.line, 1), len(self._lines))
        return self._lines[line - 1] + span.column - 1

    def _span(self, offset: int) -> Span:
        line = bisect_right(self._lines, offset)
        return Span.at(self._path, line, offset - self._lines[line - 1] + 1)


def _in_one_line(comment: Comment) -> str:
    return " ".join(unframed(comment.text).split())


def _without(text: str, comments: list[Comment]) -> str:
    """Return the text with blanks for comments, and a NUL at the end of each directive."""
    pieces, last = [], 0
    for each in comments:
        pieces += [text[last : each.start], re.sub(r"[^\n]", " ", each.text)]
        last = each.end
    code = "".join((*pieces, text[last:]))
    return _DIRECTIVE.sub(lambda found: re.sub(r"[^\n]", " ", found[0])[:-1] + "\0", code)
