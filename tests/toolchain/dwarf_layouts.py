"""Record layouts as debug information has them: a second opinion on the probe, for tests only."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from elftools.elf.elffile import ELFFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.compiler import Compiler

# offset and size in bytes, or first bit and width of a bit-field
Place = tuple[str, int, int]


def layouts(
    source: str, names: Sequence[str], compiler: Compiler, flags: Sequence[str] = ()
) -> dict[str, Any]:
    """Return by C name the size and the named members of each type, anonymous members flattened."""
    objects = "".join(f"{name} dwarf_{number};\n" for number, name in enumerate(names))
    compiled = compiler.compile_object(source + objects, ("-w", "-gdwarf-5", "-O0", "-fno-lto", *flags))
    assert compiled.image is not None, compiled.words
    dwarf = ELFFile(io.BytesIO(compiled.image)).get_dwarf_info()
    found = {}
    for unit in dwarf.iter_CUs():
        for die in unit.get_top_DIE().iter_children():
            name = die.attributes.get("DW_AT_name")
            if die.tag == "DW_TAG_variable" and name and name.value.startswith(b"dwarf_"):
                record = _bare(die)
                members = {place[0]: place[1:] for place in _members(record, 0)}
                found[names[int(name.value[6:])]] = (record.attributes["DW_AT_byte_size"].value, members)
    return found


def _members(record: Any, base: int) -> Iterator[Place]:
    for member in record.iter_children():
        if member.tag != "DW_TAG_member":
            continue
        at = {name: attribute.value for name, attribute in member.attributes.items()}
        offset = base + at.get("DW_AT_data_member_location", 0)
        if "DW_AT_name" not in at:
            yield from _members(_bare(member), offset)
        elif "DW_AT_bit_size" in at:
            yield at["DW_AT_name"].decode(), _first_bit(at, base), at["DW_AT_bit_size"]
        else:
            yield at["DW_AT_name"].decode(), offset, _size(_bare(member))


def _first_bit(at: dict[str, Any], base: int) -> int:
    if "DW_AT_bit_offset" not in at:
        return 8 * base + at.get("DW_AT_data_bit_offset", 0)
    # DWARF 3 and older counts from the other end of the storage unit; clang still does for gdb.
    storage = 8 * (base + at["DW_AT_data_member_location"] + at["DW_AT_byte_size"])
    return storage - at["DW_AT_bit_offset"] - at["DW_AT_bit_size"]


def _bare(die: Any) -> Any:
    while True:
        die = die.get_DIE_from_attribute("DW_AT_type")
        if die.tag not in {
            "DW_TAG_typedef",
            "DW_TAG_const_type",
            "DW_TAG_volatile_type",
            "DW_TAG_atomic_type",
        }:
            return die


def _size(type_: Any) -> int:
    if type_.tag != "DW_TAG_array_type":
        return type_.attributes["DW_AT_byte_size"].value if "DW_AT_byte_size" in type_.attributes else 8
    count = 1
    for each in type_.iter_children():
        at = {name: attribute.value for name, attribute in each.attributes.items()}
        upper = at.get("DW_AT_upper_bound")
        count *= at["DW_AT_count"] if "DW_AT_count" in at else 0 if upper is None else upper + 1
    return count * _size(_bare(type_))
