"""What DWARF says of C++ classes beyond their data: virtual functions, bases, and how an object is passed by value.

A class that is not trivial for the purposes of calls is passed by the address of a copy, whatever its size (Itanium C++
ABI 3.1.1, "Non-Trivial Parameters"). clang says so of each class (DWARF 5, table 5.7); of others the members tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, Virtual
from abidance.abi.witnesses.dwarf_layout import member_offset, size_of
from abidance.abi.witnesses.dwarf_words import is_cxx
from abidance.ir.traversal import bare
from abidance.ir.types import RecordRef
from abidance.toolchain.dwarf.abbreviations import uleb
from abidance.toolchain.dwarf.names import At, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.abi.facts import RecordFacts, TypedefFacts, Unknown
    from abidance.ir.types import Type
    from abidance.toolchain.dwarf.unit import DebugEntry

_BY_REFERENCE, _BY_VALUE = 4, 5  # DW_CC_pass_by_reference, DW_CC_pass_by_value
_PURE = 2  # DW_VIRTUALITY_pure_virtual
_IN_CLASS = 1  # DW_DEFAULTED_in_class
_OP_CONSTU, _OP_LIT0, _OP_LIT31 = 0x10, 0x30, 0x4F
_REFERENCES = {Tag.REFERENCE, Tag.RVALUE_REFERENCE}


def virtuals(entry: DebugEntry) -> Iterator[Virtual]:
    """Yield the virtual functions that a class declares, overriding ones included."""
    for child in entry.children(Tag.SUBPROGRAM):
        kind = child.number(At.VIRTUALITY)
        if kind:
            name = child.text(At.NAME)
            # A destructor has several symbols, and gcc tells one that no linker sees.
            several = name.startswith("~")
            symbol = "" if several else child.text(At.LINKAGE_NAME) or child.text(At.MIPS_LINKAGE_NAME)
            yield Virtual(name, symbol, _slot(child.values.get(At.VTABLE_ELEM_LOCATION)), kind == _PURE)


def _slot(place: object) -> int | None:
    """Return the number of a place in the table, or None where it is worked out in another way."""
    match place:
        case int():
            return place
        case bytes() if place[:1] == bytes((_OP_CONSTU,)):
            return uleb(place, 1)[0]
        case bytes() if len(place) == 1 and _OP_LIT0 <= place[0] <= _OP_LIT31:
            return place[0] - _OP_LIT0
        case _:
            return None


def is_table_pointer(member: DebugEntry) -> bool:
    """Tell whether a member points at the virtual functions; gcc calls it ``_vptr.NAME``, clang ``_vptr$NAME``."""
    return member.flag(At.ARTIFICIAL) and member.text(At.NAME).startswith("_vptr")


def base_class(base: DebugEntry) -> tuple[str, DebugEntry | None, int | Unknown, int | Unknown]:
    """Return a base class as the member that it is in memory: name, type, and where it is, of what size.

    The arguments of a template are no part of the name, since each compiler spells them in its way. The place of a
    virtual base is looked up at run time.
    """
    target = base.follow(At.TYPE)
    while target is not None and target.tag == Tag.TYPEDEF:
        target = target.follow(At.TYPE)
    name = target.text(At.NAME).partition("<")[0] if target is not None else ""
    offset = None if base.number(At.VIRTUALITY) else member_offset(base)
    size = 0 if _is_empty(target) else size_of(target)
    return name, target, UNKNOWN if offset is None else offset, UNKNOWN if size is None else size


def _is_empty(entry: DebugEntry | None) -> bool:
    """Tell whether a class has nothing that takes room, so that it takes none as a base (Itanium C++ ABI 2.4)."""
    return (
        entry is not None
        and size_of(entry) == 1
        and not any(
            child.tag == Tag.INHERITANCE or not (child.flag(At.EXTERNAL) or child.flag(At.DECLARATION))
            for child in entry.children(Tag.MEMBER, Tag.INHERITANCE)
        )
    )


def by_address(entry: DebugEntry) -> bool | None:
    """Return whether a class is passed by address for what it declares itself, or None where its parts decide."""
    said = entry.number(At.CALLING_CONVENTION)
    if said in (_BY_REFERENCE, _BY_VALUE):
        return said == _BY_REFERENCE
    if not is_cxx(entry):
        return False
    if any(child.number(At.VIRTUALITY) for child in entry.children(Tag.INHERITANCE)):
        return True
    name = entry.text(At.NAME).partition("<")[0]
    copies: list[bool] = []  # whether each copy or move constructor is deleted
    for child in entry.children(Tag.SUBPROGRAM):
        if child.number(At.VIRTUALITY):
            return True
        called = child.text(At.NAME)
        if called.partition("<")[0] == name and _copies(child, entry):
            copies.append(child.flag(At.DELETED))
        elif not called.startswith("~"):
            continue
        if (
            not (child.flag(At.ARTIFICIAL) or child.flag(At.DELETED))
            and child.number(At.DEFAULTED) != _IN_CLASS
        ):
            return True
    return True if copies and all(copies) else None


def _copies(constructor: DebugEntry, of: DebugEntry) -> bool:
    """Tell whether a constructor takes nothing but a reference to its own class."""
    given = [each for each in constructor.children(Tag.FORMAL_PARAMETER) if not each.flag(At.ARTIFICIAL)]
    at = given[0].follow(At.TYPE) if len(given) == 1 else None
    if at is None or at.tag not in _REFERENCES:
        return False
    at = at.follow(At.TYPE)
    while at is not None and at.tag in {Tag.CONST, Tag.VOLATILE, Tag.TYPEDEF}:
        at = at.follow(At.TYPE)
    return at is not None and (at.unit, at.offset) == (of.unit, of.offset)


def with_parts(
    records: Mapping[str, RecordFacts], typedefs: Mapping[str, TypedefFacts], own: Mapping[str, bool | None]
) -> Iterator[str]:
    """Yield the classes that are passed by address, for what they declare or for what one of their parts does."""
    found = {key for key, each in own.items() if each}
    hosts: dict[str, set[str]] = {}
    for key, each in own.items():
        fields = records[key].fields
        if each is None and isinstance(fields, tuple):
            for field in fields:
                part = _part(field.type, typedefs)
                if part is not None:
                    hosts.setdefault(part, set()).add(key)
    waiting = list(found)
    while waiting:
        for host in hosts.get(waiting.pop(), set()) - found:
            found.add(host)
            waiting.append(host)
    yield from sorted(found)


def _part(type_: Type | Unknown, typedefs: Mapping[str, TypedefFacts]) -> str | None:
    """Return the key of the class that an object of this type is or consists of."""
    found = None if type_ is UNKNOWN else bare(type_, typedefs, elements=True)
    return found.key if isinstance(found, RecordRef) else None
