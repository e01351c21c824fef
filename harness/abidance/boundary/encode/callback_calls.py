"""The calls that callbacks make: those of `may_call`, what frees what they are given, and what they leave by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import CallbacksOwnShape, OpaqueShape, PointerShape, ScalarShape, What
from abidance.boundary.resolve.calls_within import own_argument
from abidance.boundary.values.memory import pack_scalar
from abidance.plan import plan as p
from abidance.plan.callback_script import CallbackCall, CallbackFreeing, CallbackLeaving, Passed

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import CallBuilder, PlanDraft
    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.values import Value


def calls_within(
    boundary: Boundary, draft: PlanDraft, builder: CallBuilder, placed: PlacedCallback
) -> tuple[CallbackCall, ...]:
    """Return the calls that a callback makes, on a handle that the call is given which takes it, or on what it has."""
    found = []
    live = next((used for used in builder.used if used.life.name == placed.shape.on), None)
    if live is not None and isinstance(live.argument, p.Address) and not placed.shape.is_given_handle:
        live = None
    for each in placed.script.calls:
        function = boundary.functions[each.function]
        given: list[p.Value | p.Slot | p.Address | Passed] = []
        for member in function.members:
            value = each.arguments.get(member.name)
            match member.shape:
                case ScalarShape():
                    given.append(p.Value(_wide(member.shape, value)))
                case CallbacksOwnShape():
                    own = own_argument(placed.shape, function, member, boundary.declarations)
                    given += [Passed(own)] if own is not None else []
                case OpaqueShape():
                    given.append(p.Value(bytes(8)))
                case PointerShape():
                    given.append(_text(draft, member.shape, value))
                case _ if live is not None and isinstance(live.argument, p.Slot | p.Address):
                    given.append(live.argument)
        if len(given) == len(function.members):
            found.append(CallbackCall(each.turn, function.declaration.symbol, tuple(given)))
    return tuple(found)


def _text(draft: PlanDraft, shape: PointerShape, value: Value) -> p.Value | p.Address:
    """Return a pointer to a text or to bytes, which are there as long as the plan."""
    if value is None:
        return p.Value(bytes(8))
    assert isinstance(value, bytes)
    raw = value + b"\0" if shape.what is What.STRING else value
    draft.blocks.append(p.Block(len(raw), 1, p.Access.READ, raw))
    return p.Address(len(draft.blocks) - 1)


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
