"""Allocators that several functions give a handle: one sets what allocates, another what frees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.facts import fact
from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import CallBuilder, LiveHandle, PlanDraft
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction


@fact
def gives_part(function: BoundaryFunction) -> bool:
    """Tell whether it is given a part of an allocator of which another function is given the rest."""
    parts = [each for each in _parts(function) if each.allocator]
    allocates, frees = any(p.allocates is not None for p in parts), any(p.frees is not None for p in parts)
    return allocates is not frees and _handle_of(function, parts[0]) != ""


def is_shared(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether it gives a handle an allocator, of which that may have another part."""
    parts = [each for each in _parts(function) if each.allocator]
    return bool(parts) and _handle_of(function, parts[0]) in _shared(boundary)


def join(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, live: LiveHandle) -> None:
    """Have what a call gives a handle be of the same allocator as what that was given before."""
    if not is_shared(boundary, builder.function):
        return
    for path, number in builder.callbacks.items():
        callback, placed = draft.callbacks[number]
        part = callback.allocator
        if part is None or "." in path or _handle_of(builder.function, placed.shape) != live.life.name:
            continue
        live.allocator = part.number if live.allocator is None else live.allocator
        callback = replace(callback, allocator=replace(part, number=live.allocator))
        draft.callbacks[number] = (callback, placed)


def _shared(boundary: Boundary) -> frozenset[str]:
    """Return the kinds of handles that are given an allocator in parts."""
    giving = [each for each in boundary.functions.values() if gives_part(each)]
    return frozenset(_handle_of(each, part) for each in giving for part in _parts(each) if part.allocator)


def _parts(function: BoundaryFunction) -> list[CallbackShape]:
    return [member.shape for member in function.members if isinstance(member.shape, CallbackShape)]


def _handle_of(function: BoundaryFunction, shape: CallbackShape) -> str:
    """Return the kind of handle as long as which a callback lasts: the one that is said, or that the call has."""
    handles = {m.name: m.shape.handle for m in function.members if isinstance(m.shape, HandleShape)}
    if shape.lasts_with:
        return handles.get(shape.lasts_with, shape.lasts_with)
    made = function.result.shape
    return next(iter(handles.values()), made.handle if isinstance(made, HandleShape) else "")
