"""The input of a compiled contract: which choices its bytes make, and in which order.

This is the one description of it. `planning` writes a function down as steps, `drawing` compiles the steps to C, and
`native.seeds` turns the values of a case into the bytes that make the same choices. What one step takes from the input
is told beside it; the functions of `runtime/input.h` do it, with the constants below.

A step names its place by the path from the arguments of the call, or from the element of an array that it is in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.questions import AskedBefore
    from abidance.boundary.model.types import (
        ArrayShape,
        HandleShape,
        Member,
        PointerShape,
        RecordShape,
        ScalarShape,
        TaggedUnion,
    )
    from abidance.boundary.model.values import Script
    from abidance.contract.expression import Expression

Path = tuple[str, ...]

ZERO_FILL = 0xE0
"""An input begins with a byte: its lowest bit says at which side blocks are flush, the next four how far those are
from aligned that need not be, and unwritten memory is filled with zeros where these bits are set."""
SHIFT_BITS = 1
MENTIONED = 64
"""A number begins with a byte: below this it is one of the numbers that are worth trying, else raw bytes follow."""
RETURNED, RETURNED_COUNT = 0xE0, 16
"""In a sequence, so many of these bytes from there on stand for a number that an earlier call has returned, the last
ones: an id or an index that was returned is likely one that exists."""
TEXTS = 48
"""Contents begin with a byte: below this they are one of the texts that are worth trying."""
REST = 64
"""The last contents of an input are all that is left of it from here on; others, and below, have their count next."""
NULL = 3
"""A pointer that may be NULL has a byte of its own; it is NULL where these bits are set."""
SHORT, MEDIUM, LONG = 32, 0xA0, 0xF0
"""How many elements there are is told by a byte. From LONG on two more bytes have it, from MEDIUM on it is SHORT and
how far the byte is from there; else it is the byte modulo SHORT."""
ZEROS = 1 << 16
LARGEST = 1 << 16
"""Blocks of more bytes than this are not made."""
REFUSED = 192
"""The entry of a function that refuses calls begins with a byte: from here on it is one of those."""
NEW = 0xE0
"""In a sequence a handle is one of those alive, by a byte; from here on a new one, where there is room."""
MOST_ANSWERS = 6
"""A callback has up to so many answers; the last one goes on."""
FAILS = 0xC0
"""A turn of a callback that may fail begins with a byte: from here on it fails, and writes nothing."""
GOES_ON = 0x80
"""How many turns a callback has whose writing comes to an end is told by a byte: from here on one that has failed fails
for ever, else it ends behind them."""
NEVER = 15
"""An allocator has nothing left after so many blocks: these bits of a byte; the next one says that it is for good."""
WANDERS = 0xC0
"""Of several states in which a call is lawful a byte says, from here on, that it is one alone; else any will do."""
MOST_ALIVE, MOST_HELD = 4, 12
"""So many handles of a kind are alive at most: where they hold each other, a tree has more of them."""
MOST_IN_ARRAY = 4
"""An array has so many handles at most."""
MOST_CALLS = 48
MOST_BEFORE = 16
"""So many calls come before a law at most that is given handles with a history. They are chosen as those of a sequence;
a byte that says one more than there are ends them."""
TIMES = (17, 65, 129, 255, 256, 257)
"""In a sequence a byte says which call is next. One more than there are says that the next one is made so many times
in a row, by the byte between; no more than one call of a sequence is."""


@dataclass(frozen=True, slots=True)
class Length:
    """How many elements there are: from `least` to `most`, `exactly` as many, or as many as another place says.

    `tied` is the number that is set to what is chosen, and `like` the buffer that has as many. Of a text of which a
    number tells how long it is, or that its NUL ends it, `terminated` are the numbers that tell that. It is `counted`
    where the number may be how long it is: before everything else a byte says which, where there are several. With
    `sizes`, which are in order, it is the last of them that is no more than what was drawn.
    """

    least: int = 0
    most: int = 0
    exactly: int | Expression | None = None
    tied: Path | None = None
    like: Path | None = None
    terminated: tuple[int, ...] | None = None
    counted: bool = True
    sizes: tuple[int, ...] = ()

    @property
    def ways(self) -> int:
        """Return in how many ways the number may say how long the text is; 1 where nothing else is."""
        return len(self.terminated or ()) + self.counted


@dataclass(frozen=True, slots=True)
class InputStep:
    """What all steps have: a path, and the alternatives of unions without which it is left out."""

    path: Path
    guards: tuple[tuple[Path, int], ...] = field(default=(), kw_only=True)


MOST_CHOICES = 1 << 12
"""So many alternatives of unions in arrays are remembered, to be shown."""


@dataclass(frozen=True, slots=True)
class Alternative(InputStep):
    """A union's alternative: one byte, modulo how many there are. `members` names those of each."""

    options: tuple[int, ...]
    members: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ToldAlternative(Alternative):
    """A union's alternative that a tag tells, of the record `around` or of the call: nothing of the input."""

    variant: TaggedUnion
    around: Path


@dataclass(frozen=True, slots=True)
class Nullness(InputStep):
    """Whether a pointer is NULL: one byte. With a `condition`, it is only where that holds."""

    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Number(InputStep):
    """An integer: a byte, and with 64 or more in it the raw bytes. Of `listed` ones, one or two bytes say which."""

    shape: ScalarShape
    bits: int
    low: int
    high: int
    mentioned: tuple[int, ...]
    listed: bool = False
    relations: tuple[tuple[str, Path], ...] = ()
    sampled: bool = False
    """Whether the `mentioned` ones are some of those that a strategy of the project's has."""


@dataclass(frozen=True, slots=True)
class RealNumber(InputStep):
    """A floating-point number: a byte, and with 64 or more in it its raw bytes."""

    shape: ScalarShape
    low: float
    high: float
    mentioned: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BoundArgument:
    """What a law binds an argument to: the C variable `name`, or those that begin with it for memory and handles.

    Of a handle that the caller allocates, `fields` are what the law sets them to, and `goes_on` are the windows that
    stay where the call before has left them.
    """

    name: str
    nullable: bool = False
    fields: Mapping[str, object] = field(default_factory=dict)
    goes_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound(InputStep):
    """An argument that a law binds: nothing of the input. Memory sets the number that is its `length`, or has it."""

    argument: BoundArgument
    length: Length = Length()


@dataclass(frozen=True, slots=True)
class GoingOn(InputStep):
    """A window of a handle, with the field `count` that counts it, that goes on where it is: nothing of the input."""

    shape: PointerShape
    count: str


@dataclass(frozen=True, slots=True)
class WrittenOut(InputStep):
    """A value that the contract writes out: nothing of the input. None is NULL."""

    value: object


@dataclass(frozen=True, slots=True)
class DrawnContents(InputStep):
    """The elements that a pointer points at, of plain memory: a byte, perhaps how many, and their bytes.

    How many takes a byte, or three. `only` are the only valid contents, of which one
    byte says which where there are several. `last` tells that what is left of the input belongs to them.
    """

    shape: PointerShape
    unit: int
    length: Length
    mentioned: tuple[bytes, ...] = ()
    only: tuple[bytes, ...] = ()
    sampled: bool = False
    """Whether those are some of what a strategy of the project's has."""
    last: bool = False
    row: Path | None = None
    """Of a field of a record that is one of some rows, the path of that: each row has its contents in `only`."""


@dataclass(frozen=True, slots=True)
class RowByte(InputStep):
    """Which of some `rows`, written out beforehand, a record is: one byte."""

    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class RowNumber(InputStep):
    """A number in a record, or one below, that is the `row` at a path: nothing of the input."""

    row: Path
    shape: ScalarShape
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RowNull(InputStep):
    """Whether a pointer in such a record is NULL: nothing of the input."""

    row: Path
    values: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Elements(InputStep):
    """Elements that are made one by one, each from the steps of `frame`; how many is told as for `DrawnContents`."""

    shape: PointerShape | ArrayShape
    length: Length
    frame: Frame


@dataclass(frozen=True, slots=True)
class HandleElements(InputStep):
    """The handles in an array: how many is told as for `Elements`; of one that may be NULL a byte comes first."""

    shape: PointerShape
    length: Length

    @property
    def most(self) -> int:
        """Return how many there are at most: each is another one."""
        exactly = self.length.exactly
        if isinstance(exactly, int):
            return exactly
        return MOST_IN_ARRAY if self.length.like is not None else min(self.length.most, MOST_IN_ARRAY)


@dataclass(frozen=True, slots=True)
class RawBytes(InputStep):
    """An array in place that holds any bytes: as many as it has."""

    shape: ArrayShape

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        return self.shape.size


@dataclass(frozen=True, slots=True)
class HandleChoice(InputStep):
    """A handle. In a sequence one byte says which of those alive; one that is made is made from the input as well.

    For a single call it is then brought into a state in which the call is lawful: of several, a byte may say that it
    is one alone, and before each call on the way a byte says which of the usable functions is called.
    """

    shape: HandleShape
    destroyed: bool = False
    bound: str = ""
    """The C variable that says which handle it is, where a law does."""
    within: tuple[str, ...] = ()
    """The states in which the call is refused, where that is what it is to be refused for."""
    history: bool = False
    """Whether a law is given one that other calls have been made on: a choice as in a sequence, of those alive."""


@dataclass(frozen=True, slots=True)
class HandleStorage(InputStep):
    """The place where a new handle comes to life: nothing of the input."""

    shape: HandleShape


@dataclass(frozen=True, slots=True)
class OpaqueAddress(InputStep):
    """A pointer that is never followed: one byte says which of some addresses, 0 for NULL where that is valid."""

    addresses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UserData(InputStep):
    """A pointer that is only handed on: nothing of the input."""


@dataclass(frozen=True, slots=True)
class TurnMemory:
    """What a callback writes to one of its parameters in one turn, or what its answer points at.

    Plain memory, without a `frame`, is taken as `DrawnContents` are; elements of a `frame` as `Elements` are, and one
    object without their number. Of a `nullable` answer a byte comes first.
    """

    name: str
    shape: PointerShape
    unit: int
    length: Length
    frame: Frame | None = None
    nullable: Expression | bool = False
    answered: bool = False
    """Whether the callback's answer tells how many elements these are."""
    lent: bool = False
    """Whether a pointer to it is written, as an answer may be one, and not what it holds."""


CALL_TURNS = 3
"""A callback that calls the library does so in one of its first turns."""


@dataclass(frozen=True, slots=True)
class CallFromCallback:
    """A function that a callback may call, and the numbers that the steps of `frame` make.

    Beside these it is given the handle that the callback has, or which of its own arguments are passed on, by name.
    """

    function: str
    frame: Frame
    own: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CallbackAnswers(InputStep):
    """A callback, and what it answers and writes: a byte says how many turns, and each takes what it does in it.

    That is whether it fails, where it may; a number, made from the steps of `frame`; what it `returns`; what it writes.
    One that does nothing takes nothing; one that gives memory takes a byte where it may have none left. Where what is
    written has an end, the turn in which nothing is left is `ending`: the bytes of the answer, and of each part. With
    `last`, what is left of the input is what it writes last. Of one that answers by what it is given, a byte says which
    of `by_content` it does. Before all that, a byte says which of `calls` it makes, 0 for none, and another one in
    which turn.
    """

    shape: CallbackShape
    frame: Frame | None
    returns: TurnMemory | None = None
    written: tuple[TurnMemory, ...] = ()
    failures: tuple[int, ...] = ()
    ending: tuple[bytes, tuple[bytes | None, ...]] | None = None
    last: bool = False
    by_content: tuple[Script, ...] = ()
    calls: tuple[CallFromCallback, ...] = ()
    not_called: tuple[str, ...] = ()
    """Why it makes no calls of some functions that it may call."""
    said: tuple[int, ...] | None = None
    """What a law's step says that it answers: it writes nothing, and takes nothing of the input."""

    @property
    def has_turns(self) -> bool:
        """Tell whether there is anything that may be another time by time."""
        return self.frame is not None or self.returns is not None or bool(self.written)

    @property
    def may_fail(self) -> bool:
        """Tell whether it gives memory, and may have none left."""
        return self.shape.allocates is not None and getattr(self.shape.result, "nullable", False) is True


@dataclass(frozen=True, slots=True)
class Lend(InputStep):
    """Memory for one object behind a pointer: nothing of the input."""

    shape: PointerShape


@dataclass(frozen=True, slots=True)
class Room(InputStep):
    """Memory that the library is to fill: nothing of the input."""

    shape: PointerShape


@dataclass(frozen=True, slots=True)
class RoomsTold(InputStep):
    """Functions that tell how much memory the call is given, asked with what comes before: nothing of the input."""

    questions: tuple[AskedBefore, ...]


@dataclass(frozen=True, slots=True)
class MemoryEnd(InputStep):
    """A pointer to the end of the memory that another, `whose`, points at: nothing of the input."""

    whose: Path


TO_THE_END = 255
"""How far a pointer leads into other memory is told by a byte, modulo one more than there are elements; this one says
that it is as far as there are."""


@dataclass(frozen=True, slots=True)
class PlaceByte(InputStep):
    """How far a pointer leads into the memory that another, `whose`, points at: one byte."""

    whose: Path


@dataclass(frozen=True, slots=True)
class PlaceWithin(InputStep):
    """A pointer into the memory of another, `whose`: as far as its byte says, or is `given`; nothing of the input."""

    whose: Path
    given: int | None = None


OVERLAPS = 0xA0
"""Whether two parameters are in one memory is told by a byte: from here on they are, and it says how far apart."""


@dataclass(frozen=True, slots=True)
class OverlapByte(InputStep):
    """Whether parameters of the call that may overlap do: one byte."""


DENIES, DENIED = 0x80, 64
"""Which block a call is refused is told by a byte: from here on one of the first, every other with all after it."""


@dataclass(frozen=True, slots=True)
class RefusalByte(InputStep):
    """Whether the call is refused memory: one byte."""


@dataclass(frozen=True, slots=True)
class Invariants(InputStep):
    """What holds of each valid record: nothing of the input."""

    record: RecordShape
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Steps in the order in which they are taken, and the members that they give values to."""

    members: tuple[Member, ...]
    steps: tuple[InputStep, ...]
