"""What one would write without abidance: ctypes, Hypothesis, and assertions about what the contracts say.

    python by_hand.py GROUP LIBRARY        # prints a line of JSON: the identities of the classes whose test fails

Each test runs in a process of its own, so that a crash is a failed test; it may take ten seconds.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
import time
from ctypes import (
    POINTER,
    byref,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_uint8,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
    create_string_buffer,
)
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10
TESTS: dict[str, Callable[[Any], None]] = {}
u8, u32, u64 = st.integers(0, 255), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
i32 = st.integers(-(2**31), 2**31 - 1)
data = st.binary(max_size=64)
text = st.text("abcdefghij 0123456789#", max_size=40).map(str.encode)


EXAMPLES = int(os.environ.get("EXAMPLES", "100"))
LOGS = os.environ.get("VALGRIND_LOGS", "")


def hand(*strategies: Any) -> Callable[[Any], Any]:
    """Register a test of the library and of what the strategies draw."""

    def register(test: Any) -> Any:
        def run(lib: Any) -> None:
            @settings(
                max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck)
            )
            @given(st.tuples(*strategies))
            def body(values: tuple[Any, ...]) -> None:
                test(lib, *values)

            body()

        TESTS[test.__name__.partition("_")[0].upper()] = run
        return test

    return register


def buffer(content: bytes) -> Any:
    return create_string_buffer(content, len(content))


@hand(data)
def s01(lib, x):
    assert lib.s01_sum(buffer(x), c_size_t(len(x))) == sum(x)


@hand(st.integers(0, 64), u8)
def s02(lib, n, value):
    out = create_string_buffer(n)
    lib.s02_fill(out, c_size_t(n), c_uint8(value))
    assert out.raw == bytes([value]) * n


@hand(data)
def s03(lib, x):
    block = buffer(x)
    lib.s03_shift(block, c_size_t(len(x)))
    assert not x or block.raw[:-1] == x[1:]


@hand(data)
def s04(lib, x):
    block = buffer(x)
    lib.s04_mark(block, c_size_t(len(x)))
    assert not x or block.raw[:1] == b"\1"


@hand(st.integers(0, 128))
def s05(lib, room):
    out, length = create_string_buffer(room), c_size_t()
    if lib.s05_format(out, c_size_t(room), byref(length)) == 0:
        assert length.value <= room


@hand(data, st.integers(0, 64))
def s06(lib, x, room):
    out, length = create_string_buffer(room), c_size_t()
    assert lib.s06_copy(out, c_size_t(room), buffer(x), c_size_t(len(x)), byref(length)) == 0
    assert length.value == min(room, len(x))
    assert out.raw[: length.value] == x[: length.value]


@hand(text, st.integers(1, 48))
def s07(lib, x, room):
    out = create_string_buffer(b"\xa5" * room, room)
    if lib.s07_name(out, c_size_t(room), x) >= 0:
        assert b"\0" in out.raw
        assert out.value == x


@hand(data)
def s08(lib, x):
    assert lib.s08_digits(buffer(x), c_size_t(len(x))) == sum(48 <= each <= 57 for each in x)


@hand(data)
def s09(lib, x):
    lib.s09_hash(buffer(x), c_size_t(len(x)))


@hand(data)
def s10(lib, x):
    lib.s10_hash(buffer(x), c_size_t(len(x)))


@hand(u32)
def s11(lib, day):
    lib.s11_weekday(c_uint32(day))


class User(ctypes.Structure):
    _fields_ = [("name", c_char * 8), ("id", c_uint32)]


@hand(text, st.integers(1, 1000))
def s12(lib, x, number):
    user = User(b"", number)
    lib.s12_rename(byref(user), x)
    assert user.id == number


@hand(data)
def s13(lib, x):
    assert lib.s13_checksum(buffer(x) if x else None, c_size_t(len(x))) == sum(x)


@hand(st.lists(st.integers(0, 65535), max_size=32))
def s16(lib, values):
    lib.s16_sum.restype = c_uint32
    block = (c_uint16 * len(values))(*values)
    assert lib.s16_sum(block, c_size_t(2 * len(values))) == sum(values)


@hand(data)
def s17(lib, x):
    assert lib.s17_first(buffer(x), c_size_t(len(x))) == (x[0] if x else -1)


class Piece(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t)]


@hand(st.lists(data, max_size=4))
def s18(lib, pieces):
    blocks = [buffer(each) for each in pieces]
    table = (Piece * len(pieces))(*((ctypes.addressof(each), len(each)) for each in blocks))
    assert lib.s18_total(table, c_size_t(len(pieces))) == sum(map(sum, pieces))


@hand(u32)
def s19(lib, size):
    lib.s19_scratch(c_uint32(size))


@hand(st.integers(0, 2**34))
def n01(lib, size):
    out = create_string_buffer(min(size, 4096))
    assert (lib.n01_fill(out, c_uint64(size)) == 0) == (size <= 4096)


@hand(u32, u32)
def n02(lib, rows, columns):
    assert lib.n02_table(c_uint32(rows), c_uint32(columns)) in (-1, 1)


@hand(i32)
def n03(lib, value):
    lib.n03_next(value)


@hand(u32)
def n04(lib, index):
    lib.n04_bit.restype = c_uint32
    assert lib.n04_bit(c_uint32(index)) == (1 << index if index < 32 else 0)


@hand(i32, i32)
def n05(lib, total, count):
    lib.n05_average(total, count)


@hand(st.floats())
def n06(lib, value):
    whole = lib.n06_whole(c_double(value))
    assert not -1000 < value < 1000 or abs(whole - value) < 1


@hand(data, u8)
def n07(lib, x, wanted):
    lib.n07_find.restype = c_size_t
    assert lib.n07_find(buffer(x), c_size_t(len(x)), c_uint8(wanted)) <= len(x)


@hand(st.floats())
def n08(lib, value):
    assert -1 <= lib.n08_bucket(c_double(value)) <= 987


@hand(st.integers(-128, 127))
def n10(lib, letter):
    assert lib.n10_class(ctypes.c_byte(letter)) in (0, 1, 2)


@hand(u32)
def v01(lib, key):
    lib.v01_has.restype = c_uint8
    assert lib.v01_has(c_uint32(key)) in (0, 1)


@hand(st.sampled_from([1, 2]))
def v02(lib, side):
    assert lib.v02_flip(side) in (1, 2)


@hand(data)
def v05(lib, x):
    lib.v05_read.restype = c_uint32
    assert lib.v05_read(buffer(x), c_size_t(len(x))) == (
        int.from_bytes(x[1:5], "little") if len(x) > 4 else 0
    )


@hand(u32)
def v13(lib, value):
    assert lib.v13_is_small(c_uint32(value)) in (0, 1)


@hand(u32)
def v14(lib, count):
    assert lib.v14_push(c_uint32(count)) in (0, -3)


class Quote(ctypes.Structure):
    _fields_ = [("bid", c_uint32), ("ask", c_uint32)]


@hand(st.just(0))
def s14(lib, _):
    quote = Quote(7, 7)
    lib.s14_best(byref(quote))
    assert (quote.bid, quote.ask) == (1, 0)


@hand(st.just(0))
def s15(lib, _):
    count = c_uint32()
    lib.s15_count(byref(count))
    assert count.value == 7


@hand(i32)
def v10(lib, level):
    lib.v10_reset.restype = None
    lib.v10_reset(level)


@hand(text, st.integers(0, 48))
def v11(lib, x, room):
    out = create_string_buffer(room)
    if lib.v11_copy(out, x, c_size_t(room)) == 0:
        assert out.value == x


@hand(st.floats(-1e6, 1e6, width=32))
def v12(lib, factor):
    lib.v12_scale.restype = c_double
    assert lib.v12_scale(c_float(factor)) == factor * 2


class Flags(ctypes.Structure):
    _fields_ = [
        ("kind", c_uint8),
        ("size", c_uint32),
        ("urgent", ctypes.c_uint, 1),
        ("level", ctypes.c_uint, 3),
    ]


@hand(st.integers(0, 1000))
def v15(lib, size):
    assert lib.v15_size(byref(Flags(1, size, 0, 0))) == size


class Key(ctypes.Structure):
    _fields_ = [("high", c_uint64), ("low", c_uint64)]


@hand(u64)
def v16(lib, seed):
    lib.v16_next.restype = Key
    assert lib.v16_next(c_uint64(seed)).high == (seed + 1) % 2**64


@hand(st.integers(0, 2**63 - 1))
def v17(lib, milliseconds):
    lib.v17_seconds.restype = c_int64
    assert lib.v17_seconds(c_int64(milliseconds)) == milliseconds // 1000


@hand(text, text)
def v18(lib, name, value):
    lib.v18_swap(name, value)


@hand(st.integers(0, 2))
def i01(lib, count):
    out = (c_int * count)()
    assert lib.i01_pair(out, c_size_t(count)) == 0


@hand(st.integers(0, 200))
def i02(lib, key):
    value = c_int()
    assert lib.i02_lookup(c_uint32(key), byref(value)) == (0 if key <= 100 else -1)


@hand(i32)
def i03(lib, number):
    value = c_int(77)
    if lib.i03_parse(number, byref(value)):
        assert value.value == 77


@hand(u32)
def i04(lib, seed):
    lib.i04_token(c_uint32(seed))


@hand(u32)
def i05(lib, key):
    lib.i05_is_ready(c_uint32(key))


@hand(u32)
def i06(lib, key):
    lib.i06_level(c_uint32(key))


@hand(u64)
def i07(lib, value):
    lib.i07_entry_set(create_string_buffer(16), c_uint64(value))


@hand(st.integers(0, 64))
def i08(lib, size):
    lib.i08_mask(create_string_buffer(size), c_size_t(size))


@hand(data)
def i09(lib, secret):
    lib.i09_sign(buffer(secret), c_size_t(len(secret)))


@hand(u32)
def i10(lib, seed):
    assert lib.i10_next(c_uint32(seed)) == lib.i10_next(c_uint32(seed))


@hand(text)
def o01(lib, name):
    lib.o01_remember(buffer(name + b"\0"))
    assert lib.o01_length() == len(name)


@hand(i32)
def o02(lib, value):
    lib.o02_open.restype = c_void_p
    session = c_void_p(lib.o02_open())
    assert lib.o02_close(session) == 0
    assert lib.o02_send(session, value) == -1


@hand(st.lists(u8, max_size=20))
def o03(lib, values):
    lib.o03_new.restype = c_void_p
    made = c_void_p(lib.o03_new())
    for value in values:
        assert lib.o03_add(made, value) == 0
    assert lib.o03_sum(made) == sum(values)
    lib.o03_free(made)


@hand()
def o04(lib):
    lib.o04_open.restype = c_void_p
    file = c_void_p(lib.o04_open())
    assert lib.o04_close(file) == 0
    assert lib.o04_close(file) == -1


@hand(st.lists(text, max_size=5))
def o05(lib, pieces):
    lib.o05_new.restype, lib.o05_value.restype = c_void_p, POINTER(c_char)
    made = c_void_p(lib.o05_new())
    seen = [lib.o05_value(made)]
    for at, piece in enumerate(pieces):
        assert lib.o05_append(made, piece) == 0
        assert ctypes.string_at(seen[-1]) == b"".join(pieces[:at])
        seen.append(lib.o05_value(made))
    lib.o05_free(made)


@hand(text)
def o06(lib, words):
    assert lib.o06_count(words) == words.count(b" ")


@hand(text)
def o07(lib, words):
    assert lib.o07_parse(words) == (0 if words[:1] == b"#" else -1)


@hand(st.sampled_from([1, 2, 2**32 - 1]))
def o08(lib, size):
    lib.o08_pair(c_uint32(size))


@hand(st.sampled_from([1, 2, 2**32 - 1]))
def o09(lib, size):
    lib.o09_copy(c_uint32(size))


@hand(data)
def o10(lib, x):
    assert lib.o10_consume(buffer(x), c_size_t(len(x))) == sum(x)


@hand(text)
def o11(lib, x):
    lib.o11_trim.restype = c_void_p
    made = lib.o11_trim(x)
    assert ctypes.string_at(made) == x.lstrip(b" ")
    lib.o11_free(c_void_p(made))


@hand(u32)
def o16(lib, count):
    lib.o16_new.restype = POINTER(c_int)
    made = lib.o16_new(c_uint32(count % 65))
    assert made[count % 65] == 0
    lib.o16_free(made)


@hand(st.integers(0, 9))
def o17(lib, key):
    lib.o17_twice(c_uint32(key))


@hand(u32)
def o18(lib, key):
    lib.o18_name.restype = c_char_p
    assert lib.o18_name(c_uint32(key))


@hand(u32, u32)
def o19(lib, one, other):
    lib.o19_label.restype = POINTER(c_char)
    first = lib.o19_label(c_uint32(one))
    before = ctypes.string_at(first)
    lib.o19_label(c_uint32(other))
    assert ctypes.string_at(first) == before


CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, c_int)


@hand(i32)
def o21(lib, value):
    seen = []
    told = CALLBACK(lambda _, value: seen.append(value))
    lib.o21_new.restype = c_void_p
    hub = c_void_p(lib.o21_new())
    lib.o21_watch(hub, told, None)
    lib.o21_unwatch(hub)
    lib.o21_put(hub, value)
    lib.o21_free(hub)
    assert not seen


@hand(i32)
def o22(lib, value):
    seen, kept = [], []
    for at in range(2):
        kept.append(CALLBACK(lambda _context, _value, at=at: seen.append(at)))
        lib.o22_each(kept[-1], None, value)
    assert seen == [0, 1]


@hand(st.integers(0, 4))
def o23(lib, count):
    seen = []
    told = CALLBACK(lambda _context, _value: seen.append(threading.get_native_id()))
    lib.o23_each(c_uint32(count), told, None)
    assert seen == [threading.get_native_id()] * count


@hand(st.integers(1, 3))
def o24(lib, count):
    lib.o24_tree_new.restype = lib.o24_node_new.restype = c_void_p
    tree = c_void_p(lib.o24_tree_new())
    nodes = [c_void_p(lib.o24_node_new(tree)) for _ in range(count)]
    for at, node in enumerate(nodes):
        assert lib.o24_node_depth(node) == at + 1
        lib.o24_node_free(node)
    lib.o24_tree_free(tree)


@hand(st.integers(0, 3))
def o26(lib, uses):
    lib.o26_new.restype = c_void_p
    shared = c_void_p(lib.o26_new())
    for _ in range(uses):
        assert lib.o26_use(shared) == 1
    lib.o26_drop(shared)


@hand(data)
def o27(lib, x):
    block = buffer(x)
    lib.o27_scan(block, c_size_t(len(x)))
    assert block.raw == x


@hand(data)
def o28(lib, x):
    block = buffer(x)
    lib.o28_scan(block, c_size_t(len(x)))
    assert block.raw == x


@hand(data)
def o29(lib, x):
    block = buffer(x)
    lib.o29_shift(block, c_size_t(len(x)))
    assert block.raw == (x[1:] + x[-1:])


@hand(data)
def o30(lib, x):
    block = buffer(x)
    lib.o30_add(block, block, block, c_size_t(len(x)))
    assert block.raw == bytes(2 * each & 255 for each in x)


@hand(i32)
def c03(lib, value):
    assert lib.c03_parse(value) == (value > 7)


STEP = ctypes.CFUNCTYPE(c_int, c_void_p, c_int)


@hand(st.lists(st.integers(0, 3), max_size=4))
def c04(lib, answers):
    left = list(answers)
    total = lib.c04_run(STEP(lambda _context, _value: left.pop(0)), None, c_uint32(len(answers)))
    assert total == sum(answers)


@hand(u32)
def c05(lib, key):
    lib.c05_read(c_uint32(key))


@hand(u32)
def c06(lib, key):
    assert lib.c06_set(c_uint32(key)) == (-1 if key > 1000 else 0)


@hand(u32)
def c07(lib, key):
    assert lib.c07_wait(c_uint32(key)) == 0


@hand(st.integers(0, 2000))
def c08(lib, size):
    lib.c08_pairs(buffer(bytes(size)), c_size_t(size))


@hand(u32)
def c09(lib, depth):
    lib.c09_depth(c_uint32(depth))


@hand(i32)
def c10(lib, value):
    again = CALLBACK(lambda _context, _value: None)
    told = CALLBACK(lambda _context, _value: lib.c10_lock(again, None, 0))
    assert lib.c10_lock(told, None, value) == value


@hand(st.one_of(st.none(), text))
def c11(lib, name):
    assert lib.c11_name(name) == (-1 if name is None else 0)


@hand(st.one_of(st.none(), text))
def c12(lib, name):
    assert lib.c12_name(name) == (-1 if name is None else 0)


@hand(u64)
def c13(lib, size):
    assert lib.c13_reserve(c_uint64(size)) == (-1 if size > 4096 else 0)


@hand(u32)
def p01(lib, key):
    ctypes.set_errno(0)
    if lib.p01_set(c_uint32(key)):
        assert ctypes.get_errno()


@hand(u32)
def p02(lib, key):
    ctypes.set_errno(0)
    lib.p02_get(c_uint32(key))
    assert ctypes.get_errno() == 0


@hand(st.floats())
def p03(lib, value):
    lib.p03_round.restype = c_double
    lib.p03_round(c_double(value))


def plain(name: str) -> None:
    """Call a function of one number; that is all that most people would do with it."""

    def call(lib: Any, value: int) -> None:
        getattr(lib, name)(c_uint32(value))

    call.__name__ = name
    hand(u32)(call)


for each in ("p04_fast", "p05_copy", "p06_mix", "p07_text", "p08_find", "p09_guard", "p10_block", "p11_set"):
    plain(each)
for each in ("p12_load", "p13_close", "p14_log", "p15_hash", "p16_next", "p17_start", "t07_log"):
    plain(each)


def at_once(call: Callable[[], object]) -> None:
    threads = [threading.Thread(target=lambda: [call() for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@hand(st.just(1))
def t01(lib, value):
    at_once(lambda: lib.t01_count(value))


@hand(st.integers(0, 63))
def t02(lib, key):
    at_once(lambda: lib.t02_table(key))
    assert lib.t02_table(key) == key * key


@hand(u32)
def t03(lib, key):
    assert lib.t03_first(c_uint32(key)) == lib.t03_second(c_uint32(key))


@hand(st.just(1))
def t04(lib, _):
    threads = [
        threading.Thread(target=lambda at=at: [lib.t04_move(at) for _ in range(200)]) for at in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Frame(ctypes.Structure):
    _fields_ = [("size", c_uint32), ("data", c_uint8 * 16)]


@hand(st.binary(max_size=16))
def t05(lib, x):
    out = create_string_buffer(16)
    frame = Frame(len(x), (c_uint8 * 16)(*x))
    assert lib.t05_read(byref(frame), out) == len(x)
    assert out.raw[: len(x)] == x


@hand(st.just(1))
def t06(lib, _):
    lib.t06_open.restype = c_void_p
    session = c_void_p(lib.t06_open())
    assert lib.t06_use(session) == 0
    lib.t06_close(session)


@hand(st.just(1))
def t08(lib, key):
    lib.t08_new.restype = c_void_p
    made = c_void_p(lib.t08_new())
    at_once(lambda: lib.t08_add(made, key))
    lib.t08_free(made)


@hand(i32)
def n09(lib, value):
    lib.n09_next(value)


@hand(u8)
def v03(lib, flag):
    assert lib.v03_pick(c_uint8(flag)) in (10, 20)


@hand(u32)
def v04(lib, kind):
    assert lib.v04_weight(c_uint32(kind)) == {1: 30, 2: 100}.get(kind, -1)


@hand(st.lists(u32, max_size=16))
def v06(lib, values):
    lib.v06_sum.restype = c_uint32
    assert lib.v06_sum((c_uint32 * len(values))(*values), c_size_t(len(values))) == sum(values) % 2**32


@hand(data)
def v07(lib, x):
    assert lib.v07_sum(buffer(x) if x else None, c_size_t(len(x))) == sum(x)


@hand(data)
def v08(lib, x):
    assert lib.v08_sum(buffer(x), c_size_t(len(x))) == sum(x)


@hand(data)
def v09(lib, x):
    try:
        valid = x.decode() is not None
    except UnicodeDecodeError:
        valid = False
    assert (lib.v09_letters(buffer(x), c_size_t(len(x))) >= 0) == valid


class Pair(ctypes.Structure):
    _fields_ = [("first", c_int32), ("second", c_int32)]


@hand(i32)
def i11(lib, value):
    pair = Pair(77, 77)
    if lib.i11_split(value, byref(pair)):
        assert (pair.first, pair.second) == (77, 77)


@hand(u32)
def o12(lib, key):
    lib.o12_greet.restype = c_void_p
    made = lib.o12_greet(c_uint32(key))
    assert ctypes.string_at(made) in (b"odd", b"even")
    ctypes.CDLL(None).free(c_void_p(made))


@hand(text)
def o13(lib, x):
    libc = ctypes.CDLL(None)
    libc.strdup.restype = c_void_p
    assert lib.o13_take(c_void_p(libc.strdup(x))) == len(x)


@hand(u32)
def o14(lib, key):
    lib.o14_word.restype = c_void_p
    made = lib.o14_word(c_uint32(key))
    assert ctypes.string_at(made) in (b"odd one", b"even one")
    lib.o14_free(c_void_p(made))


@hand(u8)
def o15(lib, fill):
    lib.o15_block.restype = c_void_p
    made = lib.o15_block(c_uint8(fill))
    assert ctypes.string_at(made, 10) == bytes([fill]) * 10
    lib.o15_free(c_void_p(made))


@hand(u32)
def o20(lib, key):
    lib.o20_name.restype = c_char_p
    assert lib.o20_name(c_uint32(key)) is not None


@hand(u32)
def o31(lib, value):
    both = c_uint32(value)
    lib.o31_add(byref(both), byref(both))
    assert both.value == 2 * value % 2**32


@hand(u32)
def o32(lib, value):
    given = c_uint32(value)
    lib.o32_clear(byref(given))
    assert given.value == value


for each in ("c01_check", "c02_check", "c14_weekday"):
    plain(each)


@hand(i32)
def b01(lib, _):
    assert lib.b01_version() == 1


@hand(st.integers(0, 7))
def b02(lib, value):
    assert lib.b02_count(value) == value & 7


@hand(st.integers(0, 1000), st.integers(0, 1000))
def b03(lib, width, height):
    assert lib.b03_area(width, height) == width * height


@hand(i32)
def b05(lib, value):
    assert lib.b05_sum(value) == value


def fails(name: str, library: str) -> bool:
    """Tell whether a test fails, crashes or hangs, in a process of its own, or valgrind blames its function."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.setpgid(0, 0)
            silent = os.open(os.devnull, os.O_RDWR)
            for each in (0, 1, 2):
                os.dup2(silent, each)
            TESTS[name](ctypes.CDLL(library, use_errno=True))
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    ended = time.monotonic() + SECONDS * int(os.environ.get("PATIENCE", "1"))
    while time.monotonic() < ended:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return status != 0 or is_blamed(name, process)
        time.sleep(0.01)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return True


def is_blamed(name: str, process: int) -> bool:
    """Tell whether valgrind's log has a stack with a function of the class: Python has errors of its own."""
    log = Path(LOGS, f"{process}.log")
    return bool(LOGS) and f": {name.lower()}_" in log.read_text(encoding="utf-8", errors="replace")


def main(wanted: str, library: str) -> None:
    wanted_ids = wanted.split(",")
    print(json.dumps([each for each in wanted_ids if each in TESTS and fails(each, library)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
