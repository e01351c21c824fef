"""ABD372: the library tried to free the caller's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence import Evidence
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.trial import Trial


class FreedBorrowed(Check):
    """Flags a call that frees memory which it was lent.

    ## Why it matters
    The caller frees it as well, or goes on using it. The memory need not even come from the heap.

    ## Example
        free(request);              /* in a function that is given the request to look at */

    ## How it is seen
    Without AddressSanitizer, `free` and `realloc` are watched while a call runs; an attempt to free an
    argument is noted and not made. With it, the second free is reported (ABD303).

    ## Not seen
    Allocators that the library brings along.
    """

    id = "ABD372"
    name = "borrowed-memory-freed"
    only_with = Evidence.MISFREED
    whole = True

    def judge(self, trial: Trial) -> Iterator[Diagnostic]:
        """Yield one diagnostic a call."""
        for index, returned in enumerate(trial.observation.calls):
            block = returned.passage.misfreed
            if block is None:
                continue
            placed, path = trial.owner(block)
            function = trial.encoded.calls[index].function
            yield Diagnostic(
                self.code,
                f"`{function.name}` freed `{path}`, which is the caller's",
                trial.places(placed.function, path, "lent for the call"),
                place=f"{function.name}:{path}",
            )
