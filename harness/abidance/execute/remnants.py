"""Looks for secrets in what calls have left behind: blocks that they freed, and the stack below their caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.plan.remnants import (
    LEAST_BYTES,
    LEAST_COPY,
    LEAST_DIFFERENT,
    PART,
    READ,
    Remains,
    Remnant,
    WhereLeft,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.plan.observation import PointerReadResult
    from abidance.plan.plan import Secrets
    from abidance.watch.arena import Arena

_MOST_REMNANTS = 4
_LONGEST = 4096
"""So many bytes of a secret are looked for."""


class SecretSearch:
    """Secrets of one call: looked for in what that call leaves, and in blocks that later ones free.

    It copies the contents of the secrets' blocks; its own copies are neither on the stack nor in the library's heap.
    """

    def __init__(self, arena: Arena, secrets: Secrets, *, stack: bool) -> None:
        """Take what the secrets are before the call, and have what it leaves copied."""
        self._arena, self._secrets = arena, secrets
        self._known = [
            (block, arena.contents(block).removesuffix(b"\0"), LEAST_COPY) for block in secrets.given
        ]
        for number, (block, offset, size) in enumerate(secrets.parts):
            raw = arena.contents(block)[offset : offset + size]
            self._known.append((PART | number, raw, LEAST_COPY))
        self._is_made = False
        arena.begin_remnants(stack=stack)

    def again(self) -> None:
        """Have what the next call leaves in freed blocks copied. What it leaves on the stack is not this secret's."""
        self._arena.begin_remnants(stack=False)

    def look(self, followed: Sequence[PointerReadResult], wiped: Sequence[int] = ()) -> Remains:
        """Return what the call that is over has left behind, also in blocks that have to be `wiped` then.

        `followed` is what its reads have read.
        """
        if not self._is_made:
            self._is_made = True
            for number in self._secrets.read:
                self._known.append((READ | number, followed[number].contents.removesuffix(b"\0"), LEAST_COPY))
            for block in self._secrets.made:
                raw = _written(self._arena.contents(block))
                self._known.append((block, raw, max(LEAST_COPY, len(raw) // 2)))
        blocks, stack, complete = self._arena.remnants()
        self._arena.end_remnants()
        sought = [(block, raw, least) for block, raw, least in self._known if is_recognisable(raw)]
        found: list[Remnant] = []
        for block, raw, least in sought:
            for size, memory in blocks:
                found += [
                    Remnant(WhereLeft.FREED, block, size, offset, length)
                    for offset, length in copies(raw, memory, least)
                ]
            found += [
                Remnant(WhereLeft.STACK, block, len(stack), len(stack) - offset, length)
                for offset, length in copies(raw, stack, least)
            ]
            for each in wiped:
                memory = self._arena.contents(each)
                found += [
                    Remnant(WhereLeft.DESTROYED, block, len(memory), offset, length)
                    for offset, length in copies(raw, memory, least)
                ]
        return Remains(bool(stack), complete, len(sought), tuple(found[:_MOST_REMNANTS]))


def _written(contents: bytes) -> bytes:
    """Return what was made, without what was there before where memory is not full."""
    return contents.rstrip(contents[-1:])


def is_recognisable(secret: bytes) -> bool:
    """Tell whether a copy of a secret cannot be there by chance: it is long enough, and of different bytes."""
    return next(_windows(secret), None) is not None


def copies(secret: bytes, memory: bytes, least: int) -> Iterator[tuple[int, int]]:
    """Yield where in memory the longest copy of a part of the secret begins, and how long it is, if it is long enough.

    That is `least` bytes, or the whole of a shorter secret.
    """
    best = (0, 0)
    for at, window in _windows(secret):
        found = memory.find(window)
        while found >= 0:
            before = _alike(reversed(secret[:at]), reversed(memory[max(found - at, 0) : found]))
            after = _alike(secret[at:], memory[found : found + len(secret) - at])
            best = max(best, (before + after, found - before))
            found = memory.find(window, found + after)
        if best[0] >= len(secret):
            break
    length, begin = best
    if length >= min(least, len(secret)):
        yield begin, length


def _windows(secret: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield parts of a secret of which each longer copy has one whole: those that nothing else looks like."""
    for at in range(0, min(len(secret), _LONGEST) - LEAST_BYTES + 1, LEAST_BYTES):
        window = secret[at : at + LEAST_BYTES]
        if len(set(window)) >= LEAST_DIFFERENT:
            yield at, window


def _alike(one: Iterator[int] | bytes, other: Iterator[int] | bytes) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
