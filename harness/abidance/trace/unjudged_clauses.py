"""What of a contract a trace judges nothing by: said, so that silence is not taken for more than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.checks.agreement.known_differences import handles_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.trace.interposer import Interposer
    from abidance.trace.recording import Recording

_JUDGED_EFFECTS = frozenset({"errno_unchanged"})
_ALWAYS = (
    "what memory holds that was not written",
    "memory that is read or written beyond its bounds",
    "leaks",
)


def unjudged(boundary: Boundary, made: Interposer, recording: Recording) -> tuple[str, ...]:
    """Return what was not judged, of the functions that were called."""
    called = {
        each.name
        for number, each in enumerate(made.functions)
        if number in recording.functions and recording.functions[number].calls
    }
    return tuple(dict.fromkeys((*_ALWAYS, *_clauses(boundary, made, called, recording))))


def _clauses(boundary: Boundary, made: Interposer, called: set[str], recording: Recording) -> Iterator[str]:
    effects: dict[str, None] = {}
    costs = called_back = False
    for name in sorted(called):
        function = boundary.functions.get(name)
        promise = function.promise if function is not None else None
        if function is None or promise is None:
            continue
        effects |= dict.fromkeys(e.text for e in promise.effects if e.text not in _JUDGED_EFFECTS)
        costs = costs or promise.cost is not None
        called_back = called_back or any(isinstance(m.shape, CallbackShape) for m in function.members)
        prepared = [h for h in sorted(handles_of(function)) if boundary.handles[h].prepare]
        if promise.ensures and prepared:
            yield f"what `{name}` ensures of a `{prepared[0]}` that is prepared"
        if function.asked_before:
            yield f"the preconditions of `{name}` that ask the library"
        if function.declaration.variadic or any(i.name == name and i.untimed for i in made.functions):
            yield f"calls of `{name}`, which are counted only"
    for left in made.left:
        if left.subject in called:
            yield f"`{left.subject}`: {left.reason}"
    if effects:
        yield f"effects: {', '.join(f'`{each}`' for each in sorted(effects))}"
    if costs:
        yield "`cost`: what calls took is told, and held against no budget"
    if called_back:
        yield "what callbacks are given, and how often they are called"
    if boundary.laws:
        yield "laws"
    if len(boundary.contract.libraries or {}) > 1:
        yield "equivalence"
    if boundary.handles:
        yield "handles whose making was not seen"
    numbers = sorted({*boundary.contract.handles} - {*boundary.handles})
    if numbers:
        yield f"which {' and '.join(f'`{each}`' for each in numbers)} a number is, and whether that is in use"
    if recording.untracked:
        yield f"{recording.untracked:,} handles more than are followed at a time"
    if recording.unfinished and boundary.handles:
        yield "handles that are alive at the end of a process which did not end by itself"
