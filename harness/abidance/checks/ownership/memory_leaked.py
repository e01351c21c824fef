"""ABD371: a memory leak: a call leaves more on the heap each time it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.traversal import root_of
from abidance.boundary.model.types import HandleShape
from abidance.boundary.resolve.transfers import success_when
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label, frame_place, site_of
from abidance.checks.evidence.owners import unowned
from abidance.checks.evidence.permissions import may, may_be_anothers
from abidance.checks.evidence.promise_labels import call_labels, member_labels
from abidance.checks.evidence.wording import having_returned, to_blame
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import HeapGrowth, Observation, StackFrame

_TIMES = 4


def _may_be_the_callers(trial: CaseResult) -> bool:
    """Tell whether the call was handed memory of which its answer does not say whose it is now that it was refused."""
    call, promise = trial.encoded.plan.calls[trial.encoded.plan.subject], trial.function.promise
    params = promise.params if promise else {}
    taken = {
        name for name, param in params.items() if param.on_failure == "taken" or param.replaced is not None
    }
    unsure = (root_of(trial.encoded.owner(hand.block)[1]) for hand in call.hands if hand.taken is None)
    return any(name not in taken for name in unsure)


def _never_freed(trial: CaseResult) -> tuple[PlacedCall, str] | None:
    """Return what a call took over that nothing has freed when all calls are over."""
    freed = {each.block for each in trial.observation.freed}
    for call, returned in zip(trial.encoded.plan.calls, trial.observation.calls, strict=False):
        for hand in call.hands if returned.ran else ():
            block = trial.encoded.plan.blocks[hand.block]
            if (
                hand.is_taken(returned.result, call.status_in(returned))
                and hand.block not in freed
                and not block.kept
            ):
                return trial.encoded.owner(hand.block)
    return None


def _stays(trial: CaseResult) -> HeapGrowth | None:
    """Return what each further run of a case leaves behind, nothing where one of them leaves nothing, or may."""
    return None if may(trial, "memory", each_time=True) else _grows(trial)


def _grows(trial: CaseResult) -> HeapGrowth | None:
    again = trial.again
    if not (trial.answered or trial.is_sequence) or again is None or len(again.repeats) < _TIMES:
        return None
    kept = [seen.kept for seen in again.repeats]
    grows = (
        each is not None and each.growth > _threads_left(seen)
        for each, seen in zip(kept, again.repeats, strict=True)
    )
    return kept[-1] if all(grows) else None


def _threads_left(seen: Observation) -> int:
    """Return how many threads a run left running: for each, `pthread_create` keeps a block (glibc's `allocate_dtv`)."""
    return sum(int(each.after) - int(each.before) for each in seen.changes if each.kind == "threads")


def _asked_by(trial: CaseResult, last: HeapGrowth) -> int | None:
    """Return the call that asked for the oldest block that stays, None where older blocks were given back for new ones.

    The last of the further runs tells: by then what is made once has been made. Memory that the caller asked for only
    to hand it over is the taker's.
    """
    nth = 0 if last.returned_blocks or trial.again is None else last.nth
    if not nth:
        return None
    for index, returned in enumerate(trial.again.repeats[-1].calls if trial.again else ()):
        nth -= returned.side_effects.allocations or 0
        if nth <= 0 and returned.ran:
            takers = (n for n, placed in enumerate(trial.encoded.calls) if index in placed.allocated.values())
            return next(takers, index)
    return None


def _taken_over(
    trial: CaseResult, last: HeapGrowth, asked: int | None
) -> tuple[BoundaryFunction, str] | None:
    """Return what took over the handle that stays, and as which parameter, where a call made that and gave it away.

    The oldest block that stays is then the first that its maker asked for: what destroys a handle frees it.
    """
    repeat = trial.again.repeats[-1] if trial.again is not None else None
    if asked is None or repeat is None:
        return None
    before = sum(each.side_effects.allocations or 0 for each in repeat.calls[:asked])
    if last.nth != before + 1:
        return None
    for index, placed in enumerate(trial.encoded.calls):
        if not trial.observation.has_run(index):
            continue
        taken = success_when(placed.function, index)
        if taken is not None and not trial.encoded.plan.is_met(taken, trial.observation):
            continue
        for member in placed.function.members:
            shape = member.shape
            given = placed.handles.get(member.name) == asked and index > asked
            if given and isinstance(shape, HandleShape) and shape.owner == CALLEE and not shape.made:
                return placed.function, member.name
    return None


def _ended_by(trial: CaseResult, asked: int | None) -> Iterator[str]:
    """Yield a note with the call that ended the handle which the block belongs to, and left the block there."""
    calls = trial.encoded.calls
    of = {asked, *calls[asked].handles.values()} if asked is not None else set()
    enders = {life.destroy for life in trial.boundary.handles.values()}
    for index, placed in enumerate(calls):
        if not trial.observation.has_run(index) or placed.refused:
            continue
        ends = placed.function.name in enders or _takes_over(trial.boundary.functions, placed.function)
        destroys = ends and not of.isdisjoint(placed.handles.values())
        if placed.frees in of - {None} or destroys:
            ended = success_when(placed.function, index)
            if ended is None or trial.encoded.plan.is_met(ended, trial.observation):
                yield f"`{placed.function.name}` has destroyed its owner by then"
            else:
                yield (
                    f"`{placed.function.name}` was to destroy its owner and failed: where it may refuse to, "
                    "`while` under `transitions`, or `rejects`, says when"
                )
            return


def _takes_over(functions: Mapping[str, BoundaryFunction], function: BoundaryFunction) -> bool:
    """Tell whether a call takes a handle over for good and makes no other of it, as what destroys it does."""
    written = functions.get(function.name, function)
    shapes = [each.shape for each in written.members if isinstance(each.shape, HandleShape)]
    made = {
        each.handle for each in (written.result.shape, *shapes) if isinstance(each, HandleShape) and each.made
    }
    return any(each.owner == CALLEE and not (each.lifetime or each.handle in made) for each in shapes)


def _site(trial: CaseResult) -> tuple[StackFrame, ...]:
    """Return where what stays behind was allocated."""
    assert trial.again is not None
    return trial.again.repeats[-1].site or trial.observation.site


def _blocks(last: HeapGrowth) -> str:
    return f"{last.growth} block{'' if last.growth == 1 else 's'}"


def _when_made(trial: CaseResult) -> str:
    return f"{'these calls are' if trial.is_sequence else f'`{trial.function.name}` is'} made"


def _each_time(trial: CaseResult, last: HeapGrowth) -> str:
    return f"{last.bytes} bytes at each of {_TIMES} further {'times' if trial.is_sequence else 'calls'}"


class MemoryLeaked(Check):
    """Flags a memory leak: each further call leaves more memory on the heap that nobody owns.

    ## Why it matters
    A process that runs long enough runs out of memory.

    ## Example
        if (!valid(key)) return -1;         /* between malloc and free */
        free(queue);                        /* with items in it that were pushed with `owner: callee` */

    ## How it is detected
    Counted are blocks that the calls of a case allocate and that are still there after handles are destroyed
    and results are freed, less older blocks that were freed. It is a leak if each of four further runs of the
    case leaves more, and so does each of up to 36 after these: what is allocated once and kept is not, nor is a
    list of the last 16 errors. Memory whose ownership was transferred with `owner: callee` counts until something
    frees it.

    ## Not detected
    Calls that return another pointer each time, as result or in an out parameter, without saying who owns it,
    or a handle that nothing destroys; memory that was passed to a call that failed and that has no `status`: if
    memory remains then, the report lists it as not judged. The library's own allocators; memory from mmap;
    memory transferred with `lifetime: static`; one block for each thread that is left running, which is its own.
    """

    id = "ABD371"
    name = "memory-leaked"
    by_itself = True
    only_with = Evidence.REPEATED
    whole = True

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield why memory that stays behind may be somebody's."""
        if _stays(trial) is None:
            if _grows(trial) and may_be_anothers(trial, "memory"):
                yield f"leaks of `{trial.function.name}`: a function that it needs says `may: [memory]`"
            return
        yield from unowned(trial)
        if trial.expectation.rejects and _may_be_the_callers(trial):
            yield (
                f"leaks of calls that `{trial.function.name}` rejects: nothing says who then owns their arguments; "
                "say how failure is reported: `returns: {status: {ok: [...], errors: {...}}}`"
            )

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        last = _stays(trial)
        if last is None or next(self.unasked(trial), None) is not None:
            return
        taken = _never_freed(trial)
        if taken is not None:
            yield self._of_argument(trial, last, *taken)
            return
        asked = _asked_by(trial, last)
        given = _taken_over(trial, last, asked)
        if given is not None:
            yield self._of_handle(trial, last, asked, *given)
        else:
            yield self._of_call(trial, last, asked)

    def _of_argument(self, trial: CaseResult, last: HeapGrowth, placed: PlacedCall, path: str) -> Diagnostic:
        """Return that a call has not freed what it took over."""
        lines, notes = frame_label(_site(trial), "allocated here")
        ends = "nothing frees it" if not placed.handles else "nothing frees it, not even with its handle"
        words = f"took ownership of `{path}`, and {ends}"
        if placed.function.replaces(root_of(path)):
            words = f"leaves something else in the place of `{path}`, and does not free that"
        return Diagnostic(
            self.code,
            f"`{placed.function.name}` {words}",
            (*member_labels(trial.boundary, placed.function, path, "the callee's to free"), *lines),
            (f"{last.bytes} bytes remain after each of {_TIMES} further times", *notes),
            help="free it when it is no longer needed; if the library keeps it for ever, say `lifetime: static`",
            place=f"{placed.function.name}:{path}:leak",
        )

    def _of_handle(
        self, trial: CaseResult, last: HeapGrowth, asked: int | None, taker: BoundaryFunction, name: str
    ) -> Diagnostic:
        """Return that a call has not destroyed a handle that it took over."""
        lines, notes = frame_label(_site(trial), "allocated here")
        stay = f"{_blocks(last)} of heap memory stay{'s' if last.growth == 1 else ''}"
        return Diagnostic(
            self.code,
            f"`{taker.name}` took ownership of `{name}`, and {stay} behind each time {_when_made(trial)}",
            (*member_labels(trial.boundary, taker, name, "the callee's to destroy"), *lines),
            (_each_time(trial, last), *notes, *_ended_by(trial, asked)),
            help="destroy it with what has taken it over; if the library is meant to keep it, say `may: [memory]`",
            place=f"{taker.name}:{name}:leak",
            subject=taker.name,
        )

    def _of_call(self, trial: CaseResult, last: HeapGrowth, asked: int | None) -> Diagnostic:
        """Return that a call leaves memory behind that is nobody's."""
        site = _site(trial)
        lines, notes = frame_label(site, "allocated here")
        at = trial.function if asked is None else trial.encoded.calls[asked].function
        if at is trial.function and not trial.is_sequence:
            who, when = f"{to_blame(trial)}{having_returned(trial)}", "it is called"
        else:
            who, when = f"`{at.name}`" if asked is not None else to_blame(trial), _when_made(trial)
        return Diagnostic(
            self.code,
            f"{who} leaves {_blocks(last)} of heap memory behind each time {when}",
            (*call_labels(trial, at), *lines),
            (_each_time(trial, last), *notes, *_ended_by(trial, asked)),
            help="free it on every path; if the library is meant to keep it, say `may: [memory]`",
            place=f"{at.name}:leak",
            origin=("leak", f"{site_of(site) or frame_place(site)}:{at.name}") if site else None,
            subject=at.name if asked is not None or not trial.is_sequence else "",
        )
