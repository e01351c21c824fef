"""Reads what traced processes have recorded: `runtime/recording.h` has the layout, which is all 64-bit numbers.

A process may have written anything there that a stray write of its can: nothing that is read is trusted.
"""

from __future__ import annotations

import mmap
import os
import stat
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MAGIC = int.from_bytes(b"ABTRACE1", "little")
_HEAD, _PATH, _NOTE, _NOTES = 32, 32, 64, 256
_NOTE_VALUES, _NOTE_PATH = 8, 32
_STATUSES, _GROWTH, _TIMES, _BYTES = 16, 64, 2624, 368
_COUNT, _CHECKED, _PID, _USED, _LOST, _ENDED, _NOTED, _UNTRACKED = 1, 2, 3, 4, 5, 6, 7, 8
_HEADING = 15
_SAMPLE = 4096
_FIXED = _HEADING + 2 * _STATUSES + 2 * _GROWTH + _TIMES
FINE, COARSE = 6, 3
"""So many bits of a number of ticks, and of bytes, are kept."""


@dataclass(slots=True)
class RecordedCalls:
    """What calls of one function come to, in all threads of all processes. Times are in ticks of the clock."""

    calls: int = 0
    returned: int = 0
    refused: int = 0
    ticks: int = 0
    most: int = 0
    own: int = 0
    owned: int = 0
    threads: int = 0
    other_statuses: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    growth: dict[int, tuple[int, int]] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    sizes: dict[int, dict[int, int]] = field(default_factory=dict)
    samples: list[tuple[int, tuple[bytes, ...]]] = field(default_factory=list)
    """Of each thread, how many calls they are of, and the samples."""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call that a check has found something of, made from `offset` of a file, which is empty where none was found."""

    check: int
    process: int
    thread: int
    number: int
    file: str
    offset: int
    values: tuple[int, ...]
    returned: bool = False


@dataclass(slots=True)
class Recording:
    """What all processes of one program have recorded. `seen` is how often each check has found something."""

    functions: dict[int, RecordedCalls] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    calls: list[RecordedCall] = field(default_factory=list)
    libraries: set[str] = field(default_factory=set)
    processes: int = 0
    unfinished: int = 0
    lost: int = 0
    untracked: int = 0


def read_recording(folder: Path, lengths: Sequence[int], checks: int) -> Recording:
    """Return what the processes that were traced into a folder have recorded.

    `lengths` has for each function how many places have a size.
    """
    found = Recording()
    for file in sorted(folder.glob("*.trace")):
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as opened:
            size = os.fstat(opened.fileno())
            if not stat.S_ISREG(size.st_mode) or size.st_size < 8 * _records_at(checks):
                continue
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                _read(mapped, found, lengths, checks)
    return found


def _records_at(checks: int) -> int:
    return _HEAD + _PATH + checks + _NOTES * _NOTE


def _read(mapped: mmap.mmap, found: Recording, lengths: Sequence[int], checks: int) -> None:
    functions = len(lengths)
    head = _numbers(mapped, 0, _HEAD)
    if head[0] != MAGIC or head[_COUNT] != functions or head[_CHECKED] != checks:
        return
    found.processes += 1
    found.lost += head[_LOST]
    found.untracked += head[_UNTRACKED]
    found.unfinished += not head[_ENDED]
    path = _text(mapped[8 * _HEAD : 8 * (_HEAD + _PATH)])
    if path:
        found.libraries.add(path)
    for check, count in enumerate(_numbers(mapped, _HEAD + _PATH, checks)):
        if count:
            found.seen[check] = found.seen.get(check, 0) + count
    notes = _HEAD + _PATH + checks
    for number in range(min(head[_NOTED], _NOTES)):
        note = _numbers(mapped, notes + number * _NOTE, _NOTE)
        if note[0] == 1 and note[1] < checks:
            raw = struct.pack(f"<{_NOTE - _NOTE_PATH}Q", *note[_NOTE_PATH:])
            values = tuple(note[_NOTE_VALUES:_NOTE_PATH])
            found.calls.append(
                RecordedCall(
                    note[1], head[_PID], note[2], note[3], _text(raw), note[5], values, bool(note[6])
                )
            )
    end = min(head[_USED], len(mapped))
    for each in _records(mapped, 8 * _records_at(checks), end):
        if each[1] < functions:
            _add(found.functions.setdefault(each[1], RecordedCalls()), each, lengths[each[1]])


def _records(mapped: mmap.mmap, at: int, end: int) -> Iterator[tuple[int, ...]]:
    while at + 8 * _FIXED <= end:
        (size,) = _numbers(mapped, at // 8, 1)
        if size < 8 * _FIXED or size % 8 or at + size > end:
            return
        yield _numbers(mapped, at // 8, size // 8)
        at += size


def _add(total: RecordedCalls, record: tuple[int, ...], lengths: int) -> None:
    _, _, calls, returned, refused, ticks, most, own, owned, threads, others = record[:11]
    total.calls += calls
    total.returned += returned
    total.refused += refused
    total.ticks += ticks
    total.most = max(total.most, most)
    total.own += own
    total.owned += owned
    total.threads += threads
    total.other_statuses += others
    sampled, at = record[11], _HEADING
    for value, count in _pairs(record[at : at + 2 * _STATUSES]):
        if count:
            signed = value - (1 << 64) if value >> 63 else value
            total.statuses[signed] = total.statuses.get(signed, 0) + count
    at += 2 * _STATUSES
    for power, (count, spent) in enumerate(_pairs(record[at : at + 2 * _GROWTH])):
        if count:
            before = total.growth.get(power, (0, 0))
            total.growth[power] = (before[0] + count, before[1] + spent)
    at += 2 * _GROWTH
    _buckets(total.times, record[at : at + _TIMES])
    at += _TIMES
    for which in range(min(lengths, (len(record) - at) // _BYTES)):
        _buckets(total.sizes.setdefault(which, {}), record[at + which * _BYTES : at + (which + 1) * _BYTES])
    rest = record[at + lengths * _BYTES :]
    step = _SAMPLE // 8
    there = min(sampled, len(rest) // step)
    if there:
        parts = (rest[index * step : (index + 1) * step] for index in range(there))
        total.samples.append((calls, tuple(struct.pack(f"<{step}Q", *part) for part in parts)))


def _buckets(total: dict[int, int], counts: Iterable[int]) -> None:
    for bucket, count in enumerate(counts):
        if count:
            total[bucket] = total.get(bucket, 0) + count


def bucket_ends(bucket: int, bits: int) -> tuple[int, int]:
    """Return the smallest and the largest number that a bucket counts, of which so many bits are kept."""
    if bucket < 1 << bits:
        return bucket, bucket
    shift = (bucket >> bits) - 1
    low = ((bucket & ((1 << bits) - 1)) + (1 << bits)) << shift
    return low, low + (1 << shift) - 1


def _numbers(mapped: mmap.mmap, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}Q", mapped, 8 * at)


def _pairs(values: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    return zip(values[::2], values[1::2], strict=True)


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", "backslashreplace")
