"""What a call answered, as far as the contract gives it a meaning, and where two answers differ.

Padding, what follows the NUL in a `char` array, room beyond a meaningful length, addresses, and out parameters
of a call that failed have none, unless the contract says that those are written then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.decode.callback_invocations import calls_seen
from abidance.boundary.model.callbacks import invocations_member
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import writes
from abidance.boundary.model.types import (
    ArrayShape,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import HandleNumber
from abidance.boundary.model.variants import living_of
from abidance.boundary.print_c.literals import value_text
from abidance.boundary.values.forms import codec_of
from abidance.checks.evidence.pointer_targets import pointer_targets
from abidance.checks.evidence.sameness import SAME
from abidance.contract.expression import Unavailable, spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from abidance.boundary.model.types import Shape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.checks.evidence.pointer_targets import PointerTarget
    from abidance.checks.evidence.sameness import Sameness


CALLS = ".calls"
"""Ends the path of how a callback was called."""
ORDER = "the order of callbacks"


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that came back: ``result`` or a parameter, with its shape and value.

    Of how a callback was called, `owner` is the call that was given it.
    """

    path: str
    shape: Shape
    value: object
    owner: int | None = None
    targets: Mapping[str, PointerTarget] = field(default_factory=dict)
    """By path, where the pointers in it lead, as far as that is compared."""


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """The first place at which two answers differ; `at` is an index where they are long, `inner` what differs there.

    Of what has no order, both are sorted.
    """

    path: str
    shape: Shape
    one: Any
    other: Any
    at: int | None = None
    inner: AnswerDifference | None = None
    targets: tuple[PointerTarget, PointerTarget] | None = None
    """Where the pointers lead, where that alone differs."""


def answers(
    trial: CaseResult, *, errno: bool, allocators: bool = True, targets: bool = False
) -> list[Answer]:
    """Return all that a call which answered tells its caller; with `errno` also why it failed.

    Without `allocators`, nothing of how it called those that it was given as callbacks, nor what compares or hashes.
    With `targets`, also where in the memory that it was given its pointers lead.
    """
    told = [*_answers_of_call(trial, errno=errno, allocators=allocators)]
    led = pointer_targets(trial) if targets else {}
    return [replace(each, targets=_below(each.path, led)) if led else each for each in told]


def _below(path: str, targets: Mapping[str, PointerTarget]) -> dict[str, PointerTarget]:
    """Return those of the pointers in one answer."""
    return {each: target for each, target in targets.items() if each == path or each.startswith(f"{path}.")}


def _answers_of_call(trial: CaseResult, *, errno: bool, allocators: bool) -> list[Answer]:
    seen, function = trial.seen, trial.function
    told = []
    answered = seen.success or function.fails_with_answers
    if answered and not isinstance(function.result.shape, NothingShape):
        told.append(Answer("result", function.result.shape, seen.result))
    told += called_back(trial, allocators=allocators)
    if not seen.success and errno:
        told.append(Answer("errno", _NUMBER, seen.errno))
    if function.status is not None and function.status.asked is not None:
        told.append(Answer(TOLD, function.status.shape, seen.last_error))
    why = function.result.last_error
    if why is not None and (not seen.success or why.ok):
        told.append(Answer("last_error", why.shape, seen.last_error))
    for member in function.members:
        if not function.leaves(member.name, success=seen.success):
            continue
        value = seen.after.get(spelling(member.name))
        if isinstance(member.shape, HandleShape):
            life = trial.boundary.handles[member.shape.handle]
            if member.name in trial.subject.storage and life.shown and isinstance(value, dict):
                told.append(Answer(member.name, life.shown, value))
            elif member.shape.made:
                told.append(Answer(member.name, member.shape, value))
        elif writes(member.shape):
            told.append(Answer(member.name, member.shape, value))
    return told


def same_bytes(one: CaseResult, other: CaseResult, index: int, there: int | None = None) -> bool:
    """Tell whether a call left the same bytes in two trials, so that it cannot have answered otherwise.

    The call is the one at `index`, in `other` that at `there`. False says nothing: addresses differ, and padding.
    Where there are callbacks, nothing is said either.
    """
    if one.encoded.callbacks or other.encoded.callbacks:
        return False
    beside = index if there is None else there
    a, b = one.observation.calls[index], other.observation.calls[beside]
    asked = zip(one.encoded.calls[index].asks, other.encoded.calls[beside].asks, strict=False)
    return (
        a.ran == b.ran
        and a.result == b.result
        and a.errno == b.errno
        and a.blocks == b.blocks
        and a.followed == b.followed
        and all(same_bytes(one, other, *each) for each in asked)
    )


def as_often(one: CaseResult, other: CaseResult, index: int, there: int | None = None) -> bool:
    """Tell whether a call of a sequence was made equally often in two trials, so that their answers can be compared."""
    a, b = one.observation.calls[index], other.observation.calls[index if there is None else there]
    return a.measured == b.measured


def called_back(trial: CaseResult, *, allocators: bool = True) -> Iterator[Answer]:
    """Yield how each callback was called, and in which order where there are several; `allocators` as in `answers`."""
    encoded, seen = trial.encoded, trial.seen
    if not encoded.callbacks or trial.observation.calls[encoded.plan.subject].unnoted:
        return
    calls = calls_seen(seen.called)
    names = []
    for number, placed in enumerate(encoded.callbacks):
        owner = encoded.calls[placed.call].function
        own = placed.call == encoded.plan.subject
        names.append(placed.path if own else f"{owner.name}.{placed.path}")
        # How often a library asks for memory, or which of two comes first, is its own business.
        if (placed.shape.allocator or placed.shape.by) and not allocators:
            calls.pop(number, None)
            continue
        shape = invocations_member(placed.shape).shape
        yield Answer(f"{names[-1]}{CALLS}", shape, calls.get(number, []), placed.call)
    if len(calls) > 1:
        order = [names[each] for called in seen.called if (each := called.invocation.callback or 0) in calls]
        yield Answer(ORDER, _TEXT, ", ".join(order).encode())


def differences(
    ones: list[Answer], others: list[Answer], *, how: Sameness = SAME
) -> Iterator[AnswerDifference]:
    """Yield where two lists of answers to the same call differ: each field once."""
    found = dict(numbered(others))
    for key, one in numbered(ones):
        other = found.get(key)
        if other is not None:
            unlike = [*_differ(one.shape, one.value, other.value, one.path, how.at(one.path))]
            yield from unlike
            yield from _lead_elsewhere(one, other, {each.path for each in unlike}, how)


def _lead_elsewhere(
    one: Answer, other: Answer, unlike: Collection[str], how: Sameness
) -> Iterator[AnswerDifference]:
    """Yield the pointers in an answer that lead to the same, and not to the same place in what the call was given."""
    for path, here in one.targets.items():
        there = other.targets.get(path)
        known = how.at(one.path).anywhere or how.at(path).anywhere
        if there is None or here == there or known or any(each.startswith(path) for each in unlike):
            continue
        yield AnswerDifference(path, one.shape, one.value, other.value, targets=(here, there))


def numbered(told: Iterable[Answer]) -> Iterator[tuple[tuple[str, int], Answer]]:
    """Yield answers with their paths: callbacks that earlier calls of one function were given have the same."""
    seen: Counter[str] = Counter()
    for answer in told:
        yield (answer.path, seen[answer.path]), answer
        seen[answer.path] += 1


def pairs_differ(pairs: Iterable[tuple[CaseResult, CaseResult]]) -> Iterator[tuple[int, AnswerDifference]]:
    """Yield where calls answer otherwise than their twins, with the number of the pair: each path once."""
    told: set[str] = set()
    for number, (one, other) in enumerate(pairs):
        found = differences(answers(one, errno=False), answers(other, errno=False))
        for difference in found:
            if difference.path not in told:
                told.add(difference.path)
                yield number, difference


def difference_words(difference: AnswerDifference) -> tuple[str, str]:
    """Return what the one did, such as ``returned 3``, and the other's value."""
    one, other = (value_text(difference.shape, value) for value in (difference.one, difference.other))
    verb = "returned" if difference.path == "result" else f"left `{difference.path}` ="
    if difference.targets is not None:
        one, other = (f"a pointer {each.words}" for each in difference.targets)
    return f"{verb} {one}", other


def where(difference: AnswerDifference) -> str:
    """Return where in something long two answers differ first, in words; nothing for what is short."""
    one, other, at = difference.one, difference.other, difference.at
    if at is None:
        return ""
    if len(one) != len(other) and at == min(len(one), len(other)):
        return f"they agree up to element {at}, where the shorter one ends: {len(one)} and {len(other)}"
    if isinstance(one, bytes):
        return f"the first difference is at byte {at}: 0x{one[at]:02x} and 0x{other[at]:02x}"
    inner = difference.inner
    if inner is None:
        return f"the first difference is at element {at}"
    below = inner.path.removeprefix(difference.path).removeprefix(".")
    place = f"element {at}" + (f", `{below}`" if below else "")
    here, there = (value_text(inner.shape, value) for value in (inner.one, inner.other))
    return f"the first difference is at {place}: {here} and {there}"


def difference(shape: Shape, one: object, other: object, *, how: Sameness = SAME) -> AnswerDifference | None:
    """Return where two values of a shape differ first, by its path in them."""
    return next(_differ(shape, one, other, "", how), None)


def values_differ(shape: Shape, one: object, other: object) -> bool:
    """Tell whether two values of a shape differ in anything that has a meaning."""
    return difference(shape, one, other) is not None


def _differ(shape: Shape, one: object, other: object, path: str, how: Sameness) -> Iterator[AnswerDifference]:
    if isinstance(one, Unavailable) or isinstance(other, Unavailable):
        return
    match shape:
        case PointerShape(tail=True, element=ScalarShape(char=True)) if isinstance(one, bytes) and isinstance(
            other, bytes
        ):
            one, other = (each.partition(b"\0")[0] for each in (one, other))
        case PointerShape() if one is not None and other is not None:
            yield from _behind(shape, one, other, path, how)
            return
        case RecordShape() if isinstance(one, dict) and isinstance(other, dict):
            yield from _fields(shape, one, other, path, how)
            return
        case ArrayShape(of=of) if isinstance(one, list) and isinstance(other, list):
            yield from _elements(of, shape, one, other, path, how)
            return
        case NumberHandle(invalid=invalid) if isinstance(one, int) and isinstance(other, int):
            there = (one in invalid) is (other in invalid)
            if not there or (how.handles and _which(one) != _which(other)):
                yield AnswerDifference(path, shape, one, other)
            return
        case HandleShape() | OpaqueShape():
            if (one is None) != (other is None):
                yield AnswerDifference(path, shape, one, other)
            return
        case ScalarShape(kind="float"):
            if not how.numbers(shape, one, other):
                yield AnswerDifference(path, shape, one, other)
            return
        case ScalarShape(kind="int") if how.integers:
            if not how.whole_numbers(one, other):
                yield AnswerDifference(path, shape, one, other)
            return
        case ArrayShape(of=ScalarShape(char=True)) if isinstance(one, bytes) and isinstance(other, bytes):
            one, other = (each.partition(b"\0")[0] for each in (one, other))
    yield from _texts(shape, one, other, path, how)


def _which(number: int) -> int | None:
    """Return the call that left the handle which a number is; None for one that is not known."""
    return number.call if isinstance(number, HandleNumber) else None


def _texts(shape: Shape, one: object, other: object, path: str, how: Sameness) -> Iterator[AnswerDifference]:
    """Compare what has no parts with a meaning of their own: bytes, texts, numbers that are told apart as bits are."""
    if isinstance(one, bytes) and isinstance(other, bytes):
        codec = codec_of(shape) if isinstance(shape, PointerShape) else "latin-1"
        if how.texts(one, other, codec):
            return
    if isinstance(one, bytes) and isinstance(other, bytes) and (how.unordered or how.integers):
        if how.unordered:
            one, other = bytes(sorted(one)), bytes(sorted(other))
        pairs = enumerate(zip(one, other, strict=False))
        at = next((index for index, (a, b) in pairs if not how.whole_numbers(a, b)), None)
        if at is not None or len(one) != len(other):
            yield AnswerDifference(path, shape, one, other, min(len(one), len(other)) if at is None else at)
    elif one != other:
        yield AnswerDifference(path, shape, one, other, _first(one, other))


def _behind(
    shape: PointerShape, one: object, other: object, path: str, how: Sameness
) -> Iterator[AnswerDifference]:
    shape = shape.seen
    if shape.what is What.ONE:
        yield from _differ(shape.element, one, other, path, how)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _elements(shape.element, shape, one, other, path, how)
    else:
        yield from _texts(shape, one, other, path, how)


def _fields(
    shape: RecordShape,
    one: Mapping[str, object],
    other: Mapping[str, object],
    path: str,
    how: Sameness,
) -> Iterator[AnswerDifference]:
    for member in living_of(shape, one).members:
        # Where no tag tells which alternative of a union was written, the others read bytes without a meaning.
        if member.within or member.name not in one or member.name not in other:
            continue
        inner = f"{path}.{member.name}"
        yield from _differ(member.shape, one[member.name], other[member.name], inner, how.at(inner))


def _elements(
    of: Shape, whole: Shape, one: list[object], other: list[object], path: str, how: Sameness
) -> Iterator[AnswerDifference]:
    if how.unordered:
        one, other = (sorted(values, key=repr) for values in (one, other))
    each = replace(how, unordered=False)
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if (found := next(_differ(of, a, b, path, each), None)) is not None:
            yield AnswerDifference(path, whole, one, other, index, found)
            return
    if len(one) != len(other):
        yield AnswerDifference(path, whole, one, other, min(len(one), len(other)))


def _first(one: object, other: object) -> int | None:
    if not isinstance(one, bytes) or not isinstance(other, bytes):
        return None
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


_TEXT = ArrayShape(ScalarShape("int", 1, 1, False, "char", 0, 255), 0, 0, 1)
_NUMBER = ScalarShape("int", 4, 4, True, "int", -(1 << 31), (1 << 31) - 1)
