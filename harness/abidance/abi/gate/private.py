"""Records that callers cannot know, told from debug information alone.

Without a header there is no saying which records are opaque to callers. Where a record is defined tells something:
what a source file defines, or a header that calls itself internal, was not meant for them. That alone is not enough,
because a library may have no header at all; so the functions must show as well that the library hands such
records out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.diff.calls import Calls, record_behind
from abidance.abi.diff.exposure import Exposure
from abidance.abi.diff.sides import Side
from abidance.abi.facts import UNKNOWN
from abidance.abi.internal import is_internal
from abidance.abi.reach import pruned

if TYPE_CHECKING:
    from abidance.abi.facts import Facts, Record

_SOURCES = frozenset((".c", ".cc", ".cpp", ".cxx", ".m", ".rs"))


def without_private(facts: Facts) -> tuple[Facts, Calls]:
    """Return the facts of a library with its own records opaque, and what only these reach left out, and its calls."""
    side = Side(facts)
    calls = Calls.of(side)
    exposure = Exposure.of(side, calls)
    rust = side.from_rust
    kept = exposure.by_value | exposure.embedded | exposure.static | exposure.arrays | calls.brought
    unseen = exposure.handed_out | (_behind_headers(side) - kept - calls.taken)
    hidden = {
        key: replace(record, fields=None, size=UNKNOWN, align=UNKNOWN)
        for key, record in facts.records.items()
        if key in unseen and not record.opaque and _is_private(record, rust=rust)
    }
    if hidden:
        facts = pruned(replace(facts, records={**facts.records, **hidden}))
    return facts, calls


def _behind_headers(side: Side) -> set[str]:
    """Return what members of a header's records point at: callers do not see what a source file defines of it."""
    found = set()
    for record in side.facts.records.values():
        in_header = record.span is not None and record.span.path.suffix not in _SOURCES
        if in_header and isinstance(record.fields, tuple):
            found |= {record_behind(side, each.type) for each in record.fields}
    return {key for key in found if key is not None}


def _is_private(record: Record, *, rust: bool) -> bool:
    if record.span is None:
        return rust  # whose compiler tells no places of types, all of which are in sources
    path = record.span.path
    return path.suffix in _SOURCES or is_internal(path)
