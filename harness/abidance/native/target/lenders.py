"""Compiles for how long memory is lent: for the call, as long as a handle is there, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import spelling
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.types import PointerShape
    from abidance.native.target.drawing import ArgumentDrawer


def is_lasting(lifetime: str) -> bool:
    """Tell whether memory is there after the call."""
    return lifetime not in ("", "call")


def lender(lifetime: str, *, loose: bool = False) -> str:
    """Return what lends memory that lasts so long."""
    if lifetime == "static":
        return "abidance_lend_for_good"
    if is_lasting(lifetime):
        return "abidance_lend_lasting"
    return "abidance_lend_loose" if loose else "abidance_lend"


def lender_told(drawer: ArgumentDrawer, shape: PointerShape) -> str:
    """Compile what lends memory for as long as numbers of the call say: those that are no lengths are there by now."""
    out, members = drawer.out, drawer.function.members
    numbers = {m.name for m in members if isinstance(m.shape, ScalarShape)} - ties(members).keys()
    known = {*map(spelling, numbers), *drawer.boundary.constants}
    lent = out.fresh("lent")
    out(f"unsigned char *(*{lent})(size_t, size_t) = {lender('', loose=shape.misaligned)};")
    for lasts, condition in reversed(shape.lifetimes):
        if not condition.names <= known:
            raise NotCompiledError("how long memory is lent depends on more than numbers")
        with out.block(""):
            out(f"int told = {drawer.clauses.condition(condition, drawer.environment())};")
            out("if (told != 0 && told != 1) goto unlawful;")
            out(f"if (told) {lent} = {lender(lasts)};")
    return lent
