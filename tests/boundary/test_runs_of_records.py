"""Records one behind the other: of which memory that may be said, and what tells how far each goes."""

from __future__ import annotations

import pytest

from abidance.boundary.model.types import Direction, PackedRecords, PointerShape, What
from abidance.boundary.resolve.join import join
from abidance.boundary.values.packed_records import spans, unpack_records
from abidance.contract.load import load_contract

HEADER = """
#include <stddef.h>
typedef struct event { int kind; unsigned len; char name[]; } event;
typedef struct plain { unsigned size, kind; } plain;
typedef struct inner { const char *text; unsigned len; char name[]; } inner;
typedef struct path { unsigned char *data; size_t n; } path;
long f(unsigned char *buffer, size_t room);
int g(const path *of);
"""
TYPES = "types: {event: {fields: {name: {length: len}}}, inner: {fields: {name: {length: len}}}}\n"


def said(records, buffer="out: bytes, capacity: room, length: result"):
    return f"{TYPES}functions: {{f: {{params: {{buffer: {{{buffer}, records: {records}}}}}}}}}"


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ("evnt", "type `evnt` is not in the header"),
        ("int", "`int` is no record whose fields could tell how far it goes"),
        (
            "plain",
            (
                "nothing tells how far each `plain` goes: it has no flexible array member of which a field tells the "
                "`length`, and `size` is missing"
            ),
        ),
        ("{to: plain, size: siz}", "unknown name `siz`"),
        ("inner", "`inner` has pointers, and nobody looks at what these lead to in such records"),
    ],
)
def test_what_is_no_run_of_records(records, message, refused):
    assert refused(HEADER, said(records)) == [message]


def test_nothing_tells_how_far_they_go_in_all(refused):
    assert refused(HEADER, said("event", "out: bytes, capacity: room")) == [
        "nothing tells how far these records go in all: `length` is missing"
    ]


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (
            "to: bytes, length: n + 1, records: event",
            "`of` is passed, and no number beside it says how long records one behind the other are",
        ),
        (
            "to: bytes, records: {to: event, count: 3}",
            "`of` is passed, and no number beside it says how long records one behind the other are",
        ),
        (
            "to: bytes, length: n, window: true, records: event",
            "`window` has no meaning here: what is there is said by `records`",
        ),
        (
            "to: bytes, length: n, records: {to: event, count: n}",
            "`count` says how many records there are in place of `length`, `max` and `ended_by`",
        ),
    ],
)
def test_what_is_passed_is_as_long_as_a_number_beside_it_says(of, message, refused):
    types = f"{TYPES[:-2]}, path: {{fields: {{data: {{{of}}}}}}}}}\n"

    assert refused(HEADER, f"{types}functions: {{g: {{params: {{of: {{in: path}}}}}}}}") == [message]


@pytest.mark.parametrize("way", ["out: bytes, capacity: room", "inout: bytes, capacity: room"])
def test_what_a_call_leaves_is_not_counted(way, refused):
    assert refused(HEADER, said("{to: event, count: room}", way)) == [
        "`count` is for records that are only passed: of others, `length` says how far they go in all"
    ]


def test_a_flexible_array_member_is_not_full_of_them(refused):
    types = TYPES.replace("{length: len}}}, inner", "{to: bytes, length: len, records: event}}}, inner")

    assert refused(HEADER, said("event").replace(TYPES, types)) == [
        "records one behind the other are not looked at in a flexible array member"
    ]


@pytest.fixture
def run(tmp_path):
    def run_of(records):
        (tmp_path / "x.h").write_text(HEADER)
        contract = tmp_path / "x.contract.yaml"
        contract.write_text(
            f"abidance: 1\nboundary: x\nheader: x.h\nlibraries: {{c: {{path: x.so}}}}\n{said(records)}\n"
        )
        shape = join(load_contract(contract)).functions["f"].members[0].shape
        assert isinstance(shape, PointerShape)
        assert (shape.what, shape.seen.what, shape.direction) == (What.BYTES, What.ARRAY, Direction.OUT)
        assert isinstance(shape.records, PackedRecords)
        return shape.records

    return run_of


def words(*numbers):
    return b"".join(number.to_bytes(4, "little") for number in numbers)


@pytest.mark.parametrize(
    ("raw", "found", "broken"),
    [
        (b"", [], None),
        (words(1, 0), [{"kind": 1, "len": 0, "name": b""}], None),
        (
            words(1, 1) + b"a" + words(2, 0),
            [{"kind": 1, "len": 1, "name": b"a"}, {"kind": 2, "len": 0, "name": b""}],
            None,
        ),
        (words(1, 3) + b"ab", [], ("b[0]", "a record of 11 bytes", "one of at most 10, which are left")),
        (
            words(1, 0) + b"abc",
            [{"kind": 1, "len": 0, "name": b""}],
            ("b[1]", "3 bytes", "a record, which has at least 8"),
        ),
    ],
)
def test_each_goes_to_the_end_of_its_flexible_array_member(raw, found, broken, run):
    values, told = unpack_records(run("event"), raw, "b")

    assert values == found
    assert (told and (told.path, told.shown, told.wanted)) == broken


@pytest.mark.parametrize(
    ("raw", "found", "broken"),
    [
        (words(9, 0) + b"a\0\0\0" + words(8, 0), ((0, 9), (12, 20)), None),
        (words(9, 0) + b"a", ((0, 9),), None),
        (words(9, 0) + b"a\0", ((0, 9),), None),
        (words(0, 0), (), "a record of 0 bytes"),
        (words(7, 0), (), "a record of 7 bytes"),
    ],
)
def test_each_has_the_size_that_it_says(raw, found, broken, run):
    there, told = spans(run("{to: plain, size: size, align: 4}"), raw)

    assert there == found
    assert (told and told.shown) == broken


def test_a_size_without_a_value_is_none(run):
    there, told = spans(run("{to: plain, size: 8 // kind}"), words(8, 0))

    assert (there, told and told.shown) == ((), "a record of no size")
