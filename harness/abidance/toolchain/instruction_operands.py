"""The operands of an instruction, read from how capstone writes it: registers, numbers, places in memory.

Its text is read because capstone makes it a few times faster than objects for the operands, and functions have
thousands of instructions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Register:
    """A register of `size` bytes; those that are parts of each other have one name."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class MemoryOperand:
    """`size` bytes in memory, `at` so many bytes from what `base` is; without a base, at that address.

    The size is 0 where the instruction's text does not tell it.
    """

    base: str
    at: int
    size: int


Operand = Register | int | MemoryOperand

_SIZES = {"byte": 1, "word": 2, "dword": 4, "qword": 8, "xmmword": 16, "ymmword": 32, "zmmword": 64}
_MEMORY = re.compile(r"(?:(\w+) ptr )?(?:[c-g]s:)?\[(.*)\]")
_BEHIND = re.compile(r"(.*?)(?: ([+-]) )?(0x[0-9a-f]+|\d+)?")
_NUMBER = re.compile(r"#?-?(?:0x[0-9a-f]+|\d+)")
_SPLIT = re.compile(r", (?![^\[{]*[\]}])")
_SHIFTED = re.compile(r"lsl #(\d+)")


def x86_operands(text: str, after: int) -> list[Operand]:
    """Return the operands of an instruction that ends at the address `after`, in Intel's order."""
    return [operand for part in text.split(", ") if (operand := _x86(part, after)) is not None]


def _x86(text: str, after: int) -> Operand | None:
    register = X86_REGISTERS.get(text)
    if register is not None:
        return register
    if _NUMBER.fullmatch(text):
        return int(text, 0)
    memory = _MEMORY.fullmatch(text)
    if memory is None:
        return None
    parts = _BEHIND.fullmatch(memory[2])
    assert parts is not None
    base, sign, digits = parts.groups()
    at = int(digits or "0", 0) * (-1 if sign == "-" else 1)
    size = _SIZES.get(memory[1] or "", 0)
    return MemoryOperand("", after + at, size) if base == "rip" else MemoryOperand(base, at, size)


def arm_operands(text: str) -> list[Operand]:
    """Return the operands of an instruction of aarch64; a number that is written as shifted is so."""
    found: list[Operand] = []
    for part in _SPLIT.split(text):
        shifted = _SHIFTED.fullmatch(part)
        if shifted and found and isinstance(found[-1], int):
            found[-1] <<= int(shifted[1])
        elif (operand := _arm(part)) is not None:
            found.append(operand)
    return found


def _arm(text: str) -> Operand | None:
    register = ARM_REGISTERS.get(text.partition(".")[0])
    if register is not None:
        return register
    if _NUMBER.fullmatch(text):
        return int(text.removeprefix("#"), 0)
    if not text.startswith("["):
        return None
    base, _, at = text.rstrip("!")[1:-1].partition(", ")
    known = ARM_REGISTERS.get(base)
    if known is None or (at and not _NUMBER.fullmatch(at)):
        return MemoryOperand(text, 0, 0)
    return MemoryOperand(known.name, int(at.removeprefix("#"), 0) if at else 0, 0)


def _x86_registers() -> Iterator[tuple[str, Register]]:
    for letter in "abcd":
        for name, size in ((f"r{letter}x", 8), (f"e{letter}x", 4), (f"{letter}x", 2), (f"{letter}l", 1)):
            yield name, Register(f"r{letter}x", size)
    for pair in ("si", "di", "bp", "sp"):
        for name, size in ((f"r{pair}", 8), (f"e{pair}", 4), (pair, 2), (f"{pair}l", 1)):
            yield name, Register(f"r{pair}", size)
    for number in range(8, 16):
        for suffix, size in (("", 8), ("d", 4), ("w", 2), ("b", 1)):
            yield f"r{number}{suffix}", Register(f"r{number}", size)
    for number in range(32):
        for letter, size in (("x", 16), ("y", 32), ("z", 64)):
            yield f"{letter}mm{number}", Register(f"v{number}", size)


def _arm_registers() -> Iterator[tuple[str, Register]]:
    for number in range(31):
        yield f"x{number}", Register(f"x{number}", 8)
        yield f"w{number}", Register(f"x{number}", 4)
    yield "sp", Register("rsp", 8)
    for number in range(32):
        for letter, size in (("v", 16), ("q", 16), ("d", 8), ("s", 4), ("h", 2), ("b", 1)):
            yield f"{letter}{number}", Register(f"v{number}", size)


X86_REGISTERS = dict(_x86_registers())
ARM_REGISTERS = dict(_arm_registers())
