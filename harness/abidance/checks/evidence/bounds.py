"""What the checks of argument memory share: naming the buffer, the distance and the two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.checks.evidence.allocated_blocks import is_allocated, source_of
from abidance.checks.evidence.callback_text import labels, named
from abidance.checks.evidence.elements import of_all_elements
from abidance.checks.evidence.frames import frame_label
from abidance.checks.evidence.promise_labels import function_labels, member_at, member_labels
from abidance.checks.evidence.wording import size_text
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.codes import Code
    from abidance.core.diagnostic import Label
    from abidance.plan.observation import Touch


def touched_outside(code: Code, trial: CaseResult, touch: Touch, verb: str) -> Diagnostic:
    """Return a diagnostic for an access that ended the process, in or near a block of the plan."""
    assert touch.block is not None
    before = touch.side == "before"
    return outside(
        code,
        trial,
        block=touch.block,
        side=touch.side,
        distance=-touch.distance - max(touch.size, 1) if before else touch.distance,
        size=touch.size,
        verb=verb,
    )


def outside(
    code: Code,
    trial: CaseResult,
    *,
    block: int,
    side: str,
    distance: int,
    size: int,
    verb: str,
    call: int | None = None,
) -> Diagnostic:
    """Return a diagnostic for an access `distance` bytes away from a block's edge.

    `side` is ``after`` or ``before``; a `distance` of 0 touches the edge. `size` is 0 when it is unknown.
    """
    allocated = is_allocated(trial, block)
    placed, path = trial.encoded.owner(block)
    running = trial.run.running if call is None else trial.encoded.calls[call].function
    how_many = f"{size} byte{'' if size == 1 else 's'} " if size else ""
    where = "past the end of" if side == "after" else "before the start of"
    away = f", {distance} bytes away" if distance else ""
    death = trial.death
    lines, notes = (
        frame_label(death.frames, "this read" if verb == "read" else "this write") if death else ((), ())
    )
    edge = "after the end" if side == "after" else "before the start"
    source = source_of(trial, block) if allocated else None
    name, places = whose(path, placed.function, running), _places(trial, block)
    if source is not None:
        name, path = f"memory from {named(trial, source)}", source.path
        places = labels(trial, source, "allocates as much as is requested")
    return Diagnostic(
        code,
        f"`{running.name}` {verb} {how_many}{where} {name}{away}",
        (*places, *lines),
        (f"seen {distance} bytes {edge}, by {_seen_by(trial)}", *notes),
        # Which element of an array it is makes no other cause of it.
        place=f"{running.name}:{of_all_elements(path)}",
    )


def whose(path: str, owner: BoundaryFunction, running: BoundaryFunction) -> str:
    """Return what an argument is called: by its function as well, where another one touches it."""
    return f"`{path}`" if owner.name == running.name else f"`{path}` of `{owner.name}`"


def _places(trial: CaseResult, block: int) -> tuple[Label, ...]:
    if is_allocated(trial, block):
        return function_labels(trial.run.running)
    placed, path = trial.encoded.owner(block)
    size = size_text(trial, block, path, placed.function)
    return member_labels(trial.boundary, placed.function, path, size, _header_words(trial, block))


def _seen_by(trial: CaseResult) -> str:
    death = trial.death
    if death is None:
        return "the canary bytes around the buffer"
    if death.report is not None:
        return f"{death.report.tool} ({death.report.kind})"
    return "the guard page"


def _header_words(trial: CaseResult, block: int) -> str:
    placed, path = trial.encoded.owner(block)
    member = member_at(trial.boundary, placed.function, path)
    if member is None or isinstance(member.shape, HandleShape):
        return ""
    if isinstance(member.shape, PointerShape) and member.shape.what.value in ("bytes", "array"):
        return "C states no length"
    return ""
