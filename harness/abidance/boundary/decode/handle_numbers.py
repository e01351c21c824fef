"""Handles that are numbers: which number each was, as the calls that left them tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.handle_places import handle_left
from abidance.boundary.encode.handle_places import left_by, place_in_array
from abidance.boundary.model.types import RESULT_NAME, AddressShape, HandleShape, NumberHandle, ScalarShape
from abidance.boundary.model.values import Earlier, HandleNumber
from abidance.boundary.values.memory import unpack_scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Values
    from abidance.plan.observation import Observation


def numbers_left(
    encoded: Encoded, observation: Observation, index: int
) -> Iterator[tuple[str, NumberHandle, int]]:
    """Yield where call `index` left handles that are numbers, with those numbers; nothing where it did not run."""
    placed, call = encoded.calls[index], encoded.plan.calls[index]
    if not observation.has_run(index):
        return
    returned = observation.calls[index]
    success = _succeeded(placed.function, returned.result, call.status_in(returned))
    for path, shape in left_by(placed.function, placed.arguments):
        if not isinstance(shape, NumberHandle) or not placed.function.leaves(path, success=success):
            continue
        raw = returned.result
        if path != RESULT_NAME:
            name, number_there = place_in_array(path)
            block = placed.places.get(name)
            if block is None or block not in call.watched:
                continue
            raw = returned.blocks[call.watched.index(block)][number_there * shape.size :]
        number = unpack_scalar(shape.number, raw[: shape.size])
        assert isinstance(number, int)
        yield path, shape, number


def _succeeded(function: BoundaryFunction, raw: bytes, status: bytes) -> bool:
    """Tell whether a call did what it is for, by its status or else by what it returned."""
    if function.status is not None:
        return function.status.number_of(status) in function.status.ok
    shape = function.result.shape
    if isinstance(shape, AddressShape):
        return any(raw)
    number = shape.number if isinstance(shape, NumberHandle) else shape
    return not isinstance(number, ScalarShape) or function.result.success(
        unpack_scalar(number, raw[: number.size])
    )


def number_of(encoded: Encoded, observation: Observation, origin: tuple[int, str]) -> HandleNumber | None:
    """Return the number of the handle that a call has left at a path; None where it is not known."""
    call, path = origin
    for there, _, number in numbers_left(encoded, observation, call):
        if there == path:
            return HandleNumber.of(number, call)
    return None


def given_handles(
    encoded: Encoded, observation: Observation, members: Iterable[Member], given: Values
) -> dict[str, object]:
    """Return the handles that a law is given, by name, as numbers or by where they are, as far as that is known."""
    found: dict[str, object] = {}
    for member in members:
        value = given.get(member.name)
        if not isinstance(member.shape, HandleShape) or not isinstance(value, Earlier) or value.state:
            continue
        origin = encoded.steps[value.call], value.path
        left = (number_of if isinstance(member.shape, NumberHandle) else handle_left)(
            encoded, observation, origin
        )
        found |= {} if left is None else {member.name: left}
    return found


def known(encoded: Encoded, observation: Observation, index: int, shape: Shape, value: object) -> object:
    """Return a number that call `index` has left with the call that left this handle last, itself or one before it."""
    if not isinstance(shape, NumberHandle) or not isinstance(value, int):
        return value
    for call in range(index, -1, -1):
        for _, left, number in numbers_left(encoded, observation, call):
            if (left.handle, number) == (shape.handle, value):
                return HandleNumber.of(value, call)
    return HandleNumber.of(value, None)
