"""Which imported functions a library's functions call, directly or through others, as their machine code has it.

Nothing is disassembled: an opcode of a call or jump counts where the four bytes behind it lead exactly to the start of
a function or to a linkage stub, which bytes do by chance once in ten thousand. Of calls through pointers, those are
seen whose pointer is a variable that holds one of the library's functions from the beginning, such as what logs where
no one has set another. On x86-64 alone; of other machines nothing is known.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.toolchain.code_texts import CALL_SIZE, PRINTS, CodeTexts
from abidance.toolchain.elf_image import open_image, string_at
from abidance.toolchain.library_dependencies import needed_libraries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from abidance.toolchain.elf_image import Image

_PT_GNU_EH_FRAME = 0x6474E550
_RELA = 4
_SLOTS = frozenset((6, 7))  # R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT
_RELATIVE = 8  # R_X86_64_RELATIVE
_VARIABLES = ".data"
_MACHINE = "x86-64"
_LINKAGE = (".plt", ".iplt")  # and `.plt.got`, `.plt.sec`
# call rel32, jmp rel32, jcc rel32, call/jmp *disp32(%rip) (Intel SDM 2, "CALL", "JMP", "Jcc").
_OPCODE = re.compile(rb"\xe8|\xe9|\x0f[\x80-\x8f]|\xff[\x15\x25]")
_JUMP, _CONDITIONAL = 0xE9, 0x0F
# mov disp32(%rip),%reg; call/jmp *disp32(%rip).
_THROUGH = re.compile(rb"[\x48\x4c]\x8b[\x05\x0d\x15\x1d\x25\x2d\x35\x3d]|\xff[\x15\x25]")
# ret; jmp *%reg (Intel SDM 2, "RET", "JMP").
_COMES_BACK = re.compile(rb"\xc3|\xc2|\xff[\xe0-\xe7]")
_BRANCHES = re.compile(rb"[\x70-\x7f\xe9\xeb\xc2\xc3]|\x0f[\x80-\x8f]|\xff[\xe0-\xe7]")
# mov and SSE moves to memory.
_STORES = re.compile(rb"[\x88\x89\xc6\xc7][\x00-\xbf]|\x0f[\x11\x13\x17\x29\x7f][\x00-\xbf]")
_PLAIN = frozenset(("__stack_chk_fail",))
_ALLOCATES = frozenset(("malloc", "aligned_alloc", "posix_memalign", "memalign"))
_MESSAGES = frozenset(
    ("vfprintf", "__vfprintf_chk", "vsnprintf", "__vsnprintf_chk", "vsyslog", "__vsyslog_chk")
)
_STOPS = ("abort", "raise")
# lea disp(%rdi),%rax; ret. And as it is without optimisation, where the argument is stored first.
_LEADS_BEHIND = re.compile(
    rb"(?:\xf3\x0f\x1e\xfa)?(?:"
    rb"\x48\x8d(?:\x47(?P<close>[\x01-\x7f])|\x87(?P<far>[^\0].{2}\0|.[^\0].\0))"
    rb"|\x55\x48\x89\xe5\x48\x89\x7d\xf8\x48\x8b\x45\xf8\x48\x83\xc0(?P<added>[\x01-\x7f])\x5d)\xc3",
    re.DOTALL,
)
_ENDS = frozenset(("abort", "exit", "_exit", "__assert_fail"))
_LOADS = re.compile(rb"\x48\x8d[\x3d\x35\x15\x0d]|\x4c\x8d[\x05\x0d]")
_CLOSE, _FAR, _SHORT = 40, 4, 64
_SDATA4_PCREL, _UDATA4, _SDATA4_DATAREL = 0x1B, 0x03, 0x3B


@dataclass(frozen=True, slots=True)
class CallGraph:
    """Calls among a library's functions, by the address at which each begins.

    `imports` are the imported functions that one calls itself, `callees` the other functions; `asserted` the texts that
    it passes to `__assert_fail`, and `asserting` the functions that it names with them; `moved` where parts of it are
    that the compiler takes to be seldom run. `ending` are those that have no way back to their caller, `allocating`
    those that ask for memory and do not write to it, `reporting` those that put a message together and may end the
    process then, `reported` the texts that they get. `leads_behind` are exported functions that do no more than to
    return their first argument some bytes further on, with how many.
    """

    starts: tuple[int, ...] = ()
    exported: Mapping[str, int] = field(default_factory=dict)
    imports: Mapping[int, frozenset[str]] = field(default_factory=dict)
    callees: Mapping[int, frozenset[int]] = field(default_factory=dict)
    asserted: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    asserting: Mapping[tuple[int, str], str] = field(default_factory=dict)
    moved: Mapping[int, frozenset[int]] = field(default_factory=dict)
    ending: frozenset[int] = frozenset()
    allocating: frozenset[int] = frozenset()
    reporting: frozenset[int] = frozenset()
    reported: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    leads_behind: Mapping[str, int] = field(default_factory=dict)
    _names: dict[int, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the names of exported functions by where they begin."""
        self._names.update((start, name) for name, start in self.exported.items())

    @property
    def known(self) -> bool:
        """Tell whether anything is known of the library's calls."""
        return bool(self.starts)

    def reaching(self, names: Collection[str]) -> dict[int, str]:
        """Return the functions that lead to one of these imports, each with the one that it leads to."""
        wanted = frozenset(names)
        callers: dict[int, list[int]] = defaultdict(list)
        for caller, callees in self.callees.items():
            for callee in callees:
                callers[callee].append(caller)
        found = {start: min(hit) for start, called in self.imports.items() if (hit := wanted & called)}
        waiting = list(found)
        while waiting:
            each = waiting.pop()
            for caller in callers[each]:
                if caller not in found:
                    found[caller] = found[each]
                    waiting.append(caller)
        return found

    def leading_to(self, function: str, names: Collection[str]) -> str:
        """Return which of these imports an exported function leads to, in at most `_FAR` calls; nothing if none."""
        met = {*self._parts(function)}
        waiting = [*met]
        for _ in range(_FAR):
            found = [hit for each in waiting for hit in self.imports.get(each, ()) if hit in names]
            if found:
                return min(found)
            waiting = [c for each in waiting for c in self.callees.get(each, ()) if c not in met]
            met.update(waiting)
        return ""

    def called_by(self, function: str) -> frozenset[str]:
        """Return the imports that an exported function calls itself."""
        return frozenset().union(*(self.imports.get(each, frozenset()) for each in self._parts(function)))

    def asserted_by(self, function: str) -> tuple[str, ...]:
        """Return what an exported function asserts itself; an empty text is one that could not be read.

        A part of it that does nothing else may be a function of no name that has no way back.
        """
        parts = self._with_ends(function)
        return tuple(dict.fromkeys(t for each in parts for t in self.asserted.get(each, ())))

    def asserts_in(self, function: str, text: str) -> str:
        """Return the function in which an exported one asserts a text: one that was made a part of it, or itself."""
        named = (self.asserting.get((each, text), "") for each in self._with_ends(function))
        return next(filter(None, named), function)

    def _with_ends(self, function: str) -> tuple[int, ...]:
        parts = self._parts(function)
        return (
            *parts,
            *sorted({c for each in parts for c in self.callees.get(each, ()) if self._is_assertion(c)}),
        )

    def _is_assertion(self, start: int) -> bool:
        """Tell whether a function of no name never returns, and asserts what can be read."""
        texts = self.asserted.get(start, ())
        return start in self.ending and start not in self._names and bool(texts) and all(texts)

    def asserted_below(self, function: str) -> tuple[str, ...]:
        """Return what functions of no name assert that an exported function calls itself."""
        below = (
            c
            for each in self._parts(function)
            for c in sorted(self.callees.get(each, ()))
            if c not in self._names
        )
        return tuple(dict.fromkeys(t for each in below for t in self.asserted.get(each, ())))

    def ends_in(self, function: str) -> str:
        """Return what ends the process that an exported function calls itself; nothing if nothing does.

        It is the name of an import or of a function of the library, of one of no name that of what it calls. One of no
        name that asserts is the end of an assertion, which `asserted_by` has.
        """
        parts = self._parts(function)
        itself = {name for each in parts for name in _STOPS if name in self.imports.get(each, ())}
        if itself:
            return min(itself)
        called = {c for each in parts for c in self.callees.get(each, ())}
        found = (self._end_of(c) for c in called & self.ending if not self._is_assertion(c))
        return min(found, default="")

    def _end_of(self, start: int) -> str:
        return self._names.get(start) or min(_ENDS & self.imports.get(start, frozenset()), default="abort")

    def reports_by(self, function: str) -> tuple[str, ...] | None:
        """Return the texts that an exported function hands to what reports and may end it; None if there is none.

        Those of checks are their conditions. A text that could not be read is missing.
        """
        parts = self._parts(function)
        if not any(c in self.reporting for each in parts for c in self.callees.get(each, ())):
            return None
        return tuple(dict.fromkeys(text for each in parts for text in self.reported.get(each, ())))

    def only_allocates(self, function: str) -> bool:
        """Tell whether an exported function returns memory as `malloc` gives it."""
        return self.exported.get(function) in self.allocating

    def exported_within(self, function: str, names: Collection[str]) -> tuple[str, ...]:
        """Return an exported function and those of `names` that it calls, directly or through functions of no name."""
        by_start = {self.exported[each]: each for each in names if each in self.exported}
        start = self.exported.get(function)
        met = {start} if start is not None else set()
        waiting = [*met]
        while waiting:
            for callee in self.callees.get(waiting.pop(), ()):
                if callee not in met and callee in by_start:
                    met.add(callee)
                    waiting.append(callee)
        return (function, *sorted(by_start[each] for each in met if each in by_start and each != start))

    def exported_callees(self, function: str) -> frozenset[str]:
        """Return the exported functions that one calls itself."""
        called = {callee for each in self._parts(function) for callee in self.callees.get(each, ())}
        return frozenset(self._names[each] for each in called if each in self._names)

    def _parts(self, function: str) -> tuple[int, ...]:
        start = self.exported.get(function)
        return () if start is None else (start, *self.moved.get(start, ()))


@lru_cache(maxsize=16)
def call_graph(library: Path) -> CallGraph:
    """Return the calls of a library; nothing is raised, and of what cannot be read nothing is known."""
    try:
        with library.open("rb") as file:
            image = open_image(file)
            if image.machine != _MACHINE or image.bits != 64 or image.order != "<":
                return CallGraph()
            return _Reader(image).read()
    except (OSError, ValueError, struct.error, IndexError):
        return CallGraph()


def call_graph_through(library: Path, names: Collection[str]) -> CallGraph:
    """Return the calls of a library, in which what leads to one of these imports by way of others calls it itself.

    `names` are of the C library. Nothing is raised, as by `call_graph`.
    """
    leading: dict[str, str] = {}
    for needed in needed_libraries(library):  # those first that need nothing
        graph = _leading(call_graph(needed), leading)
        reaching = graph.reaching(names)
        leading |= {name: reaching[start] for name, start in graph.exported.items() if start in reaching}
    return _leading(call_graph(library), leading)


def _leading(graph: CallGraph, leading: Mapping[str, str]) -> CallGraph:
    """Return a graph in which an import that leads to another counts as that one too."""
    if not leading:
        return graph
    imports = {
        start: called | {leading[name] for name in called if name in leading}
        for start, called in graph.imports.items()
    }
    return replace(graph, imports=imports)


class _Reader:
    def __init__(self, image: Image) -> None:
        self._image = image
        self._slots = dict(_slots(image))
        self._code = [
            (each.address, image.part(each.offset, each.size)) for each in image.segments if each.runs
        ]
        self._starts = _starts(image)
        self._known = frozenset(self._starts)
        self._stubs = dict(self._linkage_stubs())
        self._linkage = [
            range(each.address, each.address + each.size)
            for each in image.sections
            if each.name.startswith(_LINKAGE)
        ]
        self._texts = CodeTexts(image)

    def read(self) -> CallGraph:
        """Return the graph of all code."""
        imports: dict[int, set[str]] = defaultdict(set)
        callees: dict[int, set[int]] = defaultdict(set)
        asserted: dict[int, list[str]] = defaultdict(list)
        asserting: dict[tuple[int, str], str] = {}
        moved: dict[int, set[int]] = defaultdict(set)
        leaving: dict[int, set[int]] = defaultdict(set)
        stops: dict[int, int] = {}
        printed: tuple[int, str] = (0, "")
        exported = {
            each.name: each.address for each in self._image.symbols() if each.exported and each.callable
        }
        for base, code in self._code:
            end = base + len(code)
            for found in _OPCODE.finditer(code):
                at = found.end()
                if at + 4 > len(code):
                    break
                target = base + at + 4 + int.from_bytes(code[at : at + 4], "little", signed=True)
                opcode = found[0]
                name = self._slots.get(target) if opcode[0] == 0xFF else self._stubs.get(target)
                jump = opcode[0] in (_JUMP, _CONDITIONAL)
                if name is None and not (base <= target < end and (target in self._known or jump)):
                    continue
                if self._links(base + found.start()) or (name is None and self._links(target)):
                    continue  # a stub is no function, and bytes that lead into the midst of one are none of a call
                here = self._begin(base + found.start())
                if opcode[0] == _JUMP and name not in _ENDS and (name is not None or target in self._known):
                    leaving[here].add(target)
                if name is not None and name in exported:  # by a stub, so that others may interpose
                    callees[here].add(exported[name])
                elif name is not None:
                    failed: list[str] = []
                    within = ""
                    if name == "__assert_fail":
                        failed, within = self._texts.asserted(base, code, found.start())
                    elif name == "abort" and printed[0] == base + found.start():
                        failed, within = self._texts.printed(
                            printed[1], base, code, found.start() - CALL_SIZE
                        )
                    asserted[here] += failed
                    asserting |= {(here, text): within for text in failed}
                    imports[here].add("__assert_fail" if failed else name)
                    if name in _ENDS:
                        stops.setdefault(here, base + found.start())
                    printed = (base + at + 4, name) if name in PRINTS else printed
                elif (there := self._begin(target)) != here:
                    callees[here].add(there)
                    if jump and (target not in self._known or opcode[0] == _CONDITIONAL):
                        moved[here].add(there)
        for here, there in self._through_variables():
            callees[here].add(there)
        allocating = frozenset(
            start
            for start, called in imports.items()
            if called <= _ALLOCATES and self._is_bare(start, callees)
        )
        ending = frozenset(self._ending(moved, stops, leaving))
        reporting = frozenset(self._reporting(imports, callees, ending))
        return CallGraph(
            tuple(self._starts),
            exported,
            {key: frozenset(value) for key, value in imports.items()},
            {key: frozenset(value) for key, value in callees.items()},
            {key: tuple(dict.fromkeys(value)) for key, value in asserted.items()},
            asserting,
            {key: frozenset(value) for key, value in moved.items()},
            ending,
            allocating,
            reporting,
            self._reported(reporting, exported),
            dict(self._leading_behind(exported)),
        )

    def _through_variables(self) -> Iterator[tuple[int, int]]:
        """Yield functions that read a variable, each with the function that it holds from the beginning."""
        held = {
            place: addend
            for section in self._image.sections
            if section.kind == _RELA
            for place, kind, _, addend in self._image.relocations(section)
            if kind == _RELATIVE and addend in self._known and self._is_variable(place)
        }
        for base, code in self._code if held else ():
            for found in _THROUGH.finditer(code):
                at = found.end()
                place = base + at + 4 + int.from_bytes(code[at : at + 4], "little", signed=True)
                if place in held and (here := self._begin(base + found.start())) != held[place]:
                    yield here, held[place]

    def _is_variable(self, address: int) -> bool:
        return any(
            each.address <= address < each.address + each.size
            for each in self._image.sections
            if each.name == _VARIABLES
        )

    def _ending(
        self, moved: Mapping[int, set[int]], stops: Mapping[int, int], leaving: Mapping[int, set[int]]
    ) -> set[int]:
        """Return the functions that end the process, or go on in one that does, and have no way back.

        `stops` has where one first calls an import that ends it, `leaving` where one jumps to that is another's.
        """
        found = {start for start, stop in stops.items() if not self._matches(_BRANCHES, start, stop)}
        while True:
            more = {
                start
                for start in self._starts
                if start not in found
                and (start in stops or not found.isdisjoint((*moved.get(start, ()), *leaving.get(start, ()))))
                and found >= {*moved.get(start, ()), *leaving.get(start, ())}
                and not self._matches(_COMES_BACK, start)
            }
            if not more:
                return found
            found |= more

    def _reporting(
        self, imports: Mapping[int, set[str]], callees: Mapping[int, set[int]], ending: Collection[int]
    ) -> set[int]:
        """Return the functions that put a message together and may end the process, and what wraps them."""

        def prints(start: int) -> bool:
            return any(
                not _MESSAGES.isdisjoint(imports.get(each, ())) for each in (start, *callees.get(start, ()))
            )

        found = {
            start
            for start in self._starts
            if ("abort" in imports.get(start, ()) or not callees.get(start, set()).isdisjoint(ending))
            and prints(start)
        }
        while True:
            more = {
                start
                for start, called in callees.items()
                if start not in found and called and called <= found and imports.get(start, set()) <= _PLAIN
            }
            if not more:
                return found
            found |= more

    def _reported(
        self, reporting: Collection[int], exported: Mapping[str, int]
    ) -> dict[int, tuple[str, ...]]:
        """Return the texts that functions put into registers just before they call what reports."""
        found: dict[int, dict[str, None]] = defaultdict(dict)
        for base, code in self._code if reporting else ():
            for each in re.finditer(rb"[\xe8\xe9]", code):
                at, start = each.end(), each.start()
                target = base + at + 4 + int.from_bytes(code[at : at + 4], "little", signed=True)
                if exported.get(self._stubs.get(target, ""), target) in reporting:
                    loads = _LOADS.finditer(code, max(start - _CLOSE, 0), start)
                    texts = (self._texts.at(base, code, base + load.end()) for load in loads)
                    found[self._begin(base + start)] |= dict.fromkeys(filter(None, texts))
        return {start: tuple(texts) for start, texts in found.items()}

    def _leading_behind(self, exported: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        for name, start in exported.items():
            for base, code in self._code:
                found = _LEADS_BEHIND.match(code, start - base) if 0 <= start - base < len(code) else None
                if found is not None:
                    distance = found["close"] or found["added"] or found["far"]
                    yield name, int.from_bytes(distance, "little")

    def _is_bare(self, start: int, callees: Mapping[int, set[int]]) -> bool:
        """Tell whether a function is so short, and writes to no memory, that all it does is to call imports."""
        index = bisect_right(self._starts, start)
        end = self._starts[index] if index < len(self._starts) else start
        return start < end <= start + _SHORT and not callees.get(start) and not self._matches(_STORES, start)

    def _matches(self, pattern: re.Pattern[bytes], start: int, stop: int = 0) -> bool:
        """Tell whether a pattern is in the code from a start to `stop`, or to the next start."""
        index = bisect_right(self._starts, start)
        for base, code in self._code:
            if base <= start < base + len(code):
                end = self._starts[index] - base if index < len(self._starts) else len(code)
                return pattern.search(code, start - base, stop - base if stop else end) is not None
        return True

    def _links(self, address: int) -> bool:
        return any(address in each for each in self._linkage)

    def _begin(self, address: int) -> int:
        index = bisect_right(self._starts, address) - 1
        return self._starts[index] if index >= 0 else 0

    def _linkage_stubs(self) -> list[tuple[int, str]]:
        """Return the addresses of stubs that jump to an import (psABI x86-64, "Procedure Linkage Table")."""
        found = []
        for base, code in self._code:
            for match in re.finditer(rb"\xff\x25", code):
                at = match.end()
                if at + 4 > len(code):
                    break
                name = self._slots.get(
                    base + at + 4 + int.from_bytes(code[at : at + 4], "little", signed=True)
                )
                if name is not None:
                    address = base + match.start()
                    # A stub may begin with `endbr64` and its jump with `bnd`; of 8 or 16 bytes it is the beginning.
                    found += [(each, name) for each in (address, address & ~7, address & ~15)]
        return found


def _slots(image: Image) -> list[tuple[int, str]]:
    """Return the addresses at which the dynamic linker stores those of imported functions."""
    if "symtab" not in image.dynamic:
        return []
    names = [string_at(image.names, row[0]) for row in image.symbol_rows(image.dynamic_symbols())]
    return [
        (place, names[symbol])
        for section in image.sections
        if section.kind == _RELA
        for place, kind, symbol, _ in image.relocations(section)
        if kind in _SLOTS and 0 < symbol < len(names)
    ]


def _starts(image: Image) -> list[int]:
    """Return where functions begin, by the table that unwinding looks them up in (LSB 10.6.2, `.eh_frame_hdr`)."""
    found = {each.address for each in image.symbols() if each.exported and each.callable}
    for segment in image.segments:
        if segment.kind != _PT_GNU_EH_FRAME:
            continue
        table = image.part(segment.offset, segment.size)
        version, pointer, count_as, entries = table[:4]
        if (version, pointer, count_as, entries) != (1, _SDATA4_PCREL, _UDATA4, _SDATA4_DATAREL):
            continue
        (count,) = struct.unpack_from("<I", table, 8)
        rows = struct.iter_unpack("<ii", table[12 : 12 + 8 * count])
        found.update(segment.address + start for start, _ in rows)
    return sorted(found)
