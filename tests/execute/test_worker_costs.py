"""What calls cost, as the worker measures it."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest
from small_plans import BLOCK, call, plan, readable, writable

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.call_order import FEWEST_STEPS, ConcurrentCalls, Order
from abidance.plan.observation import WorkerEnding
from abidance.plan.plan import Address

SUBJECT = Path(__file__).with_name("measured_subject.c")
pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="costs are measured on x86-64")


@pytest.fixture(scope="module")
def subject(compile_library):
    with Supervisor(WorkerSpec(library=compile_library(SUBJECT).path)) as supervisor:
        yield supervisor


def measured(subject, made, lanes, blocks=()):
    seen = subject.run(plan(made, blocks=blocks, lanes=lanes), 30)
    assert seen.death is None
    return seen.calls[0].measured


@pytest.mark.parametrize("count", [1, 2, 100])
def test_every_instruction_is_counted_once(count, subject):
    assert measured(subject, call("turns", "u64>u64", count), ConcurrentCalls(1, 0, Order.STEPPED)) == (
        2 * count + 2,
    )


def test_counting_ends_where_it_is_told(subject):
    seen = measured(subject, call("turns", "u64>u64", 5000), ConcurrentCalls(1, 1, Order.STEPPED))
    assert seen == (2 * FEWEST_STEPS,)


def test_an_instruction_that_repeats_itself_is_one(subject):
    blocks = (writable(64), readable(bytes(64)))
    for size in (1, 64):
        copies = call("copies", "p,p,u64>v", BLOCK, Address(1), size)
        assert measured(subject, copies, ConcurrentCalls(1, 0, Order.STEPPED), blocks) == (4,)


def test_what_came_back_is_that_of_the_call(subject):
    seen = subject.run(plan(call("turns", "u64>u64", 5), lanes=ConcurrentCalls(1, 0, Order.STEPPED)))
    assert int.from_bytes(seen.calls[0].result, "little") == 5
    for order in (Order.TIMED, Order.STREAMED):
        seen = subject.run(plan(call("waits", "i32>i32", 1), lanes=ConcurrentCalls(1, 3, order)))
        assert int.from_bytes(seen.calls[0].result, "little") == 1


def test_a_call_that_blocks_the_signal_does_not_come_back_when_it_is_counted(subject):
    seen = subject.run(plan(call("starts", "i32>i32", 1), lanes=ConcurrentCalls(1, 5, Order.STEPPED)), 10)
    assert seen.death is not None
    assert seen.death.ending is WorkerEnding.SIGNAL
    assert subject.run(plan(call("starts", "i32>i32", 1))).death is None


def test_times_are_those_of_the_calls_beside_references_as_long(subject):
    middles = []
    for _ in range(
        5
    ):  # a reference is as long as the middle of eight calls: on a busy machine these may have waited
        seen = measured(subject, call("waits", "i32>i32", 200), ConcurrentCalls(1, 6, Order.TIMED))
        half = len(seen) // 2
        times, references = sorted(seen[:half]), sorted(seen[half:-1])

        assert 3 <= len(times) <= 64
        assert times[0] > 200e6 * 0.98  # by the other clock, in picoseconds
        middles.append((times[len(times) // 2], references[len(references) // 2]))
        if times[0] < 200e6 * 5 and 200e6 * 0.1 < middles[-1][1] < 200e6 * 10:
            return
    pytest.fail(f"the middle time and the middle reference of each run: {middles}")


def test_one_round_is_timed_too(subject):
    seen = measured(subject, call("waits", "i32>i32", 300), ConcurrentCalls(1, 0, Order.TIMED))
    assert len(seen) == 3
    assert seen[0] > 300e6 * 0.98


def test_what_does_nothing_takes_next_to_nothing(subject):
    times = sorted(measured(subject, call("turns", "u64>u64", 1), ConcurrentCalls(1, 10, Order.TIMED))[:1024])
    assert times[len(times) // 2] < 1_000_000  # picoseconds, in the middle of them


def test_every_round_begins_with_the_same_memory(subject):
    made = call("consumes", "p>i32", BLOCK, watched=(0,))
    block = writable(1, b"\x07")
    seen = measured(subject, made, ConcurrentCalls(1, 6, Order.TIMED), (block,))
    assert max(seen[:64]) < 90e9


def test_rounds_end_with_an_answer_that_is_another_one(subject):
    made = call("ends", "i32>i32", 5)
    subject.restart()
    assert len(measured(subject, made, ConcurrentCalls(1, 10, Order.TIMED, steady=True))) == 2 * (20 - 8) + 1
    subject.restart()
    assert len(measured(subject, made, ConcurrentCalls(1, 10, Order.TIMED))) == 2 * 1024 + 1


def test_a_stream_tells_how_many_calls_took_how_long(subject):
    count, taken, began, ended, met, _ = measured(
        subject, call("waits", "i32>i32", 100), ConcurrentCalls(1, 10, Order.STREAMED)
    )
    assert 1 <= count <= 100
    assert taken / count > 100e6 * 0.6  # the two clocks need not agree
    assert ended - began >= taken
    assert met == 0


def test_streams_run_side_by_side(subject):
    made = [call("waits", "i32>i32", 100)] * 2
    seen = subject.run(plan(*made, lanes=ConcurrentCalls(2, 10, Order.STREAMED)), 30)
    assert [len(each.measured) for each in seen.calls] == [6, 6]


@pytest.mark.slow
def test_a_call_is_timed_while_others_get_on_with_theirs(subject):
    made = [call("waits", "i32>i32", 20)] * 2
    for _ in range(20):  # on a busy machine the two may hardly run at once
        seen = subject.run(plan(*made, lanes=ConcurrentCalls(2, 6, Order.CONTENDED)), 30)
        *numbers, slept, among, preempted = seen.calls[0].measured
        times = numbers[: len(numbers) // 2]
        assert len(numbers) == 2 * len(times) <= 2 * 64
        count, taken, *_, away = seen.calls[1].measured
        if len(times) == 64 and away == 0:
            break
    assert min(times) > 20e6 * 0.9
    assert slept + preempted >= 0
    assert among >= len(times)
    assert count >= 64 / 2
    # It waits for a clock, which goes on while another thread has the processor, and that is none of its time.
    assert away or taken / count > 20e6 * 0.9
