"""Phase `secrets`: calls after which copies of what is secret are looked for in memory that nobody owns.

They are valid ones, also where memory runs out in them, and such as the contract says are refused.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.boundary.values.length_parameters import ties
from abidance.checks.evidence.expectation import Expectation
from abidance.checks.evidence.secret_copies import remains_at
from abidance.checks.results.return_outside_domain import misshapen
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.core.gaps import Gap
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.plan.remnants import LEAST_BYTES
from abidance.run.phases.altered_calls import altered_calls, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.values import Case, Value
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.remnants import Remains
    from abidance.run.execution.context import Context, ItemVerdict
    from abidance.run.phases.altered_calls import Alterations

_CLAUSE = "secret"
CASES, CALLS = 64, 128
"""After so many calls copies are looked for at most, of so many that are made without that before."""
SIZES = (16, 20, 24, 32, 33, 48, 64, 128, 200, 1024)
"""Secrets of so many bytes are made up, where the contract lets them be."""
_TEXT = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def judge(context: Context) -> ItemVerdict:
    """Make each call, and look for copies of its secrets."""
    function = context.function
    promise = function.promise
    assert promise is not None
    given = [name for name, param in promise.params.items() if param.secret and not param.out]
    random = Random(f"{context.settings.seed}:{function.name}")  # noqa: S311 - to be made again, not to be kept
    remains: list[Remains] = []

    def sought(case: Case, trial: CaseResult) -> Alterations:
        secret = replace(_with_other_secrets(context, case, given, random), secrets=True)
        seen = yield secret
        left = remains_at(seen, seen.encoded.plan.subject) if seen is not None and seen.answered else None
        if left is not None and left.sought:
            remains.append(left)
        asked = trial.observation.calls[trial.encoded.plan.subject].side_effects.allocations
        if function.out_of_memory is not None and asked:
            for number in dict.fromkeys((1, -1, asked)):
                yield replace(secret, refuses=number)

    def sought_in_refused(case: Case, _: CaseResult) -> Alterations:
        yield replace(case, secrets=True)

    texts = [name for name in given if not _is_one(function, name)]
    cases = (*_of_sizes(context, function, texts, random), *some_calls(context, CASES))
    calls = altered_calls(context, cases, sought, CALLS)
    refused = [
        altered_calls(
            context,
            [*_of_sizes(context, function, texts, random, clause)],
            sought_in_refused,
            len(SIZES),
            Expectation.of(clause),
        )
        for clause in function.rejects
    ]
    words = (
        f"`secret` of `{function.name}`: no call had one of {LEAST_BYTES} bytes that a copy would be known by"
    )
    findings = {each.diagnostic.cause: each for part in (*reversed(refused), calls) for each in part.findings}
    told = replace(calls, number=len(remains), findings=tuple(findings.values()))
    verdict = told.verdict(Gap(function.name, _CLAUSE, words), (function.name, _CLAUSE))
    unseen = tuple(_unseen(function.name, remains))
    return replace(verdict, gaps=(*verdict.gaps, *unseen))


def _is_one(function: BoundaryFunction, name: str) -> bool:
    """Tell whether a parameter points to one record, which has the size that it has."""
    shape = next(each.shape for each in function.members if each.name == name)
    return isinstance(shape, PointerShape) and shape.what is What.ONE


def _unseen(name: str, remains: Sequence[Remains]) -> Iterator[Gap]:
    """Yield where nobody could look."""
    if remains and not any(each.stack for each in remains):
        words = f"`secret` of `{name}`, on the stack: a callback of abidance's own is there, or no gate enters the call"
        yield Gap(name, f"{_CLAUSE} on the stack", words)
    if remains and not any(each.complete for each in remains):
        words = f"`secret` of `{name}`, in memory that it frees: nobody sees that, or only part of it"
        yield Gap(name, f"{_CLAUSE} in freed memory", words)


def _of_sizes(
    context: Context,
    function: BoundaryFunction,
    given: list[str],
    random: Random,
    refusal: Reject | None = None,
) -> Iterator[Case]:
    """Yield the simplest calls with secrets of many sizes, where a `refusal` is said such as are refused for it."""
    fixed = refusal.given if refusal is not None else {}
    for size in SIZES if given else ():
        for draw in (_bytes, _text):
            values = {name: draw(random, size) for name in given if name not in fixed}
            case = _made(context, values, refusal) if values and _fit(function, values) else None
            if case is not None:
                yield case
                break


def _with_other_secrets(context: Context, case: Case, given: list[str], random: Random) -> Case:
    """Return a call with secrets of the same sizes that nobody can mistake for anything else, where they are lawful."""
    for draw in (_bytes, _text):
        others = {
            name: draw(random, len(value))
            for name in given
            if isinstance(value := case.arguments.get(name), bytes) and len(value) >= LEAST_BYTES
        }
        fit = bool(others) and _fit(context.function, others)
        made = _made(context, {**case.arguments, **others}) if fit else None
        if made is not None:
            return replace(made, flush=case.flush, fill=case.fill, shift=case.shift)
    return case


def _fit(function: BoundaryFunction, values: Mapping[str, bytes]) -> bool:
    """Tell whether parameters may have these contents: as many, in their encoding, without a NUL, and of their form."""
    shapes = {each.name: each.shape for each in function.members}
    for name, raw in values.items():
        shape = shapes[name]
        if not isinstance(shape, PointerShape):
            continue
        text = shape.what is What.STRING
        if shape.limit is not None and len(raw) > shape.limit * shape.unit:
            return False
        if (text and b"\0" in raw) or misshapen(raw, shape, encoded=text or shape.encoded) is not None:
            return False
    return True


def _made(context: Context, arguments: Mapping[str, Value], refusal: Reject | None = None) -> Case | None:
    """Return the simplest call with these arguments, or one that is refused, if there is one."""
    boundary, function, log = context.boundary, context.function, FilterLog()
    with suppress(UnlawfulDrawError, EvaluationError, HookError):
        if refusal is None:
            return simplest(boundary, function, arguments, log, Hints.of(boundary, function))
        lengths, lawful = _lengths(function, arguments), refusal.condition is not None
        if all(_may_be(refusal.given.get(name, length), length) for name, length in lengths.items()):
            given = {**refusal.given, **arguments, **lengths}
            return simplest(boundary, function.as_refused(refusal), given, log, lawful=lawful)
    return None


def _lengths(function: BoundaryFunction, arguments: Mapping[str, Value]) -> dict[str, int]:
    """Return the parameters that tell how long the arguments are, with how long they are."""
    return {
        length: len(raw) // member.shape.unit
        for length, members in ties(function.members).items()
        for member in members
        if isinstance(raw := arguments.get(member.name), bytes) and isinstance(member.shape, PointerShape)
    }


def _may_be(given: object, length: int) -> bool:
    """Tell whether a length is one of those that a call is refused for, or nothing is said of it."""
    return given.allows(length) if isinstance(given, ScalarShape) else given == length


def _bytes(random: Random, size: int) -> bytes:
    return random.randbytes(size)


def _text(random: Random, size: int) -> bytes:
    return bytes(random.choice(_TEXT) for _ in range(size))
