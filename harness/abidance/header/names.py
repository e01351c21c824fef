"""What a declaration declares, told from its words without reading its types.

A file's typedefs must be known before any declaration of it can be parsed (C11 6.7.8), and its other names
before one of them can be looked up.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from abidance.header.dialect import (
    ALIGN_WORDS,
    ASM_WORDS,
    ATTRIBUTE_WORDS,
    DROPPED,
    KEYWORDS,
    WORDS_AS_ATTRIBUTES,
)
from abidance.header.patterns import ATTRIBUTE, BRACES, CHARACTER, STRING

_WORD = r"[^\W\d][\w$]*+"
# The forms that nearly all declarations of large headers have: a prototype or definition without function
# pointers, and two kinds of typedef. Each match ends where the declaration does, or before a longer body.
_PARAMETERS = r"\((?:[^()]++|\([^()]*+\))*+\)"
_COMMON = re.compile(
    rf"\s*+(?P<first>)(?:{ATTRIBUTE}\s*+)*+(?:typedef\s(?:\s*+(?P<type>{_WORD})[\s*]*+)+?"
    rf"(?:(?<=[\s*])(?P<plain>{_WORD})|\(\s*+\*?+\s*+(?P<pointer>{_WORD})\s*+\))\s*+(?:{_PARAMETERS})?"
    rf"(?:\s++|{ATTRIBUTE})*+;"
    rf"|(?!typedef\b)(?:(?P<last>{_WORD})[\s*]++(?:{ATTRIBUTE}\s*+)*+)+(?P<name>{_WORD})\s*+"
    rf"{_PARAMETERS}(?:\s++|{ATTRIBUTE})*+(?:;|\{{(?P<body>[^{{}}\"']*+\}})?))",
    re.ASCII,
)
_TOKEN = re.compile(
    rf"\s*+(?:{STRING}|{CHARACTER}|(?P<word>(?:[^\W\d]|\$)[\w$]*+)|(?P<braces>{BRACES})|(?P<mark>[][(){{}},;=:*^]))"
)
# What the words of declaration specifiers are; all others are names of types or of what is declared.
_STORAGE_WORDS = (
    "extern static auto register inline _Noreturn _Thread_local thread_local constexpr const volatile restrict "
    "_Atomic typedef __auto_type _Complex"
)
_STORAGE = frozenset(_STORAGE_WORDS.split())
_TYPES = "void char short int long float double signed unsigned _Bool __int128"
_TYPE_WORDS = frozenset(_TYPES.split())
_WHOLE = "{}"  # braces with all that is between them
_OPENING = frozenset(("(", "[", "{"))
_CLOSING = frozenset((")", "]", "}"))
_AFTER_NAME = frozenset(("", ";", ",", "=", ")"))
_WITH_GROUP = frozenset(("typeof", "typeof_unqual", "_BitInt"))
_SKIPPED = DROPPED | set(WORDS_AS_ATTRIBUTES)
_TAG_WORDS = frozenset(("struct", "union", "enum"))
_NO_NAMES = _TAG_WORDS | set(KEYWORDS) | _SKIPPED | ATTRIBUTE_WORDS | ALIGN_WORDS | ASM_WORDS
_NO_TYPES = _STORAGE | _TAG_WORDS
_ASSERTIONS = frozenset(("_Static_assert", "static_assert"))


if TYPE_CHECKING:
    from collections.abc import Container

    from abidance.header.scan import Piece


class DeclaredName(NamedTuple):
    """One declared name: whether a typedef, whether its declarator makes a function, and its offset."""

    name: str
    typedef: bool
    function: bool
    offset: int


def common(code: str, start: int) -> tuple[int, int, str, bool, str] | None:
    """Return the declaration behind the blanks here, if it has one of the common forms.

    That is where it starts and ends, the one name that it declares, whether as a typedef rather than a function,
    and the function's body with its closing brace if that is short. The character before the end is a semicolon
    or, for a function's definition, a closing brace or an opening one.
    """
    found = _COMMON.match(code, start)
    if found is None:
        return None
    _, of, plain, pointer, last, name, body = found.groups("")
    declared = name or plain or pointer
    if declared in _NO_NAMES:
        return None
    # `static f(void)` has no type, which takes a closer look; `int *const f(void)` and `T (*f)(void)` have one.
    if (last or of) in _NO_TYPES and not pointer:
        before = code[: found.start("name" if name else "plain")].rstrip()
        if before[-1] not in "*)":
            return None
    # A plain tuple: there are thousands of them.
    return found.start("first"), found.end(), declared, not name, body


def declared_in(code: str, piece: Piece, types: Container[str]) -> list[DeclaredName]:
    """Return the names that a declaration declares at file level, in their order; `types` are typedefs before it.

    They tell `f(x);`, whose type C89 takes for `int`, from `size_t (x);`.
    """
    found = _Walk(code, piece.start, piece.end, types).run()
    if not found:
        found = _called(code, piece)
    return found[:1] if piece.body else found


def _called(code: str, piece: Piece) -> list[DeclaredName]:
    """Return the last word before an outer parenthesis, where nothing else is seen to be declared.

    `UNKNOWN(1) int f(int);` declares `f` for those who know the macro.
    """
    depth, found = 0, []
    tokens = [
        (each["word"] or each["mark"], each.start("word"))
        for each in _TOKEN.finditer(code, piece.start, piece.end)
    ]
    for (word, offset), (after, _) in itertools.pairwise(tokens):
        if depth == 0 and after == "(" and offset >= 0 and word not in _NO_NAMES and word not in _ASSERTIONS:
            found = [DeclaredName(word, typedef=False, function=True, offset=offset)]
        depth += (word in _OPENING) - (word in _CLOSING)
    return found


class _Walk:
    """Reads specifiers until the type is there, then one name for each declarator."""

    def __init__(self, code: str, start: int, end: int, types: Container[str]) -> None:
        self._types = types
        self._tokens = [
            (_WHOLE if kind == "braces" else found[kind], kind, found.start(kind))
            for found in _TOKEN.finditer(code, start, end)
            if (kind := found.lastgroup)
        ]
        self._at = 0
        self._open = 0

    def run(self) -> list[DeclaredName]:
        if self._word() in _ASSERTIONS:
            return []
        typedef = self._specifiers()
        found: list[DeclaredName] = []
        while self._at < len(self._tokens):
            declared = self._declarator(typedef)
            if declared is not None:
                found.append(declared)
            if not self._next_declarator():
                break
        return found

    def _word(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at][0] if at < len(self._tokens) else ""

    def _is_word(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][1] == "word"

    def _specifiers(self) -> bool:
        """Go to the first declarator and tell whether `typedef` was said before."""
        typedef = typed = False
        while word := self._word():
            known = KEYWORDS.get(word, ("", word))[1]
            if word == "[":  # an attribute of C23; an array has its name before it
                self._group()
            elif word in ATTRIBUTE_WORDS or word in ALIGN_WORDS or word in ASM_WORDS:
                self._at += 1
                self._group()
            elif known == "_Atomic" and self._word(1) == "(":
                self._at += 1
                self._group()
                typed = True
            elif known in _STORAGE or word in _SKIPPED:
                typedef = typedef or word == "typedef"
                typed = typed or word == "__auto_type"
                self._at += 1
            elif known in _TAG_WORDS:
                self._tagged()
                typed = True
            elif known in _WITH_GROUP:
                self._at += 1
                self._group()
                typed = True
            elif known in _TYPE_WORDS or (self._is_word() and not typed and self._is_type()):
                self._at += 1
                typed = True
            else:
                break
        return typedef

    def _is_type(self) -> bool:
        """Tell whether the word here is the type, rather than what is declared without one."""
        if self._word() in self._types or self._word(1) != "(":
            return self._word(1) not in _AFTER_NAME
        at = self._at
        self._at += 1
        self._group()
        after, self._at = self._word(), at
        return after not in _AFTER_NAME

    def _tagged(self) -> None:
        """Go behind a struct, union or enum specifier, with its members if it has them."""
        self._at += 1
        while self._word() in ATTRIBUTE_WORDS or self._word() in ALIGN_WORDS or self._word() == "[":
            self._at += self._word() != "["
            self._group()
        if self._is_word():
            self._at += 1
        if self._word() == ":":
            while self._word() not in ("", "{", _WHOLE, ";"):
                self._at += 1
        if self._word() in ("{", _WHOLE):
            self._group()

    def _group(self) -> None:
        """Go behind the bracket that closes the one here, if there is one here."""
        depth = 0
        while (word := self._word()) and (depth or word in _OPENING or word == _WHOLE):
            self._at += 1
            depth += (word in _OPENING) - (word in _CLOSING)
            if depth == 0:
                return

    def _declarator(self, typedef: bool) -> DeclaredName | None:
        """Return the name of the declarator here, the first word in its parentheses that can be one."""
        parentheses = 0
        points = False
        while word := self._word():
            known = KEYWORDS.get(word, ("", word))[1]
            if word in ATTRIBUTE_WORDS or word in ASM_WORDS or word in ALIGN_WORDS:
                self._at += 1
                self._group()
            elif word == "[":
                self._group()
            elif known in _STORAGE or word in _SKIPPED:
                self._at += 1
            elif word in {"*", "^"}:
                points = points or parentheses > 0
                self._at += 1
            elif word == "(":
                parentheses += 1
                self._at += 1
            elif self._is_word() and self._is_unknown():
                self._at += 1
            elif self._is_word():
                offset = self._tokens[self._at][2]
                self._at += 1
                calls = self._word() == "("
                while self._word() == ")" and parentheses:
                    parentheses -= 1
                    self._at += 1
                # `(f)(int)` is a function, `(*f)(int)` a pointer to one, `(*f(int))(int)` a function again.
                calls = calls or (not points and self._word() == "(")
                self._open = parentheses
                return DeclaredName(word, typedef, calls, offset)
            else:
                return None
        return None

    def _is_unknown(self) -> bool:
        """Tell whether the word here is none that C has in a declarator, before the one that is declared.

        Such as a keyword of another compiler, or a macro that nobody defined: the declaration does not parse, and what
        it declares must not be lost without a word.
        """
        ahead = 1
        while self._at + ahead < len(self._tokens) and self._tokens[self._at + ahead][1] == "word":
            if self._word(ahead) in _NO_NAMES:
                return False
            ahead += 1
        return self._word(ahead) == "*" or (ahead > 1 and self._word(ahead) == "(")

    def _next_declarator(self) -> bool:
        """Go behind the comma that ends this declarator and tell whether there is one."""
        depth = self._open
        while word := self._word():
            self._at += 1
            depth += (word in _OPENING) - (word in _CLOSING)
            if word == "," and depth <= 0:
                return True
        return False
