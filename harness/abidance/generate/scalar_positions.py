"""The scalar positions of a call, each with its edge cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, permutations
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import generated_by, number_of, single
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    NumberHandle,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.array_ends import is_end
from abidance.boundary.values.length_parameters import lengths_of_terminated, ties
from abidance.boundary.values.memory import is_byte
from abidance.contract.expression import declared
from abidance.generate.almost_text import CODE_UNITS, almost_text
from abidance.generate.buffers import variations
from abidance.generate.forms import some_of_form
from abidance.generate.nearby import interleaved
from abidance.generate.parts import as_signed, sizing
from abidance.generate.scalars import close_to, edge_reals, interesting, real_range, sizes_listed
from abidance.generate.scope import ROOMY
from abidance.generate.scripts import scripts
from abidance.generate.vocabulary import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member
    from abidance.generate.hints import Hints

FEW = 256
"""A range with no more numbers than this is gone through whole."""
_SHORT, _ENDED, _LONGEST_NUMBER = 64, 4, 11
"""The largest size of contents that only their last byte ends, how many sizes there are of them beside those that
numbers have when they are written in bytes of seven bits, and the largest of these: one too many for 64 bits."""
_LETTERS = tuple(bytes([letter]) for letter in b"abcdefgh")
"""Texts that differ."""
_FILLED = 6
"""Of how many sizes arrays are that have their highest element throughout."""
_COUNTED = 6
"""The largest size of contents that tell a length."""
DEEPEST = 3
"""Records in records further than this keep their simplest values."""


NO_RANGE = (1, 0)
"""The ends of a range that no number is in: between enumerators, or what `one_of` lists, nothing is valid."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place in the arguments. `values` are worth trying, those at the ends of its range first.

    `sized` is true when its values have or tell a size, and `room` when it says how much the library may write.
    `number` is its shape when it is a number, with the `ends` of its range, which are `NO_RANGE` where only some
    values are valid, and what the contract `mentioned`; of contents that have a size of their own, `ends` are those
    of the size. `encoding` is that of text, which has no NUL in it where it is a `string`.
    `form` is the shape of contents that have one.
    `each` has every value there is where these are few: of a small range, or of the one byte of a short buffer.
    `counted` are bytes of which one or several say how many follow, `almost` those that are not quite text.
    `beside` is what is given with each, by path.
    """

    path: tuple[str, ...]
    values: tuple[object, ...]
    sized: bool = False
    room: bool = False
    number: ScalarShape | None = None
    ends: tuple[int, int] = (0, 0)
    mentioned: tuple[int, ...] = ()
    each: tuple[object, ...] = ()
    counted: tuple[bytes, ...] = ()
    almost: tuple[bytes, ...] = ()
    encoding: str = ""
    string: bool = True
    form: PointerShape | None = None
    beside: tuple[tuple[tuple[str, ...], object], ...] = ()

    @property
    def largest(self) -> int:
        """Return the largest number that is valid."""
        listed = (value for value in self.values if isinstance(value, int))
        return max(listed, default=0) if self.ends == NO_RANGE else self.ends[1]

    @property
    def has_contents(self) -> bool:
        """Tell whether its values are bytes or text."""
        return self.number is None and any(isinstance(value, bytes) for value in self.values)


def leaves(
    members: tuple[Member, ...],
    hints: Hints,
    path: tuple[str, ...] = (),
    handles: Mapping[str, HandleLife] | None = None,
) -> Iterator[Leaf]:
    """Yield the leaves of a scope, lengths with the first of their buffers; of `handles`, those of their state."""
    tied = ties(members)
    encodings = _encodings(members)
    lengths = {buffer.name: name for name, group in tied.items() for buffer in group}
    caps = sizing(members)
    rooms = _rooms(members)
    for member in members:
        shape, here = member.shape, (*path, member.name)
        name = ".".join(here)
        if isinstance(shape, PointerShape) and shape.like is not None:
            # What is near to contents of a form need not be of it; NULL is of none.
            yield from [Leaf(here, (None,))] if shape.nullable is not False else []
            if shape.direction.read:
                yield Leaf(here, some_of_form(shape), sized=True, form=shape)
            continue
        if isinstance(shape, PointerShape) and shape.direction.read and shape.records is not None:
            yield from [Leaf(here, (None,))] if shape.nullable is not False else []
            continue
        if any(_is_full_of_records(each) for each in tied.get(member.name, ())):
            continue  # what it is full of tells how long it is
        if generated_by(member) or any(generated_by(each) for each in tied.get(member.name, ())):
            continue  # what the project generates is valid, and what is near to it need not be
        if member.name in tied:
            yield from _length(member, tied[member.name], hints, here, encodings)
            continue
        if isinstance(shape, AddressShape) and shape.nullable is not False:
            # Where NULL is valid on a condition, what does not keep it is refused like any other value.
            yield Leaf(here, (None,))
        if isinstance(shape, NumberHandle) and shape.nullable is not False:
            yield Leaf(here, tuple(dict.fromkeys(end for each in shape.invalid.each for end in each)))
        if isinstance(shape, PointerShape) and not shape.direction.read:
            continue
        inner = single(shape)
        match inner:
            case CallbackShape():
                yield Leaf(here, tuple(scripts(inner)))
            case ScalarShape():
                leaf = _number(inner, hints, here, name, caps.get(member.name))
                yield replace(leaf, room=member.name in rooms)
            case RecordShape() if len(here) <= DEEPEST:
                yield from leaves(inner.members, hints, here)
            case HandleShape(made=False) if handles and (state := handles[inner.handle].shown):
                yield from leaves(state.members, hints, here)
            case PointerShape(what=What.STRING):
                yield _string(inner, hints, here, name)
            case PointerShape() if member.name not in lengths:
                contents = (*_memory(inner, hints, name), *_counts(inner))
                yield Leaf(here, contents, sized=True, ends=_room(inner))
            case PointerShape():
                known = tuple(_known(inner, hints, name))
                if known:
                    yield Leaf(here, known, sized=True)


def _is_full_of_records(member: Member) -> bool:
    """Tell whether a pointer leads to records one behind the other."""
    return isinstance(member.shape, PointerShape) and member.shape.records is not None


def _rooms(members: tuple[Member, ...]) -> set[str]:
    """Return the numbers that alone say how much memory there is to write to."""
    found: set[str] = set()
    for member in members:
        if isinstance(member.shape, PointerShape) and member.shape.direction.written:
            clause = member.shape.capacity or member.shape.length
            if clause is not None and len(clause.names) == 1:
                found.update(map(declared, clause.names))
    return found


def _number(shape: ScalarShape, hints: Hints, path: tuple[str, ...], name: str, most: int | None) -> Leaf:
    bounds, mentioned = hints.bounds(name), hints.numbers(name)
    if shape.kind == "float":
        low, high = real_range(shape, bounds)
        return Leaf(path, edge_reals(shape, low, high, tuple(mentioned)), number=shape)
    if shape.listed:
        allowed = tuple(m for m in shape.listed if bounds.allows(m))
        return Leaf(path, allowed, number=shape, ends=NO_RANGE)
    lowest, highest = bounds.narrow(int(shape.lowest), int(shape.highest))
    if most is not None and highest > most >= lowest:
        highest = most
    if lowest > highest:
        return Leaf(path, (), number=shape)
    edges = _ends_first(interesting(lowest, highest, (*mentioned, *shape.members)), lowest, highest)
    known = [n for n in close_to((*mentioned, *shape.members), lowest) if lowest <= n <= highest][:6]
    ends = (lowest, highest)
    each = tuple(range(lowest, highest + 1)) if highest - lowest < FEW else ()
    sized = most is not None
    return Leaf(path, tuple(edges), sized, number=shape, ends=ends, mentioned=tuple(known), each=each)


def _encodings(members: tuple[Member, ...]) -> tuple[str, ...]:
    """Return the encodings of the texts among members: what is beside them may be the same text as bytes."""
    shapes = (single(member.shape) for member in members)
    return tuple(
        dict.fromkeys(
            s.encoding for s in shapes if isinstance(s, PointerShape) and (s.what is What.STRING or s.encoded)
        )
    )


def _length(
    member: Member, group: tuple[Member, ...], hints: Hints, path: tuple[str, ...], encodings: tuple[str, ...]
) -> Iterator[Leaf]:
    """Yield the sizes of a length's buffers: said by contents where they are bytes, else by the number."""
    first = group[0].shape
    number = number_of(member.shape)
    assert isinstance(first, PointerShape)
    assert number is not None
    name, buffer = ".".join(path), (*path[:-1], group[0].name)
    low, high = hints.bounds(name).narrow(max(int(number.lowest), 0), int(number.highest))
    low, high = hints.bounds(f"len({'.'.join(buffer)})").narrow(low, high)
    roof = first.limit if first.limit is not None else ROOMY
    high = max(min(high, roof if first.what is What.BYTES else min(roof, 64)), low)
    mentioned = (*hints.numbers(name), *hints.numbers(f"len({'.'.join(buffer)})"))
    listed = sizes_listed(number, low, high)
    sizes = (
        _ends_first(interesting(low, high, mentioned), low, high)
        if listed is None
        else [*listed[-1:], *listed[:-1]]
    )
    if first.what is What.BYTES:

        def valid(contents: Iterable[bytes]) -> tuple[bytes, ...]:
            return tuple(
                raw for raw in contents if not first.codec or is_text(raw, first.codec, string=False)
            )

        almost = valid(_almost(low, high, encodings))
        if first.encoded and first.mostly:
            almost = (*almost, *_behind(almost, first))
        yield Leaf(
            buffer,
            valid((*(b"a" * size for size in sizes), *_ended(sizes, low, high))),
            sized=True,
            ends=(low, high),
            each=valid(_of_each_byte(low, high)),
            counted=valid(interleaved((_counted(low, high), _counted_widely(low, high)))),
            almost=tuple(raw for raw in almost if len(raw) <= high),
            encoding=first.codec,
            string=False,
        )
    else:
        # Some numbers say that a NUL ends it.
        bounds = hints.bounds(name).narrow(int(number.lowest), int(number.highest))
        by_nul = lengths_of_terminated(first, *bounds)
        yield Leaf(path, (*by_nul, *sizes), sized=True)
        numbers = first.what is not What.STRING  # a text has values of its own
        if numbers and isinstance(first.element, ScalarShape):
            arrays = (*_filled(first.element, sizes), *_orders(first.element))
            lengths = range(low, high + 1) if listed is None else listed
            yield Leaf(buffer, tuple(array for array in arrays if len(array) in lengths))


def _ended(sizes: Sequence[int], low: int, high: int) -> Iterator[bytes]:
    """Yield contents that go on until their last byte: numbers of many bytes, texts with their NUL."""
    numbers = range(min(high, _LONGEST_NUMBER), max(low, 2) - 1, -1)
    others = [size for size in sizes if 1 < size <= _SHORT and size not in numbers]
    for size in (*numbers, *others[:_ENDED]):
        yield b"\x80" * (size - 1) + b"\x01"
        yield b"\xff" * (size - 1) + b"\x7f"  # of a number with as many bits, one that is too large
        yield b"a" * (size - 1) + b"\0"


def _counted(low: int, high: int) -> Iterator[bytes]:
    """Yield bytes of which one says how many follow, or one more or less than do: fields that tell a length.

    All others are zero, which makes it a number of several bytes as well, whichever comes first.
    """
    for size in range(max(low, 1), min(high, _COUNTED) + 1):
        for at in range(min(size, 4)):
            for told in (size - at, size - at - 1, size - at - 2):
                if told > 0:
                    yield bytes(at) + bytes([told]) + bytes(size - at - 1)


def _counted_widely(low: int, high: int) -> Iterator[bytes]:
    """Yield bytes of which 2, 4 or 8 are a number near an end of its type, or tell how many follow, in either order."""
    for width in (2, 4, 8):
        most = (1 << 8 * width) - 1
        for at in range(4):
            for size in dict.fromkeys((at + width, at + width + 1, at + width + 4, 16)):
                rest = size - at - width
                if rest < 0 or not low <= size <= high:
                    continue
                for number in (
                    most,
                    most - 1,
                    most - size,
                    most >> 1,
                    (most >> 1) + 1,
                    rest,
                    rest + 1,
                    rest - 1,
                ):
                    for written in spellings(number, width) if number > 0 else ():
                        yield bytes(at) + written + bytes(rest)


def _almost(low: int, high: int, encodings: tuple[str, ...]) -> Iterator[bytes]:
    """Yield bytes that are not quite text, behind letters where they must be longer."""
    for raw in dict.fromkeys(almost_text(encodings)):
        whole = b"a" * (low - len(raw)) + raw
        if len(whole) <= high:
            yield whole


def _behind(almost: Iterable[bytes], shape: PointerShape) -> Iterator[bytes]:
    """Yield what is not quite text behind text of characters of one byte and of several."""
    for text in ("aaa", "a\u00e9\u20ac"):
        before = text.encode(shape.encoding, "ignore")
        yield from (before + raw for raw in almost)


def _ends_of(element: ScalarShape) -> tuple[float, float]:
    """Return the lowest and the highest number that are tried of an array's elements."""
    if element.members:
        return min(element.members), max(element.members)
    return (-1.0, 1.0) if element.kind == "float" else (element.lowest, element.highest)


def _filled(element: ScalarShape, sizes: Sequence[int]) -> Iterator[list[float]]:
    """Yield arrays of a few sizes, those at the ends first, of the highest element alone: what adds up is largest."""
    _, high = _ends_of(element)
    yield from ([high] * size for size in sizes[:_FILLED] if size > 0)


def _orders(element: ScalarShape) -> Iterator[list[float]]:
    """Yield short arrays: at the ends of the elements' range, equal, in order and out of it."""
    low, high = _ends_of(element)
    middle = [m for m in element.members or (1, 2, 3) if low <= m <= high][:3]
    yield from ([high, high], [low, low], [low, high], [high, low], [high], [low], [high] * 3, [high] * 17)
    if len(middle) == 3:
        one, two, three = sorted(middle)
        yield from ([one, two, three], [three, two, one], [two, two, one], [one, one], [two, one, two])
    if (
        isinstance(element, ScalarShape)
        and element.kind == "int"
        and not element.signed
        and not element.listed
    ):
        for units in CODE_UNITS.get(element.size, ()):
            if all(low <= unit <= high for unit in units):
                yield list(units)
    if middle:
        # The difference of the two ends does not fit: who compares by it puts them the wrong way round.
        yield from (list(order) for order in permutations((low, middle[0], high)))


def _string(shape: PointerShape, hints: Hints, path: tuple[str, ...], name: str) -> Leaf:
    low, high = hints.bounds(f"len({name})").narrow(0, shape.limit if shape.limit is not None else 255)
    if only := hints.only(name):
        return Leaf(path, only, sized=True)
    if low > high:
        return Leaf(path, ())
    sizes = _ends_first(interesting(low, high, hints.numbers(f"len({name})")), low, high)
    known = [raw for raw in _known(shape, hints, name) if isinstance(raw, bytes) and b"\0" not in raw]
    odd = [raw for raw in (b"%s%n", *_characters(shape.encoding), b" ", b"-1") if low <= len(raw) <= high]
    each = tuple(raw for raw in _of_each_byte(low, high) if is_text(raw, shape.codec))
    values = (*known, *(b"a" * size for size in sizes), *odd)
    almost = (
        [raw for raw in _almost(low, high, (shape.encoding,)) if b"\0" not in raw] if shape.mostly else []
    )
    behind = tuple(raw for raw in (*almost, *_behind(almost, shape)) if len(raw) <= high)
    return Leaf(path, values, sized=True, ends=(low, high), each=each, almost=behind, encoding=shape.codec)


def _characters(encoding: str) -> Iterator[bytes]:
    """Yield characters of two, three and four bytes in UTF-8, and odd ones: those that an encoding has."""
    for character in ("é", "€", "😀", "a\u0301", "\ufeff", "\uffff", "\U0010ffff"):
        raw = character.encode(encoding, "ignore")
        if raw and b"\0" not in raw:
            yield raw


def _of_each_byte(low: int, high: int) -> tuple[bytes, ...]:
    """Return the shortest contents that there may be, of each byte: code that looks at text asks for some."""
    return tuple(bytes([byte]) * max(low, 1) for byte in range(256)) if high > 0 else ()


def is_text(raw: bytes, encoding: str, *, string: bool = True) -> bool:
    """Tell whether bytes are text of an encoding, and without a NUL in it where they are a string."""
    if string and b"\0" in raw:
        return False
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _memory(shape: PointerShape, hints: Hints, name: str) -> Iterator[object]:
    yield from _known(shape, hints, name)
    if shape.what is What.BYTES and shape.length is None:
        roof = shape.limit if shape.limit is not None else ROOMY
        yield from (b"a" * size for size in interesting(0, roof))


def _room(shape: PointerShape) -> tuple[int, int]:
    if shape.what is not What.BYTES or shape.length is not None:
        return (0, 0)
    return (0, shape.limit if shape.limit is not None else ROOMY)


def _counts(shape: PointerShape) -> Iterator[list[object]]:
    """Yield arrays of few elements and of many, where something in the array says how far it goes.

    They are texts or numbers that differ, as far as there are such.
    """
    element = shape.element
    if shape.what is not What.ARRAY or shape.length is not None or is_byte(element):
        return
    each: list[object] = []
    match element:
        case PointerShape(what=What.STRING, like=None):
            longest = element.limit if element.limit is not None else 1
            each = [*_LETTERS] if longest > 0 else [b""]
        case ScalarShape(kind="int" | "enum"):
            valid = element.listed or range(max(int(element.lowest), 0), int(element.highest) + 1)
            each = [value for value in islice(valid, len(_LETTERS) + 1) if not is_end(shape, value)]
    roof = shape.limit if shape.limit is not None else _SHORT
    for size in _ends_first(interesting(0, roof), 0, roof) if each else ():
        yield [each[n % len(each)] for n in range(size)]


def _known(shape: PointerShape, hints: Hints, name: str) -> Iterator[bytes | list[int]]:
    for known in hints.contents(name):
        for raw in variations(known):
            yield raw if shape.what is not What.ARRAY else [as_signed(shape.element, byte) for byte in raw]


def _ends_first(numbers: Sequence[int], lowest: int, highest: int) -> list[int]:
    """Return the numbers with the ends of their range in front, then the simplest."""
    first = [n for n in (highest, lowest, highest - 1, lowest + 1) if n in numbers]
    return list(dict.fromkeys([*first, *numbers]))
