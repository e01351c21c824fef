"""The calls that callbacks make: those of `may_call`, what frees what they are given, and what they leave by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.values.memory import pack_scalar
from abidance.plan import plan as p
from abidance.plan.callback_script import CallbackCall, CallbackFreeing, CallbackLeaving, Passed

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import CallBuilder
    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.values import Value


def calls_within(
    boundary: Boundary, builder: CallBuilder, placed: PlacedCallback
) -> tuple[CallbackCall, ...]:
    """Return the calls that a callback makes, on a handle that the call is given which takes the callback."""
    found = []
    for each in placed.script.calls:
        live = next((used for used in builder.used if used.life.name == placed.shape.on), None)
        if live is None or (isinstance(live.argument, p.Address) and not placed.shape.is_given_handle):
            continue
        function = boundary.functions[each.function]
        given: list[p.Value | p.Slot | p.Address] = []
        for member in function.members:
            if isinstance(member.shape, ScalarShape):
                given.append(p.Value(_wide(member.shape, each.arguments[member.name])))
            elif isinstance(live.argument, p.Slot | p.Address):
                given.append(live.argument)
        if len(given) < len(function.members):
            continue
        found.append(CallbackCall(each.turn, function.declaration.symbol, tuple(given)))
    return tuple(found)


def left_by_call(boundary: Boundary, shape: CallbackShape) -> CallbackLeaving | None:
    """Return the call by which a callback fails, and that does not come back."""
    if shape.leaves is None:
        return None
    name, arguments = shape.leaves
    given = tuple(
        Passed(each.own) if each.own is not None else _constant(each.constant) for each in arguments
    )
    return CallbackLeaving(_symbol(boundary, name), given)


def _symbol(boundary: Boundary, name: str) -> str:
    function = boundary.functions.get(name)
    return function.declaration.symbol if function is not None else name


def _constant(number: int | None) -> p.Value:
    return p.Value(((number or 0) & ((1 << 64) - 1)).to_bytes(8, "little"))


def freed_within(
    boundary: Boundary, builder: CallBuilder, shape: CallbackShape
) -> tuple[CallbackFreeing, ...]:
    """Return what a callback frees of its arguments, with a handle that the call is given which takes the callback."""
    found = []
    for index, name, arguments in shape.freeing:
        given: list[p.Value | p.Slot | p.Address | Passed] = []
        for each in arguments:
            live = builder.holder(each.handle) if each.handle else None
            if each.own is not None:
                given.append(Passed(each.own))
            elif live is not None and isinstance(live.argument, p.Slot | p.Address):
                given.append(live.argument)
            else:
                given.append(_constant(each.constant))
        found.append(CallbackFreeing(index, _symbol(boundary, name), tuple(given)))
    return tuple(found)


def _wide(shape: ScalarShape, value: Value) -> bytes:
    """Return a whole number as it lies in a register."""
    number = int.from_bytes(pack_scalar(shape, value), "little", signed=shape.signed)
    return number.to_bytes(8, "little", signed=shape.signed)
