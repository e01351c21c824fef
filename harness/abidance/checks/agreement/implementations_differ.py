"""ABD331: the differential test: two libraries answer the same call differently."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import pointee
from abidance.boundary.model.types import HandleShape, NothingShape
from abidance.boundary.print_c.literals import value_text
from abidance.checks.check import Check
from abidance.checks.evidence.answers import CALLS, ORDER, answers, differences, where
from abidance.checks.evidence.answers import difference as first_difference
from abidance.checks.evidence.callback_text import nth, times
from abidance.checks.evidence.cause import Cause, cause_of
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.promise_labels import member_labels
from abidance.checks.memory.input_modified import InputModified
from abidance.checks.memory.out_of_bounds_read import OutOfBoundsRead
from abidance.checks.memory.out_of_bounds_write import OutOfBoundsWrite
from abidance.checks.ownership.dangling_pointer import DanglingPointer
from abidance.checks.process.crashed import Crashed
from abidance.checks.process.process_exited import ProcessExited
from abidance.checks.process.sanitizer_report import SanitizerReport
from abidance.checks.process.timed_out import TimedOut
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.checks.evidence.answers import AnswerDifference
    from abidance.checks.evidence.case_result import CaseResult


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
    compared.

    ## Not detected
    Padding, the payload of a NaN, addresses, bytes beyond a valid length, out parameters of failed calls, and
    what `equivalence: {except: ...}` exempts.
    """

    id = "ABD331"
    name = "implementations-differ"
    formerly = ("answers-differ",)
    only_with = Evidence.OTHER

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each answer that differs, or one when only one of them came back."""
        other = trial.other
        if other is None:
            return
        name, equivalence = trial.function.name, trial.boundary.contract.equivalence
        left_out = {each.text for each in equivalence.except_} if equivalence else set()
        if name in left_out or (trial.is_sequence and left_out & handles_of(trial.function)):
            return
        here, there = trial.sides
        if trial.death or other.death:
            if bool(trial.death) != bool(other.death):
                words = f"{_ending(trial)} in `{here}` and {_ending(other)} in `{there}`"
                dead = replace(trial, other=None) if trial.death else other
                known = next((found for check in _ENDINGS for found in check.judge(dead)), None)
                one = self._one(trial, "", words, "one of them does not return")
                yield replace(one, origin=known.cause if known else None)
            return
        if not trial.answered:
            return
        promise = trial.function.promise
        telling = bool(promise and promise.returns and promise.returns.errno)
        only_results = equivalence is not None and equivalence.compare == "results"
        for difference in differences(
            answers(trial, errno=telling),
            answers(other, errno=telling),
            tolerance=equivalence.tolerance if equivalence else None,
        ):
            if only_results and not difference.path.startswith("result"):
                continue
            if f"{name}.{difference.path}" in left_out or _inside(f"{name}.{difference.path}", left_out):
                continue
            path = difference.path.removesuffix(CALLS)
            apart = "" if path != difference.path else where(difference)
            tolerance = equivalence.tolerance if equivalence else None
            yield self._one(trial, path, _words(difference, here, there, tolerance), apart)

    def _one(self, trial: CaseResult, path: str, words: str, apart: str) -> Diagnostic:
        function = trial.function
        named = "" if path in ("result", "errno", ORDER) else path
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
            help=f"if they may differ, say so: `equivalence: {{except: {{{function.name}"
            f"{f'.{path}' if path else ''}: why}}}}`",
            place=f"{function.name}:{path}",
        )


def _place(trial: CaseResult) -> str:
    """Return where in a sequence the call under test stands, in words; nothing for a call by itself."""
    number = trial.encoded.plan.subject + 1
    return f"call {number} of the sequence is the first that differs" if trial.is_sequence else ""


def _words(difference: AnswerDifference, here: str, there: str, tolerance: float | None) -> str:
    path, one, two = difference.path, difference.one, difference.other
    if path.endswith(CALLS):
        return _calling_back(path.removesuffix(CALLS), difference, (here, there), tolerance)
    if path == ORDER:
        return f"calls back in another order in `{here}` than in `{there}`: {one.decode()} and {two.decode()}"
    verb = "returns" if path == "result" else f"leaves `{path}` ="
    one, two = (value_text(difference.shape, value) for value in (one, two))
    return f"{verb} {one} in `{here}` and {two} in `{there}`"


def _calling_back(
    name: str, difference: AnswerDifference, sides: tuple[str, str], tolerance: float | None
) -> str:
    """Return how the invocations of a callback differ: in the first of them that does, or in their number."""
    one, two, at = difference.one, difference.other, difference.at or 0
    here, there = sides
    if at >= min(len(one), len(two)):
        return f"calls `{name}` {times(len(one))} in `{here}` and {times(len(two))} in `{there}`"
    shape = difference.shape
    inner = first_difference(pointee(shape), one[at], two[at], tolerance=tolerance)
    assert inner is not None
    path, texts = inner.path.removeprefix("."), [value_text(inner.shape, v) for v in (inner.one, inner.other)]
    return (
        f"gives the {nth(at)} call of `{name}` {texts[0]} as `{path}` in `{here}` and {texts[1]} in `{there}`"
    )


def _inside(path: str, left_out: set[str]) -> bool:
    return any(path.startswith((f"{name}.", f"{name}[")) for name in left_out if "." in name)


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


def handles_of(function: BoundaryFunction) -> set[str]:
    """Return the handles that a function takes, makes or ends."""
    shapes = [*(member.shape for member in function.members), function.result.shape]
    return {shape.handle for shape in shapes if isinstance(shape, HandleShape)}
