"""Callbacks that earlier calls of a sequence were given: which of them later calls are about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackGiven, CallbackShape, EarlierCallbackShape
from abidance.boundary.model.types import HandleShape, PointerShape, UserDataShape
from abidance.boundary.model.values import ANOTHER, SOMEWHERE, Earlier, Script
from abidance.generate.drawing import Drawer
from abidance.generate.source import UnlawfulDrawError
from abidance.ir.layout import AddressConstant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Step, Value, Values
    from abidance.generate.sequence_maker import SequenceMaker
    from abidance.generate.sequence_model import Operation


@dataclass(frozen=True, slots=True)
class AddedCallback:
    """A callback that a `step` was `given`, among its `arguments`, with the handle as long as which it lasts, if any.

    `ended_by` is the step that has ended its time since, 0 for none; `taken_back` tells whether that was given it.
    """

    step: int
    given: CallbackGiven
    arguments: Values
    handle: Earlier | None
    ended_by: int = 0
    taken_back: bool = False

    @property
    def callback(self) -> Earlier:
        """Return the callback as a later call is given it."""
        return Earlier(self.step, self.given.parameter)

    def user_data(self, function: BoundaryFunction, parameter: str) -> Value:
        """Return its user data as a later call is given that: the same memory, or the same number or handle."""
        shape = next(member.shape for member in function.members if member.name == parameter)
        given = self.arguments[self.given.user_data]
        if isinstance(shape, UserDataShape | PointerShape) and not isinstance(given, AddressConstant):
            return Earlier(self.step, self.given.user_data)
        return given

    def has_other(self, value: Value) -> bool:
        """Tell whether other user data than its own is certain to be another one."""
        return value is SOMEWHERE or value != self.arguments[self.given.user_data]


def recalled(function: BoundaryFunction) -> Iterator[tuple[Member, EarlierCallbackShape]]:
    """Yield the parameters of a function that are callbacks which an earlier call was given."""
    for member in function.members:
        if isinstance(member.shape, EarlierCallbackShape):
            yield member, member.shape


def recalls(function: BoundaryFunction) -> bool:
    """Tell whether a function is given a callback that an earlier call was given: no call of it can be the first."""
    return any(shape.nullable is not True for _, shape in recalled(function))


def added_callbacks(
    boundary: Boundary, shape: EarlierCallbackShape, steps: Sequence[Step]
) -> list[AddedCallback]:
    """Return the callbacks among those which a parameter may be that the steps were given, in their order."""
    found: list[AddedCallback] = []
    for number, step in enumerate(steps):
        function = boundary.functions[step.function]
        if step.rejects:
            continue
        for place, each in enumerate(found):
            if not each.ended_by and _ends(function, step.arguments, each):
                back = any(step.arguments[m.name] == each.callback for m, _ in recalled(function))
                found[place] = replace(each, ended_by=number, taken_back=back)
        for given in shape.each:
            if given.function == function.name and isinstance(step.arguments[given.parameter], Script):
                handle = _lasting_on(function, step.arguments, given.shape)
                if handle is not None or not given.shape.lasts_with:
                    found.append(AddedCallback(number, given, step.arguments, handle))
    return found


def _ends(function: BoundaryFunction, arguments: Values, added: AddedCallback) -> bool:
    """Tell whether a call ends the time of a callback: one that is given a callback, of that alone."""
    if function.name not in added.given.shape.until:
        return False
    named = [arguments[member.name] for member, _ in recalled(function)]
    if any(value is not None for value in named):
        return added.callback in named
    handle = added.handle
    return handle is None or any(_is_same(value, handle) for value in arguments.values())


def _lasting_on(function: BoundaryFunction, arguments: Values, shape: CallbackShape) -> Earlier | None:
    for member in function.members:
        value = arguments[member.name]
        if isinstance(member.shape, HandleShape) and member.shape.handle == shape.lasts_with:
            return value if isinstance(value, Earlier) and not member.shape.made else None
    return None


def _is_same(value: Value, handle: Earlier) -> bool:
    """Tell whether a value is a handle that an earlier step made."""
    return isinstance(value, Earlier) and bool(value.handle) and value.origin == handle.origin


def recall(maker: SequenceMaker, role: Operation) -> Values:
    """Return what a call is given that an earlier one was: a callback, its user data, and the handle that has it.

    Where none was, one is first. Raises UnlawfulDrawError where that cannot be.
    """
    found: Values = {}
    for member, shape in recalled(role.function):
        there = _there(maker, role, shape)
        if not there and shape.nullable is not True:
            givers = [
                each for each in maker.cast.roles if each.function.name in {e.function for e in shape.each}
            ]
            if not givers:
                raise UnlawfulDrawError(role.function.name)
            maker.call(maker.further.pick(givers))
            there = _there(maker, role, shape)
        if not there:
            continue
        chosen = maker.further.pick((there[-1], *there))
        found[member.name] = chosen.callback
        if shape.user_data:
            found[shape.user_data] = chosen.user_data(role.function, shape.user_data)
        if chosen.handle is not None:
            kind = chosen.handle.handle
            name = next(m.name for m in role.function.members if getattr(m.shape, "handle", "") == kind)
            found[name] = replace(
                chosen.handle, state=Drawer(maker.boundary, maker.further, maker.log).handles.state(kind)
            )
    return found


def _there(maker: SequenceMaker, role: Operation, shape: EarlierCallbackShape) -> list[AddedCallback]:
    """Return the callbacks of a parameter that are there, on handles which the operation may be given."""
    free = {each.origin for kind in maker.cast.handles for each in maker.so_far.free(kind, role)}
    return [
        each
        for each in added_callbacks(maker.boundary, shape, maker.so_far.steps)
        if not each.ended_by and (each.handle is None or each.handle.origin in free)
    ]


def refuse(maker: SequenceMaker, function: BoundaryFunction, clause: Reject, arguments: Values) -> Values:
    """Return the arguments of a refused call, where that is given a callback that no earlier call was given."""
    for member, shape in recalled(function):
        if clause.given.get(member.name) is ANOTHER:
            known = added_callbacks(maker.boundary, shape, maker.so_far.steps)
            arguments = maker.further.pick([*_with_another(function, member.name, arguments, known)])
    return arguments


def _with_another(
    function: BoundaryFunction, name: str, arguments: Values, known: Sequence[AddedCallback]
) -> Iterator[Values]:
    """Yield ways in which a call is given a callback that its handle does not have.

    Its function and its user data are both unknown at first. One of the two may be known, or both: from another
    handle, or from before they were taken back.
    """
    yield arguments
    data = next(shape.user_data for member, shape in recalled(function) if member.name == name)
    for each in known:
        here = each.handle is None or any(_is_same(value, each.handle) for value in arguments.values())
        its_own = {data: each.user_data(function, data)} if data else {}
        if data and here:
            yield {**arguments, **its_own}
        if data and here and each.has_other(arguments[data]):
            yield {**arguments, name: each.callback}
        both = {name: each.callback, **its_own}
        if each.taken_back and here:
            yield {**arguments, **both, name: replace(each.callback, destroyed_by=each.ended_by)}
        elif not here:
            yield {**arguments, **both}
