"""The shapes of arithmetic types: numbers, enumerators, vectors and complex numbers, within what a contract says."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import replace
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING, cast

from abidance.boundary.model import types as s
from abidance.boundary.model.arithmetic import bit_width, vector_count
from abidance.boundary.model.float_formats import format_of, written_real
from abidance.boundary.values.memory import rounded
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.float_formats import Format
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.model.places import Element, Numbers, Place
    from abidance.core.span import Span
    from abidance.ir.layout import Scalar as Number

_ALL_OF = 8
"""Of so many flags, every combination is given."""
_DOUBLE = 8
"""The bytes of the type in which limits are written."""


def arithmetic(
    shaper: Shaper, resolved: c.Basic | c.Vector, type_: c.Type, place: Place | Element | None, declared: Span
) -> s.Shape:
    """Return the shape of an arithmetic type; `s.NothingShape` for one whose values are not known here."""
    spelling = resolved.spelling if isinstance(resolved, c.Basic) else shaper.text(resolved)
    number = shaper.layouts.scalars.get(spelling)
    if number is None or spelling in shaper.layouts.failed:
        return s.NothingShape()
    match resolved:
        case c.Vector(of):
            element = shaper.shape(of, place, declared, s.Direction.IN)
            count = vector_count(resolved, number.size, element.size)
            return s.ArrayShape(element, count, number.size, number.align, shaper.text(type_))
        case c.Basic() if number.kind == "complex":
            part = c.Basic(spelling.removesuffix("_Complex").strip())
            each = shaper.shape(part, place, declared, s.Direction.IN)
            members = tuple(
                s.Member(name, each, declared, offset=n * number.size // 2)
                for n, name in enumerate(("real", "imag"))
            )
            return s.RecordShape(shaper.text(type_), number.size, number.align, members, complex=True)
    if number.kind in {"int", "bool"} or spelling in {"float", "double"}:
        return scalar(shaper, number, type_, place, declared)
    if number.kind == "bitint" and (width := bit_width(spelling)):
        return scalar(shaper, number, type_, place, declared, width=width)
    if number.kind in {"float", "decimal"} and (format_ := format_of(spelling)):
        return scalar(shaper, number, type_, place, declared, format_=format_)
    return s.NothingShape()


def scalar(
    shaper: Shaper,
    number: Number,
    type_: c.Type,
    place: Place | Element | None,
    declared: Span,
    *,
    format_: Format | None = None,
    width: int = 0,
) -> s.ScalarShape:
    """Return the shape of a number with the contract's range or members."""
    real = number.kind in {"float", "decimal"}
    resolved = shaper.declarations.resolve(type_)
    if real:
        lowest, highest = float("-inf"), float("inf")
    elif number.kind == "bool":
        lowest, highest = 0, 1
    else:
        bits = (width or number.size * 8) - number.signed
        lowest, highest = -(1 << bits) if number.signed else 0, (1 << bits) - 1
    shape = s.ScalarShape(
        kind="bool" if number.kind == "bool" else "float" if real else "int",
        size=number.size,
        align=number.align,
        signed=number.signed,
        spelling=shaper.text(type_),
        lowest=lowest,
        highest=highest,
        char=resolved == c.Basic("char"),
        format=format_,
        width=width,
        basic=resolved.spelling if isinstance(resolved, c.Basic) else "",
    )
    return shape if place is None else limited(shaper, shape, place, declared)


_CONSTANTS = re.compile(r"-?[A-Za-z_]\w*( *\| *[A-Za-z_]\w*)*")
"""What C reads as the contract does: a constant of the header, or some of them combined."""


def limited(shaper: Shaper, shape: s.ScalarShape, place: Numbers, declared: Span) -> s.ScalarShape:
    """Return a number's shape with `range`, `one_of` and `flags` applied, when they fit its type."""
    if place.range is not None:
        bounds = [_limit(shaper, e, shape) for e in place.range]
        if None not in bounds:
            low, high = bounds
            assert low is not None
            assert high is not None
            if low > high or low < shape.lowest or high > shape.highest:
                words = "is empty" if low > high else f"does not fit `{shape.spelling}`"
                message = f"the range from `{place.range[0].text}` to `{place.range[1].text}` {words}"
                shaper.problems.contradiction(message, place.value_span("range"), declared)
            else:
                shape = replace(shape, lowest=low, highest=high, open=shape.kind == "enum")
    if place.one_of is not None:
        members = [_constant(shaper, e, shape) for e in place.one_of]
        numbers = tuple(m for m in members if m is not None)
        for expression, member in zip(place.one_of, members, strict=True):
            if member is not None and not (shape.lowest <= member <= shape.highest):
                message = f"`{expression.text}` does not fit `{shape.spelling}`"
                shaper.problems.contradiction(message, expression.span, declared)
        names = shape.names
        if shape.kind == "int":
            pairs = zip(place.one_of, members, strict=True)
            names = {
                int(m): e.text for e, m in pairs if m is not None and _CONSTANTS.fullmatch(e.text)
            } or None
        shape = replace(shape, members=numbers, closed=True, open=False, names=names)
    if place.flags is not None:
        shape = _combined(shaper, shape, place.flags, declared)
    return replace(shape, span=place.span)


def _combined(
    shaper: Shaper, shape: s.ScalarShape, flags: Sequence[Expression], declared: Span
) -> s.ScalarShape:
    """Return the shape of a number that is a combination of flags."""
    if shape.kind not in ("int", "enum"):
        message = f"a `{shape.spelling}` has no flags: it is no integer"
        shaper.problems.contradiction(message, flags[0].span, declared)
        return shape
    names: dict[int, str] = {}
    most = (1 << (shape.width or 8 * shape.size)) - 1
    for expression in flags:
        value = _constant(shaper, expression, shape)
        if value is None:
            continue
        if value != int(value) or not 0 <= value <= min(most, int(shape.highest)):
            message = f"`{expression.text}` is no flag of a `{shape.spelling}`"
            shaper.problems.contradiction(message, expression.span, declared)
        else:
            names.setdefault(int(value), expression.text)
    combined = {0: names.pop(0, "0")}
    for chosen in _subsets(tuple(names)):
        text = " | ".join(names[each] for each in chosen)
        combined.setdefault(reduce(or_, chosen), text)
    return replace(
        shape,
        members=tuple(combined),
        names=combined,
        flags=tuple(names) or (0,),
        closed=True,
        open=False,
    )


def _subsets(flags: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield sets of flags, small ones first: all of them, or of many those of a few, all but one, and all."""
    several = len(flags)
    sizes = range(1, several + 1) if several <= _ALL_OF else (1, 2, several - 1, several)
    for size in sizes:
        yield from combinations(flags, size)


def _limit(shaper: Shaper, expression: Expression, shape: s.ScalarShape) -> float | None:
    """Return an end of a range as written: the `float` next to it may lie beyond. None after a complaint."""
    held = _constant(shaper, expression, shape)
    narrow = held is not None and shape.kind == "float" and shape.size < _DOUBLE
    return shaper.problems.constant(expression, shaper.layouts.known_numbers) if narrow else held


def _constant(shaper: Shaper, expression: Expression, shape: s.ScalarShape) -> float | None:
    """Return a limit as the type holds it: 0.1 of a `float` is not that of a `double`. None after a complaint."""
    known = shaper.layouts.known_numbers if shape.kind == "float" else shaper.layouts.constants
    value = shaper.problems.constant(expression, known)
    if value is None or shape.kind != "float":
        return value
    held, most = rounded(shape, written_real(expression.text, value)), sys.float_info.max
    if value not in (math.inf, -math.inf) and not -most <= held <= most:
        message = f"a limit of a `{shape.spelling}` is a number that it holds, and a `double` as well"
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),)))
        return None
    return cast("float", held)  # or an exact number between two of them, which compares as one


def enum(
    shaper: Shaper, key: str, type_: c.Type, place: Place | Element | None, declared: Span
) -> s.ScalarShape:
    enum = shaper.declarations.enums[key]
    promise = shaper.promises.get(key)
    names: dict[int, str] = {}
    for enumerator in enum.enumerators:
        value = shaper.layouts.constants.get(enumerator.name)
        if value is not None:
            names.setdefault(value, enumerator.name)
    shape = replace(
        scalar(shaper, shaper.layouts.enums[key], type_, None, declared),
        kind="enum",
        members=tuple(names),
        names=names,
        closed=promise is not None and promise.enum == "closed",
        open=promise is not None and promise.enum == "open",
        generate=promise.generate if promise is not None else None,
    )
    return shape if place is None else limited(shaper, shape, place, declared)


def narrow(shape: s.ScalarShape, width: int) -> s.ScalarShape:
    """Return a bit-field's shape: its range is that of its width (C11 6.7.2.1p10)."""
    if shape.kind == "bool":
        return shape
    lowest, highest = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if shape.signed else (0, (1 << width) - 1)
    members = tuple(m for m in shape.members if lowest <= m <= highest)
    return replace(
        shape,
        lowest=max(lowest, shape.lowest),
        highest=min(highest, shape.highest),
        members=members,
        flags=tuple(each for each in shape.flags if each <= highest),
    )
