"""Reads LLVM's coverage mapping out of a library: which regions of the source each counter of a function stands for.

The format is that of LLVM's "Code Coverage Mapping Format", versions 4 to 7: clang 11, rustc 1.52 and later.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RECORD = struct.Struct("<QIQQ")
_HEADER = struct.Struct("<4I")
_OLDEST, _NEWEST, _WITH_DIRECTORY = 4, 7, 6
_MOST_BYTES = 1 << 28
_GAP = 1 << 31
END_OF_LINE = 1 << 30

CODE, EXPANSION, SKIPPED, GAP, BRANCH, DECISION, DECISION_BRANCH = range(7)

Counter = tuple[int, int]
"""What kind of counter, and its number, which for a difference and a sum is that of the expression."""
COUNTED, DIFFERENCE, SUM = 1, 2, 3
NONE: Counter = (0, 0)


class MappedRegion(NamedTuple):
    """A piece of source, from line and column to line and column, with what counts it.

    A branch has a second counter, of how often its condition was false. `expands` is the file of a macro's text.
    """

    file: int
    kind: int
    counter: Counter
    other: Counter
    start: tuple[int, int]
    end: tuple[int, int]
    expands: int = -1


@dataclass(frozen=True, slots=True)
class MappedFunction:
    """One function: by which numbers its counters are known, its files, its regions, and sums of its counters.

    `expressions` are pairs of counters, by number.
    """

    name: int
    graph: int
    files: tuple[str, ...]
    regions: tuple[MappedRegion, ...]
    expressions: tuple[tuple[Counter, Counter], ...]


_Value = TypeVar("_Value")


def evaluated(
    counter: Counter,
    expressions: Sequence[tuple[Counter, Counter]],
    known: dict[Counter, _Value],
    leaf: Callable[[int], _Value],
    joined: Callable[[int, _Value, _Value], _Value],
) -> _Value:
    """Return the value of a counter: a `leaf` of a plain one, `joined` of an expression; NONE must be `known`.

    What is come by on the way is `known` from then on. Raises ValueError for expressions that go round in circles.
    """
    waiting = [counter]
    while waiting:
        top = waiting[-1]
        kind, number = top
        if top in known:
            waiting.pop()
        elif kind == COUNTED:
            known[top] = leaf(number)
        else:
            left, right = expressions[number]
            missing = [each for each in (left, right) if each not in known]
            if not missing:
                known[top] = joined(kind, known[left], known[right])
            elif len(waiting) > 2 * len(expressions) + 2:
                raise ValueError("its coverage mapping goes round in circles")
            waiting += missing
    return known[counter]


def read_mapping(functions: bytes, files: bytes) -> tuple[MappedFunction, ...]:
    """Return the functions of the sections `__llvm_covfun` and `__llvm_covmap`; raises ValueError."""
    try:
        tables = _file_tables(files)
        return tuple(_functions(functions, tables))
    except (struct.error, IndexError, zlib.error) as error:
        raise ValueError(f"its coverage mapping is damaged: {error}") from None


def read_names(names: bytes) -> dict[int, str]:
    """Return the functions' names of section `__llvm_prf_names`, by what they are known by; raises ValueError."""
    found: dict[int, str] = {}
    reader = _Reader(names)
    try:
        while not reader.ended:
            size, packed = reader.number(), reader.number()
            if not size:
                continue  # what fills up to the next file's
            for name in _unpacked(reader, size, packed).split(b"\x01"):
                key = int.from_bytes(hashlib.md5(name, usedforsecurity=False).digest()[:8], "little")
                found[key] = name.decode("utf-8", "replace")
    except (IndexError, zlib.error) as error:
        raise ValueError(f"its functions' names are damaged: {error}") from None
    return found


def _file_tables(data: bytes) -> dict[int, tuple[str, ...]]:
    """Return the lists of file names, by what functions know them by."""
    found: dict[int, tuple[str, ...]] = {}
    at = 0
    while at + _HEADER.size <= len(data):
        _, size, _, version = _HEADER.unpack_from(data, at)
        version += 1
        if not _OLDEST <= version <= _NEWEST:
            raise ValueError(f"version {version} of LLVM's coverage mapping is not known")
        at += _HEADER.size
        encoded = data[at : at + size]
        if len(encoded) < size:
            raise ValueError("its coverage mapping ends too early")
        key = int.from_bytes(hashlib.md5(encoded, usedforsecurity=False).digest()[:8], "little")
        found[key] = _file_names(encoded, version)
        at += size + (-size) % 8
    return found


def _file_names(encoded: bytes, version: int) -> tuple[str, ...]:
    reader = _Reader(encoded)
    count, size, packed = reader.number(), reader.number(), reader.number()
    inner = _Reader(_unpacked(reader, size, packed))
    names = [inner.bytes(inner.number()).decode("utf-8", "surrogateescape") for _ in range(count)]
    if version >= _WITH_DIRECTORY and names:  # the first is where the compiler was started
        directory = names[0].rstrip("/")
        names = [name if name.startswith("/") or not name else f"{directory}/{name}" for name in names]
    return tuple(names)


def _unpacked(reader: _Reader, size: int, packed: int) -> bytes:
    if size > _MOST_BYTES:
        raise ValueError(f"a list of names claims {size} bytes")
    if not packed:
        return reader.bytes(size)
    return zlib.decompressobj().decompress(reader.bytes(packed), size)


def _functions(data: bytes, tables: dict[int, tuple[str, ...]]) -> list[MappedFunction]:
    found = []
    at = 0
    while at + _RECORD.size <= len(data):
        name, size, graph, files = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        table = tables.get(files)
        if size and table is not None:
            found.append(_function(name, graph, table, data[at : at + size]))
        at += size
        at += -at % 8
    return found


def _function(name: int, graph: int, table: Sequence[str], data: bytes) -> MappedFunction:
    reader = _Reader(data)
    files = tuple(table[reader.number()] for _ in range(reader.number()))
    # The lowest bits of a counter that is an expression say which of the two it is, where it is used.
    expressions = tuple(
        (_counter(reader.number()), _counter(reader.number())) for _ in range(reader.number())
    )
    regions: list[MappedRegion] = []
    for file in range(len(files)):
        line = 0
        for _ in range(reader.number()):
            region = _region(reader, file, line)
            line = region.start[0]
            regions.append(region)
    return MappedFunction(name, graph, files, tuple(regions), expressions)


def _region(reader: _Reader, file: int, line: int) -> MappedRegion:
    told = reader.number()
    kind, counter, other, expands = CODE, _counter(told), NONE, -1
    if not told & 3:
        counter = NONE
        if told & 4:
            kind, expands = EXPANSION, told >> 3
        else:
            kind = told >> 3
            if kind in (BRANCH, DECISION_BRANCH):
                counter, other = _counter(reader.number()), _counter(reader.number())
            for _ in range({DECISION: 2, DECISION_BRANCH: 3}.get(kind, 0)):
                reader.number()
    start_line = line + reader.number()
    start_column, lines, end_column = reader.number(), reader.number(), reader.number()
    if end_column & _GAP:
        kind, end_column = GAP, end_column & ~_GAP
    if not start_column and not end_column:
        start_column, end_column = 1, END_OF_LINE
    return MappedRegion(
        file, kind, counter, other, (start_line, start_column), (start_line + lines, end_column), expands
    )


def _counter(told: int) -> Counter:
    return (told & 3, told >> 2) if told & 3 else NONE


class _Reader:
    """Numbers of LEB128 and bytes; raises IndexError where they end too early."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._data)

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def bytes(self, size: int) -> bytes:
        if self._at + size > len(self._data):
            raise IndexError(f"{size} bytes are missing")
        self._at += size
        return self._data[self._at - size : self._at]
