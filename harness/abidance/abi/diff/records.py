"""Records: what they are, how large, how aligned. Their fields are in `fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.change import Change, in_bytes
from abidance.abi.diff.fields import PairedFields
from abidance.abi.diff.pairing import one_template
from abidance.abi.diff.passing import passed
from abidance.abi.diff.reserved_fields import is_reserved
from abidance.abi.diff.virtuals import virtuals
from abidance.abi.facts import UNKNOWN, Family
from abidance.ir.types import RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import RecordFacts, Unknown


def records(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of all records."""
    if not context.both_know(Family.TYPES):
        return
    pairs = context.pairing.records
    for key, other in sorted(pairs.items()):
        if key in context.old.records and other in context.new.records:
            yield from _both(context, context.old.records[key], context.new.records[other])
    for key, record in sorted(context.old.records.items()):
        if key not in pairs and record.own is True and not record.anonymous:
            yield _alone(context, record, "removed")
    paired = set(pairs.values())
    for key, record in sorted(context.new.records.items()):
        if key not in paired and record.own is True and not record.anonymous:
            yield _alone(context, record, "added")


def _alone(context: DiffContext, record: RecordFacts, aspect: str) -> Change:
    gone = aspect == "removed"
    traits = frozenset(("opaque",) if record.opaque else ())
    shown = f"{record.key}, {_size(record)}"
    return Change(
        "record",
        aspect,
        (context.sides.old if gone else context.sides.new).name(record.key),
        shown if gone else "",
        "" if gone else shown,
        traits | context.unreached(record.key),
        old_span=record.span if gone else None,
        new_span=None if gone else record.span,
        reached_by=context.users.of_type(record.key),
    )


def _both(context: DiffContext, old: RecordFacts, new: RecordFacts) -> Iterator[Change]:
    traits = exposure(context, old, new)

    def change(aspect: str, before: str, after: str, *more: str, named: str = "") -> Change:
        return Change(
            "record",
            aspect,
            context.sides.old.name(old.key),
            before,
            after,
            traits | frozenset(more),
            of=named,
            old_span=old.span,
            new_span=new.span,
            reached_by=context.users.of_type(old.key, new.key),
        )

    if old.key != new.key and not (old.anonymous and new.anonymous) and not one_template(old.key, new.key):
        how = "named" if old.anonymous else "renamed"
        kept = ["typedef"] if context.sides.keep_typedef(RecordRef(old.key), RecordRef(new.key)) else []
        yield change("renamed", old.key, new.key, how, *kept)
    if old.kind != new.kind:
        yield change("kind", old.kind, new.kind)
        return
    if old.opaque or new.opaque:
        if old.opaque != new.opaque and UNKNOWN not in (old.fields, new.fields):
            aspect = "completed" if old.opaque else "made-opaque"
            yield change(aspect, _size(old), _size(new), *(["placeholder"] if _placeholder(old) else []))
        return
    if old.fields is not UNKNOWN and new.fields is UNKNOWN and new.size is UNKNOWN:
        if new.own is not False:
            yield change("lost", _size(old), "unknown")
        return
    fields = PairedFields(context, old, new, traits)
    yield from fields.changes()
    more = ["tail"] if fields.unmoved else []
    more += ["self-sized"] if fields.self_sized else []
    if isinstance(old.size, int) and isinstance(new.size, int) and old.size != new.size:
        more += ["grew" if new.size > old.size else "shrank"]
        yield change("size", in_bytes(old.size), in_bytes(new.size), *more)
    if isinstance(old.align, int) and isinstance(new.align, int) and old.align != new.align:
        stricter = "stricter" if new.align > old.align else "laxer"
        yield change("align", in_bytes(old.align), in_bytes(new.align), stricter)
    yield from virtuals(old, new, (context.sides.old, context.sides.new), change)
    if "by-value" in traits and _differ(old.by_address, new.by_address):
        words = ("passed itself", "passed by the address of a copy")
        yield change("passing", words[old.by_address is True], words[new.by_address is True])
    elif "by-value" in traits and old.size == new.size and old.by_address is False:
        before, after = passed(context.sides.old, old.key), passed(context.sides.new, new.key)
        if before is not None and after is not None and before != after:
            yield change("passing", *(f"passed as {', '.join(each)}" for each in (before, after)))
    if _differ(old.transparent, new.transparent):
        words = ("passed as a union", "passed as its first member")
        yield change("transparent", words[old.transparent is True], words[new.transparent is True])


def _differ(old: bool | Unknown, new: bool | Unknown) -> bool:
    return old is not UNKNOWN and new is not UNKNOWN and old != new


def exposure(context: DiffContext, old: RecordFacts, new: RecordFacts) -> frozenset[str]:
    """Return how callers meet a record: by anything that one side lets them do with it.

    The library is its only maker when that is so on both sides.
    """
    before, after = context.old_exposure.traits(old.key), context.new_exposure.traits(new.key)
    together = before | after | context.unreached(old.key, new.key)
    if "caller-allocated" in together:
        together -= {"callee-allocated"}
    return together | {"unshown"} if context.unshown.issuperset((old.key, new.key)) else together


def _placeholder(record: RecordFacts) -> bool:
    """Tell whether a record has members for the compiler's sake alone, because it had to be complete."""
    return isinstance(record.fields, tuple) and all(is_reserved(each.name) for each in record.fields)


def _size(record: RecordFacts) -> str:
    if record.opaque:
        return "opaque"
    return in_bytes(record.size) if isinstance(record.size, int) else "of unknown size"
