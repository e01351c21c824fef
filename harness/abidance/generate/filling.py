"""Calls that put something into a new handle: what is asked of an empty one seldom holds.

Which calls do, nobody says. So it is any that may change the handle, and that needs no other handle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import changes
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.types import HandleShape
from abidance.generate.hints import Hints
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.state_paths import makes_or_ends, on_handle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import CallOn
    from abidance.generate.drawing import Drawer

MANY = (0, 0, 1, 2, 3, 6)
"""How many calls are made on a new handle; the simplest is none."""


def asks_about(function: BoundaryFunction, parameter: str) -> bool:
    """Tell whether it depends on what a handle holds whether it may be given to a function."""
    return any(
        argument.parameter == parameter
        for each in function.asked_before
        for question in each.questions
        for argument in question.arguments
    )


def calls_that_fill(drawer: Callable[[], Drawer], boundary: Boundary, life: HandleLife) -> Iterator[CallOn]:
    """Yield calls on a new handle; those of which the library tells that they are not lawful are not made."""
    usable = [each for each in boundary.functions.values() if _fills(boundary, each, life)]
    source = drawer().source
    number = source.pick(MANY) if usable else 0
    function = source.pick(usable) if number else None
    for _ in range(number):
        assert function is not None
        try:
            yield on_handle(drawer(), boundary, function, life.name, Hints.of(boundary, function), {})
        except UnlawfulDrawError:
            return
        function = function if source.flag() else source.pick(usable)


def _fills(boundary: Boundary, function: BoundaryFunction, life: HandleLife) -> bool:
    if function.signature is None or function.promise is None or makes_or_ends(boundary, function):
        return False
    if life.machine is not None and function.name in life.machine.functions:
        return False
    handles = [each.shape for each in function.members if isinstance(each.shape, HandleShape)]
    return (
        len(handles) == 1
        and handles[0].handle == life.name
        and not (handles[0].owner or handles[0].made or handles[0].into or handles[0].lifetime)
        and changes(boundary, function, handles[0])
        and not any(isinstance(each.shape, CallbackShape) for each in function.members)
        and not function.rooms  # nobody is asked before a call alone how much room another takes
    )
