"""What a call hands over: whether everything that it makes has an owner who gives it back in the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import handle_arrays_left, handles_left_in, pointee, root_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    ArrayShape,
    HandleShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
)
from abidance.boundary.resolve.freeing import handed_out, owned_fields, owned_in_each
from abidance.boundary.resolve.transfers import tells_success
from abidance.boundary.values.inner_pointers import EACH
from abidance.plan.plan import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import Observation


def leaves_nothing(trial: CaseResult) -> bool:
    """Tell whether no call of the plan leaves something that others are to give back, as far as is known.

    What a pointer leads to of which the contract does not say who owns it may be the caller's to free, unless it is the
    same one time after time.
    """
    return next(unowned(trial), None) is None


def unowned(trial: CaseResult) -> Iterator[str]:
    """Yield what calls of the plan leave that may be somebody's to give back, and what a contract can say of it."""
    # What an allocating function gives is taken over by the call that it was asked for.
    asked = {index for placed in trial.encoded.calls for index in placed.allocated.values()}
    pairs = zip(trial.encoded.calls, trial.observation.calls, strict=False)
    for index, (placed, returned) in enumerate(pairs):
        if returned.ran and index not in asked:
            yield from _handed_over(trial, index, placed)


def _handed_over(trial: CaseResult, index: int, placed: PlacedCall) -> Iterator[str]:
    function = placed.function
    result, name = function.result, function.name
    returns = function.promise.returns if function.promise else None
    came_back = any(trial.observation.calls[index].result[:8])
    if isinstance(result.shape, HandleShape) and result.owned:
        if came_back and not _is_destroyed(trial, result.shape.handle):
            yield _lasting(name, result.shape.handle)
    elif name in {life.acquire for life in trial.boundary.handles.values()}:
        return  # it returns what it was given, if anything
    elif _has_pointer(result.shape):
        said = returns is not None and (returns.owner == "callee" or returns.free or returns.lifetime)
        said = said or any(root_of(path) == RESULT_NAME for path, _, _ in owned_fields(function))
        if not said and came_back and not _is_there_already(trial, index):
            unsaid = "nothing says who owns what it returns"
            if returns is not None and returns.owner == "caller":
                unsaid = "what it returns is the caller's, and nothing says how that ends"
            yield f"leaks of `{name}`: {unsaid}; say {_whose(name, result.shape)}"
    for _, _, each in handle_arrays_left(function):
        if each.owner != "callee" and not _is_destroyed(trial, each.handle):
            yield _lasting(name, each.handle)
    given_back = {each.freed for each in trial.encoded.calls if each.frees == index}
    for member in function.members:
        shape = member.shape
        new = isinstance(shape, HandleShape) and shape.made and shape.owner != "callee"
        if isinstance(shape, HandleShape) and new and not _is_destroyed(trial, shape.handle):
            if shape.level == 2 and not _pointers_in(trial, trial.observation, index, member):
                continue
            yield _lasting(name, shape.handle)
        element = handles_left_in(shape)
        if element is not None:
            if element.owner != "callee" and not _is_destroyed(trial, element.handle):
                yield _lasting(name, element.handle)
            continue
        is_place = isinstance(shape, PointerShape) and shape.direction.written and _has_pointer(shape.element)
        freed = given_back & {member.name, f"{member.name}{EACH}"}
        inside = {path for path, _, _ in owned_fields(function)} | {
            each.path for each in owned_in_each(function)
        }
        freed |= {path for path in inside & given_back if root_of(path) == member.name}
        if is_place and not freed and not _is_the_librarys(placed, member):
            yield from _left_in(trial, index, member)


_OWNERS = "owner: caller, free: FUNCTION"


def _whose(function: str, shape: Shape) -> str:
    """Return what a contract says of what comes back: of a handle that has to be destroyed, what makes it."""
    if not isinstance(shape, HandleShape):
        return f"`returns: {{..., {_OWNERS}}}`"
    new = f"`{shape.handle}: {{create: [..., {function}]}}` if it is a new one"
    return f"{new}, `returns: {{..., owner: callee, lifetime: ...}}` if it is lent"


def _lasting(function: str, handle: str) -> str:
    remedy = f"say `{handle}: {{destroy: FUNCTION}}`"
    return f"leaks of `{function}`: nothing destroys the `{handle}` that it creates; {remedy}"


def _is_destroyed(trial: CaseResult, handle: str) -> bool:
    return trial.boundary.handles[handle].destroy is not None


def _is_the_librarys(placed: PlacedCall, member: Member) -> bool:
    """Tell whether the contract says that what a call leaves behind a pointer stays the library's."""
    promise = placed.function.promise
    param = promise.params.get(member.name) if promise else None
    return param is not None and param.out is not None and param.left.owner == "callee"


def _left_in(trial: CaseResult, index: int, member: Member) -> Iterator[str]:
    """Yield that memory which may be somebody's was left in an out parameter, unless no pointer to it was."""
    placed = trial.encoded.calls[index]
    now = _pointers_in(trial, trial.observation, index, member)
    repeats = trial.again.repeats if trial.again is not None else ()
    runs = [_pointers_in(trial, each, index, member) for each in repeats]
    # One that is there in two runs leads to what no run makes: into the caller's own memory, say, or the library's.
    before = [at for run in runs for at in run]
    if all(before.count(at) > 1 for run in (now, *runs) for at in run):
        return
    function, name = placed.function, member.name
    asks = dict(handed_out(function.promise))
    if name in asks and not tells_success(function):
        remedy = (
            "how failure is reported: `returns: {status: {ok: [...], errors: {...}}}`, or "
            f"`{name}: {{..., status: {{ok: [null]}}}}` where that tells"
        )
    elif (
        name not in asks
        and isinstance(member.shape, PointerShape)
        and isinstance(member.shape.element, OpaqueShape | PointerShape)
    ):
        remedy = f"`{name}: {{..., {_OWNERS}}}`, or `owner: callee`"
    else:
        remedy = f"`may: [memory]` of `{function.name}` if that is intended"
    yield f"leaks of `{function.name}`: nobody frees what it stores in `{name}`; say {remedy}"


def _pointers_in(trial: CaseResult, seen: Observation, index: int, member: Member) -> set[bytes]:
    """Return the pointers that a call left in an out parameter, without those that nobody wrote."""
    block = trial.encoded.calls[index].places.get(member.name)
    call = trial.encoded.plan.calls[index]
    if block is None or block not in call.watched or not seen.has_run(index):
        return set()
    raw = seen.calls[index].blocks[call.watched.index(block)]
    element = pointee(member.shape)
    offsets = [*_offsets(element)]
    found = {
        raw[at + offset : at + offset + 8]
        for at in range(0, len(raw) - element.size + 1, max(element.size, 1))
        for offset in offsets
    }
    return found - {bytes(8), filled(trial.encoded.plan.fill, 8)}


def _is_there_already(trial: CaseResult, index: int) -> bool:
    """Tell whether a call returns the same pointer over and over: memory that stays behind each time lies elsewhere.

    It is the caller's own buffer, say, or the library's.
    """
    seen = trial.again.repeats if trial.again is not None else ()
    results = [each.calls[index].result for each in seen if index < len(each.calls)]
    simple = isinstance(trial.encoded.calls[index].function.result.shape, AddressShape)
    return simple and len(set(results)) < len(results)


def _offsets(shape: Shape, at: int = 0) -> Iterator[int]:
    """Yield where in memory of a shape there are pointers."""
    match shape:
        case AddressShape():
            yield from (at,) if shape.size else ()
        case RecordShape():
            for member in shape.members:
                yield from _offsets(member.shape, at + member.offset)
        case ArrayShape(of=of, count=count):
            each = [*_offsets(of)]
            yield from (
                at + number * of.size + offset for number in range(count if each else 0) for offset in each
            )


def _has_pointer(shape: Shape) -> bool:
    return next(_offsets(shape), None) is not None
