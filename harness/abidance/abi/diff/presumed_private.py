"""Records that are presumed to be the library's own: what callers may see of them is one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.diff.users import Users
from abidance.abi.facts import UNKNOWN
from abidance.abi.reachability import TypeGraph, reached
from abidance.abi.typetext import write
from abidance.ir.types import RecordRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.abi.facts import FieldFacts, RecordFacts
    from abidance.abi.lookup import Sides, TypeLookup

_SHOWN = 2
_DEEPEST = 32


def presumed_on_both(sides: Sides) -> set[str]:
    """Return the keys of records that nothing on either side shows to callers, and something hides on one."""
    old, new = sides.old.facts.records, sides.new.facts.records
    found = {key for key, each in (*old.items(), *new.items()) if each.presumed}
    return {
        key
        for key in found
        if all(key not in side or side[key].presumed or side[key].opaque for side in (old, new))
    }


def presumed(sides: Sides, keys: Collection[str], shown: Collection[str]) -> Iterator[Change]:
    """Yield what changed of each record in `keys` that both sides have, and of what leads on from it.

    `shown` are the keys of records that callers meet otherwise.
    """
    old, new = sides.old.facts, sides.new.facts
    users: Users | None = None
    told = {*shown, *keys}
    for key in sorted(keys):
        if key not in old.records or key not in new.records:
            continue
        before, after = old.records[key], new.records[key]
        if before.opaque or after.opaque:
            continue
        a, b = dict(_members(sides.old, before)), dict(_members(sides.new, after))
        behind = sorted(reached(old, [RecordRef(key)], closed=told - {key}).records - told)
        told.update(behind)
        others = [each for each in behind if _differ(sides, each)]
        if a == b and before.size == after.size and not others:
            continue
        users = users or Users.of(TypeGraph.of(old), TypeGraph.of(new))
        what = [_first(a, b)] if a != b else []
        if others:
            more = f" and {len(others) - 1} more records" if len(others) > 1 else ""
            what.append(f"`{sides.old.name(others[0])}`{more} behind it changed")
        yield Change(
            "record",
            "presumed",
            sides.old.name(key),
            _size(before),
            _size(after),
            of="; ".join(what) or "its size differs",
            old_span=before.span,
            new_span=after.span,
            reached_by=users.of_type(key),
        )


def _differ(sides: Sides, key: str) -> bool:
    a, b = sides.old.facts.records.get(key), sides.new.facts.records.get(key)
    if a is None or b is None:
        return False
    return a.size != b.size or dict(_members(sides.old, a)) != dict(_members(sides.new, b))


def _members(
    side: TypeLookup, record: RecordFacts, path: str = "", depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield each member with its place and type, those of embedded records too."""
    for field in record.fields if isinstance(record.fields, tuple) else ():
        name = f"{path}{field.name}"
        yield name, f"`{'unknown' if field.type is UNKNOWN else write(field.type)}`, {_place(field)}"
        inner = side.record_of(field.type)
        embedded = side.facts.records.get(inner) if inner is not None else None
        if embedded is not None and depth < _DEEPEST:
            yield from _members(side, embedded, f"{name}.", depth + 1)


def _place(field: FieldFacts) -> str:
    if isinstance(field.bit_offset, int):
        return f"bit {field.bit_offset}, {field.bit_width} wide"
    return f"byte {field.offset}" if isinstance(field.offset, int) else "at an unknown place"


def _first(before: dict[str, str], after: dict[str, str]) -> str:
    """Return the first members that differ, and how many more do."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    shown = [
        f"`{name}` was {before[name]} and is {after[name]}"
        if name in before and name in after
        else f"`{name}` is {'gone' if name in before else 'new'}"
        for name in names[:_SHOWN]
    ]
    more = len(names) - _SHOWN
    return "; ".join([*shown, *([f"{more} more members differ"] if more > 0 else [])])


def _size(record: RecordFacts) -> str:
    size = record.size
    return "an unknown size" if not isinstance(size, int) else "1 byte" if size == 1 else f"{size} bytes"
