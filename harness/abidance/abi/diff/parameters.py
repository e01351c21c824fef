"""Parameters and results of a function that both sides have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.diff.passing import passed
from abidance.abi.facts import UNKNOWN
from abidance.ir.types import Basic, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import FunctionFacts, ParameterFacts, SignatureFacts, Unknown

_PROMOTED = frozenset(("char", "signed char", "unsigned char", "short", "unsigned short", "_Bool", "float"))


def parameters(context: DiffContext, old: FunctionFacts, new: FunctionFacts) -> Iterator[Change]:
    """Yield how the call changed."""
    a, b = old.signature, new.signature
    if a is UNKNOWN or b is UNKNOWN:
        return
    yield from _result(context, old, new, a, b)
    if a.prototype and b.prototype:
        yield from _listed(context, old, new, a, b)
    elif a.prototype != b.prototype:
        side, listed = (context.sides.old, a) if a.prototype else (context.sides.new, b)
        # The caller promotes what has no prototype (C11 6.5.2.2p6), and the callee then looks elsewhere.
        promoted = listed.variadic or any(
            isinstance(resolved := side.bare(each.type), Basic) and resolved.spelling in _PROMOTED
            for each in listed.parameters
            if each.type is not UNKNOWN
        )
        empty = not listed.parameters and not listed.variadic
        yield _change(
            "function",
            "prototype-removed" if a.prototype else "prototype-added",
            old.name,
            _text(context, a, new=False),
            _text(context, b, new=True),
            (old, new),
            *(["promoted"] if promoted else []),
            *(["empty"] if empty else []),
        )
    if a.prototype and b.prototype and a.variadic != b.variadic:
        yield _change(
            "function",
            "variadic-added" if b.variadic else "variadic-removed",
            old.name,
            _text(context, a, new=False),
            _text(context, b, new=True),
            (old, new),
        )


def _result(
    context: DiffContext, old: FunctionFacts, new: FunctionFacts, a: SignatureFacts, b: SignatureFacts
) -> Iterator[Change]:
    found = context.comparer.compare(a.returns, b.returns)
    if found is None or a.returns is UNKNOWN:
        return
    traits = [found.kind]
    # A record may come back in memory that the caller must lend (psABI x86-64, 3.2.3).
    if found.kind == "from-nothing" and b.returns is not UNKNOWN:
        record = context.sides.new.bare(b.returns)
        lent = isinstance(record, RecordRef) and passed(context.sides.new, record.key) is None
        traits += ["in-memory"] if lent else []
    yield _change(
        "return",
        "lost" if found.kind == "lost" else "type",
        f"{old.name}()",
        *context.sides.shown(a.returns, b.returns),
        (old, new),
        *traits,
        where=found.where,
    )


def _listed(
    context: DiffContext, old: FunctionFacts, new: FunctionFacts, a: SignatureFacts, b: SignatureFacts
) -> Iterator[Change]:
    if len(a.parameters) == len(b.parameters):
        if _permuted(a.parameters, b.parameters):
            yield _change(
                "function",
                "parameters-reordered",
                old.name,
                _text(context, a, new=False),
                _text(context, b, new=True),
                (old, new),
            )
            return
        for number, (one, other) in enumerate(zip(a.parameters, b.parameters, strict=True), 1):
            yield from _parameter(context, old.name, number, one, other)
        return
    few, many = sorted((a.parameters, b.parameters), key=len)
    aspect = "added" if many is b.parameters else "removed"
    extra = _extra(few, many)
    for number, each in extra:
        shown = (context.sides.new if many is b.parameters else context.sides.old).show(each.type)
        gone = aspect == "removed"
        yield Change(
            "parameter",
            aspect,
            f"{old.name}({_name(each, number)})",
            shown if gone else "",
            "" if gone else shown,
            frozenset(("last",)) if number > len(few) else frozenset(),
            of=old.name,
            old_span=each.span if gone else old.span,
            new_span=new.span if gone else each.span,
        )
    kept = [each for number, each in enumerate(many, 1) if number not in {place for place, _ in extra}]
    for number, (one, other) in enumerate(zip(few, kept, strict=True), 1):
        pair = (one, other) if many is b.parameters else (other, one)
        yield from _parameter(context, old.name, number, *pair)


def _parameter(
    context: DiffContext, function: str, number: int, old: ParameterFacts, new: ParameterFacts
) -> Iterator[Change]:
    subject = f"{function}({_name(old, number)})"
    found = context.comparer.compare(old.type, new.type)
    if found is not None:
        yield Change(
            "parameter",
            "lost" if found.kind == "lost" else "type",
            subject,
            *context.sides.shown(old.type, new.type),
            frozenset((found.kind,)),
            of=found.where,
            old_span=old.span,
            new_span=new.span,
        )
    elif isinstance(old.extent, str) and isinstance(new.extent, str):
        yield from _extent(subject, old, new)


def _extent(subject: str, old: ParameterFacts, new: ParameterFacts) -> Iterator[Change]:
    """Yield how the number of elements changed that an array parameter speaks of (C11 6.7.6.3p7)."""
    before, after = _least(old.extent), _least(new.extent)
    if before == after or before is None or after is None:
        return
    yield Change(
        "parameter",
        "extent",
        subject,
        f"[{old.extent}]",
        f"[{new.extent}]",
        frozenset(("grew" if after > before else "shrank", *(["stated"] if before and after else []))),
        old_span=old.span,
        new_span=new.span,
    )


def _least(extent: str | Unknown) -> int | None:
    if not isinstance(extent, str):
        return None
    number = extent.removeprefix("static").strip()
    return int(number) if number.isdecimal() else 0 if not number else None


def _permuted(old: tuple[ParameterFacts, ...], new: tuple[ParameterFacts, ...]) -> bool:
    """Tell whether the same named parameters stand in another order."""
    before, after = [each.name for each in old], [each.name for each in new]
    names = [each for each in before if isinstance(each, str) and each]
    return (
        before != after and len(names) == len(old) and len({*names}) == len(names) and {*before} == {*after}
    )


def _extra(
    few: tuple[ParameterFacts, ...], many: tuple[ParameterFacts, ...]
) -> list[tuple[int, ParameterFacts]]:
    """Return which of `many` have no partner in `few`, with their places from 1: by name, else the last."""
    names = {each.name for each in few if isinstance(each.name, str) and each.name}
    listed = list(enumerate(many, 1))
    if len(names) == len(few):
        unknown = [(number, each) for number, each in listed if each.name not in names]
        if len(unknown) == len(many) - len(few):
            return unknown
    return listed[len(few) :]


def _name(parameter: ParameterFacts, number: int) -> str:
    return parameter.name if isinstance(parameter.name, str) and parameter.name else str(number)


def _text(context: DiffContext, signature: SignatureFacts, *, new: bool) -> str:
    side = context.sides.new if new else context.sides.old
    listed = [
        f"{side.show(each.type)} {each.name if isinstance(each.name, str) else ''}".strip()
        for each in signature.parameters
    ]
    listed += ["..."] if signature.variadic else []
    return f"({', '.join(listed) or ('void' if signature.prototype else '')})"


def _change(
    entity: str,
    aspect: str,
    subject: str,
    old: str,
    new: str,
    functions: tuple[FunctionFacts, FunctionFacts],
    *traits: str,
    where: str = "",
) -> Change:
    return Change(
        entity,
        aspect,
        subject,
        old,
        new,
        frozenset(traits),
        of=where,
        old_span=functions[0].span,
        new_span=functions[1].span,
    )
