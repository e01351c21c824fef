"""Where in a header each name is declared: what is known of it before any declaration is parsed."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from operator import itemgetter

from abidance.header.dialect import ALIGN_WORDS, ATTRIBUTE_WORDS
from abidance.header.names import declared_in
from abidance.header.patterns import ATTRIBUTE, CHARACTER, STRING
from abidance.header.scan import Piece, pieces_of

_BEHIND = (
    rf"(?:\s++|{ATTRIBUTE})*+(?P<tag>(?:[^\W\d][\w$]*+)?)(?:\s++|{ATTRIBUTE})*+"
    r"(?P<open>\{|:[^:;{},]*\{)?"
)
# One pattern for each, with its literal text first: that is found several times as fast as any of three words.
_TAGS = {kind: re.compile(rf"{kind}\b(?<![\w$]{kind}){_BEHIND}") for kind in ("struct", "union", "enum")}
_TAG = re.compile(_BEHIND)
_BRACKETS = re.compile(rf"{STRING}|{CHARACTER}|(?P<open>\()|(?P<close>\))")
_ATTRIBUTE_WORDS = ATTRIBUTE_WORDS | ALIGN_WORDS
_TEXT = re.compile(rf"{STRING}|{CHARACTER}")
_ENUM_END = re.compile(rf"{STRING}|{CHARACTER}|(?P<open>\{{)|(?P<close>\}})")
_GROUP = re.compile(rf"\([^()]*+\)|\[[^][]*+\]|\{{[^{{}}]*+\}}|{STRING}|{CHARACTER}")
_ENUMERATOR = re.compile(r"(?:^|,)\s*+([^\W\d][\w$]*+)")
_START = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Index:
    """Pieces of the code by number, and the numbers by what the pieces declare.

    `functions` and `variables` go by their declarators: a variable of a function's type, which only its
    typedef tells, is among the variables. `tags` are keyed as records and enums are, by their definition
    if there is one and otherwise by their first mention. `constants` are the objects that may be
    ``constexpr``; `several` the pieces with more than one typedef.
    """

    pieces: list[Piece]
    functions: dict[str, list[int]] = field(default_factory=dict)
    variables: dict[str, list[int]] = field(default_factory=dict)
    typedefs: dict[str, list[int]] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    enumerators: dict[str, int] = field(default_factory=dict)
    constants: dict[str, int] = field(default_factory=dict)
    several: set[int] = field(default_factory=set)

    def at(self, offset: int) -> int:
        """Return the number of the piece that holds the offset."""
        return max(bisect.bisect_right(self.pieces, offset, key=_START) - 1, 0)


def index_of(code: str, *, c23: bool) -> tuple[Index, str]:
    """Return the index of a header's code, and the code with blanks for the bodies of its functions."""
    cut = pieces_of(code)
    code = _without(code, cut.bodies)
    index = Index(cut.pieces)
    constant = re.compile(r"\bconstexpr\b|\bstatic\b" if c23 else r"\bstatic\b")
    for number, piece in enumerate(cut.pieces):
        if number in cut.names:
            name, typedef = cut.names[number]
            table = index.typedefs if typedef else index.functions
            table.setdefault(name, []).append(number)
            continue
        declared = declared_in(code, piece, index.typedefs)
        if len(declared) > 1 and declared[0].typedef:
            index.several.add(number)
        for name, typedef, function, _ in declared:
            table = index.typedefs if typedef else index.functions if function else index.variables
            table.setdefault(name, []).append(number)
            # Whether a static object is a constant its type tells, when the piece is read.
            if table is index.variables and constant.search(code, piece.start, piece.end):
                index.constants[name] = number
    for kind, pattern in _TAGS.items():
        _add_tags(index, code, kind, pattern)
    return index, code


def _add_tags(index: Index, code: str, kind: str, pattern: re.Pattern[str]) -> None:
    defined: set[str] = set()
    for found in pattern.finditer(code):
        while found["tag"] in _ATTRIBUTE_WORDS:  # whose parentheses are deeper than the pattern goes
            found = _TAG.match(code, _closed(code, found.end("tag"))) or found  # noqa: PLW2901
        tag, opening = found.groups()
        key = f"{kind} {tag}"
        number = index.at(found.start())
        if _in_text(code, index.pieces[number].start, found.start()):
            continue
        if tag and key not in defined and (opening or key not in index.tags):
            index.tags[key] = number
            if opening:
                defined.add(key)
        if kind == "enum" and opening:
            for name in _enumerators(code, found.end()):
                index.enumerators.setdefault(name, number)


def _closed(code: str, start: int) -> int:
    """Return where the parenthesis is closed that opens first behind `start`, or the end of the code."""
    depth = 0
    for found in _BRACKETS.finditer(code, start):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth <= 0 and found.lastgroup:
            return found.end()
    return len(code)


def _in_text(code: str, start: int, offset: int) -> bool:
    """Tell whether the offset is in a string of the piece that starts at `start`, such as what `deprecated` says."""
    if code.find('"', start, offset) < 0:
        return False
    for found in _TEXT.finditer(code, start):
        if found.end() > offset:
            return found.start() < offset
    return False


def _without(code: str, bodies: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in bodies:
        parts += (code[done:start], " " * (end - start))
        done = end
    return "".join((*parts, code[done:]))


def _enumerators(code: str, start: int) -> list[str]:
    """Return the names of the enumerators behind an opening brace."""
    depth = 1
    end = start
    for found in _ENUM_END.finditer(code, start):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth == 0:
            end = found.start()
            break
    inside = code[start:end]
    while "(" in inside or "[" in inside or "{" in inside or '"' in inside:
        plain = _GROUP.sub(" ", inside)
        if plain == inside:
            break
        inside = plain
    return _ENUMERATOR.findall(inside)
