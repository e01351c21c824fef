"""What a call hands over: whether everything that it makes has an owner who gives it back in the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidance.boundary.shapes import Array, Handle, Opaque, Pointer, Record

if TYPE_CHECKING:
    from abidance.boundary.placed import PlacedCall
    from abidance.boundary.shapes import Shape
    from abidance.checks.trial import Trial


def leaves_nothing(trial: Trial) -> bool:
    """Tell whether no call of the plan leaves something that others are to give back, as far as is known.

    What a pointer leads to of which the contract does not say who owns it may be the caller's to free, unless it is the
    same one time after time.
    """
    # What an allocating function gives is taken over by the call that it was asked for.
    asked = {index for placed in trial.encoded.calls for index in placed.allocated.values()}
    return all(
        not _hands_over(trial, placed)
        for index, (placed, returned) in enumerate(
            zip(trial.encoded.calls, trial.observation.calls, strict=False)
        )
        if returned.ran and index not in asked
    )


def _hands_over(trial: Trial, placed: PlacedCall) -> bool:
    function = placed.function
    result = function.result
    returns = function.promise.returns if function.promise else None
    if isinstance(result.shape, Handle) and result.owned:
        if not _is_destroyed(trial, result.shape.handle):
            return True
    elif isinstance(result.shape, Handle) or _has_pointer(result.shape):
        said = returns is not None and (returns.owner == "callee" or returns.free or returns.lifetime)
        if not said and not _is_null(trial, placed) and not _is_there_already(trial, placed):
            return True
    for member in function.members:
        shape: Any = member.shape
        if isinstance(shape, Handle) and shape.made and not _is_destroyed(trial, shape.handle):
            return True
        if isinstance(shape, Pointer) and shape.direction.written and _has_pointer(shape.element):
            return True
    return False


def _is_destroyed(trial: Trial, handle: str) -> bool:
    return trial.boundary.handles[handle].destroy is not None


def _is_null(trial: Trial, placed: PlacedCall) -> bool:
    index = next(i for i, other in enumerate(trial.encoded.calls) if other is placed)
    return not any(trial.observation.calls[index].result[:8])


def _is_there_already(trial: Trial, placed: PlacedCall) -> bool:
    """Tell whether a call returns the same pointer over and over: memory that stays behind each time lies elsewhere.

    It is the caller's own buffer, say, or the library's.
    """
    index = next(i for i, other in enumerate(trial.encoded.calls) if other is placed)
    seen = trial.again.repeats if trial.again is not None else ()
    results = [each.calls[index].result for each in seen if index < len(each.calls)]
    simple = isinstance(placed.function.result.shape, Handle | Pointer | Opaque)
    return simple and len(set(results)) < len(results)


def _has_pointer(shape: Shape) -> bool:
    match shape:
        case Pointer() | Opaque():
            return True
        case Record():
            return any(_has_pointer(member.shape) for member in shape.members)
        case Array(of=of):
            return _has_pointer(of)
    return False
