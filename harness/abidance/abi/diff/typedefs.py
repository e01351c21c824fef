"""Typedefs: names for types, which callers use and the binary does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.change import Change, in_bytes
from abidance.abi.diff.constants import names_version
from abidance.abi.facts import UNKNOWN, Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import TypedefFacts


def typedefs(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of all typedefs.

    Those that both sides have are compared whoever tells of them, since what uses them says only their name.
    """
    old, new = context.old.typedefs, context.new.typedefs
    for name in sorted(old.keys() & new.keys()):
        yield from _both(context, old[name], new[name])
    if not context.both_know(Family.TYPEDEFS):
        return
    gone = [each for name, each in sorted(old.items()) if name not in new and each.own is True]
    come = {name: each for name, each in sorted(new.items()) if name not in old and each.own is True}
    for each in gone:
        heir = next((one for one in come.values() if _same(context, each, one)), None)
        if heir is not None:
            del come[heir.name]
            yield _change(context, "renamed", each, each.name, heir.name, heir)
        else:
            yield _change(context, "removed", each, context.sides.old.show(each.type), "", None)
    for each in come.values():
        yield Change(
            "typedef",
            "added",
            each.name,
            "",
            context.sides.new.show(each.type),
            new_span=each.span,
            reached_by=context.users.of_type(each.name),
        )


def _same(context: DiffContext, old: TypedefFacts, new: TypedefFacts) -> bool:
    known = old.type is not UNKNOWN and new.type is not UNKNOWN
    return known and context.comparer.compare(old.type, new.type) is None and old.align == new.align


def _both(context: DiffContext, old: TypedefFacts, new: TypedefFacts) -> Iterator[Change]:
    sides = context.sides
    found = context.comparer.compare_object(old.type, new.type)
    if found is not None:
        kind = _of_incomplete(context, found.kind, old, new)
        aspect = "lost" if found.kind == "lost" else "type"
        shown = sides.shown(old.type, new.type)
        yield _change(context, aspect, old, *shown, new, kind, where=found.where)
    if isinstance(old.align, int | None) and isinstance(new.align, int | None) and old.align != new.align:
        words = [in_bytes(each) if each else "that of its type" for each in (old.align, new.align)]
        yield _change(context, "align", old, words[0], words[1], new)


def _of_incomplete(context: DiffContext, kind: str, old: TypedefFacts, new: TypedefFacts) -> str:
    """Return how a typedef of ``void`` and one of a record differ to callers, who have pointers to both alone."""
    if kind == "to-nothing" and context.is_opaque(context.sides.old.record_of(old.type)):
        return "to-void"
    if kind == "from-nothing" and context.sides.new.record_of(new.type) is not None:
        return "from-void"
    return kind


def _change(
    context: DiffContext,
    aspect: str,
    old: TypedefFacts,
    before: str,
    after: str,
    new: TypedefFacts | None,
    *traits: str,
    where: str = "",
) -> Change:
    return Change(
        "typedef",
        aspect,
        old.name,
        before,
        after,
        frozenset(traits)
        | _unreached(context, aspect, old)
        | ({"version"} if _pins_version(old.name) else set())
        | ({"unshown"} if old.name in context.unshown else set()),
        of=where,
        old_span=old.span,
        new_span=new.span if new else None,
        reached_by=context.users.of_type(old.name),
    )


def _pins_version(name: str) -> bool:
    """Tell whether the name has the numbers of a release in it: such a typedef is there to be missed."""
    return names_version(name) and any(each.isdigit() for each in name)


def _unreached(context: DiffContext, aspect: str, old: TypedefFacts) -> frozenset[str]:
    """Return the trait of a typedef that no call needs.

    The name of a scalar is of use without one: callers declare what they keep results in with it.
    """
    if aspect in ("removed", "renamed"):
        key = context.sides.old.record_of(old.type)
        return context.unreached(old.name, key) if key is not None else frozenset()
    return context.unreached(old.name)
