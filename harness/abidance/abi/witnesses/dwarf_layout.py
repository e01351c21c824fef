"""Where members are (DWARF 5, 5.7.6), and what alignment a record shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.abi.witnesses.dwarf_basic import natural_alignment
from abidance.ir.arithmetic import SIZES
from abidance.ir.traversal import layers
from abidance.ir.types import Basic, EnumRef, Pointer, RecordRef, TypedefRef
from abidance.toolchain.dwarf.abbreviations import uleb
from abidance.toolchain.dwarf.names import At, Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.abi.facts import ElfTarget, EnumFacts, RecordFacts, TypedefFacts, Unknown
    from abidance.ir.types import Type
    from abidance.toolchain.dwarf.unit import DebugEntry

_OP_PLUS_UCONST = 0x23
_POINTERS = {Tag.POINTER, Tag.REFERENCE, Tag.RVALUE_REFERENCE}
_DEEPEST = 150  # derivations of one type; C11 5.2.4.1 promises 12
_LARGEST = 1 << 40


def member_offset(entry: DebugEntry) -> int | None:
    """Return a member's offset in bytes; 0 where none is given, as in a union, None where it is worked out."""
    place = entry.values.get(At.DATA_MEMBER_LOCATION, 0)
    if isinstance(place, bytes):  # DWARF 2 and 3: an expression on the record's address
        return uleb(place, 1)[0] if place[:1] == bytes((_OP_PLUS_UCONST,)) else None
    return place if isinstance(place, int) else None


def member_bits(
    entry: DebugEntry, target_type: DebugEntry | None, target: ElfTarget
) -> tuple[int, int] | None:
    """Return a bit-field's first bit, counted from the record's first one, and its width; None for others."""
    width = entry.number(At.BIT_SIZE)
    if width is None:
        return None
    first = entry.number(At.DATA_BIT_OFFSET)
    if first is not None:
        return first, width
    offset = 8 * (member_offset(entry) or 0)
    from_top = entry.number(At.BIT_OFFSET)
    if from_top is None:
        return offset, width
    # DWARF 2 and 3 count from the most significant bit of a storage unit.
    size = entry.number(At.BYTE_SIZE)
    if size is None:
        size = size_of(target_type) or 4
    return offset + (8 * size - from_top - width if target.little_endian else from_top), width


class Alignments:
    """The alignments in bytes that members give their records where the compiler names none.

    `asked` has by record what its members ask for beyond their types (DWARF 5, 5.7.6), which clang tells of them alone.

    UNKNOWN where a member or the size contradicts that, which means that the record is packed, and on targets whose
    rules are others.
    """

    def __init__(
        self,
        records: Mapping[str, RecordFacts],
        enums: Mapping[str, EnumFacts],
        typedefs: Mapping[str, TypedefFacts],
        target: ElfTarget,
        asked: Mapping[str, int],
    ) -> None:
        self._asked = asked
        self._records, self._enums, self._typedefs, self._target = records, enums, typedefs, target
        self._known: dict[str, int | None] = {}

    def of(self, key: str) -> int | Unknown:
        """Return the alignment of a record that is there."""
        align = self._of_record(key)
        return UNKNOWN if align is None else align

    def _of_record(self, key: str) -> int | None:
        if key not in self._known:
            self._known[key] = None  # no record contains itself; damaged debug information may say so
            self._known[key] = self._shown(self._records[key]) if key in self._records else None
        return self._known[key]

    def _shown(self, record: RecordFacts) -> int | None:
        if isinstance(record.align, int):
            return record.align
        if self._target.bits != 64 or not isinstance(record.fields, tuple):
            return None
        most = self._asked.get(record.key, 1)
        for field in record.fields:
            if field.bit_width is not None and not field.name:
                continue
            # A bit-field aligns its record as its type does (System V psABI x86-64 3.1.2, AAPCS64 10.1.8).
            align = None if field.type is UNKNOWN else self._of_type(field.type)
            if align is None:
                return None
            if field.bit_width is None and isinstance(field.offset, int) and field.offset % align:
                return None
            most = max(most, align)
        return None if record.size is UNKNOWN or record.size % most else most

    def _of_type(self, type_: Type) -> int | None:
        for each in layers(type_, self._typedefs, elements=True):
            typedef = self._typedefs.get(each.name) if isinstance(each, TypedefRef) else None
            if typedef is not None and typedef.align is not None:
                return None if typedef.align is UNKNOWN else typedef.align
        match each:
            case Pointer():
                return self._target.bits // 8
            case Basic(spelling):
                size = _SIZES.get(spelling)
                return natural_alignment(size, self._target) if size else None
            case EnumRef(key):
                enum_size = self._enums[key].size if key in self._enums else None
                return enum_size if isinstance(enum_size, int) else None
            case RecordRef(key):
                return self._of_record(key)
        return None


def size_of(entry: DebugEntry | None) -> int | None:
    """Return the size in bytes of the type that an entry describes, or None where that is not known."""
    for _ in range(_DEEPEST):
        if entry is None:
            return None
        size = entry.number(At.BYTE_SIZE)
        if size is not None:
            return size
        if entry.tag in _POINTERS:
            return entry.unit.address_size
        if entry.tag == Tag.ARRAY:
            of = size_of(entry.follow(At.TYPE))
            total = of
            for each in entry.children():
                if each.tag == Tag.SUBRANGE and total is not None:
                    total = min(total * (count_of(each) or 0), _LARGEST)
            return total
        entry = entry.follow(At.TYPE)
    raise ValueError("a type is nested too deeply")


def count_of(entry: DebugEntry) -> int | None:
    """Return the number of elements that a subrange gives, or None where it gives none."""
    count = entry.number(At.COUNT)
    if count is not None:
        return count
    highest = entry.number(At.UPPER_BOUND)
    if (
        highest is None or highest >= _LARGEST or highest == 0xFFFFFFFF
    ):  # -1 as compilers write it: no element
        return 0 if highest is not None else None
    return max(highest + 1, 0)


_SIZES = {**SIZES, "long double": 16, "__int128": 16, "unsigned __int128": 16}


def asked_alignment(entry: DebugEntry) -> int:
    """Return the strictest alignment in bytes that members of a record ask for themselves; 1 where none does."""
    return max((child.number(At.ALIGNMENT) or 1 for child in entry.children(Tag.MEMBER)), default=1)
