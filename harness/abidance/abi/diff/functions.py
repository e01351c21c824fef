"""Functions: whether they are there, what they are given, what comes back, what is promised of the call."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.diff.evidence import reason
from abidance.abi.diff.parameters import parameters
from abidance.abi.diff.presence import exported, is_private
from abidance.abi.diff.versions import SymbolVersions
from abidance.abi.facts import UNKNOWN, Family
from abidance.abi.internal import is_reserved
from abidance.abi.typetext import write, write_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import FunctionFacts


def functions(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of all functions."""
    if not context.both_know(Family.FUNCTIONS):
        return
    versions = SymbolVersions.of(context.old, context.new)
    yield from versions.changes(
        context.old.functions, context.new.functions, partial(_alone, context), partial(_both, context)
    )


def prototype(function: FunctionFacts) -> str:
    """Return a function's declaration as C."""
    signature = function.signature
    if signature is UNKNOWN:
        return function.name
    listed = [write(each.type) for each in signature.parameters]
    return write_function(
        signature.returns,
        listed,
        variadic=signature.variadic,
        prototype=signature.prototype,
        name=function.name,
    )


def _alone(context: DiffContext, function: FunctionFacts, aspect: str) -> Change:
    gone = aspect == "removed"
    mine, other = (context.old, context.new) if gone else (context.new, context.old)
    traits = {"inline"} if function.inline is True else set()
    if is_reserved(function.name):
        traits.add("reserved")
    if is_private(mine, function.symbol):
        traits.add("private")
    # A header may no longer declare what the library goes on exporting for the programs that are there.
    if function.symbol in exported(other):
        traits.add("exported")
    if function.name in other.variables:
        traits.add("variable")
    shown = prototype(function)
    return Change(
        "function",
        aspect,
        function.name,
        shown if gone else "",
        "" if gone else shown,
        frozenset(traits),
        old_span=function.span if gone else None,
        new_span=None if gone else function.span,
    )


def _both(context: DiffContext, old: FunctionFacts, new: FunctionFacts) -> Iterator[Change]:
    def change(aspect: str, before: str, after: str, *traits: str) -> Change:
        return Change(
            "function",
            aspect,
            old.name,
            before,
            after,
            frozenset(traits),
            old_span=old.span,
            new_span=new.span,
        )

    if old.symbol != new.symbol and not (old.inline is True or new.inline is True):
        kept = old.symbol in exported(context.new)
        yield change("symbol", old.symbol, new.symbol, *(["exported"] if kept else []))
    if old.inline is not UNKNOWN and new.inline is not UNKNOWN and old.inline != new.inline:
        known = context.new.library is not None if new.inline else context.old.library is not None
        side = context.new if new.inline else context.old
        state = ("exported" if old.symbol in exported(side) else "not-exported") if known else "not-known"
        words = ("with a body", "without a body")
        yield change(
            "became-inline" if new.inline else "became-extern",
            words[not old.inline],
            words[not new.inline],
            state,
        )
    if old.signature is not UNKNOWN and new.signature is UNKNOWN:
        why = reason(context, old.name)
        yield replace(change("lost", prototype(old), "unknown", *(["why"] if why else [])), of=why)
    elif old.signature is not UNKNOWN and new.signature is not UNKNOWN:
        both_inline = old.inline is True and new.inline is True
        for each in parameters(context, old, new):
            yield replace(each, traits=each.traits | {"inline"}) if both_inline else each
    if old.noreturn is not UNKNOWN and new.noreturn is not UNKNOWN and old.noreturn != new.noreturn:
        yield change(
            "noreturn-added" if new.noreturn else "noreturn-removed",
            "noreturn" if old.noreturn else "returns",
            "noreturn" if new.noreturn else "returns",
        )
    if old.attributes is not UNKNOWN and new.attributes is not UNKNOWN:
        for attribute in sorted({*old.attributes} ^ {*new.attributes}):
            gone = attribute in old.attributes
            kind = attribute.partition("(")[0]
            yield change(
                "attribute-removed" if gone else "attribute-added",
                attribute if gone else "",
                "" if gone else attribute,
                kind,
            )
