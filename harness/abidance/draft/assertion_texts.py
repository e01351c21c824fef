"""What the text of an assertion wants of parameters: not to be NULL, a least number, one of some values.

Or what a function of the header tells of them: `list_is_open(list)`, `index < list_count(list)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Collection

_MESSAGE = re.compile(r'&&\s*"(?:[^"\\]|\\.)*"')
_OTHERS = re.compile(r"\(*\s*(?P<one>\w+)\s*!=\s*(?P<other>\w+)\s*\)*")
_CHECK = re.compile(r"\(*\s*(?P<name>\w+)\s*(?:!=\s*(?:NULL|0|nullptr|\(\(void \*\)\s*0\)))?\s*\)*")
_LEAST = re.compile(r"\(*\s*(?P<name>\w+)\s*(?P<sign>>=?)\s*(?P<number>\d+)\s*\)*")
_ONE = re.compile(r"\(*\s*(?P<name>\w+)\s*==\s*(?P<value>\w+)\s*\)*")
_CALLED = re.compile(r"(?P<name>\w+)\s*\((?P<arguments>[\w\s,]*)\)")
_COMPARED = re.compile(r"(?P<left>[^=<>!]+?)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<right>[^=<>!]+)")
_WORD = re.compile(r"\w+")
_FAR_LIMIT = re.compile(
    r"\(*\s*(?:(?:U?(?:INT|LONG|LLONG|INTMAX|INTPTR)|U?INT(?:_FAST|_LEAST)?(?:32|64)|S?SIZE|PTRDIFF)_MAX"
    r"|G_MAX(?:U?INT|U?LONG|S?SIZE)(?:32|64)?|[1-9]\d{9,}[uUlL]*)\b[^=<>!&|?,]*"
)


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


def are_others(text: str, parameters: Collection[str]) -> bool:
    """Tell whether an assertion wants two parameters to be no one and the same, and nothing else."""
    found = _OTHERS.fullmatch(text.strip())
    return found is not None and {found["one"], found["other"]} <= {*parameters}


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


def is_far_limit(text: str, parameters: Collection[str]) -> bool:
    """Tell whether an assertion is only that a number is below the limit of a C type, or a thousand millions.

    What is drafted stays far below it. One that names a parameter is about what the caller gives, and is none.
    """
    found = _COMPARED.fullmatch(_bare(_MESSAGE.sub("", text).replace("->", ".")))
    if found is None or found["sign"] in ("==", "!=") or not set(_WORD.findall(text)).isdisjoint(parameters):
        return False
    upper = found["right"] if found["sign"].startswith("<") else found["left"]
    return _FAR_LIMIT.fullmatch(upper.strip()) is not None


def asked_conditions(text: str, parameters: Collection[str], functions: Collection[str]) -> tuple[str, ...]:
    """Return the preconditions, as contracts have them, that an assertion is which asks some functions of parameters.

    Nothing where any part of it is another, but for checks of pointers.
    """
    found = []
    for piece in _pieces(text):
        if null_checks(piece, parameters):
            continue
        condition = _asked(piece, parameters, functions)
        if not condition:
            return ()
        found.append(condition)
    return tuple(found)


def called_in(text: str) -> frozenset[str]:
    """Return the functions that an assertion calls."""
    return frozenset(found["name"] for found in _CALLED.finditer(text))


def _asked(piece: str, parameters: Collection[str], functions: Collection[str]) -> str:
    piece = _bare(piece)
    negated = piece.startswith("!") and not piece.startswith("!=")
    call = _call(_bare(piece.removeprefix("!")), parameters, functions)
    if call:
        return f"not {call}" if negated else call
    compared = _COMPARED.fullmatch(piece)
    if compared is None:
        return ""
    sides = [_bare(compared[each]) for each in ("left", "right")]
    calls = [_call(each, parameters, functions) for each in sides]
    plain = [each for each, call in zip(sides, calls, strict=True) if not call]
    if not any(calls) or not all(_WORD.fullmatch(each) for each in plain):
        return ""
    words = [
        call or (spelling(each) if each in parameters else each)
        for each, call in zip(sides, calls, strict=True)
    ]
    return f"{words[0]} {compared['sign']} {words[1]}"


def _call(text: str, parameters: Collection[str], functions: Collection[str]) -> str:
    """Return a call of one of the functions with parameters, as contracts have it; empty for anything else."""
    found = _CALLED.fullmatch(text)
    if found is None or found["name"] not in functions:
        return ""
    arguments = [each.strip() for each in found["arguments"].split(",")]
    if not all(each in parameters for each in arguments):
        return ""
    return f"{found['name']}({', '.join(map(spelling, arguments))})"


def _bare(text: str) -> str:
    """Return an expression without parentheses around all of it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closes(text: str) -> int:
    """Return where the parenthesis is closed with which a text begins."""
    depth = 0
    for at, each in enumerate(text):
        depth += (each == "(") - (each == ")")
        if depth == 0:
            return at
    return -1


def _pieces(text: str) -> list[str]:
    return [each.strip() for each in _MESSAGE.sub("", text).split("&&")]
