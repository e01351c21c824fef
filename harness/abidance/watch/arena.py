"""The arena's functions as the worker calls them. Only ctypes: this runs in the process that may crash."""

from __future__ import annotations

import ctypes
from enum import IntEnum
from functools import partial
from struct import Struct
from typing import TYPE_CHECKING, Any

from abidance.plan.callback_script import MOST_GIVEN
from abidance.plan.layout import MAX_BLOCKS, NOBODY
from abidance.plan.observation import (
    NO_ALLOCATION,
    NOT_COUNTED,
    NOTHING_LEFT,
    CallSideEffects,
    Damage,
    Freed,
    HeapCorruption,
    HeapGrowth,
    Modified,
    PointerReadResult,
    PointerReadStatus,
    ProcessChange,
)
from abidance.watch.status import MAILBOX_SIZE, REQUEST_OFFSET, TABLE_OFFSET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.plan.plan import OwnershipTransfer

_DAMAGE = Struct("<IIqQ")
_PASSAGE = Struct("<QQQIIIIII")
_KEPT = Struct("<13Q")
_FREED_BLOCK = Struct("<2Q")
_AFTER_FREE = 2
_MOST_WORDS = 1 << 14
_MAX_DAMAGE = 256
_MOST_MEASURED = (2 << 10) + 3
_MOST_TRACED = 1 << 10
_MODIFIED, _FREED = 1, 2
_NO_MEMORY = -2
_ERRORS = {
    -1: "the plan's blocks are malformed",
    -3: "the plan has too many blocks",
    -4: "the plan stores into a read-only block",
    -5: "the plan refuses memory, and no heap is watched",
}
_REACHES = (PointerReadStatus.READ, PointerReadStatus.UNREADABLE, PointerReadStatus.UNTERMINATED)


class Memory(IntEnum):
    """Where blocks live."""

    GUARDED = 0
    """Between guard pages and canaries: release builds, UBSan alone, TSan."""
    REDZONED = 1
    """In memory from malloc, of exact size: AddressSanitizer watches its surroundings."""


class Arena:
    """The blocks of one plan at a time, in this process.

    `addresses` maps a block's index to its address and its size: ``addresses[2 * i]``, ``[2 * i + 1]``.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._declare_functions()
        self.invoked = ctypes.cast(self._library["abidance_invoked"], ctypes.c_void_p).value or 0
        self._passage = ctypes.create_string_buffer(_PASSAGE.size)
        self._kept = ctypes.create_string_buffer(_KEPT.size)
        self._nothing_done = NOT_COUNTED
        self._nothing_left: HeapGrowth | None = None
        self._words = ctypes.create_string_buffer(_MOST_WORDS)
        self._damage = ctypes.create_string_buffer(_MAX_DAMAGE * _DAMAGE.size)
        self._copied = ctypes.c_uint64()
        self._buffer = ctypes.create_string_buffer(1 << 16)
        self._plans = 0
        self.addresses = memoryview(b"").cast("B")
        self.gate: int = self._gate()
        """Where calls are entered in place of their functions, 0 where those are called themselves."""

    def _declare_functions(self) -> None:
        """Give the functions of `arena.h` their types."""
        u32, u64, number, size = ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int, ctypes.c_size_t
        pointer, raw, u64s = ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint64)
        declare = partial(_declare, self._library)
        self._map = declare("map", number, u64, returns=u64)
        self.lock = declare("lock", returns=None)
        self.unlock = declare("unlock", returns=None)
        self._init = declare("init", number)
        self._watch = declare("watch_signals", number)
        self._watch_loading = declare("watch_loading", number, number)
        self._bound = declare("bound", pointer, raw, u32)
        self._plant = declare("plant", raw, returns=None)
        self._prove = declare("prove", u32, number, pointer, pointer)
        self._prepare = declare("prepare", pointer, size)
        self._release = declare("release", returns=None)
        self._retire = declare("retire", u32, returns=None)
        self._hand = declare("hand", u32, returns=None)
        self._look = declare("look", pointer)
        self._store = declare("store", u32, u64, raw, u64)
        self._read = declare("read", u64, pointer, u64, number, pointer)
        self._room = declare("room", u64, returns=u64)
        self._write = declare("write", u64, raw, u64, u64, pointer)
        self._layout = declare("layout", pointer)
        self.enter = declare("enter", u64, returns=None)
        self._refuse = declare("refuse", u64, number)
        self._gate = declare("gate", returns=u64)
        self.strays = declare("strays")
        self._leave = declare("leave", pointer)
        self.is_spoiled = declare("is_spoiled")
        self._settle = declare("settle", pointer)
        self._counts = declare("counts")
        self._begin = declare("state_begin", returns=None)
        self._state = declare("state", raw, u32)
        self._begin_lanes = declare("lanes_begin", number, u32)
        self._set_lane = declare("lane_set", u32, pointer, u64, u64, u32, returns=None)
        self._lane_block = declare("lane_block", u32, u64, u64)
        self._lane_callback = declare("lane_callback", u32, u32)
        self.lane_part = declare("lane_part", u32, u32, u32, returns=None)
        self.lanes_unsteady = declare("lanes_unsteady")
        self.lanes_trapped = declare("lanes_trapped")
        self._lane_measured = declare("lane_measured", u32, pointer)
        self._callback = declare("callback", u32, u32, raw, u64)
        self._callback_frees = declare("callback_frees", u32, u32, pointer, u64s, u32)
        self._callback_calls = declare("callback_calls", u32, u64, pointer, u64s, u32)
        self._trace = declare("trace", number)
        self._change = declare("change", u32, u64, raw, u64)
        self._traced = declare("traced", pointer, u32, pointer, u32)
        self._remnants_begin = declare("remnants_begin", number)
        self._remnants = declare("remnants", pointer, returns=None)
        self.end_remnants = declare("remnants_end", returns=None)
        self._fence = declare("fence")
        self.silence = declare("silence", returns=None)
        self.note = declare("note", number, returns=None)
        self._invocations = declare("invocations", pointer)

    def map(self, mailbox: int) -> memoryview:
        """Map the mailbox, close its descriptor, and return it; raises OSError when that is impossible.

        Not by way of `mmap`, which keeps a descriptor of its own, by which a library could cut the file.
        """
        base = self._map(mailbox, MAILBOX_SIZE)
        if not base:
            raise OSError("the mailbox could not be mapped and put out of reach")
        whole = memoryview((ctypes.c_ubyte * MAILBOX_SIZE).from_address(base)).cast("B")
        self._plans = base + REQUEST_OFFSET
        self.addresses = whole[TABLE_OFFSET : TABLE_OFFSET + 16 * MAX_BLOCKS].cast("Q")
        return whole

    def start(
        self, memory: Memory, library: ctypes.CDLL, *, catch_faults: bool, calls_back: bool
    ) -> list[tuple[str, str]]:
        """Install the signal handlers, and have each instrument prove itself.

        `library` is the one under test; with `calls_back`, there are functions that it is given. Return the
        instruments' keys, each with what it has missed of a planted fault: nothing when it is live. Raises
        OSError when the watcher cannot be started.
        """
        if self._init(memory) or self._watch(catch_faults):
            raise OSError("the watcher could not be started")
        if self._counts():
            self._nothing_done, self._nothing_left = NO_ALLOCATION, NOTHING_LEFT
        has = (memory is Memory.GUARDED) | catch_faults << 1 | calls_back << 2
        return [*self._proofs(has), ("bound", self._bound_elsewhere(library))]

    def watch_loading(self, control: int, *, catch_faults: bool) -> None:
        """Have a fault while the library is loaded told by way of a socket; with -1, no longer."""
        if self._watch_loading(control, catch_faults):
            raise OSError("the watcher could not be started")

    def plant(self, instrument: str) -> None:
        """Do what a sanitizer must end this process for, where `instrument` is live."""
        self._plant(instrument.encode())

    def _bound_elsewhere(self, library: ctypes.CDLL) -> str:
        words = ctypes.create_string_buffer(512)
        self._bound(library._handle, words, len(words))  # noqa: SLF001 - dlopen's, which ctypes keeps there
        return words.value.decode("utf-8", "replace")

    def watch_process(self) -> None:
        """Take what the process is like now for what calls must leave alone."""
        self._begin()

    def _proofs(self, has: int) -> list[tuple[str, str]]:
        key, why = ctypes.c_char_p(), ctypes.c_char_p()
        found: list[tuple[str, str]] = []
        index = 0
        while self._prove(index, has, ctypes.byref(key), ctypes.byref(why)):
            index += 1
            if key.value is not None:
                found.append((key.value.decode(), (why.value or b"").decode()))
        return found

    def prepare(self, length: int) -> None:
        """Make the blocks of the plan that is in the mailbox; raises ValueError when that cannot be.

        Raises MemoryError when there is too little of it.
        """
        _check(self._prepare(self._plans, length))

    def release(self) -> None:
        """Free the blocks."""
        self._release()

    def store(self, block: int, offset: int, raw: bytes) -> None:
        """Write into a writable block; raises ValueError when it has no such place."""
        _check(self._store(block, offset, raw, len(raw)))

    def retire(self, block: int) -> None:
        """Take a block away from everybody until its plan ends."""
        self._retire(block)

    def hand_over(self, hands: Iterable[OwnershipTransfer], result: bytes, status: bytes = b"") -> None:
        """Leave blocks to the library that a call which ended so has taken over, and take away the others."""
        for hand in hands:
            (self._hand if hand.is_taken(result, status) else self._retire)(hand.block)

    def contents(self, block: int) -> bytes:
        """Return the block's bytes as they are now."""
        return ctypes.string_at(self.addresses[2 * block], self.addresses[2 * block + 1])

    def look(self, call: int) -> tuple[list[Damage], list[Modified], list[Freed]]:
        """Return what has happened to the blocks since the last look, and repair it."""
        found = self._look(self._damage)
        damage: list[Damage] = []
        modified: list[Modified] = []
        freed: list[Freed] = []
        for index in range(found):
            block, kind, distance, length = _DAMAGE.unpack_from(self._damage, index * _DAMAGE.size)
            if kind == _FREED:
                freed.append(Freed(call, block))
            elif kind == _MODIFIED:
                modified.append(Modified(call, block, distance))
            else:
                damage.append(Damage(call, block, distance, length))
        return damage, modified, freed

    def leave(self) -> CallSideEffects:
        """Close the gate that `enter` opened just before a call, and return what the call did on its way.

        Between the two nothing of Python's should run but the call.
        """
        if not self._leave(self._passage):
            return self._nothing_done
        allocations, allocated, misfreed, counted, control, registers, strays, refused, _ = _PASSAGE.unpack(
            self._passage
        )
        return CallSideEffects(
            allocations if counted else None,
            misfreed - 1 if misfreed else None,
            bool(control),
            allocated,
            registers,
            strays,
            refused,
        )

    def refuse(self, number: int) -> None:
        """Have the next call refused a block of those that it asks of the heap or, below 0, all from that one on.

        Raises ValueError where no heap is watched.
        """
        _check(self._refuse(abs(number), number < 0))

    def change(self, block: int, at: int, raw: bytes) -> None:
        """Have other bytes in a block from when the next call reads it again, for the `at`-th time.

        The bytes must be there until it is over.
        Raises ValueError where there is no such block.
        """
        _check(self._change(block, at, raw, len(raw)))

    def callback(self, number: int, index: int, spec: bytes) -> None:
        """Have callback function `number` follow a plan's callback; raises ValueError when it cannot."""
        _check(self._callback(number, index, spec, len(spec)))

    def callback_frees(
        self, number: int, argument: int | None, function: int, arguments: list[int], passed: int
    ) -> None:
        """Have a callback free what an argument points at, by the function at an address; raises ValueError.

        Without an `argument`, it calls that where it fails, and leaves.
        Those that are `passed`, a bit for each, are numbers of the callback's own arguments.
        """
        given = (ctypes.c_uint64 * MOST_GIVEN)(*arguments)
        _check(
            self._callback_frees(number, NOBODY if argument is None else argument, function, given, passed)
        )

    def callback_calls(
        self, number: int, turn: int, function: int, arguments: list[int], passed: int
    ) -> None:
        """Have a callback call the function at an address in one of its turns; raises ValueError.

        Those that are `passed`, a bit for each, are numbers of the callback's own arguments.
        """
        given = (ctypes.c_uint64 * MOST_GIVEN)(*arguments)
        _check(self._callback_calls(number, turn, function, given, passed))

    def invocations(self) -> tuple[bytes, int]:
        """Return what was noted of invocations since the last time, and how many found no room."""
        numbers = (ctypes.c_uint64 * 3)()
        if not self._invocations(numbers):
            return b"", 0
        at, size, dropped = numbers
        return ctypes.string_at(at, size), dropped

    def settle(self, spoiler: int | None) -> tuple[HeapGrowth | None, HeapCorruption | None]:
        """Return what the plan's calls have left on the heap, None where nobody counts, and what they spoiled.

        `spoiler` is the call that would have done it, where that is known.
        """
        if not self._settle(self._kept):
            return self._nothing_left, None
        numbers = _KEPT.unpack(self._kept)
        counted, kind = numbers[6:8]
        corruption = HeapCorruption(spoiler, kind == _AFTER_FREE, *numbers[8:]) if kind else None
        return HeapGrowth(*numbers[:6]) if counted else None, corruption

    def changes(self, call: int) -> list[ProcessChange]:
        """Return what has changed about the process since the last look."""
        length = self._state(self._words, _MOST_WORDS)
        if not length:
            return []
        lines = self._words.raw[:length].decode("utf-8", "replace").splitlines()
        parts = [line.split("\x1f") for line in lines]
        return [ProcessChange(call, *three) for three in parts if len(three) == 3]

    def read(self, address: int, limit: int, *, string: bool) -> PointerReadResult:
        """Return the memory at an address that may be anything."""
        if address == 0:
            return PointerReadResult(PointerReadStatus.NULL, b"")
        if limit > len(self._buffer):
            self._buffer = ctypes.create_string_buffer(limit)
        reach = self._read(address, self._buffer, limit, string, ctypes.byref(self._copied))
        return PointerReadResult(_REACHES[reach], ctypes.string_at(self._buffer, self._copied.value))

    def room(self, address: int) -> int:
        """Return how many bytes the heap block has that begins at an address, as far as that is known; no less then."""
        return int(self._room(address))

    def write(self, address: int, contents: bytes, size: int) -> bool:
        """Write contents over and over to memory that may be anything; tell whether all of it could be written."""
        return bool(self._write(address, contents, len(contents), size, ctypes.byref(self._copied)) == 0)

    def begin_lanes(self, order: int, count: int) -> bool:
        """Make ready for lanes; return whether this machine has them."""
        return bool(self._begin_lanes(order, count) == 0)

    def lane(
        self,
        number: int,
        target: int,
        masks: tuple[int, int],
        rounds: int,
        blocks: tuple[int, ...],
        callbacks: Iterable[int],
    ) -> int:
        """Have a lane stand for the function at `target`; return the address to call in its place."""
        self._set_lane(number, target, *masks, rounds)
        for callback in callbacks:
            if self._lane_callback(number, callback):
                raise MemoryError("a call on several threads has too many callbacks")
        for block in blocks:
            if self._lane_block(number, self.addresses[2 * block], self.addresses[2 * block + 1]):
                raise MemoryError("a call on several threads has too many blocks to write to")
        return ctypes.cast(self._library[f"abidance_lane_{number}"], ctypes.c_void_p).value or 0

    def lane_measured(self, number: int) -> tuple[int, ...]:
        """Return what a lane has measured, as `Returned.measured` has it."""
        numbers = (ctypes.c_uint64 * _MOST_MEASURED)()
        return tuple(numbers[: self._lane_measured(number, numbers)])

    def trace(self, on: bool) -> None:
        """Have accesses of calls to the plan's blocks traced, or no longer; raises ValueError if that cannot be."""
        if self._trace(on):
            raise ValueError("no access can be traced on this machine")

    def traced(self, pointers: list[int]) -> tuple[int, ...]:
        """Return what the last call did to the blocks, and whose memory some pointers point at, as numbers."""
        room = _MOST_TRACED + 4 * len(pointers)
        numbers, given = (ctypes.c_uint64 * room)(), (ctypes.c_uint64 * len(pointers))(*pointers)
        return tuple(numbers[: self._traced(given, len(pointers), numbers, room)])

    def begin_remnants(self, *, stack: bool) -> None:
        """Have what the next call leaves in blocks that it frees copied, and on the stack; raises MemoryError."""
        _check(self._remnants_begin(stack))

    def remnants(self) -> tuple[list[tuple[int, bytes]], bytes, bool]:
        """Return the blocks that calls have freed, each with its size, the stack below the last, and if that is all.

        Of a block there are so many bytes as are known to be the call's. The stack ends where the call's caller begins;
        it is empty where nobody looked at it.
        """
        numbers = (ctypes.c_uint64 * 5)()
        self._remnants(numbers)
        at, size, dropped, stack, deep = numbers
        blocks: list[tuple[int, bytes]] = []
        end = at + size
        while at < end:
            asked, taken = _FREED_BLOCK.unpack(ctypes.string_at(at, _FREED_BLOCK.size))
            blocks.append((asked, ctypes.string_at(at + _FREED_BLOCK.size, taken)))
            at += _FREED_BLOCK.size + taken
        return blocks, ctypes.string_at(stack, deep) if stack else b"", not dropped

    def fence(self) -> None:
        """Have the kernel refuse this process whatever changes something outside of it; raises OSError if it cannot."""
        if self._fence():
            raise OSError("the kernel has no filter of system calls for this process (seccomp)")

    def layout(self) -> tuple[int, ...]:
        """Return the sizes and offsets that the C sources repeat, for a test to compare."""
        numbers = (ctypes.c_uint64 * 16)()
        return tuple(numbers[: self._layout(numbers)])


def _declare(library: ctypes.CDLL, name: str, *parameters: Any, returns: Any = ctypes.c_int) -> Any:
    function = library[f"abidance_{name}"]
    function.argtypes, function.restype = parameters, returns
    return function


def _check(result: int) -> None:
    if result == _NO_MEMORY:
        raise MemoryError("memory ran out while the plan's blocks were made")
    if result:
        raise ValueError(_ERRORS.get(result, f"the arena returned {result}"))
