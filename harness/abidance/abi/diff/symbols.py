"""What the dynamic linker sees: SONAME, symbols, their versions, kinds and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.change import Change, in_bytes
from abidance.abi.diff.presence import is_private
from abidance.abi.facts import UNKNOWN, Family

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import SharedObjectFacts, SymbolFacts

_CODE = frozenset(("function", "ifunc"))
# What linkers define by themselves.
_LINKER = frozenset(("_init", "_fini", "_edata", "_end", "__bss_start", "edata", "end", "__end__"))


def symbols(context: DiffContext) -> Iterator[Change]:
    """Yield what changed for programs that are linked already, beyond what declarations tell."""
    old, new = context.old.library, context.new.library
    if old is None or new is None or not context.both_know(Family.SYMBOLS):
        return
    yield from _soname(old, new)
    yield from _needed(old, new)
    for name in sorted({*old.demands} ^ {*new.demands}):
        gone = name in old.demands
        aspect = "demand-removed" if gone else "demand-added"
        yield Change("library", aspect, name, name if gone else "", "" if gone else name, frozenset((name,)))
    before, after = _by_name(old), _by_name(new)
    yield from _versions_gone(before, after)
    told, versioned = _covered_symbols(context), _versioned(new)
    for name in sorted(before.keys() | after.keys()):
        if name in before and name in after:
            yield from _both(context, before[name], after[name], versioned=versioned)
        elif name not in told and name not in _LINKER:
            gone = name in before
            each = (before if gone else after)[name][0]
            side = context.old if gone else context.new
            yield Change(
                "symbol",
                "removed" if gone else "added",
                name,
                each.key if gone else "",
                "" if gone else each.key,
                frozenset((each.kind, each.binding, *(["private"] if is_private(side, name) else []))),
                old_span=each.span if gone else None,
                new_span=None if gone else each.span,
            )


def _soname(old: SharedObjectFacts, new: SharedObjectFacts) -> Iterator[Change]:
    if old.soname is UNKNOWN or new.soname is UNKNOWN or old.soname == new.soname:
        return
    aspect = "soname-removed" if new.soname is None else "soname-added" if old.soname is None else "soname"
    yield Change("library", aspect, old.soname or new.soname or "", old.soname or "", new.soname or "")


def _versions_gone(
    before: Mapping[str, list[SymbolFacts]], after: Mapping[str, list[SymbolFacts]]
) -> Iterator[Change]:
    """Yield that a library has no symbol versions any more, which is one cause for however many symbols."""
    if any(each.version for symbols in after.values() for each in symbols):
        return
    lost = [
        next(each.key for each in before[name] if each.version)
        for name in sorted(before.keys() & after.keys())
        if any(each.version for each in before[name])
    ]
    if lost:
        count = f"{len(lost)} symbols" if len(lost) > 1 else "1 symbol"
        yield Change("library", "versions-removed", lost[0], lost[0], count)


def _needed(old: SharedObjectFacts, new: SharedObjectFacts) -> Iterator[Change]:
    if old.needed is UNKNOWN or new.needed is UNKNOWN:
        return
    for name in sorted({*old.needed} ^ {*new.needed}):
        gone = name in old.needed
        yield Change(
            "library",
            "needed-removed" if gone else "needed-added",
            name,
            name if gone else "",
            "" if gone else name,
        )


def _covered_symbols(context: DiffContext) -> frozenset[str]:
    """Return the symbols whose coming and going is told by a function or variable of the same name.

    What a header no longer declares and the library still exports is no missing symbol, and the other way round
    a declaration that stays says nothing of a symbol that went.
    """
    found: set[str] = set()
    for family, old, new in (
        (Family.FUNCTIONS, context.old.functions, context.new.functions),
        (Family.VARIABLES, context.old.variables, context.new.variables),
    ):
        if context.both_know(family):
            found |= {old[name].symbol for name in old.keys() - new.keys()}
            found |= {new[name].symbol for name in new.keys() - old.keys()}
            found |= {
                old[name].symbol for name in old.keys() & new.keys() if old[name].symbol != new[name].symbol
            }
    both = context.old.functions.keys() & context.new.functions.keys()
    found |= {
        context.old.functions[name].symbol for name in both if context.new.functions[name].inline is True
    }
    found |= {
        context.new.functions[name].symbol for name in both if context.old.functions[name].inline is True
    }
    return frozenset(found)


def _by_name(library: SharedObjectFacts) -> dict[str, list[SymbolFacts]]:
    found: dict[str, list[SymbolFacts]] = {}
    # The default version first: it is the one that links go to.
    for each in sorted(
        library.symbols.values(), key=lambda each: (each.name, not each.default, each.version)
    ):
        found.setdefault(each.name, []).append(each)
    return found


def _versioned(library: SharedObjectFacts) -> bool:
    return any(each.version for each in library.symbols.values())


def _both(
    context: DiffContext, old: list[SymbolFacts], new: list[SymbolFacts], *, versioned: bool
) -> Iterator[Change]:
    def change(aspect: str, before: str, after: str, *traits: str) -> Change:
        return Change(
            "symbol",
            aspect,
            old[0].name,
            before,
            after,
            frozenset(traits),
            old_span=old[0].span,
            new_span=new[0].span,
        )

    versions: Mapping[str, SymbolFacts] = {each.version: each for each in new}
    earlier = {each.version for each in old}
    default, now = old[0], new[0]
    for each in old:
        if versioned and each.version and each.version not in versions:
            yield change("version-removed", each.key, now.key)
    for each in new:
        if each.version and each.version not in earlier and earlier != {""} and each.version != now.version:
            yield change("version-added", default.key, each.key)
    if earlier == {""} and now.version:
        yield change("versioned", default.key, now.key)
    elif default.version != now.version and default.version in versions:
        yield change("default-moved", default.key, now.key)
    if default.kind != now.kind:
        alike = {default.kind, now.kind} <= _CODE or "untyped" in (default.kind, now.kind)
        yield change("kind", default.kind, now.kind, *(["alike"] if alike else []))
    elif default.kind in ("object", "tls") and not _typed(context, default.name):
        known = isinstance(default.size, int) and isinstance(now.size, int)
        if known and default.size != now.size:
            yield change("size", in_bytes(default.size), in_bytes(now.size))
    if default.binding != now.binding:
        yield change("binding", default.binding, now.binding, f"to-{now.binding}")
    if default.visibility != now.visibility:
        yield change("visibility", default.visibility, now.visibility, default.kind, f"to-{now.visibility}")


def _typed(context: DiffContext, name: str) -> bool:
    """Tell whether the variable's type gives its size on both sides, so that a change is reported there."""
    for side in (context.sides.old, context.sides.new):
        variable = side.facts.variables.get(name)
        if variable is None or side.size(variable.type) is None:
            return False
    return True
