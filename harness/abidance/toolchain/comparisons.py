"""What one function's instructions compare with: numbers, and texts as a compiler writes their comparison out.

`memcmp(p, "RIFFdata", 8) == 0` need not be a call: of known lengths compilers compare numbers of 4 or 8 bytes, or
vectors, piece by piece. The pieces that lie next to each other in memory are put together again.

Instructions are gone through as they lie, jumps are not followed: what is not so proposes a value that is of no use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.toolchain.instruction_operands import (
    ARM_REGISTERS,
    X86_REGISTERS,
    MemoryOperand,
    Register,
    arm_operands,
    x86_operands,
)
from abidance.toolchain.text_pieces import LONGEST, StringPiece, put_together

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.toolchain.instruction_operands import Operand

_VECTOR = 16
_LETTERS_OF_A_SET = 16
_SETS, _LOADS, _COMPARES, _OFFSETS = "sets", "loads", "compares", "offsets"
_SWAPS, _TESTS_BITS, _SETS_PART, _MASKS = "swaps", "tests bits", "sets part", "masks"
_X86 = {
    "mov": _LOADS, "movabs": _LOADS, "movzx": _LOADS, "movsx": _LOADS, "movsxd": _LOADS, "movbe": _LOADS,
    "movd": _LOADS, "movq": _LOADS, "movdqu": _LOADS, "movdqa": _LOADS, "movups": _LOADS, "movaps": _LOADS,
    "vmovd": _LOADS, "vmovq": _LOADS, "vmovdqu": _LOADS, "vmovdqa": _LOADS, "vmovups": _LOADS, "vmovaps": _LOADS,
    "lea": _OFFSETS, "sub": _OFFSETS, "add": _OFFSETS,
    "cmp": _COMPARES, "xor": _COMPARES, "pcmpeqb": _COMPARES, "pcmpeqw": _COMPARES, "pcmpeqd": _COMPARES,
    "pcmpeqq": _COMPARES, "pxor": _COMPARES, "psubb": _COMPARES, "vpcmpeqb": _COMPARES, "vpcmpeqd": _COMPARES,
    "vpcmpeqq": _COMPARES, "vpxor": _COMPARES, "xorps": _COMPARES, "vpsubb": _COMPARES,
    "bswap": _SWAPS, "rol": _SWAPS, "ror": _SWAPS, "bt": _TESTS_BITS,
    "and": _MASKS, "or": _MASKS,
}  # fmt: skip
_ARM = {
    "mov": _LOADS, "movz": _LOADS, "ldr": _LOADS, "ldur": _LOADS, "ldrb": _LOADS, "ldrh": _LOADS,
    "ldp": _LOADS, "ldurb": _LOADS, "ldurh": _LOADS, "movk": _SETS_PART, "adr": _SETS, "adrp": _SETS,
    "add": _OFFSETS, "sub": _OFFSETS,
    "cmp": _COMPARES, "ccmp": _COMPARES, "eor": _COMPARES, "subs": _COMPARES, "cmeq": _COMPARES,
    "rev": _SWAPS, "rev16": _SWAPS, "and": _MASKS, "orr": _MASKS,
}  # fmt: skip
_WRITE_NONE = {
    "test",
    "push",
    "ptest",
    "vptest",
    "tst",
    "cmn",
    "str",
    "strb",
    "strh",
    "stur",
    "sturb",
    "sturh",
    "stp",
}
_NARROW = {"ldrb": 1, "ldurb": 1, "ldrh": 2, "ldurh": 2}
_CALLED_WITH = {
    "x86-64": (("rdi", "rdx"), ("rsi", "rdx"), ("rdi", "rsi")),
    "aarch64": (("x0", "x2"), ("x1", "x2"), ("x0", "x1")),
}
"""Registers in which a call has the address and the length of a text (psABI, AAPCS64)."""
_LOST_BY_CALLS = {
    "x86-64": ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"),
    "aarch64": tuple(f"x{n}" for n in range(19)),
}
_LAST_NUMBER = re.compile(r"(?:^|, )#?(-?(?:0x[0-9a-f]+|\d+))$")
_STACK = ("rsp", "sp", "rbp")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What a register was loaded with: bytes of a place, the last one first when they were `swapped`."""

    place: MemoryOperand
    size: int
    swapped: bool = False


_Held = tuple[dict[str, int], dict[str, bytes], dict[str, _Loaded], dict[str, int]]


@dataclass(slots=True)
class Comparisons:
    """Collects what instructions compare with; `constant` reads bytes that never change, if any lie at an address."""

    machine: str
    constant: Callable[[int, int], bytes | None]
    compared: dict[int, None] = field(default_factory=dict)
    mentioned: dict[int, None] = field(default_factory=dict)
    texts: dict[bytes, None] = field(default_factory=dict)
    addresses: dict[int, None] = field(default_factory=dict)
    """Addresses that code refers to."""
    passed: dict[bytes, None] = field(default_factory=dict)
    """Texts that calls are given with their lengths."""
    _numbers: dict[str, int] = field(default_factory=dict)
    _vectors: dict[str, bytes] = field(default_factory=dict)
    _loaded: dict[str, _Loaded] = field(default_factory=dict)
    _less: dict[str, int] = field(default_factory=dict)
    _pieces: list[StringPiece] = field(default_factory=list)
    _held: dict[int, _Held] = field(default_factory=dict)

    def read(self, mnemonic: str, text: str, after: int) -> None:
        """Read one instruction, which ends at the address `after`, and neither jumps nor calls."""
        arm = self.machine == "aarch64"
        way = (_ARM if arm else _X86).get(mnemonic)
        if way is None:
            self._other(mnemonic, text, after)
            return
        operands = arm_operands(text) if arm else x86_operands(text, after)
        if len(operands) < 2 and way != _SWAPS:
            return
        match way:
            case "sets":
                self._set_address(operands)
            case "loads":
                self._load(mnemonic, operands)
            case "compares":
                self._compare(mnemonic, operands)
            case "offsets":
                self._offset(mnemonic, operands)
            case "swaps":
                self._swap(operands)
            case "tests bits":
                self._bits(operands)
            case "sets part":
                self._set_part(operands)
            case _:
                self._mask(operands)

    def jump(self, target: int) -> None:
        """Read a jump within the function: what registers hold is known there as well."""
        if target not in self._held:
            self._held[target] = ({**self._numbers}, {**self._vectors}, {**self._loaded}, {**self._less})

    def arrive(self, address: int) -> bool:
        """Go on where only jumps lead to, and tell whether one that was read does."""
        held = self._held.get(address, ({}, {}, {}, {}))
        self._numbers, self._vectors, self._loaded, self._less = (
            {**held[0]},
            {**held[1]},
            {**held[2]},
            {**held[3]},
        )
        return address in self._held

    def call(self) -> None:
        """Read a call: with the address and the length of a text, it may compare with that."""
        for address, length in _CALLED_WITH[self.machine]:
            at, size = self._numbers.get(address), self._numbers.get(length)
            if at is not None and size is not None and 1 < size <= LONGEST and at > LONGEST:
                raw = self.constant(at, size)
                if raw is not None:
                    self.passed.setdefault(raw)
        for name in _LOST_BY_CALLS[self.machine]:
            self._forget(name)

    def end(self) -> None:
        """End a function: put the pieces of texts together."""
        for text in put_together(self._pieces):
            self._text(text)
        self.arrive(-1)
        self._held.clear()
        self._pieces.clear()

    def _text(self, raw: bytes) -> None:
        if len({*raw}) > 1:
            self.texts.setdefault(raw)
        elif raw:
            self.compared.setdefault(raw[0])  # a vector of one letter

    def _other(self, mnemonic: str, text: str, after: int) -> None:
        """Read an instruction that compares nothing: it may mention a number or an address, and write a register."""
        first, _, rest = text.partition(", ")
        arm = self.machine == "aarch64"
        register = (ARM_REGISTERS if arm else X86_REGISTERS).get(first)
        if register is not None and mnemonic not in _WRITE_NONE:
            if register.name in _STACK:
                return
            self._forget(register.name)
        last = _LAST_NUMBER.search(text)
        if last is not None:
            self._mention(int(last[1], 0))
        if "[rip" in rest or "[rip" in first:
            for operand in x86_operands(text, after):
                if isinstance(operand, MemoryOperand) and not operand.base:
                    self.addresses.setdefault(operand.at)

    def _mention(self, number: int) -> None:
        self.mentioned.setdefault(number)

    def _set_address(self, operands: list[Operand]) -> None:
        match operands:
            case [Register(name), int(address), *_]:
                self._forget(name)
                self._numbers[name] = address

    def _set_part(self, operands: list[Operand]) -> None:
        match operands:
            case [Register(name), int(part), *_]:
                # What it is shifted by is in the number already: all below it is kept.
                kept = self._numbers.get(name)
                if kept is not None:
                    self._numbers[name] = number = kept | part
                    self._mention(number)

    def _mask(self, operands: list[Operand]) -> None:
        """Read what sets or clears bits: what is compared with then, such as a small letter, does before as well."""
        match operands:
            case [Register(name), *more]:
                source = next((each.name for each in more if isinstance(each, Register)), name)
                loaded = self._loaded.get(source) if isinstance(more[-1], int) else None
                self._forget(name)
                if loaded is not None:
                    self._loaded[name] = loaded
        if isinstance(operands[-1], int):
            self._mention(operands[-1])

    def _load(self, mnemonic: str, operands: list[Operand]) -> None:
        match operands:
            case [Register(name, size), int(number)]:
                self._forget(name)
                if name not in _STACK:
                    self._mention(number)
                    self._numbers[name] = number & (1 << 8 * size) - 1
                    if number > LONGEST:
                        self.addresses.setdefault(number)
            case [Register(name, size), MemoryOperand() as place]:
                size = _NARROW.get(mnemonic) or place.size or size
                address = self._address(place)
                self._forget(name)
                if address is not None:
                    self.addresses.setdefault(address)
                    raw = self.constant(address, size)
                    if raw is not None and size >= _VECTOR:
                        self._vectors[name] = raw
                    elif raw is not None:
                        self._numbers[name] = int.from_bytes(raw, "little")
                else:
                    self._loaded[name] = _Loaded(place, size, swapped=mnemonic == "movbe")
            case [Register(_, size), Register(), MemoryOperand(base, at, _)]:
                self._load(mnemonic, [operands[0], MemoryOperand(base, at, size)])
                self._load(mnemonic, [operands[1], MemoryOperand(base, at + size, size)])
            case [Register(name, size), Register(source)]:
                loaded, known = self._loaded.get(source), self._numbers.get(source)
                vector, less = self._vectors.get(source), self._less.get(source)
                self._forget(name)
                if loaded is not None:
                    self._loaded[name] = loaded
                if known is not None:
                    self._numbers[name] = known
                    if size >= _VECTOR and 0 <= known < 1 << 64:
                        vector = known.to_bytes(8, "little")
                if vector is not None:
                    self._vectors[name] = vector
                if less is not None:
                    self._less[name] = less
            case [_, int(number)]:
                self._mention(number)

    def _offset(self, mnemonic: str, operands: list[Operand]) -> None:
        match operands:
            case [Register(name), MemoryOperand() as place] if mnemonic == "lea":
                self._forget(name)
                if not place.base:
                    self._numbers[name] = place.at
                    self.addresses.setdefault(place.at)
                elif place.base.isalnum() and place.at < 0:
                    self._less[name] = -place.at
                    self._mention(-place.at)
            case [Register(name), Register(source), int(number)]:
                known = self._numbers.get(source)
                self._forget(name)
                if known is not None and mnemonic == "add":
                    self._numbers[name] = known + number
                    self.addresses.setdefault(known + number)
                elif source not in _STACK:
                    self._less[name] = number if mnemonic == "sub" else -number
                    self._mention(number)
            case [Register(name, size), int(number)] if name not in _STACK:
                number -= 1 << 8 * size if number >> 8 * size - 1 else 0  # `add edi, -1000`
                loaded = self._loaded.get(name)
                if loaded is not None and mnemonic == "sub" and 0 <= number < 1 << 8 * loaded.size:
                    # As `strcmp` is written out, which asks for the difference.
                    self._piece(loaded, number.to_bytes(loaded.size, "little"))
                self._forget(name)
                self._less[name] = number if mnemonic == "sub" else -number
                self._mention(number)
            case [Register(name), *_]:
                self._forget(name)

    def _swap(self, operands: list[Operand]) -> None:
        match operands:
            case [Register(name, size), *more]:
                source = next((each.name for each in more if isinstance(each, Register)), name)
                loaded = self._loaded.get(source)
                turned = next((each for each in more if isinstance(each, int)), None)
                self._forget(name)
                if loaded is not None and (turned is None or (turned == 8 and size == 2)):
                    self._loaded[name] = _Loaded(loaded.place, loaded.size, swapped=not loaded.swapped)

    def _bits(self, operands: list[Operand]) -> None:
        """Read the test of one bit of a constant: whether a number is in a small set."""
        match operands:
            case [Register(name), Register(number)]:
                mask, less = self._numbers.get(name, 0), self._less.get(number, 0)
                bits = [bit for bit in range(64) if mask >> bit & 1]
                if len(bits) <= _LETTERS_OF_A_SET:
                    for bit in bits:
                        self.compared.setdefault(bit + less)

    def _compare(self, mnemonic: str, operands: list[Operand]) -> None:
        written = mnemonic not in ("cmp", "ccmp") and isinstance(operands[0], Register)
        mixes = mnemonic in ("xor", "eor", "pxor", "xorps", "vpxor")
        # Of three operands the first is written; ccmp's third is what the flags become.
        sides = operands[1:3] if len(operands) > 2 and mnemonic != "ccmp" else operands[:2]
        if mixes and sides[0] == sides[1]:
            if isinstance(operands[0], Register):
                self._forget(operands[0].name)
                self._numbers[operands[0].name] = 0
            return
        size = next(
            (side.size for side in sides if isinstance(side, Register | MemoryOperand) and side.size), 0
        )
        for one, other in ((sides[0], sides[1]), (sides[1], sides[0])):
            loaded = self._source(other)
            width = loaded.size if loaded is not None and loaded.size else size
            raw = self._constant(one, width)
            if raw is None:
                continue
            if len(raw) <= 8:
                number = int.from_bytes(raw, "little")
                if isinstance(one, int) and one < 0:
                    number = one
                if not mixes or loaded is not None:
                    self.compared.setdefault(number)
                else:
                    self._mention(number)
                less = self._less.get(other.name, 0) if isinstance(other, Register) else 0
                if less:
                    self.compared.setdefault(less)
                    self.compared.setdefault(number + less)
            if loaded is not None:
                self._piece(loaded, raw)
            elif len(raw) >= _VECTOR or (len(raw) > 1 and all(0x20 <= byte < 0x7F for byte in raw)):
                self._text(raw)
        if written and isinstance(operands[0], Register):
            self._forget(operands[0].name)

    def _piece(self, loaded: _Loaded, raw: bytes) -> None:
        piece = StringPiece(loaded.place.base, loaded.place.at, raw[::-1] if loaded.swapped else raw)
        if not piece.is_number and piece.base not in _STACK:
            self._pieces.append(piece)

    def _source(self, operand: Operand) -> _Loaded | None:
        """Return what was loaded into an operand, or is to be."""
        if isinstance(operand, Register):
            return self._loaded.get(operand.name)
        if isinstance(operand, MemoryOperand) and self._address(operand) is None:
            return _Loaded(operand, operand.size)
        return None

    def _constant(self, operand: Operand, size: int) -> bytes | None:
        """Return the bytes of an operand that is known, as they lie in memory."""
        if isinstance(operand, Register):
            if operand.name in self._vectors:
                return self._vectors[operand.name][: size or None]
            operand = self._numbers.get(operand.name, operand)
        if isinstance(operand, int):
            return (operand & (1 << 8 * (size or 8)) - 1).to_bytes(size or 8, "little") if size <= 8 else None
        if isinstance(operand, MemoryOperand) and (address := self._address(operand)) is not None:
            self.addresses.setdefault(address)
            return self.constant(address, operand.size or size or 8)
        return None

    def _address(self, place: MemoryOperand) -> int | None:
        """Return the address of a place, where that is known."""
        if not place.base:
            return place.at
        known = self._numbers.get(place.base)
        return known + place.at if known is not None and known > LONGEST else None

    def _forget(self, name: str) -> None:
        for known in (self._numbers, self._vectors, self._loaded, self._less):
            known.pop(name, None)
