from __future__ import annotations

import errno
import struct

import pytest
from small_plans import BLOCK, call, plan, readable, writable

from abidance.core.errors import CannotJudgeError
from abidance.plan.observation import PointerReadResult, PointerReadStatus
from abidance.plan.plan import (
    Access,
    Address,
    Block,
    Condition,
    Contents,
    Flush,
    PointerRead,
    Relocation,
    Slot,
    Store,
    Value,
    ValuePlace,
)
from tiers import first


def only(supervisor, *calls, **rest):
    """Run a plan that must survive undamaged and return what its last call left."""
    observation = supervisor.run(plan(*calls, **rest))
    assert observation.death is None
    assert observation.damage == ()
    assert observation.modified == ()
    return observation.calls[-1]


def test_scalars_go_through_exactly(release):
    assert only(release, call("add", "i32,i32>i32", -1, 3)).result == b"\2\0\0\0"
    left = only(release, call("widest", "u8,i8,u16,i16,u64>u64", 255, -1, 65535, -2, (1 << 64) - 5))
    assert int.from_bytes(left.result, "little") == (255 - 1 + 65535 - 2 - 5) % (1 << 64)
    assert only(release, call("narrow", "i32>i8", 0x1FF)).result == b"\xff"


def test_bool_is_returned_as_the_byte_it_is(release):
    assert only(release, call("truth", "i32>u8", 1)).result == b"\1"
    assert only(release, call("truth", "i32>u8", 2)).result == b"\2"


@pytest.mark.parametrize(
    ("symbol", "class_", "bits"),
    first(
        [
            ("same_float", "f32", 0x7FA12345),  # a signalling NaN, which converting to double would quieten
            ("same_float", "f32", 0x80000000),
            ("same_double", "f64", 0x7FF4000000000001),
            ("same_double", "f64", 0xFFF8000000000007),
            ("same_double", "f64", 0x0000000000000001),
        ]
    ),
)
def test_floats_keep_every_bit(release, symbol, class_, bits):
    raw = bits.to_bytes(4 if class_ == "f32" else 8, "little")
    assert only(release, call(symbol, f"{class_}>{class_}", Value(raw))).result == raw


def test_void_has_no_result(release):
    left = only(release, call("sleep_ms", "i32>v", 0))
    assert (left.ran, left.result) == (True, b"")


@pytest.mark.parametrize("flush", first(list(Flush)))
@pytest.mark.parametrize("build", first(["release", "asan", "tsan"]))
def test_buffers_go_in_and_come_back(request, build, flush):
    supervisor = request.getfixturevalue(build)
    contents = bytes(range(256)) * 16
    left = only(
        supervisor,
        call("copy", "p,p,u64>i32", Address(1), Address(0), 4096, watched=(0, 1)),
        blocks=(readable(contents), writable(4096)),
        flush=flush,
    )
    assert left.blocks == (contents, contents)


def test_what_contents_leave_free_is_filled(release):
    left = only(
        release, call("add", "i32,i32>i32", 1, 2, watched=(0,)), blocks=(writable(6, b"ab"),), fill=0x5A
    )
    assert left.blocks == (b"ab\x5a\x5a\x5a\x5a",)


@pytest.mark.parametrize("build", first(["release", "asan"]))
@pytest.mark.parametrize("fill", first([0, 0xA5]))
def test_a_huge_block_is_there_at_once(request, build, fill):
    supervisor = request.getfixturevalue(build)
    size = 1 << 30
    left = only(
        supervisor,
        call("peek", "p,i64>u8", BLOCK, 0),
        call("poke", "p,i64,u8>v", BLOCK, size - 1, 7),
        call("peek", "p,i64>u8", BLOCK, size - 1),
        call("peek", "p,i64>u8", BLOCK, size - 2),
        blocks=(writable(size, b"\1"),),
        fill=fill,
    )
    assert left.result == bytes([fill])


@pytest.mark.parametrize("flush", first(list(Flush)))
@pytest.mark.parametrize("align", first([1, 2, 8, 64, 4096, 65536]))
@pytest.mark.parametrize("build", first(["release", "asan"]))
def test_blocks_are_aligned_as_asked(request, build, align, flush):
    supervisor = request.getfixturevalue(build)
    blocks = tuple(Block(size, align, Access.WRITE) for size in (0, 1, align + 3, 5000))
    stores = tuple(Store(4, 8 * index, Address(index)) for index in range(4))
    left = only(
        supervisor,
        call("add", "i32,i32>i32", 1, 2, watched=(4,), stores=stores),
        blocks=(*blocks, writable(32)),
        flush=flush,
    )
    assert all(address % align == 0 for address in struct.unpack("<4Q", left.blocks[0]))


def test_records_are_passed_by_value_from_bytes_and_from_a_block(release):
    small = struct.pack("<i3sx", 21, b"\1\2\3")
    left = only(
        release, call("twice_small", "{8:i32,[3*u8]}>{8:i32,[3*u8]}", Contents(0)), blocks=(readable(small),)
    )
    assert struct.unpack("<i3sx", left.result) == (42, b"\1\2\x09")

    layout = "<qd5H6x"
    large = struct.pack(layout, -1, 2.5, 1, 2, 3, 4, 5)
    signature = "{32:i64,f64,[5*u16]},i64>{32:i64,f64,[5*u16]}"
    left = only(release, call("shifted", signature, Value(large), 11))
    assert struct.unpack(layout, left.result) == (10, 2.5, 1, 2, 3, 4, 7)


def test_a_record_of_another_size_is_refused(release):
    with pytest.raises(CannotJudgeError, match="ctypes makes 8 bytes of a record of 7 bytes"):
        release.run(plan(call("twice_small", "{7:i32,[3*u8]}>i32", Value(bytes(7)))))


def test_errno_is_zero_before_and_told_after(release):
    left = only(release, call("set_errno", "i32>i32", errno.ENOENT))
    assert (left.result, left.errno) == (b"\xff" * 4, errno.ENOENT)
    left = only(release, call("set_errno", "i32>i32", 5), call("keep_errno", ">i32"))
    assert (left.result, left.errno) == (bytes(4), 0)


def test_pointers_between_blocks_and_inside_them(release):
    rows = (readable(b"\5"), readable(b"\0\7"), writable(16))
    left = only(
        release,
        call("chain", "p,u64>i32", Address(2), 2),
        blocks=rows,
        relocations=(Relocation(2, 0, 0), Relocation(2, 8, 1, 1)),
    )
    assert left.result == b"\x0c\0\0\0"


def test_a_store_comes_just_before_its_call(release):
    left = only(
        release,
        call("peek", "p,i64>u8", BLOCK, 0),
        call("peek", "p,i64>u8", BLOCK, 0, stores=(Store(0, 0, Value(b"\x2a")),)),
        blocks=(writable(1, b"\1"),),
    )
    assert left.result == b"\x2a"


def test_a_store_into_a_read_only_block_is_refused(release):
    bad = call("peek", "p,i64>u8", BLOCK, 0, stores=(Store(0, 0, Value(b"\0")),))
    with pytest.raises(CannotJudgeError, match="read-only"):
        release.run(plan(bad, blocks=(readable(b"\1"),)))


RESULT = ValuePlace()


@pytest.mark.parametrize("build", first(["release", "asan"], 2))
@pytest.mark.parametrize(
    ("made", "followed"),
    [
        (
            call("text", ">p", follows=(PointerRead(RESULT, string=True),)),
            PointerReadResult(PointerReadStatus.READ, b"hello"),
        ),
        (
            call("text", ">p", follows=(PointerRead(RESULT, string=True, limit=3),)),
            PointerReadResult(PointerReadStatus.UNTERMINATED, b"hel"),
        ),
        (
            call("no_text", ">p", follows=(PointerRead(RESULT, string=True),)),
            PointerReadResult(PointerReadStatus.NULL, b""),
        ),
        (
            call("wild_text", ">p", follows=(PointerRead(RESULT, string=True),)),
            PointerReadResult(PointerReadStatus.UNREADABLE, b""),
        ),
        (
            call("wild_text", ">p", follows=(PointerRead(RESULT, limit=0),)),
            PointerReadResult(PointerReadStatus.READ, b""),
        ),
        (
            call("text_at_edge", "i32>p", 0, follows=(PointerRead(RESULT, string=True),)),
            PointerReadResult(PointerReadStatus.READ, b"1234"),
        ),
        (
            call("text_at_edge", "i32>p", 1, follows=(PointerRead(RESULT, string=True),)),
            PointerReadResult(PointerReadStatus.UNREADABLE, b"12345"),
        ),
        (
            call("bytes_out", "p>p", BLOCK, follows=(PointerRead(RESULT, length=ValuePlace(0)),)),
            PointerReadResult(PointerReadStatus.READ, b"hel"),
        ),
        (
            call(
                "bytes_out",
                "p>p",
                BLOCK,
                follows=(PointerRead(RESULT, length=ValuePlace(0), scale=2, limit=5),),
            ),
            PointerReadResult(PointerReadStatus.READ, b"hello"),
        ),
    ],
)
def test_a_returned_pointer_is_followed_and_never_trusted(request, build, made, followed):
    left = only(request.getfixturevalue(build), made, blocks=(writable(8, align=8),))
    assert left.followed == (followed,)


def test_a_pointer_to_freed_memory_is_unreadable_under_asan(asan):
    left = only(asan, call("freed_text", ">p", follows=(PointerRead(RESULT, string=True),)))
    assert left.followed == (PointerReadResult(PointerReadStatus.UNREADABLE, b""),)


@pytest.mark.parametrize("build", first(["release", "asan"]))
def test_a_handle_is_made_used_and_destroyed(request, build):
    supervisor = request.getfixturevalue(build)
    use = call("box_get", "p>i32", Slot(0), needs=(0,))
    free = call("box_free", "p>v", Slot(0), needs=(0,))
    seen = supervisor.run(plan(call("box_new", "i32>p", 42, saves=((0, RESULT),)), use, free, slots=1))
    assert [each.ran for each in seen.calls] == [True, True, True]
    assert seen.calls[1].result == b"\x2a\0\0\0"

    seen = supervisor.run(
        plan(
            call("box_open", "p,i32>i32", BLOCK, 7, saves=((0, ValuePlace(0)),)),
            use,
            free,
            slots=1,
            blocks=(writable(8, align=8),),
        )
    )
    assert seen.calls[1].result == b"\7\0\0\0"


def test_calls_that_need_what_was_not_made_are_skipped(release):
    seen = release.run(
        plan(
            call("box_new", "i32>p", -1, saves=((0, RESULT),)),
            call("box_get", "p>i32", Slot(0), needs=(0,)),
            slots=1,
        )
    )
    assert [each.ran for each in seen.calls] == [True, False]


def test_calls_run_only_if_an_earlier_one_gave_what_they_wait_for(release):
    first = call("add", "i32,i32>i32", 1, 2)
    hit = call("add", "i32,i32>i32", 3, 4, only_if=(Condition(0, ((0, 0), (3, 3)), signed=True),))
    miss = call("add", "i32,i32>i32", 5, 6, only_if=(Condition(0, ((4, 9),), signed=False),))
    after_a_miss = call("add", "i32,i32>i32", 7, 8, only_if=(Condition(2, ((0, 11),), signed=False),))
    seen = release.run(plan(first, hit, miss, after_a_miss))
    assert [each.ran for each in seen.calls] == [True, True, False, False]


def test_processor_time_is_measured_and_not_what_a_call_waits_for(release):
    times = [
        only(release, call(*each)).nanoseconds
        for each in (("sleep_ms", "i32>v", 20), ("work_ms", "i32>v", 20))
    ]
    assert 0 < times[0] < 19e6 < times[1] < 1e9


def test_a_library_keeps_its_state_until_a_restart(release):
    release.restart()
    count = call("count_up", ">i32")
    assert only(release, count, count).result == b"\2\0\0\0"
    assert only(release, count).result == b"\3\0\0\0"
    release.restart()
    assert only(release, count).result == b"\1\0\0\0"


def test_many_blocks_and_many_calls(release):
    blocks = tuple(writable(index % 50) for index in range(3000))
    seen = release.run(plan(*[call("add", "i32,i32>i32", 1, index) for index in range(100)], blocks=blocks))
    assert [int.from_bytes(each.result, "little") for each in seen.calls] == list(range(1, 101))


def test_an_unknown_symbol_cannot_be_judged(release):
    with pytest.raises(CannotJudgeError, match="undefined symbol: absent") as raised:
        release.run(plan(call("absent", ">v")))
    assert raised.value.diagnostics[0].code.id == "ABD207"
    assert only(release, call("add", "i32,i32>i32", 1, 1)).result == b"\2\0\0\0"


@pytest.mark.parametrize(
    "bad",
    [
        call("add", "i32,i32>i32", 1, Value(b"\1\0\0\0\0\0\0\0")),
        call("add", "i32,i32>i32", 1, Address(0)),
        call("peek", "p,i64>u8", Address(7), 0),
        call("box_get", "p>i32", Slot(0)),
        call("text", ">p", follows=(PointerRead(ValuePlace(0, 1)),)),
        call("text", ">p", follows=(PointerRead(ValuePlace(None, 1)),)),
        call("twice_small", "{8:i32,[3*u8]}>v", Contents(0)),
        call("add", "i32,i32>i32", 1, 1, only_if=(Condition(0, ((0, 0),), signed=False),)),
        call("add", "i32,i32>i32", 1, 1, watched=(1,)),
    ],
)
def test_a_plan_without_sense_is_an_error_and_never_a_finding(release, bad):
    with pytest.raises(CannotJudgeError) as raised:
        release.run(plan(bad, blocks=(writable(4),)))
    assert raised.value.diagnostics[0].code.id == "ABD016"
