"""Calls that end the time of a callback before its handle is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import EarlierCallbackShape
from abidance.boundary.model.values import Earlier

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCallback


def is_to_end(encoded: Encoded, index: int, callback: PlacedCallback, *, on_it: bool) -> bool:
    """Tell whether a call ends the time of a callback, if it succeeds.

    One that is given a callback is about that alone, and any other about those of its handle, if it is `on_it`.
    """
    placed = encoded.calls[index]
    if index <= callback.call or placed.refused or placed.function.name not in callback.shape.until:
        return False
    named = (m.name for m in placed.function.members if isinstance(m.shape, EarlierCallbackShape))
    given = [each for name in named if (each := placed.arguments[name]) is not None]
    if not given:
        return on_it
    return any(
        isinstance(each, Earlier) and encoded.steps[each.call] == callback.call and each.path == callback.path
        for each in given
    )
