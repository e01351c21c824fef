"""Record layouts as debug information has them: a second opinion on the probe, for tests only."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from elftools.elf.elffile import ELFFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.compiler import Compiler

# Name, first bit and width in bits: clang says of a bit-field as wide as its type only what it says of others.
_R_RISCV_32, _R_RISCV_64 = 1, 2  # RISC-V ELF psABI, "Relocations"

Place = tuple[str, int, int]


def layouts(
    source: str, names: Sequence[str], compiler: Compiler, flags: Sequence[str] = ()
) -> dict[str, Any]:
    """Return by C name the size and the named members of each type, anonymous members flattened."""
    objects = "".join(f"{name} dwarf_{number};\n" for number, name in enumerate(names))
    compiled = compiler.compile_object(source + objects, ("-w", "-gdwarf-5", "-O0", "-fno-lto", *flags))
    assert compiled.image is not None, compiled.words
    dwarf = _debug_information(compiled.image)
    found = {}
    for unit in dwarf.iter_CUs():
        for die in unit.get_top_DIE().iter_children():
            name = die.attributes.get("DW_AT_name")
            if die.tag == "DW_TAG_variable" and name and name.value.startswith(b"dwarf_"):
                record = _bare(die)
                members = {place[0]: place[1:] for place in _members(record, 0)}
                found[names[int(name.value[6:])]] = (record.attributes["DW_AT_byte_size"].value, members)
    return found


def every_layout(image: bytes) -> dict[str, tuple[int, dict[str, tuple[int, int]]]]:
    """Return by C name the size and the members of each record in an object file's debug information.

    Compile with ``-fno-eliminate-unused-debug-types``. A record without a tag goes by its typedef.
    """
    found: dict[str, tuple[int, dict[str, tuple[int, int]]]] = {}
    kinds = {"DW_TAG_structure_type": "struct", "DW_TAG_union_type": "union"}
    for unit in _debug_information(image).iter_CUs():
        for die in unit.get_top_DIE().iter_children():
            name, record = die.attributes.get("DW_AT_name"), die
            if name is None or name.value == b"__va_list_tag":  # the compiler's own
                continue
            if die.tag == "DW_TAG_typedef" and "DW_AT_type" not in die.attributes:
                continue
            if die.tag == "DW_TAG_typedef":
                record = die.get_DIE_from_attribute("DW_AT_type")
                if record.tag not in kinds or "DW_AT_name" in record.attributes:
                    continue
            elif die.tag not in kinds:
                continue
            if "DW_AT_declaration" in record.attributes or "DW_AT_byte_size" not in record.attributes:
                continue
            prefix = "" if die.tag == "DW_TAG_typedef" else f"{kinds[die.tag]} "
            members = {place[0]: place[1:] for place in _members(record, 0)}
            found[prefix + name.value.decode()] = (record.attributes["DW_AT_byte_size"].value, members)
    return found


def _debug_information(image: bytes) -> Any:
    elf = ELFFile(io.BytesIO(image))
    if elf["e_machine"] != "EM_RISCV":
        return elf.get_dwarf_info()
    # pyelftools does not know this machine's relocations; those that matter here are plain sums.
    patched = bytearray(image)
    for section in elf.iter_sections("SHT_RELA"):
        target, symbols = elf.get_section(section["sh_info"]), elf.get_section(section["sh_link"])
        for entry in section.iter_relocations():
            size = {_R_RISCV_32: 4, _R_RISCV_64: 8}.get(entry["r_info_type"])
            if size and target.name.startswith(".debug_"):
                value = symbols.get_symbol(entry["r_info_sym"])["st_value"] + entry["r_addend"]
                at = target["sh_offset"] + entry["r_offset"]
                patched[at : at + size] = value.to_bytes(size, "little")
    return ELFFile(io.BytesIO(bytes(patched))).get_dwarf_info(relocate_dwarf_sections=False)


def probed_members(layouts: Any, declarations: Any, key: str, base: int = 0) -> dict[str, tuple[int, int]]:
    """Return what the probe found in the form of `layouts`: the members of record `key`, its anonymous ones'."""
    found: dict[str, tuple[int, int]] = {}
    for name, place in layouts.records[key].fields.items():
        if name.startswith("<"):
            inner = declarations.records[key].fields[int(name[1:-1])].type.key
            found |= probed_members(layouts, declarations, inner, base + place.offset)
        elif place.bit_offset is None:
            found[name] = (8 * (base + place.offset), 8 * place.size)
        else:
            found[name] = (8 * base + place.bit_offset, place.bit_width)
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
            yield at["DW_AT_name"].decode(), _first_bit(member, at, base), at["DW_AT_bit_size"]
        else:
            yield at["DW_AT_name"].decode(), 8 * offset, 8 * _size(_bare(member))


def _first_bit(member: Any, at: dict[str, Any], base: int) -> int:
    start = base + at.get("DW_AT_data_member_location", 0)
    if "DW_AT_bit_offset" not in at:
        return 8 * start + at.get("DW_AT_data_bit_offset", 0)
    # DWARF 3 and older counts from the storage unit's most significant bit, which a little-endian machine has
    # at its end; gcc and clang still do in places, for gdb.
    behind = (
        at["DW_AT_bit_offset"] + 2**63
    ) % 2**64 - 2**63  # below zero where the field crosses the unit's end
    if not member.cu.dwarfinfo.config.little_endian:
        return 8 * start + behind
    size = at.get("DW_AT_byte_size") or _size(_bare(member))
    return 8 * (start + size) - behind - at["DW_AT_bit_size"]


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
        size = type_.attributes.get("DW_AT_byte_size")
        return type_.cu["address_size"] if size is None else size.value  # clang gives a pointer no size
    count = 1
    for each in type_.iter_children():
        at = {name: attribute.value for name, attribute in each.attributes.items()}
        upper = at.get("DW_AT_upper_bound")
        count *= at["DW_AT_count"] if "DW_AT_count" in at else 0 if upper is None else upper + 1
    return count * _size(_bare(type_))
