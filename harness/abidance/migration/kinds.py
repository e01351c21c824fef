"""Of which kind of trouble a finding is, by the rule that found it."""

from __future__ import annotations

from abidance.migration.model import TroubleKind

FAULTS = frozenset(
    {
        "allocator-misused",
        "borrowed-memory-freed",
        "call-returned-twice",
        "callback-after-lifetime",
        "crashed",
        "dangling-pointer",
        "heap-corrupted",
        "input-modified",
        "length-past-capacity",
        "not-thread-safe",
        "out-of-bounds-read",
        "out-of-bounds-write",
        "process-exited",
        "register-clobbered",
        "result-invalidated",
        "sanitizer-report",
        "timed-out",
        "uninitialised-read",
    }
)
"""Rules whose findings leave memory, threads or the process so that nothing that follows can be relied on."""
DIFFERENCES = frozenset({"implementations-differ"})
"""Rules that compare two libraries."""


def kind_of(rule: str) -> TroubleKind:
    """Return the kind of a finding; what is not listed is a promise that was not kept."""
    if rule in FAULTS:
        return TroubleKind.FAULT
    return TroubleKind.DRIFT if rule in DIFFERENCES else TroubleKind.BROKEN
