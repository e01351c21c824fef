"""How often kept callbacks were invoked in all, `in_all`: from the call that gives one until its handle is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.types import HandleShape
from abidance.native.target.c_text import words
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.contract.expression import Expression
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.tables import Tables

_MOST = "((abidance_int)1 << 62)"


def refused(boundary: Boundary, made: CompiledCallback) -> str:
    """Return why the invocations of a callback are not counted in all; empty where they are."""
    shape = made.shape
    life = boundary.handles.get(shape.lasts_with)
    if shape.until or not made.has_scripts or life is None or life.destroy is None:
        return "how often a callback is invoked in all, whose time another call ends or that has no script of its own"
    ends = boundary.functions.get(life.destroy)
    if life.acquire is not None or ends is None or ends.rejects:
        return (
            "how often a callback is invoked until all references are gone, or where the end may be refused"
        )
    given = (m.shape for each in boundary.functions.values() for m in each.members)
    if any(
        isinstance(s, HandleShape) and s.handle == life.name and (s.owner or s.owned or s.into) for s in given
    ):
        return "how often a callback is invoked as long as another handle may hold that with which it lasts"
    return ""


def counts(shape: CallbackShape) -> bool:
    """Tell whether the contract says how often a callback is invoked in all."""
    return shape.counted_in_all is not None


def keep_total(
    drawer: ArgumentDrawer, made: CompiledCallback, path: str, after: AfterCall, tables: Tables
) -> None:
    """Compile that a call has given a callback which is counted in all, where it succeeded."""
    shape, out = made.shape, drawer.out
    bounds = [each for each in (shape.least_in_all, shape.most_in_all) if each is not None]
    if reason := refused(drawer.boundary, made):
        drawer.clauses.leave(reason, bounds[0] if bounds else None)
        return
    kind = tables.kind(shape.lasts_with)
    ident = next((i for _, each, i in drawer.handles if each.handle == shape.lasts_with), "")
    if not ident and not any(each.handle == shape.lasts_with for _, each in left_by(drawer.function)):
        return
    null = drawer.places.slots[tuple(path.split("."))].null
    with out.block(f"if (judges && success{f' && !{null}' if null else ''})"):
        out(f"abidance_int least = 0, most = {_MOST};")
        bounded = ((shape.least_in_all, "least"), (shape.most_in_all, "most"))
        known = " && ".join((f"!{made.name}.mixed", *(_bound(after, each, name) for each, name in bounded)))
        whose, what = words(drawer.function.name), words(f"{path}:in_all")
        total = f"{ident or f'abidance_made[{kind}]'}, &{made.name}.all, least, most, {whose}, {what}"
        out(f"if ({known}) abidance_total_counts((abidance_total){{{total}}});")


def _bound(after: AfterCall, clause: Expression | None, into: str) -> str:
    """Return the condition that a bound is known, which it sets."""
    if clause is None:
        return "1"
    try:
        return f"({after.clauses.number(clause, after.now(), into, after.before())}) == 1"
    except NotCompiledError as error:
        after.clauses.leave(error.reason, clause)
        return "0"


def count_out(drawer: ArgumentDrawer) -> None:
    """Compile that the callbacks are counted of a handle that a call has ended."""
    for _, shape, ident in drawer.handles:
        if drawer.boundary.handles[shape.handle].destroy == drawer.function.name:
            gone = f"judges && {ident} && !abidance_find((unsigned){ident})->there"
            drawer.out(f"if ({gone}) abidance_counted_out((unsigned){ident});")
