"""Which of the live handles a call of a sequence is given.

What goes wrong after one call and another shows when they are about the same handle, and when they are about two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_objections import allows
from abidance.boundary.model.values import Earlier
from abidance.boundary.values.creation_numbers import is_known
from abidance.generate.fitting_pairs import belonging
from abidance.generate.source import UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.types import HandleShape
    from abidance.boundary.model.values import Value
    from abidance.generate.seeded_source import Dice
    from abidance.generate.sequence_model import Operation, SequenceModel
    from abidance.generate.sequence_state import SequenceState

FOCUSED, ON_FOCUS = 0.75, 0.875
"""In so many sequences so many calls are given the same handle of its kind, as long as it is alive."""
FOLLOWED = 0.5
"""So often that is the one that a call on it has led to from then on, as `next` does: what lies further on is met."""
SAME_HOLDER = 0.75
"""So many of those that are put into others first are put into the same one as the first."""
FITTING = 0.75
"""So many calls are given handles of functions with whose handles they succeed, where few of many create such ones.

So many that take a handle out of another are given one that is in another.
"""


@dataclass(slots=True)
class HandlePicker:
    """Chooses them; `dice` are thrown for what the contract leaves open."""

    cast: SequenceModel
    so_far: SequenceState
    dice: Dice
    focus: dict[str, Held] = field(default_factory=dict)
    """The handles that most calls are given, by their kinds."""
    focused: bool = False
    putting: Operation | None = None
    """What puts one handle after the other into a `holder`, while it does."""
    holder: Held | None = None

    @classmethod
    def of(cls, cast: SequenceModel, so_far: SequenceState, dice: Dice) -> HandlePicker:
        """Return what chooses the handles of one sequence."""
        return cls(cast, so_far, dice, focused=dice.chance(FOCUSED))

    def for_call(
        self, role: Operation, source: Dice, besides: Sequence[Held]
    ) -> Callable[[str, HandleShape], Value]:
        """Return what picks a handle for each place of one call: another one for each but where they may be the same.

        None of those `besides` is picked. It raises UnlawfulDrawError where no handle is left.
        """
        given: dict[str, Held] = {}

        def pick(path: str, shape: HandleShape) -> Value:
            if shape.handle not in self.cast.handles:
                return None
            same = [given[name] for name in role.function.same_handles(path) if name in given]
            free = [
                each
                for each in self.so_far.free(shape.handle, role, path.partition("[")[0])
                if (each in same or each not in (*given.values(), *besides))
                and is_known(shape, self.so_far.handle(each))
                and allows(self.so_far.holdings, role.function, {**given, path: each}, partly=True)
            ]
            if not free:
                raise UnlawfulDrawError(shape.handle)
            near = belonging(role.function, path, free, given, self.so_far.holdings.alive)
            free = near if near and self.dice.chance(FITTING) else free
            chosen = given[path] = self._one_of(free, same, role, path, shape, source)
            return self.so_far.handle(chosen)

        return pick

    def _one_of(
        self,
        free: list[Held],
        same: Sequence[Held],
        role: Operation,
        path: str,
        shape: HandleShape,
        source: Dice,
    ) -> Held:
        fit = self.cast.fits.get((role.function.name, path.partition("[")[0]))
        if fit and self.dice.chance(FITTING):
            free = [each for each in free if self.creator(each) in fit] or free
        taken_out = [each for each in free if shape.unlink and (each.keeps or each.within)]
        if taken_out and self.dice.chance(FITTING):
            free = taken_out
        free.sort(key=lambda each: -each.last)
        holds = role is self.putting and not shape.owner
        if holds and self.holder in free and self.dice.chance(SAME_HOLDER):
            free = [self.holder]
        chosen = source.pick((free[0], *(each for each in same if each in free), *free))
        if self.focused and free is not taken_out:
            chosen = self._in_focus(chosen, free)
        self.holder = chosen if holds else self.holder
        return chosen

    def _in_focus(self, chosen: Held, free: Sequence[Held]) -> Held:
        """Return the handle that most calls are given, if it is free; what is chosen becomes it where there is none."""
        there = self.focus.get(chosen.handle)
        if there is None or there not in self.so_far.holdings.alive:
            self.focus[chosen.handle] = chosen
            return chosen
        return there if there in free and self.dice.chance(ON_FOCUS) else chosen

    def follow(self, role: Operation, made: Held, given: Iterable[Held]) -> None:
        """Give most calls what one has led to from the handle that most were given, now and then."""
        before = self.focus.get(made.handle)
        if role.borrows and any(each is before for each in given) and self.dice.chance(FOLLOWED):
            self.focus[made.handle] = made

    def creator(self, held: Held) -> str:
        """Return the function that created a handle; of a copy, that which created the original; else nothing."""
        return self._creator(held.handle, held.call)

    def _creator(self, handle: str, call: int) -> str:
        step = self.so_far.steps[call]
        if step.function not in self.so_far.boundary.handles[handle].creates:
            return ""
        given = (each for each in step.arguments.values() if isinstance(each, Earlier))
        original = next((each for each in given if each.handle == handle), None)
        return step.function if original is None else self._creator(handle, original.call)
