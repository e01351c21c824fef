"""ABD315: the pointer of a window and the field that counts what is left of it do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import UNCOUNTED, What
from abidance.boundary.print_c.literals import as_in_c
from abidance.checks.check import Check
from abidance.checks.evidence import unwritten_memory
from abidance.checks.evidence.elements import of_all_elements
from abidance.checks.evidence.promise_labels import member_labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.decode.call_values import WindowUse
    from abidance.checks.evidence.case_result import CaseResult


class WindowBroken(Check):
    """Flags a call that moves a window's pointer by more or less than it lowers the count, or out of the window.

    ## Why it matters
    The next call goes on where the pointer leads, for as much as the count says: what lies between is lost or read
    twice, or the next call writes past the end of the caller's memory.

    ## Example
        next_in: {to: bytes, length: avail_in, window: true}    # next_in += 2, and avail_in -= 1

    ## How it is detected
    After each call the pointer of each `window` must have moved by as many elements as its `length` or `capacity` was
    lowered by, and neither backwards nor past the end. A pointer that is NULL must have a count of 0. Where a number
    beside it says how far the call came, that must not go backwards nor past the end, and the pointer stays. Where a
    pointer beside it tells the end, that stays. A failed call is not judged where the number may be anything after it,
    `on_failure: unspecified`.

    ## Not detected
    A pointer and a count that agree, but not with what was read or written; the window of a handle after the call that
    creates it.
    """

    id = "ABD315"
    name = "window-broken"

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a window."""
        if not trial.answered:
            return
        for use in trial.seen.windows:
            wrong = _wrong(use)
            if wrong is None or _may_be_anything(trial, use):
                continue
            words, said = wrong
            yield Diagnostic(
                self.code,
                f"`{trial.function.name}` {words}",
                member_labels(trial.boundary, trial.function, use.path, said),
                help=_remedy(use),
                place=f"{trial.function.name}:{of_all_elements(use.path)}",
            )


def _may_be_anything(trial: CaseResult, use: WindowUse) -> bool:
    """Tell whether a call has failed after which the contract promises nothing of a number that counts a window."""
    params = trial.function.promise.params if trial.function.promise else {}
    counts = [params[name] for name in (use.shape.position, use.shape.window) if name in params]
    return unwritten_memory.tells_failure(trial) and any(
        each.after_failure == "unspecified" for each in counts
    )


def _remedy(use: WindowUse) -> str:
    if use.shape.end:
        return "leave the end where it is, and move the other pointer on towards it, at most as far"
    if use.shape.window == UNCOUNTED and use.shape.what is not What.STRING:
        return "move the pointer on by what was read or written, and no further than to the end"
    if use.shape.window == UNCOUNTED:
        return "stop at the NUL, or leave NULL behind where the contract says that it may be"
    if use.shape.position:
        return "raise the position by what was read or written, and leave the rest as it is"
    return "move the pointer and lower the count together, by what was read or written"


def _wrong(use: WindowUse) -> tuple[str, str] | None:
    """Return what is wrong with a window, and what was there; None where nothing is."""
    if use.shape.position:
        return _wrong_position(use)
    path, count, unit = as_in_c(use.path), _count(use), use.shape.unit
    if use.changed:
        return f"changed `{use.changed}`", "only the pointer moves on, and the end stays where it was"
    if use.moved is None:
        left = f"`{count}` = {use.after}"
        return (f"left `{path}` NULL, and {left}", f"{left} after the call") if use.after else None
    moved, room = _elements(use.moved, unit), use.before * unit
    if not 0 <= use.moved <= room:
        words = (
            f"to {_bytes(-use.moved)} before where it was" if use.moved < 0 else "past the end of its memory"
        )
        return f"moved `{path}` {words}", f"{use.before} here before the call"
    if use.after > use.before:
        return f"raised `{count}` from {use.before} to {use.after}", f"{use.before} here before the call"
    if use.moved != (use.before - use.after) * unit:
        lowered = (
            f"lowered `{count}` by {use.before - use.after}" if use.after != use.before else f"left `{count}`"
        )
        return (
            f"moved `{path}` by {moved}, and {lowered}",
            f"{use.before} here before the call, {use.after} after it",
        )
    return None


def _wrong_position(use: WindowUse) -> tuple[str, str] | None:
    """Return the same of a window that a position moves on in."""
    if use.moved is None:
        return f"left `{use.path}` NULL", f"{use.before} left here before the call"
    if use.changed:
        return f"changed `{use.changed}`", "only the position moves"
    record, dot, _ = use.path.rpartition(".")
    position = f"{record}{dot}{use.shape.position}" if dot else f"*{use.shape.position}"
    done = use.moved // use.shape.unit
    if done < 0:
        return f"moved `{position}` back by {-done}", f"{use.before} left here before the call"
    if done > use.before:
        raised = f"raised `{position}` by {done}"
        if use.shape.position == use.shape.window:
            raised = f"set `{position}` to {done}"
        return f"{raised}, and there were {use.before}", f"{use.before} left here before the call"
    return None


def _count(use: WindowUse) -> str:
    """Return what counts what is left of a window: the field beside it, or what another parameter points at."""
    record, dot, _ = use.path.rpartition(".")
    return f"{record}{dot}{use.shape.window}" if dot else f"*{use.shape.window}"


def _elements(size: int, unit: int) -> str:
    return _bytes(size) if unit == 1 or size % unit else f"{size // unit} element{'s' * (size != unit)}"


def _bytes(size: int) -> str:
    return f"{size} byte{'s' * (size != 1)}"
