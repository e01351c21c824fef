"""A header after the preprocessor: its text, its macros, and where in which file each offset comes from."""

from __future__ import annotations

import bisect
import functools
import operator
import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from abidance.core.span import LateSpan, Span
from abidance.header.patterns import CHARACTER, STRING
from abidance.ir.declarations import Macro

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Directives with the line's end before them. Both compilers print them at the start of a line, with single blanks.
# A pattern that starts with literal text is looked for ten times as fast as one with `^`.
_DIRECTIVES = re.compile(r"\n#[^\n]*+(?:\n#[^\n]*+)*+")
_MARKER = re.compile(
    r"\n# *(?:line +)?(?P<line>[0-9]{1,9})"
    r'(?:[ \t]+"(?P<file>(?:[^"\\\n]|\\.)*+)"(?P<flags>[ \t0-9]*))?[^\n]*+'
)
_PRAGMA = re.compile(r"\n#pragma ([^\n]*+)")
_MACRO = re.compile(r"(?P<name>[\w$]++)(?:\((?P<parameters>[^)]*)\))?(?P<body>.*)", re.DOTALL)
_COMMENT = re.compile(r'^(?:(?!/\*).)*\*/|/\*.*?\*/|/\*.*|//.*|"(?:[^"\\]|\\.)*+"')
_WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*+")
# No surrogates and nothing beyond Unicode, which are no characters (C11 6.4.3p2).
_UNIVERSAL = re.compile(
    r"\\U(000[0-9a-fA-F](?!(?<=0000)[dD][89a-fA-F])[0-9a-fA-F]{4})|\\u((?![dD][89a-fA-F])[0-9a-fA-F]{4})"
)
# Two brackets are one token where attributes are (C23 6.7.13.2).
_DIGRAPHS = {"<:<:": "[[  ", ":>:>": "  ]]", "<%": "{ ", "%>": " }", "<:": "[ ", ":>": " ]"}
_DIGRAPH = re.compile(rf"{STRING}|{CHARACTER}|{'|'.join(_DIGRAPHS)}")
_ENTERED, _SYSTEM_HEADER = "1", "3"  # flags of line markers ("Preprocessor Output", GCC manual)
_OFFSET = operator.attrgetter("offset")
_LINES_OF_ONE_MACRO_CALL = 40  # how far below a line the words of a macro call that it opens are searched


class Marker(NamedTuple):
    """A line marker: what follows `offset`, the end of the marker's line, is `file` from `line` on.

    `entered` counts how often the file had been entered, from 1.
    """

    offset: int
    line: int
    file: str
    system: bool
    entered: int


@dataclass(slots=True)
class TextLine:
    """A line of the text, from `start` to `end`, and the line of the file that it comes from, by number.

    `as_written` tells that the two are the same, `goes_on` that what the file's line opens is closed further down.
    """

    start: int
    end: int
    path: Path
    number: int
    lines: list[str]
    source: str
    as_written: bool
    goes_on: bool
    _first: Span | None = None

    @property
    def first(self) -> Span:
        """Return the first word of the file's line."""
        if self._first is None:
            word = _WORD.search(self.source)
            column, width = (word.start() + 1, len(word[0])) if word else (1, 1)
            self._first = Span.at(self.path, self.number, column, width)
        return self._first


@dataclass(frozen=True)
class HeaderUnit:
    """One preprocessed header. Offsets are positions in `text`, and in `code`, which has no directives.

    `pragmas` have the words behind ``#pragma`` with their offsets.
    """

    text: str
    code: str
    pragmas: tuple[tuple[int, str], ...]
    markers: tuple[Marker, ...]
    _sources: dict[str, list[str]] = field(default_factory=dict)
    _counted: dict[int, tuple[int, int]] = field(default_factory=dict)
    _last_line: list[TextLine] = field(default_factory=list)

    @functools.cached_property
    def macros(self) -> dict[str, tuple[str, int]]:
        """Return the words behind ``#define`` of what the files define and keep, and the offset of the name."""
        return defined(self.text, self.markers)

    @functools.cached_property
    def predefined(self) -> dict[str, str]:
        """Return the object-like macros that the compiler or the command line defined, by what they stand for."""
        return predefined(self.text, self.markers)

    @property
    def c23(self) -> bool:
        """Tell whether the header is read as C23, where `bool` is a keyword and `()` means `(void)`."""
        version = self.predefined.get("__STDC_VERSION__", "0").rstrip("lL")
        return version.isdecimal() and int(version) > 201710

    @property
    def i386(self) -> bool:
        """Tell whether the target is 32-bit x86, where calling conventions differ."""
        return "__i386__" in self.predefined

    @property
    def files(self) -> tuple[str, ...]:
        """Return every file that was read, as the compiler spelled it."""
        return tuple(dict.fromkeys(each.file for each in self.markers if not each.file.startswith("<")))

    def macro(self, name: str) -> Macro:
        """Return a macro with its place."""
        text, offset = self.macros[name]
        found = _MACRO.match(text)
        listed = None if found is None or found["parameters"] is None else found["parameters"].split(",")
        parameters = None if listed is None else tuple(each.strip() for each in listed if each.strip())
        body = found["body"].strip() if found else ""
        return Macro(name, body, self.late_span(offset, name), parameters)

    def late_span(self, offset: int, word: str) -> Span:
        """Return what `span` does, which is not worked out before somebody asks for it."""
        return LateSpan(functools.partial(self.span, offset, word))

    def span(self, offset: int, word: str = "") -> Span:
        """Return where the word at `offset` stands in the file that wrote it; `word` itself when it is known.

        When only a macro's expansion has the word, the first word of the line is covered.
        """
        here = self._line_at(offset)
        if not word:
            found = _WORD.match(self.text, offset)
            word = found[0] if found else self.text[offset : offset + 1]
        if here.as_written and self.text.startswith(word, offset):
            column = offset - here.start + 1
            return Span(here.path, here.number, column, here.number, column + len(word))
        if word not in here.source and not here.goes_on:
            return here.first
        # Expansion and joined white space move columns, but the n-th such word stays the n-th.
        before = self.text[here.start : offset]
        source, line, lines = here.source, here.number, here.lines
        if source.startswith(before) and source.startswith(word, len(before)):
            column = len(before) + 1
            if not _in_word(source[column - 1 + len(word) :][:1]):  # nothing has moved so far
                return Span.at(here.path, line, column, len(word))
        for below, source in enumerate(lines[line - 1 : line + _LINES_OF_ONE_MACRO_CALL]):
            columns = _columns(word, _without_comments(source))
            if columns:
                nth = 0 if below else min(len(_columns(word, before)), len(columns) - 1)
                return Span.at(here.path, line + below, columns[nth], len(word))
            if not _goes_on(lines, line - 1, below):
                break
        return here.first

    def _line_at(self, offset: int) -> TextLine:
        """Return the line of an offset: who asks goes through the text, mostly, so the last one is remembered."""
        if self._last_line and self._last_line[0].start <= offset < self._last_line[0].end:
            return self._last_line[0]
        marker = self.marker(offset)
        number = marker.line + self._line_ends(marker, offset) - 1
        lines = self._source(marker.file)
        start, end = self.text.rfind("\n", 0, offset) + 1, self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        source = lines[number - 1] if 0 < number <= len(lines) else ""
        as_written = len(source) == end - start and self.text.startswith(source, start)
        goes_on = not as_written and _goes_on(lines, number - 1, 0)
        self._last_line[:] = [
            TextLine(start, end, _path(marker.file), number, lines, source, as_written, goes_on)
        ]
        return self._last_line[0]

    def nth_of_macro(self, offset: int, span: Span) -> int:
        """Return how many words like that at `offset` precede it where all have the same place in the source.

        That is so in what a macro makes, which has its words on one line of the text.
        """
        found = _WORD.match(self.text, offset)
        word = found[0] if found else self.text[offset : offset + 1]
        lines = self._source(str(span.path))
        if span.line <= len(lines) and lines[span.line - 1].startswith(word, span.column - 1):
            return 0
        return self.text.count(word, self.text.rfind("\n", 0, offset) + 1, offset)

    def in_system_header(self, offset: int) -> bool:
        """Tell whether the preprocessor found the text at `offset` in a system directory."""
        return self.marker(offset).system

    def marker(self, offset: int) -> Marker:
        """Return the marker under which the text at `offset` stands."""
        return self.markers[max(bisect.bisect_right(self.markers, offset, key=_OFFSET) - 1, 0)]

    def _line_ends(self, marker: Marker, offset: int) -> int:
        """Return how many lines end between a marker and an offset under it.

        They are counted from where they were counted last: who asks goes through the text, mostly.
        """
        last, ends = self._counted.get(marker.offset, (max(marker.offset, 0), 0))
        if offset < last:
            ends -= self.text.count("\n", offset, last)
        else:
            ends += self.text.count("\n", last, offset)
        self._counted[marker.offset] = offset, ends
        return ends

    def _source(self, file: str) -> list[str]:
        if file not in self._sources:
            try:
                raw = _path(file).read_text(encoding="utf-8", errors="replace")
                self._sources[file] = raw.split("\n")
            except (OSError, ValueError):  # a #line directive may name what does not exist
                self._sources[file] = []
        return self._sources[file]


def read_unit(text: str, path: Path) -> HeaderUnit:
    """Return the unit that preprocessing `path` gave as `text`, with ``#define`` lines in it."""
    if "\\u" in text or "\\U" in text:  # gcc prints identifiers in ASCII (C11 6.4.3)
        text = _UNIVERSAL.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    text = without_digraphs(text)
    lines = f"\n{text}"  # an offset behind a line's end here is that of the end itself in `text`
    pragmas = tuple((found.start() + 1, found[1].strip()) for found in _PRAGMA.finditer(lines))
    return HeaderUnit(text, _code(lines), pragmas, tuple(_markers(lines, str(path))))


def without_digraphs(text: str) -> str:
    """Return the text with brackets and braces in place of their other spellings (C11 6.4.6p3), all places kept.

    Preprocessors leave them as they were written.
    """
    if not any(each in text for each in _DIGRAPHS):
        return text
    return _DIGRAPH.sub(lambda found: _DIGRAPHS.get(found[0], found[0]), text)


def _code(lines: str) -> str:
    """Return the text with blanks in place of its directives."""
    parts: list[str] = []
    done = 1
    for found in _DIRECTIVES.finditer(lines):
        start, end = found.span()
        parts += (lines[done:start], "\n".ljust(end - max(start, done)))
        done = max(end, done)
    return "".join((*parts, lines[done:]))


def _markers(lines: str, path: str) -> Iterator[Marker]:
    yield Marker(-1, 1, path, system=False, entered=1)
    times: dict[str, int] = {}
    file = path
    for found in _MARKER.finditer(lines):
        line, named, flags = found.groups("")
        if named:
            file = re.sub(r"\\(.)", r"\1", named) if "\\" in named else named
        if _ENTERED in flags:
            times[file] = times.get(file, 0) + 1
        yield Marker(found.end() - 1, int(line), file, _SYSTEM_HEADER in flags, times.get(file, 1))


@functools.cache
def _path(file: str) -> Path:
    return Path(file)


def _columns(word: str, line: str) -> list[int]:
    """Return the 1-based columns at which `word` stands alone in `line`."""
    columns = []
    start = line.find(word)
    while start >= 0:
        end = start + len(word)
        # No regular expression: there would be one to compile for every word of the header.
        if not (_in_word(word[0]) and (_in_word(line[start - 1 : start]) or _in_word(line[end : end + 1]))):
            columns.append(start + 1)
        start = line.find(word, end)
    return columns


def _in_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "$"}


def _without_comments(line: str) -> str:
    if "/" not in line and '"' not in line:
        return line
    return _COMMENT.sub(lambda found: " " * len(found[0]), line)


def _goes_on(lines: list[str], first: int, below: int) -> bool:
    """Tell whether what starts on line `first` is still open `below` lines further down."""
    so_far = lines[first : first + below + 1]
    if so_far and so_far[-1].rstrip().endswith("\\"):
        return True
    text = " ".join(map(_without_comments, so_far))
    return text.count("(") > text.count(")")


_DEFINE = re.compile(r"\n#define (([^\s(]++)[^\n]*+)")
_UNDEF = re.compile(r"\n#undef ([^\n]*+)")
_IMPLICIT = "stdc-predef.h"  # glibc's share of the predefined macros; gcc includes it unasked


def defined(text: str, markers: Sequence[Marker]) -> dict[str, tuple[str, int]]:
    """Return the macros that files define and do not take back.

    They go by name and have the words behind ``#define``, with the offset of the name in `text`.
    """
    macros = {
        name: (words, offset)
        for start, end in _parts(text, markers, files=True)
        for words, name, offset in _defines(text, start, end)
    }
    for name, offset in _taken_back(text):
        if name in macros and macros[name][1] < offset:
            del macros[name]
    return macros


def predefined(text: str, markers: Sequence[Marker]) -> dict[str, str]:
    """Return what the object-like macros stand for that the compiler or the command line defined."""
    macros = {
        name: (words[len(name) + 1 :], offset)
        for start, end in _parts(text, markers, files=False)
        for words, name, offset in _defines(text, start, end)
        if not words.startswith("(", len(name))
    }
    for name, offset in _taken_back(text):
        if name in macros and macros[name][1] < offset:
            del macros[name]
    return {name: body for name, (body, _) in macros.items()}


def _parts(text: str, markers: Sequence[Marker], *, files: bool) -> Iterator[tuple[int, int]]:
    """Yield from where to where the text is that files have, or that they do not have, as few parts as there are."""
    kinds = [(each.offset, not (each.file[:1] == "<" or each.file.endswith(_IMPLICIT))) for each in markers]
    changes = [kinds[0], *(later for former, later in pairwise(kinds) if former[1] != later[1])]
    for (start, kind), (end, _) in pairwise((*changes, (len(text), not changes[-1][1]))):
        if kind is files:
            yield max(start, 0), end


def _defines(text: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    for found in _DEFINE.finditer(text, start, end):
        yield found[1], found[2], found.start(1)


def _taken_back(text: str) -> list[tuple[str, int]]:
    return [(found[1].strip(), found.start()) for found in _UNDEF.finditer(text)]
