"""One call beside the same call of another library: timed in pairs of short series, and its instructions counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.cost.slower_than_other import TELLABLE
from abidance.checks.evidence.costs import Figure
from abidance.plan.call_order import FEWEST_STEPS
from abidance.run.cost.counted_programs import instructions_of
from abidance.toolchain.callgrind import CallgrindError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.contract.model.cost import Comparison
    from abidance.run.cost.measuring import Measuring

PAIRS, FEWEST_PAIRS = 16, 3
"""So many times are two libraries compared; a quarter of them, and one more, that are no worse will do."""
TELLABLE_STEPS = 40
"""Two libraries are not distinguished by less than so many instructions, which take about `TELLABLE` seconds."""
QUICKLY_COUNTED, COUNTED = 6, 7
"""Instructions are counted up to `FEWEST_STEPS` times 2 to the power of these: each takes microseconds."""
LONG_CALL = 50e-6
"""Instructions of a call that takes so many seconds are too many to be counted one by one."""
_CLAUSE = "no_worse_than"


def figures_against(measuring: Measuring) -> Iterator[Figure]:
    """Yield what a call takes in time and in instructions, beside what the other library's allows."""
    clause = measuring.cost.no_worse_than
    if clause is None or measuring.execution.other is None:
        return
    timed = _timed(measuring, clause, clause.factor) if clause.factor is not None else None
    if timed is not None:
        yield timed
    counted = _counted(measuring, clause, clause.instructions) if clause.instructions is not None else None
    if counted is not None:
        yield counted


def _timed(measuring: Measuring, clause: Comparison, factor: float) -> Figure | None:
    execution, tellable = measuring.execution, tellable_by(clause)
    pairs: list[tuple[float, float, float, float]] = []
    better = 0
    # Short series in turn, so that both libraries have the same machine: its speed changes within milliseconds.
    while len(pairs) < (FEWEST_PAIRS if execution.hasty else PAIRS) and better <= PAIRS // 4:
        pair = times_of_both(measuring, turned=bool(len(pairs) % 2))
        if pair is None:
            return measuring.unmeasured(_CLAUSE)
        mine, theirs = pair
        allowed = max(theirs * factor, theirs + tellable)
        pairs.append((mine / allowed, mine, allowed, theirs))
        better += mine <= allowed
    execution.told.add(_CLAUSE)
    _, mine, allowed, theirs = sorted(pairs)[min(PAIRS // 4, len(pairs) // 2)]
    note = f"{factor:g} times is allowed; three quarters of {len(pairs)} pairs of series are as bad or worse"
    return Figure(_CLAUSE, allowed, mine, (note,), against=clause.library.text, there=theirs)


def _counted(measuring: Measuring, clause: Comparison, factor: float) -> Figure | None:
    execution, quick = measuring.execution, measuring.quick
    if quick and execution.glances <= 0:
        return None
    times = None if quick else times_of_both(measuring)
    pair = (
        steps_of_both(measuring, QUICKLY_COUNTED)
        if quick
        else instructions_of_both(measuring, max(times or (0.0,)))
    )
    if isinstance(pair, str):
        execution.unmeasured[_CLAUSE] = pair
        return None
    if pair is None:
        return measuring.unmeasured(_CLAUSE)
    mine, theirs = pair
    execution.glances -= mine + theirs
    if quick and max(pair) >= FEWEST_STEPS << QUICKLY_COUNTED:
        return None
    execution.told.add(_CLAUSE)
    allowed = max(theirs * factor, theirs + TELLABLE_STEPS)
    note = f"{factor:g} times the instructions is allowed"
    name = f"{_CLAUSE}.instructions"
    return Figure(name, allowed, mine, (note,), against=clause.library.text, there=theirs)


def times_of_both(measuring: Measuring, *, turned: bool = False) -> tuple[float, float] | None:
    """Return the median of a short series here and of one on the other library; None where there is none.

    `turned`, the other library is first.
    """
    other = measuring.execution.other
    if other is None:
        return None
    sides = (measuring.supervisor, other)
    series = [measuring.series(each, quick=True) for each in (reversed(sides) if turned else sides)]
    if not all(each.times for each in series):
        return None
    mine, theirs = reversed(series) if turned else series
    return mine.at(0.5), theirs.at(0.5)


def steps_of_both(measuring: Measuring, exponent: int) -> tuple[int, int] | None:
    """Return how many instructions a call executes here and in the other library; None where nobody can tell."""
    execution = measuring.execution
    if execution.other is None:
        return None
    mine = execution.least(measuring.case, exponent)
    theirs = execution.least(measuring.case, exponent, execution.other) if mine else 0
    return (mine, theirs) if mine and theirs else None


def instructions_of_both(measuring: Measuring, seconds: float) -> tuple[int, int] | str:
    """Return how many instructions a call executes here and in the other library, or why nobody can tell.

    They are counted one by one or, where those are too many, in a program of its own. A call takes `seconds`.
    """
    execution, case = measuring.execution, measuring.case
    if seconds <= LONG_CALL:
        steps = steps_of_both(measuring, COUNTED)
        if steps is None:
            return "it takes x86-64, and a call that does not block SIGTRAP"
        if max(steps) < FEWEST_STEPS << COUNTED:
            return steps
    there = execution.there(case)
    if there is None or len(execution.artifacts) < 2:
        return uncountable(COUNTED)
    try:
        here = instructions_of(case, execution.executor.bare(case), execution.artifacts[0])
        return here, instructions_of(case, there, execution.artifacts[1])
    except CallgrindError as error:
        return f"{uncountable(COUNTED)}, and callgrind counts none: {error}"


def tellable_by(clause: Comparison) -> float:
    """Return how many seconds two libraries may differ by without any meaning."""
    return max(clause.absolute.value, TELLABLE) if clause.absolute is not None else TELLABLE


def ratio_of(mine: float, theirs: float, tellable: float) -> float:
    """Return how many times as long one time is as another, at least; 1 where they differ by less than can be told."""
    return 1.0 if abs(mine - theirs) <= tellable else mine / max(theirs, TELLABLE)


def uncountable(exponent: int) -> str:
    """Return why the instructions of a long call are not counted."""
    return f"no more than {FEWEST_STEPS << exponent:,} instructions can be counted one by one"
