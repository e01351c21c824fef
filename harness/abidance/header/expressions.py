"""Constant expressions that need no compiler: small whole numbers and the operators between them."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Where every value on the way fits `int`, C and Python agree (C11 6.6). The compiler gets what is larger.
_LIMIT = 2**31
_PLAIN = re.compile(r"0|[1-9][0-9]{0,8}")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*(?![\w.'])|(?P<operator><<|>>|[-+*/%&|^()]))"
)
_BINARY: dict[str, tuple[int, Callable[[int, int], int]]] = {
    "|": (1, operator.or_),
    "^": (2, operator.xor),
    "&": (3, operator.and_),
    "<<": (4, lambda left, right: left << min(right, 64)),
    ">>": (4, lambda left, right: left >> min(right, 64)),
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
    "/": (6, operator.floordiv),
    "%": (6, operator.mod),
}


class _NotSimpleError(Exception):
    """The expression is for the compiler."""


def fold(text: str) -> int | None:
    """Return the value of `text` if it is a whole number below 2**31 and so is every step, or None."""
    if _PLAIN.fullmatch(text):
        return int(text)
    try:
        return _Folding(text).value()
    except _NotSimpleError:
        return None


class _Folding:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise _NotSimpleError
            self._tokens.append(found["number"] or found["operator"])
            position = found.end()
        self._tokens.reverse()

    def value(self) -> int:
        result = self._binary(0)
        if self._tokens:
            raise _NotSimpleError
        return result

    def _binary(self, least: int) -> int:
        left = self._unary()
        while self._tokens and self._tokens[-1] in _BINARY:
            precedence, apply = _BINARY[self._tokens[-1]]
            if precedence <= least:
                break
            self._tokens.pop()
            right = self._binary(precedence)
            if right < 0 or (right == 0 and apply in {operator.floordiv, operator.mod}):
                raise _NotSimpleError
            left = _small(apply(left, right))
        return left

    def _unary(self) -> int:
        if not self._tokens:
            raise _NotSimpleError
        match self._tokens.pop():
            case "(":
                inner = self._binary(0)
                if not self._tokens or self._tokens.pop() != ")":
                    raise _NotSimpleError
                return inner
            case "+":
                return self._unary()
            case number if number[0].isdigit():
                octal = len(number) > 1 and number.isdigit() and number[0] == "0"
                try:
                    return _small(int(number, 8 if octal else 0))
                except ValueError:  # 08 is no octal number
                    raise _NotSimpleError from None
            case _:
                raise _NotSimpleError


def _small(value: int) -> int:
    if not 0 <= value < _LIMIT:
        raise _NotSimpleError
    return value
