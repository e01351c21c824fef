"""What the contract promises of a function that not every call puts to the test, and which calls do."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.decode.returned_records import records
from abidance.boundary.encode.observing import MOST_IN_ADVANCE
from abidance.boundary.encode.preconditions import MOST_ASKED
from abidance.boundary.encode.result_reads import lasting
from abidance.boundary.model.callback_order import name_of
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import callbacks_of, root_of, writes
from abidance.boundary.model.types import (
    ArrayShape,
    HandleShape,
    NumberHandle,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.model.variants import possible
from abidance.boundary.resolve.freeing import LIBC
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.checks.evidence.counted_numbers import with_counts
from abidance.checks.results.postcondition_broken import relies_on_its_state
from abidance.contract.expression import EvaluationError, spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression
    from abidance.contract.expression.expression import Claim

SUCCESS, RESULT = "success", "result"


@dataclass(frozen=True, slots=True)
class PromiseQuestion:
    """One promise. `asked` tells whether a call that came back puts it to the test.

    With `refused`, calls do that the contract says are refused as well, and with `later` those of other functions that
    come after it. `behind`, `about` and `of_several` as in `Gap`.
    """

    clause: str
    words: str
    asked: Callable[[CaseResult], bool]
    refused: bool = False
    later: bool = False
    behind: str = ""
    about: str = ""
    of_several: str = ""


def questions(function: BoundaryFunction) -> tuple[PromiseQuestion, ...]:
    """Return what is promised of a function and not put to the test by every call of it."""
    if function.promise is None:
        return ()
    return (
        *_of_success(function),
        *of_failure(function),
        *_of_ensures(function),
        *_of_result(function),
        *_of_asked_lengths(function),
        *_of_lifetimes(function),
        *_of_what_is_handed_over(function),
        *_of_what_is_left(function),
        *_of_invariants(function),
        *_of_null(function.name, function.members),
        *_of_callbacks(function),
        *_of_model(function),
    )


def _of_model(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    model = function.promise.model if function.promise else None
    if model is not None:
        yield PromiseQuestion(
            "model",
            f"the `model` of `{function.name}`: it says nothing of any call",
            lambda trial: trial.modelled is not None,
        )


def of_refusal(function: BoundaryFunction, reject: Reject) -> tuple[PromiseQuestion, ...]:
    """Return the same of the calls under one of the function's `rejects`."""
    whose = f"`rejects` of `{function.name}` with {reject.text}"
    return tuple(
        PromiseQuestion(
            f"rejects:{reject.text}:{number}",
            f"`{claim.text}` of {whose}: no call tested it{claim.where}",
            lambda trial, claim=claim: claim.says(trial.seen.after, trial.seen.before),  # type: ignore[misc]
            refused=True,
        )
        for number, claim in enumerate(_claims(reject.ensures))
    )


def _of_success(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    result, told = function.result, function.has_status
    tells = told or (isinstance(result.shape, ScalarShape) and result.shape.kind == "bool")
    if told or (tells and any(_is_written(member) for member in function.members)):
        yield PromiseQuestion(
            SUCCESS,
            f"what `{function.name}` promises of success: no call succeeded",
            lambda trial: trial.seen.success,
        )
    for name, param in function.promise.params.items() if function.promise else ():
        if param.after_success == "untouched":
            clause = f"`on_success: untouched` of `{name}`"
            yield PromiseQuestion(
                clause,
                f"{clause} of `{function.name}`: no call succeeded",
                lambda trial: trial.seen.success,
                behind=SUCCESS if tells else "",
            )


def of_failure(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield what is promised of calls of a function that fail, for whatever reason."""
    promise = function.promise
    assert promise is not None
    clauses = ["`errno: set_on_failure`"] if promise.returns and promise.returns.errno else []
    if promise.returns and promise.returns.last_error:
        clauses.append("`last_error`")
    clauses += [
        f"`on_failure: {param.after_failure}` of `{name}`"
        for name, param in promise.params.items()
        if param.after_failure in ("untouched", "taken", "written") and param.says_more_of_failure
    ]
    for clause in clauses:
        yield PromiseQuestion(
            clause,
            f"{clause} of `{function.name}`: no call failed",
            lambda trial: not trial.seen.success,
            refused=clause == "`errno: set_on_failure`",
        )


def _of_ensures(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    def asked(trial: CaseResult, expression: Expression, claim: Claim) -> bool:
        if relies_on_its_state(trial) or not claim.says(trial.seen.after, trial.seen.before):
            return False
        return not expression.calls or _is_told(trial, expression)

    claims = [(each, claim) for each in function.ensures for claim in each.claims]
    for number, (expression, claim) in enumerate(claims):
        yield PromiseQuestion(
            f"ensures:{number}",
            f"`{claim.text}` of `{function.name}`: {_untested(function, claim)}",
            lambda trial, of=expression, claim=claim: asked(trial, of, claim),  # type: ignore[misc]
        )


def _untested(function: BoundaryFunction, claim: Claim) -> str:
    """Return what is said of a part of a postcondition that no call tested: in a loop the rest of it may be unasked."""
    asked = [each for each in function.observers if each.loops and each.text in claim.text]
    if any(
        "calls" in reference.parts[1:]
        for each in asked
        for of in each.loops
        for reference in of.over.references
    ):
        return "no call tested it, since what a callback was given is asked of no function"
    if asked:
        often = f"{MOST_ASKED} times, and {MOST_IN_ADVANCE} where its end is known only then"
        return f"no call tested all of it, since a loop asks {often}, at the most"
    return f"no call tested it{claim.where}"


def _is_told(trial: CaseResult, expression: Expression) -> bool:
    """Tell whether all was asked that a condition asks of other functions: they may not be given everything."""
    if not trial.subject.is_observed(expression):
        return False
    with suppress(EvaluationError):
        expression.evaluate(*with_counts(trial.run, trial.seen.after, trial.seen.before))
        return True
    return False


def _of_result(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    result = function.result
    if not isinstance(result.shape, PointerShape | HandleShape):
        return
    if result.nullable is not False:
        yield PromiseQuestion(
            RESULT,
            f"the target of the result of `{function.name}`: it was NULL each time"
            if not isinstance(result.shape, NumberHandle)
            else f"the `{result.shape.handle}` that `{function.name}` returns: there was none each time",
            lambda trial: result.success(trial.seen.result),
        )


def _of_asked_lengths(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    for each in function.asks:
        back = each.path == "result"
        what = "returns" if back else f"leaves in `{spelling(each.path.removesuffix(BEHIND))}`"
        yield PromiseQuestion(
            f"asked:{each.path}",
            f"the memory that `{function.name}` {what}: `{each.length.text}` never told how much there is",
            lambda trial, path=each.path: (  # type: ignore[misc]
                path in trial.subject.asked and trial.observation.calls[trial.subject.asked[path][-1]].ran
            ),
            behind=RESULT if back else SUCCESS,
        )


def _of_lifetimes(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    for path, shape in lasting(function).items():
        back = path == "result"
        left = f"`{function.name}` leaves in `{spelling(path.removesuffix(BEHIND))}`"
        what = f"`{function.name}` returns" if back else left
        yield PromiseQuestion(
            "lifetime" if back else f"lifetime:{path}",
            f"`lifetime: {shape.lifetime}` of what {what}: nothing was called after it",
            lambda trial, path=path: any(  # type: ignore[misc]
                lender.function.name == function.name and left == path
                for lender, left in map(trial.encoded.lender, trial.subject.looks)
            ),
            later=True,
            behind=RESULT if back else SUCCESS,
        )


def _of_what_is_handed_over(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield whether memory that the caller is to give back came from an allocator that is watched.

    What `free` frees did, whichever call it was that asked for it.
    """
    promise, result = function.promise, function.result
    assert promise is not None
    if result.free not in (None, LIBC) or _is_new_handle(result.shape):
        yield PromiseQuestion(
            "watched",
            f"leaks and overflows of what `{function.name}` returns, which comes from no allocator that is watched",
            lambda trial: trial.seen.result is not None and _asked_for_memory(trial),
            behind=RESULT if result.nullable is not False else "",
        )
    for member in function.members:
        place = promise.params.get(member.name)
        if _is_new_handle(member.shape) or (
            place is not None and place.free is not None and place.free.text != LIBC and _is_written(member)
        ):
            yield PromiseQuestion(
                f"watched:{member.name}",
                f"leaks and overflows of what `{function.name}` leaves in `{member.name}`, which comes from no "
                "allocator that is watched",
                lambda trial, shape=member.shape: (
                    trial.seen.success  # type: ignore[misc]
                    and (_asked_for_memory(trial) or _comes_without_memory(trial, shape))
                ),
                behind=SUCCESS,
            )


def _asked_for_memory(trial: CaseResult) -> bool:
    """Tell whether a call asked for as much heap memory as it handed over, as far as that is known, or nobody knows."""
    call = trial.observation.calls[trial.encoded.plan.subject]
    effects = call.side_effects
    if effects.allocations is None:
        return True
    asked = (trial.observation.calls[index] for index in trial.subject.asks)
    reads = (*call.followed, *(read for each in asked for read in each.followed))
    handed = max((len(each.contents) for each in reads), default=0)
    return effects.allocations != 0 and effects.allocated >= handed


def _comes_without_memory(trial: CaseResult, shape: Shape) -> bool:
    """Tell whether a handle owes no memory when it is made: nothing ends it, or it lies in the caller's memory."""
    if not isinstance(shape, HandleShape):
        return False
    life = trial.boundary.handles[shape.handle]
    return life.destroy is None or life.record is not None


def _is_new_handle(shape: Shape) -> bool:
    """Tell whether there may be memory that comes with a new handle."""
    made = isinstance(shape, HandleShape) and shape.made and not shape.may_be_another
    return made and not isinstance(shape, NumberHandle | RecordHandle)


def _of_what_is_left(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    """Yield whether anything was ever left in each parameter that is written to.

    Not of one in which no call leaves anything that has a meaning: there is nothing to judge.
    """
    for member in function.members:
        on_success = function.leaves(member.name, success=True)
        if not _is_written(member) or not (on_success or function.leaves(member.name, success=False)):
            continue
        name = spelling(member.name)
        ended = "succeeded" if on_success else "failed"
        yield PromiseQuestion(
            f"left:{member.name}",
            f"what `{function.name}` leaves in `{member.name}`: no call that {ended} left anything there",
            lambda trial, name=name: (  # type: ignore[misc]
                function.leaves(root_of(name), success=trial.seen.success)
                and trial.seen.after.get(name) is not None
            ),
            behind=SUCCESS if on_success else "",
        )


def _is_written(member: Member) -> bool:
    shape = member.shape
    return isinstance(shape, PointerShape) and shape.direction.written


def _of_invariants(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    found = [*_records(function.result.shape, "result", written=True)]
    for member in function.members:
        found += _records(member.shape, member.name, written=False)
    for place, record in dict(found).items():
        for number, claim in enumerate(_claims(record.invariants)):
            yield PromiseQuestion(
                f"invariant:{place}:{number}",
                f"the invariant `{claim.text}` of `{place}` of `{function.name}`: no call tested it{claim.where}",
                lambda trial, place=place, claim=claim: any(  # type: ignore[misc]
                    each.place == place and claim.says(trial.boundary.scope(each.fields))
                    for each in records(trial.function, trial.seen, trial.boundary.handles)
                ),
                behind=RESULT if place.partition(".")[0] == RESULT else SUCCESS,
            )


def _records(shape: Shape, path: str, *, written: bool) -> Iterator[tuple[str, RecordShape]]:
    """Yield the records with invariants that may come back, by place, as `boundary.returned` finds them."""
    match shape:
        case PointerShape() if path == RESULT or shape.direction.written or writes(shape.element):
            inner = f"{path}[]" if shape.length is not None or shape.capacity is not None else path
            yield from _records(shape.element, inner, written=written or shape.direction.written)
        case ArrayShape(of=of):
            yield from _records(of, f"{path}[]", written=written)
        case RecordShape():
            if written and shape.invariants:
                yield path, shape
            for member in possible(shape):
                if not member.within:
                    yield from _records(member.shape, f"{path}.{member.name}", written=written)


def _of_null(name: str, members: tuple[Member, ...]) -> Iterator[PromiseQuestion]:
    """Yield the parameters that may be NULL: the library must bear it."""
    for member in members:
        shape = member.shape
        if isinstance(shape, PointerShape | HandleShape | CallbackShape) and shape.nullable is not False:
            given = spelling(member.name)
            yield PromiseQuestion(
                f"null:{member.name}",
                f"`{member.name}` of `{name}` as NULL: no call passed it",
                lambda trial, given=given: trial.seen.before.get(given) is None,  # type: ignore[misc]
            )


def _of_callbacks(function: BoundaryFunction) -> Iterator[PromiseQuestion]:
    for path, shape in callbacks_of(function.members):
        if not _is_never_called(shape):
            yield from _of_callback(function, path, shape)


def _is_never_called(shape: CallbackShape) -> bool:
    never = shape.most is not None and shape.most.text.strip() == "0"
    return never and shape.lifetime == "call" and not shape.allocator


def _of_callback(function: BoundaryFunction, path: str, shape: CallbackShape) -> Iterator[PromiseQuestion]:
    def invoked(trial: CaseResult) -> Iterator[CallbackInvocation]:
        calls = trial.encoded.calls
        for each in trial.seen.called:
            placed = each.placed
            if placed.path == path and calls[placed.call].function.name == function.name:
                yield each

    whose, clause = f"`{path}` of `{function.name}`", f"callback:{path}"
    yield PromiseQuestion(
        clause,
        f"promises about invocations of {whose}: it was never called",
        lambda trial: any(True for _ in invoked(trial)),
        later=True,
        about=f"`{path}`",
        of_several=f"promises about invocations of {{}} of `{function.name}`: none was ever called",
    )
    for number, claim in enumerate(_claims(shape.ensures)):
        yield PromiseQuestion(
            f"{clause}:ensures:{number}",
            f"`{claim.text}` of {whose}: no invocation tested it{claim.where}",
            lambda trial, claim=claim: any(claim.says(each.scope) for each in invoked(trial)),  # type: ignore[misc]
            later=True,
            behind=clause,
        )
    for key in ("after", "before", "follows", "within", "outside", "ends", "same", "by", "first"):
        if shape.order is not None and shape.order.says(key):
            yield PromiseQuestion(
                f"{clause}:order:{key}",
                f"`order: {key}` of {whose}: no invocation tested it",
                lambda trial, key=key: _is_ordered(trial, function, path, key),  # type: ignore[misc]
                later=True,
                behind=clause,
            )
    for index, member in enumerate(shape.members):
        given = member.shape
        hidden = isinstance(given, PointerShape) and given.nullable is not False
        if not hidden or index in (shape.given_back, shape.frees):
            continue
        yield PromiseQuestion(
            f"{clause}:{member.name}",
            f"the target of `{member.name}` of {whose}: it was NULL each time",
            lambda trial, name=member.name: any(  # type: ignore[misc]
                each.values.get(name) is not None for each in invoked(trial)
            ),
            later=True,
            behind=clause,
        )


def _is_ordered(trial: CaseResult, function: BoundaryFunction, path: str, key: str) -> bool:
    """Tell whether a clause of a callback's order was held against an invocation by the call under test."""
    name = name_of(function, path, trial.boundary.handles)
    return (name, key, trial.encoded.plan.subject) in trial.run.callback_order.judged


def _claims(expressions: tuple[Expression, ...]) -> Iterator[Claim]:
    for expression in expressions:
        yield from expression.claims
