"""Shapes of entries (DWARF 5, 7.5.3), each with a plan to step over such an entry without decoding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from abidance.toolchain.dwarf.names import At, Form, Tag

_SIZES = {
    Form.DATA1: 1, Form.DATA2: 2, Form.DATA4: 4, Form.DATA8: 8, Form.DATA16: 16, Form.FLAG: 1,
    Form.FLAG_PRESENT: 0, Form.IMPLICIT_CONST: 0, Form.REF1: 1, Form.REF2: 2, Form.REF4: 4, Form.REF8: 8,
    Form.REF_SIG8: 8, Form.STRX1: 1, Form.STRX2: 2, Form.STRX3: 3, Form.STRX4: 4, Form.ADDRX1: 1,
    Form.ADDRX2: 2, Form.ADDRX3: 3, Form.ADDRX4: 4, Form.REF_SUP4: 4, Form.REF_SUP8: 8,
}  # fmt: skip
_OFFSETS = {
    Form.STRP, Form.LINE_STRP, Form.SEC_OFFSET, Form.STRP_SUP, Form.GNU_REF_ALT, Form.GNU_STRP_ALT,
}  # fmt: skip
_LEBS = {
    Form.SDATA, Form.UDATA, Form.REF_UDATA, Form.STRX, Form.ADDRX, Form.LOCLISTX, Form.RNGLISTX,
    Form.GNU_ADDR_INDEX, Form.GNU_STR_INDEX,
}  # fmt: skip
LEB, BLOCK, STRING, OTHER = range(4)
_VARYING = {
    Form.EXPRLOC: BLOCK, Form.BLOCK: BLOCK, Form.STRING: STRING, Form.BLOCK1: OTHER, Form.BLOCK2: OTHER,
    Form.BLOCK4: OTHER, Form.INDIRECT: OTHER,
} | dict.fromkeys(_LEBS, LEB)  # fmt: skip
_HOLDERS = {
    Tag.COMPILE_UNIT, Tag.PARTIAL_UNIT, Tag.TYPE_UNIT, Tag.SKELETON_UNIT, Tag.NAMESPACE, Tag.MODULE,
}  # fmt: skip


@dataclass(slots=True)
class Shape:
    """One abbreviation.

    `attributes` are name, form and the value of an implicit constant. To step over an entry, `steps` has pairs of
    bytes of known size and a kind of varying value behind them, and `rest` the bytes after the last of these.
    `sibling` is the place of DW_AT_sibling's value in bytes after the code, or -1 where that is not fixed;
    only entries whose children are of no interest to a search have one. `code_place` is the same for DW_AT_low_pc.
    `found` tells a search what it is: a FUNCTION with code, a VARIABLE with a place, a function that is UNPLACED
    though no mere declaration, or NOTHING to it.
    """

    tag: int
    children: bool
    attributes: tuple[tuple[int, int, int], ...]
    steps: tuple[tuple[int, int], ...]
    rest: int
    sibling: int
    code_place: int
    found: int
    varies: bool = False  # has an indirect form or a block with a fixed length, which `step` does not know
    decoder: Any = None  # made by `forms` when the first entry of the shape is decoded


NOTHING, FUNCTION, VARIABLE, UNPLACED = range(4)


class Abbreviations:
    """All tables of one file's ``.debug_abbrev``, each read when its first entry is."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tables: dict[tuple[int, int, int, int], AbbreviationTable] = {}
        self._seen: dict[tuple[bytes, int, int, int], tuple[Shape, int]] = {}

    def table(self, offset: int, address_size: int, offset_size: int, version: int) -> AbbreviationTable:
        """Return the table at `offset` for units of these sizes."""
        key = (offset, address_size, offset_size, version)
        if key not in self._tables:
            self._tables[key] = AbbreviationTable(self._data, key, self._seen)
        return self._tables[key]


class AbbreviationTable(dict[int, Shape]):
    """Shapes by code. Most units need the first one only, so it is read as far as is asked."""

    def __init__(
        self,
        data: bytes,
        key: tuple[int, int, int, int],
        seen: dict[tuple[bytes, int, int, int], tuple[Shape, int]],
    ) -> None:
        super().__init__()
        self._data, self._at, self._sizes, self._seen = data, key[0], key[1:], seen
        self._ended = False

    def __missing__(self, code: int) -> Shape:
        while not self._ended:
            number, at = uleb(self._data, self._at)
            if number == 0:
                self._ended = True
                break
            # Compilers write the same few shapes into every unit's table.
            end = self._data.find(b"\0\0", at + 2)
            key = (self._data[at:end], *self._sizes)
            known = self._seen.get(key)
            if known is None:
                shape, after = _read(self._data, at, *self._sizes)
                if after == end + 2:
                    self._seen[key] = shape, after - at
            else:
                shape, after = known[0], at + known[1]
            self._at = after
            self[number] = shape
            if number == code:
                return shape
        raise ValueError(f"an entry has the undefined abbreviation {code}")

    def all(self) -> list[Shape]:
        """Return every shape of the table."""
        while not self._ended:
            try:
                self[-1]
            except ValueError:
                break
        return list(self.values())


def _read(data: bytes, at: int, address_size: int, offset_size: int, version: int) -> tuple[Shape, int]:
    tag, at = uleb(data, at)
    children = bool(data[at])
    at += 1
    attributes: list[tuple[int, int, int]] = []
    steps: list[tuple[int, int]] = []
    places: dict[int, int] = {}
    fixed = 0
    while True:
        name, at = uleb(data, at)
        form, at = uleb(data, at)
        value = 0
        if form == Form.IMPLICIT_CONST:
            value, at = sleb(data, at)
        if name == 0 and form == 0:
            break
        attributes.append((name, form, value))
        if not steps:
            places[name] = fixed
        size = _size(form, address_size, offset_size, version)
        if size is not None:
            fixed += size
        elif form in _VARYING:
            steps.append((fixed, _VARYING[Form(form)]))
            fixed = 0
        else:
            raise ValueError(f"the form {form:#x} of an attribute is not known")
    names = {name for name, _, _ in attributes}
    forms = {name: form for name, form, _ in attributes}
    known_sibling = forms.get(At.SIBLING) == Form.REF4 and tag not in _HOLDERS
    if tag == Tag.SUBPROGRAM and {At.LOW_PC, At.RANGES} & names:
        found = FUNCTION
    elif tag == Tag.SUBPROGRAM and {At.NAME, At.LINKAGE_NAME} & names and At.DECLARATION not in names:
        found = UNPLACED
    else:
        found = VARIABLE if tag == Tag.VARIABLE and At.LOCATION in names else NOTHING
    shape = Shape(
        tag,
        children,
        tuple(attributes),
        tuple(steps),
        fixed,
        places.get(At.SIBLING, -1) if known_sibling else -1,
        places.get(At.LOW_PC, -1) if forms.get(At.LOW_PC) == Form.ADDR else -1,
        found,
        any(kind > STRING for _, kind in steps),
    )
    return shape, at


def _size(form: int, address_size: int, offset_size: int, version: int) -> int | None:
    if form == Form.ADDR:
        return address_size
    if form == Form.REF_ADDR:  # an address until DWARF 2
        return address_size if version < 3 else offset_size
    if form in _OFFSETS:
        return offset_size
    return _SIZES.get(form)  # type: ignore[call-overload, no-any-return]


def step(data: bytes, at: int, shape: Shape) -> int:
    """Return where an entry's attributes end that begin at `at`; not for shapes that vary otherwise."""
    for known, kind in shape.steps:
        at += known
        if kind == BLOCK:
            length = data[at]
            at += 1
            if length > 0x7F:
                length, at = uleb(data, at - 1)
            at += length
        elif kind == LEB:
            while data[at] > 0x7F:
                at += 1
            at += 1
        else:  # STRING
            at = data.index(0, at) + 1
    return at + shape.rest


def uleb(data: bytes, at: int) -> tuple[int, int]:
    """Return the unsigned LEB128 at `at` and where it ends (DWARF 5, 7.6)."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 126:
            raise ValueError("a number has no end")


def sleb(data: bytes, at: int) -> tuple[int, int]:
    """Return the signed LEB128 at `at` and where it ends."""
    start = at
    value, at = uleb(data, at)
    bits = 7 * (at - start)
    return (value - (1 << bits) if value >> (bits - 1) & 1 else value), at
