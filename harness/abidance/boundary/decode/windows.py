"""Windows as a call finds them, and as it leaves them for the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.boundary.values.memory import shallow, unpack
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCall, PlacedWindow
    from abidance.boundary.model.types import PointerShape
    from abidance.boundary.model.values import Value
    from abidance.plan.observation import Observation, Returned


@dataclass(frozen=True, slots=True)
class HeldWindow:
    """A part of a block, in bytes: `contents` are what stands there, None for room.

    Where a window lies is not `known` when the call was not made that was to move it.
    """

    start: int
    size: int
    contents: bytes | None
    known: bool = True


def held(encoded: Encoded, observation: Observation, index: int, path: str) -> HeldWindow:
    """Return a window as it is just before call `index`: what was left of it, with what the call puts behind that."""
    way = [(index, path)]  # not by recursion: a call may be made a thousand times in a row
    while (before := encoded.calls[way[-1][0]].windows[way[-1][1]].before) is not None:
        way.append(before)
    there = _at_first(encoded.calls[way[-1][0]].windows[way[-1][1]])
    for earlier, later in zip(way[:0:-1], way[-2::-1], strict=True):
        rest = _left(encoded, observation, *earlier, there)
        there = _with_more(encoded.calls[later[0]].windows[later[1]], rest)
    return there


def _at_first(window: PlacedWindow) -> HeldWindow:
    contents = window.contents[window.start :] if window.contents is not None else None
    return HeldWindow(window.start, max(window.size - window.start, 0), contents)


def _with_more(window: PlacedWindow, rest: HeldWindow) -> HeldWindow:
    """Return what was left of a window, with what is put behind that."""
    if not window.moved:
        return rest
    size = min(rest.size + window.size, max(rest.size, window.most))
    size -= size % window.shape.unit
    start = 0 if window.leftmost else window.capacity - size
    if rest.contents is None or window.contents is None:
        return HeldWindow(start, size, None, rest.known)
    return HeldWindow(start, size, (rest.contents + window.contents)[:size], rest.known)


def _left(
    encoded: Encoded, observation: Observation, index: int, path: str, before: HeldWindow
) -> HeldWindow:
    """Return a window as call `index` has left it that found it as `before`."""
    placed, returned = encoded.calls[index], observation.calls[index]
    window = placed.windows[path]
    nothing = HeldWindow(0, 0, None if window.contents is None else b"")
    if not returned.ran:
        # What was to be moved was not: the pointer still leads to where it did before.
        stays = window.before is not None and not window.moved
        return before if stays else replace(nothing, known=False)
    assert window.count is not None
    watched = encoded.plan.calls[index].watched
    raw = returned.blocks[watched.index(window.counter)]
    count, done = (
        int.from_bytes(raw[m.offset : m.offset + m.shape.size], "little") if m is not None else 0
        for m in (window.count, window.position)
    )
    size, at = max(count - done, 0) * window.shape.unit, pointed_at(placed, returned, path)
    at = None if at is None else at + done * window.shape.unit
    if at is None or not 0 <= at <= window.capacity - size:
        return nothing
    if before.contents is None:
        return HeldWindow(at, size, None)
    skipped = max(at - before.start, 0)
    return HeldWindow(at, size, before.contents[skipped : skipped + size].ljust(size, b"\0"))


def pointed_at(placed: PlacedCall, returned: Returned, path: str) -> int | None:
    """Return how many bytes after the start of its block the pointer of a window leads; None where it is NULL."""
    followed = returned.followed[placed.follows.index(path)]
    if followed.reach is not PointerReadStatus.READ:
        return None
    return int.from_bytes(followed.contents, "little", signed=True)


def contents_of(shape: PointerShape, raw: bytes) -> Value:
    """Return what stands in memory that a pointer leads to: bytes, text, or the elements of an array."""
    if shape.what is not What.ARRAY:
        return raw
    size = shape.unit
    return [unpack(shape.element, raw[at : at + size], "", shallow) for at in range(0, len(raw), size)]
