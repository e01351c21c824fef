"""ABD314: a heap buffer overflow, or a write after free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label, frame_place, of_block
from abidance.checks.evidence.promise_labels import call_labels
from abidance.checks.evidence.wording import to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Label


class HeapCorrupted(Check):
    """Flags a heap buffer overflow or a write after free, in blocks that calls allocate.

    ## Why it matters
    Another object of the process, or the allocator's metadata, changes silently. The process crashes much
    later, somewhere else, or returns data that belongs to something else.

    ## Example
        char *copy = malloc(strlen(name));  /* and then strcpy(copy, name), which writes a NUL as well */

    ## How it is detected
    On builds without a sanitizer, every block that a call allocates is followed by a fence of 64 bytes, and
    freed blocks are filled and quarantined until the case is over. Both are checked when the block is freed and
    at the end. AddressSanitizer reports the same as a sanitizer-report, with the line that writes.

    ## Not detected
    Reads; writes before a block, or that skip the fence; a write of the very bytes that are there; blocks that
    an earlier case allocated, and those of the library's own allocators.
    """

    id = "ABD314"
    name = "heap-corrupted"
    only_with = Evidence.SPOILED
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        corruption = trial.observation.corruption
        if corruption is None:
            return
        function, actor = trial.function, to_blame(trial)
        if corruption.call is not None:
            function = trial.encoded.calls[corruption.call].function
            actor = f"`{function.name}`"
        how_many = _bytes(corruption.length)
        labels: list[Label] = []
        notes: list[str] = []
        for frames, word in ((corruption.made_at, "allocated here"), (corruption.freed_at, "freed here")):
            lines, words = frame_label(frames, word)
            labels += lines
            notes += (f"{word.split()[0]} {each}" for each in words)
        if corruption.after_free:
            did = f"wrote {how_many} into a heap block that had been freed"
            notes = [f"the first at offset {corruption.offset} of {_bytes(corruption.size)}", *notes]
        else:
            away = corruption.offset - corruption.size
            did = f"wrote {how_many} past the end of a heap block of {_bytes(corruption.size)}"
            did += f", {away} bytes away" if away else ""
        yield Diagnostic(
            self.code,
            f"{actor} {did}",
            (*call_labels(trial, function), *labels),
            tuple(notes),
            help="AddressSanitizer or valgrind shows the line that writes",
            place=f"{function.name}:{'freed' if corruption.after_free else 'past'}:{frame_place(corruption.made_at)}",
            origin=of_block(function.name, corruption.made_at, freed=corruption.after_free),
        )


def _bytes(count: int) -> str:
    return f"{count} byte{'' if count == 1 else 's'}"
