"""Pointers that a call has left into the caller's memory: how far in each leads, and which lead out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from abidance.boundary.decode.windows import pointed_at
from abidance.boundary.values.element_lengths import lengths_beside
from abidance.boundary.values.memory import null_or_somewhere
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.types import WithinShape
    from abidance.boundary.values.views import Views
    from abidance.plan.observation import Returned


@dataclass(slots=True)
class WithinPointers:
    """The pointers of one call into memory that it was given; `astray` are those that lead out of it."""

    placed: PlacedCall
    returned: Returned
    astray: list[tuple[str, WithinShape, int]] = field(default_factory=list)

    def place(self, shape: WithinShape, raw: bytes, path: str) -> Any:
        """Return how far into the caller's memory a pointer points, in elements."""
        if not any(raw) or path not in self.placed.follows:
            return null_or_somewhere(raw)
        distance, room = pointed_at(self.placed, self.returned, path), self.placed.sizes.get(shape.whose, 0)
        if distance is None:
            return None
        if distance % shape.unit or not 0 <= distance <= room:
            self.astray.append((path, shape, distance))
        return distance // shape.unit

    def viewed(self, each: Views, value: object, after: Mapping[str, object]) -> object:
        """Return pointers of an array with what they lead to, where an array that the call leaves tells how much."""
        pointer = each.pointers[0]
        clause, memory = pointer.shape.length, after.get(each.whose)
        told = lengths_beside(self.placed.function.members, clause) if clause is not None else None
        lengths = after.get(told.name) if told is not None else None
        if not isinstance(value, list) or not isinstance(memory, bytes) or not isinstance(lengths, list):
            return value
        found = list(value)
        for n, count in enumerate(lengths[: len(value)]):
            start = self._viewed(each, pointer.path, 0, n)
            if start is None or not 0 <= start <= len(memory):
                continue  # that is judged whatever it leads to
            if 0 <= count <= len(memory) - start:
                found[n] = memory[start : start + count]
            else:
                self.astray.append((f"{each.parameter}[{n}]", each.place(pointer), start + count))
        return found

    def judge_views(self, each: Views, value: object) -> None:
        """Note the pointers of a record, or of each in a list, that do not lead into the memory which is promised."""
        room = self.placed.sizes.get(each.whose, 0)
        for n, element in enumerate(value if isinstance(value, list) else [value]):
            for number, pointer in enumerate(each.pointers):
                start = self._viewed(each, pointer.path, number, n)
                if start is None:
                    continue
                seen = _at(element, pointer.path)
                end = start + (len(seen) * pointer.shape.unit if isinstance(seen, bytes | list) else 0)
                if not 0 <= start <= end <= room:
                    path = f"{each.parameter}{f'[{n}]' if each.array else ''}{pointer.path}"
                    self.astray.append((path, each.place(pointer), end if 0 <= start <= room else start))

    def _viewed(self, each: Views, path: str, number: int, n: int) -> int | None:
        """Return how many bytes after the start of the memory a pointer leads; None where it is NULL, or unknown."""
        follows, whole = self.placed.follows, f"{each.key}{path}"
        if path and whole in follows:
            found = self.returned.followed[follows.index(whole)]
        elif each.key in follows:
            group = self.returned.followed[follows.index(each.key)].behind[number]
            if n >= len(group):
                return None
            found = group[n]
        else:
            return None
        read = found.reach is PointerReadStatus.READ
        return int.from_bytes(found.contents, "little", signed=True) if read else None


def _at(value: object, path: str) -> object:
    """Return what stands at a path in a record, such as ``.scheme.first`` or ``.parts[2].text``; None for nothing."""
    for part in path.replace("]", "").replace("[", ".").split(".")[1:]:
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
