"""What a sequence begins with where handles have states: one is led on first, since chance seldom leads far."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from abidance.generate.sequence_maker import attempt
from abidance.generate.source import UnlawfulDrawError

if TYPE_CHECKING:
    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.states import StateMachine
    from abidance.generate.sequence_maker import SequenceMaker


def climb(maker: SequenceMaker) -> None:
    """Bring one that counts to some number that it may count to: a step there and a step back seldom lead far."""
    own, maker.source = maker.source, maker.further
    try:
        each, machine = _chosen(maker)
        maker.go_to(each, frozenset((maker.source.pick(machine.states),)))
    finally:
        maker.source = own


def step(maker: SequenceMaker) -> None:
    """Make a call that leads from one state to another, and after it those that show which."""
    own, maker.source = maker.source, maker.further
    try:
        each, machine = _chosen(maker)
        said = [role for role in maker.cast.roles if machine.of(role.function.name) and role.ends is None]
        if not said:
            raise UnlawfulDrawError(each.handle)
        role = maker.source.pick(said)
        maker.go_to(each, machine.of(role.function.name)[0].sources, role)
        maker.call(role)
        for showing in (role for role in maker.cast.roles if role.function.name in machine.showing):
            attempt(partial(maker.call, showing))
    finally:
        maker.source = own


def _chosen(maker: SequenceMaker) -> tuple[Held, StateMachine]:
    each = maker.source.pick(maker.so_far.free(maker.cast.handle))
    machine = maker.boundary.handles[each.handle].machine
    assert machine is not None
    return each, machine
