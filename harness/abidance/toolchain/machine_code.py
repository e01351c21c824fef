"""Numbers and texts that a function's machine code compares with: where it changes its mind and no contract says so.

Fuzzers call such a list a dictionary. It only proposes values to try, so what the disassembler cannot follow (a jump
through a register, another library) costs nothing but proposals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from abidance.toolchain.comparisons import Comparisons
from abidance.toolchain.elf_image import PT_LOAD, open_image
from abidance.toolchain.text_pieces import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.toolchain.elf_image import Image

NUMBERS, TEXTS = 48, 24
"""No more than so many of each are proposed for one function: what is compared with, nearest to its beginning."""
_INSTRUCTIONS = 3000
_PART = 2048  # bytes of a function whose size no symbol tells
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]{1,%d}\0" % LONGEST)
MACHINES = ("x86-64", "aarch64")
"""Those whose code is read."""


@dataclass(frozen=True, slots=True)
class CodeWords:
    """What a function's code mentions: numbers as they stand there (signed or not), texts without their NUL."""

    numbers: tuple[int, ...] = ()
    texts: tuple[bytes, ...] = ()


NOTHING = CodeWords()


@lru_cache(256)
def code_words(library: Path, symbol: str) -> CodeWords:
    """Return what the code of an exported function mentions, with that of the functions that it calls directly.

    For machines that are not known here, and for files that cannot be read, there is nothing.
    """
    try:
        start = _functions(library).get(symbol)
        if start is None:
            return NOTHING
        with library.open("rb") as file:
            image = open_image(file)
            reading = _Reading(image, disassembler(image.machine, operands=False))
            reading.follow(*start)
            return reading.words
    except (OSError, ValueError):
        return NOTHING


@lru_cache(32)
def _functions(library: Path) -> dict[str, tuple[int, int]]:
    """Return address and size of what a library exports that can be called, where its code can be read."""
    with library.open("rb") as file:
        image = open_image(file)
        if image.machine not in MACHINES or image.order != "<" or image.bits != 64:
            return {}
        found = (each for each in image.symbols() if each.exported and each.callable and each.address)
        return {each.name: (each.address, each.size) for each in found}


def disassembler(machine: str, *, operands: bool = True) -> Any:
    """Return capstone's disassembler for one of `MACHINES`; with the operands of each instruction, it is slower."""
    import capstone  # noqa: PLC0415 - 0.1 s, which only a run has to wait for

    if machine == "x86-64":
        made = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    else:
        made = capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_ARM)
    made.detail = operands
    return made


@dataclass
class _Reading:
    image: Image
    disassembler: Any
    left: int = _INSTRUCTIONS
    found: Comparisons = field(init=False)

    def __post_init__(self) -> None:
        self.found = Comparisons(self.image.machine, self._constant)

    @property
    def words(self) -> CodeWords:
        """Return what was found: what is compared with goes before what is mentioned otherwise."""
        numbers = dict.fromkeys((*self.found.compared, *self.found.mentioned))
        found = (text for address in self.found.addresses if (text := self._text(address)) is not None)
        texts = dict.fromkeys((*self.found.texts, *found, *self.found.passed))
        return CodeWords(tuple(numbers)[:NUMBERS], tuple(texts)[:TEXTS])

    def follow(self, address: int, size: int) -> None:
        """Read a function, then those that it calls, the nearest first."""
        waiting, seen = [(address, size)], {address}
        while waiting and self.left > 0:
            start, length = waiting.pop(0)
            for target in self._function(start, length):
                if target not in seen and self._runs(target):
                    seen.add(target)
                    waiting.append((target, 0))

    def _function(self, start: int, size: int) -> Iterator[int]:
        """Read one function's instructions; yield the addresses that it calls, or jumps to outside of itself."""
        try:
            code = self.image.part(self.image.file_offset(start), size or self._room(start))
        except ValueError:
            return
        known, furthest, found = bool(size), start, self.found
        ended = False
        for address, length, mnemonic, text in self.disassembler.disasm_lite(code, start):
            self.left -= 1
            if self.left <= 0:
                break
            way = _ways(mnemonic)
            if ended and (found.arrive(address) or mnemonic != "nop"):
                ended = False
            if way is None:
                found.read(mnemonic, text, address + length)
                continue
            target = _TARGET.search(text)
            if target is not None:
                goal = int(target[1], 16)
                if start <= goal < start + len(code) and way != "call":
                    furthest = max(furthest, goal)
                    found.jump(goal)
                else:
                    yield goal
            if way == "call":
                found.call()
            elif way == "end":
                ended = True
                if not known and address >= furthest:
                    break
        found.end()

    def _room(self, start: int) -> int:
        end = next(
            s.address + s.size
            for s in self.image.segments
            if s.runs and s.address <= start < s.address + s.size
        )
        return min(_PART, end - start)

    def _runs(self, address: int) -> bool:
        return any(s.runs and s.address <= address < s.address + s.size for s in self.image.segments)

    def _constant(self, address: int, size: int) -> bytes | None:
        """Return bytes that never change, where they lie at an address beside the code."""
        inside = (
            s for s in self.image.segments if s.address <= address and address + size <= s.address + s.size
        )
        if not any(s.kind == PT_LOAD and s.fixed and not s.runs for s in inside):
            return None
        try:
            return self.image.part(self.image.file_offset(address), size)
        except ValueError:
            return None

    def _text(self, address: int) -> bytes | None:
        """Return the text at an address that code refers to, if there is one."""
        if address < 256 or self._runs(address):
            return None
        try:
            raw = self.image.part(self.image.file_offset(address), LONGEST + 1)
        except ValueError:
            return None
        found = _TEXT.match(raw)
        return found[0][:-1] if found and len(found[0]) > 2 else None


_TARGET = re.compile(r"(?:^|[ #])(0x[0-9a-f]+)$")
_ENDS = frozenset({"jmp", "b", "br", "ud2", "hlt", "ret"})
_JUMPS = frozenset({"b", "br", "cbz", "cbnz", "tbz", "tbnz", "loop", "loope", "loopne"})


@lru_cache(1024)
def _ways(mnemonic: str) -> str | None:
    """Return how an instruction goes on elsewhere: it is a ``call``, an ``end`` or a ``jump``, or does not."""
    last = mnemonic.rpartition(" ")[2]  # there may be a prefix: `bnd jmp`, `rep ret`
    if last in ("call", "bl", "blr"):
        return "call"
    if last in _ENDS:
        return "end"
    return "jump" if last[0] == "j" or last in _JUMPS or last.startswith("b.") else None


# capstone numbers these alike for every machine: the type of such operands, and the groups of jumps, calls and returns.
IMMEDIATE = 2
_JUMP, _CALL, _RETURN, _BRANCH = 1, 2, 3, 7


def branches(instruction: Any) -> bool:
    """Tell whether an instruction may go on elsewhere."""
    return any(instruction.group(group) for group in (_JUMP, _CALL, _BRANCH))


def calls(instruction: Any) -> bool:
    """Tell whether it is a call."""
    return bool(instruction.group(_CALL))


def returns(instruction: Any) -> bool:
    """Tell whether it is a return."""
    return bool(instruction.group(_RETURN))


def ends(instruction: Any) -> bool:
    """Tell whether nothing follows: a return, or a jump without a condition."""
    return returns(instruction) or instruction.mnemonic in ("jmp", "b", "br", "ud2", "hlt")
