"""What a worker tells of each access to memory, and what one behind the fence is refused."""

from __future__ import annotations

import platform
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from small_plans import call, plan, writable

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.access_trace import BlockTrace, Whose, decoy, read_trace
from abidance.plan.plan import Address, ValuePlace

SUBJECT = Path(__file__).with_name("traced_subject.c")
pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="accesses are traced on x86-64")
A, B = Address(0), Address(1)


@pytest.fixture(scope="module")
def subject(compile_library, tmp_path_factory):
    place = tmp_path_factory.mktemp("fenced")
    spec = WorkerSpec(compile_library(SUBJECT).path, counted=True, fenced=True, directory=place)
    with Supervisor(spec) as supervisor:
        yield supervisor


def traced(subject, made, *blocks):
    seen = subject.run(replace(plan(made, blocks=blocks), traced=True, slots=1))
    assert seen.death is None
    return seen.calls[0], read_trace(seen.calls[0].measured)


def test_reads_are_traced_up_to_the_last(subject):
    _, trace = traced(subject, call("sum", "p,u64>i32", A, 6), writable(64))
    assert trace.blocks == {0: BlockTrace(6, 0, 0, 5, 0, 0, written_first=False, cut=False)}


def test_memory_that_nobody_touches_is_not_told_of(subject):
    _, trace = traced(subject, call("sum", "p,u64>i32", A, 0), writable(64))
    assert trace.blocks == {}


def test_reads_and_writes_are_told_apart(subject):
    returned, trace = traced(subject, call("put", "p,p,u64>v", A, B, 3), writable(8), writable(8))
    assert (trace.blocks[0].reads, trace.blocks[1].writes) == (0, 0)
    assert trace.blocks[0].written_first
    assert not trace.blocks[1].written_first
    assert returned.ran


def test_a_call_that_strays_goes_on_and_tells_of_all_its_strays(subject):
    returned, trace = traced(subject, call("sum", "p,u64>i32", A, 12), writable(8))
    assert trace.blocks[0].highest_read == 11
    _, trace = traced(subject, call("back", "p>v", A), writable(8))
    assert trace.blocks[0].lowest_write == -3
    again, trace = traced(subject, call("sum", "p,u64>i32", A, 12), writable(8))
    assert again.result == returned.result, "what strays wrote is gone"


def test_what_is_far_from_all_memory_ends_the_call(subject):
    seen = subject.run(replace(plan(call("far_beyond", "p>i32", A), blocks=(writable(8),)), traced=True))
    assert seen.death.status == signal.SIGSEGV


def test_accesses_without_end_are_cut(subject):
    _, trace = traced(subject, call("sum", "p,u64>i32", A, 5_000), writable(5_000))
    assert trace.blocks[0].cut


def test_a_decoy_that_is_called_answers_zero(subject):
    made = call("ask", "p,p>i32", decoy(3), decoy(4))
    returned, trace = traced(subject, made)
    (called,) = trace.decoys
    assert (called.number, called.calls, called.arguments[:2]) == (3, 1, (decoy(4), 41))
    assert returned.result == (1).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("which", "whose"),
    [*enumerate((Whose.HEAP, Whose.IN_HEAP, Whose.OBJECT, Whose.BLOCK, Whose.FREED, Whose.NOWHERE))],
)
def test_whose_memory_a_pointer_is(which, whose, subject):
    made = replace(call("whose", "i32,p>p", which, A), saves=((0, ValuePlace()),))
    _, trace = traced(subject, made, writable(8))
    assert trace.pointers[0].whose is whose
    if whose is Whose.BLOCK:
        assert (trace.pointers[0].base, trace.pointers[0].size) == (0, 2)


def test_plans_that_are_not_traced_are_as_before(subject):
    seen = subject.run(plan(call("sum", "p,u64>i32", A, 6), blocks=(writable(64),)))
    assert seen.calls[0].measured == ()


@pytest.mark.parametrize(
    "made",
    [
        call("creates", "p>i32", A),
        call("removes", "p>i32", A),
        call("forks", ">i32"),
        call("connects", ">i32"),
    ],
    ids=lambda made: made.symbol,
)
def test_the_fence_refuses_what_changes_something_outside(made, subject, tmp_path):
    name = f"{tmp_path}/file\0".encode()
    seen = subject.run(plan(made, blocks=(writable(len(name), name),)))
    assert seen.death.status == signal.SIGSYS
    assert not [*tmp_path.iterdir()]


def test_the_fence_lets_read_and_start_threads(subject):
    name = b"/etc/passwd\0"
    seen = subject.run(plan(call("reads", "p>i32", A), blocks=(writable(len(name), name),)))
    assert seen.death is None
    assert seen.calls[0].result == bytes(4)
    seen = subject.run(plan(call("threads", ">i32")))
    assert seen.calls[0].result == (1).to_bytes(4, "little")
