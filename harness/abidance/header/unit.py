"""A header after the preprocessor: its text, its macros, and where in which file each offset comes from."""

from __future__ import annotations

import bisect
import functools
import itertools
import operator
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from abidance.core.span import Span
from abidance.ir.declarations import Macro

# Directives behind their ``#``. Both compilers print them at the start of a line, with single blanks.
_MARKER = re.compile(
    r" *(?:line +)?(?P<line>[0-9]{1,9})"
    r'(?:[ \t]+"(?P<file>(?:[^"\\\n]|\\.)*+)"(?P<flags>[ \t0-9]*))?'
)
_DEFINE = "define "
_UNDEF = "undef "
_PRAGMA = "pragma "
_MACRO = re.compile(r"(?P<name>[\w$]++)(?:\((?P<parameters>[^)]*)\))?(?P<body>.*)", re.DOTALL)
_COMMENT = re.compile(r'^(?:(?!/\*).)*\*/|/\*.*?\*/|/\*.*|//.*|"(?:[^"\\]|\\.)*+"')
_WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*+")
# No surrogates and nothing beyond Unicode, which are no characters (C11 6.4.3p2).
_UNIVERSAL = re.compile(
    r"\\U(000[0-9a-fA-F](?!(?<=0000)[dD][89a-fA-F])[0-9a-fA-F]{4})|\\u((?![dD][89a-fA-F])[0-9a-fA-F]{4})"
)
_IMPLICIT = "stdc-predef.h"  # glibc's share of the predefined macros; gcc includes it unasked
_ENTERED, _SYSTEM_HEADER = "1", "3"  # flags of line markers ("Preprocessor Output", GCC manual)
_OFFSET = operator.attrgetter("offset")
_LONGEST_BLANK = 1000
_BLANKS = "\n".ljust(_LONGEST_BLANK + 2)
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


@dataclass(frozen=True)
class Unit:
    """One preprocessed header. Offsets are positions in `text`, and in `code`, which has no directives.

    `macros` are those that the files define and do not take back, as printed behind ``#define``, with the
    offset of the name; `predefined` are the object-like ones that
    the compiler or the command line defined; `pragmas` have the words behind ``#pragma`` with their offsets.
    """

    text: str
    code: str
    macros: dict[str, tuple[str, int]]
    predefined: dict[str, str]
    pragmas: tuple[tuple[int, str], ...]
    markers: tuple[Marker, ...]
    _sources: dict[str, list[str]] = field(default_factory=dict)

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
        return Macro(name, body, self.span(offset, name), parameters)

    def span(self, offset: int, word: str = "") -> Span:
        """Return where the word at `offset` stands in the file that wrote it; `word` itself when it is known.

        When only a macro's expansion has the word, the first word of the line is covered.
        """
        marker = self.marker(offset)
        newlines = bisect.bisect_left(self._newlines, offset)
        line = marker.line + newlines - bisect.bisect_left(self._newlines, marker.offset) - 1
        if not word:
            found = _WORD.match(self.text, offset)
            word = found[0] if found else self.text[offset : offset + 1]
        lines = self._source(marker.file)
        path = _path(marker.file)
        for below, source in enumerate(lines[line - 1 : line + _LINES_OF_ONE_MACRO_CALL]):
            columns = _columns(word, _without_comments(source))
            if columns:
                # Expansion and joined white space move columns, but the n-th such word stays the n-th.
                before = self.text[self._newlines[newlines - 1] + 1 if newlines else 0 : offset]
                nth = 0 if below else min(len(_columns(word, before)), len(columns) - 1)
                return Span.at(path, line + below, columns[nth], len(word))
            if not _goes_on(lines, line - 1, below):
                break
        first = _WORD.search(lines[line - 1]) if 0 < line <= len(lines) else None
        return Span.at(path, line, first.start() + 1 if first else 1, len(first[0]) if first else 1)

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

    @functools.cached_property
    def _newlines(self) -> list[int]:
        ends = itertools.accumulate(map((1).__add__, map(len, self.text.split("\n"))))
        return list(map((-1).__add__, ends))

    def _source(self, file: str) -> list[str]:
        if file not in self._sources:
            try:
                raw = _path(file).read_text(encoding="utf-8", errors="replace")
                self._sources[file] = raw.split("\n")
            except (OSError, ValueError):  # a #line directive may name what does not exist
                self._sources[file] = []
        return self._sources[file]


def read_unit(text: str, path: Path) -> Unit:
    """Return the unit that preprocessing `path` gave as `text`, with ``#define`` lines in it."""
    if "\\u" in text or "\\U" in text:  # gcc prints identifiers in ASCII (C11 6.4.3)
        text = _UNIVERSAL.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    reading = _Reading(str(path))
    code = reading.code(text)
    return Unit(
        text, code, reading.defined, reading.predefined, tuple(reading.pragmas), tuple(reading.markers)
    )


class _Reading:
    """Takes the directives out of a text, one by one."""

    def __init__(self, path: str) -> None:
        self.markers = [Marker(-1, 1, path, system=False, entered=1)]
        self.defined: dict[str, tuple[str, int]] = {}
        self.predefined: dict[str, str] = {}
        self.pragmas: list[tuple[int, str]] = []
        self._entered: dict[str, int] = {}
        self._own = True  # the files', not the compiler's own or the command line's

    def code(self, text: str) -> str:
        """Return the text with blanks in place of its directives, and note what those say."""
        # A regular expression that looks for `^` takes ten times as long to find the lines.
        first, *others = f"\n{text}".split("\n#")
        parts = [first]
        offset = len(first) + 1  # behind the next `#`, in `text`
        own, defined = self._own, self.defined
        for other in others:
            end = other.find("\n")
            line = other if end < 0 else other[:end]
            if line.startswith(_DEFINE):
                # The great majority, so nothing is done here that can wait until one is asked for.
                macro = line[7:]
                name = macro.partition(" ")[0]
                if "(" in name:
                    name = name.partition("(")[0]
                    if own:
                        defined[name] = (macro, offset + 7)
                elif own:
                    defined[name] = (macro, offset + 7)
                else:
                    self.predefined[name] = macro[len(name) + 1 :]
            else:
                self._directive(line, offset)
                own = self._own
            blank = _BLANKS[: len(line) + 2] if len(line) < _LONGEST_BLANK else "\n".ljust(len(line) + 2)
            parts.append(blank if end < 0 else blank + other[end:])
            offset += len(other) + 2
        return "".join(parts)[1:]

    def _directive(self, line: str, offset: int) -> None:
        if line.startswith(_UNDEF):
            name = line[len(_UNDEF) :].strip()
            self.defined.pop(name, None)
            self.predefined.pop(name, None)
        elif line.startswith(_PRAGMA):
            self.pragmas.append((offset, line[len(_PRAGMA) :].strip()))
        elif marker := _MARKER.match(line):
            last = self.markers[-1]
            file = last.file if marker["file"] is None else re.sub(r"\\(.)", r"\1", marker["file"])
            flags = (marker["flags"] or "").split()
            if _ENTERED in flags:
                self._entered[file] = self._entered.get(file, 0) + 1
            self.markers.append(
                Marker(
                    offset + len(line),
                    int(marker["line"]),
                    file,
                    _SYSTEM_HEADER in flags,
                    self._entered.get(file, 1),
                )
            )
            self._own = not (file.startswith("<") or file.endswith(_IMPLICIT))


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
