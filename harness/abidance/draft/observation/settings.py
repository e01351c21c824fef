"""What functions are given to begin with: contents of memory, and numbers that differ from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.observation.experiment_plan import Setting
from abidance.draft.observation.laboratory import FEWEST, ROOM
from abidance.draft.observation.subject import MemoryContent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.observation.subject import MemoryArgument, NumberArgument, Subject

FAMILIES = 9
_AGAIN = 3
"""So often is a function called that is given no memory, for pointers that come back again."""
_LETTERS = (b"a", b" ", b"1", b"\x01", b"\xff", b"{", b"", b"0a", b"\0")
"""What bytes are, over and over; those of the empty one differ from each other, and none of them is zero."""
_NUMBERS = (1, 0x61, 2, 0xE9, 3, 0x4E2D, 0x20, (1 << 62) - 1, 0)
_FEW = 3
_PRIMES = (5, 7, 11, 13, 3, 17, 19, 2)
VALUES = (0, 1, 2, 3, 4, 6, 9, 14, 20)
"""What numbers are changed to, one at a time. The largest fits the room that memory has, in elements of 8 bytes."""


def contents(memory: MemoryArgument, family: int, size: int) -> bytes:
    """Return what a memory holds in one of `FAMILIES`."""
    match memory.content:
        case MemoryContent.BYTES:
            letters = _LETTERS[family]
            if not letters:
                return bytes((41 * i + 7) % 251 + 2 for i in range(size))
            return (letters * (size // len(letters) + 1))[:size]
        case MemoryContent.NUMBERS:
            value = _NUMBERS[family] & ((1 << 8 * memory.element - 1) - 1)
            one = value.to_bytes(memory.element, "little")
            return (one * (size // memory.element + 1))[:size]
        case MemoryContent.REALS:
            import struct  # noqa: PLC0415 - rarely

            one = struct.pack("<f" if memory.element == 4 else "<d", 1.5 + family)
            return (one * (size // len(one) + 1))[:size]
        case MemoryContent.POINTERS:
            return bytes(size)
        case MemoryContent.RECORD:
            return bytes([family % 2]) * size
    raise AssertionError(memory.content)


def room(memory: MemoryArgument) -> int:
    """Return how much room a memory of unknown extent is given."""
    if memory.content is MemoryContent.RECORD:
        return memory.element
    return max(ROOM, FEWEST * memory.element) // memory.element * memory.element


def first_settings(subject: Subject, texts: tuple[bytes, ...] = ()) -> Iterator[Setting]:
    """Yield settings that differ in all that can differ; with `texts`, contents that begin with them."""
    sizes = tuple(map(room, subject.memories))
    bases = [_numbers(subject, turn) for turn in range(4)]
    bases = list(dict.fromkeys(bases)) if subject.numbers else bases[:1]
    for family in range(FAMILIES):
        filled = tuple(contents(m, family, size) for m, size in zip(subject.memories, sizes, strict=True))
        for at, base in enumerate(bases):
            if not subject.memories and family >= _AGAIN:
                return
            numbers = _as_elements(subject, base, family) if at != 1 else base
            yield Setting(numbers, filled, sizes, handles=(at % 2,) * len(subject.handles))

    yield from _without(subject, bases, sizes)
    yield from _with_record_size(subject, sizes)
    if not any(each.content is MemoryContent.BYTES for each in subject.memories):
        return
    for text in texts:
        begun = tuple(
            text + contents(memory, 0, size)[len(text) :]
            if memory.content is MemoryContent.BYTES
            else contents(memory, 0, size)
            for memory, size in zip(subject.memories, sizes, strict=True)
        )
        whole = tuple(each.values[0] if each.values else len(text) for each in subject.numbers)
        for base in dict.fromkeys((bases[-1], whole)):
            yield Setting(base, begun, sizes, handles=(0,) * len(subject.handles))


def _as_elements(subject: Subject, numbers: tuple[int, ...], family: int) -> tuple[int, ...]:
    """Return numbers with those that are read through a pointer to const as what is read beside them: no counts."""
    return tuple(
        _NUMBERS[family] & ((1 << 8 * each.width - 1) - 1)
        if each.inside is not None
        and subject.memories[each.inside].const
        and subject.memories[each.inside].content is MemoryContent.NUMBERS
        else value
        for each, value in zip(subject.numbers, numbers, strict=True)
    )


def _with_record_size(subject: Subject, sizes: tuple[int, ...]) -> Iterator[Setting]:
    """Yield settings in which one number is the size of a record: many functions want to be told."""
    numbers = [i for i, each in enumerate(subject.numbers) if each.parameter is not None and not each.values]
    records = {each.element for each in subject.memories if each.content is MemoryContent.RECORD}
    if len(numbers) > _FEW or not records:
        return
    ones = tuple(each.values[0] if each.values else 1 for each in subject.numbers)
    for family in range(FAMILIES):
        filled = tuple(contents(m, family, size) for m, size in zip(subject.memories, sizes, strict=True))
        for index in numbers:
            for record in records:
                yield Setting((*ones[:index], record, *ones[index + 1 :]), filled, sizes)


def _without(subject: Subject, bases: list[tuple[int, ...]], sizes: tuple[int, ...]) -> Iterator[Setting]:
    """Yield settings without functions to call back, which are often optional, and without any memory either."""
    functions = frozenset(each.parameter for each in subject.functions)
    data = frozenset(each.parameter for each in subject.memories if each.parameter is not None)
    filled = tuple(contents(m, 0, size) for m, size in zip(subject.memories, sizes, strict=True))
    for absent in dict.fromkeys((functions, functions | data)):
        if absent:
            for base in bases:
                yield Setting(base, filled, sizes, absent, handles=(0,) * len(subject.handles))


def _numbers(subject: Subject, turn: int) -> tuple[int, ...]:
    return tuple(_number(each, at, turn) for at, each in enumerate(subject.numbers))


def _number(number: NumberArgument, at: int, turn: int) -> int:
    if number.values:
        return number.values[turn % len(number.values)]
    return (_PRIMES[at % len(_PRIMES)], 1, 0, 16 + at)[turn]


def with_nul(memory: MemoryArgument, given: bytes, at: int) -> bytes:
    """Return contents that end after so many elements with one of zeroes."""
    width = memory.element
    return given[: at * width] + bytes(width)
