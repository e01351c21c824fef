"""With which user data callbacks are invoked: with that of a call which gives the callback (ABD342).

One that is kept by a handle has a script for each, and there may be many in one: with what any of these was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Path


def lasts_for_good(boundary: Boundary, shape: CallbackShape) -> bool:
    """Tell whether a callback may stay with the library when every handle is gone."""
    if shape.lifetime in ("", "call"):
        return False
    life = boundary.handles.get(shape.lasts_with)
    return life is None or life.destroy is None


def give_data(drawer: ArgumentDrawer, made: CompiledCallback, path: Path) -> None:
    """Compile that a call gives a callback, with the user data beside it."""
    if not made.user_data_size:
        return
    out, shape, given = drawer.out, made.shape, f"{made.name}.data"
    if not made.lasting:
        out(f"{given}.count = 0;")
    at = drawer.address((*path[: -1 - shape.around], shape.user_data))
    for_good = int(lasts_for_good(drawer.boundary, shape))
    out(f"abidance_give_data(&{given}, {at}, {made.user_data_size}, {for_good});")


def changed_data(made: CompiledCallback, at: str) -> str:
    """Return the condition that what comes back at a place is not what the callback was given with; empty for never."""
    return (
        f"!abidance_was_given(&{made.name}.data, {at}, {made.user_data_size})" if made.user_data_size else ""
    )
