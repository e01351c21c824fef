"""Numbers and texts that a function's machine code compares with: where it changes its mind and no contract says so.

Fuzzers call such a list a dictionary. It only proposes values to try, so what the disassembler cannot follow (a jump
through a register, another library) costs nothing but proposals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from abidance.toolchain.elf_image import open_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.toolchain.elf_image import Image

NUMBERS, TEXTS = 48, 16
"""No more than so many of each are proposed for one function, those nearest to its beginning."""
_INSTRUCTIONS = 3000
_PART = 2048  # bytes of a function whose size no symbol tells
_LONGEST = 64
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]{1,%d}\0" % _LONGEST)
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
        with library.open("rb") as file:
            image = open_image(file)
            if image.machine not in MACHINES or image.order != "<" or image.bits != 64:
                return NOTHING
            start = next((s for s in image.symbols() if s.name == symbol and s.exported and s.callable), None)
            if start is None or not start.address:
                return NOTHING
            reading = _Reading(image, disassembler(image.machine))
            reading.follow(start.address, start.size)
    except (OSError, ValueError):
        return NOTHING
    return CodeWords(tuple(reading.numbers)[:NUMBERS], tuple(reading.texts)[:TEXTS])


def disassembler(machine: str) -> Any:
    """Return capstone's disassembler for one of `MACHINES`, with the operands of each instruction."""
    import capstone  # noqa: PLC0415 - 0.1 s, which only a run has to wait for

    if machine == "x86-64":
        made = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    else:
        made = capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_ARM)
    made.detail = True
    return made


@dataclass
class _Reading:
    image: Image
    disassembler: Any
    numbers: dict[int, None] = field(default_factory=dict)
    texts: dict[bytes, None] = field(default_factory=dict)
    left: int = _INSTRUCTIONS

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
        known, furthest = bool(size), start
        for instruction in self.disassembler.disasm(code, start):
            self.left -= 1
            if self.left <= 0:
                return
            target = self._target(instruction)
            if target is not None:
                if start <= target < start + len(code) and not calls(instruction):
                    furthest = max(furthest, target)
                else:
                    yield target
            else:
                self._mention(instruction)
            if not known and ends(instruction) and instruction.address >= furthest:
                return

    def _room(self, start: int) -> int:
        end = next(
            s.address + s.size
            for s in self.image.segments
            if s.runs and s.address <= start < s.address + s.size
        )
        return min(_PART, end - start)

    def _runs(self, address: int) -> bool:
        return any(s.runs and s.address <= address < s.address + s.size for s in self.image.segments)

    @staticmethod
    def _target(instruction: Any) -> int | None:
        if not branches(instruction):
            return None
        targets = [operand.imm for operand in instruction.operands if operand.type == IMMEDIATE]
        return targets[-1] if targets else None

    def _mention(self, instruction: Any) -> None:
        for operand in instruction.operands:
            if operand.type == IMMEDIATE:
                if not self._text(operand.imm):
                    self.numbers.setdefault(operand.imm)
            elif operand.type == _MEMORY and instruction.reg_name(operand.mem.base) == "rip":
                self._text(instruction.address + instruction.size + operand.mem.disp)

    def _text(self, address: int) -> bool:
        """Keep the text at an address that code refers to, if there is one; tell whether there is."""
        if address < 256 or self._runs(address):
            return False
        try:
            raw = self.image.part(self.image.file_offset(address), _LONGEST + 1)
        except ValueError:
            return False
        found = _TEXT.match(raw)
        if found and len(found[0]) > 2:
            self.texts.setdefault(found[0][:-1])
        return found is not None


# capstone numbers these alike for every machine: operand types, and the groups of jumps, calls and returns.
IMMEDIATE, _MEMORY = 2, 3
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
