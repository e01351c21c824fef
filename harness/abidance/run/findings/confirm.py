"""From the smallest failing case to a finding: repeat it, name the places in the library, keep it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encode import encode
from abidance.boundary.encode.encoded_plan import library_to_blame
from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.print_c.call import call_text
from abidance.checks.callbacks.wrong_callback_count import counted_in_all
from abidance.checks.cost.cost_out_of_proportion import CostOutOfProportion
from abidance.checks.evidence.callback_lifetimes import stopped_at
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.pointer_targets import pointer_targets
from abidance.checks.evidence.wording import result_text
from abidance.checks.ownership.memory_leaked import MemoryLeaked
from abidance.checks.results.law_broken import LawBroken, results_told
from abidance.contract.expression import EvaluationError
from abidance.core.diagnostic import Finding
from abidance.execute.symbols import with_symbols
from abidance.plan.codec import case_id
from abidance.run.findings import case_store
from abidance.run.findings.fresh_process import NEVER, FreshProcessResult, anew, fork_matters
from abidance.run.findings.not_taken import not_taken
from abidance.run.search.known_causes import TOGETHER, shown_too
from abidance.toolchain.definitions import defined_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.generate.scope import FilterLog
    from abidance.run.execution.context import Context
    from abidance.run.execution.runner import Runner
    from abidance.run.search.search import Bug, Search

REPEATS = 5
LATE = 3
"""A call that took too long is made again so often, until it does once more, with nothing cut short."""
TWICE = 2
"""A call that only fails in a new process was made in two of them."""
_MOST_LINES = 12
"""So many lines are shown of a case that could not be judged, which nothing has shrunk."""
BY_ITSELF = frozenset(("examples", "properties", "rejects", "lifecycle", "laws", "equivalence", "explore"))
"""The phases in which a call that fails should fail by itself: no threads, no clocks."""
BY_CHANCE = frozenset(("ABD325",))
"""What two answers by chance look like: memory that holds its fill may have been given just that."""
SURE = 20
"""So many times in a row it then comes back. A byte that is one of two by chance does once in 10^12."""
COMPARED = frozenset(("ABD327", "ABD352", "ABD375", "ABD390", "ABD391"))
"""What is known only of runs that are compared: two answers, or what the process has before and after each. Which runs
follows from the plan, so it comes back unless they change by themselves: with the time of day, what earlier cases left
in the process, or a heap that moves."""
MUST_COME_BACK = frozenset(("ABD302", "ABD383", "ABD384", "ABD386", "ABD387", "ABD388", "ABD393"))


class ForkMattersError(Exception):
    """A call fails only where the library was loaded before the process was forked: the item is to be judged anew."""


def _is_alone(context: Context) -> bool:
    return context.item.phase in BY_ITSELF and len(context.item.sides) == 1


def confirmed(bugs: Iterable[Bug], runner: Runner, context: Context) -> tuple[Finding, ...]:
    """Return the findings for bugs; one for those that turn out to be the same, now that places have names."""
    found: dict[tuple[str, str], Finding] = {}
    for bug in bugs:
        finding = confirm(bug, runner, context)
        if finding is not None:
            found.setdefault(finding.diagnostic.cause, finding)
    return together(tuple(found.values()))


def together(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings, with all promises about one function that one smallest call breaks as one of them.

    A record whose fields drifted breaks every promise that looks at them, and differs in each. The first is reported in
    full, the others as its notes, each with its place; what took another call to see stays a finding of its own. One
    that never came back says nothing where the same function is found with the same code by a call that does: memory
    that was written past its end crashes here or there.
    """
    kept: dict[tuple[str, ...], Finding] = {}
    surer = {(each.diagnostic.code.id, each.function) for each in findings if each.repeats[0]}
    for number, finding in enumerate(findings):
        code = finding.diagnostic.code.id
        if not finding.repeats[0] and finding.repeats[1] and (code, finding.function) in surer:
            continue
        alike = code in TOGETHER and finding.call
        key = (code, finding.function, finding.call) if alike else (str(number),)
        first = kept.get(key)
        if first is None:
            kept[key] = finding
            continue
        kept[key] = replace(first, diagnostic=_also(first.diagnostic, finding.diagnostic))
    return tuple(kept.values())


def confirm(bug: Bug, runner: Runner, context: Context) -> Finding | None:
    """Return the finding for a bug. A cause that did not come back keeps its diagnostic, and says so.

    What takes too long must come back: a busy machine makes sound code late, and while searching less is asked. So must
    what chance may have brought about, each time that it is tried, and what only a comparison showed, once, and in a
    new process as well; if not, that is told as not judged.
    """
    cause = bug.diagnostic.cause
    if bug.diagnostic.code.id in BY_CHANCE:
        trials = (runner.again(bug.case, bug.expectation) for _ in range(SURE))
        met = {cause in runner.judge.causes(trial) for trial in trials}
        # A sequence may be looked at again at other calls than the one that showed it: then it never comes back.
        if len(met) > 1 or not (bug.case.steps or met == {True}):
            return None
    # Of two libraries, one may be late as well: the difference is then caused by that.
    slow = not MUST_COME_BACK.isdisjoint((bug.diagnostic.code.id, cause[0]))
    tries = LATE if slow else REPEATS
    came_back, last = 0, None
    for attempt in range(tries):
        trial = runner.again(bug.case, bug.expectation)
        if cause in runner.judge.causes(trial):
            came_back, last = came_back + 1, trial
            if slow:
                tries = attempt + 1
                break
    if slow and last is None:
        return None
    new, always = FreshProcessResult(), came_back == tries
    if context.item.phase in BY_ITSELF and not slow and came_back in (0, tries):
        new = anew(bug, runner, cause, always=always)
    if bug.diagnostic.code.id in COMPARED and not new.at and (not came_back or new.at == NEVER):
        runner.executor.unasked[not_again(bug.diagnostic, here=came_back > 0)] = None
        return None
    if always and _is_alone(context) and fork_matters(bug, runner, cause):
        raise ForkMattersError
    if new.at and not always:
        last, came_back, tries = new.trial, TWICE, TWICE
    diagnostic = bug.diagnostic if last is None else named(last, runner, bug.diagnostic)
    shown = last or runner.again(bug.case, bug.expectation)
    shown = runner.judge.shown(shown, cause)
    if words := new.words(always=always):
        diagnostic = replace(diagnostic, notes=(*diagnostic.notes, words))
    diagnostic, identity = _stored(bug, context, diagnostic, shown, at=1 if new.at is None else new.at)
    return Finding(
        diagnostic=diagnostic,
        function=context.item.function,
        phase=context.item.phase,
        library=context.item.library,
        builds=(context.item.build,),
        call=text_of(context.boundary, shown, diagnostic),
        case=identity,
        found_after=bug.found_after,
        repeats=(came_back, tries),
        details=_details(context, shown, diagnostic),
        defined=_definition(context, runner, diagnostic, shown),
    )


def _stored(
    bug: Bug, context: Context, diagnostic: Diagnostic, shown: CaseResult, *, at: int
) -> tuple[Diagnostic, str]:
    """Store the case for `abidance replay`; return the diagnostic, which says where that fails, and the name of it."""
    identity = case_id(shown.encoded.plan, context.item.library, context.item.build, diagnostic.code.id)
    stored = case_store.StoredCase(
        id=identity,
        contract=context.boundary.contract.path,
        library=context.item.library,
        given=context.given,
        build=context.item.build,
        phase=context.item.phase,
        code=diagnostic.code.id,
        case=bug.case,
        expectation=bug.expectation,
        at=at,
    )
    try:
        case_store.save(context.settings.root, stored)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        note = f"not stored for `abidance replay`: `{error.filename or context.settings.root}`: {why}"
        return replace(diagnostic, notes=(*diagnostic.notes, note)), ""
    return diagnostic, identity


def not_again(diagnostic: Diagnostic, *, here: bool) -> str:
    """Return what is not judged where two answers differed, and did not in a new process; `here` they did again."""
    name, _, path = diagnostic.place.partition(":")
    what = f"{diagnostic.code.name.replace('-', ' ')} of `{name}`: `{path}` differed"
    if here:
        return (
            f"{what} each time in one process and never in a new one, so it depends on earlier calls as well"
        )
    return f"{what} once and never again, so it depends on something else as well"


def _definition(context: Context, runner: Runner, diagnostic: Diagnostic, shown: CaseResult) -> Span | None:
    """Return where the library defines the function to blame, unless a line of it is known to be the place.

    Of two libraries that are compared it is the second that is held against the first; of a law across libraries, that
    whose call shows it.
    """
    function = context.boundary.functions.get(diagnostic.subject or context.item.function)
    if function is None or any(label.own for label in diagnostic.labels):
        return None
    blamed = library_to_blame(context.boundary, shown.encoded, shown.death.call if shown.death else None)
    sides = [side.library for side in context.item.sides]
    supervisor = runner.supervisors[sides.index(blamed) if blamed in sides else -1]
    return defined_at(supervisor.spec.library, function.declaration.symbol)


def text_of(boundary: Boundary, shown: CaseResult, diagnostic: Diagnostic) -> str:
    """Return the smallest call; of what shows when all calls are over, with those that ended the handles."""
    last = max((n for n, returned in enumerate(shown.observation.calls) if returned.ran), default=0)
    in_the_end = diagnostic.code == MemoryLeaked.code or counted_in_all(shown, diagnostic) is not None
    if in_the_end and last > shown.encoded.plan.subject:
        made = {n for n, returned in enumerate(shown.observation.calls) if returned.ran}
        return call_text(boundary, shown.encoded, "", last, {*range(last)} - made)
    told = results_told(shown, diagnostic.place) if diagnostic.code == LawBroken.code else {}
    end = stopped_at(shown.run)
    last = shown.encoded.plan.subject if end is None else end
    told |= not_taken(shown, last)
    return call_text(boundary, shown.encoded, outcome(shown), end, _skipped(shown, last), told)


def _skipped(shown: CaseResult, last: int) -> frozenset[int]:
    """Return the calls that were not made before the last one: what they need was not there, or somebody else's.

    So may that one itself be left out, for the state of a handle.
    """
    calls = zip(shown.encoded.plan.calls, shown.observation.calls, strict=False)
    return frozenset(
        n
        for n, (call, returned) in enumerate(calls)
        if not returned.ran and (n < last or call.may_be_left_out)
    )


def _details(context: Context, shown: CaseResult, diagnostic: Diagnostic) -> dict[str, str]:
    """Return in which of two libraries that are compared the cause lies, where that is known."""
    if diagnostic.code == CostOutOfProportion.code:
        return {"side": diagnostic.place.rpartition(":")[2]}
    return _side(context, shown) if diagnostic.origin else {}


def _side(context: Context, trial: CaseResult) -> dict[str, str]:
    """Return which of two libraries that are compared did not come back."""
    if trial.other is None:
        return {}
    return {"side": context.item.sides[0 if trial.death is not None else 1].library}


def unjudged(context: Context, body: Search, log: FilterLog) -> tuple[Diagnostic, ...]:
    """Return why some cases could not be judged: the expressions that had no value, each on its smallest case."""
    reasons = list(dict.fromkeys(d for error in log.unjudged.values() for d in error.diagnostics))
    for case, error in body.unjudged.values():
        try:
            call = call_text(context.boundary, encode(context.boundary, case)).splitlines()
        except EvaluationError:
            call = []
        notes = tuple(f"on {line}" if n == 0 else f"   {line}" for n, line in enumerate(_last_lines(call)))
        reasons += [replace(d, notes=(*d.notes, *notes)) for d in error.diagnostics]
    return tuple(reasons)


def _last_lines(call: list[str]) -> list[str]:
    """Return the last lines of a test case that is not shrunk: with them is what an expression was about."""
    left = len(call) - _MOST_LINES
    return call if left <= 0 else [f"... ({left} lines before)", *call[left:]]


def named(trial: CaseResult, runner: Runner, otherwise: Diagnostic) -> Diagnostic:
    """Judge once more with functions and lines in the frames: asking for them is too slow while searching."""
    named = with_names(trial)
    found = [d for d in runner.judge.findings(named) if d.code == otherwise.code]
    if not found:
        return otherwise
    first = next((d for d in found if d.place == otherwise.place), found[0])
    for other in found:
        first = _also(first, other) if shown_too(first, other) else first
    return first


def with_names(trial: CaseResult) -> CaseResult:
    """Return the trial with functions and lines in all frames that its findings show."""
    other, again = trial.other, trial.again
    if other is not None:
        other = other.with_observation(with_symbols(other.observation))
    if again is not None and again.repeats:
        again = replace(again, repeats=(*again.repeats[:-1], with_symbols(again.repeats[-1])))
    return replace(trial.with_observation(with_symbols(trial.observation)), other=other, again=again)


def _also(first: Diagnostic, other: Diagnostic) -> Diagnostic:
    """Return a diagnostic with a note on what else the same call breaks."""
    span = other.span
    where = f" ({span.path.name}:{span.line})" if span else ""
    note = f"the same call: {other.message}{where}"
    return first if note in first.notes else replace(first, notes=(*first.notes, note))


def outcome(trial: CaseResult) -> str:
    """Return a few words on how the call ended, for the comment behind it."""
    if trial.other is not None:
        apart = (replace(trial, other=None), trial.other)
        ended = [outcome(one) or "returned" for one in apart]
        if ended[0] == ended[1] and trial.answered and trial.other.answered:
            led = [pointer_targets(one).get(RESULT_NAME) for one in apart]
            if led[0] != led[1]:
                ended = [
                    f"{words}, {target.words}" if target else words
                    for words, target in zip(ended, led, strict=True)
                ]
        if ended[0] != ended[1]:
            return ", ".join(f"{words} in {side}" for words, side in zip(ended, trial.sides, strict=True))
        return ended[0]
    match cause_of(trial):
        case Cause.TIMEOUT:
            return "does not return"
        case Cause.EXIT:
            return "ends the process"
        case Cause.CRASH:
            return "crashes"
        case None if stopped_at(trial.run) is not None:
            return "calls back"
        case None:
            return result_text(trial).strip() if trial.answered else ""
        case _:
            return "stops here"
