"""Pointers that are passed into the memory of another parameter, and records that lend: what cannot be so."""

from __future__ import annotations

import pytest

HEADER = """
#include <stddef.h>
typedef struct hold hold;
typedef struct page { const char *text; int number; } page;
typedef struct plain { int number; } plain;
hold *hold_new(void);
void hold_free(hold *h);
long find(const char *text, const char *at, const int *numbers, size_t n, hold *h, char *out);
int turn(hold *h, page *to, plain *other);
"""
CONTRACT = """
handles: {{hold: {{create: hold_new, destroy: hold_free}}}}
types: {{page: {{fields: {{text: {{to: string}}}}}}}}
functions:
  find:
    params:
      text: {{in: string, max: 9}}
      at: {at}
      numbers: {{in: array, length: n}}
      n: {{range: [0, 9]}}
      h: {{handle: hold}}
      out: {{out: bytes, capacity: 4}}
  turn: {{params: {{to: {to}, other: {other}}}}}
"""
PASSED, LENT, PLAIN = "{within: text}", "{out: page, lends: {lifetime: handle(h)}}", "{out: plain}"


def test_a_pointer_is_passed_into_what_is_given(joined):
    functions = joined(HEADER, CONTRACT.format(at=PASSED, to=LENT, other=PLAIN)).functions

    at = next(member.shape for member in functions["find"].members if member.name == "at")
    assert (at.whose, at.unit) == ("text", 1)
    record = next(member.shape.element for member in functions["turn"].members if member.name == "to")
    assert [member.shape.lifetime for member in record.members if member.name == "text"] == ["h"]


@pytest.mark.parametrize(
    ("at", "to", "other", "message"),
    [
        (
            "{within: numbers}",
            LENT,
            PLAIN,
            "`at` counts elements of 1 bytes, and `numbers` has elements of 4",
        ),
        (
            "{within: out}",
            LENT,
            PLAIN,
            "`out` is no `bytes`, `array` or `string` that is `in` or `inout`, into which `at` could lead",
        ),
        ("{within: h}", LENT, PLAIN, "`h` is no memory that the caller gives, so nothing points into it"),
        ("{within: txt}", LENT, PLAIN, "parameter `txt` is not in `find`"),
        (
            PASSED,
            LENT,
            "{out: plain, lends: {lifetime: static}}",
            "no field of this is a pointer of which it is said where it leads, so nothing is lent by it",
        ),
        (
            PASSED,
            "{out: page, lends: {lifetime: handle(g)}}",
            PLAIN,
            "handle `g` is not in `handles` or the parameters",
        ),
    ],
)
def test_what_leads_nowhere_is_told(refused, at, to, other, message):
    assert message in refused(HEADER, CONTRACT.format(at=at, to=to, other=other))
