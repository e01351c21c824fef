"""A few dozen valid calls, each made as it is and then again with one thing altered: less memory, other places."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.checks.evidence.expectation import NOTHING
from abidance.checks.evidence.sequence_calls import is_judgeable
from abidance.contract.expression import EvaluationError
from abidance.core.errors import CaseError, HookError
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.python_strategies import asks_python
from abidance.generate.scope import FilterLog
from abidance.generate.strategies import further_cases
from abidance.run.execution.context import ItemVerdict
from abidance.run.execution.subsequences import shorten
from abidance.run.findings.confirm import confirmed
from abidance.run.phases.examples import not_ready
from abidance.run.search.edges import edges
from abidance.run.search.fitting_handles import fitting_creators
from abidance.run.search.search import Bug
from abidance.run.search.shrink_arguments import simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.expectation import Expectation
    from abidance.core.diagnostic import Diagnostic, Finding
    from abidance.core.gaps import Gap, Tested
    from abidance.run.execution.context import Context

    Alterations = Generator[Case, CaseResult | None, None]
    """Yields what a call is made again as, and is sent what came of it: None where a clause has no value on it."""


@dataclass(frozen=True, slots=True)
class AlteredCalls:
    """What calls showed once they were altered. `number` is how many of those were made and judged."""

    number: int
    findings: tuple[Finding, ...]
    reasons: tuple[Diagnostic, ...]

    def verdict(self, gap: Gap, tested: Tested) -> ItemVerdict:
        """Return the verdict: `tested` where a call was altered, `gap` where none was."""
        gaps = () if self.number else (gap,)
        return ItemVerdict(
            self.findings, self.reasons, self.number, gaps, frozenset({tested} if self.number else ())
        )


def altered_calls(
    context: Context,
    calls: Sequence[Case],
    alterations: Callable[[Case, CaseResult], Alterations],
    most: int,
    held_to: Expectation = NOTHING,
) -> AlteredCalls:
    """Make each call as it is and, where it answers, again as often as `alterations` says; `most` times altogether."""
    runner = context.calls
    bugs: dict[tuple[str, str], Bug] = {}
    tried = number = ran = 0
    last: CaseResult | None = None
    for case in calls:
        trial = _bare(context, case, held_to)
        if trial is None or trial.death is not None or not is_judgeable(trial):
            last = trial or last
            continue
        ran += 1
        context.progress(ran)
        altering = alterations(case, trial)
        altered = next(altering, None)
        while altered is not None and tried < most and not runner.exhausted:
            tried += 1
            seen: CaseResult | None = None
            with suppress(EvaluationError, CaseError):
                seen = runner.again(altered, held_to)
                found = _found(context, seen)
                number += 1
                for each in found:
                    if each.cause not in bugs and not _shows(context, case, each.cause):
                        bugs[each.cause] = Bug(_shorter(context, altered, each.cause), held_to, each, number)
            try:
                altered = altering.send(seen)
            except StopIteration:
                altered = None
    never = (not_ready(context, last),) if not ran and last is not None and last.death is None else ()
    return AlteredCalls(number, confirmed(bugs.values(), runner, context), (*runner.reasons, *never))


def _found(context: Context, trial: CaseResult) -> list[Diagnostic]:
    return context.calls.judge.apart(trial, context.excepted)


def _shows(context: Context, case: Case, cause: tuple[str, str]) -> bool:
    """Tell whether a sequence shows something as it is, or as it was altered: what it shows as it is, others report."""
    if not case.steps or context.calls.exhausted or not is_lawful(context.boundary, case):
        return False
    with suppress(EvaluationError, CaseError):
        return any(each.cause == cause for each in _found(context, context.calls.again(case, NOTHING)))
    return False


def _shorter(context: Context, case: Case, cause: tuple[str, str]) -> Case:
    """Return a sequence that shows the same with fewer calls, and with simpler arguments."""
    shows = partial(_shows, context, cause=cause)
    return simplify(context.boundary, shorten(case, shows), shows) if case.steps else case


def some_calls(context: Context, most: int) -> tuple[Case, ...]:
    """Return so many valid calls of the function under test, if there are as many: examples, edge cases, any."""
    return tuple(islice(_calls(context, most), most))


def _calls(context: Context, most: int) -> Iterator[Case]:
    boundary, function = context.boundary, context.function
    hints = Hints.of(boundary, function)
    for example in function.examples:
        with suppress(UnlawfulExampleError, EvaluationError, HookError):
            yield complete(boundary, function, example.given, hints)
    at_edges, first = edges(context).cases, most // 4
    yield from at_edges[:first]
    yield from at_edges[first :: max(len(at_edges) // first, 1)]
    if not asks_python(boundary, function):
        seed = f"{context.settings.seed}:{function.name}".encode()
        fit = fitting_creators(context.calls, boundary, function, hints)
        hints = replace(hints, creators=fit, leading=edges(context).hints.leading)
        drawn = further_cases(boundary, function, seed, FilterLog(), hints)
        yield from (case for case in islice(drawn, 4 * most) if case is not None)


def _bare(context: Context, case: Case, held_to: Expectation) -> CaseResult | None:
    """Return a call as it is made once, None where a clause has no value on it."""
    with suppress(EvaluationError, CaseError):
        return context.calls.bare(case, held_to)
    return None
