"""Plans and observations survive being bytes; bad bytes are ValueError, whatever is wrong with them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidance.plan.array_end import ArrayEnd
from abidance.plan.call_codec import decode_call, decode_shape, encode_call
from abidance.plan.call_order import ConcurrentCalls, Order
from abidance.plan.callback_script import (
    MOST_GIVEN,
    RESULT_TOLD,
    Allocator,
    CallbackCall,
    CallbackFreeing,
    CallbackNumber,
    CallbackScript,
    Passed,
    Position,
    Read,
    Spot,
    Write,
)
from abidance.plan.codec import case_id, decode_plan, encode_plan, with_fill
from abidance.plan.condition_codec import decode_test, encode_test
from abidance.plan.formula import NumberLeft, Operator, SavedNumber
from abidance.plan.layout import COUNT, FOLLOW, PLAN_HEADER, STEADY
from abidance.plan.observation import (
    NO_ALLOCATION,
    CallSideEffects,
    Damage,
    DeallocationStatus,
    Freed,
    HeapCorruption,
    HeapGrowth,
    Invocation,
    Modified,
    Observation,
    PointerReadResult,
    PointerReadStatus,
    ProcessChange,
    Returned,
)
from abidance.plan.observation_codec import decode_observation, encode_observation
from abidance.plan.plan import (
    MOST_TIMES,
    SIGNED,
    Access,
    Address,
    Block,
    Call,
    Condition,
    Contents,
    EachPointer,
    Fill,
    Flush,
    Guard,
    InnerProduct,
    InnerRead,
    MemoryChange,
    Move,
    NumberTest,
    OwnershipTransfer,
    Plan,
    PointerRead,
    Product,
    Relocation,
    Secrets,
    Slot,
    StatusQuestion,
    Store,
    TailRead,
    TextTest,
    Value,
    ValuePlace,
    View,
)
from abidance.plan.reader import ByteReader
from tiers import depth

pytestmark = pytest.mark.unit

u32 = st.integers(0, 1000)
u64 = st.integers(0, (1 << 64) - 1)
i64 = st.integers(-(1 << 63), (1 << 63) - 1)
raw = st.binary(max_size=40)


def few(strategy):
    return st.lists(strategy, max_size=2).map(tuple)


def seldom(strategy):
    return st.just(()) | st.just(()) | st.tuples(strategy)


values = st.builds(Value, raw)
addresses = st.builds(Address, u32, i64)
slots = st.builds(Slot, u32)
arguments = values | addresses | slots | st.builds(Contents, u32)
places = st.builds(ValuePlace, st.none() | u32, u64, st.sampled_from([1, 2, 4, 8]))
conditions = st.builds(
    Condition, u32, few(st.tuples(i64, i64)), st.just(True), st.booleans(), st.booleans()
) | st.builds(Condition, u32, few(st.tuples(u64, u64)), st.just(False), st.booleans(), st.booleans())
formulas = st.sampled_from(
    [
        (NumberLeft(), 3, Operator.LESS),
        (NumberLeft(), SavedNumber(7, 4, signed=True), Operator.ADD, -(1 << 63), Operator.GREATER),
        ((1 << 64) - 1, NumberLeft(), SavedNumber(0, 8, signed=False), Operator.CHOICE),
        (NumberLeft(), SavedNumber(7, 4, signed=False, fraction=True), Operator.ADD, -1.5, Operator.LESS),
    ]
)
tests_of_numbers = (
    st.builds(NumberTest, places, few(st.tuples(i64, i64)), st.booleans(), formulas)
    | st.builds(NumberTest, places, few(st.tuples(i64, i64)), st.just(True))
    | st.builds(NumberTest, places, few(st.tuples(u64, u64)), st.just(False))
    | st.builds(NumberTest, st.just(ValuePlace()), st.just(((1, 1),)), st.just(True), formulas, st.just(True))
    | st.builds(TextTest, st.integers(0, (1 << 31) - 1), st.binary(max_size=9))
)
questions = st.builds(StatusQuestion, u32) | st.builds(
    StatusQuestion, u32, st.text(min_size=1, max_size=9), st.text(max_size=9), few(arguments), few(u32)
)
questions |= st.builds(
    StatusQuestion,
    u32,
    st.just(""),
    st.just(""),
    st.tuples(slots),
    few(u32),
    u64,
    st.sampled_from([1, 2, 4, 8]),
)
calls = st.builds(
    Call,
    st.text(max_size=20),
    st.text(max_size=20),
    few(arguments),
    few(st.builds(Store, u32, u64, values | addresses | slots)),
    few(u32),
    few(st.tuples(u32, places)),
    few(u32),
    few(st.builds(PointerRead, places, st.booleans(), st.none() | places, u64, u64)),
    few(conditions),
    few(u32),
    few(st.builds(OwnershipTransfer, u32, st.none() | conditions)),
    few(st.builds(Fill, u32, values)),
    st.just(1) | st.integers(1, MOST_TIMES),
    seldom(st.builds(Guard, u32, few(u32)) | st.builds(Guard, u32, st.just(()), u32)),
    seldom(
        st.builds(Move, u32, u32, seldom(tests_of_numbers))
        | st.builds(
            Move,
            u32,
            u32,
            st.just(()),
            st.tuples(st.integers(0, 9), st.just(3), u32.map(lambda n: n | 3)),
            u32,
        )
    ),
    st.booleans(),
    result_to=st.none() | u32,
    status=st.none() | places,
)
calls |= st.builds(
    lambda call, status, asks: replace(call, status=status, asks=asks), calls, places, questions
)
blocks = st.builds(
    lambda contents, room, align, access, *fate: Block(len(contents) + room, align, access, contents, *fate),
    raw,
    u32,
    st.sampled_from([1, 2, 4, 8, 64, 65536]),
    st.sampled_from(Access),
    st.booleans(),
    st.just(0),
    st.booleans(),
)
spots = st.builds(Spot, u32, u64, u32)
numbers = few(st.builds(CallbackNumber, u32, st.integers(0, 8), st.booleans(), st.booleans()))
told = st.none() | st.just(RESULT_TOLD) | u32


given_within = st.binary(min_size=8, max_size=8).map(Value) | slots | st.builds(Address, u32)
inner_calls = st.builds(
    CallbackCall,
    u32,
    st.text(max_size=9),
    few(given_within),
)


@st.composite
def callbacks(draw):
    width, turns = draw(st.integers(0, 8)), draw(st.integers(0, 3))
    wrote = st.tuples(*[st.none() | raw] * turns)
    made = st.builds(
        Write, u32, wrote, u64, numbers, told, st.integers(0, 8), u64.map(lambda n: n or 1), numbers
    )
    writes = draw(few(made)) if turns else ()
    if not writes and not width:
        turns = 0
    sizes = draw(few(u32))
    points = width == 8 and turns > 0 and draw(st.booleans())
    return CallbackScript(
        draw(u32),
        draw(u32),
        sizes,
        draw(few(st.builds(Read, st.builds(Spot, u32, u64), st.booleans(), st.none() | spots, u64, u64))),
        tuple(draw(st.binary(min_size=width, max_size=width)) for _ in range(turns)),
        writes,
        points,
        draw(st.none() | allocators(len(sizes), allocates=width == 8 and turns > 0)) if sizes else None,
        points and draw(st.booleans()),
        draw(few(freeing(len(sizes)))) if sizes else (),
        draw(st.booleans()),
        draw(seldom(inner_calls)),
        position=draw(st.none() | positions(turns)) if turns else None,
    )


def positions(turns):
    lengths = st.tuples(*[st.none() | st.integers(0, (1 << 64) - 2)] * turns)
    write = st.none() | st.integers(0, 7)
    return st.builds(
        Position, u64, numbers, st.integers(1, 1 << 31), lengths, write, write, repeats=st.booleans()
    )


@st.composite
def freeing(draw, arguments):
    number = st.integers(0, arguments - 1)
    argument = draw(number)
    more = draw(st.lists(given_within | st.builds(Passed, number), max_size=MOST_GIVEN - 1))
    return CallbackFreeing(argument, draw(st.text(max_size=9)), (*more, Passed(argument)))


def allocators(arguments, *, allocates):
    return st.builds(
        Allocator,
        u32,
        st.booleans() if allocates else st.just(False),
        u64,
        numbers,
        st.booleans(),
        st.integers(0, arguments - 1),
    )


plans = st.builds(
    Plan,
    few(blocks),
    few(st.builds(Relocation, u32, u64, u32, i64)),
    few(calls),
    u32,
    st.sampled_from(Flush),
    st.integers(0, 255),
    u32,
    st.integers(0, (1 << 16) - 1),
    st.booleans(),
    few(callbacks()),
    st.none()
    | st.builds(
        ConcurrentCalls, st.integers(1, 8), st.integers(0, 10), st.sampled_from(Order), st.booleans()
    ),
)
passages = st.builds(
    CallSideEffects,
    st.none() | st.integers(0, 1 << 40),
    st.none() | st.integers(0, 1 << 31),
    st.booleans(),
    u64,
)
kept = st.none() | st.builds(HeapGrowth, u64, u64, u64, u64, u64)
arguments_seen = few(st.tuples(raw, st.none() | st.tuples(u32, i64)))
behind = st.builds(PointerReadResult, st.sampled_from(PointerReadStatus), raw).map(
    lambda each: PointerReadResult(each.reach, b"" if each.reach is PointerReadStatus.NULL else each.contents)
)
invocations = st.builds(
    lambda callback, call, given, reads, answer, foreign, late, writes, *rest: Invocation(
        callback,
        call,
        tuple(raw for raw, _ in given),
        tuple(at for _, at in given),
        reads,
        answer,
        foreign,
        late,
        writes,
        *rest,
    ),
    st.none() | u32,
    u32,
    arguments_seen,
    few(behind),
    u32,
    st.booleans(),
    st.booleans(),
    few(st.tuples(st.sampled_from(PointerReadStatus), u64)),
    raw,
    st.none() | u32,
    st.none() | u32,
    st.sampled_from(DeallocationStatus),
)
corruption = st.none() | st.builds(
    HeapCorruption, st.none() | st.integers(0, 100), st.booleans(), u64, u64, u64, u64, u64
)
followed = st.recursive(
    st.builds(PointerReadResult, st.sampled_from(PointerReadStatus), raw),
    lambda inner: st.builds(PointerReadResult, st.sampled_from(PointerReadStatus), raw, few(few(inner))),
    max_leaves=3,
)
returned = st.builds(
    Returned,
    st.booleans(),
    raw,
    st.integers(-(1 << 31), (1 << 31) - 1),
    u64,
    few(raw),
    few(followed),
    passages,
    few(invocations),
    u64,
    few(u64),
)


@st.composite
def observations(draw):
    made = draw(few(returned))
    call = st.integers(0, len(made) - 1)
    damage = draw(few(st.builds(Damage, call, u32, i64, u64))) if made else ()
    modified = draw(few(st.builds(Modified, call, u32, u64))) if made else ()
    freed = draw(few(st.builds(Freed, call, u32))) if made else ()
    # The encoding keeps them by call, which is the order in which a worker finds them.
    by_call = {"key": lambda each: each.call}
    changes = draw(few(st.builds(ProcessChange, u32, st.text(), st.text(), st.text())))
    return Observation(
        made,
        tuple(sorted(damage, **by_call)),
        tuple(sorted(modified, **by_call)),
        kept=draw(kept),
        changes=changes,
        trailing=draw(few(invocations)),
        corruption=draw(corruption),
        freed=tuple(sorted(freed, **by_call)),
    )


@given(plans)
def test_a_plan_comes_back_as_it_was(plan):
    encoded = encode_plan(plan)
    assert decode_plan(encoded) == plan
    assert encode_plan(decode_plan(memoryview(encoded))) == encoded


@given(observations())
def test_an_observation_comes_back_as_it_was(observation):
    assert decode_observation(encode_observation(observation)) == observation


@given(calls)
def test_a_shape_tells_the_length_of_its_payload_and_all_but_the_values(call):
    shape, payload = encode_call(call)
    assert decode_call(shape, payload) == call
    blank, length = decode_shape(shape)
    assert length == len(payload)
    assert encode_call(blank) == (shape, bytes(length))


def corrupt(encoded, at, change):
    """Return `encoded` cut, extended or with one byte changed."""
    at %= len(encoded) + 1
    if change == 0:
        return encoded[:at]
    if change == 1:
        return encoded[:at] + b"\xff" + encoded[at:]
    return encoded[:at] + bytes([(each + change) % 256 for each in encoded[at : at + 1]]) + encoded[at + 1 :]


@settings(max_examples=depth(60))
@given(plans, st.integers(0, 1 << 20), st.integers(0, 255))
def test_a_corrupt_plan_is_a_plan_or_a_value_error(plan, at, change):
    bad = corrupt(encode_plan(plan), at, change)
    try:
        again = decode_plan(bad)
    except ValueError:
        return
    assert encode_plan(again) == bad


@settings(max_examples=depth(60))
@given(observations(), st.integers(0, 1 << 20), st.integers(0, 255))
def test_a_corrupt_observation_is_an_observation_or_a_value_error(observation, at, change):
    bad = corrupt(encode_observation(observation), at, change)
    try:
        again = decode_observation(bad)
    except ValueError:
        return
    assert encode_observation(again) == bad


@given(st.binary(max_size=400))
def test_noise_is_a_value_error(noise):
    for decode in (decode_plan, decode_observation):
        with pytest.raises(ValueError):
            decode(noise)


def test_counts_that_cannot_be_do_not_take_time_or_memory():
    encoded = bytearray(encode_observation(Observation((Returned(True),))))
    encoded[8:12] = b"\xff\xff\xff\xff"
    with pytest.raises(ValueError, match="in the middle of something"):
        decode_observation(bytes(encoded))


@pytest.mark.parametrize(
    "plan",
    [
        Plan((Block(-1, 1, Access.READ),), (), ()),
        Plan((), (), (), fill=256),
        Plan((), (Relocation(0, -1, 0),), ()),
        Plan((), (), (Call("f", ">v", (), watched=(1 << 32,)),)),
    ],
)
def test_a_number_that_does_not_fit_is_a_value_error(plan):
    with pytest.raises(ValueError, match="cannot be encoded"):
        encode_plan(plan)


@pytest.mark.parametrize("call", [Call("f", ">v", (), refuses=7), Call("f", ">v", (), refuses=-(1 << 16))])
def test_a_call_tells_which_block_it_is_refused_and_which_lie_in_others(call):
    for each in (
        call,
        replace(call, views=(View(0, 2, 8), View(1, 2, 0))),
        replace(call, refuses=0, views=(View(3, 4, 1),)),
        replace(call, change=MemoryChange(1, 2, b"other")),
        replace(call, secrets=Secrets((1,), (0, 2))),
        replace(call, secrets=Secrets((), (), (), ((1, 2, 3),), (2,))),
        replace(call, change=MemoryChange(1, 2, b"other"), secrets=Secrets()),
        replace(call, refuses=0, each=EachPointer(4, 1, 7, 24, 16, 2)),
        replace(call, secrets=Secrets((1,)), each=EachPointer(4, 1, 7)),
    ):
        shape, payload = encode_call(each)
        assert decode_call(shape, payload) == each
        with pytest.raises(ValueError, match=r"the call|too short|ends"):
            decode_call(shape[:-3], payload)


def test_the_pointers_in_memory_are_those_at_one_place_of_each_element_that_are_not_null():
    numbers = b"".join(each.to_bytes(8, "little") for each in (1, 2, 3, 0, 5, 6))

    assert EachPointer(0, 0, 0).pointers(numbers + b"\1\0") == [1, 2, 3, 5, 6]
    assert EachPointer(0, 0, 0, stride=16, offset=8).pointers(numbers) == [2, 6]
    assert EachPointer(0, 0, 0, first=4).pointers(numbers) == [5, 6]
    with pytest.raises(ValueError, match="no pointers"):
        decode_call(*encode_call(Call("f", ">v", (), each=EachPointer(0, 0, 0, stride=8, offset=1))))


def test_a_length_may_be_a_sum_of_products_of_numbers_that_may_be_below_0():
    place = ValuePlace(1, 4, 2, signed=True)
    behind = InnerRead(
        24, 8, length=(0, 4 | SIGNED), plus=(InnerProduct(-8, ((4, 4), (16, 2))), InnerProduct(3))
    )
    added = (Product(-4, (place, ValuePlace(width=8))), Product(12))
    read = PointerRead(ValuePlace(slot=2), length=place, times=(place,), plus=added, behind=(behind,))
    call = Call("f", ">v", (), follows=(read,), saves=((0, ValuePlace(offset=16, read=0)),))

    assert decode_call(*encode_call(call)) == call
    assert [place.of(each) for each in (1, 0xFFFF, 0x8000, 0x1FFFE)] == [1, -1, -0x8000, -2]


def test_what_is_read_may_depend_on_numbers_beside_the_pointer():
    tag = NumberTest(ValuePlace(offset=4, width=2), ((-1, 1),), signed=True)
    masked = replace(tag, ranges=((1, 1),), formula=(NumberLeft(), 3, Operator.BITS_IN_BOTH))
    in_slot = replace(tag, place=ValuePlace(slot=3))
    call = Call(
        "f",
        ">v",
        (),
        follows=(PointerRead(ValuePlace(), behind=(InnerRead(8, when=(tag, masked)),), when=(in_slot,)),),
    )
    astray = replace(call, follows=(PointerRead(ValuePlace(), behind=(InnerRead(8, when=(in_slot,)),)),))

    assert decode_call(*encode_call(call)) == call
    with pytest.raises(ValueError, match="memory that it is not in"):
        decode_call(*encode_call(astray))


@pytest.mark.parametrize("times", [0, 1, MOST_TIMES + 1])
def test_a_call_is_not_made_too_often_nor_told_that_it_is_made_once(times):
    shape, payload = encode_call(Call("f", ">v", (), times=2))
    assert decode_call(shape, payload).times == 2
    with pytest.raises(ValueError, match="too often"):
        decode_call(shape[:-4] + times.to_bytes(4, "little"), payload)


def test_what_repeated_calls_did_is_told_together():
    one, other = (
        CallSideEffects(2, allocated=10, registers=1),
        CallSideEffects(1, misfreed=3, allocated=4, control=True),
    )
    assert other.after(one) == CallSideEffects(3, 3, control=True, allocated=14, registers=1)
    assert one.after(NO_ALLOCATION) == one
    assert NO_ALLOCATION.after(one).allocations == 2
    assert CallSideEffects(None, strays=1).after(one).allocations is None


def test_a_block_smaller_than_its_contents_does_not_decode():
    with pytest.raises(ValueError, match="out of bounds"):
        decode_plan(encode_plan(Plan((Block(1, 1, Access.READ, b"ab"),), (), ())))


def test_a_case_has_one_name_everywhere():
    plan = Plan((), (), (Call("add", "i32,i32>i32", (Value(b"\1\0\0\0"), Value(b"\2\0\0\0"))),))
    assert case_id(plan, "c", "release") == case_id(plan, "c", "release") == "8254cc97"
    assert len({case_id(plan), case_id(plan, "c"), case_id(plan, "c", ""), case_id(plan, "", "c")}) == 4


@given(plans, st.integers(0, 255))
def test_another_fill_is_another_byte(plan, fill):
    assert with_fill(encode_plan(plan), fill) == encode_plan(replace(plan, fill=fill))


array_ends = st.none() | st.builds(
    lambda value, more, offset: ArrayEnd(value, offset + len(value) + more, offset),
    st.binary(min_size=1, max_size=8),
    u32,
    u32,
)
tails = st.none() | st.builds(TailRead, u64, st.integers(0, 8), u64, u64)
inner_reads = st.recursive(
    st.builds(
        InnerRead,
        u32.map(lambda n: n or 1),
        u64,
        st.booleans(),
        st.none() | st.tuples(u64, u64),
        u64,
        u64,
        array_ends,
        tails,
        st.just(()),
        st.booleans(),
        st.none() | u32,
        few(st.tuples(u64, u64)),
    ),
    lambda inner: st.builds(
        InnerRead,
        u32.map(lambda n: n or 1),
        u64,
        st.booleans(),
        st.none(),
        u64,
        u64,
        array_ends,
        tails,
        few(inner),
    ),
    max_leaves=3,
)
nested_reads = st.builds(
    PointerRead,
    places,
    st.booleans(),
    st.none() | places,
    u64,
    u64,
    array_ends,
    st.booleans(),
    st.none() | u32,
    tails,
    few(inner_reads),
    raw,
    st.booleans(),
    few(places),
)


@given(few(nested_reads))
@settings(max_examples=25)
def test_reads_that_nest_come_back_as_they_were(reads):
    call = Call("f", ">p", (), follows=reads)
    assert decode_call(*encode_call(call)) == call


READS = Call("f", "()>u4", (), follows=(PointerRead(ValuePlace()),))
"""A call of which the read is the last that its shape says, but for two counts of 4 bytes."""


def test_steady_lanes_where_there_are_none_make_no_plan():
    encoded = bytearray(encode_plan(Plan((), (), (READS,))))
    header = [*PLAN_HEADER.unpack_from(encoded)]
    header[9] |= STEADY
    PLAN_HEADER.pack_into(encoded, 0, *header)

    with pytest.raises(ValueError, match="no lanes"):
        decode_plan(bytes(encoded))


def test_a_read_of_a_kind_that_there_is_not_makes_no_plan():
    encoded = bytearray(encode_plan(Plan((), (), (READS,))))
    read = READS.follows[0]
    at = encoded.index(FOLLOW.pack(0, 0, read.scale, read.limit))
    encoded[at + 1] = 0x02

    with pytest.raises(ValueError, match="no known way"):
        decode_plan(bytes(encoded))


def test_a_part_of_a_call_that_is_empty_and_last_is_left_out():
    shape, payload = encode_call(READS)
    for parts in (1, 2, 3):
        with pytest.raises(ValueError, match="says nothing"):
            decode_call(shape + parts * COUNT.pack(0), payload)
    with pytest.raises(ValueError, match="carries nothing"):
        # Three parts that are empty, made once, of no states, and then none of what carries on and is taken back.
        decode_call(
            shape + 3 * COUNT.pack(0) + COUNT.pack(1) + 2 * COUNT.pack(0) + b"\0" + 2 * COUNT.pack(0), payload
        )


def test_a_fraction_is_tested_by_a_formula():
    test = NumberTest(ValuePlace(), ((0, 1),), signed=False)
    encoded = b"".join(encode_test(replace(test, fraction=True)))

    with pytest.raises(ValueError, match="no formula"):
        decode_test(ByteReader(encoded, "call"))
    assert decode_test(ByteReader(b"".join(encode_test(test)), "call")) == test
