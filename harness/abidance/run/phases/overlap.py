"""Phase `overlap`: valid calls whose parameters are in one memory, where the contract says that they may be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.core.gaps import Gap
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.run.phases.altered_calls import altered_calls, some_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.values import Case
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.plan import Block
    from abidance.run.execution.context import Context, ItemVerdict
    from abidance.run.phases.altered_calls import Alterations

CASES, CALLS = 48, 400
"""So many calls whose parameters overlap are made of so many that are made without that before."""


def judge(context: Context) -> ItemVerdict:
    """Make each call with memory of its own for every parameter, and then with two in one."""
    name, promise = context.function.name, context.function.promise
    assert promise is not None
    said = [each for each in promise.params.values() if each.overlapped and each.handle is None]
    clause = "may_overlap" if any(each.may_overlap for each in said) else "in_place"

    def over(case: Case, trial: CaseResult) -> Alterations:
        for overlap in _overlaps(trial):
            made = _with_one_value(context, case, *overlap[:2])
            if made is not None:
                yield replace(made, overlap=overlap)

    calls = altered_calls(context, some_calls(context, CASES), over, CALLS)
    words = f"`{clause}` of `{name}`: no call had parameters that can overlap"
    return calls.verdict(Gap(name, clause, words), (name, clause))


def _with_one_value(context: Context, case: Case, written: str, read: str) -> Case | None:
    """Return a call in which what is read and written has the value of what it may be, where that is valid.

    A parameter that is only written has none before the call.
    """
    function = context.function
    member = next(each for each in function.members if each.name == written)
    if not isinstance(member.shape, PointerShape) or not member.shape.direction.read:
        return case
    given = {**case.arguments, written: case.arguments[read]}
    hints = Hints.of(context.boundary, function)
    with suppress(UnlawfulDrawError, EvaluationError, HookError):
        return replace(simplest(context.boundary, function, given, FilterLog(), hints), fill=case.fill)
    return None


def _overlaps(trial: CaseResult) -> Iterator[tuple[str, str, int]]:
    """Yield which parameter lies how many bytes after one that is read: in the same place first."""
    placed = trial.subject
    promise = placed.function.promise
    assert promise is not None
    pairs = ((written, read.text) for written, param in promise.params.items() for read in param.overlapped)
    for written, read in pairs:
        if written in placed.places and read in placed.places:
            anywhere = promise.params[written].may_overlap is not None
            sides = (trial.encoded.plan.blocks[placed.places[each]] for each in (written, read))
            yield from ((written, read, distance) for distance in _distances(*sides, anywhere=anywhere))


def _distances(here: Block, there: Block, *, anywhere: bool) -> Iterator[int]:
    """Yield how far from one block another may begin: `anywhere` in it, or at the same address alone."""
    if not here.size or not there.size:
        return
    yield 0
    if not anywhere:
        return
    step = max(here.align, there.align)
    far = [there.size // 2, there.size - 1, -(here.size // 2), -(here.size - 1)]
    aligned = [distance // step * step if distance > 0 else -(-distance // step * step) for distance in far]
    for distance in dict.fromkeys((step, -step, *aligned)):
        if distance and -here.size < distance < there.size:
            yield distance
