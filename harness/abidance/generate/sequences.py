"""Sequences of valid calls over several live handles: made, used and destroyed in any valid order.

All of it follows from a seed that Hypothesis draws. Drawn one by one, the choices of a sequence cost more than
its calls, and most sequences are others slightly altered. What is left of a failing one is for `run.shorten` to say.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from abidance.boundary.model.values import Case, Earlier
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.layouts import layout, loose_pointers, shift
from abidance.generate.led_through_states import climb, come_back, step
from abidance.generate.scope import FilterLog
from abidance.generate.seeded_source import Dice
from abidance.generate.sequence_maker import LISTENING, SequenceMaker, attempt
from abidance.generate.source import UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.boundary.encode.case_handles import Held
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Step
    from abidance.generate.sequence_model import Operation, SequenceModel
    from abidance.generate.source import ChoiceSource

MOST_STEPS = 40
EARLY = 0.5
"""In so many sequences as many of what it is about are alive from the beginning: what one does to others shows then."""
BUILT = 0.5
"""In so many sequences with handles that hold others some are put into one first: some defects need a full one."""
BUILT_BEFORE = 0.875
"""So often where one of them is to have a history."""
CLIMBED = 0.375
"""In so many sequences a handle that counts is brought to one of the numbers first."""
STEPPED = 0.375
"""In so many sequences a handle with states that something shows is led from one to another first."""
USED_ANEW = 0.25
"""In so many sequences a handle with states is led out of its state and back, with the same call before and after."""
_LENGTHS = range(MOST_STEPS + 1)
_SHORT = range(1, 5)
_SEEDS = st.binary(min_size=8, max_size=8)
LAST = 4
"""So many calls of the function that a sequence leads to are made at its end: one may be given what will do."""
_CALLS_BEFORE = (0, 1, 2, 4, 8, 16)
"""So many calls at most come before a handle with a history is used."""
_CALLS_BEHIND = (1, 2, 3, 4, 8)
"""So many come behind one that is refused memory."""


def sequences(
    boundary: Boundary, cast: SequenceModel, log: FilterLog, failing: frozenset[str] = frozenset()
) -> st.SearchStrategy[Case]:
    """Return a strategy for the sequences about a handle; functions that are `failing` are left out of most."""
    loose = loose_pointers(boundary, cast.functions)

    def made(seed: bytes, draw: Any) -> Case:
        dice = Dice(seed, draw)
        length = dice.pick(_LENGTHS)
        further, feeding = Dice(seed[::-1], draw), Dice(b"fed" + seed, draw)
        rounds = Dice(b"round" + seed, draw)
        return _sequence(boundary, cast, dice, further, log, failing, loose, length, feeding, rounds)

    return _from_seeds(made, log)


def sequences_to(
    boundary: Boundary, cast: SequenceModel, role: Operation, log: FilterLog
) -> st.SearchStrategy[Case]:
    """Return a strategy for the sequences about a handle that end with some calls of one function."""
    loose = loose_pointers(boundary, cast.functions)

    def made(seed: bytes, draw: Any) -> Case:
        dice, further = (Dice(each, draw) for each in (seed, seed[::-1]))
        flush, fill = layout(dice)
        shifted = shift(dice, loose)
        maker = SequenceMaker(boundary, cast, dice, further, log)
        _make(maker, dice.pick(_CALLS_BEFORE), BUILT_BEFORE)
        for _ in range(LAST):
            attempt(partial(maker.call, role))
        return Case(cast.handle, {}, flush, fill, steps=tuple(maker.so_far.steps), shift=shifted)

    return _from_seeds(made, log)


def _from_seeds(made: Callable[[bytes, Any], Case], log: FilterLog) -> st.SearchStrategy[Case]:
    """Return a strategy for what is made of a seed; what could not be worked out is noted."""

    @st.composite
    def sequence(draw: Any) -> Case:
        seed = draw(_SEEDS)
        try:
            return made(seed, draw)
        except UnlawfulDrawError:
            reject()
        except (EvaluationError, HookError) as error:
            log.unjudged.setdefault(str(error.diagnostics[0].span), error)
            reject()

    strategy: st.SearchStrategy[Case] = sequence()
    return strategy


def some_sequences(boundary: Boundary, cast: SequenceModel, most: int) -> Iterator[Case]:
    """Yield sequences about a handle, the same ones every time: of so many, those that are valid.

    Nothing in them may be drawn from a strategy of the project's.
    """
    loose = loose_pointers(boundary, cast.functions)
    for number in range(most):
        dice, further = (Dice.without_strategies(b"%d %d" % (number, part)) for part in range(2))
        with suppress(UnlawfulDrawError, EvaluationError, HookError):
            yield _sequence(boundary, cast, dice, further, FilterLog(), frozenset(), loose, dice.pick(_SHORT))


def sequences_around(
    boundary: Boundary, cast: SequenceModel, role: Operation, seed: bytes, most: int
) -> Iterator[Case]:
    """Yield sequences with a call of one function and others behind it: of so many, those that are valid.

    Nothing in them may be drawn from a strategy of the project's.
    """
    loose = loose_pointers(boundary, cast.functions)
    for number in range(most):
        dice, further = (Dice.without_strategies(b"%d %d" % (number, part) + seed) for part in range(2))
        with suppress(UnlawfulDrawError, EvaluationError, HookError):
            flush, fill = layout(dice)
            shifted = shift(dice, loose)
            maker = SequenceMaker(boundary, cast, dice, further, FilterLog())
            _make(maker, dice.pick(_CALLS_BEFORE), BUILT_BEFORE)
            attempt(partial(maker.call, role))
            for _ in range(dice.pick(_CALLS_BEHIND)):
                attempt(maker.go_on)
            yield Case(cast.handle, {}, flush, fill, steps=tuple(maker.so_far.steps), shift=shifted)


def with_history(
    boundary: Boundary, cast: SequenceModel, source: ChoiceSource, log: FilterLog, before: Sequence[Step]
) -> tuple[list[Step], Held]:
    """Return a sequence about a handle after the calls `before`, and one that is alive then.

    It is one that may be given away, if there is such a one, and often that which most calls were given. Raises
    UnlawfulDrawError where there is none, EvaluationError and HookError.
    """
    length, seed = source.pick(_CALLS_BEFORE), source.binary(8, 8)
    dice, further = (Dice(each, source.drawn) for each in (seed, seed[::-1]))
    maker = SequenceMaker(boundary, cast, dice, further, log, before=before)
    _make(maker, length, BUILT_BEFORE)
    free = maker.so_far.free(cast.handle)
    free = [each for each in free if maker.so_far.holdings.may_give_away(each)] or free
    if not free:
        raise UnlawfulDrawError(cast.handle)
    given = Counter(
        each.origin
        for step in maker.so_far.steps
        for each in step.arguments.values()
        if isinstance(each, Earlier)
    )
    busiest = max(free, key=lambda each: given[each.origin])
    return maker.so_far.steps, dice.pick((busiest, dice.pick(free)))


def _sequence(
    boundary: Boundary,
    cast: SequenceModel,
    dice: Dice,
    further: Dice,
    log: FilterLog,
    failing: frozenset[str],
    loose: int,
    length: int,
    feeding: Dice | None = None,
    rounds: Dice | None = None,
) -> Case:
    """Return one sequence; raises UnlawfulDrawError where there can be none, EvaluationError and HookError."""
    flush, fill = layout(dice)
    shifted = shift(dice, loose)
    maker = SequenceMaker(boundary, cast, dice, further, log, failing, feeding=feeding, rounds=rounds)
    _make(maker, length)
    return Case(cast.handle, {}, flush, fill, steps=tuple(maker.so_far.steps), shift=shifted)


def _make(maker: SequenceMaker, length: int, built: float = BUILT) -> None:
    """Have a sequence made of so many calls, besides those that begin it; raises UnlawfulDrawError where none can."""
    boundary, cast, further = maker.boundary, maker.cast, maker.further
    maker.begin(cast.handle)
    if further.chance(EARLY):
        attempt(maker.begin_all)
    machine = boundary.handles[cast.handle].machine
    if machine is not None and machine.counted and further.chance(CLIMBED):
        attempt(partial(climb, maker))
    if machine is not None and machine.shown and further.chance(STEPPED):
        attempt(partial(step, maker))
    if machine is not None and maker.rounds is not None and maker.rounds.chance(USED_ANEW):
        attempt(partial(come_back, maker))
    if cast.listeners(cast.handle) and further.chance(LISTENING):
        attempt(partial(maker.listen, cast.handle))
    if any(role.puts for role in cast.roles) and further.chance(built):
        attempt(maker.build)
    for _ in range(length):
        attempt(maker.go_on)
