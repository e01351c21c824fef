"""Values of attributes (DWARF 5, 7.5.5), each read in the form that its shape gives.

Strings and addresses may stand in tables whose place is told later in the same entry, so they are pairs of a kind
and a number until they are asked for. A reference within the unit is an offset; any other is such a pair too.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from abidance.toolchain.dwarf.abbreviations import sleb, uleb
from abidance.toolchain.dwarf.names import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.toolchain.dwarf.abbreviations import Shape

Value = int | bytes | str | tuple[str, int]
Reader = Callable[[bytes, int], tuple[Value, int]]


def readers(order: str, address_size: int, offset_size: int, version: int) -> Mapping[int, Reader]:
    """Return what reads each form, for units of these sizes; each gives the value and where it ends."""
    long = "Q" if offset_size == 8 else "I"
    pointer = {8: "Q", 4: "I", 2: "H"}.get(address_size)
    if pointer is None:
        raise ValueError(f"a unit claims addresses of {address_size} bytes")
    number = {size: _number(order + code) for size, code in ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))}
    offset = _number(order + long)
    return {
        Form.ADDR: _number(order + pointer),
        Form.DATA1: number[1],
        Form.DATA2: number[2],
        Form.DATA4: number[4],
        Form.DATA8: number[8],
        Form.DATA16: lambda data, at: (data[at : at + 16], at + 16),
        Form.FLAG: number[1],
        Form.FLAG_PRESENT: lambda _, at: (1, at),
        Form.SDATA: sleb,
        Form.UDATA: uleb,
        Form.STRING: _text,
        Form.STRP: _kind("str", offset),
        Form.LINE_STRP: _kind("line_str", offset),
        Form.STRP_SUP: _kind("alt", offset),
        Form.GNU_STRP_ALT: _kind("alt", offset),
        Form.STRX: _kind("strx", uleb),
        Form.GNU_STR_INDEX: _kind("strx", uleb),
        Form.STRX1: _kind("strx", number[1]),
        Form.STRX2: _kind("strx", number[2]),
        Form.STRX3: _kind("strx", _three(order)),
        Form.STRX4: _kind("strx", number[4]),
        Form.ADDRX: _kind("addrx", uleb),
        Form.GNU_ADDR_INDEX: _kind("addrx", uleb),
        Form.ADDRX1: _kind("addrx", number[1]),
        Form.ADDRX2: _kind("addrx", number[2]),
        Form.ADDRX3: _kind("addrx", _three(order)),
        Form.ADDRX4: _kind("addrx", number[4]),
        Form.REF1: number[1],
        Form.REF2: number[2],
        Form.REF4: number[4],
        Form.REF8: number[8],
        Form.REF_UDATA: uleb,
        Form.REF_ADDR: _kind("info", _number(order + pointer) if version < 3 else offset),
        Form.REF_SIG8: _kind("signature", number[8]),
        Form.REF_SUP4: _kind("alt", number[4]),
        Form.REF_SUP8: _kind("alt", number[8]),
        Form.GNU_REF_ALT: _kind("alt", offset),
        Form.SEC_OFFSET: offset,
        Form.RNGLISTX: _kind("rnglistx", uleb),
        Form.LOCLISTX: _kind("loclistx", uleb),
        Form.EXPRLOC: _block(uleb),
        Form.BLOCK: _block(uleb),
        Form.BLOCK1: _block(number[1]),
        Form.BLOCK2: _block(number[2]),
        Form.BLOCK4: _block(number[4]),
    }


_FIXED = {
    Form.DATA1: "B", Form.DATA2: "H", Form.DATA4: "I", Form.DATA8: "Q", Form.FLAG: "B", Form.REF1: "B",
    Form.REF2: "H", Form.REF4: "I", Form.REF8: "Q", Form.STRX1: "B", Form.STRX2: "H", Form.STRX4: "I",
    Form.ADDRX1: "B", Form.ADDRX2: "H", Form.ADDRX4: "I", Form.REF_SIG8: "Q", Form.REF_SUP4: "I",
    Form.REF_SUP8: "Q",
}  # fmt: skip
_OFFSETS = {Form.STRP, Form.LINE_STRP, Form.STRP_SUP, Form.SEC_OFFSET, Form.GNU_STRP_ALT, Form.GNU_REF_ALT}
_KINDS = {
    Form.STRP: "str", Form.LINE_STRP: "line_str", Form.STRP_SUP: "alt", Form.GNU_STRP_ALT: "alt",
    Form.STRX1: "strx", Form.STRX2: "strx", Form.STRX4: "strx", Form.ADDRX1: "addrx", Form.ADDRX2: "addrx",
    Form.ADDRX4: "addrx", Form.REF_ADDR: "info", Form.REF_SIG8: "signature", Form.REF_SUP4: "alt",
    Form.REF_SUP8: "alt", Form.GNU_REF_ALT: "alt",
}  # fmt: skip


class Decoder:
    """Reads the attributes of one shape: runs of forms of known size at once, the others one by one."""

    def __init__(
        self, shape: Shape, order: str, sizes: tuple[int, int, int], read: Mapping[int, Reader]
    ) -> None:
        address_size, offset_size, version = sizes
        long = "Q" if offset_size == 8 else "I"
        codes = {
            **_FIXED,
            **dict.fromkeys(_OFFSETS, long),
            Form.ADDR: {8: "Q", 4: "I", 2: "H"}[address_size],
            Form.REF_ADDR: {8: "Q", 4: "I", 2: "H"}[address_size] if version < 3 else long,
        }
        self._read = read
        self._given: dict[int, Value] = {}
        self._steps: list[tuple[Any, int, tuple[int, ...], tuple[tuple[int, str], ...], int]] = []
        names: list[int] = []
        kinds: list[tuple[int, str]] = []
        layout = ""
        for name, form, implicit in shape.attributes:
            if form == Form.IMPLICIT_CONST:
                self._given[name] = implicit
            elif form == Form.FLAG_PRESENT:
                self._given[name] = 1
            elif form in codes:
                layout += codes[form]  # type: ignore[index]
                names.append(name)
                if form in _KINDS:
                    kinds.append((name, _KINDS[form]))  # type: ignore[index]
            else:
                self._close(order, layout, names, kinds)
                layout, names, kinds = "", [], []
                self._steps.append((None, form, (name,), (), 0))
        self._close(order, layout, names, kinds)

    def _close(self, order: str, layout: str, names: list[int], kinds: list[tuple[int, str]]) -> None:
        if layout:
            fixed = struct.Struct(order + layout)
            self._steps.append((fixed.unpack_from, 0, tuple(names), tuple(kinds), fixed.size))

    def decode(self, data: bytes, at: int) -> tuple[dict[int, Value], int]:
        """Return the attributes' values by name, and where they end."""
        values = self._given.copy()
        for unpack, form, names, kinds, size in self._steps:
            if unpack is not None:
                values.update(zip(names, unpack(data, at), strict=True))
                for name, kind in kinds:
                    values[name] = (kind, values[name])  # type: ignore[assignment]
                at += size
                continue
            if form == Form.INDIRECT:
                form, at = uleb(data, at)  # noqa: PLW2901  the value's own word on its form
                if form not in self._read:
                    raise ValueError("an indirect form is not known")
            values[names[0]], at = self._read[form](data, at)
        return values, at


def _number(code: str) -> Callable[[bytes, int], tuple[int, int]]:
    layout = struct.Struct(code)
    unpack, size = layout.unpack_from, layout.size
    return lambda data, at: (unpack(data, at)[0], at + size)


def _three(order: str) -> Callable[[bytes, int], tuple[int, int]]:
    name = "little" if order == "<" else "big"
    return lambda data, at: (int.from_bytes(data[at : at + 3], name), at + 3)  # type: ignore[arg-type]


def _kind(kind: str, read: Callable[[bytes, int], tuple[int, int]]) -> Reader:
    def of(data: bytes, at: int) -> tuple[Value, int]:
        value, at = read(data, at)
        return (kind, value), at

    return of


def _block(length: Callable[[bytes, int], tuple[int, int]]) -> Reader:
    def of(data: bytes, at: int) -> tuple[Value, int]:
        size, at = length(data, at)
        if at + size > len(data):
            raise ValueError("a block ends after its unit")
        return data[at : at + size], at + size

    return of


def _text(data: bytes, at: int) -> tuple[Value, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode("utf-8", "backslashreplace"), end + 1
