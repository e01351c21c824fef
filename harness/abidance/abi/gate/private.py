"""Records that callers cannot know, presumed from debug information alone.

Without a header there is no saying which records are opaque to callers. Where a record is defined tells something:
what a source file of C defines, or a header that calls itself internal, cannot be named by callers. That alone is not
enough, because a library may have no header at all; so the functions must show as well that they hand such
records out, and take them back. All of a Rust library is in source files, so there it takes a maker and an end.
Whoever returns what no function takes shows its members.

All of this is presumption: the records keep their members, and what changes in them is reported as such. What a member
of a record in a header points at, and a source file defines, needs none: the header is there and does not show it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.diff.calls import RecordUses, record_behind
from abidance.abi.diff.exposure import Exposure
from abidance.abi.facts import UNKNOWN
from abidance.abi.internal import is_internal
from abidance.abi.lookup import TypeLookup
from abidance.abi.reachability import pruned

if TYPE_CHECKING:
    from collections.abc import Collection

    from abidance.abi.facts import Facts, RecordFacts

_SOURCES = frozenset((".c", ".cc", ".cpp", ".cxx", ".m", ".rs"))


def with_presumed(facts: Facts) -> tuple[Facts, RecordUses]:
    """Return the facts of a library with the records noted that are presumed to be its own, and its calls."""
    side = TypeLookup(facts)
    calls = RecordUses.of(side)
    hidden = _presumed(side, calls)
    if not hidden:
        return facts, calls
    behind = _behind_headers(side) - calls.taken - calls.made
    noted = {
        key: opaque(facts.records[key]) if key in behind else replace(facts.records[key], presumed=True)
        for key in hidden
    }
    return pruned(replace(facts, records={**facts.records, **noted})), calls


def without_presumed(facts: Facts, keys: Collection[str]) -> Facts:
    """Return the facts with these records opaque, and what only they reach left out."""
    if not keys:
        return facts
    hidden = {key: opaque(facts.records[key]) for key in keys}
    return pruned(replace(facts, records={**facts.records, **hidden}))


def opaque(record: RecordFacts) -> RecordFacts:
    """Return the record as it is to those who know its name alone."""
    return replace(record, fields=None, size=UNKNOWN, align=UNKNOWN, presumed=False)


def _presumed(side: TypeLookup, calls: RecordUses) -> set[str]:
    records, rust = side.facts.records, side.from_rust
    # Nobody steps through what only a source file of C gives a size.
    apart = calls.by_value | calls.arrays | ((calls.counted - calls.handles) if rust else set())
    brought = calls.brought - calls.handles
    behind = _behind_headers(side) - calls.taken - brought
    made = calls.handles | calls.new | calls.shown
    handed = calls.handles if rust else (made & calls.taken) - brought
    hidden = {
        key
        for key in (handed | behind) - apart
        if key in records and not records[key].opaque and _is_private(records[key], rust=rust)
    }
    while hidden:
        # What is a member of something that callers see, they see as well.
        exposure = Exposure.of(TypeLookup(without_presumed(side.facts, hidden)), calls)
        seen = hidden & (exposure.by_value | exposure.embedded | exposure.static)
        if not seen:
            break
        hidden -= seen
    return hidden


def _behind_headers(side: TypeLookup) -> set[str]:
    """Return what members of a header's records point at: callers do not see what a source file defines of it."""
    found = set()
    for record in side.facts.records.values():
        in_header = record.span is not None and record.span.path.suffix not in _SOURCES
        if in_header and isinstance(record.fields, tuple):
            found |= {record_behind(side, each.type) for each in record.fields}
    return {key for key in found if key is not None}


def _is_private(record: RecordFacts, *, rust: bool) -> bool:
    if record.span is None:
        return rust  # whose compiler tells no places of types, all of which are in sources
    path = record.span.path
    return path.suffix in _SOURCES or is_internal(path)
