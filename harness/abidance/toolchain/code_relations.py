"""What a library's functions have to do with each other inside of it: whom they call, and which variables they share.

Functions that share a variable cannot be taken apart: another implementation of one of them would have its own. Read
from the machine code: calls and jumps, and operands that are relative to the instruction. A variable that the library
exports is left out: another implementation can reach that. Calls through pointers, variables that are reached through a
pointer that was stored before, and what each thread has of its own are not seen, so what is told is a lower bound. On
x86-64 alone, and where the sections of the file are still there.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.toolchain.call_graph import call_graph
from abidance.toolchain.elf_image import open_image, string_at
from abidance.toolchain.machine_code import disassembler

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from abidance.toolchain.call_graph import CallGraph
    from abidance.toolchain.elf_image import Image, Section

_SHF_WRITE, _SHF_ALLOC, _SHF_TLS = 1, 2, 0x400
_SHT_SYMTAB, _SHT_NOBITS = 2, 8
_STT_OBJECT = 1
_FIXED = frozenset(
    (".got", ".got.plt", ".data.rel.ro", ".dynamic", ".init_array", ".fini_array", ".ctors", ".dtors")
)
"""Sections that only the dynamic linker writes to."""
_MOST = 2_000_000
"""A library of which more instructions would have to be read is not read: nothing is known of it then."""
_PLACE = re.compile(r"\[rip ([+-]) (0x[0-9a-f]+|[0-9]+)\]")
_ONLY_READ = re.compile(
    r"(?:lock |rep |bnd |notrack )*"
    r"(?:v?(?:u?comis[sd]|ptest)|cmp|test|push|call|jmp|i?mul|i?div|bt|f(?:i?ld\w*|i?add|i?sub|i?mul|i?div|i?com)\w*"
    r"|nop|prefetch\w*|ldmxcsr|j\w+)$"
)
"""Instructions whose first operand is no destination (Intel SDM 2)."""


@dataclass(frozen=True, slots=True)
class CodeRelations:
    """What some exported functions have to do with each other, by function.

    `calls` are those of them that each calls, directly or through other code of the library. `touched` and `written`
    are variables that it may read or write, with all that it calls short of the others: a name, or the address where no
    symbol names one. A variable counts if some code of the library may write it. `why` says why nothing is known.
    """

    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
    touched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    why: str = ""

    @property
    def known(self) -> bool:
        """Tell whether the code could be read."""
        return not self.why


@lru_cache(maxsize=16)
def code_relations(library: Path, functions: tuple[str, ...], besides: tuple[str, ...] = ()) -> CodeRelations:
    """Return what these exported functions of a library have to do with each other.

    `besides` are others that share variables with them; what those do inside of the library is not theirs alone.

    Nothing is raised: of what cannot be read, `why` says so.
    """
    graph = call_graph(library)
    if not graph.known:
        return CodeRelations(why="its machine code is not read here, or has no table of functions")
    try:
        with library.open("rb") as file:
            return _Reader(open_image(file), graph).read(functions, besides)
    except (OSError, ValueError, struct.error, IndexError) as error:
        return CodeRelations(why=f"its machine code could not be read: {error}")


@dataclass(frozen=True, slots=True)
class _Reference:
    place: int
    writes: bool
    direct: bool
    """An instruction itself reads or writes there; otherwise its address is taken."""


@dataclass(frozen=True, slots=True)
class _Code:
    """What the code of one function refers to, and where what it calls or jumps to begins."""

    references: tuple[_Reference, ...]
    callees: frozenset[int]


class _Reader:
    def __init__(self, image: Image, graph: CallGraph) -> None:
        self._image = image
        self._graph = graph
        sections = [each for each in image.sections if _is_state(each)]
        self._ranges = [
            (each.address, each.address + each.size, each.kind == _SHT_NOBITS) for each in sections
        ]
        self._objects = sorted(_objects(image))
        self._starts = [start for start, _, _ in self._objects]
        self._disassembler = disassembler(image.machine, operands=False)
        self._exported = {
            each.address for each in image.symbols() if each.exported and not each.callable and each.address
        }
        self._known = frozenset(graph.starts)
        self._codes: dict[int, _Code] = {}
        self._left = _MOST

    def read(self, functions: Collection[str], besides: Collection[str]) -> CodeRelations:
        """Return what functions have to do with each other."""
        if not self._image.sections:
            return CodeRelations(why="the sections of its file were removed")
        names: dict[int, list[str]] = defaultdict(list)
        for name in functions:
            if name in self._graph.exported:
                names[self._graph.exported[name]].append(name)
        reached: dict[str, list[_Reference]] = {}
        calls: dict[str, frozenset[str]] = {}
        for name in (*functions, *besides):
            start = self._graph.exported.get(name)
            inside, met = self._inside(start, names.keys()) if start is not None else ([], frozenset())
            reached[name] = [reference for each in inside for reference in self._code_at(each).references]
            calls[name] = frozenset(other for each in met for other in names[each])
            if self._left <= 0:
                return CodeRelations(why="it has too much code")
        writable = {
            self._object(each.place)
            for several in reached.values()
            for each in several
            if each.writes and (each.direct or self._begins_empty(each.place))
        }
        touched, written = {}, {}
        for name, several in reached.items():
            touched[name] = frozenset(self._named(several, writable))
            written[name] = frozenset(self._named((each for each in several if each.writes), writable))
        return CodeRelations(calls, touched, written)

    def _named(self, references: Iterable[_Reference], writable: set[int]) -> Iterator[str]:
        for each in references:
            start = self._object(each.place)
            if start in writable:
                yield self._name(start)

    def _inside(self, start: int, others: Collection[int]) -> tuple[list[int], frozenset[int]]:
        """Return where the code of a function begins with all that it calls short of the others, and which it meets."""
        waiting, met, ends = [start], {start}, set()
        for each in waiting:  # which grows meanwhile
            for callee in self._code_at(each).callees:
                if callee in others and callee != start:
                    ends.add(callee)
                elif callee not in met:
                    met.add(callee)
                    waiting.append(callee)
        return waiting, frozenset(ends)

    def _code_at(self, start: int) -> _Code:
        found = self._codes.get(start)
        if found is None:
            found = self._codes[start] = self._read(start)
        return found

    def _read(self, start: int) -> _Code:
        starts = self._graph.starts
        following = bisect_right(starts, start)
        end = starts[following] if following < len(starts) else start + self._room(start)
        code = self._image.part(self._image.file_offset(start), end - start)
        references = []
        callees = {*self._graph.callees.get(start, ()), *self._graph.moved.get(start, ())}
        for address, size, mnemonic, operands in self._disassembler.disasm_lite(code, start):
            self._left -= 1
            if operands.startswith("0x") and (goal := int(operands, 16)) in self._known:
                callees.add(goal)  # a short jump to a neighbour as well, which the graph does not have
            found = _PLACE.search(operands)
            if found is None:
                continue
            place = address + size + int(found[2], 0) * (1 if found[1] == "+" else -1)
            if self._is_state(place):
                taken = mnemonic == "lea"
                first = found.start() < (operands.find(",") if "," in operands else len(operands))
                writes = taken or (first and _ONLY_READ.match(mnemonic) is None)
                references.append(_Reference(place, writes, direct=not taken))
        return _Code(tuple(references), frozenset(callees - {start}))

    def _room(self, start: int) -> int:
        return next(
            each.address + each.size - start
            for each in self._image.segments
            if each.runs and each.address <= start < each.address + each.size
        )

    def _is_state(self, address: int) -> bool:
        inside = any(low <= address < high for low, high, _ in self._ranges)
        return inside and self._object(address) not in self._exported

    def _begins_empty(self, address: int) -> bool:
        """Tell whether memory is zero when the library is loaded: nobody has use of it unless something writes it."""
        return any(low <= address < high and empty for low, high, empty in self._ranges)

    def _object(self, address: int) -> int:
        """Return where the variable begins that an address is in; the address itself where no symbol tells."""
        at = bisect_right(self._starts, address) - 1
        if at >= 0:
            start, size, _ = self._objects[at]
            if start <= address < start + max(size, 1):
                return start
        return address

    def _name(self, start: int) -> str:
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and self._objects[at][0] == start:
            return self._objects[at][2]
        return f"{start:#x}"


def _is_state(section: Section) -> bool:
    wanted = section.flags & (_SHF_WRITE | _SHF_ALLOC | _SHF_TLS) == _SHF_WRITE | _SHF_ALLOC
    return wanted and section.name not in _FIXED and not section.name.startswith(".data.rel.ro")


def _objects(image: Image) -> Iterator[tuple[int, int, str]]:
    """Yield address, size and name of each variable that a symbol tells of; of several names, the first sorted."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for section in image.sections:
        if section.kind != _SHT_SYMTAB or section.link >= len(image.sections):
            continue
        table = image.contents(image.sections[section.link])
        for name, told, _, where, value, size in image.symbol_rows(image.contents(section)):
            if told & 15 == _STT_OBJECT and where and name:
                found[value].add((size, string_at(table, name)))
    for each in image.symbols():
        if each.exported and not each.callable and each.address:
            found[each.address].add((each.size, each.name))
    for address, several in found.items():
        largest, first = min(several, key=lambda each: (-each[0], each[1]))
        yield address, largest, first
