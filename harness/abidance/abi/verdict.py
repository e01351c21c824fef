"""What a change means for those who use the library."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """From harmless to harmful; `UNKNOWN` stands between, because it is never taken for harmless."""

    COMPATIBLE = "compatible"
    RISKY = "risky"
    UNKNOWN = "unknown"
    BREAKING = "breaking"


_ORDER = tuple(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the most harmful verdict; COMPATIBLE when there are none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.COMPATIBLE)


def mildest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the least harmful verdict; BREAKING when there are none."""
    return min(verdicts, key=_ORDER.index, default=Verdict.BREAKING)
