"""The words in a part of a contract: those of expressions, literals and names, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import Expression
from abidance.contract.expression.sizes import sizes_in
from abidance.contract.language.clauses import FreeingCall, Name
from abidance.contract.language.literals import Literal
from abidance.contract.language.owners import OwnerByCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.contract.expression import Reference

_WORD = re.compile(r"[^\W\d]\w*")


def words(value: object) -> Iterator[str]:
    """Yield the names in a part of the model, again and again where they are used again."""
    for leaf in _leaves(value):
        match leaf:
            case Expression():
                yield from leaf.names
            case Literal(text=text):
                yield from _WORD.findall(text)
                yield from sizes_in(text)
            case Name(text=text) if ".." in text or text.startswith("-"):
                yield from _WORD.findall(text)  # numbers as a key has them: `-EIO`, `A..B`
            case Name():
                yield leaf.text


def references(value: object) -> Iterator[Reference]:
    """Yield the places that the expressions in a part of the model look at."""
    for leaf in _leaves(value):
        if isinstance(leaf, Expression):
            yield from leaf.references


def _leaves(value: object) -> Iterator[Expression | Literal | Name]:
    """Yield each expression, also those that the calls in another one are made with, and each literal and name."""
    match value:
        case Expression():
            yield value
            for call in value.calls:
                yield from _leaves(tuple(argument for _, argument in call.arguments))
        case FreeingCall(arguments=arguments):
            yield value
            yield from _leaves(tuple(argument for _, argument in arguments))
        case Literal(items=None, entries=None) | Name():
            yield value
        case Literal():
            yield from _leaves(value.items or ())
            yield from _leaves(value.entries or {})
        case OwnerByCase(cases=cases):
            yield from _leaves(tuple(condition for _, condition in cases))
        case Mapping():
            for key, item in value.items():
                yield from _leaves(key)
                yield from _leaves(item)
        case tuple():
            for item in value:
                yield from _leaves(item)
        case _ if is_dataclass(value):
            for field in fields(value):
                if field.name != "places":
                    yield from _leaves(getattr(value, field.name))
