"""Records that are the head of something longer: a function leads to what lies behind one, `nla_data(attribute)`.

A caller never has such a record alone: functions that are given one read on, to where it says that it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.arithmetic import SIZES
from abidance.ir.tables import matching
from abidance.ir.types import Array, Basic, EnumRef, Pointer, RecordRef

if TYPE_CHECKING:
    from abidance.draft.views import HeaderView
    from abidance.ir.types import Type

_ENUM = 4


def record_heads(header: HeaderView) -> dict[str, str]:
    """Return the functions that lead to what lies behind a record, by the key of the record.

    Those of other headers that are included count as well. One that leads to the next record of an array leads to its
    own kind, and says nothing of a single one.
    """
    leads = header.source.calls.leads_behind
    found: dict[str, str] = {}
    if not leads:
        return found
    known = header.declarations.functions
    for name in matching(known, leads.__contains__):
        function = known[name]
        target = header.target(function.parameters[0].type) if function.parameters else None
        key, returned = header.record_key(target), header.target(function.returns)
        if target is None or key is None or returned is None or header.record_key(returned) == key:
            continue
        extent = _extent(header, target)
        if extent is not None and extent[0] <= leads[name]:
            found.setdefault(key, name)
    return found


def _extent(header: HeaderView, type_: Type) -> tuple[int, int] | None:
    """Return size and alignment of an object in bytes, by the natural layout; None where that is not so simple."""
    bare = header.bare(type_)
    match bare:
        case Basic(spelling):
            size = SIZES.get(spelling)
            return None if size is None else (size, size)
        case EnumRef():
            return _ENUM, _ENUM
        case Pointer():
            return 8, 8
        case Array(of, count) if count is not None:
            each = _extent(header, of)
            return None if each is None else (each[0] * count, each[1])
        case RecordRef(key):
            return _extent_of_struct(header, key)
    return None


def _extent_of_struct(header: HeaderView, key: str) -> tuple[int, int] | None:
    record = header.declarations.records.get(key)
    if record is None or record.kind != "struct" or not record.fields:
        return None
    end, widest = 0, 1
    for field in record.fields:
        each = _extent(header, field.type) if field.bits is None else None
        if each is None:
            return None
        end, widest = -(-end // each[1]) * each[1] + each[0], max(widest, each[1])
    return -(-end // widest) * widest, widest
