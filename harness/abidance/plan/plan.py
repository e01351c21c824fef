"""A call plan: memory blocks, the pointers between them, and ordered calls.

Everything typed stays in the parent. The worker allocates the blocks, patches the pointers, makes the
calls and sends back bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from abidance.plan.formula import fraction_of, signed_number, worked_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abidance.plan.array_end import ArrayEnd
    from abidance.plan.call_order import ConcurrentCalls
    from abidance.plan.callback_script import CallbackScript
    from abidance.plan.formula import Formula
    from abidance.plan.observation import Observation, Returned


class Access(IntEnum):
    """What the library may do with a block while calls run."""

    READ = 0
    """Read-only: mapped so on release builds, compared afterwards on sanitizer builds."""
    WRITE = 1


class Flush(IntEnum):
    """Which edge of every block touches its guard page; canary bytes fill the other side."""

    RIGHT = 0
    LEFT = 1


@dataclass(frozen=True, slots=True)
class Block:
    """`size` bytes of native memory with exactly that room, aligned to `align`.

    `contents` are its first bytes; the rest holds the plan's fill byte. The worker owns the memory and
    frees it when the plan ends, but for a block that is `kept` for good. One that is `handed` over is for the library
    to free, once its call has succeeded. With `skew`, it begins so many bytes after an aligned address.
    """

    size: int
    align: int
    access: Access
    contents: bytes = b""
    kept: bool = False
    skew: int = 0
    handed: bool = False


@dataclass(frozen=True, slots=True)
class Relocation:
    """The address of block `target` plus `addend` is stored at `offset` of block `block` before any call."""

    block: int
    offset: int
    target: int
    addend: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar's bytes, little-endian, as wide as its register class. NULL is eight zero bytes."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a block plus `addend`."""

    block: int
    addend: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """A pointer or a number that an earlier call of the plan saved. What is stored of it has so many bytes."""

    index: int
    width: int = 8


@dataclass(frozen=True, slots=True)
class Contents:
    """A record by value: the bytes of a block, as they are when the call is made."""

    block: int


Argument = Value | Address | Slot | Contents


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a pointer or a length is after a call: in a block, or in the result when `block` is None.

    With `slot`, it is a pointer that an earlier call saved there. With `read`, it lies in what that read of this call
    has given, and is 0 where that was less.
    """

    block: int | None = None
    offset: int = 0
    width: int = 8
    slot: int | None = None
    read: int | None = None
    signed: bool = False
    """Whether the number may be below 0, where it is one of a sum."""

    def of(self, unsigned: int) -> int:
        """Return the number that bytes at the place are, which were read as an unsigned one."""
        bits = 8 * self.width
        unsigned &= (1 << bits) - 1
        return unsigned - (1 << bits) if self.signed and unsigned >> (bits - 1) else unsigned


@dataclass(frozen=True, slots=True)
class Store:
    """Bytes or a pointer written to `offset` of a writable block just before its call."""

    block: int
    offset: int
    value: Value | Address | Slot


@dataclass(frozen=True, slots=True)
class TailRead:
    """More of a record: `scale` bytes times the number at `offset` of it, from its byte `start` on."""

    offset: int
    width: int
    start: int
    scale: int


@dataclass(frozen=True, slots=True)
class Product:
    """The numbers at some places, multiplied with each other and by `scale`, which may be below 0."""

    scale: int
    places: tuple[ValuePlace, ...] = ()


SIGNED = 0x80
"""Is added to the width of a number of a sum that may be below 0."""


@dataclass(frozen=True, slots=True)
class InnerProduct:
    """As `Product`, of numbers in the memory around a pointer: a place is an offset and a width.

    That has `SIGNED` in it where the number may be below 0.
    """

    scale: int
    places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class InnerRead:
    """Memory behind pointers that lie in memory which was read: one at `offset` of each `stride` bytes of that.

    `length` is the place of a number in those bytes, as its offset and width, or with `ends_there` of the pointer one
    past the end; so are the places of the numbers that it is multiplied by. The places of the tests in `when` are in
    no block: they lie in those bytes. Otherwise as `PointerRead`.
    """

    stride: int
    offset: int = 0
    string: bool = False
    length: tuple[int, int] | None = None
    scale: int = 1
    limit: int = 1 << 16
    ends: ArrayEnd | None = None
    tail: TailRead | None = None
    behind: tuple[InnerRead, ...] = ()
    ends_there: bool = False
    within: int | None = None
    times: tuple[tuple[int, int], ...] = ()
    plus: tuple[InnerProduct, ...] = ()
    when: tuple[NumberTest, ...] = ()


@dataclass(frozen=True, slots=True)
class PointerRead:
    """Memory behind a pointer that came back, read right after the call.

    `pointer` says where the pointer is. With `string`, up to the first NUL but at most `limit` bytes; with `ends`, up
    to the element that it tells. Otherwise `scale` times the unsigned number at `length`, multiplied by those at
    `times`, and what the products in `plus` add to that, or `limit` bytes when `length` is None; never more than
    `limit`, and as much where all comes to less than nothing. With `ends_there`, what stands at `length`
    is no number but a pointer one past the end. What is `held` is no pointer: the memory is the block at `pointer`,
    as much of it as the rest says.
    With `puts`, these bytes are first written there, over and over until the `limit`: memory that cannot be written to
    cannot be read either. `behind` are pointers that lie in what was read. With `within`, nothing is read: it tells
    how many bytes after the start of that block the pointer points, as a signed number of eight bytes. Where a test of
    those in `when` does not hold, there is no pointer.
    """

    pointer: ValuePlace
    string: bool = False
    length: ValuePlace | None = None
    scale: int = 1
    limit: int = 1 << 16
    ends: ArrayEnd | None = None
    held: bool = False
    within: int | None = None
    tail: TailRead | None = None
    behind: tuple[InnerRead, ...] = ()
    puts: bytes = b""
    ends_there: bool = False
    times: tuple[ValuePlace, ...] = ()
    plus: tuple[Product, ...] = ()
    when: tuple[NumberTest, ...] = ()

    @property
    def numbers(self) -> tuple[ValuePlace, ...]:
        """Return the places of all numbers that tell how much is read, and whether anything is."""
        added = (place for each in self.plus for place in each.places)
        tested = (test.place for test in self.when)
        return (*(() if self.length is None else (self.length,)), *self.times, *added, *tested)

    def moved(self, saved: Callable[[ValuePlace], ValuePlace]) -> PointerRead:
        """Return the same read with its pointer and its numbers at other places, each where `saved` says."""

        def number(place: ValuePlace) -> ValuePlace:
            there = saved(replace(place, signed=False))
            return replace(there, width=place.width, signed=True) if place.signed else there

        return replace(
            self,
            pointer=saved(self.pointer),
            length=None if self.length is None else number(self.length),
            times=tuple([number(place) for place in self.times]),
            plus=tuple([Product(each.scale, tuple(map(number, each.places))) for each in self.plus]),
            when=tuple(
                [
                    replace(test, place=replace(saved(test.place), width=test.place.width))
                    for test in self.when
                ]
            ),
        )


@dataclass(frozen=True, slots=True)
class WindowMove:
    """What the library has left of a window, moved to a block of its own just before the call, with more behind it.

    Block `record` holds the window's pointer at `pointer`, and block `counter` at `count` how many elements of `scale`
    bytes there are, in `width` bytes; of these so many are done with as stand at `position`, where there is such a
    number. Those left are in block `source` where the pointer leads; where it leads elsewhere, nothing is left.
    `more` and then `room` bytes of room follow it, as far as the window has `most` bytes at the most. All of it ends
    where block `target` does; with `leftmost` it begins there. Without `copies`, what is left is room as well.
    """

    record: int
    pointer: int
    counter: int
    count: int
    position: int | None
    width: int
    scale: int
    source: int
    target: int
    more: Value
    room: int
    most: int
    copies: bool
    leftmost: bool


MOST_READS = 1 << 12
"""So much is read at most behind pointers that lie in what one read has found, in reads."""


MOST_BEHIND = 1 << 22
"""As `MOST_READS`, in bytes."""


@dataclass(frozen=True, slots=True)
class Condition:
    """That an earlier call ran, and its result is a number in one of some ranges, both ends of each included.

    Without ranges it is enough that the call ran. One that is `negated` holds where that does not: of a call that did
    not run, too. One that is `of_status` is about what lies at the call's `status` instead of about its result.
    """

    call: int
    ranges: tuple[tuple[int, int], ...]
    signed: bool
    negated: bool = False
    of_status: bool = False

    def holds(self, result: bytes | None, status: bytes = b"") -> bool:
        """Tell whether it holds of that call's result, None when it did not run, and of its status."""
        if result is None or not self.ranges:
            return (result is not None) is not self.negated
        number = int.from_bytes(status if self.of_status else result, "little", signed=self.signed)
        return any(low <= number <= high for low, high in self.ranges) is not self.negated


@dataclass(frozen=True, slots=True)
class OwnershipTransfer:
    """A block that is the library's to free once its call has come back, if `taken` holds of the result.

    If that does not hold, the block is the caller's again, and retired.
    """

    block: int
    taken: Condition | None = None

    def is_taken(self, result: bytes, status: bytes = b"") -> bool:
        """Tell whether a call with this result, and this status, has taken the block over."""
        return self.taken is None or self.taken.holds(result, status)


@dataclass(frozen=True, slots=True)
class Guard:
    """That a number which the plan keeps in a slot is one of some.

    Of one with a block `apart`, what the slot keeps is a pointer, which leads to another place than where that begins.
    Of one with a slot `unlike`, it is another number than is kept there, unless both are 0.
    """

    slot: int
    numbers: tuple[int, ...] = ()
    apart: int | None = None
    unlike: int | None = None


@dataclass(frozen=True, slots=True)
class NumberTest:
    """That a number which a call has left lies in one of some ranges, both ends of each included.

    Of one with a `formula`, the number is what that comes to; only there what the call has left may be a `fraction`.
    """

    place: ValuePlace
    ranges: tuple[tuple[int, int], ...]
    signed: bool
    formula: Formula = ()
    fraction: bool = False

    def holds(self, unsigned: int, slots: Sequence[int] = ()) -> bool:
        """Tell whether it holds of the bytes at the place, and of what is saved in `slots`, as unsigned numbers."""
        number: int | float | None = signed_number(unsigned, self.place.width) if self.signed else unsigned
        if self.fraction:
            number = fraction_of(unsigned, self.place.width)
        if self.formula and number is not None:
            number = worked_out(self.formula, number, slots)
        return number is not None and any(low <= number <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class TextTest:
    """That a read of the call, of a string, has given this text."""

    read: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Move:
    """A number that goes into a slot once a call has come back, if all tests hold of what it left.

    With `within`, a slot and two numbers, only where that one holds a number from the first to the second; what goes
    into the slot is then `number`, and `times` as much as that one is more than the first.
    """

    slot: int
    number: int
    tests: tuple[NumberTest | TextTest, ...] = ()
    within: tuple[int, int, int] | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Fill:
    """Bytes written just before the call to memory that an earlier one gave: where the pointer in a slot leads."""

    slot: int
    value: Value


@dataclass(frozen=True, slots=True)
class View:
    """A block that lies in another one for a call: from `offset` of block `within` on."""

    block: int
    within: int
    offset: int


@dataclass(frozen=True, slots=True)
class MemoryChange:
    """What another thread writes to a block while a call runs: before it reads again what it has read, time `at`."""

    block: int
    at: int
    contents: bytes


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a call may leave nowhere but where it is: the contents of blocks before it, and once it is over.

    So may it what its reads with the numbers in `read` have read, and the `parts` of blocks, each from an offset on and
    of a size, as they are before the call. `wiped` are blocks that hold none of these, or of an earlier call's, once
    the call is over: it may have nothing else.
    """

    given: tuple[int, ...] = ()
    made: tuple[int, ...] = ()
    read: tuple[int, ...] = ()
    parts: tuple[tuple[int, int, int], ...] = ()
    wiped: tuple[int, ...] = ()

    @property
    def keeps_any(self) -> bool:
        """Tell whether the call itself has secrets."""
        return bool(self.given or self.made or self.read or self.parts)


@dataclass(frozen=True, slots=True)
class EachPointer:
    """The pointers in memory that an earlier call left: at `offset` of each `stride` bytes of what was read there.

    That is read number `read` of call `call`, from element `first` on. Each goes into `slot` before its call is made;
    for one that is NULL, none is.
    """

    call: int
    read: int
    slot: int
    stride: int = 8
    offset: int = 0
    first: int = 0

    def pointers(self, contents: bytes) -> list[int]:
        """Return those that are not NULL in what was read."""
        places = range(self.first * self.stride + self.offset, len(contents) - 7, self.stride)
        found = [int.from_bytes(contents[at : at + 8], "little") for at in places]
        return [each for each in found if each]


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """What is asked right after a call whether that has succeeded: a function, or `errno` where its symbol is empty.

    With a `width`, it is the number of so many bytes that lies `offset` bytes behind its one argument, a pointer. The
    answer goes to the beginning of a block. Nobody is asked where one of the slots in `needs` is NULL: there is
    then what was there before the call.
    """

    block: int
    symbol: str = ""
    signature: str = ""
    arguments: tuple[Argument, ...] = ()
    needs: tuple[int, ...] = ()
    offset: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `watched` blocks are sent back as they are after it.

    `saves` store the pointer at a place into a slot. The call is skipped when a slot in `needs` is NULL:
    what it would have used was never made. It is also skipped unless all of `only_if` hold. Blocks in `retires` were
    lent until this call has come back: from then on nobody may touch them. `hands` are those that it hands over.
    It is skipped, too, unless all `guards` hold. The `moves` are made in order, of those into one slot
    the first of which all holds.
    It is made `times` times with the same arguments, and the same in all memory that is watched, as far as the time for
    that goes; what is seen is the last one. Blocks in `takes_back` are taken away just before it, after its `moves`.
    Of the blocks that the last one asks of the heap, number `refuses` is refused and, below 0, all from that one on.
    With `each` it is made once for every one of those, and not at all where there are none; what is seen is the last.
    """

    symbol: str
    signature: str
    arguments: tuple[Argument, ...]
    stores: tuple[Store, ...] = ()
    watched: tuple[int, ...] = ()
    saves: tuple[tuple[int, ValuePlace], ...] = ()
    needs: tuple[int, ...] = ()
    follows: tuple[PointerRead, ...] = ()
    only_if: tuple[Condition, ...] = ()
    retires: tuple[int, ...] = ()
    hands: tuple[OwnershipTransfer, ...] = ()
    fills: tuple[Fill, ...] = ()
    times: int = 1
    guards: tuple[Guard, ...] = ()
    moves: tuple[Move, ...] = ()
    once: bool = False
    """Whether it is made in the first plan of a process that has it, and stands for that call in later ones."""
    carries: tuple[WindowMove, ...] = ()
    takes_back: tuple[int, ...] = ()
    refuses: int = 0
    views: tuple[View, ...] = ()
    """Blocks that have room in another one from this call on, in place of their own."""
    change: MemoryChange | None = None
    """What changes while it runs; only of a plan that is traced."""
    secrets: Secrets | None = None
    """What is looked for after it, and in blocks that later calls free; `Returned.measured` then has `Remains`."""
    each: EachPointer | None = None
    result_to: int | None = None
    """The block that its result is stored in: a record that later calls are given by value, or a pointer to it."""
    status: ValuePlace | None = None
    """Where it tells whether it has succeeded, if its result as a whole does not."""
    asks: StatusQuestion | None = None
    """What is asked for that, where the call leaves it nowhere."""

    def status_in(self, returned: Returned) -> bytes:
        """Return what lies at its status after it; nothing where it has none, or where that is not watched."""
        place = self.status
        if place is None or not returned.ran:
            return b""
        if place.block is None:
            return returned.result[place.offset : place.offset + place.width]
        if place.block not in self.watched:
            return b""
        return returned.blocks[self.watched.index(place.block)][place.offset : place.offset + place.width]

    @property
    def may_be_left_out(self) -> bool:
        """Tell whether it is not made where all went well: for the state of a handle, or as it is not the caller's."""
        return bool(self.guards) or any(each.negated for each in self.only_if)


MOST_TIMES = 1 << 16
"""A call is repeated so often at most."""


MOST_REFUSED = 1 << 16
"""The number of a block that is refused is this at most."""


ONES = {0xE4: bytes((1, 0, 0, 0) * 2), 0xE8: bytes((1, *bytes(7)))}
"""Fills that are no byte over and over, but the number 1 in each word of four and of eight bytes."""


def filled(fill: int, size: int) -> bytes:
    """Return what memory of a size holds that nobody has written, from the beginning of its block on."""
    pattern = ONES.get(fill)
    return bytes([fill]) * size if pattern is None else (pattern * (size // 8 + 1))[:size]


@dataclass(frozen=True, slots=True)
class Plan:
    """Calls in order. `subject` is the index of the call that is under test; the rest prepare and clean up."""

    blocks: tuple[Block, ...]
    relocations: tuple[Relocation, ...]
    calls: tuple[Call, ...]
    subject: int = 0
    flush: Flush = Flush.RIGHT
    fill: int = 0xA5
    slots: int = 0
    errno: int = 0
    """What `errno` is before each call."""
    closely: bool = False
    """Whether the process is looked at after every call, to tell which of them has changed it."""
    callbacks: tuple[CallbackScript, ...] = ()
    lanes: ConcurrentCalls | None = None
    """Calls that are made on several threads at once, or as a measure of that."""
    traced: bool = False
    """Whether each access of its calls to its blocks is traced: `Returned.measured` is then an `AccessTrace`."""

    def is_met(self, condition: Condition, seen: Observation) -> bool:
        """Tell whether a condition holds of an earlier call, by what a run of the plan has shown."""
        if not seen.has_run(condition.call):
            return condition.holds(None)
        returned = seen.calls[condition.call]
        return condition.holds(returned.result, self.calls[condition.call].status_in(returned))
