"""What a call has made of its windows: how far it read in them or wrote, and what there is now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.decode.call_values import WindowUse
from abidance.boundary.decode.windows import contents_of, pointed_at
from abidance.boundary.encode.windows import ITS_END
from abidance.boundary.model.traversal import beside
from abidance.boundary.values.sizes import count_after
from abidance.contract.expression import Unavailable, spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.decode.windows import HeldWindow
    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.types import PointerShape, RecordShape
    from abidance.plan.observation import Returned


@dataclass(slots=True)
class WindowUses:
    """The windows of one call after it; `uses` are what became of those that were looked at, in that order."""

    placed: PlacedCall
    returned: Returned
    memory: Mapping[int, bytes]
    held: Mapping[str, HeldWindow]
    """By path, the windows as they were before the call."""
    uses: list[WindowUse] = field(default_factory=list)

    def of_parameter(self, shape: PointerShape, path: str) -> object:
        """Return what became of a window that is a parameter, as `of_member` does."""
        return self._use(shape, path, self._counted(shape))

    def of_member(self, shape: PointerShape, path: str, record: RecordShape, raw: bytes) -> object:
        """Return what is left of a record's window that is read, or what the call has written to one that is written.

        `raw` is the record now.
        """
        told, done = _numbers(record, raw, shape.window, shape.position)
        return self._use(shape, path, None if shape.end else told - done, done)

    def come_as_far(
        self,
        shape: PointerShape,
        path: str,
        raw: bytes,
        given: object,
        after: Mapping[str, object],
        before: Mapping[str, object],
    ) -> object:
        """Return what is left of memory that is read, or what was written, as the position beside it tells."""
        unit = shape.unit
        name = spelling(shape.position)
        clause = shape.length if shape.direction.read else shape.capacity
        whole, then, now = (
            count_after(clause, before, before) if clause is not None else None,
            0 if shape.position == shape.window else before.get(name),
            after.get(name),
        )
        if whole is None or not isinstance(then, int) or not isinstance(now, int):
            return Unavailable(f"nothing tells how far `{path}` was read or written")
        self.uses.append(WindowUse(path, shape, whole - then, whole - now, (now - then) * unit))
        if not then <= now <= whole:
            return Unavailable(f"`{shape.position}` is none of the numbers from {then} to {whole}")
        if shape.direction.read:
            assert isinstance(given, bytes | list)
            return given[now:]
        return contents_of(shape, raw[then * unit : now * unit])

    def _counted(self, shape: PointerShape) -> int | None:
        """Return what counts what is left of a window that is a parameter; None where nothing does."""
        raw = self.memory.get(self.placed.places.get(shape.window, -1))
        return None if raw is None else int.from_bytes(raw, "little")

    def _use(self, shape: PointerShape, path: str, left: int | None, done: int = 0) -> object:
        """Return what is left of a window that is read, or what the call has written to one that is written."""
        window, held, unit = self.placed.windows[path], self.held[path], shape.unit
        if not held.known:
            return Unavailable(f"`{path}` was to be moved by a call that was not made")
        at = pointed_at(self.placed, self.returned, path)
        moved = None if at is None else at + done * unit - held.start
        if left is None:
            left = max(held.size - (moved or 0), 0) // unit if moved is not None else 0
        changed = ""
        if shape.position and at is not None and (window.before is None or window.moved):
            # Only the position moves: the pointer leads to where it did, and there is as much as there was.
            beginning, whole = held.start - window.start, (held.size + window.start) // unit
            count = beside(path, shape.window)
            changed = path if at != beginning else count if left + done != whole else ""
        if shape.end and pointed_at(self.placed, self.returned, f"{path}{ITS_END}") != held.start + held.size:
            changed = beside(path, shape.end)
        self.uses.append(WindowUse(path, shape, held.size // unit, left, moved, changed))
        if moved is None:
            return None
        if not 0 <= moved <= held.size:
            return Unavailable(f"`{path}` points to memory that is none of the caller's")
        raw = self.memory.get(window.block, b"")
        contents = (
            raw[held.start : held.start + moved]
            if held.contents is None
            else held.contents[moved : moved + left * unit]
        )
        return contents_of(shape, contents)


def _numbers(shape: RecordShape, raw: bytes, *names: str) -> list[int]:
    """Return whole numbers among a record's fields, 0 where there is no such field."""
    members = {member.name: member for member in shape.members}
    found = [members.get(name) for name in names]
    return [
        0 if m is None else int.from_bytes(raw[m.offset : m.offset + m.shape.size], "little") for m in found
    ]
