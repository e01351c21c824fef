"""What the text of an assertion wants of parameters: not to be NULL, a least number, one of some values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_MESSAGE = re.compile(r'&&\s*"(?:[^"\\]|\\.)*"')
_CHECK = re.compile(r"\(*\s*(?P<name>\w+)\s*(?:!=\s*(?:NULL|0|nullptr|\(\(void \*\)\s*0\)))?\s*\)*")
_LEAST = re.compile(r"\(*\s*(?P<name>\w+)\s*(?P<sign>>=?)\s*(?P<number>\d+)\s*\)*")
_ONE = re.compile(r"\(*\s*(?P<name>\w+)\s*==\s*(?P<value>\w+)\s*\)*")


@dataclass(frozen=True, slots=True)
class NumberLimit:
    """What an assertion wants of a number: at least `least`, or one of `values`, which are names or digits."""

    name: str
    least: int = 0
    values: tuple[str, ...] = ()


def null_checks(text: str, parameters: Collection[str]) -> tuple[str, ...]:
    """Return the parameters that an assertion wants not to be NULL or 0; nothing where it wants more than that."""
    names = []
    for piece in _pieces(text):
        found = _CHECK.fullmatch(piece)
        if found is None or found["name"] not in parameters:
            return ()
        names.append(found["name"])
    return tuple(names)


def number_limit(text: str, parameters: Collection[str]) -> NumberLimit | None:
    """Return what an assertion wants of a number among the parameters; None where it wants anything else."""
    (first, *others) = _pieces(text)
    if others:
        return None
    least = _LEAST.fullmatch(first)
    if least is not None and least["name"] in parameters:
        return NumberLimit(least["name"], int(least["number"]) + (least["sign"] == ">"))
    alternatives = [_ONE.fullmatch(each.strip()) for each in first.split("||")]
    names = {each["name"] for each in alternatives if each is not None}
    if None in alternatives or len(names) != 1 or not names <= {*parameters}:
        return None
    return NumberLimit(names.pop(), values=tuple(each["value"] for each in alternatives if each is not None))


def _pieces(text: str) -> list[str]:
    return [each.strip() for each in _MESSAGE.sub("", text).split("&&")]
