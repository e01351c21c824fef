"""Which callbacks are not compiled, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.binding.value_passing import PassingRefusal, is_va_list, passing
from abidance.boundary.model.traversal import strategy_of
from abidance.boundary.model.types import (
    HandleShape,
    NothingShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
)
from abidance.boundary.values.callback_writes import written_by
from abidance.boundary.values.memory import tail_of
from abidance.native.target.callbacks import is_list, targets
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.variants import tag_among
from abidance.plan.signature import RecordClass, ScalarClass

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape


def refuse_callback(boundary: Boundary, shape: CallbackShape) -> None:
    """Raise NotCompiledError for a callback that is not compiled."""
    assert shape.type is not None
    for each in (*shape.type.parameters, shape.type.returns):
        if is_va_list(each, boundary.declarations):
            continue
        found = passing(each, boundary.declarations, boundary.layouts)
        if (
            isinstance(found, PassingRefusal)
            or found.why
            or not isinstance(found.class_, ScalarClass | RecordClass)
        ):
            raise NotCompiledError("a callback that passes by value what only a compiler can pass")
    if shape.type.variadic and (shape.by or shape.may_call):
        raise NotCompiledError("a callback with `...` that answers by what it is given, or calls the library")
    if shape.contents is not None and strategy_of(shape.contents) is not None:
        raise NotCompiledError("a callback that reads what `generate` makes in Python")
    if shape.shares_position and shape.nullable is not False:
        raise NotCompiledError("a callback that may be NULL, and whose position others move")
    if any(isinstance(member.shape, HandleShape) for member in shape.members):
        raise NotCompiledError("a callback that is given a handle which is a number, or is passed by value")
    lends = {each.index for each in written_by(shape) if each.lends is not None}
    given = [each for n, m in enumerate(shape.members) if n not in lends for each in targets(m.shape)]
    for name, variant in shape.variants:
        if not tag_among(shape.members, variant, {member.name: name for member in shape.members}):
            raise NotCompiledError(f"`{variant.tag.text}`, which tells of a union, is not worked out in C")
        member = next(each for each in shape.members if each.name == name)
        if isinstance(member.shape, TaggedPointerShape) and any(
            e.direction.written for e in targets(member.shape)
        ):
            raise NotCompiledError("a callback that writes where a tag tells what is written")
    if any(isinstance(each.element, PointerShape) and not is_list(each) for each in given):
        raise NotCompiledError("an array of pointers to other than texts, or that is written, in a callback")
    if any(tail_of(each.element) is not None for each in given):
        raise NotCompiledError("a callback that is given a record with a flexible array member")
    result = shape.result
    if shape.allocator and written_by(shape):
        raise NotCompiledError("an allocator that writes to memory")
    if shape.allocator and shape.allocates is None and isinstance(result, PointerShape):
        raise NotCompiledError("a callback that frees memory and returns some")
    if shape.allocates is not None:
        return
    if isinstance(result, ScalarShape | NothingShape | PointerShape | RecordShape):
        return
    if not isinstance(result, OpaqueShape) or result.nullable is not True:
        raise NotCompiledError("a callback that returns a pointer of which nothing is known")
