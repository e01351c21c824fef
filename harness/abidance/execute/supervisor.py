"""Runs plans in a worker and outlives it, however it ends."""

from __future__ import annotations

import os
import time
import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from abidance.core.errors import CannotJudgeError
from abidance.execute.death import describe
from abidance.execute.greeting import UNWATCHED, Proofs
from abidance.execute.instrument_status import ended
from abidance.execute.loading import Load
from abidance.execute.spec import LOAD_SECONDS
from abidance.execute.untrusted_answer import check_fits, read_answer
from abidance.execute.worker_handle import WorkerEndedError, WorkerHandle
from abidance.execute.zygote_handle import (
    LoadFailedError,
    NotStartedError,
    ZygoteGoneError,
    ZygoteHandle,
    lost,
    not_started,
    signal_name,
)
from abidance.plan.codec import encode_plan
from abidance.plan.observation import Death, Observation
from abidance.watch.status import REQUEST_SIZE, WorkerPhase

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from abidance.execute.spec import WorkerSpec
    from abidance.plan.observation import StackFrame
    from abidance.plan.plan import Plan

DEFAULT_TIME_LIMIT = 5.0
_ATTEMPTS = 2
_COME_UP_SECONDS = 10.0
"""A worker that is not there by then, beyond the time limit of its first plan, does not come up."""


@dataclass(slots=True)
class _Asked:
    """A plan on its way; `worker` has it already, and is to answer until `deadline`."""

    plan: Plan
    encoded: bytes
    time_limit: float
    worker: WorkerHandle | None = None
    sequence: int = 0
    deadline: float = 0.0


class Supervisor:
    """One library's worker, started on first use. Not for two threads at once.

    `idle_death` is how a worker last died between two plans: no plan can be blamed for it, and the next one
    runs in a fresh worker. `was_traced` tells that one has asked to be traced since `fresh`.
    """

    def __init__(
        self,
        spec: WorkerSpec,
        loads: dict[Path, Load | LoadFailedError] | None = None,
        load_seconds: float = LOAD_SECONDS,
    ) -> None:
        self.spec = spec
        self.loads = {} if loads is None else loads
        """What loading each library has shown, shared by all supervisors of a run: it is judged once."""
        self._load_seconds = load_seconds
        self.idle_death: Death | None = None
        self._has_lost_zygote = False
        self.was_traced = False
        self.proofs: Proofs | None = None
        """What the instruments of its workers have shown so far; None before one has greeted."""
        self._greeted: Proofs | None = None
        self._zygote: ZygoteHandle | None = None
        self._worker: WorkerHandle | None = None
        self._sequence = 0
        self._has_run = False
        self._is_first = True
        """Whether the worker has answered nothing yet."""
        self._asked: _Asked | None = None
        self._owner = os.getpid()
        self._finalizer: weakref.finalize[[ZygoteHandle, int], Supervisor] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self, plan: Plan, time_limit: float = DEFAULT_TIME_LIMIT, encoded: bytes | None = None
    ) -> Observation:
        """Run the plan and return what it showed; `time_limit` is in seconds, for all its calls together.

        `encoded` are the plan's bytes, where they are known already.
        A worker that dies is part of the observation. Raises CannotJudgeError when the library cannot be
        loaded, lacks a symbol, or when abidance itself fails; ValueError when the plan cannot be encoded.
        """
        self.begin(plan, time_limit, encoded)
        return self.end()

    def begin(self, plan: Plan, time_limit: float = DEFAULT_TIME_LIMIT, encoded: bytes | None = None) -> None:
        """Hand over a plan for `end` to wait for, and do not wait; one plan at a time.

        Arguments and errors are those of `run`; what went wrong in the worker is told by `end`.
        """
        encoded = encode_plan(plan) if encoded is None else encoded
        self._check_owner()
        if len(encoded) > REQUEST_SIZE:
            raise lost(f"a call plan of {len(encoded) >> 20} MiB is larger than the worker's mailbox")
        if self._asked is not None:
            self._drop_worker()  # the run before was interrupted: by Ctrl-C, or by a time limit of pytest's
        self._asked = asked = _Asked(plan, encoded, time_limit)
        try:
            worker = self._worker or self._start_worker()
            self._hand_over(worker, asked)
        except NotStartedError as error:
            raise self._not_started(error) from None
        except (WorkerEndedError, ZygoteGoneError):
            return  # `end` hands it over again, and sees to what is wrong
        except CannotJudgeError:
            self._asked = None
            raise
        asked.worker = worker

    def end(self) -> Observation:
        """Return what the plan that was handed over last showed; raises CannotJudgeError as `run` does."""
        self._check_owner()
        asked = self._asked
        assert asked is not None, "nothing was begun"
        ran = False
        for _ in range(_ATTEMPTS):
            try:
                observation = self._attempt(asked)
            except ZygoteGoneError:
                ran = ran or self._runs(asked)
                self._has_lost_zygote = True
                self._drop_zygote()
                continue
            except NotStartedError as error:
                raise self._not_started(error) from None
            except CannotJudgeError:
                self._asked = None
                raise
            if observation is not None:
                self._asked = None
                return observation
        self._drop_zygote()
        self._asked = None
        words = self.idle_death.output if self.idle_death else ""
        if ran:
            self._has_lost_zygote = False  # which is said here
            raise lost(f"the process that forks the workers was ended while {_who(asked.plan)} ran", words)
        raise lost(f"the worker for `{self.spec.library.name}` was lost {_ATTEMPTS} times in a row", words)

    def _runs(self, asked: _Asked) -> bool:
        """Tell whether a worker has begun with a plan."""
        status = None if self._worker is None else self._worker.channel.status()
        return status is not None and status.sequence == asked.sequence and status.call >= 0

    def start(self) -> None:
        """Load the library now; raises CannotJudgeError when it cannot be loaded."""
        self._check_owner()
        if self._worker is not None:
            return
        try:
            self._start_worker()
        except (ZygoteGoneError, NotStartedError) as error:
            self._drop_zygote()
            words = str(error) or "the process that loads the library ended before it forked a worker"
            raise not_started(self.spec.library.name, words) from None

    def load_apart(self) -> None:
        """Have each worker load the library itself from now on, as a program does that is not forked."""
        self._check_owner()
        self._drop_zygote()
        known = self.loads.get(self.spec.library)
        if not isinstance(known, LoadFailedError):
            self.loads[self.spec.library] = replace(known or Load(), forks_matter=True)

    @property
    def process(self) -> int:
        """Return the id of the worker's process, 0 where none runs."""
        return self._worker.channel.pid if self._worker is not None else 0

    @property
    def loads_apart(self) -> bool:
        """Tell whether each worker loads the library itself."""
        known = self.loads.get(self.spec.library)
        return isinstance(known, Load) and known.is_lost_in_a_fork

    def fresh(self) -> None:
        """Have the next plan run in a worker that has run none, as `restart` does; one that is new may stay."""
        self._check_owner()
        self.idle_death = None
        if self._worker is not None and (self._has_run or self._asked is not None):
            self._drop_worker()
        self.was_traced = self._has_lost_zygote = False

    @property
    def has_lost_zygote(self) -> bool:
        """Tell whether the process that forks the workers has ended since `fresh`, and nobody here has ended it."""
        return self._has_lost_zygote or (self._zygote is not None and self._zygote.has_ended)

    @property
    def is_traced(self) -> bool:
        """Tell whether a worker has asked to be traced since `fresh`: each of its signals stops it then."""
        return self.was_traced or (self._worker is not None and self._worker.is_traced())

    def restart(self) -> None:
        """Have the next plan run in a fresh worker, to which no earlier plan has done anything."""
        self._check_owner()
        self.check_idle()
        self._drop_worker()

    def check_idle(self) -> None:
        """Take note of it when the worker has ended since it answered, or the process that forks the workers has."""
        worker = self._worker
        if worker is None or not self._has_run or self._asked is not None:
            return
        try:
            worker.check_runs()
        except ZygoteGoneError:
            self._has_lost_zygote = True
            self._drop_zygote()
        except WorkerEndedError as error:
            channel = worker.channel
            self.idle_death = describe(
                channel.status(), error.wait_status, channel.printed(), worker.modules, timed_out=False
            )
            self._drop_worker()

    def close(self) -> None:
        """End the worker and the zygote; a second time does nothing, and a later `run` starts anew."""
        self._check_owner()
        self._drop_zygote()

    def _hand_over(self, worker: WorkerHandle, asked: _Asked) -> None:
        self._has_run = True
        asked.sequence = self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        asked.deadline = time.monotonic() + asked.time_limit
        worker.ask(asked.sequence, asked.encoded)

    def _attempt(self, asked: _Asked) -> Observation | None:
        """Wait for what the plan shows; return None when the worker was dead before it began."""
        plan, has_it = asked.plan, asked.worker is not None
        worker = asked.worker or self._worker or self._start_worker()
        asked.worker = None  # a second attempt hands the plan over itself
        channel = worker.channel
        try:
            if not has_it:
                self._hand_over(worker, asked)
            answer = worker.answer(asked.deadline)
            if answer is None and not channel.began():
                if not worker.came_up(_COME_UP_SECONDS):
                    raise NotStartedError(f"it did not start within {_COME_UP_SECONDS:g} s")
                answer = worker.answer(time.monotonic() + asked.time_limit)
        except WorkerEndedError as error:
            self._learn(worker)
            if worker.proofs is None and (tried := channel.proving()):
                self._drop_worker()
                raise CannotJudgeError(*ended(tried, _how(error.wait_status))) from None
            if not channel.began():
                raise NotStartedError(_how(error.wait_status)) from None
            status = channel.status()
            if (
                status is not None
                and status.phase is WorkerPhase.GAVE_UP
                and status.sequence == asked.sequence
            ):
                return self._cut_off(worker, plan)
            if status is not None and status.phase is WorkerPhase.EXHAUSTED:
                self._drop_worker()
                words = f"{_who(plan)} requested more blocks of its allocator at a time than can be watched"
                raise lost(words) from None
            observation = self._bury(worker, plan, error.wait_status)
            if status is None or status.sequence == asked.sequence:
                return observation
            self.idle_death = observation.death
            return None
        if self._is_first:
            # A worker that is lost later does not tell any more.
            self._is_first = False
            self.was_traced = self.was_traced or worker.is_traced()
        self._learn(worker)
        if answer is None:
            worker.trace()
            return self._bury(worker, plan, worker.end(), timed_out=True)
        try:
            observation = read_answer(worker.channel, answer, asked.sequence, plan)
        except ValueError as error:
            # Somebody has written to the worker's descriptors or its memory: it cannot be asked any more.
            self._drop_worker()
            raise lost(f"{_who(plan)} disturbed the worker: {error}") from None
        if any(change.kind == UNWATCHED for change in observation.changes):
            observation = self._without_unwatched(observation)
        printed = channel.tidy(len(asked.encoded))
        kept, corruption = observation.kept, observation.corruption
        site = _place(worker, kept.site) if kept and kept.growth > 0 else ()
        if corruption is not None:
            made_at, freed_at = _place(worker, corruption.made), _place(worker, corruption.freed)
            observation = replace(
                observation, corruption=replace(corruption, made_at=made_at, freed_at=freed_at)
            )
            if corruption.is_through:
                self._drop_worker()  # its heap is not to be trusted any more
        return replace(observation, printed=printed, site=site) if printed or site else observation

    def _without_unwatched(self, observation: Observation) -> Observation:
        """Take note of what a call has loaded past the watched heap, which is no change that a check judges."""
        seen = [change for change in observation.changes if change.kind == UNWATCHED]
        self.proofs = (self.proofs or Proofs()).also(Proofs(missing=(("bound", seen[0].after),)))
        return replace(observation, changes=tuple(each for each in observation.changes if each not in seen))

    def _learn(self, worker: WorkerHandle) -> None:
        """Take note of what the instruments of a worker have shown."""
        found = worker.proofs
        if found is None or found is self._greeted or self._zygote is None:
            return
        self._greeted = found
        both = found.also(self._zygote.proofs)
        self.proofs = both if self.proofs is None else self.proofs.also(both)

    def _cut_off(self, worker: WorkerHandle, plan: Plan) -> Observation:
        """Return what a worker observed of the calls that closed or replaced the descriptors that it answers by.

        Raises CannotJudgeError where it had not come to the end of it.
        """
        try:
            observation = worker.channel.observed_so_far()
            check_fits(observation, plan)
        except ValueError:
            raise lost(f"{_who(plan)} closed the descriptors that the worker answers by") from None
        finally:
            self._drop_worker()
        return observation

    def _bury(
        self, worker: WorkerHandle, plan: Plan, wait_status: int | None, *, timed_out: bool = False
    ) -> Observation:
        """Return what the dead worker left, and have its successor forked in the meantime."""
        modules = worker.modules
        self._worker = None
        if wait_status is None:
            self._drop_zygote()  # it did not tell of the end of its worker, so it will tell nothing else
        else:
            self._start_worker()
        try:
            channel = worker.channel
            death = describe(channel.status(), wait_status, channel.printed(), modules, timed_out=timed_out)
            seen = channel.observed_so_far()
        finally:
            worker.close()
        try:
            check_fits(seen, plan, whole=False)
        except ValueError:
            seen = Observation(())  # somebody has written there
        if death.call is not None and death.call >= len(plan.calls):
            death = replace(death, call=None)
        return Observation(seen.calls, seen.damage, seen.modified, death, freed=seen.freed)

    def _not_started(self, error: NotStartedError) -> CannotJudgeError:
        self._asked = None
        self._drop_zygote()
        return not_started(self.spec.library.name, str(error))

    def _start_worker(self) -> WorkerHandle:
        if self._zygote is None:
            self._zygote = self._start_zygote()
            # At exit, or when nobody holds this object any more; the process id keeps forks from doing it.
            self._finalizer = weakref.finalize(self, _finish, self._zygote, self._owner)
        self._worker, self._has_run, self._is_first = WorkerHandle(self._zygote), False, True
        return self._worker

    def _start_zygote(self) -> ZygoteHandle:
        """Load the library, where that was not found to fail; once more in each worker, where a fork would not do."""
        library = self.spec.library
        known = self.loads.get(library)
        if isinstance(known, LoadFailedError):
            raise known
        if known is None or not known.is_lost_in_a_fork:
            try:
                zygote = ZygoteHandle(self.spec, load_seconds=self._load_seconds)
            except LoadFailedError as error:
                self.loads[library] = error
                raise
            known = self.loads.setdefault(library, zygote.load)
            if not zygote.load.is_lost_in_a_fork:
                return zygote
            zygote.close()
        return ZygoteHandle(self.spec, apart=True)

    def _drop_worker(self) -> None:
        self._asked = None
        worker, self._worker = self._worker, None
        if worker is not None:
            self.was_traced = self.was_traced or (self._has_run and worker.is_traced())
            try:
                if worker.end() is None:
                    self._drop_zygote()
            except (ZygoteGoneError, NotStartedError) as error:
                self._has_lost_zygote = self._has_lost_zygote or isinstance(error, ZygoteGoneError)
                self._drop_zygote()
            finally:
                worker.close()

    def _drop_zygote(self) -> None:
        worker, self._worker = self._worker, None
        self._zygote = None
        if worker is not None:
            worker.close()
        if self._finalizer is not None:
            self._finalizer()  # closes the zygote, which ends its worker

    def _check_owner(self) -> None:
        """After this process was forked, leave the parent's worker alone and start one of our own."""
        if os.getpid() == self._owner:
            return
        self._owner = os.getpid()
        worker, self._worker = self._worker, None
        zygote, self._zygote = self._zygote, None
        self._asked = None
        if self._finalizer is not None:
            self._finalizer.detach()
        if worker is not None:
            worker.close()
        if zygote is not None:
            zygote.forget()


def _finish(zygote: ZygoteHandle, owner: int) -> None:
    if os.getpid() == owner:
        zygote.close()


def _how(wait_status: int | None) -> str:
    """Return in words how a worker ended that had called nothing."""
    if wait_status is None:
        return "it vanished"
    if os.WIFSIGNALED(wait_status):
        return f"it was ended by {signal_name(os.WTERMSIG(wait_status))} before it had called anything"
    return f"it ended with status {os.WEXITSTATUS(wait_status)} before it had called anything"


def _who(plan: Plan) -> str:
    symbols = dict.fromkeys(call.symbol for call in plan.calls)
    return " or ".join(f"`{symbol}`" for symbol in symbols) or "a library"


def _place(worker: WorkerHandle, address: int) -> tuple[StackFrame, ...]:
    """Return the place of a return address: that of the instruction after the call, and one less is in it."""
    return worker.modules.stack([address - 1]) if address else ()
