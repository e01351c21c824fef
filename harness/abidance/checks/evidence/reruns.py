"""Reruns of a case: what later runs show that the first one cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.span import Span
    from abidance.plan.observation import Observation, ProcessChange


@dataclass(frozen=True, slots=True)
class Reruns:
    """Further runs of a case that answered, each made where the first gave reason to.

    `refilled` had other bytes in all memory that nobody has written: out memory, fresh heap, the stack. With
    `steady`, the answers were the same whenever that memory was. `same` is the case once more, with nothing
    changed but `errno`, whose value before it is `errno`. `system_call` is the number of the first system call plus
    one that the call `trapped` made, -1 where that could not be seen. `once_more` is the case made again because a call
    asked for more heap memory than `cost` gives it.
    `repeats` were made by the same worker, one after the other; `changes` by a fresh one, with each change pinned to
    the call that made it. `undisturbed` is the case with the memory that it was refused, where that answers alike
    each time.
    """

    refilled: CaseResult | None = None
    refilled_anew: tuple[CaseResult, ...] = ()
    """More such runs, each with other bytes, where `refilled` left some: a random byte may happen to be the same."""
    steady: bool = False
    same: CaseResult | None = None
    errno: int = 0
    system_call: int = 0
    trapped: int | None = None
    once_more: Observation | None = None
    repeats: tuple[Observation, ...] = ()
    changes: tuple[ProcessChange, ...] = ()
    printers: tuple[ProcessChange, ...] = ()
    """Where several calls were made and something was printed: by which of them, in another run."""
    undisturbed: CaseResult | None = None
    either: tuple[CaseResult, ...] = ()
    """Where memory was changed during the call: the call with what was there before, and with what was there after."""
    apart: CaseResult | None = None
    """The case with no two parameters in one memory, where that answers alike each time."""
    hold_alone: frozenset[tuple[int, Span]] = frozenset()
    """The conditions on a call, by its place in the plan, that hold where nothing else is asked around it."""
