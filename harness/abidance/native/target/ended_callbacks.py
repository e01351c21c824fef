"""Kept callbacks whose time another call ends, `until`: whoever invokes one of them later is found (ABD345)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.traversal import callbacks_of
from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.tables import Tables


def refused(boundary: Boundary, made: CompiledCallback) -> str:
    """Return why nobody notes when the time of a callback ends; empty where that is noted, or nothing ends it."""
    shape = made.shape
    if not shape.until:
        return ""
    life = boundary.handles.get(shape.lasts_with)
    if life is None or not made.has_scripts:
        return "when a callback's time ends which no handle keeps, or that answers by what it is given"
    given = (m.shape for each in boundary.functions.values() for m in each.members)
    if life.acquire is not None or any(
        isinstance(s, HandleShape) and s.handle == life.name and (s.owner or s.owned or s.into) for s in given
    ):
        return "when a callback's time ends that another handle, or reference, may still have"
    return ""


def end_times(drawer: ArgumentDrawer, tables: Tables) -> None:
    """Compile that a call which has succeeded ends the time of what its handles keep until then."""
    function = drawer.function
    ended = {
        shape.lasts_with
        for each in drawer.boundary.functions.values()
        for _, shape in callbacks_of(each.members)
        if function.name in shape.until
    }
    for _, shape, ident in drawer.handles:
        if shape.handle in ended:
            number = tables.function(function.name)
            drawer.out(f"if (success && {ident}) abidance_terms_end((unsigned){ident}, {number});")


def begin_times(drawer: ArgumentDrawer, tables: Tables) -> None:
    """Compile that the time has begun of what the call has given."""
    for path, made in drawer.places.callbacks.items():
        shape = made.shape
        if not shape.until or refused(drawer.boundary, made):
            continue
        ident = next((i for _, each, i in drawer.handles if each.handle == shape.lasts_with), "")
        if not ident and any(each.handle == shape.lasts_with for _, each in left_by(drawer.function)):
            ident = f"abidance_made[{tables.kind(shape.lasts_with)}]"
        if ident:
            null = drawer.places.slots[path].null
            given = f"success && {ident}{f' && !{null}' if null else ''}"
            time = f"(unsigned){ident}, {tables.until(shape.until)}, &{made.name}.ended"
            drawer.out(f"if ({given}) abidance_term_begins({time});")
