"""Compiles numbers that are taken from the input, and those of records that are one of some rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.native.target.c_text import integer, load, real
from abidance.native.target.input_format import Number, RealNumber, RowByte, RowNull, RowNumber

if TYPE_CHECKING:
    from abidance.native.target.drawing import ArgumentDrawer


class NumberDrawing:
    """The numbers of one call's arguments."""

    def __init__(self, drawer: ArgumentDrawer) -> None:
        self._drawer = drawer
        self._out = drawer.out

    def step(self, step: Number | RealNumber | RowByte | RowNumber | RowNull) -> None:
        """Compile one of them."""
        match step:
            case Number():
                self._number(step)
            case RealNumber():
                self._real(step)
            case RowByte():
                row = self._drawer.rows[step.path] = self._out.fresh("row")
                self._out(f"unsigned {row} = abidance_byte() % {len(step.rows)}u;")
            case RowNumber():
                whole = step.shape.kind != "float"
                tables = self._drawer.tables
                table = tables.numbers([int(n) for n in step.values]) if whole else tables.reals(step.values)
                self._drawer.put(step.path, step.shape, f"{table}[{self._drawer.rows[step.row]}]")
            case RowNull():
                slot, null = self._drawer.slot(step.path), self._out.fresh("null")
                table = self._drawer.tables.flags([int(each) for each in step.values])
                self._out(f"int {null} = {table}[{self._drawer.rows[step.row]}];")
                slot.null = null
                self._drawer.be_null(step.path, null)

    def _number(self, step: Number) -> None:
        table = self._drawer.tables.numbers(step.mentioned)
        if step.listed:
            drawn = f"abidance_one_of({table}, {len(step.mentioned)})"
        else:
            low, high = integer(step.low), integer(step.high)
            if step.relations:
                low, high = self._related(step)
            signed = int(step.shape.signed)
            drawn = (
                f"abidance_draw_number({step.bits}, {signed}, {low}, {high}, {table}, {len(step.mentioned)})"
            )
        self._drawer.put(step.path, step.shape, drawn)

    def _related(self, step: Number) -> tuple[str, str]:
        """Return the ends of a number that others, made before it, limit."""
        low, high = self._out.fresh("low"), self._out.fresh("high")
        self._out(f"abidance_int {low} = {integer(step.low)}, {high} = {integer(step.high)};")
        for operator, other in step.relations:
            value = load(*self._drawer.number(other))
            end, than, change = {
                "<": (high, "<", " - 1"), "<=": (high, "<", ""), ">": (low, ">", " + 1"), ">=": (low, ">", ""),
                "==": (low, ">", ""),
            }.get(operator, ("", "", ""))  # fmt: skip
            if end:
                self._out(
                    f"{{ abidance_int other = (abidance_int){value}{change}; if (other {than} {end}) {end} = other; }}"
                )
            if operator == "==":
                self._out(
                    f"{{ abidance_int other = (abidance_int){value}; if (other < {high}) {high} = other; }}"
                )
        self._out(f"if ({low} > {high}) goto unlawful;")
        return low, high

    def _real(self, step: RealNumber) -> None:
        table = self._drawer.tables.reals(step.mentioned)
        anything = int(step.low == float("-inf") and step.high == float("inf"))
        drawn = (
            f"abidance_draw_real({min(step.shape.size, 8)}, {real(step.low)}, {real(step.high)}, {anything}, {table}, "
            f"{len(step.mentioned)})"
        )
        self._drawer.put(step.path, step.shape, drawn)
