"""What a callback does while the library calls it: what it reads, writes, answers and calls itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.plan.plan import Address, Slot, Value


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a pointer or a length is while a callback runs: in a region, at `offset`.

    Regions are the callback's arguments, in order, and then what each of its reads has read.
    """

    region: int
    offset: int = 0
    width: int = 8


@dataclass(frozen=True, slots=True)
class Read:
    """Memory behind a pointer that a callback is given, read while it runs; otherwise as `PointerRead`."""

    pointer: Spot
    string: bool = False
    length: Spot | None = None
    scale: int = 1
    limit: int = 1 << 16


@dataclass(frozen=True, slots=True)
class CallbackNumber:
    """A number that a callback is given: the first `width` bytes of an argument, or of what it points at.

    One below zero counts as zero.
    """

    argument: int
    width: int = 8
    behind: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Memory behind a pointer that a callback is given, and what it writes there.

    There is room for `scale` bytes times the numbers in `room`. `contents` has one item for each turn: None where the
    callback leaves the memory alone. When nobody is told how much it was, the contents are repeated until the room is
    full. Otherwise no more is written than there is room for, in whole units of `unit` bytes times the numbers in
    `units`, and their count goes to `told`: `RESULT_TOLD`, or so many bytes behind an argument. With `lends`, a pointer
    is written: each of the contents is then the number of a block, or `NO_BLOCK`, and the count that is told.
    """

    argument: int
    contents: tuple[bytes | None, ...]
    scale: int = 1
    room: tuple[CallbackNumber, ...] = ()
    told: int | None = None
    width: int = 0
    unit: int = 1
    units: tuple[CallbackNumber, ...] = ()
    lends: bool = False


RESULT_TOLD = -1
"""Stands in a write for "the callback's result"."""


@dataclass(frozen=True, slots=True)
class Allocator:
    """What makes a callback part of allocator `number` of the plan: each answer is then 0 for NULL, and 1.

    With `allocates`, it is asked for `scale` bytes times the numbers in `room`, which hold 0 with `zeroes`; `frees` is
    the argument that gives memory back.
    """

    number: int
    allocates: bool = False
    scale: int = 1
    room: tuple[CallbackNumber, ...] = ()
    zeroes: bool = False
    frees: int | None = None


@dataclass(frozen=True, slots=True)
class Most:
    """What a callback answers at most: `scale` times the numbers in `numbers`, as a `signed` number or as another."""

    scale: int = 1
    numbers: tuple[CallbackNumber, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where what a callback reads begins: after `scale` times the numbers in `numbers` elements of `size` bytes.

    What there is are its turns, one after the other, of which each has so many elements as `lengths` says; None of one
    that fails there. Write `data` has them or, without one, the answer leads to them, and write `count` tells how many
    there are. With `repeats`, the first turn is all, over and over.
    """

    scale: int
    numbers: tuple[CallbackNumber, ...]
    size: int
    lengths: tuple[int | None, ...]
    data: int | None = None
    count: int | None = None
    repeats: bool = False
    cursor: int | None = None
    """The position of the plan where it begins instead, of `MOST_CURSORS`; it moves on by as many as were read."""
    stored: bool = False
    """Whether others write what it reads: what its turns have is there at first, and all else behind them."""
    placed: bool = False
    """Whether it begins where it is told to all the same: the position of the plan is that of its file."""

    whole: bool = False
    """Whether it reads all that it is asked for."""
    fails: bytes | None = None
    """What such a one answers where there is less than that; None of one that reads what is left then."""

    @property
    def moves(self) -> int | None:
        """Return the position of the plan that moves on with what is read; None where there is none, or it stays."""
        return None if self.placed else self.cursor


MOST_CURSORS = 64
"""A plan has so many positions that its callbacks share."""


class FileAction(IntEnum):
    """What a callback does with a position of the plan, at which another one reads, or it writes."""

    SEEKS = 0
    TELLS_POSITION = 1
    TELLS_SIZE = 2
    TELLS_END = 3
    WRITES = 4


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What a callback does with position `cursor` of the plan.

    It does so in the turns that `succeed`, and where it cannot, it answers `failure`. A seek goes to the number
    `place`, counted from where `whence` says, or from where it is if `relative`. What is told then, the new position as
    well, is what it answers where that is `in_result`, or `written` by the first of its writes.
    """

    cursor: int
    action: FileAction
    succeed: tuple[bool, ...]
    failure: bytes
    place: CallbackNumber | None = None
    whence: CallbackNumber | None = None
    relative: bool = False
    bounded: bool = False
    """Whether it goes no further than there is something; what is told is then how far it has gone."""
    in_result: bool = False
    written: bool = False
    data: int | None = None
    """The argument that points to what is written: `scale` bytes times the numbers in `numbers`, of which a callback
    that is `counted` writes as many parts as it answers, of so many as it may answer at most. Elements are of `size`
    bytes."""
    scale: int = 1
    numbers: tuple[CallbackNumber, ...] = ()
    counted: bool = False
    size: int = 1
    own: bool = False
    """Whether nobody reads there, so that the file is empty at first."""
    begin: tuple[int, tuple[CallbackNumber, ...]] | None = None
    """The elements before what is written, a number times others; without it they are those before the position."""


class ComparandKind(IntEnum):
    """How contents are compared: as bytes, or as one number."""

    BYTES = 0
    UNSIGNED = 1
    SIGNED = 2
    REAL = 3


@dataclass(frozen=True, slots=True)
class Comparand:
    """What a callback answers by: `width` bytes at `offset` of a region, or with 0 all that was read there."""

    region: int
    offset: int = 0
    width: int = 0
    kind: ComparandKind = ComparandKind.BYTES


@dataclass(frozen=True, slots=True)
class CallbackCall:
    """A call that a callback makes in one of its turns, with at most `MOST_GIVEN` arguments."""

    turn: int
    symbol: str
    arguments: tuple[Value | Slot | Address | Passed, ...]


MOST_GIVEN = 4


@dataclass(frozen=True, slots=True)
class Passed:
    """An argument of a callback, which it passes on."""

    argument: int


@dataclass(frozen=True, slots=True)
class CallbackFreeing:
    """What a callback frees of its arguments, with what, and what that is given: at most `MOST_GIVEN` of them."""

    argument: int
    symbol: str
    given: tuple[Value | Slot | Address | Passed, ...]


@dataclass(frozen=True, slots=True)
class CallbackLeaving:
    """What a callback calls where it fails, and that does not come back: with at most `MOST_GIVEN` numbers."""

    symbol: str
    given: tuple[Value | Passed, ...]


@dataclass(frozen=True, slots=True)
class CallbackScript:
    """A function that the library may call. Its address is in `slot` before any call.

    `kind` is the number of its compiled function. It answers with `answers` in turn, and from the last of them on
    with that one; when they are `addresses`, each is the number of a block, or `NO_BLOCK` for NULL. Each invocation's
    arguments, of these `sizes`, are sent back with what `reads` say. A callback that returns nothing has answers of
    no bytes, as many as it has turns.
    """

    slot: int
    kind: int
    sizes: tuple[int, ...]
    reads: tuple[Read, ...] = ()
    answers: tuple[bytes, ...] = ()
    writes: tuple[Write, ...] = ()
    addresses: bool = False
    allocator: Allocator | None = None
    gives: bool = False
    """Whether the library is to free what an answer points at: each is then a copy of its block."""
    frees: tuple[CallbackFreeing, ...] = ()
    lasting: bool = False
    """Whether it may be called at any time: invocations after its plan are valid, and are not noted."""
    calls: tuple[CallbackCall, ...] = ()
    """The calls that it makes itself."""
    leaves: CallbackLeaving | None = None
    """What it fails by, of one that reads all that it is asked for and has no answer for a failure."""
    by: tuple[Comparand, ...] = ()
    """What it answers by, and not in turn: of two, the first of three answers where the first comes before the other,
    the second where they are alike, else the third; of one, any answer, which is the same for the same contents."""
    most: Most | None = None
    """What stands in place of an answer that is above it."""
    position: Position | None = None
    """Where what it reads begins, in whatever order it is asked for that; each turn follows from it."""
    file: FileAnswer | None = None
    """What it does with the position at which another one reads."""


NO_BLOCK = (1 << 64) - 1
"""Stands in an answer for NULL."""
