"""A header after the preprocessor: its text, its macros, and where in which file each offset comes from."""

from __future__ import annotations

import bisect
import operator
import re
from dataclasses import dataclass, field
from pathlib import Path

from abidance.core.span import Span
from abidance.ir.declarations import Macro

_DIRECTIVE = re.compile(
    r"^[ \t]*\#[ \t]*(?:(?:line[ \t]+)?(?P<line>[0-9]{1,9})"
    r'(?:[ \t]+"(?P<file>(?:[^"\\\n]|\\.)*+)"(?P<flags>[ \t0-9]*))?'
    r"|define[ \t]+(?P<macro>[\w$]++)(?P<takes>\(?)(?P<body>[^\n]*)"
    r"|undef[ \t]+(?P<gone>[\w$]++))[^\n]*$",
    re.MULTILINE,
)
_COMMENT = re.compile(r'^(?:(?!/\*).)*\*/|/\*.*?\*/|/\*.*|//.*|"(?:[^"\\]|\\.)*+"')
_WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*+")
_IMPLICIT = "stdc-predef.h"  # glibc's share of the predefined macros; gcc includes it unasked
_SYSTEM_HEADER = "3"  # a flag of line markers ("Preprocessor Output", GCC manual)
_ENDS = operator.attrgetter("ends")
_LINES_OF_ONE_MACRO_CALL = 40  # how far below a line the words of a macro call that it opens are searched


@dataclass(frozen=True, slots=True)
class Marker:
    """A line marker: what follows is `file` from `line` on. `ends` is the index of the newline behind it."""

    ends: int
    line: int
    file: Path
    system: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """One preprocessed header. Offsets are positions in `text`.

    `macros` has the object-like ones that the files define and do not take back; `predefined` are those that
    the compiler or the command line defined.
    """

    text: str
    macros: dict[str, Macro]
    predefined: dict[str, str]
    _newlines: tuple[int, ...]
    _markers: tuple[Marker, ...]
    _sources: dict[Path, list[str]] = field(default_factory=dict)

    @property
    def c23(self) -> bool:
        """Tell whether the header is read as C23, where `bool` is a keyword and `()` means `(void)`."""
        version = self.predefined.get("__STDC_VERSION__", "0").rstrip("lL")
        return version.isdecimal() and int(version) > 201710

    @property
    def i386(self) -> bool:
        """Tell whether the target is 32-bit x86, where calling conventions differ."""
        return "__i386__" in self.predefined

    def span(self, offset: int, word: str = "") -> Span:
        """Return where the word at `offset` stands in the file that wrote it; `word` itself when it is known.

        When only a macro's expansion has the word, the first word of the line is covered.
        """
        newlines = bisect.bisect_left(self._newlines, offset)
        marker = self._marker(newlines)
        line = marker.line + newlines - marker.ends - 1
        if not word:
            found = _WORD.match(self.text, offset)
            word = found[0] if found else self.text[offset : offset + 1]
        lines = self._source(marker.file)
        for below, source in enumerate(lines[line - 1 : line + _LINES_OF_ONE_MACRO_CALL]):
            columns = _columns(word, _without_comments(source))
            if columns:
                # Expansion and joined white space move columns, but the n-th such word stays the n-th.
                before = self.text[self._newlines[newlines - 1] + 1 if newlines else 0 : offset]
                nth = 0 if below else min(len(_columns(word, before)), len(columns) - 1)
                return Span.at(marker.file, line + below, columns[nth], len(word))
            if not _goes_on(lines, line - 1, below):
                break
        first = _WORD.search(lines[line - 1]) if 0 < line <= len(lines) else None
        return Span.at(marker.file, line, first.start() + 1 if first else 1, len(first[0]) if first else 1)

    def in_system_header(self, offset: int) -> bool:
        """Tell whether the preprocessor found the text at `offset` in a system directory."""
        return self._marker(bisect.bisect_left(self._newlines, offset)).system

    def _marker(self, newlines: int) -> Marker:
        # A marker speaks of the lines below its own.
        return self._markers[bisect.bisect_left(self._markers, newlines, key=_ENDS) - 1]

    def _source(self, file: Path) -> list[str]:
        if file not in self._sources:
            try:
                self._sources[file] = file.read_text(encoding="utf-8", errors="replace").split("\n")
            except (OSError, ValueError):  # a #line directive may name what does not exist
                self._sources[file] = []
        return self._sources[file]


def read_unit(text: str, path: Path) -> Unit:
    """Return the unit that preprocessing `path` gave as `text`, with ``#define`` lines in it."""
    newlines = tuple(found.start() for found in re.finditer("\n", text))
    markers = [Marker(-1, 1, path, system=False)]
    files = {str(path): path}  # many markers name few files, and making a Path takes time
    predefined: dict[str, str] = {}
    defined: dict[str, tuple[str, int]] = {}
    for found in _DIRECTIVE.finditer(text):
        if found["line"]:
            name = found["file"]
            if name is not None and name not in files:
                files[name] = Path(re.sub(r"\\(.)", r"\1", name))
            file = markers[-1].file if name is None else files[name]
            system = _SYSTEM_HEADER in (found["flags"] or "").split()
            markers.append(
                Marker(bisect.bisect_left(newlines, found.end()), int(found["line"]), file, system)
            )
        elif found["gone"]:
            defined.pop(found["gone"], None)
        elif markers[-1].file.name == _IMPLICIT or str(markers[-1].file).startswith("<"):
            predefined[found["macro"]] = found["body"].strip()
        elif found["takes"]:
            defined.pop(found["macro"], None)
        else:
            defined[found["macro"]] = (found["body"].strip(), found.start("macro"))
    unit = Unit(text, {}, predefined, newlines, tuple(markers))
    for name, (body, offset) in defined.items():
        unit.macros[name] = Macro(name, body, unit.span(offset, name))
    return unit


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
