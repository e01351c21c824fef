"""Every name that a contract uses anywhere: which of the header's constants the compiler must be asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import Expression
from abidance.contract.language.clauses import Name
from abidance.contract.language.literals import Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[A-Za-z_]\w*")


def words(value: object) -> Iterator[str]:
    """Yield the names in a part of the model, again and again where they are used again."""
    match value:
        case Expression():
            yield from value.names
        case Literal(text=text, items=None, entries=None):
            yield from _WORD.findall(text)
        case Literal():
            yield from words(value.items or ())
            yield from words(value.entries or {})
        case Name():
            yield value.text
        case Mapping():
            for key, item in value.items():
                yield from words(key)
                yield from words(item)
        case tuple():
            for item in value:
                yield from words(item)
        case _ if is_dataclass(value):
            for field in fields(value):
                if field.name != "places":
                    yield from words(getattr(value, field.name))
