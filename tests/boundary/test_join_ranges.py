"""Pairs of pointers, parts of other memory, and handles left in arrays: what a contract may not say of them."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.types import UNCOUNTED

HEADER = """
typedef struct { const char *first, *last; size_t size; } part;
typedef struct item item;
item *item_new(void);
void item_free(item *it);
int split(const char *text, size_t n, part *out);
part whole(const char *text, size_t n);
int cut(const item *it, item **pieces, size_t room, size_t *n);
"""
FIELDS = "types: {{part: {{fields: {{{}}}}}}}\nfunctions: {{whole: {{params: {{text: {{in: bytes, length: n}}}}}}}}"
RANGE = "types: {part: {fields: {first: {to: bytes, max: 9}, last: {end_of: first}}}}\n"
SPLIT = "functions: {{split: {{params: {{text: {{in: bytes, length: n}}, out: {}}}}}}}"
ITEM = "handles: {item: {create: item_new, destroy: item_free}}\n"
CUT = "functions: {{cut: {{params: {{it: {{handle: item}}, pieces: {}, n: {{out: size_t}}}}}}}}"


def test_the_one_that_begins_knows_its_end(joined):
    (first, *_) = (
        joined(HEADER, RANGE + SPLIT.format("{out: part}"))
        .functions["split"]
        .members[2]
        .shape.element.members
    )

    assert (first.shape.end, first.shape.end_at, first.shape.window) == ("last", 8, "")


def test_a_window_with_an_end_is_one_that_nothing_counts(joined):
    contract = RANGE.replace("max: 9", "max: 9, window: true") + SPLIT.format("{inout: part}")
    (first, *_) = joined(HEADER, contract).functions["split"].members[2].shape.element.members

    assert first.shape.window == UNCOUNTED


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("first: {to: bytes, max: 9}, last: {end_of: frist}", "field `frist` is not in the record of `last`"),
        (
            "first: {to: string}, last: {end_of: first}",
            "`first` does not point to `bytes` or an `array`, so `last` cannot be its end",
        ),
        (
            "first: {to: bytes, length: size}, last: {end_of: first}",
            "`last` tells where `first` ends, and so does another clause of `first`",
        ),
        ("size: {end_of: first}, first: {to: bytes, max: 9}", "`size` is not a pointer: it is a `size_t`"),
    ],
)
def test_what_makes_no_range_is_told(fields, message, refused):
    assert message in refused(HEADER, FIELDS.format(fields))


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (RANGE + SPLIT.format("{out: part, within: txet}"), "parameter `txet` is not in `split`"),
        (
            RANGE + SPLIT.format("{out: part, within: n}"),
            "`n` is no memory that the caller gives, so nothing points into it",
        ),
        (
            SPLIT.format("{out: part, within: text}"),
            (
                "`out` leaves no pointers to `bytes`, to an `array` or to a `string`, in a record or an array of them, "
                "so nothing in it points into `text`"
            ),
        ),
    ],
)
def test_what_is_no_part_of_other_memory_is_told(contract, message, refused):
    assert message in refused(HEADER, contract)


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        (
            "{out: array, capacity: 2 * room, of: {handle: item}}",
            (
                "`2 * room` is neither a number nor a parameter that is one, so how many handles are given room is not "
                "known"
            ),
        ),
        (
            "{out: array, capacity: room, length: n - 1, of: {handle: item}}",
            "`n - 1` is neither a number nor a parameter that is one, so how many handles are left is not known",
        ),
        (
            "{out: array, capacity: it, of: {handle: item}}",
            "`it` is neither a number nor a parameter that is one, so how many handles are given room is not known",
        ),
        (
            "{out: array, capacity: 9, length: n, of: {handle: item}}",
            "calls are given room for 4 new handles at most, and `9` is never less than 9",
        ),
        (
            "{out: array, capacity: room, length: n, of: {handle: item}}, room: {range: [5, 9]}",
            "calls are given room for 4 new handles at most, and `room` is never less than 5",
        ),
        (
            "{inout: array, length: room, of: {handle: item}}",
            "an array of handles is `in` or, where a call leaves them in the caller's memory, `out`",
        ),
    ],
)
def test_of_handles_left_in_an_array_it_must_be_known_how_many(pieces, message, refused):
    assert message in refused(HEADER, ITEM + CUT.format(pieces))


BORROWED = ", owner: callee, lifetime: handle(it)"


@pytest.mark.parametrize(
    ("capacity", "owner", "places"), [("room", "", 4), ("2", "", 2), ("4", "", 4), ("9", BORROWED, 4)]
)
def test_up_to_four_are_followed(capacity, owner, places, joined):
    pieces = f"{{out: array, capacity: {capacity}, length: n, of: {{handle: item{owner}}}}}"
    function = joined(HEADER, ITEM + CUT.format(pieces)).functions["cut"]

    assert [path for path, _ in left_by(function)] == [f"pieces[{n}]" for n in range(places)]
