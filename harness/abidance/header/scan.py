"""A header's code cut into its declarations, by their brackets alone, so that each can be read by itself.

What is between two of them is found without reading either. So a declaration that does not parse costs only
itself, and one that nobody asks for costs next to nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from abidance.header.names import common
from abidance.header.patterns import ATTRIBUTE, BRACES, CHARACTER, STRING

if TYPE_CHECKING:
    from collections.abc import Iterator


_NOT_SPACE = re.compile(r"\S")
_STOP = re.compile(rf"{STRING}|{CHARACTER}|(?P<braces>{BRACES})|(?P<stop>[;{{}}])")
_SIMPLE = re.compile(rf"(?:[^;{{}}\"']|{STRING})*+;")
# What may stand between the last `struct`, `union` or `enum` and the brace that opens its members.
_MEMBERS = re.compile(rf"(?:\s++|{ATTRIBUTE})*+(?:[^\W\d][\w$]*+)?(?:\s++|{ATTRIBUTE})*+(?::[\w\s$()]*+)?")
_STRINGS = re.compile(rf"{STRING}|{CHARACTER}")
_PARENTHESIS = re.compile(r"[()]")
_TAGGED = re.compile(r"\b(?:struct|union|enum)\b")
_OLD_STYLE = re.compile(r"\)\s*+(?!__attribute|__asm|asm\b)[^\W\d]")
_LONGEST_OLD_STYLE = 64  # parameters of one old-style definition


class Piece(NamedTuple):
    """One declaration: code from `start`, its first word, to `end`. Instead of a body it ends with the brace."""

    start: int
    end: int
    body: bool = False


@dataclass(slots=True)
class Cut:
    """A header's declarations, empty ones left out, and where between them the bodies of functions are.

    `names` has what the declarations of common forms declare, by their numbers: a name, and whether it is a
    typedef's rather than a function's. An unbalanced brace is in a
    piece of its own, which then does not parse.
    """

    pieces: list[Piece] = field(default_factory=list)
    bodies: list[tuple[int, int]] = field(default_factory=list)
    names: dict[int, tuple[str, bool]] = field(default_factory=dict)


def pieces_of(code: str) -> Cut:
    """Return the declarations of a header without directives."""
    cutting = _Cutting(code)
    cutting.run()
    return cutting.cut


def closed_braces(code: str, piece: Piece) -> Iterator[int]:
    """Yield the offsets behind the outermost closing braces of a piece."""
    depth = 0
    for found in _STOP.finditer(code, piece.start, piece.end):
        depth += (found["stop"] == "{") - (found["stop"] == "}")
        if depth == 0 and (found["braces"] or found["stop"] == "}"):
            yield found.end()


class _Cutting:
    def __init__(self, code: str) -> None:
        self._code = code
        self.cut = Cut()

    def run(self) -> None:
        code, pieces, bodies, names = self._code, self.cut.pieces, self.cut.bodies, self.cut.names
        end = 0
        while True:
            known = common(code, end)
            if known is not None and code[known[1] - 1] != "{":
                start, end, name, typedef, body = known
                names[len(pieces)] = name, typedef
                if body:
                    pieces.append(Piece(start, end - len(body), body=True))
                    bodies.append((end - len(body), end - 1))
                else:
                    pieces.append(Piece(start, end))
                continue
            first = _NOT_SPACE.search(code, end)
            if first is None:
                break
            start = first.start()
            if simple := _SIMPLE.match(code, start):
                end = simple.end()
                pieces.append(Piece(start, end))
            else:
                end = self._slow(start)

    def _slow(self, start: int) -> int:
        """Add the piece that starts here and return its end, that of the code if nothing else ends it."""
        depth = 0
        body = -1
        for found in _STOP.finditer(self._code, start):
            match found["stop"]:
                case None if found["braces"] is None:
                    continue
                case None:
                    if depth == 0 and self._opens_body(start, found.start()):
                        self._define(start, found.start())
                        self.cut.bodies.append((found.start() + 1, found.end() - 1))
                        return found.end()
                case "{":
                    if depth == 0 and self._opens_body(start, found.start()):
                        body = found.start()
                    depth += 1
                case "}":
                    depth -= 1
                    if depth < 0:
                        self.cut.pieces.append(Piece(start, found.end()))
                        return found.end()
                    if depth == 0 and body >= 0:
                        self._define(start, body)
                        self.cut.bodies.append((body + 1, found.end() - 1))
                        return found.end()
                case _ if depth == 0:
                    self.cut.pieces.append(Piece(start, found.end()))
                    return found.end()
        self.cut.pieces.append(Piece(start, len(self._code)))
        return len(self._code)

    def _define(self, start: int, brace: int) -> None:
        """Add a function's definition. Of an old-style one (C11 6.9.1p6), the first parts are pieces already."""
        if not self._code[start:brace].strip():
            for back, piece in enumerate(self.cut.pieces[:-_LONGEST_OLD_STYLE:-1], 1):
                if piece.body:
                    break
                if _OLD_STYLE.search(self._code, piece.start, piece.end):
                    start = piece.start
                    del self.cut.pieces[-back:]
                    for number in range(len(self.cut.pieces), len(self.cut.pieces) + back):
                        self.cut.names.pop(number, None)
                    break
        self.cut.pieces.append(Piece(start, brace + 1, body=True))

    def _opens_body(self, start: int, brace: int) -> bool:
        """Tell whether the brace opens a function's body, rather than members or an initializer."""
        before = _flat(_STRINGS.sub('""', self._code[start:brace]))  # a text may have any of the words
        tagged = [found.end() for found in _TAGGED.finditer(before)]
        if tagged and _MEMBERS.fullmatch(before, tagged[-1]):
            return False
        return before.count("(") == before.count(")") and "=" not in before


def _flat(text: str) -> str:
    """Return text without what is between its outer parentheses."""
    parts: list[str] = []
    depth = done = 0
    for found in _PARENTHESIS.finditer(text):
        if found[0] == "(":
            if depth == 0:
                parts.append(text[done : found.end()])
            depth += 1
        elif depth > 0:
            depth -= 1
            done = found.start()
    return "".join((*parts, text[done:] if depth == 0 else ""))
