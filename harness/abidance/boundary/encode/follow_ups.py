"""The calls that follow from one: what tells why it failed, and what frees what it left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.blocks import NULL
from abidance.boundary.encode.call_state import CallBuilder
from abidance.boundary.encode.encoded_plan import PlacedCall
from abidance.boundary.encode.result_reads import followed
from abidance.boundary.model.types import HandleShape, NothingShape, NumberHandle, ScalarShape
from abidance.boundary.model.values import SOMEWHERE, NewHandle
from abidance.boundary.resolve.freeing import freed_member
from abidance.boundary.resolve.transfers import otherwise, taken_when
from abidance.boundary.values.memory import pack_scalar
from abidance.plan import plan as p

if TYPE_CHECKING:
    from abidance.boundary.encode.call_state import PlanDraft
    from abidance.boundary.model.boundary import Boundary, BoundaryFunction
    from abidance.boundary.model.values import Values

RESULT = "result"


def ask_for_error(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int) -> None:
    """Append the call that tells why call `index` failed, where there is one; it comes right after that."""
    told = builder.function.result.last_error
    teller = boundary.functions.get(told.function) if told is not None else None
    if told is None or teller is None or teller.signature is None:
        return
    made, placed = draft.calls[index], draft.placed[index]
    names = [member.name for member in builder.function.members]
    arguments: list[p.Argument] = []
    values: Values = {}
    handles: dict[str, int] = {}
    left_at: dict[str, str] = {}
    needs: list[int] = []
    for member, given in zip(teller.members, told.arguments, strict=True):
        argument: p.Argument
        if given.parameter == RESULT:
            argument = p.Slot(draft.new_slot())
            width = p.ValuePlace(width=builder.function.result.shape.size)
            made = replace(made, saves=(*made.saves, (argument.index, width)))
            values[member.name] = SOMEWHERE
        elif given.parameter:
            live = next(
                (each for each in draft.live if (each.made, each.path) == (index, given.parameter)),
                None,
            )
            argument = live.argument if live is not None else builder.listed[names.index(given.parameter)]
            values[member.name] = builder.arguments[given.parameter]
            here = index, given.parameter
            origin = builder.handles.get(given.parameter, index), builder.left_at.get(given.parameter, "")
            handles[member.name], left_at[member.name] = here if live is not None else origin
        else:
            argument = p.Value(
                pack_scalar(member.shape, given.constant)
                if isinstance(member.shape, ScalarShape)
                else bytes(8)
            )
            values[member.name] = given.constant
        if isinstance(argument, p.Slot) and not isinstance(member.shape, NumberHandle):
            needs.append(argument.index)
        arguments.append(argument)
    asking = CallBuilder(teller, values, builder.scope)
    asking.follows = followed(teller, asking, draft.pointee_size, boundary.handles)
    draft.calls[index] = made
    draft.placed[index] = replace(placed, told_by=len(draft.calls))
    draft.calls.append(
        p.Call(
            teller.declaration.symbol,
            str(teller.signature),
            tuple(arguments),
            needs=tuple(needs),
            follows=tuple(follow for _, follow in asking.follows),
            only_if=tuple(dict.fromkeys(builder.conditions)),
        )
    )
    draft.placed.append(
        PlacedCall(
            teller,
            values,
            {},
            tuple(path for path, _ in asking.follows),
            handles=handles,
            tells=index,
            left_at=left_at,
        )
    )


def freer_of_result(builder: CallBuilder) -> str | None:
    """Return the function that gives back what a call returns, None where that is nobody's to free."""
    result = builder.function.result
    owned = result.owned_when is None or result.owned_when.holds(builder.scope)
    return result.free if owned else None


def give_back(boundary: Boundary, draft: PlanDraft, builder: CallBuilder, index: int) -> None:
    """Append the calls that free what call `index` returned, and what it was to take over and did not."""
    free, saves = freer_of_result(builder), draft.calls[index].saves
    if free is not None and saves:
        _free(boundary, draft, free, index, saves[0][0], builder)
    for slot, path, freer in builder.left:
        _free(boundary, draft, freer, index, slot, builder, _left_when(builder.function, index, path), path)
    for path, (made, give_back) in builder.allocated.items():
        taken, given = taken_when(builder.function, path, index), draft.calls[made].saves
        if taken is not None and given:
            _free(boundary, draft, give_back, made, given[0][0], builder, otherwise(taken, builder.function))


def _free(
    boundary: Boundary,
    draft: PlanDraft,
    name: str,
    index: int,
    slot: int,
    builder: CallBuilder,
    condition: p.Condition | None = None,
    path: str = "result",
) -> None:
    """Append the call that gives back what call `index` left at a path, with the handles that this one used."""
    function = boundary.functions[name]
    if function.signature is None:
        return
    lives = {live.life.name: live for live in builder.used}
    arguments: list[p.Argument] = []
    values: Values = {}
    freed = freed_member(function, builder.function.result.shape if path == "result" else NothingShape())
    for member in function.members:
        values[member.name] = SOMEWHERE
        if isinstance(member.shape, HandleShape) and member is not freed:
            live = lives.get(member.shape.handle)
            arguments.append(live.argument if live else NULL)
            values[member.name] = NewHandle(member.shape.handle, {}) if live else None
        else:
            arguments.append(p.Slot(slot))
    draft.calls.append(
        p.Call(
            function.declaration.symbol,
            str(function.signature),
            tuple(arguments),
            needs=(slot,),
            only_if=() if condition is None else (condition,),
        )
    )
    draft.placed.append(
        PlacedCall(
            function,
            values,
            {},
            handles=builder.handles,
            frees=index,
            freed=path,
            left_at=builder.left_at,
        )
    )


def _left_when(function: BoundaryFunction, index: int, name: str) -> p.Condition | None:
    """Return on which result call `index` has left something in a parameter; None for any, or where nothing tells."""
    succeeded = taken_when(function, "", index)
    if succeeded is None or not function.leaves(name, success=False):
        return succeeded
    return None if function.leaves(name, success=True) else otherwise(succeeded, function)
