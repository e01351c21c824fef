"""A line of figures in the height of a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"


def sparkline(values: Sequence[float | None]) -> str:
    """Return a bar for each value, from the lowest to the highest of them; a space where there is none."""
    seen = [each for each in values if each is not None]
    low, span = min(seen, default=0.0), max(seen, default=0.0) - min(seen, default=0.0)
    return "".join(" " if each is None else _bar((each - low) / span if span else 0.0) for each in values)


def _bar(share: float) -> str:
    return _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)]
