"""Running each case on two libraries, and judging only whether they answer alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.values import Case, Earlier
from abidance.checks.agreement.implementations_differ import ImplementationsDiffer
from abidance.checks.agreement.known_differences import is_given_otherwise, never_compared
from abidance.checks.evidence.answers import answers, as_often, differences, same_bytes
from abidance.checks.evidence.sequence_calls import result_at
from abidance.core.catalogue import ANSWERS_VARY
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UnsteadyError
from abidance.core.known_count import ALLOWED, KnownCount
from abidance.execute.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from abidance.checks.agreement.known_differences import ExceptedPlace
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.run.execution.executor import Executor
    from abidance.run.execution.judge import CallFindings
    from abidance.run.execution.pending import Turn


@dataclass(frozen=True, slots=True)
class PairExecution:
    """Runs each case on two libraries; the trial of one carries that of the other. `sides` is what they are called."""

    one: Executor
    other: Executor
    sides: tuple[str, str]

    @property
    def exhausted(self) -> str:
        """Return why neither library, or one of them, can be asked for more."""
        return self.one.exhausted or self.other.exhausted

    def turn(self, case: Case, expectation: Expectation, time_limit: float | None = None) -> PairTurn:
        """Return a case to be run on both; raises what Executor.turn raises."""
        mine = self.one.turn(case, expectation, time_limit)
        return PairTurn(mine, self.other.turn(case, expectation, time_limit, mine), self.sides)


@dataclass(slots=True)
class PairTurn:
    """A case of two libraries, one after the other: they may use the same file."""

    mine: Turn
    other: Turn
    sides: tuple[str, str]
    answered: CaseResult = field(init=False)

    def begin(self) -> None:
        """Run the case on the other side, then hand it to the worker of this one; raises what `end` does."""
        self.other.begin()
        self.answered = self.other.end()
        self.mine.begin()

    def end(self) -> CaseResult:
        """Wait for the trial of one, which carries that of the other."""
        return replace(self.mine.end(), other=self.answered, sides=self.sides)


@dataclass(slots=True)
class PairDifferences:
    """Finds where two libraries answer otherwise.

    What is wrong with either library by itself is for its own items to say. With `one_library`, two builds of one
    library are compared. What costs the one `out_of_proportion` to the other is found where that is there to look.
    """

    execution: PairExecution
    one_library: bool
    out_of_proportion: Callable[[CaseResult], CallFindings] | None = None
    known: dict[tuple[str, int], KnownCount] = field(default_factory=dict)
    """By place and line in the contract, how often what is known to differ was seen to."""
    _varies: dict[str, str] = field(default_factory=dict)
    """Which side answered differently from itself, by the place of what was found; empty for neither."""

    def __call__(self, trial: CaseResult) -> CallFindings:
        """Return where the two differ, with the call that shows it; of a sequence, the first call that does.

        What follows that call may differ for its sake alone; so may all from one on that is given what an earlier one
        was allowed to leave, where that is not the same on both sides. Raises UnsteadyError when one of them does not
        answer the same call alike twice, and no other call differs.
        """
        unsteady: UnsteadyError | None = None
        allowed: set[int] = set()
        for one in _calls(trial) if trial.is_sequence else _single(trial):
            if is_given_otherwise(one):
                break
            try:
                found, may = self._differences(one, allowed)
            except UnsteadyError as error:
                unsteady = unsteady or error
                continue
            # Of a call that fails, nothing is compared that it leaves in a record, and that stands there afterwards.
            if may or _fails(one):
                allowed.update(one.subject.storage.values())
            if found or _dead(one):
                return [(replace(diagnostic, subject=one.function.name), one) for diagnostic in found]
        if unsteady is not None:
            raise unsteady
        return [] if self.out_of_proportion is None or _dead(trial) else self.out_of_proportion(trial)

    def _differences(self, trial: CaseResult, allowed: Collection[int]) -> tuple[list[Diagnostic], bool]:
        """Return what differs that may not, and whether anything may; `allowed` as `ImplementationsDiffer` has it."""
        if self.one_library and bool(trial.death) != bool(trial.other and trial.other.death):
            return [], False  # a sanitizer or an assertion of one build: its own items tell of it
        if trial.is_sequence and not all(each.answered or each.death for each in _apart(trial)):
            return [], False  # one of them was never called, for what a call that may differ has answered
        found, known = ImplementationsDiffer().compare(trial, allowed)
        for place, differs in known:
            self._count(trial, place, differs=differs)
        if found and not _dead(trial):
            self._must_be_steady(trial, found[0].place)
        equivalence = trial.boundary.contract.equivalence
        never = never_compared(equivalence, trial.function, sequence=trial.is_sequence)
        return found, never or any(differs for _, differs in known)

    def _count(self, trial: CaseResult, place: ExceptedPlace, *, differs: bool) -> None:
        span, name = place.known.span, trial.function.name
        key = (f"{name}.{place.path}" if place.path else name, span.line if span else 0)
        old = self.known.get(key)
        if old is None:
            known = place.known
            verdict = known.verdict.text if known.verdict else ALLOWED
            when = known.when.text if known.when else ""
            old = KnownCount(key[0], when, verdict, known.why, known.see or "", span)
        self.known[key] = replace(old, seen=old.seen + differs, alike=old.alike + (not differs))

    def _must_be_steady(self, trial: CaseResult, place: str) -> None:
        """Ask both again, once for each place: it takes new processes."""
        if place not in self._varies:
            pair, seen = self.execution, (trial, trial.other)
            sides = zip(pair.sides, (pair.one, pair.other), seen, strict=True)
            varies = (
                name for name, executor, one in sides if one is not None and not _repeats(executor, one)
            )
            self._varies[place] = next(varies, "")
        if name := self._varies[place]:
            function = trial.function
            raise UnsteadyError(
                Diagnostic(
                    ANSWERS_VARY,
                    f"`{function.name}` gives different results for the same call in `{name}`",
                    (Label(function.span), Label(function.declaration.span)),
                    help=f"leave it out: `equivalence: {{except: {{{function.name}: why}}}}`",
                )
            )


def _repeats(executor: Executor, trial: CaseResult) -> bool:
    """Run a case that answered once more, in a process laid out anew; tell whether the answer is the same.

    Sanitizers want their place in the address space, so under them only the process is new.
    """
    spec = executor.supervisor.spec
    with Supervisor(replace(spec, shuffled=spec.catch_faults), executor.supervisor.loads) as supervisor:
        again = trial.with_observation(supervisor.run(trial.encoded.plan, executor.time_limit))
    one, other = replace(trial, other=None), replace(again, other=None)
    if not other.answered:
        return False
    return not any(
        differences(answers(one, errno=True, targets=True), answers(other, errno=True, targets=True))
    )


def _apart(trial: CaseResult) -> tuple[CaseResult, CaseResult]:
    assert trial.other is not None
    return replace(trial, other=None), trial.other


def _fails(trial: CaseResult) -> bool:
    return any(each.answered and not each.seen.success for each in _apart(trial))


def _dead(trial: CaseResult) -> bool:
    return any(each.death is not None for each in _apart(trial))


def _calls(trial: CaseResult) -> Iterator[CaseResult]:
    """Yield the trials of a sequence's calls that may differ, in order.

    They end at one at which a process ended, and at one that was repeated less often on one side for want of time: what
    either answers from there on follows from that.
    """
    came_back = not _dead(trial)
    for index, placed in enumerate(trial.encoded.calls):
        if came_back and trial.other is not None and not as_often(trial, trial.other, index):
            return
        if came_back and trial.other is not None and _is_alike(trial, trial.other, index):
            continue
        one, other = (_as_of(each, index) for each in _apart(trial))
        both = replace(one, other=other)
        if placed.frees is None or _dead(both):
            yield both
        if _dead(both):
            return


def _is_alike(trial: CaseResult, other: CaseResult, index: int) -> bool:
    """Tell whether a call was given the same on both sides, nothing that earlier calls have left, and answers alike."""
    if not same_bytes(trial, other, index):
        return False
    mine, theirs = (each.encoded.calls[index].arguments for each in (trial, other))
    # One that is given another value may answer alike all the same: as many times, it comes to nothing.
    return mine == theirs and not any(isinstance(v, Earlier) and not v.handle for v in mine.values())


def _single(trial: CaseResult) -> Iterator[CaseResult]:
    """Yield the trial of a single call, unless the two parted before it.

    They do where one of them ended in an earlier call, or has not made it, as its precondition did not hold there: then
    it is what that asked that may differ, and nothing that follows is compared.
    """
    subject, observing, sides = trial.encoded.plan.subject, trial.encoded.observing, _apart(trial)
    deaths = (each.death.call for each in sides if each.death is not None and each.death.call is not None)
    ended = min(deaths, default=None)
    for index in range(subject + 1 if ended is None else min(ended, subject)):
        here, there = (each.observation.has_run(index) for each in sides)
        if here != there and (index not in observing or index == subject):
            yield from _asked_first(trial, index)
            return
    if ended is None or ended >= subject:
        yield trial
        return
    yield from _asked_first(trial, ended)
    one, other = (_as_of(each, ended) for each in sides)
    yield replace(one, other=other)


def _asked_first(trial: CaseResult, index: int) -> Iterator[CaseResult]:
    """Yield the trials of what the preconditions of a call asked on both sides."""
    for asked in sorted(trial.encoded.calls[index].asked_first):
        one, other = (_as_of(each, asked) for each in _apart(trial))
        if one.answered and other.answered:
            yield replace(one, other=other)


def _as_of(trial: CaseResult, index: int) -> CaseResult:
    """Return the trial of a call, of which the end of the process is no part when it came later."""
    death, end = trial.death, len(trial.encoded.calls) - 1
    at = result_at(trial, index)
    if death is None or (end if death.call is None else death.call) <= index:
        return at
    return at.with_observation(replace(trial.observation, death=None))
