"""Counters of the library's code on pages that all of its workers share, and so outlive each of them.

Imported by the process that may crash: only the standard library.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BETWEEN, _NEXT = "\x1f", "\x1e"
_MAP_FIXED = 0x10
_HIGHEST = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class SharedCounters:
    """Pages of the shared object `library` at `address`, before it is loaded anywhere, whose contents are in `file`."""

    library: Path
    address: int
    size: int
    file: Path


def encode_shared(counters: Iterable[SharedCounters]) -> str:
    """Return them as an argument of a process."""
    each = (
        _BETWEEN.join((os.path.realpath(one.library), str(one.address), str(one.size), str(one.file)))
        for one in counters
    )
    return _NEXT.join(each)


def share(encoded: str) -> None:
    """Put the file of each in the place of its pages, and what was counted until now into the file.

    Raises OSError where that cannot be; nothing of the library may run meanwhile.
    """
    for words in filter(None, encoded.split(_NEXT)):
        library, address, size, file = words.split(_BETWEEN)
        start = _base(library)
        if start is not None:
            _replace(start + int(address), int(size), file)


def _base(library: str) -> int | None:
    """Return where a shared object is loaded; None where it is not."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:  # noqa: PTH123
        for line in maps:
            words = line.rstrip("\n").split(maxsplit=5)
            if len(words) == 6 and words[5] == library and int(words[2], 16) == 0:
                return int(words[0].partition("-")[0], 16)
    return None


def _replace(address: int, size: int, file: str) -> None:
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        with mmap.mmap(descriptor, size) as pages:
            here, before = array("Q"), array("Q")
            here.frombytes(ctypes.string_at(address, size))
            before.frombytes(pages[:])
            # What processes before this one have counted, and the library's constructors in this one.
            both = (one + other & _HIGHEST for one, other in zip(here, before, strict=True))
            pages[:] = array("Q", both).tobytes()
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_int64)
        flags = mmap.MAP_SHARED | _MAP_FIXED
        found = libc.mmap(address, size, mmap.PROT_READ | mmap.PROT_WRITE, flags, descriptor, 0)
        if found != address:
            raise OSError(ctypes.get_errno(), "the counters' pages cannot be shared")
    finally:
        os.close(descriptor)
