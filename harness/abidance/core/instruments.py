"""What watches the calls of a run: one table, from which workers, the engine, the reports and `doctor` speak.

An instrument that was asked for may be off all the same: a preload that the dynamic linker drops, a system call that a
sandbox denies, a signal handler that somebody else installs. So each proves itself in every worker, by a small planted
fault that it must see, and the worker says which did (`watch/proof.c`, `execute/greeting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["memory", "heap", "call", "process", "cost", "threads", "sanitizer"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument. `key` is its name between processes, `shown` the one that people read.

    `proof` says how it shows that it is live. `remedy` is what to do where it is not. `sources` are the files of
    `watch/` that it consists of. One that is `part_of` another goes without saying where that is named.
    """

    key: str
    shown: str
    kind: Kind
    proof: str
    remedy: str
    sources: tuple[str, ...] = ()
    part_of: str = ""


_RUNTIME = "have the project keep the flags of the build, and load nothing before the sanitizer's runtime"
_SANDBOX = "run where the sandbox allows it; `abidance doctor` shows which instruments are live"

INSTRUMENTS = (
    Instrument(
        "guards",
        "guard pages",
        "memory",
        "a read beside a block ends in the crash handler, which names the address, or in a sanitizer's report",
        _SANDBOX,
        ("guard_pages.c", "arena.c", "dynamic_blocks.c", "transferred_blocks.c"),
    ),
    Instrument(
        "canaries",
        "canaries",
        "memory",
        "a byte changed beside a block is detected, and where",
        _SANDBOX,
        ("canary.c",),
        "guards",
    ),
    Instrument(
        "read_only",
        "read-only inputs",
        "memory",
        "a write to a block of `in` memory ends in the crash handler, as a write, or in a sanitizer's report",
        _SANDBOX,
        ("guard_pages.c",),
        "guards",
    ),
    Instrument(
        "crashes",
        "crash handler",
        "process",
        "a signal that ends a process is caught and recorded on the status page",
        _SANDBOX,
        ("crash.c",),
    ),
    Instrument(
        "reader",
        "pointer reader",
        "memory",
        "mapped memory is read, and distinguished from memory that is not mapped",
        _SANDBOX,
        ("pointer_access.c", "callback_writes.c"),
    ),
    Instrument(
        "heap",
        "heap watcher",
        "heap",
        "a block is counted, filled and reported as a leak; a write past its end and one after free are detected",
        "check the library with an `asan` build, whose runtime watches the heap",
        (
            "heap/interposer.c",
            "heap/pattern.h",
            "heap/account.h",
            "heap/fence.h",
            "heap/quarantine.h",
            "heap/heap.h",
            "sanitizer_heap.c",
        ),
    ),
    Instrument(
        "bound",
        "heap watcher",
        "heap",
        "the library's `malloc` and its like are those that are watched",
        "have the library allocate with the C library's `malloc` when it is tested",
        ("heap_binding.c",),
        "heap",
    ),
    Instrument(
        "gate",
        "call gate",
        "call",
        "a call that changes the rounding mode, a register of the caller's and the direction flag is seen, and the "
        "stack below it holds the fill",
        _SANDBOX,
        ("gate.c", "registers.c", "remnants.c"),
    ),
    Instrument(
        "state",
        "process state",
        "process",
        "a changed umask, a blocked signal and an open descriptor are detected",
        _SANDBOX,
        ("process_state.c", "process_resources.c", "process_resources.h"),
    ),
    Instrument(
        "mailbox",
        "sealed mailbox",
        "process",
        "the worker's records are inaccessible while a call runs",
        _SANDBOX,
        ("mailbox.c",),
    ),
    Instrument(
        "strays",
        "second returns",
        "process",
        "a forked process that returns from a call is detected",
        _SANDBOX,
        ("forked_returns.c",),
        "state",
    ),
    Instrument(
        "callbacks",
        "callbacks",
        "call",
        "a callback that is called returns its scripted answer, and is recorded",
        _SANDBOX,
        ("callback.c", "pieces.h", "allocator.c", "callback_files.c", "callback_writes.c"),
    ),
    Instrument(
        "lanes",
        "thread lanes",
        "threads",
        "results that depend on the order of calls are detected, and equal ones are not",
        _SANDBOX,
        ("lanes.c", "reentry.c"),
    ),
    Instrument(
        "trap",
        "system-call trap",
        "process",
        "a system call of a trapped call is detected, with its number",
        "it takes Linux 5.11 on x86-64",
        ("crash.c", "lanes.c"),
    ),
    Instrument(
        "steps",
        "instruction counter",
        "cost",
        "the instructions of a call are counted, and are the same the second time",
        _SANDBOX,
        ("instruction_counter.c",),
    ),
    Instrument(
        "timer",
        "timer",
        "cost",
        "the processor's clock advances",
        _SANDBOX,
        ("call_timer.c",),
    ),
    Instrument(
        "asan",
        "asan",
        "sanitizer",
        "a read past the end of a heap block is reported, and ends the process as a report does",
        _RUNTIME,
        ("plant.c", "redzones.c"),
    ),
    Instrument(
        "tsan",
        "tsan",
        "sanitizer",
        "two threads that write to one word are reported",
        _RUNTIME,
        ("plant.c",),
    ),
    Instrument(
        "ubsan",
        "ubsan",
        "sanitizer",
        "reaching code that is marked as unreachable is reported",
        _RUNTIME,
        ("plant.c",),
    ),
)
"""In the order in which they are shown."""

BY_KEY = {each.key: each for each in INSTRUMENTS}
