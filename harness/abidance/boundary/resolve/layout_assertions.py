"""`layout:` of a type against what the compiler says of the header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import LAYOUT_DIFFERS
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir.reachable import reachable, types_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.model import Contract, TypePromise
    from abidance.core.span import Span


def layout_mismatches(
    contract: Contract,
    functions: Mapping[str, BoundaryFunction],
    shaper: Shaper,
    promises: Mapping[str, TypePromise],
) -> dict[str, tuple[Diagnostic, ...]]:
    """Return the pins that do not hold, by the first function of the contract that uses the type."""
    found: dict[str, tuple[Diagnostic, ...]] = {}
    for key, promise in promises.items():
        _check_guard(key, promise, shaper)
        if promise.layout is None or key not in shaper.layouts.records:
            continue
        wrong = tuple(_differences(key, promise, shaper))
        if wrong:
            user = _first_user(contract, functions, shaper, key)
            found[user] = (*found.get(user, ()), *wrong)
    return found


def _check_guard(key: str, promise: TypePromise, shaper: Shaper) -> None:
    """Note a guard that is no member of its record."""
    name = promise.guarded_by
    if name is None or key not in shaper.declarations.records:
        return
    places: dict[str, Span | None] = {
        each.name: each.span for each in shaper.declarations.records[key].fields or ()
    }
    if name.text not in places:
        shaper.problems.unknown("field", name.text, name.span, places, f"`{key}`")


def _first_user(
    contract: Contract, functions: Mapping[str, BoundaryFunction], shaper: Shaper, key: str
) -> str:
    names = list(contract.functions or functions)
    for name in names:
        reached = reachable(shaper.declarations, types_of(functions[name].declaration))
        if key in reached.records:
            return name
    return names[0]


def _differences(key: str, promise: TypePromise, shaper: Shaper) -> Iterator[Diagnostic]:
    layout, record, pins = shaper.layouts.records[key], shaper.declarations.records[key], promise.layout
    assert pins is not None
    declared = {field.name: field.span for field in record.fields or ()}
    wanted: list[tuple[str, Expression | None, int, Span]] = [
        (f"the size of `{promise.name}`", pins.size, layout.size, record.span),
        (f"the alignment of `{promise.name}`", pins.align, layout.align, record.span),
    ]
    for name, offset in (pins.offsets or {}).items():
        if name.text not in layout.fields:
            places: dict[str, Span | None] = dict(declared)
            shaper.problems.unknown("field", name.text, name.span, places, f"`{key}`")
            continue
        place = layout.fields[name.text]
        subject = f"the offset of `{promise.name}.{name}`"
        wanted.append((subject, offset, place.offset, declared.get(name.text, record.span)))
    for subject, expression, actual, span in wanted:
        pinned = shaper.problems.constant(expression, shaper.layouts.constants) if expression else None
        if pinned is None or pinned == actual or expression is None:
            continue
        yield Diagnostic(
            LAYOUT_DIFFERS,
            f"{subject} is {actual}, and the contract pins {pinned}",
            (Label(expression.span, f"{pinned} pinned"), Label(span, f"{actual} by the compiler")),
            place=subject,
        )
