"""In which order, how often and on how many threads the calls of a plan are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Order(IntEnum):
    """In which order lanes make their calls."""

    ALONE = 0
    """One lane after the other."""
    MIXED = 1
    """In turns, on one thread: what differs from `ALONE` depends on more than its own lane."""
    TOGETHER = 2
    """Each on a thread of its own, all at once."""
    TRAPPED = 3
    """One lane after the other, with system calls seen."""
    WITHIN = 4
    """The second of two from a callback of the first."""
    TIMED = 5
    """Over and over, each call between two readings of the clock."""
    STREAMED = 6
    """Over and over, all at once, with nothing in between."""
    STEPPED = 7
    """Once, with its instructions counted, up to `FEWEST_STEPS` times 2 to the power of `rounds`."""
    CONTENDED = 8
    """All at once, each call of the first between two readings of the clock, the others over and over meanwhile."""
    RECORDED = 9
    """As `ALONE`, with the answers of all rounds kept."""
    PAUSED = 10
    """As `RECORDED`, with a pause in the middle of each lane's rounds."""
    GATHERED = 11
    """As `TOGETHER`, with the answers of all rounds kept."""


MEASURED = frozenset((Order.TIMED, Order.STREAMED, Order.STEPPED, Order.CONTENDED))
"""Orders in which calls are made for what they cost."""


KEPT = frozenset((Order.RECORDED, Order.PAUSED, Order.GATHERED))
"""Orders in which `Returned.measured` is how many nanoseconds the rounds took, and what each of them answered."""


FEWEST_STEPS = 1 << 10


@dataclass(frozen=True, slots=True)
class ConcurrentCalls:
    """`count` calls, from the one under test on, each made about 2 to the power of `rounds` times.

    With `steady`, calls that are measured end when one answers otherwise than the first.
    """

    count: int
    rounds: int
    order: Order = Order.ALONE
    steady: bool = False
