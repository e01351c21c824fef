"""Enums: how they are represented, and their enumerators, which are compared by name wherever they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from abidance.abi.change import Change, in_bytes
from abidance.abi.facts import UNKNOWN, Family
from abidance.ir.types import EnumRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import EnumFacts, Unknown
    from abidance.core.span import Span

_SENTINEL = re.compile(
    r"(^|_)(?i:MAX|MAXIMUM|COUNT|CNT|LAST|END|NUM|NR|NB|N|NUMBER|TOTAL|SENTINEL|LIMIT|DUMMY|UNUSED|SIZE|LENGTH|LEN|FORCE_INT|MAX_ENUM)"
    r"\d*(_|$)"
    # `kShapeCount`, `ShapeMax`, `kNumShapes`, `SHAPE_maxCode`
    r"|[a-z0-9](Max|Count|Last|End|Num|Total|Sentinel|Limit)$|(^|_)k?(?i:Num|Max|Last)[A-Z]",
)


@dataclass(frozen=True, slots=True)
class QualifiedEnumerator:
    """An enumerator with the enum that has it."""

    name: str
    value: int | Unknown
    enum: EnumFacts
    last: bool
    span: Span | None


def enums(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of all enums and enumerators."""
    if not context.both_know(Family.TYPES):
        return
    pairs = context.pairing.enums
    for key, other in sorted(pairs.items()):
        if key in context.old.enums and other in context.new.enums:
            yield from _both(context, context.old.enums[key], context.new.enums[other])
    paired = set(pairs.values())
    for key, enum in sorted(context.old.enums.items()):
        if key not in pairs and enum.own is True and not enum.anonymous:
            yield _alone(context, enum, "removed")
    for key, enum in sorted(context.new.enums.items()):
        if key not in paired and enum.own is True and not enum.anonymous:
            yield _alone(context, enum, "added")
    yield from _enumerators(context)


def _unshown(context: DiffContext, enum: EnumFacts) -> frozenset[str]:
    return frozenset(("unshown",) if enum.key in context.unshown else ())


def is_sentinel(name: str) -> bool:
    """Tell whether the name says that the constant only counts or ends the others."""
    return _SENTINEL.search(name) is not None


def _alone(context: DiffContext, enum: EnumFacts, aspect: str) -> Change:
    gone = aspect == "removed"
    side = context.sides.old if gone else context.sides.new
    return Change(
        "enum",
        aspect,
        side.name(enum.key),
        enum.key if gone else "",
        "" if gone else enum.key,
        context.internal(enum.span, enum.key),
        old_span=enum.span if gone else None,
        new_span=None if gone else enum.span,
    )


def _both(context: DiffContext, old: EnumFacts, new: EnumFacts) -> Iterator[Change]:
    def change(aspect: str, before: str, after: str, *traits: str) -> Change:
        return Change(
            "enum",
            aspect,
            context.sides.old.name(old.key),
            before,
            after,
            frozenset(traits) | context.internal(old.span, old.key, new.key) | _unshown(context, old),
            old_span=old.span,
            new_span=new.span,
            reached_by=context.users.of_type(old.key, new.key),
        )

    if old.key != new.key and not (old.anonymous and new.anonymous):
        how = "named" if old.anonymous else "renamed"
        kept = ["typedef"] if context.sides.keep_typedef(EnumRef(old.key), EnumRef(new.key)) else []
        yield change("renamed", old.key, new.key, how, *kept)
    if isinstance(old.size, int) and isinstance(new.size, int) and old.size != new.size:
        yield change("size", in_bytes(old.size), in_bytes(new.size))
    elif isinstance(old.signed, bool) and isinstance(new.signed, bool) and old.signed != new.signed:
        words = ("unsigned", "signed")
        yield change("sign", words[old.signed], words[new.signed])
    if (
        isinstance(old.closed, bool | None)
        and isinstance(new.closed, bool | None)
        and old.closed != new.closed
    ):
        words = ("open", "closed")
        if old.closed or new.closed:
            yield change(
                "closed" if new.closed else "opened", words[bool(old.closed)], words[bool(new.closed)]
            )


def _enumerators(context: DiffContext) -> Iterator[Change]:
    old, new = _named(context.old.enums), _named(context.new.enums)
    # A constant that became an enumerator, or stopped being one, keeps its value for callers.
    before, after = context.old.constants, context.new.constants
    gone = {name: each for name, each in old.items() if name not in new and name not in after}
    come = {name: each for name, each in new.items() if name not in old and name not in before}
    for name, each in sorted(old.items()):
        value = new[name].value if name in new else after[name].value if name in after else each.value
        if isinstance(each.value, int) and isinstance(value, int) and value != each.value:
            span = new[name].span if name in new else after[name].span
            ends = each.last and (name not in new or new[name].last or _exceeds(new[name], each.enum))
            ends = ends or (name in new and _is_moved_end(each, new[name]))
            traits = {"sentinel"} if is_sentinel(name) and ends else set()
            yield _change(context, "value", each, str(each.value), str(value), traits, new_span=span)
        elif isinstance(each.value, int) and value is UNKNOWN:
            yield _change(context, "lost", each, str(each.value), "unknown", set())
    for name, each in sorted(gone.items()):
        if each.enum.own is not True and each.enum.key not in context.pairing.enums:
            continue  # the enum itself is no longer reached, which says nothing of its names
        heir = _heir(context, each, come)
        traits = {"sentinel"} if is_sentinel(name) and each.last else set()
        if heir is not None:
            del come[heir.name]
            if not context.both_know(Family.CONSTANTS):
                traits |= {"unseen-macros"}
            yield _change(context, "renamed", each, name, heir.name, traits, new_span=heir.span)
        else:
            yield _change(context, "removed", each, f"{name} = {each.value}", "", traits)
    for name, each in sorted(come.items()):
        pairs = {new_key: old_key for old_key, new_key in context.pairing.enums.items()}
        if each.enum.key not in pairs:
            continue  # the whole enum is new
        yield _change(context, "added", each, "", f"{name} = {each.value}", _added_traits(context, each))


def _exceeds(end: QualifiedEnumerator, old: EnumFacts) -> bool:
    """Tell whether the enumerator comes behind all that the old enum had: what follows it is new, kept for later."""
    known = {each.name for each in old.enumerators or ()} - {end.name}
    return all(
        isinstance(each.value, int) and isinstance(end.value, int) and each.value < end.value
        for each in end.enum.enumerators or ()
        if each.name in known
    )


def _is_moved_end(old: QualifiedEnumerator, new: QualifiedEnumerator) -> bool:
    """Tell whether new enumerators have moved this one, and none is behind it but others that stand for nothing."""
    before, after = ([each.name for each in enum.enumerators or ()] for enum in (old.enum, new.enum))
    alike = takewhile(
        lambda names: names[0] == names[1], zip(reversed(before), reversed(after), strict=False)
    )
    come = len(after) - len(before)
    moved = isinstance(old.value, int) and isinstance(new.value, int) and 0 < come == new.value - old.value
    return moved and old.name in takewhile(is_sentinel, (name for name, _ in alike))


def _added_traits(context: DiffContext, each: QualifiedEnumerator) -> set[str]:
    pairs = {new_key: old_key for old_key, new_key in context.pairing.enums.items()}
    old = context.old.enums.get(pairs[each.enum.key])
    traits = {"closed"} if each.enum.closed is True or (old is not None and old.closed is True) else set()
    return traits | ({"sentinel"} if is_sentinel(each.name) and each.last else set())


def _heir(
    context: DiffContext, gone: QualifiedEnumerator, come: Mapping[str, QualifiedEnumerator]
) -> QualifiedEnumerator | None:
    """Return the new enumerator of the same enum and value, when exactly one took the place."""
    partner = context.pairing.enums.get(gone.enum.key)
    same = [each for each in come.values() if each.enum.key == partner and each.value == gone.value]
    return same[0] if len(same) == 1 and isinstance(gone.value, int) else None


def _named(enums_: Mapping[str, EnumFacts]) -> dict[str, QualifiedEnumerator]:
    found = {}
    for enum in enums_.values():
        listed = enum.enumerators or ()
        top = max((each.value for each in listed if isinstance(each.value, int)), default=None)
        for number, each in enumerate(listed):
            last = number == len(listed) - 1 or (top is not None and each.value == top)
            found[each.name] = QualifiedEnumerator(each.name, each.value, enum, last, each.span)
    return found


def _change(
    context: DiffContext,
    aspect: str,
    each: QualifiedEnumerator,
    before: str,
    after: str,
    traits: set[str],
    new_span: Span | None = None,
) -> Change:
    added = aspect == "added"
    return Change(
        "enumerator",
        aspect,
        each.name,
        before,
        after,
        frozenset(traits) | context.internal(each.span, each.enum.key) | _unshown(context, each.enum),
        of=(context.sides.new if added else context.sides.old).name(each.enum.key),
        old_span=None if added else each.span,
        new_span=each.span if added else new_span,
        reached_by=context.users.of_type(each.enum.key),
    )
