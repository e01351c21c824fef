"""Windows that go on from one call to the next: where they lie, and what is put behind what is left of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encoded_plan import PlacedWindow
from abidance.boundary.model.traversal import windows, windows_of
from abidance.boundary.model.types import PointerShape, ScalarShape
from abidance.boundary.values.sizes import room
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.encode.blocks import Blocks
    from abidance.boundary.encode.call_state import CallBuilder, LiveHandle, PlanDraft
    from abidance.boundary.model.types import RecordShape
    from abidance.boundary.model.values import Value, Values

ITS_END = "{end}"
"""Ends the path of the pointer that tells where a window ends."""
_MOST = (1 << 63) - 1
_LENT = ("", "call")


class Windows:
    """Lays out the windows of one handle for one call: `record` in block `storage`, which a parameter points at."""

    def __init__(
        self, draft: PlanDraft, blocks: Blocks, record: RecordShape, storage: int, path: str, live: LiveHandle
    ) -> None:
        self._draft = draft
        self._blocks = blocks
        self._record = record
        self._storage = storage
        self._path = path
        self._live = live

    def go_on(
        self, state: Values, names: Collection[str], scope: Mapping[str, object], builder: CallBuilder
    ) -> frozenset[str]:
        """Have windows go on where the call before has left them; return the fields that need no value then.

        Those in `names` get what `state` has behind what is left; those of which nothing is said stay as they are.
        """
        settled: set[str] = set()
        for member, count in windows(self._record.members):
            earlier, path = self._live.windows.get(member.name), f"{self._path}.{member.name}"
            if earlier is None:
                continue
            if member.name not in state:
                place(path, replace(earlier, contents=b"", size=0, moved=False), self._live, builder)
            elif member.name in names:
                move(self._blocks, path, earlier, state[member.name], scope, self._live, builder)
                settled |= {member.name, count.name}
            elif earlier.shape.lifetime in _LENT:
                builder.takes_back.append(earlier.block)
        return frozenset(settled)

    def begin(self, state: Values, settled: Collection[str], builder: CallBuilder) -> None:
        """Note the windows that are new: their memory stays the library's for as long as they go on."""
        for member, count in windows(self._record.members):
            path = f"{self._path}.{member.name}"
            block = builder.places.get(path)
            if member.name not in state or member.name in settled:
                continue
            if block is None:
                builder.closed.append((self._live, member.name))
                continue
            there, shape = self._draft.blocks[block], member.shape
            assert there is not None
            assert isinstance(shape, PointerShape)
            if block in builder.lent:
                builder.lent.remove(block)
            contents = there.contents if shape.direction.read else None
            size = len(there.contents) if shape.direction.read else there.size
            window = PlacedWindow(
                shape,
                self._storage,
                member.offset,
                block,
                size,
                contents,
                self._storage,
                count,
                key=member.name,
                capacity=size,
            )
            place(path, window, self._live, builder)


def place(path: str, window: PlacedWindow, live: LiveHandle, builder: CallBuilder) -> None:
    """Note where a window of a handle lies in a call."""
    builder.windows[path] = window
    builder.owned[path] = live
    builder.places[path] = window.block
    if window.shape.direction.written:
        builder.watched.append(window.block)


def move(
    blocks: Blocks,
    path: str,
    earlier: PlacedWindow,
    value: Value,
    scope: Mapping[str, object],
    live: LiveHandle,
    builder: CallBuilder,
) -> None:
    """Have a window go on in memory of its own, with `value` behind what is left of it.

    Where the call was not made that was to leave it, nothing is known of it, and this one is not made either.
    """
    shape, count, position = earlier.shape, earlier.count, earlier.position
    assert count is not None
    assert earlier.before is not None
    builder.conditions.append(p.Condition(earlier.before[0], (), signed=False))
    assert isinstance(count.shape, ScalarShape)
    more = b"" if value is None else blocks.bytes_of(shape, value, path, scope, builder)
    added = 0 if shape.direction.read or value is None else room(shape, value, scope)
    more = more if shape.direction.read else b""
    size = len(more) + added
    most = min(int(count.shape.highest) * shape.unit, _MOST)
    capacity = min(earlier.capacity + size, max(earlier.capacity, most))
    made = p.Block(capacity, max(shape.element.align, shape.align_to), p.Access.WRITE)
    block = blocks.new_block(made, builder, shape.lifetime)
    if shape.lifetime in _LENT:
        builder.takes_back.append(earlier.block)
        if not is_parameter(earlier.key):
            builder.lent.remove(block)
    builder.carries.append(
        p.WindowMove(
            earlier.record,
            earlier.pointer,
            earlier.counter,
            count.offset,
            position.offset if position is not None else None,
            count.shape.size,
            shape.unit,
            earlier.block,
            block,
            p.Value(more),
            added,
            most,
            shape.direction.read,
            blocks.leftmost,
        )
    )
    window = replace(
        earlier,
        block=block,
        size=size,
        contents=more if shape.direction.read else None,
        moved=True,
        capacity=capacity,
        most=most,
        leftmost=blocks.leftmost,
        start=0,
    )
    place(path, window, live, builder)


def is_parameter(key: str) -> bool:
    """Tell whether a window of a handle is a parameter of the calls on it."""
    return key.startswith("*")


def note_parameters(draft: PlanDraft, builder: CallBuilder) -> None:
    """Note what counts what is left of the windows that are parameters, and whose they are."""
    live = next(iter(builder.lives.values()), None)
    for window in windows_of(builder.function):
        placed = builder.windows.get(window.path)
        counter = builder.places.get(window.counter)
        if placed is None or placed.key or counter is None:
            continue
        there = draft.blocks[placed.block]
        assert there is not None
        start = 0
        if window.position is not None:
            raw = draft.blocks[counter].contents  # type: ignore[union-attr]
            first, width = window.position.offset, window.position.shape.size
            start = int.from_bytes(raw[first : first + width], "little") * placed.shape.unit
        builder.windows[window.path] = replace(
            placed,
            counter=counter,
            count=window.count,
            position=window.position,
            key=window.key if live is not None else "",
            capacity=placed.size,
            start=start,
        )
        if live is not None:
            builder.owned[window.path] = live


def settle(builder: CallBuilder, index: int) -> None:
    """Have the handles that a call has used remember the windows that it leaves."""
    for live, name in builder.closed:
        live.windows.pop(name, None)
    for path, live in builder.owned.items():
        window = builder.windows[path]
        live.windows[window.key] = replace(window, before=(index, path))


def ended(builder: CallBuilder, live: LiveHandle) -> list[int]:
    """Return the memory of windows that is taken back once a call has ended their handle."""
    return [
        builder.windows[path].block
        for path, owner in builder.owned.items()
        if owner is live
        and builder.windows[path].shape.lifetime in _LENT
        and not is_parameter(builder.windows[path].key)
    ]


def looked_at(builder: CallBuilder) -> tuple[tuple[str, p.PointerRead], ...]:
    """Return what tells where the pointers of a call's windows lead once it has come back, by their paths."""
    found = [
        (path, p.PointerRead(p.ValuePlace(window.record, window.pointer), within=window.block))
        for path, window in builder.windows.items()
    ]
    for path, window in builder.windows.items():
        if window.shape.end:
            end = p.ValuePlace(window.record, window.pointer + window.shape.end_at)
            found.append((f"{path}{ITS_END}", p.PointerRead(end, within=window.block)))
    return tuple(found)
