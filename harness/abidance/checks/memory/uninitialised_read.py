"""ABD327: an uninitialised read: the answer depends on memory that nobody has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.elements import of_all_elements, so_of_more
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import function_labels, member_labels
from abidance.checks.evidence.wording import result_text
from abidance.core.diagnostic import Diagnostic
from abidance.plan.plan import ONES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.checks.evidence.case_result import CaseResult


class UninitialisedRead(Check):
    """Flags an uninitialised read: the result depends on bytes that nobody has written.

    ## Why it matters
    The library reads an uninitialised variable, fresh heap memory, or out memory before it writes there. It
    works until that memory comes from somewhere else.

    ## Example
        uint8_t *seen = malloc(n);  /* and then `seen[i] |= 1`, without a memset */

    ## How it is detected
    Some calls are repeated with other bytes in out memory, in fresh and freed heap memory, and on the stack
    below the call: 0xa5 and 0x00 in turn, the number 1 in one, four or eight bytes, and a byte derived from the
    seed. If the result differs, both are repeated: each fill must give its own result every time, and the
    difference must come back when the case is made anew, in a new process too; one that does not is listed as not
    judged. The heap is filled on builds without AddressSanitizer.

    ## Not detected
    Functions that are not deterministic: the report lists them as not judged. Memory that the library recycles
    with its own allocator; registers; stack memory more than 12 KiB below the call, or so close to it that the
    calling code has used it. MemorySanitizer detects more.
    """

    id = "ABD327"
    name = "uninitialised-read"
    formerly = ("answer-from-stale-memory",)
    only_with = Evidence.REFILLED

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that answers differ each time, so that nothing is known of what they come from."""
        again = trial.again
        if not trial.answered or again is None or again.steady or again.refilled is None:
            return
        path = unwritten_memory.stale(trial, again.refilled) if again.refilled.answered else None
        if path is not None:
            yield f"uninitialised reads of `{trial.function.name}`: `{path}` is different each time"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        again = trial.again
        if not trial.answered or again is None or not again.steady or again.refilled is None:
            return
        if not again.refilled.answered:  # it was not made: that is due to a call before it, which is judged
            return
        paths = [*unwritten_memory.all_stale(trial, again.refilled)]
        if not paths:
            return
        path = paths[0]
        alike = {each for each in paths if of_all_elements(each) == of_all_elements(path)}
        function = trial.function
        fills = [_words(each.encoded.plan.fill) for each in (trial, again.refilled)]
        if path == "result":
            shown = [result_text(each).strip() for each in (trial, again.refilled)]
            notes = tuple(
                f"{words} with {fill} in out memory" for words, fill in zip(shown, fills, strict=True)
            )
            labels = function_labels(function, "the same call must give the same result")
        else:
            notes = (f"`{path}` differs between calls with {fills[0]} and {fills[1]} in out memory",)
            labels = member_labels(trial.boundary, function, path, "the same call must give the same result")
        yield Diagnostic(
            self.code,
            f"`{path}` of `{function.name}` depends on uninitialised memory",
            labels,
            (
                *notes,
                *so_of_more(len(alike) - 1),
                "fresh heap memory and the stack were filled as well, differently each time",
            ),
            help="; ".join((_REMEDY, *_cleared_by_callers(trial), *_set_by_callers(trial, paths))),
            place=f"{function.name}:{of_all_elements(path)}",
        )


_REMEDY = "initialise what is read; MemorySanitizer or valgrind shows where"


def _cleared_by_callers(trial: CaseResult) -> Iterator[str]:
    """Yield the clause by which callers clear the record that the call begins, where it is theirs to allocate."""
    for member in trial.function.members:
        shape = member.shape
        if isinstance(shape, HandleShape) and shape.made and shape.level == 1:
            life = trial.boundary.handles[shape.handle]
            if life.record is not None and not life.zeroed:
                yield f"if callers have to clear it before, say `{shape.handle}: {{zeroed: true}}` under `handles`"


def _set_by_callers(trial: CaseResult, paths: Sequence[str]) -> Iterator[str]:
    """Yield the clause by which callers set a number that the call leaves, and that depends on what was there."""
    for member in trial.function.members:
        if member.name in paths and (clause := unwritten_memory.set_by_callers(member)):
            yield f"if callers have to set `{member.name}` before, say `{clause}`"


def _words(fill: int) -> str:
    pattern = ONES.get(fill)
    return f"0x{fill:02x}" if pattern is None else f"1 in each {4 if pattern[4] else 8} bytes"
