"""Evidence that the old side had and the new side has not: what it would have told cannot be judged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.abi.change import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext

_NAMED = re.compile(r"`([^`]+)`")


def evidence(context: DiffContext) -> Iterator[Change]:
    """Yield each witness that tells less than before, each family that nobody tells any more, and new gaps."""
    for each in context.old.evidence:
        level = context.new.level(each.witness)
        if level < each.level:
            yield Change("evidence", "lost", each.witness, each.level.words, level.words)
        elif level == each.level:
            now = next((one for one in context.new.evidence if one.witness == each.witness), each)
            for gap in sorted({*now.gaps} - {*each.gaps}):
                if not _of_one_symbol(context, gap):
                    yield Change("evidence", "gap", each.witness, "", gap, frozenset(("gap",)))
    told = {each.witness for each in context.old.evidence if context.new.level(each.witness) < each.level}
    for family in sorted(context.old.knows - context.new.knows):
        if not told:
            yield Change("evidence", "family-lost", family.value, "known", "unknown", frozenset(("family",)))
    old, new = context.old.target, context.new.target
    if old is not None and new is not None and old != new:
        yield Change("evidence", "target", "target", str(old), str(new))


def reason(context: DiffContext, name: str) -> str:
    """Return why the new side does not tell of a function, as its witnesses say it; empty if they do not."""
    gaps = (gap for each in context.new.evidence for gap in each.gaps)
    return next((gap for gap in gaps if f"`{name}`" in gap), "")


def _of_one_symbol(context: DiffContext, gap: str) -> bool:
    """Tell whether a gap is that of one symbol, which tells of it if it was known before."""
    library = context.new.library
    exported = {each.name for each in library.symbols.values()} if library else set()
    named = {each.partition("@")[0] for each in _NAMED.findall(gap)}
    return not exported.isdisjoint(named) or not named.isdisjoint(context.new.functions)
