"""The functions of the language in C, as far as they need no loop: see `contract/expression/functions.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.expression.functions import pattern
from abidance.native.expressions.arithmetic import absolute, compared
from abidance.native.expressions.forms import NO_CLASS, form
from abidance.native.expressions.kinds import (
    AnyValue,
    CRange,
    JoinedVariable,
    Number,
    integer,
    number,
    run_of_bytes,
    without_null,
)
from abidance.native.expressions.sequences import elements, length, lowered
from abidance.native.expressions.values import CInt, CNullable

if TYPE_CHECKING:
    from abidance.native.expressions.emitter import Emitter

AGGREGATES = frozenset({"all", "any", "join", "max", "min", "sum"})


def solid(out: Emitter, value: AnyValue) -> AnyValue:
    """Return what stands behind a pointer that may be NULL, for an operator that NULL has none of."""
    return without_null(out, value) if isinstance(value, CNullable) else value


def call(out: Emitter, name: str, values: list[AnyValue]) -> AnyValue:
    """Call a function on values."""
    match name:
        case "abs":
            return absolute(out, values[0])
        case "len":
            return CInt(length(out, elements(out, values[0])))
        case "is_utf8":
            text = run_of_bytes(out, values[0])
            return CInt(out.whole(f"abidance_is_utf8({text.pointer}, {text.length})"), boolean=True)
        case "lower":
            return lowered(out, run_of_bytes(out, values[0]))
        case "range":
            return _range(out, [integer(out, value) for value in values])
        case "max" | "min":
            return extreme(out, name, [number(out, value) for value in values])
    raise AssertionError(name)


def matches(out: Emitter, value: AnyValue, text: str | bytes) -> AnyValue:
    """Hold bytes to the form of a regular expression; raises NotCompiledError where that makes too large a table."""
    run = run_of_bytes(out, value)
    out.spend(f"(abidance_int){run.length}")
    compiled = form(pattern(text).text, "latin-1", is_string=False)
    columns = [NO_CLASS] * 256
    for first, end, column in compiled.classes:
        columns[first:end] = [column] * (end - first)
    following = out.table("unsigned short", compiled.steps)
    least, of = out.table("unsigned short", compiled.least), out.table("unsigned char", columns)
    how = f"{following}, {least}, {of}, {len(compiled.letters)}"
    return CInt(out.whole(f"abidance_matches({how}, {run.pointer}, (size_t){run.length})"), boolean=True)


def _range(out: Emitter, limits: list[str]) -> CRange:
    start, stop, step = (
        [out.whole("0"), limits[0], out.whole("1")] if len(limits) == 1 else [*limits, out.whole("1")][:3]
    )
    return CRange(start, step, out.checked("abidance_int", f"abidance_range({start}, {stop}, {step}"))


def extreme(out: Emitter, name: str, values: list[Number]) -> AnyValue:
    """Return the least or greatest number: of equal ones the first, and beside NaN what Python takes."""
    first, *rest = values
    best: AnyValue = first
    for value in rest:
        found = JoinedVariable(out)
        better = compared(out, "<" if name == "min" else ">", value, number(out, best))
        with out.block(f"if ({better})"):
            found.put(value)
        with out.block("else"):
            found.put(best)
        best = found.settle()
    return best
