"""The members of a record, those of its anonymous members in their place (C11 6.7.2.1p13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN, FieldFacts
from abidance.ir.types import RecordRef

if TYPE_CHECKING:
    from abidance.abi.witnesses.header_facts import HeaderFacts
    from abidance.ir.declarations import Record


def members(
    declared: HeaderFacts, record: Record, base: int = 0, *, placed: bool = True
) -> tuple[FieldFacts, ...]:
    """Return the named members of `record`, which starts `base` bytes into its host.

    Without `placed`, the host's own place is not known, and no offsets are.
    """
    layout = declared.layouts.records.get(record.key)
    found: list[FieldFacts] = []
    for number, field in enumerate(record.fields or ()):
        place = layout.fields.get(field.name or f"<{number}>") if layout and placed else None
        if not field.name:
            if isinstance(field.type, RecordRef):
                inner = declared.source.records[field.type.key]
                start = base + place.offset if place else base
                found += members(declared, inner, start, placed=place is not None)
            continue
        type_ = declared.type(field.type)
        if place is None:
            bits = None if field.bits is None else UNKNOWN
            found.append(FieldFacts(field.name, type_, bit_offset=bits, bit_width=bits, span=field.span))
        elif place.bit_offset is not None:
            first = place.bit_offset + 8 * base
            found.append(
                FieldFacts(field.name, type_, first // 8, UNKNOWN, first, place.bit_width, field.span)
            )
        else:
            found.append(FieldFacts(field.name, type_, base + place.offset, place.size, span=field.span))
    return tuple(found)
