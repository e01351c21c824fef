"""Both sides of a contract in the same words, for what is spelled in two ways is no change.

Parameters have the names of the new header, constants of the boundary stand for their values, and a clause that
says what goes without saying is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.diff.fields_here import with_types_words
from abidance.abi.facts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import ClauseFacts, Facts, SignatureFacts, Unknown

# Clauses in which names stand for values.
_EXPRESSIONS = frozenset(
    (
        *(
            "requires",
            "ensures",
            "invariants",
            "rejects",
            "status-ok",
            "status-error",
            "range",
            "one_of",
            "flags",
        ),
        *(
            "length",
            "capacity",
            "nullable",
            "callback",
            "order",
            "transition",
            "while",
            "shown_by",
            "owned_when",
            "owned_unless",
            "size",
        ),
    )
)
_DEFAULTS = {"lifetime": "call", "encoding": "utf-8", "enum": "open", "on_success": "written"}
_WAYS = ("in", "out", "inout", "to")
_BUFFERS = frozenset(("bytes", "array", "string"))
_NAME = re.compile(r"""b?"(?:[^"\\]|\\.)*"|b?'(?:[^'\\]|\\.)*'|(?<![\w.])[^\W\d]\w*""")


@dataclass(frozen=True, slots=True)
class Said:
    """One clause in the words that both sides share; `clause` has its own."""

    subject: str
    aspect: str
    words: str
    clause: ClauseFacts


@dataclass(frozen=True, slots=True)
class Words:
    """What both sides say, and which parameters of a function have another name now."""

    old: tuple[Said, ...]
    new: tuple[Said, ...]
    renamed: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, context: DiffContext) -> Words:
        """Return the clauses of both sides of a comparison."""
        renamed = {
            name: found
            for name, each in context.old.functions.items()
            if name in context.new.functions
            and (found := _renamed(each.signature, context.new.functions[name].signature))
        }
        values = _values(context)
        old, new = (tuple(_said(*each, values)) for each in ((context.old, renamed), (context.new, {})))
        sides = context.sides
        return cls(with_types_words(old, new, sides.old), with_types_words(new, old, sides.new), renamed)


def _said(
    facts: Facts, renamed: Mapping[str, Mapping[str, str]], values: Mapping[str, str]
) -> Iterator[Said]:
    told = {(each.subject, each.aspect): each.text for each in facts.clauses}
    lengths = {
        f"{subject.partition('(')[0]}({text})"
        for (subject, aspect), text in told.items()
        if aspect == "length"
    }
    for each in facts.clauses:
        default = unsaid(each.subject, each.aspect)
        if each.aspect == "on_failure":
            buffer = {told.get((each.subject, way)) for way in ("out", "inout")} & _BUFFERS
            default = "unspecified" if buffer or each.subject in lengths else "untouched"
            if told.get((each.subject, "on_success")) == "untouched":
                default = "written"
        if each.aspect == "encoding" and "bytes" in {told.get((each.subject, way)) for way in _WAYS}:
            # Any bytes will do where nothing is said, and where only most are text.
            default = each.text if each.text.startswith("mostly ") else ""
        if each.text == default:
            continue
        function, bracket, rest = each.subject.partition("(")
        parameter, close, behind = rest.partition(")")
        names = renamed.get(function, {})
        subject = f"{function}{bracket}{names.get(parameter, parameter)}{close}{behind}"
        words = _replaced(each.text, {**names, **values}) if each.aspect in _EXPRESSIONS else each.text
        yield Said(subject, each.aspect, words, each)


def unsaid(subject: str, aspect: str) -> str:
    """Return what goes without saying, wherever that does not depend on other clauses; nothing else does.

    Who frees what is given is the caller; who frees a result must be said.
    """
    if aspect == "owner":
        return "" if subject.endswith(("()", "*")) else "caller"
    return _DEFAULTS.get(aspect, "")


def _renamed(old: SignatureFacts | Unknown, new: SignatureFacts | Unknown) -> dict[str, str]:
    """Return the new names of parameters that stand where they stood; a name that moved is no such thing."""
    if old is UNKNOWN or new is UNKNOWN or len(old.parameters) != len(new.parameters):
        return {}
    before, after = ([str(each.name) for each in side.parameters] for side in (old, new))
    return {
        one: other
        for one, other in zip(before, after, strict=True)
        if one and other and one not in after and other not in before
    }


def _values(context: DiffContext) -> dict[str, str]:
    """Return the constants that have one value, wherever they are known; others are changes of their own."""
    sides = [
        {each.name: each.value for each in facts.constants.values() if isinstance(each.value, int)}
        | {
            each.name: each.value
            for enum in facts.enums.values()
            for each in enum.enumerators or ()
            if isinstance(each.value, int)
        }
        for facts in (context.old, context.new)
    ]
    old, new = sides
    return {
        name: str(value)
        for name, value in (old | new).items()
        if old.get(name, value) == new.get(name, value)
    }


def _replaced(text: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: names.get(found[0], found[0]), text)
