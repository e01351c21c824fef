"""What came back from running a plan: bytes, damage, and how the worker ended if it did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PointerReadStatus(StrEnum):
    """How following a pointer went."""

    READ = "read"
    NULL = "null"
    UNREADABLE = "unreadable"
    UNTERMINATED = "unterminated"
    NO_RANGE = "no range"
    """Its end lies before its beginning, or within an element, or one of the two is NULL."""


@dataclass(frozen=True, slots=True)
class PointerReadResult:
    """The memory behind a returned pointer, as far as it could be read.

    `behind` has for each of the plan's reads behind it what was found, pointer by pointer.
    """

    reach: PointerReadStatus
    contents: bytes
    behind: tuple[tuple[PointerReadResult, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class CallSideEffects:
    """What a call did on its way, besides answering.

    `allocations` is how many blocks it asked of the heap, None where nobody counts, and `allocated` how many bytes.
    `misfreed` is a block of the plan that it tried to free. `control` tells that the floating-point control bits came
    back changed, and `registers`, a sum of `abidance_register` in `watch/arena.h`, which registers did. `strays` is how
    many other processes came back from the call as well, and `refused` how many blocks of the heap it was refused.
    """

    allocations: int | None = None
    misfreed: int | None = None
    control: bool = False
    allocated: int = 0
    registers: int = 0
    strays: int = 0
    refused: int = 0

    def after(self, earlier: CallSideEffects) -> CallSideEffects:
        """Return what this call did and the same one before it, made by one step of a plan."""
        if earlier in (NO_ALLOCATION, NOT_COUNTED):
            return self
        counted = self.allocations is not None and earlier.allocations is not None
        return CallSideEffects(
            (self.allocations or 0) + (earlier.allocations or 0) if counted else None,
            self.misfreed if earlier.misfreed is None else earlier.misfreed,
            self.control or earlier.control,
            self.allocated + earlier.allocated,
            self.registers | earlier.registers,
            self.strays + earlier.strays,
            self.refused + earlier.refused,
        )


NO_ALLOCATION, NOT_COUNTED = CallSideEffects(0), CallSideEffects(None)
"""Nothing but to answer, where allocations are counted and where they are not."""


class DeallocationStatus(StrEnum):
    """What was given back to an allocator."""

    NOTHING = "nothing"
    RIGHT = "right"
    STRANGE = "strange"
    """Memory that no allocator of the plan gave."""
    INSIDE = "inside"
    """A pointer into a block, and not to its beginning."""
    AGAIN = "again"
    OTHERS = "others"
    """A block of another allocator."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One time that the library called back.

    `callback` is the plan's, None for one of a plan before it. `at` says for each argument which block it points
    into, and where. `reads` are those of the callback. `call` is the call that ran, or the last that did when the
    invocation came `late`; `foreign` tells that it came on another thread. `answer` is the one that it was given, and
    `result` what it came to. `writes` tell for each of the callback's how it went and how many bytes were written.
    """

    callback: int | None
    call: int
    arguments: tuple[bytes, ...] = ()
    at: tuple[tuple[int, int] | None, ...] = ()
    reads: tuple[PointerReadResult, ...] = ()
    answer: int = 0
    foreign: bool = False
    late: bool = False
    writes: tuple[tuple[PointerReadStatus, int], ...] = ()
    result: bytes = b""
    made: int | None = None
    """The block that an allocator gave: those come after the plan's."""
    returned: int | None = None
    """The block that came back to one, or that what came back points into."""
    given_back: DeallocationStatus = DeallocationStatus.NOTHING
    position: int = 0
    """How many elements of its turn came before what it read; or what it told of the position of another."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What one call left. `ran` is False when it was skipped.

    `result` is as wide as the result's register class. `blocks` are the call's watched blocks, in order. `nanoseconds`
    are of its thread's processor time: other processes add nothing to it.
    """

    ran: bool
    result: bytes = b""
    errno: int = 0
    nanoseconds: int = 0
    blocks: tuple[bytes, ...] = ()
    followed: tuple[PointerReadResult, ...] = ()
    side_effects: CallSideEffects = CallSideEffects()
    invocations: tuple[Invocation, ...] = ()
    """Those since the call before, this one's and any that came in between."""
    unnoted: int = 0
    """How many invocations there was no room for."""
    measured: tuple[int, ...] = ()
    """Of a lane, what it is there to measure; see `Order`. Of a repeated call, how often it was made, where the time
    was not enough for all.

    Timed calls have picoseconds of each, and then those of as many references. A stream has how many calls there
    were, and picoseconds of all. Stepped ones have how many instructions there were. Of a traced plan's call, what an
    `AccessTrace` is read from.
    """


@dataclass(frozen=True, slots=True)
class HeapGrowth:
    """What all calls of a plan together left on the heap: blocks that they made, and older ones given back.

    `site` is the code address that the oldest of the blocks was asked for at, 0 when unknown. `nth` is its number among
    all that the plan's calls asked for, from 1.
    """

    blocks: int
    bytes: int
    returned_blocks: int
    returned_bytes: int
    site: int
    nth: int = 0

    @property
    def growth(self) -> int:
        """Return how many blocks there are more than before."""
        return self.blocks - self.returned_blocks


NOTHING_LEFT = HeapGrowth(0, 0, 0, 0, 0)

FENCE = 64
"""How many bytes behind a block of the heap are looked at; `watch/heap/fence.h` has the same."""


@dataclass(frozen=True, slots=True)
class HeapCorruption:
    """Bytes that calls of a plan wrote where none may be written: behind a block of the heap, or into one they freed.

    `call` is the one that did it, None when that was not looked for. `offset` counts from the start of the block,
    whose owner asked for `size` bytes, and `length` is the extent from the first to the last changed byte. `made` and
    `freed` are code addresses, 0 when unknown; `made_at` and `freed_at` their places, when those are in the library's
    own code.
    """

    call: int | None
    after_free: bool
    size: int
    offset: int
    length: int
    made: int = 0
    freed: int = 0
    made_at: tuple[StackFrame, ...] = ()
    freed_at: tuple[StackFrame, ...] = ()

    @property
    def is_through(self) -> bool:
        """Tell whether the write may have gone on behind the fence, into what the allocator keeps there."""
        return not self.after_free and self.offset + self.length >= self.size + FENCE


PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class ProcessChange:
    """Something about the process that is no longer as it was before `call`, or before a call until it.

    `kind` is ``locale``, ``directory``, ``umask``, ``environment``, ``float_control``, ``signal_handler``,
    ``signal_mask``, ``signal_stack``, ``timer``, ``posix_timers``, ``limit``, ``attribute``, ``opened``,
    ``closed``, ``replaced``, ``threads``, ``children``, ``mapped`` or ``file``; `before` and `after` are words,
    empty where there is nothing to say. With ``printed``, where calls are watched closely, they are how many bytes
    there were on standard output and standard error before the call and after it.
    """

    call: int
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Damage:
    """Canary bytes that changed around a block during `call`.

    `distance` counts bytes from the block to the nearest changed byte: 0 is the first byte past its end, -1
    the last one before its start. `length` is the extent from the first to the last changed byte there.
    """

    call: int
    block: int
    distance: int
    length: int


@dataclass(frozen=True, slots=True)
class Modified:
    """A read-only block whose byte at `offset` changed during `call`, where it could not be mapped so."""

    call: int
    block: int
    offset: int


@dataclass(frozen=True, slots=True)
class Freed:
    """A block that was handed over and that the library had freed when `call` came back, and not before."""

    call: int
    block: int


class WorkerEnding(StrEnum):
    """How the worker ended while a call ran."""

    SIGNAL = "signal"
    EXIT = "exit"
    TIMEOUT = "timeout"
    SANITIZER = "sanitizer"
    LOST = "lost"
    """Killed from outside, by the kernel or a person: nothing that the library can be blamed for."""


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One place of a stack: a module and an offset in it, and names when debug information has them.

    `offset` is what a symbolizer takes for that module; `file` is as the compiler recorded it. `ends` tells that the
    function never returns, and ends the process for whoever called it.
    """

    module: str
    offset: int
    function: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Touch:
    """A faulting access. `block` and `distance` place it when it is in or near a block of the plan.

    `distance` counts from the block's start when inside it (0 or more and below its size), else as in
    `Damage`: see `side`. `size` is 0 when unknown.
    """

    address: int
    write: bool | None
    size: int = 0
    block: int | None = None
    side: str = ""
    """``inside``, ``after`` or ``before`` the block; empty when it is near none."""
    distance: int = 0


@dataclass(frozen=True, slots=True)
class RuntimeReport:
    """One report: `tool` such as ``AddressSanitizer``, `kind` such as ``heap-buffer-overflow``.

    `headline` is the tool's own first sentence without addresses and process ids. `previous` is the other
    access of a data race, or the other order of locking.
    """

    tool: str
    kind: str
    headline: str
    frames: tuple[StackFrame, ...] = ()
    freed: tuple[StackFrame, ...] = ()
    allocated: tuple[StackFrame, ...] = ()
    previous: tuple[StackFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class Death:
    """The worker did not answer. `call` is the index of the call that was running, None if none was.

    `status` is the signal's number or the exit status. `frames` are the library's own, innermost first.
    `stack_exhausted` is true when the fault was next to the stack's end.
    """

    ending: WorkerEnding
    call: int | None
    status: int
    touch: Touch | None = None
    frames: tuple[StackFrame, ...] = ()
    report: RuntimeReport | None = None
    stack_exhausted: bool = False
    output: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """All that running a plan showed. With `death`, `calls` holds those that had finished before.

    `kept`, `changes` and `printed` are about all calls together; after a death they are not known.
    """

    calls: tuple[Returned, ...]
    damage: tuple[Damage, ...] = ()
    modified: tuple[Modified, ...] = ()
    death: Death | None = None
    kept: HeapGrowth | None = None
    changes: tuple[ProcessChange, ...] = ()
    printed: bytes = b""
    trailing: tuple[Invocation, ...] = ()
    """Invocations that came after the last call was over."""
    freed: tuple[Freed, ...] = ()
    site: tuple[StackFrame, ...] = ()
    """Where the oldest of the `kept` blocks was asked for, when that was in the library's own code."""
    corruption: HeapCorruption | None = None
    """What was written where nothing may be, the first of it; known when all calls are over."""
    callbacks: tuple[int, ...] = ()
    """Where the plan's callbacks were, in order; known when all calls are over."""

    def has_run(self, index: int) -> bool:
        """Tell whether a call ran and came back."""
        return index < len(self.calls) and self.calls[index].ran
