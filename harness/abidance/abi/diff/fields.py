"""Fields: where each is, what it is, and what became of those that are gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.abi.change import Change, in_bytes
from abidance.abi.diff.reserved_fields import is_reserved, tells_own_size
from abidance.abi.diff.types import TypeDifference
from abidance.abi.facts import UNKNOWN, Family
from abidance.abi.internal import is_internal_name
from abidance.ir.types import Array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import FieldFacts, RecordFacts
    from abidance.abi.lookup import TypeLookup

_BYTE = 8


@dataclass(frozen=True, slots=True)
class Bits:
    """A run of bits of a record, `end` exclusive."""

    start: int
    end: int

    def within(self, others: tuple[Bits, ...]) -> bool:
        """Tell whether one of the others covers this one."""
        return any(each.start <= self.start and self.end <= each.end for each in others)

    def meets(self, others: tuple[Bits, ...]) -> bool:
        """Tell whether this one shares a bit with one of the others."""
        return any(each.start < self.end and self.start < each.end for each in others)


def _joined(places: Iterable[Bits]) -> tuple[Bits, ...]:
    """Return the same bits in as few runs as they need: what two neighbours take, one of both may take."""
    found: list[Bits] = []
    for each in sorted(places, key=lambda each: each.start):
        if found and each.start <= found[-1].end:
            found[-1] = Bits(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    return tuple(found)


class PairedFields:
    """The fields of one record on both sides.

    `unmoved` is true when every field that callers use is where it was and as large as it was.
    """

    def __init__(
        self, context: DiffContext, old: RecordFacts, new: RecordFacts, exposure: frozenset[str]
    ) -> None:
        self._context = context
        self._old, self._new = old, new
        self._record = context.sides.old.name(old.key)
        # What the standard library calls its parts says nothing of the classes that have one as a member.
        named = "" if " std::" in old.key else self._record
        internal = is_internal_name(named.removesuffix("_t")) or is_internal_name(named)
        self._exposure = exposure | {"internal"} if internal else exposure
        self._before = _by_name(old)
        self._after = _by_name(new)
        self._found = list(self._in_blocks(self._all()))
        harmful = {"offset", "bits", "removed", "bit-field"}
        self.unmoved = not any(
            each.aspect in harmful
            or (each.aspect == "type" and each.traits & {"size", "kind", "record", "count"})
            for each in self._found
        )

    @property
    def self_sized(self) -> bool:
        """Tell whether callers say how much of the record they know, in a number that is its first field."""
        first = next(iter(self._before.values()), None)
        if first is None or first.type is UNKNOWN or not tells_own_size(first.name):
            return False
        scalar = self._context.sides.old.scalar(first.type)
        return scalar is not None and scalar.kind == "int"

    def changes(self) -> Iterator[Change]:
        """Yield the changes of fields."""
        yield from self._found

    def _all(self) -> Iterator[Change]:
        if not isinstance(self._old.fields, tuple) or not isinstance(self._new.fields, tuple):
            return
        for name, field in self._before.items():
            if name in self._after and not (is_reserved(name) and self._makes_room(field, self._after[name])):
                yield from self._both(field, self._after[name])
        gone = [each for name, each in self._before.items() if name not in self._after]
        come = [each for name, each in self._after.items() if name not in self._before]
        for field in gone:
            heir = next((each for each in come if self._same_place(field, each)), None)
            if heir is not None:
                come.remove(heir)
                yield from self._renamed(field, heir)
            else:
                yield from self._gone(field)
        for field in come:
            yield from self._come(field)

    def _in_blocks(self, changes: Iterator[Change]) -> Iterator[Change]:
        """Yield the changes, with fields that moved together as one: what one new field moves is one change."""
        listed = list(changes)
        moved = {each.subject: each for each in listed if each.aspect in ("offset", "bits")}
        block: list[Change] = []
        last: int | None = None
        told: dict[str, Change | None] = {}  # by subject; None for what another one tells
        for name, old in self._before.items():
            change = moved.get(f"{self._record}.{name}")
            distance = self._distance(old, self._after[name]) if change is not None else None
            if block and (change is None or distance is None or distance != last):
                told |= self._block(block, last)
                block = []
            if change is not None and distance is not None:
                block.append(change)
            last = distance
        told |= self._block(block, last)
        for each in listed:
            found = told.get(each.subject, each) if each.aspect in ("offset", "bits") else each
            if found is not None:
                yield found

    def _block(self, block: list[Change], distance: int | None) -> dict[str, Change | None]:
        if len(block) < 2 or distance is None:
            return {}
        first, count = block[0], len(block)
        amount = abs(distance)
        words = in_bytes(amount // _BYTE) if amount % _BYTE == 0 else f"{amount} bits"
        what = f"{words}{' towards the beginning' if distance < 0 else ''} ({count} fields)"
        return {each.subject: None for each in block} | {
            first.subject: replace(first, traits=first.traits | {"block"}, of=what)
        }

    def _distance(self, old: FieldFacts, new: FieldFacts) -> int | None:
        """Return by how many bits a field moved, or None where that is not known or it has other bits now."""
        before, after = bits_of(old, self._context.sides.old), bits_of(new, self._context.sides.new)
        if before is None or after is None:
            known = isinstance(old.offset, int) and isinstance(new.offset, int)
            return _BYTE * (new.offset - old.offset) if known else None  # type: ignore[operator]
        same = old.bit_width == new.bit_width
        return after.start - before.start if same else None

    def _both(self, old: FieldFacts, new: FieldFacts) -> Iterator[Change]:
        sides = self._context.sides
        if (old.bit_width is None) != (new.bit_width is None):
            yield from self._in_bits(old, new)
            return
        if old.bit_width is not None and isinstance(old.bit_width, int) and isinstance(new.bit_width, int):
            if (old.bit_offset, old.bit_width) != (new.bit_offset, new.bit_width):
                yield self._change("bits", old, new, _place(old), _place(new))
        elif isinstance(old.offset, int) and isinstance(new.offset, int) and old.offset != new.offset:
            yield self._change("offset", old, new, f"byte {old.offset}", f"byte {new.offset}")
        elif isinstance(old.offset, int) and new.offset is UNKNOWN:
            yield self._change("lost", old, new, f"byte {old.offset}", "unknown")
        compared = self._context.comparer.compare_object(old.type, new.type)
        found = self._within_bits(old, new, compared) if old.bit_width is not None else compared
        if found is not None and found.kind in ("kind", "record", "other") and self._laid_out_alike(old, new):
            found = TypeDifference("alike")  # two pointers in an array are two pointers in a record
        if found is not None:
            aspect = "lost" if found.kind == "lost" else "type"
            shown = sides.shown(old.type, new.type)
            traits = [found.kind, *self._count_traits(old, new)] if found.kind == "count" else [found.kind]
            yield self._change(aspect, old, new, *shown, *traits, where=found.where)

    def _in_bits(self, old: FieldFacts, new: FieldFacts) -> Iterator[Change]:
        """Yield that a field became a bit-field, or one became a field, and what else it holds where it stayed."""
        stayed = bits_of(old, self._context.sides.old) == bits_of(new, self._context.sides.new) is not None
        words = [
            f"{_place(each)}{' as a bit-field' if each.bit_width is not None else ''}" for each in (old, new)
        ]
        way = "to-bits" if new.bit_width is not None else "from-bits"
        yield self._change("bit-field", old, new, *words, *(["stayed", way] if stayed else []))
        if stayed:
            compared = self._context.comparer.compare_object(old.type, new.type)
            found = self._within_bits(old, new, compared)
            if found is not None:
                sides = self._context.sides
                shown = sides.shown(old.type, new.type)
                yield self._change("type", old, new, *shown, found.kind, where=found.where)

    def _laid_out_alike(self, old: FieldFacts, new: FieldFacts) -> bool:
        sides = self._context.sides
        if sides.old.size(old.type) != sides.new.size(new.type):
            return False
        leaves = sides.old.leaves(old.type)
        return leaves is not None and len(leaves) > 1 and leaves == sides.new.leaves(new.type)

    def _within_bits(
        self, old: FieldFacts, new: FieldFacts, found: TypeDifference | None
    ) -> TypeDifference | None:
        """Return how the numbers differ that bits hold, of whose type only the sign counts (C11 6.7.2.1p10).

        How large the type is shows in the places of bits and in the alignment of the record.
        """
        if found is None or found.kind not in ("size", "kind", "alike"):
            return found
        if old.type is UNKNOWN or new.type is UNKNOWN:
            return found
        a, b = self._context.sides.old.scalar(old.type), self._context.sides.new.scalar(new.type)
        if a is None or b is None or not {a.kind, b.kind} <= {"int", "bool"}:
            return found
        if a.signed != b.signed:
            return TypeDifference("sign")
        return TypeDifference("storage" if a.kind == b.kind else "truth")

    def _count_traits(self, old: FieldFacts, new: FieldFacts) -> list[str]:
        last = old.name == next(reversed(self._before)) and new.name == next(reversed(self._after))
        empty = [_has_no_element(old, self._context.sides.old), _has_no_element(new, self._context.sides.new)]
        return [
            *(["last"] if last else []),
            *(["flexible"] if any(empty) and last else []),
            *(["both-flexible"] if all(empty) and last else []),
        ]

    def _makes_room(self, old: FieldFacts, new: FieldFacts) -> bool:
        """Tell whether a reserved field only gave some of its room away."""
        before, after = bits_of(old, self._context.sides.old), bits_of(new, self._context.sides.new)
        if before is None or after is None:
            return False
        return after.within((before,)) or before.within((after,))

    def _same_place(self, old: FieldFacts, new: FieldFacts) -> bool:
        before, after = bits_of(old, self._context.sides.old), bits_of(new, self._context.sides.new)
        if before is None or before != after:
            return False
        if (old.bit_width is None) != (new.bit_width is None):
            return False
        if self._old.kind == "union" and old.name != new.name:
            # Every member of a union is at one place: only its type tells which one it was.
            return self._context.comparer.compare(old.type, new.type) is None
        if is_reserved(old.name) or is_reserved(new.name):
            return True
        found = self._context.comparer.compare(old.type, new.type)
        return found is None or found.kind in (
            "alike",
            "enum",
            "sign",
            "pointee-alike",
            "const-added",
            "const-removed",
        )

    def _renamed(self, old: FieldFacts, new: FieldFacts) -> Iterator[Change]:
        match is_reserved(old.name), is_reserved(new.name):
            case True, True:
                return
            case True, False:
                yield self._change("reserved-used", old, new, old.name, new.name)
            case False, True:
                yield self._change("retired", old, new, old.name, new.name)
            case _:
                alias = self._context.new.constants.get(old.name)
                kept = ["alias"] if alias is not None and alias.text == new.name else []
                kept += [] if self._context.both_know(Family.CONSTANTS) else ["unseen-macros"]
                yield self._change("renamed", old, new, old.name, new.name, *kept)
                found = self._context.comparer.compare_object(old.type, new.type)
                if found is not None:
                    sides = self._context.sides
                    shown = sides.shown(old.type, new.type)
                    yield self._change("type", old, new, *shown, found.kind, where=found.where)

    def _gone(self, old: FieldFacts) -> Iterator[Change]:
        place = bits_of(old, self._context.sides.old)
        room = self._bits(self._after, self._context.sides.new, reserved=True)
        if is_reserved(old.name):
            if place is not None and self._new.size == self._old.size:
                return  # its room is used by others, which are reported, or by nobody
            yield self._change("reserved-removed", old, None, self._shown(old, self._context.sides.old), "")
        elif place is not None and place.within(room):
            yield self._change("retired", old, None, old.name, "")
        else:
            yield self._change(
                "removed", old, None, self._shown(old, self._context.sides.old), "", *self._union_traits()
            )

    def _come(self, new: FieldFacts) -> Iterator[Change]:
        traits = self._union_traits()
        place = bits_of(new, self._context.sides.new)
        reserved = self._bits(self._before, self._context.sides.old, reserved=True)
        used = self._bits(self._before, self._context.sides.old, reserved=False)
        size = self._old.size
        aspect = "added"
        if place is not None and isinstance(size, int) and self._old.kind == "struct":
            if place.end <= _BYTE * size and place.within(reserved):
                if is_reserved(new.name):
                    return  # reserved as before, under another name
                aspect = "reserved-used"
            elif place.start >= _BYTE * size:
                traits.append("tail")
            elif not place.meets(used) and place.end <= _BYTE * size:
                if is_reserved(new.name) and self._new.size == size:
                    return  # padding that has a name now
                traits.append("padding")
            elif not place.meets(used):
                traits.append("tail")
        if is_reserved(new.name):
            traits.append("reserved")
        yield self._change(aspect, None, new, "", self._shown(new, self._context.sides.new), *traits)

    def _union_traits(self) -> list[str]:
        return ["union"] if self._old.kind == "union" else []

    def _bits(self, fields: dict[str, FieldFacts], side: TypeLookup, *, reserved: bool) -> tuple[Bits, ...]:
        return _joined(
            place
            for each in fields.values()
            if is_reserved(each.name) == reserved and (place := bits_of(each, side)) is not None
        )

    def _shown(self, field: FieldFacts, side: TypeLookup) -> str:
        return f"{side.show(field.type)}, {_place(field)}"

    def _change(
        self,
        aspect: str,
        old: FieldFacts | None,
        new: FieldFacts | None,
        before: str,
        after: str,
        *traits: str,
        where: str = "",
    ) -> Change:
        subject = old or new
        assert subject is not None
        return Change(
            "field",
            aspect,
            f"{self._record}.{subject.name}",
            before,
            after,
            self._exposure | frozenset(traits),
            of=where or self._record,
            old_span=(old.span if old else self._old.span),
            new_span=(new.span if new else self._new.span),
            reached_by=self._context.users.of_type(self._old.key, self._new.key),
        )


def bits_of(field: FieldFacts, side: TypeLookup) -> Bits | None:
    """Return the bits that a field takes, or None when they are not known."""
    if isinstance(field.bit_offset, int) and isinstance(field.bit_width, int):
        return Bits(field.bit_offset, field.bit_offset + field.bit_width)
    size = field.size if isinstance(field.size, int) else side.size(field.type)
    if not isinstance(field.offset, int) or size is None or field.bit_width is not None:
        return None
    return Bits(_BYTE * field.offset, _BYTE * (field.offset + size))


def _has_no_element(field: FieldFacts, side: TypeLookup) -> bool:
    """Tell whether a field takes no room: ``int a[]``, or ``int a[0]`` as it was written before C99."""
    resolved = None if field.type is UNKNOWN else side.bare(field.type)
    return field.size == 0 or (isinstance(resolved, Array) and not resolved.count)


def _by_name(record: RecordFacts) -> dict[str, FieldFacts]:
    """Return the fields in the order in which they lie, which is the same from every witness."""
    listed = record.fields if isinstance(record.fields, tuple) else ()
    return {each.name: each for each in sorted(listed, key=_order)}


def _order(field: FieldFacts) -> tuple[int, str]:
    if isinstance(field.bit_offset, int):
        return field.bit_offset, field.name
    return (_BYTE * field.offset if isinstance(field.offset, int) else 1 << 62), field.name


def _place(field: FieldFacts) -> str:
    if isinstance(field.bit_offset, int) and isinstance(field.bit_width, int):
        last = field.bit_offset + field.bit_width - 1
        return f"bit {field.bit_offset}" + (f" to {last}" if last > field.bit_offset else "")
    return f"byte {field.offset}" if isinstance(field.offset, int) else "at an unknown place"
