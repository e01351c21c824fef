"""The arena's functions as the worker calls them. Only ctypes: this runs in the process that may crash."""

from __future__ import annotations

import ctypes
from enum import IntEnum
from struct import Struct
from typing import TYPE_CHECKING, Any

from abidance.plan.layout import MAX_BLOCKS
from abidance.plan.observation import Damage, Followed, Modified, Reach
from abidance.watch.status import MAILBOX_SIZE, REQUEST_OFFSET, TABLE_OFFSET

if TYPE_CHECKING:
    from mmap import mmap

_DAMAGE = Struct("<IIqQ")
_MAX_DAMAGE = 256
_NO_MEMORY = -2
_ERRORS = {
    -1: "the plan's blocks are malformed",
    -3: "the plan has too many blocks",
    -4: "the plan stores into a read-only block",
}
_REACHES = (Reach.READ, Reach.UNREADABLE, Reach.UNTERMINATED)


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
        library = ctypes.CDLL(path)
        self._init = _declare(library, "abidance_init", ctypes.c_void_p, ctypes.c_int)
        self._watch = _declare(library, "abidance_watch_signals", ctypes.c_int)
        self._prepare = _declare(library, "abidance_prepare", ctypes.c_void_p, ctypes.c_size_t)
        self._release = _declare(library, "abidance_release")
        self._look = _declare(library, "abidance_look", ctypes.c_void_p)
        self._store = _declare(
            library, "abidance_store", ctypes.c_uint32, ctypes.c_uint64, ctypes.c_char_p, ctypes.c_uint64
        )
        self._read = _declare(
            library,
            "abidance_read",
            ctypes.c_uint64,
            ctypes.c_void_p,
            ctypes.c_uint64,
            ctypes.c_int,
            ctypes.c_void_p,
        )
        self._layout = _declare(library, "abidance_layout", ctypes.c_void_p)
        self._damage = ctypes.create_string_buffer(_MAX_DAMAGE * _DAMAGE.size)
        self._copied = ctypes.c_uint64()
        self._buffer = ctypes.create_string_buffer(1 << 16)
        self._plans = 0
        self.addresses = memoryview(b"").cast("B")

    def start(self, mailbox: mmap, memory: Memory, *, catch_faults: bool) -> None:
        """Take the mailbox and install the signal handlers; raises OSError when that is impossible."""
        whole = memoryview(mailbox)
        base = ctypes.addressof((ctypes.c_char * MAILBOX_SIZE).from_buffer(mailbox))
        self._plans = base + REQUEST_OFFSET
        self.addresses = whole[TABLE_OFFSET : TABLE_OFFSET + 16 * MAX_BLOCKS].cast("Q")
        if self._init(base, memory) or self._watch(catch_faults):
            raise OSError("the watcher could not be started")

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

    def contents(self, block: int) -> bytes:
        """Return the block's bytes as they are now."""
        return ctypes.string_at(self.addresses[2 * block], self.addresses[2 * block + 1])

    def look(self, call: int) -> tuple[list[Damage], list[Modified]]:
        """Return what has happened to the blocks since the last look, and repair it."""
        found = self._look(self._damage)
        damage: list[Damage] = []
        modified: list[Modified] = []
        for index in range(found):
            block, is_modified, distance, length = _DAMAGE.unpack_from(self._damage, index * _DAMAGE.size)
            if is_modified:
                modified.append(Modified(call, block, distance))
            else:
                damage.append(Damage(call, block, distance, length))
        return damage, modified

    def read(self, address: int, limit: int, *, string: bool) -> Followed:
        """Return the memory at an address that may be anything."""
        if address == 0:
            return Followed(Reach.NULL, b"")
        if limit > len(self._buffer):
            self._buffer = ctypes.create_string_buffer(limit)
        reach = self._read(address, self._buffer, limit, string, ctypes.byref(self._copied))
        return Followed(_REACHES[reach], ctypes.string_at(self._buffer, self._copied.value))

    def layout(self) -> tuple[int, ...]:
        """Return the sizes and offsets that the C sources repeat, for a test to compare."""
        numbers = (ctypes.c_uint64 * 16)()
        return tuple(numbers[: self._layout(numbers)])


def _declare(library: ctypes.CDLL, name: str, *parameters: Any) -> Any:
    function = library[name]
    function.argtypes = parameters
    function.restype = None if name == "abidance_release" else ctypes.c_int
    return function


def _check(result: int) -> None:
    if result == _NO_MEMORY:
        raise MemoryError("memory ran out while the plan's blocks were made")
    if result:
        raise ValueError(_ERRORS.get(result, f"the arena returned {result}"))
