"""A step of a handle's life against a hand-written state machine, and two libraries against one."""

from __future__ import annotations

import ctypes
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    rule,
    run_state_machine_as_test,
)

from abidance.run.execution.runner import Runner
from benchmarks.ground import Ground

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.events import ItemFinished
    from benchmarks.board import Board, Effort

EXAMPLES = 100
"""Hypothesis's own `max_examples`, with which most tests are run."""


def measure(board: Board, effort: Effort, place: Path) -> None:
    set_hypothesis_home_dir(place / ".hypothesis")
    board.title("A step of a handle's life, and two libraries that are compared")
    steps(board, effort, place)
    libraries(board, effort, place)


def steps(board: Board, effort: Effort, place: Path) -> None:
    ground = Ground.of("stack", place, ("release",), ("lifecycle",))
    machine = written_by_hand(place / "libstack-release.so")
    with ground.session:
        # Interleaved, so that what else the machine does befalls both alike. The first round warms up.
        rounds = [(step_by_hand(machine, n), step_of_contract(ground, n)) for n in range(effort.repeats + 1)]
    names = ("a step by hand: Hypothesis's state machine and ctypes", "a step of phase lifecycle")
    ratio = tell(board, names, rounds[1:], "by hand")
    board.below("a step of a life, against Hypothesis's own", ratio, 1.5, "")


def libraries(board: Board, effort: Effort, place: Path) -> None:
    phases = ("properties", "equivalence")
    ground = Ground.of("sound", place, ("release", "release"), phases, ("one", "other"))
    alone, both = ground.item("checksum", "one"), ground.item("checksum", "one=other", "equivalence")
    with ground.session:
        rounds = [(case_of(ground, alone, n), case_of(ground, both, n)) for n in range(effort.repeats + 1)]
    names = ("a case of one library: properties", "a case of two libraries: equivalence")
    ratio = tell(board, names, rounds[1:], "one")
    board.below("two libraries compared, against one", ratio, 2.0, "")


def tell(board: Board, names: tuple[str, str], rounds: list[tuple[float, float]], of: str) -> float:
    """Print the seconds that two things took in each round; return the ratio of the second to the first."""
    ratio = median(second / first for first, second in rounds)
    notes = ("", f"{ratio:.2f} of {of}")
    for name, seconds, note in zip(names, map(median, zip(*rounds, strict=True)), notes, strict=True):
        board.figure(name, seconds * 1e6, " us", note)
    return ratio


def case_of(ground: Ground, item: Any, number: int) -> float:
    """Return the seconds of one case."""
    finished = run(ground, item, number)
    return finished.seconds / finished.cases


def run(ground: Ground, item: Any, number: int) -> ItemFinished:
    ground.session.settings = replace(ground.session.settings, max_examples=EXAMPLES, seed=number)
    finished = ground.run(item)
    assert not finished.findings, finished.findings
    return finished


def step_of_contract(ground: Ground, number: int) -> float:
    """Return the seconds of one step: a call, its checks, and its share of making and ending handles."""
    made = 0
    once = Runner.turn

    def counting(runner: Runner, case: Any, *rest: Any) -> Any:
        nonlocal made
        made += len(case.steps)
        return once(runner, case, *rest)

    with patch.object(Runner, "turn", counting):
        return run(ground, ground.item("stack", "release", "lifecycle"), number).seconds / made


def step_by_hand(machine: Any, number: int) -> float:
    """Return the seconds of one step of a state machine, with its share of making and ending handles."""
    machine.steps = 0
    started = time.perf_counter()
    seeded = seed(number)(machine)
    run_state_machine_as_test(
        seeded,
        settings=settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        ),
    )
    return (time.perf_counter() - started) / machine.steps


def written_by_hand(path: Path) -> type[RuleBasedStateMachine]:
    """Return the state machine that a careful user would write."""
    library = ctypes.CDLL(str(path))
    library.stack_new.argtypes = [ctypes.c_size_t]
    library.stack_new.restype = ctypes.c_void_p
    library.stack_free.argtypes = [ctypes.c_void_p]
    library.stack_push.argtypes = [ctypes.c_void_p, ctypes.c_int32]
    library.stack_pop.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_int32)]
    library.stack_size.argtypes = [ctypes.c_void_p]
    library.stack_size.restype = ctypes.c_size_t

    class Stacks(RuleBasedStateMachine):
        stacks = Bundle("stacks")
        steps = 0

        def __init__(self) -> None:
            super().__init__()
            self.live: set[int] = set()

        @rule(target=stacks, room=st.integers(1, 64))
        def new(self, room: int) -> int:
            Stacks.steps += 1
            made: int = library.stack_new(room)
            self.live.add(made)
            return made

        @rule(stack=consumes(stacks))
        def free(self, stack: int) -> None:
            Stacks.steps += 1
            self.live.discard(stack)
            library.stack_free(stack)

        @rule(stack=stacks, value=st.integers(-(1 << 31), (1 << 31) - 1))
        def push(self, stack: int, value: int) -> None:
            Stacks.steps += 1
            assert library.stack_push(stack, value) in (0, -1)

        @rule(stack=stacks)
        def pop(self, stack: int) -> None:
            Stacks.steps += 1
            value = ctypes.c_int32()
            assert library.stack_pop(stack, ctypes.byref(value)) in (0, -1)

        @rule(stack=stacks)
        def size(self, stack: int) -> None:
            Stacks.steps += 1
            assert library.stack_size(stack) <= 64

        def teardown(self) -> None:
            for stack in self.live:
                library.stack_free(stack)

    return Stacks
