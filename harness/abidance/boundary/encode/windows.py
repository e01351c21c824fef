"""Windows of handles that the caller allocates: where they lie, and how they go on from one call to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encoded_plan import PlacedWindow
from abidance.boundary.model.traversal import windows
from abidance.boundary.model.types import PointerShape, ScalarShape
from abidance.boundary.values.sizes import room
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.encode.blocks import Blocks
    from abidance.boundary.encode.call_state import CallBuilder, LiveHandle, PlanDraft
    from abidance.boundary.model.types import Member, RecordShape
    from abidance.boundary.model.values import Value, Values

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
            earlier = self._live.windows.get(member.name)
            if earlier is None:
                continue
            if member.name not in state:
                self._place(member, replace(earlier, contents=b"", size=0, moved=False), builder)
            elif member.name in names:
                self._move(member, count, state[member.name], earlier, scope, builder)
                settled |= {member.name, count.name}
            elif earlier.shape.lifetime in _LENT:
                builder.takes_back.append(earlier.block)
        return frozenset(settled)

    def begin(self, state: Values, settled: Collection[str], builder: CallBuilder) -> None:
        """Note the windows that are new: their memory stays the library's for as long as they go on."""
        for member, count in windows(self._record.members):
            block = builder.places.get(f"{self._path}.{member.name}")
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
                shape, self._storage, member.offset, block, count, size, contents, capacity=size
            )
            self._place(member, window, builder)

    def _place(self, member: Member, window: PlacedWindow, builder: CallBuilder) -> None:
        path = f"{self._path}.{member.name}"
        builder.windows[path] = window
        builder.owned[path] = (self._live, member.name)
        builder.places[path] = window.block
        if window.shape.direction.written:
            builder.watched.append(window.block)

    def _move(
        self,
        member: Member,
        count: Member,
        value: Value,
        earlier: PlacedWindow,
        scope: Mapping[str, object],
        builder: CallBuilder,
    ) -> None:
        path, shape = f"{self._path}.{member.name}", earlier.shape
        assert isinstance(count.shape, ScalarShape)
        more = b"" if value is None else self._blocks.bytes_of(shape, value, path, scope, builder)
        added = 0 if shape.direction.read or value is None else room(shape, value, scope)
        more = more if shape.direction.read else b""
        size = len(more) + added
        most = min(int(count.shape.highest) * shape.unit, _MOST)
        capacity = min(earlier.capacity + size, max(earlier.capacity, most))
        lifetime = shape.lifetime
        made = p.Block(capacity, max(shape.element.align, shape.align_to), p.Access.WRITE)
        block = self._blocks.new_block(made, builder, lifetime)
        if lifetime in _LENT:
            builder.lent.remove(block)
            builder.takes_back.append(earlier.block)
        builder.carries.append(
            p.WindowMove(
                self._storage,
                member.offset,
                count.offset,
                count.shape.size,
                shape.unit,
                earlier.block,
                block,
                p.Value(more),
                added,
                most,
                shape.direction.read,
                self._blocks.leftmost,
            )
        )
        contents = more if shape.direction.read else None
        self._place(
            member,
            replace(
                earlier,
                block=block,
                size=size,
                contents=contents,
                moved=True,
                capacity=capacity,
                most=most,
                leftmost=self._blocks.leftmost,
            ),
            builder,
        )


def settle(builder: CallBuilder, index: int) -> None:
    """Have the handles that a call has used remember the windows that it leaves."""
    for live, name in builder.closed:
        live.windows.pop(name, None)
    for path, (live, name) in builder.owned.items():
        live.windows[name] = replace(builder.windows[path], before=(index, path))


def ended(builder: CallBuilder, live: LiveHandle) -> list[int]:
    """Return the memory of windows that is taken back once a call has ended their handle."""
    return [
        builder.windows[path].block
        for path, (owner, _) in builder.owned.items()
        if owner is live and builder.windows[path].shape.lifetime in _LENT
    ]


def looked_at(builder: CallBuilder) -> tuple[tuple[str, p.PointerRead], ...]:
    """Return what tells where the pointers of a call's windows lead once it has come back, by their paths."""
    return tuple(
        (path, p.PointerRead(p.ValuePlace(window.record, window.pointer), within=window.block))
        for path, window in builder.windows.items()
    )
