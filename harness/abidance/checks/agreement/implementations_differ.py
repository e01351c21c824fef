"""ABD331: the differential test: two libraries answer the same call differently."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import pointee
from abidance.boundary.model.types import Direction, NothingShape, PointerShape
from abidance.boundary.print_c.literals import value_text
from abidance.checks.agreement.known_differences import excepted, left_standing, never_compared
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.answers import CALLS, ORDER, answers, differences, where
from abidance.checks.evidence.answers import difference as first_difference
from abidance.checks.evidence.callback_text import nth, times
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.changed_memory import first_change
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import member_labels
from abidance.checks.evidence.sameness import sameness
from abidance.checks.memory.input_modified import InputModified
from abidance.checks.memory.out_of_bounds_read import OutOfBoundsRead
from abidance.checks.memory.out_of_bounds_write import OutOfBoundsWrite
from abidance.checks.memory.output_overwritten import must_keep
from abidance.checks.ownership.dangling_pointer import DanglingPointer
from abidance.checks.process.crashed import Crashed
from abidance.checks.process.process_exited import ProcessExited
from abidance.checks.process.sanitizer_report import SanitizerReport
from abidance.checks.process.timed_out import TimedOut
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.agreement.known_differences import ExceptedPlace
    from abidance.checks.evidence.answers import AnswerDifference
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.changed_memory import ChangedByte
    from abidance.checks.evidence.sameness import Sameness


_RESULT = "result"
_ENDINGS: tuple[Check, ...] = (
    Crashed(),
    TimedOut(),
    SanitizerReport(),
    ProcessExited(),
    DanglingPointer(),
    OutOfBoundsWrite(),
    OutOfBoundsRead(),
    InputModified(),
)
"""What tells why one of the two did not come back: the same cause as where that one is called alone."""


class ImplementationsDiffer(Check):
    """Flags a valid call for which two libraries, or two builds of one, give different results.

    ## Why it matters
    A replacement that fulfils every written promise and still behaves differently breaks callers that rely on
    unwritten behaviour.

    ## Example
        size_t st_trim(const char *text, size_t length);    # C trims tabs, the Rust one only spaces

    ## How it is detected
    Differential testing: each call is made on both, each in its own worker, and compared: the result, out
    parameters after success, the number, order and arguments of callback invocations, and `errno` after a
    failure if the contract says `errno: set_on_failure`. For a handle, both run the same sequences of calls,
    and each call's results are compared up to the first difference. A library that is not deterministic is not
    compared. After a call that returns false, which may be a failure or an answer like any other, what the first
    library leaves alone must be left alone by the others.

    ## Not detected
    Padding, the payload of a NaN, addresses, bytes beyond a valid length, out parameters of failed calls, and
    what `equivalence: {except: ...}` exempts. Of a pointer that comes back: but what it leads to, and where in
    the memory of the call's arguments that lies; of pointers in arrays only the former. How allocators are
    called, and what compares or hashes, that are passed as callbacks, unless the contract says `allocators: true`.
    """

    id = "ABD331"
    name = "implementations-differ"
    formerly = ("answers-differ",)
    only_with = Evidence.OTHER

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each answer that differs, or one when only one of them came back."""
        yield from self.compare(trial)[0]

    def compare(
        self, trial: CaseResult, allowed: Collection[int] = ()
    ) -> tuple[list[Diagnostic], list[tuple[ExceptedPlace, bool]]]:
        """Return what differs, and of each known difference that this call may show whether it does.

        `allowed` are the blocks of records in which earlier calls of a sequence were allowed to leave other values:
        what still stands there is not this call's. Raises EvaluationError for the condition of a known difference that
        has no value.
        """
        other = trial.other
        equivalence = trial.boundary.contract.equivalence
        if other is None or never_compared(equivalence, trial.function, sequence=trial.is_sequence):
            return [], []
        if not (trial.death or other.death or trial.answered) or (trial.death and other.death):
            return [], []
        found: list[Diagnostic] = []
        places, paths = excepted(trial), []
        stood = {*left_standing(trial, allowed)}
        for path, diagnostic in self._differences(trial, other):
            if path in stood:
                continue
            paths.append(path)
            if not any(place.covers(path) for place in places):
                found.append(diagnostic)
        return found, [(place, any(map(place.covers, paths))) for place in places]

    def _differences(self, trial: CaseResult, other: CaseResult) -> Iterator[tuple[str, Diagnostic]]:
        """Yield each difference with its path, which is empty when only one of the two came back."""
        here, there = trial.sides
        if trial.death or other.death:
            words = f"{_ending(trial)} in `{here}` and {_ending(other)} in `{there}`"
            dead = replace(trial, other=None) if trial.death else other
            known = next((found for check in _ENDINGS for found in check.judge(dead)), None)
            one = self._one(trial, "", words, "one of them does not return")
            yield "", replace(one, origin=known.cause if known else None)
            return
        promise, equivalence = trial.function.promise, trial.boundary.contract.equivalence
        telling = bool(promise and promise.returns and promise.returns.errno)
        only_results = equivalence is not None and equivalence.compare == "results"
        allocators = equivalence is not None and equivalence.allocators is True
        how = sameness(equivalence, trial.function.name)
        sides = (answers(each, errno=telling, allocators=allocators, targets=True) for each in (trial, other))
        failed = how.at(_RESULT).failures and not (trial.seen.success or other.seen.success)
        for difference in differences(*sides, how=how):
            is_result = difference.path.startswith(_RESULT)
            if (is_result and failed) or (only_results and not is_result):
                continue
            path = difference.path.removesuffix(CALLS)
            apart = "" if path != difference.path else where(difference)
            words = _left_alone(difference, trial, other) or _words(difference, here, there, how)
            yield difference.path, self._one(trial, path, words, apart, led=difference.targets is not None)
        if not only_results:
            for name, change in _written_by_one(trial, other):
                words = f"leaves `{name}` alone in `{here}` and writes to it in `{there}`"
                yield name, self._one(trial, name, words, change.words)

    def _one(self, trial: CaseResult, path: str, words: str, apart: str, *, led: bool = False) -> Diagnostic:
        function, place = trial.function, _place_of(trial.function, path)
        help_ = (
            f"if they may differ, say so: `equivalence: {{except: {{{place}: why}}}}`; "
            "if one of them is wrong, in some calls: `{when: CONDITION, verdict: LIBRARY, why: WORDS}`"
        )
        if led:
            help_ = (
                "say where it leads, `within: PARAMETER`, and either is held to that; if callers may not tell, "
                f"`equivalence: {{alike: {{{place}: {{anywhere: true}}}}}}`"
            )
        named = "" if path in ("result", "errno", TOLD, ORDER) else path
        if path == "result" and function.result.span:
            labels: tuple[Label, ...] = (
                Label(function.result.span, "results differ"),
                Label(function.declaration.span),
            )
        else:
            labels = member_labels(trial.boundary, function, named, "results differ")
        return Diagnostic(
            self.code,
            f"`{function.name}` {words}",
            labels,
            notes=tuple(note for note in (apart, _place(trial)) if note),
            help=help_,
            place=f"{function.name}:{path}",
        )


def _written_by_one(one: CaseResult, other: CaseResult) -> Iterator[tuple[str, ChangedByte]]:
    """Yield the out parameters that only the second writes to in calls which may have failed: nothing tells.

    Of a call that is known to have failed, its contract says what it may write, and so does a check of its own.
    """
    for each in (one, other):
        if each.seen.success or unwritten_memory.tells_failure(each):
            return
    memories = [unwritten_memory.watched_memory(each) for each in (one, other)]
    for member in one.function.members:
        blocks = [each.subject.places.get(member.name) for each in (one, other)]
        if not isinstance(member.shape, PointerShape) or one.function.leaves(member.name, success=False):
            continue
        mine, yours = (
            first_change(each, block, memory[block])
            if block is not None and block in memory and must_keep(each, member, member.shape, block)
            else None
            for each, block, memory in zip((one, other), blocks, memories, strict=True)
        )
        if mine is None and yours is not None:
            yield member.name, yours


def _place_of(function: BoundaryFunction, path: str) -> str:
    """Return the place that an exception names: the order of all callbacks has no name of its own."""
    return f"{function.name}.{path}" if path and path != ORDER else function.name


def _place(trial: CaseResult) -> str:
    """Return where in a sequence the call under test stands, in words; nothing for a call by itself."""
    number = trial.encoded.plan.subject + 1
    return f"call {number} of the sequence is the first that differs" if trial.is_sequence else ""


def _words(difference: AnswerDifference, here: str, there: str, how: Sameness) -> str:
    path, one, two = difference.path, difference.one, difference.other
    if difference.targets is not None:
        verb = "returns a pointer" if path == "result" else f"leaves a pointer in `{path}`"
        one, two = (each.words for each in difference.targets)
        return f"{verb} {one} in `{here}` and {two} in `{there}`"
    if path.endswith(CALLS):
        return _calling_back(path.removesuffix(CALLS), difference, (here, there), how)
    if path == ORDER:
        return f"calls back in another order in `{here}` than in `{there}`: {one.decode()} and {two.decode()}"
    verb = "returns" if path == "result" else f"leaves `{path}` ="
    one, two = (value_text(difference.shape, value) for value in (one, two))
    return f"{verb} {one} in `{here}` and {two} in `{there}`"


def _left_alone(difference: AnswerDifference, one: CaseResult, other: CaseResult) -> str:
    """Return how an out parameter differs that only one of the two has written; empty where both or neither have."""
    path, sides = difference.path, (one, other)
    member = next((each for each in one.function.members if each.name == path), None)
    if (
        member is None
        or not isinstance(member.shape, PointerShape)
        or member.shape.direction is not Direction.OUT
    ):
        return ""
    untouched = []
    for each in sides:
        block, memory = each.subject.places.get(path), unwritten_memory.watched_memory(each)
        untouched.append(
            block is not None and block in memory and first_change(each, block, memory[block]) is None
        )
    if untouched[0] == untouched[1]:
        return ""
    texts = (value_text(difference.shape, value) for value in (difference.one, difference.other))
    first, second = ("alone" if alone else f"at {text}" for alone, text in zip(untouched, texts, strict=True))
    here, there = one.sides
    return f"leaves `{path}` {first} in `{here}` and {second} in `{there}`"


def _calling_back(name: str, difference: AnswerDifference, sides: tuple[str, str], how: Sameness) -> str:
    """Return how the invocations of a callback differ: in the first of them that does, or in their number."""
    one, two, at = difference.one, difference.other, difference.at or 0
    here, there = sides
    if at >= min(len(one), len(two)):
        return f"calls `{name}` {times(len(one))} in `{here}` and {times(len(two))} in `{there}`"
    shape = difference.shape
    inner = first_difference(pointee(shape), one[at], two[at], how=how)
    assert inner is not None
    path, texts = inner.path.removeprefix("."), [value_text(inner.shape, v) for v in (inner.one, inner.other)]
    return (
        f"gives the {nth(at)} call of `{name}` {texts[0]} as `{path}` in `{here}` and {texts[1]} in `{there}`"
    )


def _ending(trial: CaseResult) -> str:
    match cause_of(trial):
        case Cause.TIMEOUT:
            return "does not return"
        case Cause.EXIT:
            return "ends the process"
        case None:
            shape = trial.function.result.shape
            if not trial.answered or isinstance(shape, NothingShape):
                return "returns"
            return f"returns {value_text(shape, trial.seen.result)}"
        case _:
            return "crashes"
