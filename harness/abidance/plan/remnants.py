"""What calls have left of secrets in memory that is nobody's any more, as the worker tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_BYTES, LEAST_DIFFERENT = 16, 8
"""A secret is looked for by so many bytes in a row, so many different ones: general registers that a call saves on the
stack hold 8 each, and zeros, text and counters are everywhere."""
LEAST_COPY = 40
"""A copy of a longer secret is one of so many bytes at least: more than a vector register of 32 bytes, or two of 16,
that a call saves, and what stands beside them by chance."""
_HEAD, _EACH = 4, 5
READ, PART = 1 << 30, 1 << 29
"""Added to the number of a call's read, or of a part among its secrets, where a secret is in no block of its own."""


class WhereLeft(IntEnum):
    """Where a copy is."""

    FREED = 0
    """In a heap block that the library has freed."""
    STACK = 1
    """On the stack, below the frame of whoever called the library."""
    DESTROYED = 2
    """In the memory of the caller's in which there was a handle."""


@dataclass(frozen=True, slots=True)
class Remnant:
    """A copy of a secret, or of a part of it, `length` bytes.

    `block` is the plan's block that holds the secret, or what `READ` or `PART` is added to; `size` is that of the block
    or of the stack that was looked at, in bytes. `offset` counts from the block's start, and on the stack down from the
    caller's frame.
    """

    where: WhereLeft
    block: int
    size: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Remains:
    """What a look for secrets has found after a call.

    `stack` tells whether the stack was looked at, `complete` whether all freed blocks were, `sought` how many secrets
    were looked for.
    """

    stack: bool
    complete: bool
    sought: int
    found: tuple[Remnant, ...] = ()


def as_numbers(remains: Remains) -> tuple[int, ...]:
    """Return what was found as numbers, for `Returned.measured`."""
    numbers = [int(remains.stack), int(remains.complete), remains.sought, len(remains.found)]
    for each in remains.found:
        numbers += [int(each.where), each.block, each.size, each.offset, each.length]
    return tuple(numbers)


def read_remains(numbers: Sequence[int]) -> Remains:
    """Return what `Returned.measured` says of a call after which secrets were looked for; raises ValueError."""
    if len(numbers) < _HEAD or len(numbers) != _HEAD + _EACH * numbers[3] or max(numbers[:2]) > 1:
        raise ValueError("nobody has looked for secrets there")
    found = []
    for at in range(_HEAD, len(numbers), _EACH):
        where, block, size, offset, length = numbers[at : at + _EACH]
        found.append(Remnant(WhereLeft(where), block, size, offset, length))
    return Remains(bool(numbers[0]), bool(numbers[1]), numbers[2], tuple(found))
