"""Variables: external objects that callers read, write, and may have copied into themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from abidance.abi.change import Change, in_bytes
from abidance.abi.diff.presence import exported, is_private
from abidance.abi.diff.versions import SymbolVersions
from abidance.abi.facts import UNKNOWN, Family
from abidance.abi.typetext import write
from abidance.ir.traversal import is_const
from abidance.ir.types import Array, Basic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import VariableFacts
    from abidance.abi.lookup import TypeLookup


_CHAR = Basic("char")


def variables(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of all variables."""
    if not context.both_know(Family.VARIABLES):
        return
    versions = SymbolVersions.of(context.old, context.new)
    yield from versions.changes(
        context.old.variables, context.new.variables, partial(_alone, context), partial(_both, context)
    )


def _alone(context: DiffContext, variable: VariableFacts, aspect: str) -> Change:
    gone = aspect == "removed"
    mine, other = (context.old, context.new) if gone else (context.new, context.old)
    shown = write(variable.type, variable.name)
    traits = {"exported"} if variable.symbol in exported(other) else set()
    if variable.name in other.functions:
        traits.add("function")
    if is_private(mine, variable.symbol):
        traits.add("private")
    return Change(
        "variable",
        aspect,
        variable.name,
        shown if gone else "",
        "" if gone else shown,
        frozenset(traits),
        old_span=variable.span if gone else None,
        new_span=None if gone else variable.span,
    )


def _both(context: DiffContext, old: VariableFacts, new: VariableFacts) -> Iterator[Change]:
    def change(aspect: str, before: str, after: str, *traits: str, where: str = "") -> Change:
        return Change(
            "variable",
            aspect,
            old.name,
            before,
            after,
            frozenset(traits),
            of=where,
            old_span=old.span,
            new_span=new.span,
        )

    if old.symbol != new.symbol:
        kept = old.symbol in exported(context.new)
        yield change("symbol", old.symbol, new.symbol, *(["exported"] if kept else []))
    sides = context.sides
    found = context.comparer.compare_object(old.type, new.type)
    if found is not None and found.kind in ("own-const-added", "own-const-removed"):
        found = None  # told below, since a library may put what is const elsewhere
    if found is not None:
        traits = [found.kind]
        if found.kind == "count":
            traits.append(_counted(context, old, new))
            traits += ["text"] if _is_text(sides.old, old) and _is_text(sides.new, new) else []
        aspect = "lost" if found.kind == "lost" else "type"
        yield change(aspect, *sides.shown(old.type, new.type), *traits, where=found.where)
    elif isinstance(old.size, int) and isinstance(new.size, int) and old.size != new.size:
        yield change(
            "size", in_bytes(old.size), in_bytes(new.size), "grew" if new.size > old.size else "shrank"
        )
    if found is None and old.type is not UNKNOWN and new.type is not UNKNOWN:
        before, after = _const(sides.old, old), _const(sides.new, new)
        if before != after:
            aspect = "const-added" if after else "const-removed"
            yield change(aspect, *sides.shown(old.type, new.type))
    if old.tls is not UNKNOWN and new.tls is not UNKNOWN and old.tls != new.tls:
        words = ("one for each thread", "one for all threads")
        yield change("tls", words[not old.tls], words[not new.tls])


def _counted(context: DiffContext, old: VariableFacts, new: VariableFacts) -> str:
    a = None if old.type is UNKNOWN else context.sides.old.bare(old.type)
    b = None if new.type is UNKNOWN else context.sides.new.bare(new.type)
    if not isinstance(a, Array) or not isinstance(b, Array) or a.count is None or b.count is None:
        # An array of unknown length in the header: callers know no size (C11 6.7.6.2p4).
        return "open-ended"
    return "grew" if b.count > a.count else "shrank"


def _is_text(side: TypeLookup, variable: VariableFacts) -> bool:
    """Tell whether the object is characters that nobody writes, such as a version or a copyright."""
    array = UNKNOWN if variable.type is UNKNOWN else side.bare(variable.type)
    return isinstance(array, Array) and side.bare(array.of) == _CHAR and _const(side, variable)


def _const(side: TypeLookup, variable: VariableFacts) -> bool:
    """Tell whether the object is read only, elements of an array included (C11 6.7.3p9)."""
    return variable.type is not UNKNOWN and is_const(variable.type, side.facts.typedefs)
