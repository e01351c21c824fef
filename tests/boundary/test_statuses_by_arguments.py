"""Statuses that depend on the arguments of a call: what a contract may say, and what holds for a call."""

from __future__ import annotations

import pytest

from abidance.boundary.model.ranges import Ranges
from abidance.boundary.model.status_bounds import with_status

HEADER = """
#define OK 0
typedef struct bag bag;
bag *bag_new(void);
void bag_free(bag *b);
int put(bag *b, const char *text, unsigned length, unsigned *written, unsigned *left);
unsigned fill(unsigned length);
"""
CONTRACT = """
handles: {{bag: {{create: bag_new, destroy: bag_free}}}}
functions:
  put:
    params:
      b: {{handle: bag}}
      text: {{in: bytes, length: length}}
      written: {{out: unsigned}}
      left: {{inout: unsigned}}
    returns: {{status: {put}}}
  fill: {{returns: {{status: {fill}}}}}
"""


def read(joined, put="{ok: length}", fill="{ok: length}"):
    return joined(HEADER, CONTRACT.format(put=put, fill=fill))


@pytest.mark.parametrize(
    ("status", "given", "good", "bad"),
    [
        ("{ok: length, errors: {0..length - 1: less}}", 3, [3], [-1, 0, 2, 4]),
        ("{ok: 0..length, errors: {-1: none}}", 2, [0, 2], [-1, 3]),
        ("{ok: length, errors: {0..: all else}}", 3, [3], [0, 4]),
        ("{ok: 0..length - 1, errors: {-1: none}}", 0, [], [-1, 0]),
        ("{ok: length / 2}", 5, [], [2, 3]),
        ("{ok: [OK, length]}", 5, [0, 5], [1]),
        ("{ok: left}", 9, [7], [9]),
        ("{ok: len(text)}", 9, [4], [9]),
    ],
)
def test_the_arguments_of_a_call_tell_what_is_a_success(status, given, good, bad, joined):
    boundary = read(joined, put=status)
    scope = boundary.scope({"length": given, "left": 7, "text": b"abcd"})
    result = with_status(boundary.functions["put"], scope).result

    assert [each for each in good if not result.success(each)] == []
    assert [each for each in bad if result.success(each)] == []


def test_what_may_come_back_is_what_the_status_has_and_fits_the_type(joined):
    boundary = read(joined, fill="{ok: length - 1, errors: {length..: more}}")
    told = [with_status(boundary.functions["fill"], boundary.scope({"length": n})).result for n in (0, 3)]

    assert told[0].ok == Ranges(((1, 0),))  # no unsigned number is -1 less than none
    assert [told[1].shape.has(each) for each in (1, 2, 3, 1 << 31)] == [False, True, True, True]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("{ok: lenght}", "status `lenght` is not in the header"),
        ("{ok: lenght - 1}", "`lenght`"),
        ("{ok: 0, errors: {..NOT_OK: bad}}", "status `NOT_OK` is not in the header"),
        ("{ok: size_of(b)}", "`size_of`"),
        ("{ok: written}", "`written` is written by the call, so no status depends on it"),
        ("{ok: b}", "`b` is kept by the library, so no status depends on it"),
        ("{ok: result}", "`result`"),
        ("{ok: old(left)}", "`old`"),
        ("{ok: 0, errors: {..: bad}}", "`..` is not a number, an enumerator, a macro, an expression"),
        (
            "{ok: 0, errors: {length -: bad}}",
            "`length -` is not a number, an enumerator, a macro, an expression",
        ),
        (
            "{ok: 0, errors: {-1: bad, or worse}}",
            "`or worse` is not a number, an enumerator, a macro, an expr",
        ),
    ],
)
def test_what_cannot_be_a_status_is_told(status, message, refused):
    messages = refused(HEADER, CONTRACT.format(put=status, fill="{ok: length}"))

    assert any(message in each for each in messages), messages
