"""Memory that is full of records, one behind the other, made of choices: each says how far it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.values.packed_records import held, pack_one, padded, spans

if TYPE_CHECKING:
    from abidance.boundary.model.types import PointerShape
    from abidance.generate.drawing_memory import MemoryDrawer
    from abidance.generate.scope import Scope

_COUNTS = (1, 2, 1, 3, 0, 4, 2, 3, 5, 8)
"""So many records there are, the simplest first."""
_ENDS_PADDED = (True, True, False)


def draw_records(
    memory: MemoryDrawer, shape: PointerShape, path: str, scope: Scope, lowest: int, highest: int
) -> bytes:
    """Make memory of `lowest` to `highest` elements, or records, that is full of them; raises RefusedError.

    What a record has behind its last field, up to the size that it tells, is anything. Behind the last record may be
    what it takes to reach the next multiple, or not.
    """
    records = shape.records
    assert records is not None
    inside, raw = replace(scope, given={}), b""
    fewest = lowest if records.count is not None else min(lowest, 1)
    for _ in range(max(memory.source.pick(_COUNTS), fewest)):
        made = memory.in_place(records.whole, f"{path}[]", inside)
        assert isinstance(made, dict)
        one = pack_one(replace(records, of=records.whole), made)
        if spans(records, one)[1] is not None:
            raise memory.log.refuse(f"a record in `{path}` that does not end where it can", records.span)
        longer = padded(records, raw) + one
        if not _has(shape, longer, 0, highest):
            break
        raw = longer
    if records.count is None and memory.source.pick(_ENDS_PADDED):
        longer = padded(records, raw)
        raw = longer if _has(shape, longer, 0, highest) else raw
    if not _has(shape, raw, lowest, highest) or len(raw) % shape.unit:
        raise memory.log.refuse(f"`{path}` has no valid length", shape.span)
    return raw


def _has(shape: PointerShape, raw: bytes, lowest: int, highest: int) -> bool:
    """Tell whether memory has so many elements, or records."""
    count = held(shape, raw)
    return count is not None and lowest <= count <= highest
