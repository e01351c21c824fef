"""Reads what gcc notes beside an object file (`.gcno`): the blocks of functions, the arcs between them, their lines.

The format is that of `gcov-io.h` since gcc 9. What is not known of a later version is skipped by its length.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_MAGIC = 0x67636E6F  # "gcno", written as a number of the machine


class _Tag:
    """What a record tells."""

    FUNCTION, BLOCKS, ARCS, LINES = 0x01000000, 0x01410000, 0x01430000, 0x01450000


ON_TREE, FAKE, FALLS_THROUGH = 1, 2, 4
_TRUE, _FALSE = 8, 16  # since gcc 14
_FIRST, _IN_BYTES = 9, 12
_MOST_BLOCKS = 1 << 20
ENTRY, EXIT = 0, 1


@dataclass(frozen=True, slots=True)
class Arc:
    """A way from one block to another; what has no counter, as it is on the spanning tree, follows from the others."""

    source: int
    target: int
    flags: int

    @property
    def counted(self) -> bool:
        """Tell whether it has a counter of its own."""
        return not self.flags & ON_TREE

    @property
    def fake(self) -> bool:
        """Tell whether it only stands for a call that does not come back."""
        return bool(self.flags & FAKE)

    @property
    def way(self) -> str:
        """Return which way of a condition it is, where the compiler says so."""
        return "true" if self.flags & _TRUE else "false" if self.flags & _FALSE else ""


@dataclass(slots=True)
class NotedFunction:
    """One function. `lines` are those of each block, as the file and the line, in the order in which they run.

    `key` is what the function is known by in the library.
    """

    key: tuple[int, int, int]
    name: str
    source: str
    line: int
    artificial: bool
    blocks: int = 0
    arcs: list[Arc] = field(default_factory=list)
    lines: dict[int, list[tuple[str, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted of one file that was compiled in `directory`."""

    directory: str
    functions: tuple[NotedFunction, ...]


def read_notes(data: bytes) -> Notes:
    """Return what is noted; raises ValueError for what is no such file, or one of a version that is not known."""
    try:
        return _read(_Reader(data))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"gcc's notes end too early or are damaged: {error}") from None


def _read(reader: _Reader) -> Notes:
    if reader.number() != _MAGIC:
        raise ValueError("no notes of gcc's for this machine")
    reader.major = _major(reader.number())
    if reader.major < _FIRST:
        raise ValueError(f"notes of gcc {reader.major}, older than gcc {_FIRST}")
    reader.number()  # the stamp
    if reader.major >= _IN_BYTES:
        reader.number()  # a checksum
    directory = reader.text()
    reader.number()  # whether blocks that never ran are told
    functions: list[NotedFunction] = []
    while not reader.ended:
        tag = reader.number()
        length = reader.number() * (1 if reader.major >= _IN_BYTES else 4)
        if tag == 0:
            break
        part = reader.part(length)
        if tag == _Tag.FUNCTION:
            functions.append(_function(part))
        elif functions:
            _add(functions[-1], tag, part)
    return Notes(directory, tuple(functions))


def _major(version: int) -> int:
    """Return the compiler's major version, which is a letter for each hundred of tenths, and two digits."""
    hundreds, tens, ones = (
        (version >> 24 & 255) - ord("A"),
        (version >> 16 & 255) - 48,
        (version >> 8 & 255) - 48,
    )
    return (hundreds * 100 + tens * 10 + ones) // 10


def _function(part: _Reader) -> NotedFunction:
    key = (part.number(), part.number(), part.number())
    name = part.text()
    artificial = bool(part.number())
    return NotedFunction(key, name, part.text(), part.number(), artificial)


def _add(function: NotedFunction, tag: int, part: _Reader) -> None:
    match tag:
        case _Tag.BLOCKS:
            function.blocks = part.number()
            if function.blocks > _MOST_BLOCKS:
                raise ValueError(f"a function of {function.blocks} blocks")
        case _Tag.ARCS:
            source = part.number()
            while not part.ended:
                function.arcs.append(_arc(function, source, part.number(), part.number()))
        case _Tag.LINES:
            block, file = part.number(), ""
            while not part.ended:
                line = part.number()
                if line:
                    function.lines.setdefault(block, []).append((file, line))
                    continue
                file = part.text()
                if not file:
                    break


def _arc(function: NotedFunction, source: int, target: int, flags: int) -> Arc:
    if source >= function.blocks or target >= function.blocks:
        raise ValueError(f"an arc to block {max(source, target)} of {function.blocks}")
    return Arc(source, target, flags)


class _Reader:
    """Numbers and texts from bytes; raises struct.error where they end too early."""

    def __init__(self, data: bytes, major: int = 0) -> None:
        self._data = data
        self._at = 0
        self.major = major

    @property
    def ended(self) -> bool:
        return self._at + 4 > len(self._data)

    def number(self) -> int:
        value: int = struct.unpack_from("=I", self._data, self._at)[0]
        self._at += 4
        return value

    def text(self) -> str:
        length = self.number() * (1 if self.major >= _IN_BYTES else 4)
        raw = self.bytes(length)
        return raw.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def part(self, length: int) -> _Reader:
        return _Reader(self.bytes(length), self.major)

    def bytes(self, length: int) -> bytes:
        if self._at + length > len(self._data):
            raise struct.error(f"{length} bytes are missing")
        raw = self._data[self._at : self._at + length]
        self._at += length
        return raw
