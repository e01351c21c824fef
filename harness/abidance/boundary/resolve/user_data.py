"""User data beside a record of callbacks: `parse(const handlers *h, void *user)`, `struct {ops *ops; void *user;}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import walk
from abidance.boundary.resolve.callbacks import chosen_receiver, receivers
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.ir import types as c


def handed_to_callbacks(shape: s.Shape, user_data: tuple[Name, c.Type | None], shaper: Shaper) -> s.Shape:
    """Return the shape of a record, with what comes back to those of its callbacks that say nothing of it.

    That is a parameter, or a field, beside the record.

    A callback without a parameter of its type does not get it. Complain where none does.
    """
    name, type_ = user_data
    if type_ is None:
        return shape
    given = _given(shape, name, type_, shaper, 0)
    before = sum(isinstance(each, CallbackShape) and each.around > 0 for each in walk(shape))
    if sum(isinstance(each, CallbackShape) and each.around > 0 for each in walk(given)) == before:
        message = f"there is no callback here that `{name}` would be passed back to"
        remedy = "what is passed to the callbacks of a record says `user_data` where that record is passed"
        shaper.problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span),), help=remedy))
    return given


def _given(shape: s.Shape, name: Name, type_: c.Type, shaper: Shaper, around: int) -> s.Shape:
    """Return a shape with it; between the two lie so many records `around` the shape."""
    match shape:
        case CallbackShape(user_data="", type=function) if function is not None:
            back = shape.given_back
            if back is None:
                fitting = receivers(shaper, function, shape.members, type_)
                back = chosen_receiver(shaper, shape.members, fitting, name) if fitting else None
            return (
                shape if back is None else replace(shape, user_data=name.text, given_back=back, around=around)
            )
        case s.RecordShape():
            members = tuple(
                replace(m, shape=_given(m.shape, name, type_, shaper, around + 1)) for m in shape.members
            )
            return replace(shape, members=members)
        case s.PointerShape():
            return replace(shape, element=_given(shape.element, name, type_, shaper, around))
        case s.ArrayShape():
            return replace(shape, of=_given(shape.of, name, type_, shaper, around))
    return shape
