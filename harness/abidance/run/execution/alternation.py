"""What comes of a call, and what of other processes of the machine that do the same: calls and rests take turns."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

Key = TypeVar("Key")
Value = TypeVar("Value")

_IDLE_SECONDS = 0.01
_TURNS, _REST = 6, 3
"""So many calls and rests take turns, and a rest is so many times as long as a call."""


def after_each_call(
    call: Callable[[], Mapping[Key, Value]], rested: Callable[[], Collection[Key]]
) -> Mapping[Key, Value]:
    """Return what each call brings and no rest does, as the last call brought it.

    A rest is several times as long as a call: what other processes bring comes in rests more often than not, however
    much of it there is. `rested` tells what came since the call.
    """
    own: Mapping[Key, Value] | None = None
    for _ in range(_TURNS):
        started = time.monotonic()
        came = call()
        time.sleep(_IDLE_SECONDS + _REST * (time.monotonic() - started))
        others = rested()
        own = {key: value for key, value in came.items() if key not in others and (own is None or key in own)}
        if not own:
            break
    return own or {}
