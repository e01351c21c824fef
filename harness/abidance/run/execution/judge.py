"""What is found of a test case: the findings of each of its calls, and which of them explain others."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.checks import CHECKS
from abidance.checks.agreement.implementations_differ import ImplementationsDiffer
from abidance.checks.check import Check
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.evidence import evidence
from abidance.checks.evidence.sequence_calls import all_calls, each_call, law_of
from abidance.checks.results.invalid_call_not_rejected import InvalidCallNotRejected
from abidance.contract.expression import EvaluationError
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from abidance.core.errors import AbidanceError

_OF_VALID_CALLS = frozenset(each.code.id for each in CHECKS if each.of_valid_calls)
CallFindings = list[tuple[Diagnostic, CaseResult]]
"""Findings, each with the call of a sequence that shows it."""


@dataclass(slots=True)
class Judge:
    """Judges cases; `calls` is what finds something in one, with the call of a sequence that shows it.

    `calls` raises EvaluationError when it finds nothing and an expression had no value, HookError when a model failed.
    `by_itself` are the codes of checks that are about what a call does to the process.
    """

    calls: Callable[[CaseResult], CallFindings]
    by_itself: frozenset[str] = frozenset()

    def findings(self, trial: CaseResult) -> list[Diagnostic]:
        """Return what is found, in the order of the checks; raises as `calls` does."""
        return [diagnostic for diagnostic, _ in self.calls(trial)]

    def causes(self, trial: CaseResult) -> list[tuple[str, str]]:
        """Return the codes and places of what is found; none when it cannot be judged."""
        try:
            return [found.cause for found in self.findings(trial)]
        except (EvaluationError, CaseError):
            return []

    def apart(
        self,
        trial: CaseResult,
        excepted: Callable[[Diagnostic], bool],
        known: Collection[tuple[str, str]] = (),
    ) -> list[Diagnostic]:
        """Return the findings of a case that no other of it may explain; raises as `calls` does.

        What ended the process explains nothing of the calls of a sequence before it, once it is `known`. An invalid
        call that was not refused explains that later ones break their promises: their handle is what it made of that.
        """
        found = _short_of_accepted(self.calls(trial), excepted)
        left = self.unexplained([diagnostic for diagnostic, _ in found], excepted)
        end = trial.death.call if trial.death is not None and trial.is_sequence else None
        if end is not None and any(each.cause in known for each in left):
            before = [diagnostic for diagnostic, one in found if one.encoded.plan.subject < end]
            left += [each for each in self.unexplained(before, excepted) if each not in left]
        return left

    def unexplained(
        self, found: Sequence[Diagnostic], excepted: Callable[[Diagnostic], bool]
    ) -> list[Diagnostic]:
        """Return the findings of one case that no other of it may explain.

        The first in the order of the checks may explain those after it, unless the contract makes an exception of it;
        what a call does to the process stands by itself.
        """
        left, explained = [], False
        for each in found:
            if each.code.id in self.by_itself:
                left.append(each)
            elif not explained:
                left.append(each)
                explained = not excepted(each)
        return left

    def showing(self, trial: CaseResult, causes: Collection[tuple[str, str]]) -> int | None:
        """Return the number of the step that shows one of these causes, of a sequence whose steps can be left out."""
        if not trial.is_sequence or law_of(trial) is not None:
            return None
        steps = trial.encoded.steps
        with suppress(EvaluationError, CaseError):
            for found, one in self.calls(trial):
                if found.cause not in causes:
                    continue
                at = _call_of(trial, one, found)
                if at in steps:
                    return steps.index(at)
        return None

    def shown(self, trial: CaseResult, cause: tuple[str, str]) -> CaseResult:
        """Return the trial of the call that shows a cause: of a sequence's calls one, or all of them.

        Of a single call that may be one that was made before it.
        """
        if not (trial.is_sequence or trial.subject.asked_first or trial.other is not None):
            return trial
        with suppress(EvaluationError, CaseError):
            for found, one in self.calls(trial):
                if found.cause == cause:
                    return one
        return trial


@dataclass(slots=True)
class EvidentChecks:
    """Asks of each case the checks for which it has evidence. What they gave up on is added to `unasked`."""

    checks: Sequence[Check]
    unasked: dict[str, None]
    _by_evidence: dict[int, tuple[Check, ...]] = field(default_factory=dict)

    def __call__(self, trial: CaseResult) -> CallFindings:
        """Return what the checks find, in the order of their table; raises as `Judge.calls` does."""
        found: CallFindings = []
        unjudged: AbidanceError | None = None
        whole, each = (all_calls(trial),), each_call(trial)
        for check in self.concerned(evidence(trial)):
            for one in whole if check.whole else each:
                try:
                    found.extend((_blaming(diagnostic, check, one), one) for diagnostic in check.judge(one))
                    if type(check).unasked is not Check.unasked:
                        self.unasked.update(dict.fromkeys(check.unasked(one)))
                except (EvaluationError, CaseError) as error:
                    unjudged = unjudged or error
        if unjudged is not None and not found:
            raise unjudged
        return found

    def concerned(self, shown: int) -> tuple[Check, ...]:
        """Return the checks that may find something in a trial with this evidence, in the order of their table."""
        found = self._by_evidence.get(shown)
        if found is None:
            found = tuple(c for c in self.checks if not c.only_with or c.only_with & shown)
            self._by_evidence[shown] = found
        return found


def _short_of_accepted(found: CallFindings, excepted: Callable[[Diagnostic], bool]) -> CallFindings:
    """Return findings without broken promises of valid calls that come after an invalid one which was not refused."""
    accepted = min(
        (
            one.encoded.plan.subject
            for each, one in found
            if each.code.id == InvalidCallNotRejected.code.id and not excepted(each)
        ),
        default=None,
    )
    if accepted is None:
        return found
    return [
        (each, one)
        for each, one in found
        if each.code.id not in _OF_VALID_CALLS or one.encoded.plan.subject <= accepted
    ]


def standing_by_themselves(checks: Iterable[Check]) -> frozenset[str]:
    """Return the codes of findings that no other of the same call explains."""
    return frozenset((ImplementationsDiffer.id, *(check.code.id for check in checks if check.by_itself)))


def asking(*checks: Check) -> Callable[[CaseResult], CallFindings]:
    """Return what asks these checks of each case, whatever its evidence."""
    return lambda trial: [(found, trial) for check in checks for found in check.judge(trial)]


def _call_of(trial: CaseResult, one: CaseResult, found: Diagnostic) -> int | None:
    """Return the call of a sequence that shows something: that which ended the process, or the first to blame."""
    death = trial.death or (trial.other.death if trial.other is not None else None)
    if death is not None:
        return death.call
    at, calls = one.encoded.plan.subject, trial.encoded.calls
    if not found.subject or calls[at].function.name == found.subject:
        return at
    return next((n for n in trial.encoded.steps if calls[n].function.name == found.subject), None)


def _blaming(diagnostic: Diagnostic, check: Check, one: CaseResult) -> Diagnostic:
    """Return a finding with the function that it is about, where one call alone shows it or ended the process."""
    if diagnostic.subject or (check.whole and one.death is None):
        return diagnostic
    return replace(diagnostic, subject=(one.function if one.death is None else one.run.running).name)
