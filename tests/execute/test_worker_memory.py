"""What is seen of accesses beside a block: each defect, and the same call done right."""

from __future__ import annotations

import pytest
from small_plans import BLOCK, call, plan, readable, writable

from abidance.plan.observation import Damage, Modified, WorkerEnding
from abidance.plan.plan import Address, Flush
from tiers import first

SIZE = 12


def peek(at):
    return call("peek", "p,i64>u8", BLOCK, at)


def poke(at, value=7):
    return call("poke", "p,i64,u8>v", BLOCK, at, value)


def touched(observation):
    """Return how the fault's access is placed: (write, side, distance), all of it in block 0."""
    death = observation.death
    assert death is not None
    assert death.ending in {WorkerEnding.SIGNAL, WorkerEnding.SANITIZER}
    assert death.call == 0
    assert death.touch is not None
    assert death.touch.block == 0
    return death.touch.write, death.touch.side, death.touch.distance


@pytest.mark.parametrize("build", first(["release", "asan", "ubsan", "tsan"]))
@pytest.mark.parametrize("flush", list(Flush))
def test_accesses_inside_are_silent(request, build, flush):
    supervisor = request.getfixturevalue(build)
    for at in (0, SIZE - 1):
        for block in (readable(bytes(SIZE)), writable(SIZE), writable(SIZE, align=8)):
            seen = supervisor.run(plan(peek(at), blocks=(block,), flush=flush))
            assert (seen.death, seen.damage, seen.modified) == (None, (), ())
        seen = supervisor.run(plan(poke(at), blocks=(writable(SIZE),), flush=flush))
        assert (seen.death, seen.damage, seen.modified) == (None, (), ())


@pytest.mark.parametrize("block", [readable(bytes(SIZE)), writable(SIZE)])
@pytest.mark.parametrize(
    ("flush", "at", "side", "distance"),
    [
        (Flush.RIGHT, SIZE, "after", 0),
        (Flush.RIGHT, SIZE + 1, "after", 1),
        (Flush.RIGHT, SIZE + 40_000, "after", 40_000),
        (Flush.LEFT, -1, "before", -1),
        (Flush.LEFT, -40_000, "before", -40_000),
    ],
)
def test_guards_see_reads_beyond_their_edge(release, block, flush, at, side, distance):
    assert touched(release.run(plan(peek(at), blocks=(block,), flush=flush))) == (False, side, distance)


@pytest.mark.parametrize(
    ("flush", "at", "side", "distance"),
    [
        (Flush.RIGHT, SIZE, "after", 0),
        (Flush.RIGHT, SIZE + 50_000, "after", 50_000),
        (Flush.LEFT, -1, "before", -1),
    ],
)
def test_guards_see_writes_beyond_their_edge(release, flush, at, side, distance):
    assert touched(release.run(plan(poke(at), blocks=(writable(SIZE),), flush=flush))) == (
        True,
        side,
        distance,
    )


@pytest.mark.parametrize(
    ("flush", "at", "distance"),
    [(Flush.RIGHT, -1, -1), (Flush.RIGHT, -100, -100), (Flush.LEFT, SIZE, 0), (Flush.LEFT, SIZE + 99, 99)],
)
def test_canaries_see_writes_on_the_other_side(release, flush, at, distance):
    seen = release.run(plan(peek(0), poke(at), peek(0), blocks=(writable(SIZE),), flush=flush))
    assert seen.death is None
    assert seen.damage == (Damage(1, 0, distance, 1),)


def test_canaries_fill_the_gap_that_alignment_leaves(release):
    block = writable(SIZE, align=8)
    seen = release.run(plan(poke(SIZE), poke(SIZE + 3), blocks=(block,)))
    assert seen.damage == (Damage(0, 0, 0, 1), Damage(1, 0, 3, 1))
    assert touched(release.run(plan(poke(SIZE + 4), blocks=(block,)))) == (True, "after", 4)


def test_damage_tells_its_extent_and_its_side(release):
    seen = release.run(
        plan(
            call("copy", "p,p,u64>i32", BLOCK, Address(1), 40),
            blocks=(writable(SIZE), readable(bytes(40))),
            flush=Flush.LEFT,
        )
    )
    assert seen.damage == (Damage(0, 0, 0, 40 - SIZE),)
    seen = release.run(
        plan(
            call("copy", "p,p,u64>i32", Address(0, -40), Address(1), 30),
            blocks=(writable(SIZE), readable(bytes(40))),
        )
    )
    assert seen.damage == (Damage(0, 0, -11, 30),)


def test_neighbours_do_not_take_each_others_faults(release):
    blocks = tuple(writable(SIZE) for _ in range(8))
    for index in range(8):
        for at in (SIZE, SIZE + 60_000):
            seen = release.run(plan(call("peek", "p,i64>u8", Address(index), at), blocks=blocks))
            assert seen.death is not None
            assert seen.death.touch is not None
            assert (seen.death.touch.block, seen.death.touch.distance) == (index, at - SIZE)


@pytest.mark.parametrize("build", first(["release", "asan"]))
@pytest.mark.parametrize("flush", list(Flush))
@pytest.mark.parametrize(("at", "side"), [(0, "after"), (1, "after"), (-1, "before")])
def test_a_block_without_bytes_may_not_be_touched_at_all(request, build, flush, at, side):
    supervisor = request.getfixturevalue(build)
    for touch, write in ((peek, False), (poke, True)):
        seen = supervisor.run(plan(touch(at), blocks=(writable(0),), flush=flush))
        assert touched(seen) == (write, side, at)
    sound = supervisor.run(plan(call("copy", "p,p,u64>i32", BLOCK, BLOCK, 0), blocks=(writable(0),)))
    assert sound.death is None


@pytest.mark.parametrize("flush", first(list(Flush)))
@pytest.mark.parametrize("wrong", [poke(3), call("poke_and_restore", "p>v", BLOCK)])
def test_a_write_to_an_input_faults_even_if_it_is_undone(release, flush, wrong):
    write, side, distance = touched(release.run(plan(wrong, blocks=(readable(bytes(SIZE)),), flush=flush)))
    assert (write, side) == (True, "inside")
    assert distance in {0, 3}
    assert release.run(plan(wrong, blocks=(writable(SIZE),), flush=flush)).death is None


@pytest.mark.slow
def test_a_write_to_an_input_is_seen_by_comparing_under_asan(asan):
    seen = asan.run(plan(peek(0), poke(3), peek(3), poke(5), blocks=(readable(bytes(SIZE)),)))
    assert seen.death is None
    assert seen.modified == (Modified(1, 0, 3), Modified(3, 0, 5))
    assert seen.calls[2].result == b"\0"


@pytest.mark.parametrize("block", first([readable(bytes(SIZE)), writable(SIZE)]))
@pytest.mark.parametrize(
    ("at", "side", "distance"), first([(SIZE, "after", 0), (SIZE + 3, "after", 3), (-1, "before", -1)])
)
def test_asan_reports_are_placed_beside_their_block(asan, block, at, side, distance):
    read = asan.run(plan(peek(at), blocks=(block,)))
    assert touched(read) == (False, side, distance)
    written = asan.run(plan(poke(at), blocks=(block,)))
    assert touched(written) == (True, side, distance)
    assert written.death is not None
    assert written.death.report is not None
    assert (written.death.report.tool, written.death.report.kind) == (
        "AddressSanitizer",
        "heap-buffer-overflow",
    )
    assert written.death.touch is not None
    assert written.death.touch.size == 1
    assert [frame.module.rpartition("/")[2] for frame in written.death.frames] == [asan.spec.library.name]


def test_asan_blames_who_freed_a_callers_block(asan):
    seen = asan.run(plan(peek(0), call("free_it", "p>v", BLOCK), peek(0), blocks=(writable(SIZE),)))
    assert seen.death is not None
    assert (seen.death.ending, seen.death.call) == (WorkerEnding.SANITIZER, 1)
    assert seen.death.report is not None
    assert seen.death.report.kind == "double-free"
    assert seen.death.frames == seen.death.report.freed != ()
    assert len(seen.calls) == 1


def test_a_callers_block_that_is_freed_is_told_on_release_and_stays(release):
    seen = release.run(plan(call("free_it", "p>v", BLOCK), peek(0), blocks=(writable(SIZE),)))
    assert seen.death is None
    assert [each.side_effects.misfreed for each in seen.calls] == [0, None]


def test_an_over_read_sees_the_same_bytes_each_time(release):
    beside = peek(-5)
    first = release.run(plan(beside, blocks=(writable(SIZE),))).calls[0].result
    release.restart()
    assert release.run(plan(beside, blocks=(writable(SIZE),))).calls[0].result == first
