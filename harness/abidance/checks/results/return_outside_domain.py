"""ABD322: a value came back that the contract or C does not allow there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import POINTER, TOLD
from abidance.boundary.model.traversal import beside, place_passed, root_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    NumberHandle,
    PointerHandle,
    PointerShape,
    ScalarShape,
)
from abidance.boundary.print_c.literals import as_in_c, bytes_text, in_words
from abidance.boundary.values.forms import has_form
from abidance.boundary.values.memory import unpack_scalar, within
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.elements import of_all_elements, together
from abidance.checks.evidence.fields_in_states import is_absent
from abidance.checks.evidence.handles_left import nulls_untold
from abidance.checks.evidence.numbers_in_use import given_again
from abidance.checks.evidence.pointers_left import may_be_null
from abidance.checks.evidence.promise_labels import limit_of_its_type, member_labels
from abidance.checks.evidence.refused_memory import tells_want
from abidance.checks.evidence.texts_left import texts_left
from abidance.checks.evidence.wording import result_text, status_left
from abidance.contract.expression import Unavailable, spelling
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.ranges import Ranges
    from abidance.boundary.model.types import Shape
    from abidance.checks.evidence.case_result import CaseResult


_FIRST_PAGE = 4096
"""No object lies there: a pointer to it is a number that stands where none is."""


class ReturnOutsideDomain(Check):
    """Flags a result or an out value outside its domain: a bool of 2, an undeclared status, NULL.

    ## Why it matters
    Callers switch over the declared values. In a Rust caller such a `bool` or `enum` is undefined behaviour; a
    C caller falls through its `switch`.

    ## Example
        returns: {status: {ok: [RG_OK], errors: {RG_FULL: no room}}}        # and the library returns 7

    ## How it is detected
    Results are read as raw bytes. A `bool` must be 0 or 1 (C11 6.3.1.2), a closed enum one of its enumerators,
    a status one of `ok` and `errors`. A pointer that is not `nullable` must point to readable memory that the
    call has not freed (as a dropped `CString` is), aligned as `align` says; a string must have a NUL, and be
    valid in the `encoding` that the contract gives and, like bytes, of the form that `like` gives: the whole of it
    matches; of text that is changed in place both say what is passed. The same applies to fields with `to` in a record
    that a successful call has written, to those that are `read_only` of a handle in the caller's memory, and to
    pointers behind pointers; and to numbers wherever they lie: in records and arrays that a call returns a pointer to
    as in those of the caller; the `end_of` what a field points to must not
    lie before it. Of records one behind the other each must have at least the bytes of its type, and end within the
    memory. What is `within` the memory of a parameter must point into it, or at its end. A handle that is a
    number must be none of those that are `invalid`, and a new one not the number of another that is in use. In an array
    that a call leaves handles in, each is one, and no new one is there twice.

    ## Not detected
    Values in memory that the contract does not describe, and the targets of pointers in unions, or with a length
    that is not just the name of a field beside it: the report lists those as not judged. Of a record that is `within`
    other memory, pointers behind its pointers. A string where its `capacity` is 0: there is no room for a NUL, and what
    is answered then, `ensures` can say. An enum that is not `closed` may have any value. Of a record that is
    read and written, limits say what is passed, but for those of C.
    """

    id = "ABD322"
    name = "return-outside-domain"
    of_valid_calls = True

    def unasked(self, trial: CaseResult) -> Iterator[str]:
        """Yield that a call has left NULL for a handle, of which the contract does not say whether it may."""
        if trial.answered:
            for name in nulls_untold(trial):
                yield (
                    f"whether `{trial.function.name}` may leave NULL in `{name}` where it succeeds, as it did: "
                    f"`ensures` can say so"
                )

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a value, and one of all elements of an array."""
        yield from together(self._judge(trial))

    def _judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        if not trial.answered:
            return
        seen, expectation = trial.seen, trial.expectation
        if tells_want(trial):
            yield from self._want(trial)
            yield from self._last_error(trial)
            return
        if expectation.rejects and "result" in expectation.values:
            # What comes back is promised for this call alone, and out memory has no meaning.
            says = any(TOLD in each.names for each in expectation.ensures)
            if unwritten_memory.tells_failure(trial) and not says:
                yield from self._last_error(trial)
            return
        told = trial.function.status
        for path, shape, value in seen.scalars:
            if told is not None and path == told.path:
                continue  # what may be passed there says nothing of what may come back
            if _has_meaning(trial, path) and not allowed(shape, value):
                yield self._outside(trial, path, in_words(shape, value), domain(shape))
        for path, shape, value in seen.outside:
            if _is_known(trial, path) and not allowed(shape, value):
                yield self._outside(trial, path, in_words(shape, value), domain(shape))
        for path in seen.unterminated:
            if (
                _is_known(trial, path)
                if path in trial.subject.follows or "[" in path
                else _has_meaning(trial, path)
            ):
                yield self._outside(trial, path, "no NUL", "a terminated string")
        yield from self._last_error(trial)
        yield from self._status(trial)
        yield from self._handles(trial)
        for path, raw, of in texts_left(trial):
            if root_of(path) != "result" and not _has_meaning(trial, path):
                continue
            if (wrong := misshapen(raw, of, encoded=of.encoded)) is not None:
                yield self._outside(trial, path, *wrong)
        yield from self._pointers(trial)
        yield from self._result(trial)

    def _want(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield what may not come back for want of memory: `may_fail` says what does, or the status that it failed."""
        failure = trial.function.out_of_memory
        if failure is not None and not failure.expected:
            yield from self._status(trial)
            for path, shape, value in trial.seen.scalars if trial.function.result.ok else ():
                if path == RESULT_NAME and not allowed(shape, value):
                    yield self._outside(trial, path, in_words(shape, value), domain(shape))

    def _pointers(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield where what a call has left does not lead."""
        seen, result = trial.seen, trial.function.result
        lent = isinstance(result.shape, PointerShape) and result.shape.capacity is not None
        for path, there in seen.unreadable.items():
            if not _is_known(trial, path):
                continue
            if lent and path == "result":
                yield self._outside(trial, path, "memory that cannot be written as far as that", "room")
            else:
                led = (
                    f"a pointer to {there} byte{'' if there == 1 else 's'}"
                    if there
                    else _nowhere(trial, path)
                )
                yield self._outside(
                    trial, path, led, "to as much as it is to lead to" if there else "a valid pointer"
                )
        for path, pointer in seen.nulls:
            if _is_known(trial, path) and not may_be_null(pointer, path, trial):
                yield self._outside(trial, path, "NULL", "a pointer")
        for path, align, past in seen.misaligned:
            if _is_known(trial, path):
                yield self._misaligned(trial, path, align, past)
        for path, pointer in seen.no_ranges:
            if _is_known(trial, path):
                end = beside(as_in_c(path), pointer.end)
                words = f"a pointer that makes no range with its end, `{end}`"
                yield self._outside(
                    trial, path, words, "one that lies whole elements before it, or both of them NULL"
                )
        for run in seen.broken_runs:
            if _is_known(trial, run.path):
                yield self._outside(trial, run.path, run.shown, run.wanted)
        for path, place, distance in seen.astray:
            if _is_known(trial, path) or _was_there(trial, path):
                yield self._outside(trial, path, _astray(distance), f"one into `{place.whose}` or at its end")

    def _result(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield that a pointer comes back that is NULL, or not aligned."""
        seen, result, told = trial.seen, trial.function.result, trial.function.status
        if not _result_has_meaning(trial):
            return
        none = result.invalid
        if isinstance(result.shape, AddressShape) and seen.result in (None, *((none,) if none else ())):
            nullable = result.nullable
            failed = told is not None and told.asked is not None and not seen.success
            allowed_here = (
                nullable is True or failed or (nullable and nullable.holds(seen.after, seen.before))
            )
            if seen.result != none or not allowed_here:
                yield self._outside(trial, "result", str(seen.result or "NULL"), "a pointer")
        elif (align := _promised_alignment(trial)) > 1:
            raw = trial.observation.calls[trial.encoded.plan.subject].result
            if off := int.from_bytes(raw, "little") % align:
                yield self._misaligned(trial, "result", align, off)

    def _handles(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield that a number is no handle, or one that is in use."""
        result, seen = trial.function.result, trial.seen
        for path, array, words in seen.no_handles:
            if _is_known(trial, path):
                yield self._outside(trial, path, words, f"a `{array.handle}` of its own")
        for path, shape, number in given_again(trial):
            shown = in_words(shape.number, number)
            yield self._outside(trial, path, shown, f"a new `{shape.handle}`: that one is in use")
        invalid = isinstance(result.shape, NumberHandle) and seen.result in result.shape.invalid
        if isinstance(result.shape, NumberHandle) and invalid and _result_has_meaning(trial):
            nullable = result.nullable
            if nullable is not True and not (nullable and nullable.holds(seen.after, seen.before)):
                shown = in_words(result.shape.number, seen.result)
                yield self._outside(trial, "result", shown, f"a `{result.shape.handle}`")
        for member in trial.function.members if unwritten_memory.tells_success(trial) else ():
            left = seen.after.get(spelling(member.name))
            if (
                isinstance(member.shape, NumberHandle)
                and member.shape.level > 1
                and left in member.shape.invalid
            ):
                shown = in_words(member.shape.number, left)
                yield self._outside(trial, member.name, shown, f"a `{member.shape.handle}`")
            elif (
                isinstance(member.shape, PointerHandle)
                and member.shape.replaced
                and left is None
                and not trial.function.tells_of_null(member.name)
            ):
                yield self._outside(trial, member.name, "NULL", f"a `{member.shape.handle}`")

    def _last_error(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield that what tells why a call failed does not say so, or says it of a success."""
        function, value = trial.function, trial.seen.last_error
        told = function.result.last_error
        if told is None or isinstance(value, Unavailable):
            return
        failed = unwritten_memory.tells_failure(trial)
        if failed and told.errors:
            right, wanted = value in told.errors, in_ranges(told.shape, told.errors)
        elif failed:
            right, wanted = value is not None and value not in told.ok, "a reason"
        elif told.ok and unwritten_memory.tells_success(trial):
            right, wanted = value in told.ok, in_ranges(told.shape, told.ok)
        else:
            return
        if not right:
            shown, ended = in_words(told.shape, value), "a failure" if failed else "a success"
            yield Diagnostic(
                self.code,
                f"`{function.name}`{result_text(trial)}, which is {ended}, and `{told.text}` is {shown} then, "
                f"not {wanted}",
                (Label(told.span, f"got {shown}"), Label(function.declaration.span)),
                place=f"{function.name}:last_error",
            )

    def _status(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield that what tells of success, beside the result, is no status of the function."""
        status, refusal = trial.function.status, trial.function.refusal(trial.expectation.rejects)
        if status is None or status.number is None:
            return
        if refusal is not None and any(
            status.path == path for each in refusal.ensures for path, _ in each.paths
        ):
            return  # what comes back is promised for this call alone
        value = status_left(trial, status)
        if status.asked is not None and isinstance(trial.seen.last_error, Unavailable):
            return
        if not status.is_allowed(value):
            shown, name = in_words(status.number, value), trial.function.name
            told = f"`{name}` left {shown} in `{status.path}`"
            if status.asked is not None:
                told = f"`{status.asked.text}` is {shown} after `{name}`"
            yield Diagnostic(
                self.code,
                f"{told}, not {domain(status.number)}",
                (Label(status.span, f"got {shown}"), Label(trial.function.declaration.span)),
                help=f"where {shown} tells of a failure, say so: `errors: {{{shown}: WHY}}`",
                place=f"{trial.function.name}:{status.path}",
            )

    def _misaligned(self, trial: CaseResult, path: str, align: int, past: int) -> Diagnostic:
        words = f"a pointer {past} byte{'' if past == 1 else 's'} past a multiple of {align}"
        return self._outside(trial, path, words, f"one that is aligned to {align}")

    def _outside(self, trial: CaseResult, path: str, shown: str, domain: str) -> Diagnostic:
        function = trial.function
        if path == "result":
            message = f"`{function.name}` returned {shown}, not {domain}"
            promised = function.result.span or function.span
            labels: tuple[Label, ...] = (
                Label(promised, f"got {shown}"),
                Label(function.declaration.span),
            )
        else:
            message = f"`{function.name}` left {shown} in `{as_in_c(path)}`, not {domain}"
            labels = member_labels(trial.boundary, function, path, f"got {shown}")
        return Diagnostic(
            self.code,
            message,
            labels,
            notes=_length_answer(trial, path),
            help=unstated_failure(trial, path) or limit_of_its_type(trial, path) or _none(trial, path),
            place=f"{function.name}:{of_all_elements(path)}",
        )


def _nowhere(trial: CaseResult, path: str) -> str:
    """Return in words what leads nowhere: as a result, a small number tells by itself what it is."""
    raw = trial.observation.calls[trial.encoded.plan.subject].result
    number = int.from_bytes(raw, "little") if path == "result" and len(raw) == POINTER else 0
    if 0 < number < _FIRST_PAGE:
        return f"the number {number} in place of a pointer"
    return "a pointer to freed or unmapped memory"


def _length_answer(trial: CaseResult, path: str) -> tuple[str, ...]:
    """Return what another function has told of the length of the memory at a path."""
    numbers, made = trial.subject.asked.get(path, ()), trial.observation.calls
    if not numbers or numbers[-1] >= len(made) or not made[numbers[-1]].ran:
        return ()
    asked = next(each for each in trial.function.asks if each.path == path)
    told = []
    for each, number in zip(asked.questions, numbers, strict=True):
        answer = unpack_scalar(each.shape, made[number].result[: each.shape.size])
        told.append(f"`{each.text}` returned {in_words(each.shape, answer)} right after it")
    return tuple(told)


def _has_meaning(trial: CaseResult, path: str) -> bool:
    """Tell whether a value is part of the answer: in a parameter, only after calls that are to write it."""
    name = root_of(path)
    if name == "result":
        return _result_has_meaning(trial)
    if is_absent(trial.run, path):
        return False
    return not trial.expectation.rejects and trial.function.leaves(name, success=trial.seen.success)


def _is_known(trial: CaseResult, path: str) -> bool:
    """Tell whether it is known, too, how the call ended: what a record holds has a meaning only then."""
    known = unwritten_memory.tells_success(trial) or unwritten_memory.tells_failure(trial)
    of_result = root_of(path) == "result" and _result_has_meaning(trial)
    return of_result or (root_of(path) != "result" and known and _has_meaning(trial, path))


def _result_has_meaning(trial: CaseResult) -> bool:
    """Tell whether what was returned is an answer."""
    return trial.seen.success or trial.function.fails_with_answers


def _was_there(trial: CaseResult, path: str) -> bool:
    """Tell whether a place in other memory was passed, which no call has to lead out of that, however it ends."""
    promise, name = trial.function.promise, root_of(path)
    member = next((m for m in trial.function.members if m.name == name), None)
    passed = member is not None and place_passed(member.shape) is not None
    param = promise.params.get(name) if promise else None
    return passed and param is not None and param.after_failure != "unspecified"


def _astray(distance: int) -> str:
    """Return in words where a pointer points that is to point into memory of the caller's and does not."""
    away = abs(distance)
    if away > 1 << 20:
        return "a pointer into other memory"
    return (
        f"a pointer {away} byte{'' if away == 1 else 's'} {'before' if distance < 0 else 'after'} its start"
    )


def misshapen(raw: bytes, shape: PointerShape, *, encoded: bool) -> tuple[str, str] | None:
    """Return what of some contents is not as the contract says, and what it says; None where all is.

    `encoded` tells whether they must be text in the encoding.
    """
    if encoded and not shape.mostly:
        try:
            raw.decode(shape.encoding)
        except UnicodeDecodeError as error:
            return f"text with the byte 0x{raw[error.start]:02x}", f"text in {shape.encoding}"
    if not has_form(shape, raw):
        return bytes_text(raw), f"`like: {shape.like}`"
    return None


def _promised_alignment(trial: CaseResult) -> int:
    """Return what the contract says that a pointer which comes back is aligned to, 1 where it says nothing."""
    promise = trial.function.promise
    returns = promise.returns if promise else None
    return (returns.align if returns and isinstance(trial.function.result.shape, PointerShape) else None) or 1


def unstated_failure(trial: CaseResult, path: str) -> str | None:
    """Return a remedy where this may be an answer to a failure that the contract does not tell."""
    result = trial.function.result
    if (
        path == "result"
        or trial.function.has_status
        or not isinstance(result.shape, ScalarShape)
        or result.shape.kind == "bool"
    ):
        return None
    return "if this call failed, say how failure is reported: `returns: {status: {ok: [...], errors: {...}}}`"


def _none(trial: CaseResult, path: str) -> str | None:
    """Return the clause that lets a function return nothing, where it did and no clause says when it may."""
    result, value = trial.function.result, trial.seen.result
    number = isinstance(result.shape, NumberHandle) and value in result.shape.invalid
    if (
        path != "result"
        or result.nullable is not False
        or not (value is None or number or value == result.invalid)
    ):
        return None
    return "if this is what it returns where there is none, say so: `returns: {..., nullable: true}`, or a condition"


def allowed(shape: ScalarShape, value: Real) -> bool:
    """Tell whether the library may put this number where the shape is."""
    if shape.kind == "bool":
        return value in (0, 1)
    if (shape.members or shape.ranges) and (shape.closed or shape.kind != "enum"):
        return shape.has(value)
    if shape.kind == "enum":
        return True
    # NaN compares false with every bound; it is in the domain of an unbounded float.
    return within(shape, value)


def in_ranges(shape: Shape, ranges: Ranges) -> str:
    """Return some numbers in words."""
    names = [
        in_words(shape, low) if low == high else f"{in_words(shape, low)} to {in_words(shape, high)}"
        for low, high in sorted(ranges.each)
    ]
    if len(names) == 1:
        return names[0]
    return f"one of {', '.join(names[:8])}" + (", ..." if len(names) > 8 else "")


def domain(shape: ScalarShape) -> str:
    """Return what the library may put there, in words."""
    if shape.kind == "bool":
        return "0 or 1"
    if shape.flags:
        return f"a combination of {', '.join(in_words(shape, each) for each in shape.flags[:8])}"
    if shape.members or shape.ranges:
        names = [in_words(shape, member) for member in shape.members]
        names += [f"{low} to {high}" for low, high in shape.ranges.each]
        return f"one of {', '.join(names[:8])}" + (", ..." if len(names) > 8 else "")
    return f"from {in_words(shape, shape.lowest)} to {in_words(shape, shape.highest)}"
