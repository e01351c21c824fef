"""ABD352: a call leaks a child process, a file, a timer or mapped memory each time it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.permissions import grown, may
from abidance.checks.evidence.promise_labels import function_labels
from abidance.checks.evidence.wording import to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import ProcessChange

_KINDS = {
    "children": ("child process", "processes", "waits for what it starts"),
    "file": ("file", "files", "removes the temporary files that it creates"),
    "posix_timers": ("timer", "timers", "deletes the timers that it creates"),
    "mapped": ("mapping", "memory", "unmaps what it maps"),
}


class ResourceLeaked(Check):
    """Flags a call that leaks a child process, a temporary file, a timer or a memory mapping.

    ## Why it matters
    Zombies, temporary files and mappings accumulate until the machine runs out of them, and no heap checker
    counts them.

    ## Example
        char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  /* and no munmap */

    ## How it is detected
    Children, POSIX timers, the total size of mappings, and the names in `/tmp`, `$TMPDIR` and `/dev/shm` are
    compared after each case. It is a leak if each of four further calls adds one: a process that is started
    once, or a file that is kept, is not. The heap's own mappings are excluded. Files of other processes come
    and go in those folders too: calls alternate with pauses, and each call must add one and no pause any.

    ## Not detected
    Mappings on builds with AddressSanitizer, which makes its own; files in other folders; files in folders with
    more than 4,000, or where other processes create some all the time; a child that has ended and was waited
    for.
    """

    id = "ABD352"
    name = "resource-leaked"
    formerly = ("left-behind",)
    only_with = Evidence.REPEATED
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic of each kind."""
        subject = trial.function
        for kind, (what, word, promise) in _KINDS.items():
            if may(trial, word) or (kind == "mapped" and _explained(trial)):
                continue
            for change in grown(trial, kind):
                yield Diagnostic(
                    self.code,
                    f"{to_blame(trial)} leaves one more {what} behind each time it is called{_details(change)}",
                    function_labels(subject, promise),
                    help=f"if it is meant to stay, say `may: [{word}]`",
                    place=f"{subject.name}:{kind}",
                )


def _explained(trial: CaseResult) -> bool:
    """Tell whether what is mapped belongs to a thread, or to the heap, or is not the same amount each time."""
    sizes = []
    for seen in trial.again.repeats if trial.again else ():
        if any(change.kind == "threads" for change in seen.changes) or (seen.kept and seen.kept.growth > 0):
            return True
        sizes += [change.after for change in seen.changes if change.kind == "mapped"]
    return len({*sizes}) > 1


def _details(change: ProcessChange) -> str:
    match change.kind:
        case "file":
            return f": `{change.after}` is one"
        case "mapped":
            return f", of {int(change.after) >> 10} KiB"
    return ""
