"""Runs a case again where the first time gave reason to: a doubt costs a few calls, a sound call none."""

from __future__ import annotations

import errno
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.heap_use import is_over_budget
from abidance.checks.evidence.permissions import all_may, has_effect
from abidance.checks.evidence.refused_memory import is_compared
from abidance.checks.evidence.reruns import Reruns
from abidance.checks.evidence.sequence_calls import result_at
from abidance.contract.expression import EvaluationError
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.plan.codec import with_fill
from abidance.plan.observation import PRINTED
from abidance.plan.plan import ONES, Plan
from abidance.run.execution.alternation import after_each_call

if TYPE_CHECKING:
    from abidance.execute.supervisor import Supervisor
    from abidance.plan.observation import HeapCorruption, Observation, ProcessChange

REPEATS = 4
"""What grows at every one of so many repeated calls, after the first, is no cache that fills once."""
ENOUGH, SECONDS = 40, 2.0
"""Heap memory that grows at every one of so many is no ring of the last errors or of the last few answers either; or
that still grows after so many seconds."""
SHARE, FEWER, SEQUENCES = 2, 4, 16
"""One case of so many is run with another fill, whatever the first run showed; fewer where it lends no memory, and of
sequences, each of which makes many calls."""
FILLS = (0xA5, 0x00)
THIRD = (0x01, *ONES)
"""What code asks for that goes by memory it has not written, beside 0: the number 1 in a byte, or in a word."""
FIRST = (*THIRD, 0x5A)
"""What memory is filled with when the first cases of an item are made again."""
ANEW = (0x3C, 0xC7, 0x72)
"""What memory is filled with where some of it looks unwritten: a random byte is all five fills once in 2**40."""
GROWING = frozenset({"opened", "threads", "children", "file", "posix_timers", "mapped"})
_OTHERS_TOO = "file"
"""What may also come from other processes of the machine."""
SENTINEL = errno.ECANCELED
_NOTHING = Reruns()


@dataclass(slots=True)
class RerunPolicy:
    """What one item's cases are looked at again for. `matters` is the fill that was seen to make a difference, if any.

    A case must be judged alike each time, so which ones are refilled follows from the plan alone.
    """

    supervisor: Supervisor
    matters: int | None = None
    looks: int = 0
    """How many of the first cases were filled anew."""
    effects: frozenset[str] = field(default_factory=frozenset)
    unbounded: bool = False
    """Whether a case's heap memory grew at every one of `ENOUGH` repeated calls."""

    def at(self, trial: CaseResult, encoded: bytes, limit: float) -> CaseResult:
        """Return the trial with what further runs showed, or the one among them that died.

        `encoded` are the bytes of its plan.
        """
        again = _NOTHING
        observation = trial.observation
        if observation.corruption is not None and len(observation.calls) > 1:
            trial = trial.with_observation(replace(observation, corruption=self._spoiled(trial, limit)))
        if _grows(observation):
            again = replace(again, repeats=self._repeats(trial, limit))
        if (
            came_back(trial) and observation.corruption is None
        ):  # what is spoiled already answers as it happens to
            with suppress(EvaluationError):  # what has no value is told by the checks
                again = self._refilled(trial, again, encoded, limit)
        if trial.is_sequence:
            again = self._trapped_in_sequence(trial, again, limit)
        elif trial.answered:
            if self.effects & {"pure", "errno_unchanged"}:
                same = self._run(trial, replace(trial.encoded.plan, errno=SENTINEL), limit)
                again = replace(again, same=same, errno=SENTINEL)
            if "no_syscall" in self.effects and self.supervisor.spec.counted:
                again = replace(again, system_call=self._trapped(trial, trial.encoded.plan.subject, limit))
        if came_back(trial) and _exceeds_budget(trial):
            again = replace(again, once_more=self.supervisor.run(trial.encoded.plan, limit))
        wanting = _refused_memory(trial)
        if wanting is not None and is_compared(wanting):
            again = replace(again, undisturbed=self._undisturbed(trial, limit))
        if observation.printed and len(observation.calls) > 1 and not all_may(trial, "output"):
            again = replace(again, printers=self._printers(trial, limit))
        if any(change.kind not in GROWING for change in observation.changes):
            # The last of all: the worker that the next case runs in must not have it behind it.
            again = replace(again, changes=self._pinned(trial, limit))
        for other in (again.refilled, again.same):
            if other is not None and (other.death is not None or other.observation.corruption is not None):
                return other
        return trial if again == _NOTHING else replace(trial, again=again)

    def _run(self, trial: CaseResult, plan: Plan, limit: float, encoded: bytes | None = None) -> CaseResult:
        observation = self.supervisor.run(plan, limit, encoded)
        run = CaseRun(trial.boundary, replace(trial.encoded, plan=plan), observation)
        return CaseResult(run, trial.phase, trial.expectation)

    def _undisturbed(self, trial: CaseResult, limit: float) -> CaseResult | None:
        """Return the same case with all the memory that it asks for, if it answers alike each time."""
        plan = trial.encoded.plan
        calls = [replace(call, refuses=0) for call in plan.calls]
        with suppress(EvaluationError):
            one, other = (self._run(trial, replace(plan, calls=tuple(calls)), limit) for _ in range(2))
            if came_back(one) and came_back(other) and not unwritten_memory.answers_vary(one, other):
                return one
        return None

    def _trapped_in_sequence(self, trial: CaseResult, again: Reruns, limit: float) -> Reruns:
        """Look for system calls of the last call that promises none: a sequence that is made shorter ends with it."""
        if not self.supervisor.spec.counted:
            return again
        calls, ran = trial.encoded.calls, trial.observation.calls
        promising = (
            index
            for index in reversed(trial.encoded.steps)
            if index < len(ran) and ran[index].ran and has_effect(calls[index].function, "no_syscall")
        )
        last = next(promising, None)
        if last is None:
            return again
        return replace(again, system_call=self._trapped(trial, last, limit), trapped=last)

    def _trapped(self, trial: CaseResult, call: int, limit: float) -> int:
        """Return a call's first system call plus one when all is made again; what a first call does once is past."""
        plan = replace(trial.encoded.plan, subject=call, lanes=ConcurrentCalls(1, 0, Order.TRAPPED))
        returned = self.supervisor.run(plan, limit).calls[call : call + 1]
        return returned[0].errno if returned and returned[0].ran else 0

    def _pinned(self, trial: CaseResult, limit: float) -> tuple[ProcessChange, ...]:
        """Return the changes with the calls that made them; the workers they were made in are not used again."""
        if len(trial.encoded.plan.calls) == 1:
            self.supervisor.restart()
            return trial.observation.changes
        self.supervisor.restart()
        seen = self.supervisor.run(replace(trial.encoded.plan, closely=True), limit)
        self.supervisor.restart()
        return tuple(change for change in seen.changes if change.kind != PRINTED)

    def _printers(self, trial: CaseResult, limit: float) -> tuple[ProcessChange, ...]:
        """Return which calls print, as far as they do so once more."""
        seen = self.supervisor.run(replace(trial.encoded.plan, closely=True), limit)
        return tuple(change for change in seen.changes if change.kind == PRINTED)

    def _spoiled(self, trial: CaseResult, limit: float) -> HeapCorruption | None:
        """Return what was spoiled with the call that did it, if that shows once more."""
        seen = self.supervisor.run(replace(trial.encoded.plan, closely=True), limit)
        return seen.corruption or trial.observation.corruption

    def _repeats(self, trial: CaseResult, limit: float) -> tuple[Observation, ...]:
        """Return the same case's further observations, up to the first that keeps nothing more."""
        found: list[Observation] = []
        if any(change.kind == "threads" for change in trial.observation.changes):
            # Threads of earlier cases that end meanwhile would hide new ones.
            self.supervisor.restart()
            self.supervisor.run(trial.encoded.plan, limit)
        while len(found) < REPEATS:
            observation = self.supervisor.run(trial.encoded.plan, limit)
            found.append(observation)
            if observation.death is not None or not _grows(observation):
                break
        if not self.unbounded and len(found) == REPEATS and all(map(_keeps, found)):
            found = self._many(trial, found, limit)
        if len(found) == REPEATS and all(_folders(seen) for seen in found):
            own = self._folders_of_its_own(trial.encoded.plan, limit)
            found = [replace(seen, changes=_only(seen, own)) for seen in found]
        return tuple(found)

    def _many(self, trial: CaseResult, found: list[Observation], limit: float) -> list[Observation]:
        """Return the last of many more observations of a case that keeps heap memory, up to the first that does not."""
        until = time.monotonic() + SECONDS
        for _ in range(ENOUGH - REPEATS):
            observation = self.supervisor.run(trial.encoded.plan, limit)
            found = [*found[1:], observation]
            if observation.death is not None or not _keeps(observation):
                return found
            if time.monotonic() > until:
                break
        self.unbounded = True
        return found

    def _folders_of_its_own(self, plan: Plan, limit: float) -> frozenset[str]:
        """Return the folders in which there is a new file after each call, and never without one."""
        idle = Plan((), (), ())

        def call() -> dict[str, None]:
            self.supervisor.run(idle)
            return dict.fromkeys(_folders(self.supervisor.run(plan, limit)))

        return frozenset(after_each_call(call, lambda: _folders(self.supervisor.run(idle))))

    def _refilled(self, trial: CaseResult, again: Reruns, encoded: bytes, limit: float) -> Reruns:
        plan = trial.encoded.plan
        share = SEQUENCES if trial.is_sequence else SHARE if plan.blocks else FEWER
        fill = self._fill(trial, zlib.crc32(encoded), share)
        if fill is None:
            return again
        other = self._run(trial, replace(plan, fill=fill), limit, with_fill(encoded, fill))
        again = replace(again, refilled=other, refilled_anew=self._refilled_anew(trial, other, limit))
        if came_back(other) and not unwritten_memory.answers_vary(trial, other):
            if other.observation.corruption is not None:
                self.matters = fill
            return again
        # From here on each case is filled so: it must be judged alike when it is made again.
        self.matters = fill
        if not came_back(other):
            return again
        return replace(again, steady=self._is_steady(trial, other, limit))

    def _refilled_anew(self, trial: CaseResult, other: CaseResult, limit: float) -> tuple[CaseResult, ...]:
        """Return further runs with other fills, up to the first that shows all that must be written as written."""
        found: list[CaseResult] = []
        for fill in ANEW:
            if not came_back(other) or not _leaves_unwritten(trial, (other, *found)):
                break
            found.append(self._run(trial, replace(trial.encoded.plan, fill=fill), limit))
            if not came_back(found[-1]):
                return ()
        return tuple(found)

    def _fill(self, trial: CaseResult, drawn: int, share: int) -> int | None:
        """Return what memory is filled with when a case is made again, None where it is not.

        The first cases of an item are, whatever their plans: of a function without arguments there is but one plan.
        """
        plan = trial.encoded.plan
        opposite = FILLS[plan.fill == FILLS[0]]
        if self.matters is not None:
            return opposite if self.matters == plan.fill else self.matters
        of_words = plan.fill != 0 or not plan.blocks
        if self.looks < len(FIRST):
            self.looks += 1
            fill = FIRST[self.looks - 1]
            return fill if of_words or fill not in ONES else opposite
        if drawn % share == 0:
            return _third(drawn, of_words=of_words)
        return opposite if unwritten_memory.is_doubtful(trial) else None

    def _is_steady(self, trial: CaseResult, other: CaseResult, limit: float) -> bool:
        """Tell whether each fill has its own answer, in whatever order they come: no clock, no counter."""
        for one in (other, trial, trial, other):
            once_more = self._run(trial, one.encoded.plan, limit)
            if not came_back(once_more) or unwritten_memory.answers_vary(one, once_more):
                return False
        return True


def _exceeds_budget(trial: CaseResult) -> bool:
    """Tell whether the call under test, or some call of a sequence, asked for more heap memory than it may."""
    encoded, observation = trial.encoded, trial.observation
    several = (
        range(encoded.steps[0], len(observation.calls)) if trial.is_sequence else (encoded.plan.subject,)
    )
    return any(is_over_budget(encoded, observation, at) for at in several)


def _refused_memory(trial: CaseResult) -> CaseResult | None:
    """Return the result of the call that the plan refuses memory, where there is one and it came back."""
    if not trial.is_sequence:
        return trial if trial.answered else None
    calls, ran = trial.encoded.plan.calls, trial.observation.calls
    found = (at for at in trial.encoded.steps if calls[at].refuses and at < len(ran) and ran[at].ran)
    return next((result_at(trial, at) for at in found), None)


def came_back(trial: CaseResult) -> bool:
    """Tell whether the call under test came back; of a sequence, whether all of them did."""
    return trial.death is None and (trial.is_sequence or trial.answered)


def _leaves_unwritten(trial: CaseResult, others: tuple[CaseResult, ...]) -> bool:
    """Tell whether all runs left something unwritten that some call must write: the same bytes of it."""
    if not trial.is_sequence:
        return any(unwritten_memory.left_unwritten(trial, others))
    return any(
        any(unwritten_memory.left_unwritten(result_at(trial, at), tuple(result_at(o, at) for o in others)))
        for at in trial.encoded.steps
        if all(
            at < len(each.observation.calls) and each.observation.calls[at].ran for each in (trial, *others)
        )
    )


def _folders(observation: Observation) -> frozenset[str]:
    """Return the folders in which there are new files."""
    return frozenset(_folder(change) for change in observation.changes if change.kind == _OTHERS_TOO)


def _folder(change: ProcessChange) -> str:
    return change.after.rpartition("/")[0]


def _only(observation: Observation, folders: frozenset[str]) -> tuple[ProcessChange, ...]:
    """Return what changed, of new files those in these folders alone."""
    return tuple(
        change for change in observation.changes if change.kind != _OTHERS_TOO or _folder(change) in folders
    )


def _third(drawn: int, *, of_words: bool) -> int:
    """Return another fill than plans begin with, half of the time one that holds the number 1.

    One in a word has zeros beside it, which tell nothing of memory that held zeros before.
    """
    if drawn & 1 << 8:
        return THIRD[(drawn >> 16) % len(THIRD)] if of_words else THIRD[0]
    byte = drawn >> 24
    return byte if byte not in (*FILLS, *ONES) else 0x5A


def _grows(observation: Observation) -> bool:
    return _keeps(observation) or any(change.kind in GROWING for change in observation.changes)


def _keeps(observation: Observation) -> bool:
    """Tell whether a case left heap memory behind."""
    return observation.kept is not None and observation.kept.growth > 0
