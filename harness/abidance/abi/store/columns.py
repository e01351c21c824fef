"""Facts as columns that `marshal` can store, from which thousands of them are made in a few calls.

Everything that facts are made of, from numbers to facts themselves, has a number and is stored once. A class has
one column for each of its fields, which holds the numbers of their values. So objects are made without their
initialisers: all of a class at once, then field by field.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import fields
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from abidance.abi import facts as f
from abidance.abi.facts import UNKNOWN, Family, Level
from abidance.core.span import LateSpan, Span
from abidance.ir import types as t
from abidance.ir.layout import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CLASSES: tuple[type, ...] = (
    *get_args(t.Type),
    *(
        f.ClauseFacts,
        f.ConstantFacts,
        f.EnumFacts,
        f.EnumeratorFacts,
        f.WitnessEvidence,
        f.Facts,
        f.FieldFacts,
        f.FunctionFacts,
        f.SharedObjectFacts,
        f.ParameterFacts,
        f.RecordFacts,
        f.SignatureFacts,
        f.SymbolFacts,
        f.ElfTarget,
        f.TypedefFacts,
        f.VariableFacts,
    ),
    f.Virtual,
    *(Scalar, Span),
)
_FIXED = (None, True, False, UNKNOWN, *Family, *Level)
_PLAIN, _PATH, _TUPLE, _SET, _MAPPING = range(5)


def encode(value: object) -> object:
    """Return `value`, which is facts or a part of some, for `marshal`; raises KeyError for what is no such thing."""
    return _Writer().written(value)


def decode(stored: Any) -> Any:
    """Return what `encode` was given; raises what a damaged value breaks."""
    total, last, plain, paths, tables, made = stored
    pool: list[object] = [*_FIXED, *repeat(None, total - len(_FIXED))]
    for number, value in zip(_numbers(plain[0]), plain[1], strict=True):
        pool[number] = value
    for number, value in zip(_numbers(paths[0]), paths[1], strict=True):
        pool[number] = Path(value)
    found = []
    for class_, numbers, columns in tables:
        objects = list(map(object.__new__, repeat(_CLASSES[class_], len(numbers) // 4)))
        for number, each in zip(_numbers(numbers), objects, strict=True):
            pool[number] = each
        found.append((_CLASSES[class_], objects, columns))
    get = pool.__getitem__
    # In the order in which they were met, so that what is in one is there.
    for kind, number, content in made:
        parts = map(get, _numbers(content))
        if kind == _TUPLE:
            pool[number] = tuple(parts)
        elif kind == _SET:
            pool[number] = frozenset(parts)
        else:
            pool[number] = dict(zip(parts, parts, strict=True))
    for class_, objects, columns in found:
        for field, column in zip(fields(class_), columns, strict=True):
            values: Iterable[object] = (
                repeat(get(column)) if isinstance(column, int) else map(get, _numbers(column))
            )
            deque(map(getattr(class_, field.name).__set__, objects, values), maxlen=0)
    return get(last)


def _numbers(raw: bytes) -> array[int]:
    return array("I", raw)


class _Writer:
    def __init__(self) -> None:
        self._total = len(_FIXED)
        self._met: dict[int, int] = {id(each): number for number, each in enumerate(_FIXED)}
        self._known: dict[object, int] = {}
        self._plain: tuple[list[int], list[object]] = ([], [])
        self._paths: tuple[list[int], list[str]] = ([], [])
        self._rows: dict[type, tuple[list[int], list[object]]] = {}
        self._made: list[tuple[int, int, bytes]] = []

    def written(self, value: object) -> object:
        last = self.number(value)
        tables = []
        for class_, (numbers, rows) in self._rows.items():
            columns = [
                column[0] if len(set(column)) == 1 else array("I", column).tobytes()
                for column in zip(*rows, strict=True)
            ]
            tables.append((_CLASSES.index(class_), array("I", numbers).tobytes(), columns))
        plain = array("I", self._plain[0]).tobytes(), self._plain[1]
        paths = array("I", self._paths[0]).tobytes(), self._paths[1]
        return self._total, last, plain, paths, tables, self._made

    def number(self, value: object) -> int:
        """Return the number of a value; equal ones have one."""
        met = self._met.get(id(value))
        if met is None:
            met = self._met[id(value)] = self._first(value)
        return met

    def _first(self, value: Any) -> int:
        if isinstance(value, LateSpan):
            value = value.known()
        class_ = type(value)
        if class_ in (str, int):
            return self._plainly((class_, value), value, self._plain)
        if class_ is tuple:
            return self._make(_TUPLE, map(self.number, value))
        if class_ is dict:
            return self._make(_MAPPING, (self.number(each) for pair in value.items() for each in pair))
        if class_ is frozenset:
            return self._make(_SET, map(self.number, sorted(value)))
        if isinstance(value, Path):
            return self._plainly((Path, str(value)), str(value), self._paths)
        row = tuple(map(self.number, _VALUES[class_](value)))
        known = self._known.get((class_, row))
        if known is None:
            known = self._known[class_, row] = self._next()
            numbers, rows = self._rows.setdefault(class_, ([], []))
            numbers.append(known)
            rows.append(row)
        return known

    def _plainly(self, key: object, value: object, table: tuple[list[int], list[Any]]) -> int:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._next()
            table[0].append(known)
            table[1].append(value)
        return known

    def _make(self, kind: int, parts: Iterable[int]) -> int:
        content = array("I", parts).tobytes()
        known = self._known.get((kind, content))
        if known is None:
            known = self._known[kind, content] = self._next()
            self._made.append((kind, known, content))
        return known

    def _next(self) -> int:
        self._total += 1
        return self._total - 1


def _values_of(class_: type) -> Callable[[object], tuple[object, ...]]:
    names = [field.name for field in fields(class_)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


_VALUES = {class_: _values_of(class_) for class_ in _CLASSES}
