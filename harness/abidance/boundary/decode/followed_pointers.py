"""What a call has left behind pointers of the library's own, as far as they were followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    RESULT_NAME,
    ArrayShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import SOMEWHERE
from abidance.boundary.model.variants import living_of
from abidance.boundary.values.inner_pointers import EACH, MOST, ROOM, inner_path, inner_pointers
from abidance.boundary.values.memory import null_or_somewhere, shallow, unpack
from abidance.boundary.values.packed_records import unpack_records
from abidance.plan.observation import PointerReadStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import PackedRecords, Shape
    from abidance.boundary.model.values import Value
    from abidance.boundary.values.inner_pointers import InnerPointer
    from abidance.boundary.values.packed_records import BrokenRun
    from abidance.plan.observation import PointerReadResult, Returned


@dataclass(slots=True)
class FollowedPointers:
    """The pointers of one call that the library gave; what is wrong with them is kept by kind, each with its path."""

    placed: PlacedCall
    returned: Returned
    unterminated: list[str]
    """The paths of all strings of the call that have no NUL, in the order in which they are read."""
    asked: Mapping[str, PointerReadResult] = field(default_factory=dict)
    """By path, what was read after another function had told how much there is."""
    unreadable: dict[str, int] = field(default_factory=dict)
    """By path, how many bytes could be read behind pointers that lead to less than they are to."""
    nulls: list[tuple[str, PointerShape]] = field(default_factory=list)
    misaligned: list[tuple[str, int, int]] = field(default_factory=list)
    """Pointers that are not aligned as the contract says, each with its alignment and how far it is past that."""
    no_ranges: list[tuple[str, PointerShape]] = field(default_factory=list)
    broken_runs: list[BrokenRun] = field(default_factory=list)
    outside: list[tuple[str, ScalarShape, Real]] = field(default_factory=list)
    """Numbers that are none of those which the contract, or C, allows there."""
    _inner: dict[str, tuple[InnerPointer, PointerReadResult]] = field(default_factory=dict)
    """By path, what was read behind pointers in memory that was read as a whole."""

    def know_elements(self, path: str, shape: Shape, count: int) -> None:
        """Take what was read behind the pointers in the elements of an array of the caller's."""
        held = f"{path}{EACH}"
        if held in self.placed.follows:
            behind = self.returned.followed[self.placed.follows.index(held)].behind
            for n in range(count):
                self._inner |= _known(shape, behind, n, f"{path}[{n}]", MOST)

    def value(self, shape: PointerShape, raw: bytes, path: str, *, judged: bool) -> Value:
        """Return what the library has left behind a pointer of its own; `judged`: it may leave no other there."""
        budget, read = MOST, None
        if path in self._inner:
            inner, read = self._inner[path]
            shape, budget = inner.shape, inner.budget
        elif path in self.asked:
            read = self.asked[path]
        else:
            # Where a tag tells what a pointer leads to, each that it may be has a read, and one of them was made.
            several = zip(self.placed.follows, self.returned.followed, strict=False)
            reads = [each for followed, each in several if followed == path]
            read = next((each for each in reads if each.reach is not PointerReadStatus.NULL), None)
            read = read or next(iter(reads), None)
        if judged:
            self._judge(shape, raw, path, read)
        if not any(raw) and not _is_half(read):
            return None
        if path == RESULT_NAME and shape.capacity is not None:
            self._room()
        return SOMEWHERE if read is None else self._contents(shape, read, path, budget)

    def _room(self) -> None:
        """Note room that cannot be written to its end, where it was read before it was filled."""
        room = dict(zip(self.placed.follows, self.returned.followed, strict=False)).get(ROOM)
        if room is not None and room.reach is PointerReadStatus.UNREADABLE:
            self.unreadable[RESULT_NAME] = len(room.contents)

    def _judge(self, shape: PointerShape, raw: bytes, path: str, read: PointerReadResult | None) -> None:
        """Note a pointer that is NULL where it may not be, which its condition tells, or not aligned as is said."""
        past = int.from_bytes(raw[:8], "little") % shape.aligned
        if past:
            self.misaligned.append((path, shape.aligned, past))
        elif not any(raw) and not _is_half(read) and shape.nullable is not True:
            self.nulls.append((path, shape))

    def _contents(self, shape: PointerShape, read: PointerReadResult, path: str, budget: int) -> Value:
        """Return what was read behind a pointer that is not NULL, and behind those in it."""
        match read.reach:
            case PointerReadStatus.UNREADABLE:
                self.unreadable[path] = len(read.contents)
                return SOMEWHERE
            case PointerReadStatus.UNTERMINATED:
                self.unterminated.append(path)
            case PointerReadStatus.NO_RANGE:
                self.no_ranges.append((path, shape))
                return SOMEWHERE
        if shape.is_bare_room:
            return SOMEWHERE  # the caller's own
        if shape.records is not None:
            return self._records(shape.records, read.contents, path)
        raw, element, behind = read.contents, shape.element, read.behind
        match shape.what:
            case What.ONE:
                return self._element(element, raw, behind, 0, f"{path}{inner_path(shape)}", budget)
            case What.ARRAY:
                starts = range(0, len(raw) - element.size + 1, max(element.size, 1))
                return [
                    self._element(element, raw[at : at + element.size], behind, n, f"{path}[{n}]", budget)
                    for n, at in enumerate(starts)
                ]
        return raw

    def _records(self, records: PackedRecords, raw: bytes, path: str) -> Value:
        """Return the records that memory is full of."""
        found, broken = unpack_records(records, raw, path)
        if broken is not None:
            self.broken_runs.append(broken)
            return SOMEWHERE
        for n, record in enumerate(found):
            self.outside += numbers_outside(records.of, record, f"{path}[{n}]")
        return found

    def _element(
        self,
        shape: Shape,
        raw: bytes,
        behind: tuple[tuple[PointerReadResult, ...], ...],
        number: int,
        path: str,
        budget: int,
    ) -> Value:
        """Return element `number` of memory that was read, with what is `behind` its pointers."""
        if not behind:
            found = unpack(shape, raw, path, shallow)
            self.outside += numbers_outside(shape, found, path)
            return found
        known = _known(shape, behind, number, path, budget)

        def pointer(kind: Shape, address: bytes, where: str) -> Value:
            there = known.get(where)
            if isinstance(kind, PointerShape):
                self._judge(kind, address, where, there[1] if there is not None else None)
            if there is None or not (any(address) or _is_half(there[1])):
                return null_or_somewhere(address)
            inner, read = there
            return self._contents(inner.shape, read, where, inner.budget)

        found = unpack(shape, raw, path, pointer)
        self.outside += numbers_outside(shape, found, path)
        return found


def numbers_outside(shape: Shape, value: object, path: str) -> Iterator[tuple[str, ScalarShape, Real]]:
    """Yield the numbers in what the library has left that are not allowed where they are.

    Of a union without a tag nobody knows which alternative was written, so none can be wrong.
    """
    match shape:
        case ScalarShape() if isinstance(value, int | float | Fraction):
            if not shape.allows(value):
                yield path, shape, value
        case ArrayShape(of=of) | PointerShape(tail=True, element=of) if isinstance(value, list):
            for n, each in enumerate(value):
                yield from numbers_outside(of, each, f"{path}[{n}]")
        case RecordShape() if isinstance(value, dict):
            for member in living_of(shape, value).members:
                if not member.within:
                    yield from numbers_outside(member.shape, value.get(member.name), f"{path}.{member.name}")


def _is_half(read: PointerReadResult | None) -> bool:
    """Tell whether a pointer that is NULL has an end that is not."""
    return read is not None and read.reach is PointerReadStatus.NO_RANGE


def _known(
    shape: Shape, behind: tuple[tuple[PointerReadResult, ...], ...], number: int, path: str, budget: int
) -> dict[str, tuple[InnerPointer, PointerReadResult]]:
    """Return what was read behind the pointers in element `number` of some memory, by their paths."""
    found: dict[str, tuple[InnerPointer, PointerReadResult]] = {}
    for inner, group in zip(inner_pointers(shape, budget), behind, strict=False):
        where = f"{path}{inner.path}"
        # Of the reads of one pointer, of which a tag tells what it leads to, at most one was made.
        if number < len(group) and not (where in found and group[number].reach is PointerReadStatus.NULL):
            found[where] = inner, group[number]
    return found
