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


def come_back(maker: SequenceMaker) -> None:
    """Lead one out of its state and back into it, with the same call before and after that.

    What a handle has left of its last use shows when it is used anew, and chance seldom comes round.
    """
    assert maker.rounds is not None
    own, maker.source = maker.source, maker.rounds
    try:
        each, machine = _chosen(maker)
        first = each.states
        free = maker.so_far.free
        uses = [r for r in maker.cast.roles if not (r.creates or r.ends) and each in free(each.handle, r)]
        leading = [r for r in maker.cast.roles if r.ends is None and _leads_on(machine, r.function.name)]
        if not (first and uses and leading):
            raise UnlawfulDrawError(each.handle)
        use, role = maker.source.pick(uses), maker.source.pick(leading)
        attempt(partial(maker.call, use))
        maker.go_to(each, machine.of(role.function.name)[0].sources, role)
        attempt(partial(maker.call, role))
        maker.go_to(each, first, use)
        attempt(partial(maker.call, use))
    finally:
        maker.source = own


def _leads_on(machine: StateMachine, function: str) -> bool:
    return any(
        {target.state} != {*target.sources} for rule in machine.of(function) for target in rule.targets
    )


def _chosen(maker: SequenceMaker) -> tuple[Held, StateMachine]:
    each = maker.source.pick(maker.so_far.free(maker.cast.handle))
    machine = maker.boundary.handles[each.handle].machine
    assert machine is not None
    return each, machine
