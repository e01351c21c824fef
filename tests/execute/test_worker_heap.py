"""Writes beside heap blocks of the library's own, on builds without a sanitizer."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plans import call, plan

from abidance.execute.spec import WorkerSpec
from abidance.execute.supervisor import Supervisor
from abidance.plan.observation import FENCE
from tiers import first

SUBJECT = Path(__file__).with_name("spoils_subject.c")
PAST = {
    "past_malloc": (24, 24, 1),
    "past_nothing": (0, 0, 1),
    "past_calloc": (25, 25, 1),
    "past_realloc": (12, 12, 1),
    "past_aligned": (128, 128, 1),
    "past_posix": (100, 100, 1),
    "past_page": (10, 10, 1),
    "past_large": (1 << 20, 1 << 20, 1),
    "past_large_grown": (3 << 20, 3 << 20, 1),
    "past_before_growing": (8, 8, 1),
    "past_and_kept": (24, 30, 1),
    "jumps": (24, 24, FENCE),
}
AFTER = {"after_free": (24, 3, 1), "after_growing": (24, 0, 1)}
SOUND = (
    "sound",
    "full",
    "full_calloc",
    "full_grown",
    "full_shrunk",
    "full_told",
    "given_back",
    "freed_by_a_thread",
)


@pytest.fixture(scope="module")
def subject(compile_library):
    with Supervisor(WorkerSpec.of(compile_library(SUBJECT))) as supervisor:
        yield supervisor


def run(subject, *names, **rest):
    return subject.run(plan(*(call(name, ">i32") for name in names), **rest))


@pytest.mark.parametrize("fill", first([0xA5, 0]))
@pytest.mark.parametrize("name", first([*PAST, *AFTER], 4))
def test_a_write_where_none_may_be_is_seen_with_its_block(name, fill, subject):
    corruption = run(subject, name, fill=fill).corruption

    assert corruption is not None
    assert (corruption.size, corruption.offset, corruption.length) == {**PAST, **AFTER}[name]
    assert corruption.after_free == (name in AFTER)
    assert corruption.call == 0
    assert {frame.module for frame in corruption.made_at} <= {str(subject.spec.library)}
    assert (corruption.freed_at != ()) == (name in AFTER)


@pytest.mark.parametrize("name", first(SOUND, 2))
def test_a_block_that_is_used_to_its_last_byte_is_sound(name, subject):
    for fill in (0xA5, 0, 0xA5):
        seen = run(subject, name, "waits" if "thread" in name else "sound", fill=fill)

        assert seen.corruption is None
        assert seen.death is None
        assert int.from_bytes(seen.calls[0].result[:4], "little") == 0


def test_room_that_was_asked_about_may_be_used_and_no_more(subject):
    corruption = run(subject, "past_told").corruption

    assert corruption is not None
    assert corruption.offset == corruption.size >= 24


def test_a_block_has_the_same_room_in_every_plan(subject):
    run(subject, "told_first")
    seen = run(subject, "told_later")

    assert int.from_bytes(seen.calls[0].result[:4], "little") == 0


def test_the_call_that_wrote_is_told_when_every_call_is_watched(subject):
    names = ("sound", "past_and_kept", "past_malloc")

    assert run(subject, *names, closely=True).corruption.call == 1
    assert run(subject, *names).corruption.call is None


def test_a_worker_whose_heap_is_in_doubt_is_not_used_again(subject):
    run(subject, "sound")
    before = subject._worker
    run(subject, "past_malloc")
    assert subject._worker is before
    run(subject, "jumps")
    assert subject._worker is not before
    assert run(subject, "sound").corruption is None
