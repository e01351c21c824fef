"""The mailbox that parent and worker share, and what its status page says. `status.h` is the other copy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import TYPE_CHECKING

from abidance.plan.layout import MAX_BLOCKS

if TYPE_CHECKING:
    from mmap import mmap

TABLE_OFFSET = 4096
"""Where the blocks are; the reply follows. With the status page they are out of reach while a call runs."""
REPLY_OFFSET = TABLE_OFFSET + 16 * MAX_BLOCKS
REPLY_SIZE = 256 << 20
REQUEST_OFFSET = REPLY_OFFSET + REPLY_SIZE
REQUEST_SIZE = 256 << 20
"""The worker can only read there."""
MAILBOX_SIZE = REQUEST_OFFSET + REQUEST_SIZE
"""Mostly never touched: a memory file takes memory page by page."""

SEQUENCE_WORD, CALL_WORD, PHASE_WORD = 1, 2, 3
MAX_FRAMES = 64

_MAGIC = 0x53444241
_HEAD = Struct("<IIiIIIiiIIQQQIIII")
_STATUS = Struct(f"{_HEAD.format}{MAX_FRAMES}Q")
_PLACE = Struct("<QQ")


class WorkerPhase(IntEnum):
    """What the worker was doing."""

    IDLE = 0
    PREPARING = 1
    CALLING = 2
    LOOKING = 3
    ANSWERING = 4
    GAVE_UP = 5
    EXHAUSTED = 6


class CrashRecord(IntEnum):
    """How far the crash handler got."""

    NONE = 0
    SEEN = 1
    TRACED = 2


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The status page at one moment. Addresses are those of the worker.

    `write` is None when the processor did not say. `address` is None when the signal has none. `frames` are
    code addresses, innermost first; all but the first are return addresses. `blocks` are (address, size).
    """

    sequence: int
    call: int
    phase: WorkerPhase
    crash: CrashRecord
    signal: int
    address: int | None
    write: bool | None
    pc: int
    stack_exhausted: bool
    frames: tuple[int, ...]
    blocks: tuple[tuple[int, int], ...]


def read_proving(mailbox: mmap) -> str:
    """Return the key of the instrument that a worker ended on trying, before its first plan; empty for none."""
    *_, proving, _, _ = _HEAD.unpack_from(mailbox, 0)
    return (
        mailbox[TABLE_OFFSET : TABLE_OFFSET + 32].partition(b"\0")[0].decode("ascii", "replace")
        if proving
        else ""
    )


def read_status(mailbox: mmap) -> StatusPage:
    """Return what the page says; raises ValueError when a library has overwritten it with nonsense."""
    (
        magic,
        sequence,
        call,
        phase,
        blocks,
        crash,
        signal,
        _,
        access,
        exhausted,
        address,
        pc,
        _,
        count,
        _,
        _,
        _,
        *frames,
    ) = _STATUS.unpack_from(mailbox, 0)
    if magic != _MAGIC or access > 3 or blocks > MAX_BLOCKS or count > MAX_FRAMES:
        raise ValueError("the worker's status page was overwritten")
    return StatusPage(
        sequence=sequence,
        call=call,
        phase=WorkerPhase(phase),
        crash=CrashRecord(crash),
        signal=signal,
        address=address if access else None,
        write={2: False, 3: True}.get(access),
        pc=pc,
        stack_exhausted=bool(exhausted),
        frames=tuple(frames[:count]),
        blocks=tuple(_PLACE.iter_unpack(mailbox[TABLE_OFFSET : TABLE_OFFSET + blocks * _PLACE.size])),
    )
