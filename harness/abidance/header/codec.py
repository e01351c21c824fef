"""Declarations as `marshal` can store them: numbers, strings and tuples.

A frozen dataclass becomes a tuple that starts with its class's number; a plain tuple one that starts with -1,
a frozenset one with -2, a path one with -3, a code one with -4. The numbers are those of this version: another one
has a cache of its own.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from abidance.core.catalogue import CATALOGUE
from abidance.core.codes import Code
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import LateSpan, Span
from abidance.header.entries import DeclarationEntries, Ranked
from abidance.ir import declarations as d
from abidance.ir import types as t

if TYPE_CHECKING:
    from collections.abc import Callable

_CLASSES: tuple[type, ...] = (
    *get_args(t.Type),
    *(d.Attribute, d.Field, d.Record, d.Enumerator, d.Enum, d.Typedef),
    *(d.Parameter, d.Function, d.Variable, d.Macro, Diagnostic, Label, Span),
)
_TUPLE, _SET, _PATH, _CODE = -1, -2, -3, -4
_NUMBERS = {class_: number for number, class_ in enumerate(_CLASSES)}
_CODES = {code.id: code for code in CATALOGUE}
_FIELDS: dict[type, Callable[[Any], Any]] = {
    class_: attrgetter(*(field.name for field in fields(class_)))
    for class_ in _CLASSES
    if len(fields(class_)) > 1
}


def encode(value: Any) -> Any:
    """Return `value` as numbers, strings and tuples. Raises KeyError for what is no part of declarations."""
    if value is None or isinstance(value, int | str):
        return value
    if type(value) is tuple:
        return (_TUPLE, *map(encode, value))
    if isinstance(value, frozenset):
        return (_SET, *sorted(value))
    if isinstance(value, Path):
        return (_PATH, str(value))
    if isinstance(value, Code):
        return (_CODE, value.id)
    if isinstance(value, LateSpan):
        value = value.known()
    class_ = type(value)
    number = _NUMBERS[class_]
    if class_ in _FIELDS:
        return (number, *map(encode, _FIELDS[class_](value)))
    return (number, *(encode(getattr(value, field.name)) for field in fields(class_)))


def decode(stored: Any) -> Any:
    """Return what `encode` was given. Raises IndexError, KeyError or TypeError for what it did not make."""
    if type(stored) is not tuple:
        return stored
    number, *rest = stored
    if number >= 0:
        return _CLASSES[number](*map(decode, rest))
    if number == _TUPLE:
        return tuple(map(decode, rest))
    if number == _SET:
        return frozenset(rest)
    return _path(rest[0]) if number == _PATH else _CODES[rest[0]]


def encode_entries(entries: DeclarationEntries) -> Any:
    """Return the entries as `marshal` stores them."""
    tables = (
        entries.records,
        entries.enums,
        entries.typedefs,
        entries.variables,
        entries.constants,
        entries.lost,
    )
    return (
        [(encode(function), rank) for function, rank in entries.functions],
        *([(key, encode(value)) for key, value in table.items()] for table in tables),
    )


def decode_entries(stored: Any) -> DeclarationEntries:
    """Return what `encode_entries` was given."""
    functions, *tables = stored
    return DeclarationEntries(
        [Ranked(decode(function), tuple(rank)) for function, rank in functions],
        *({key: decode(value) for key, value in table} for table in tables),
    )


@cache
def _path(text: str) -> Path:
    return Path(text)
