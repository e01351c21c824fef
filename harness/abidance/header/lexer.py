"""C text after the preprocessor, as the tokens that pycparser's grammar of declarations is written in.

An attribute, an asm label and an expression's literals are each one token. A token carries its offset in the
text and nothing else about its place: file, line and column are worked out for the few that are kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pycparser.c_lexer import Token

from abidance.header.dialect import (
    ASM_WORDS,
    ATTRIBUTE_WORDS,
    C23_KEYWORDS,
    DROPPED,
    KEYWORDS,
    WORDS_AS_ATTRIBUTES,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_STRING = r'(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*+"'
_CHARACTER = r"(?:u8|[uUL])?'(?:[^'\\\n]|\\.)*+'"
# Possessive quantifiers keep a hostile header from making the search take exponential time.
_TOKEN = re.compile(
    rf"\s*+(?:(?P<LITERAL>{_STRING}|{_CHARACTER}|\.?[0-9](?:[eEpP][-+]|[\w.'])*+)"
    r"|(?P<ID>(?:[^\W\d]|\$)[\w$]*+)|(?P<PUNCTUATOR>\.\.\.|\[\[|.))",
    re.DOTALL,
)
_PARENTHESES = re.compile(rf"{_STRING}|{_CHARACTER}|(?P<open>\()|(?P<close>\))")
_SQUARES = re.compile(rf"{_STRING}|{_CHARACTER}|(?P<open>\[)|(?P<close>\])")
_BEFORE_PARENTHESIS = re.compile(r"\s*(?:(?:volatile|__volatile__|__volatile|inline|goto)\s*)*+\(")
_PUNCTUATORS = {
    "...": "ELLIPSIS",
    "(": "LPAREN",
    ")": "RPAREN",
    "[": "LBRACKET",
    "]": "RBRACKET",
    "{": "LBRACE",
    "}": "RBRACE",
    ",": "COMMA",
    ";": "SEMI",
    ":": "COLON",
    "=": "EQUALS",
    "*": "TIMES",
}


class AttributeText(NamedTuple):
    """The value of an attribute token: the word that opened it and what its parentheses hold."""

    word: str
    inside: str


class GnuLexer:
    """Hands pycparser's parser one token at a time; the interface is that of its own lexer."""

    filename = ""

    def __init__(self, error_func: Callable[[str, int, int], None], *, dialect: str = "legacy") -> None:
        del error_func, dialect  # a character that is no token is left to the parser, which knows the place
        self._text = ""
        self._position = self._end = 0
        self._keywords = KEYWORDS

    def input(self, text: str, filename: str = "", start: int = 0, end: int | None = None) -> None:
        """Start over with the part of `text` from `start` to `end`; it has no directives in it."""
        del filename
        self._text = text
        self._position = start
        self._end = len(text) if end is None else end

    def use_c23(self) -> None:
        """Take the words that became keywords in C23 as such (C23 6.4.1)."""
        self._keywords = KEYWORDS | C23_KEYWORDS

    def token(self) -> object:
        """Return the next token with its offset as column, or None at the end."""
        while found := _TOKEN.match(self._text, self._position, self._end):
            self._position = found.end()
            kind = found.lastgroup or ""
            start = found.start(kind)
            word = self._text[start : self._position]
            if kind == "LITERAL":
                return Token(kind, word, 0, start, "")
            if kind == "PUNCTUATOR":
                if word == "[[" and self._skip(_SQUARES, depth=2):
                    inside = self._text[start + 2 : self._position - 2]
                    return Token("ATTRIBUTE_BEGIN", AttributeText(word, inside), 0, start, "")
                return Token(_PUNCTUATORS.get(word, "OPERATOR"), word, 0, start, "")
            if word in self._keywords:
                return Token(*self._keywords[word], 0, start, "")
            if word in DROPPED or (word == "_Pragma" and self._parenthesised() is not None):
                continue
            if word in WORDS_AS_ATTRIBUTES:
                value = AttributeText("__attribute__", f"({WORDS_AS_ATTRIBUTES[word]})")
                return Token("ATTRIBUTE_BEGIN", value, 0, start, "")
            if word in ATTRIBUTE_WORDS or word in ASM_WORDS:
                inside_parentheses = self._parenthesised()
                if inside_parentheses is not None:
                    value = AttributeText("asm" if word in ASM_WORDS else word, inside_parentheses)
                    return Token("ATTRIBUTE_BEGIN", value, 0, start, "")
            return Token("ID", word, 0, start, "")
        return None

    def _parenthesised(self) -> str | None:
        opening = _BEFORE_PARENTHESIS.match(self._text, self._position, self._end)
        if opening is None:
            return None
        before = self._position
        self._position = opening.end()
        if self._skip(_PARENTHESES, depth=1):
            return self._text[opening.end() : self._position - 1]
        self._position = before
        return None

    def _skip(self, brackets: re.Pattern[str], depth: int) -> bool:
        for found in brackets.finditer(self._text, self._position, self._end):
            if found.lastgroup == "open":
                depth += 1
            elif found.lastgroup == "close":
                depth -= 1
                if depth == 0:
                    self._position = found.end()
                    return True
        return False
