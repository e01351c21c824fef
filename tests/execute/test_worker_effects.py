"""What calls do to the process besides answering: seen by the worker, told with the observation."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plans import call, plan

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from tiers import first

SUBJECT = Path(__file__).with_name("effects_subject.c")
CHANGES = {
    "localises": "locale",
    "moves": "directory",
    "masks": "umask",
    "sets": "environment",
    "handles": "signal_handler",
    "blocks": "signal_mask",
    "opens": "opened",
    "closes": "closed",
    "starts": "threads",
}
QUIET = (
    "sound",
    "rounds_and_back",
    "raises_flags",
    "opens_and_closes",
    "starts_and_joins",
    "borrows",
    "grows",
)


@pytest.fixture(scope="module", params=first(["", "asan"]), ids=["release", "asan"])
def subject(request, compile_library):
    with Supervisor(WorkerSpec.of(compile_library(SUBJECT, request.param))) as supervisor:
        supervisor.run(plan(call("sound", ">i32")))
        yield supervisor


def run(subject, *names, **rest):
    return subject.run(plan(*(call(name, ">i32") for name in names), **rest))


def own(seen):
    """Return what the calls changed, without what also comes and goes by itself: files of others, maps of libc's."""
    return [(change.call, change.kind) for change in seen.changes if change.kind not in ("file", "mapped")]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_once_with_the_call_that_made_it(name, subject):
    subject.restart()
    seen = run(subject, "sound", name, "sound", closely=True)

    assert own(seen) == [(1, CHANGES[name])]
    assert own(run(subject, "sound")) == []


@pytest.mark.parametrize("name", QUIET)
def test_what_is_put_back_is_no_change(name, subject):
    subject.restart()
    run(subject, name)
    for _ in range(5):
        seen = run(subject, name)

        assert own(seen) == []
        assert seen.printed == b""
        assert seen.kept is not None
        assert seen.kept.growth == 0
        assert not seen.calls[0].side_effects.control


def test_floating_point_control_is_compared_and_put_back(subject):
    seen = run(subject, "rounds", "sound")

    assert [returned.side_effects.control for returned in seen.calls] == [True, False]


def test_printed_words_come_with_the_plan_that_printed_them(subject):
    assert run(subject, "prints").printed == b"words"
    assert run(subject, "sound").printed == b""


def test_blocks_that_stay_are_counted(subject):
    kept = run(subject, "leaks", "leaks", "borrows").kept

    assert kept is not None
    assert (kept.blocks, kept.bytes, kept.growth) == (2, 48, 2)


def test_a_block_put_in_the_place_of_an_older_one_is_no_growth(subject):
    run(subject, "replaces")
    kept = run(subject, "replaces").kept

    assert kept is not None
    assert (kept.blocks, kept.growth) == (1, 0)


def test_allocations_are_counted_by_call(subject):
    seen = run(subject, "sound", "borrows", "grows")

    assert [returned.side_effects.allocations for returned in seen.calls] == [0, 1, 2]


def test_no_block_is_lost_from_the_account_in_whatever_order_they_go(subject):
    kept = subject.run(plan(call("many", "i32>i32", 3001))).kept

    assert kept is not None
    assert kept.blocks == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fresh_heap", "fresh_stack"])
def test_memory_that_was_never_written_holds_what_the_plan_chooses(name, compile_library):
    with Supervisor(WorkerSpec.of(compile_library(SUBJECT))) as release:
        answers = [run(release, name, fill=fill).calls[0].result[0] for fill in (0xA5, 0, 0xA5, 0)]

    assert answers == [0x00, 0xA5, 0x00, 0xA5]
