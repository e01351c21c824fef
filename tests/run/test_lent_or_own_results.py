"""Results that are in the caller's room where that is large enough, and else in a block that the caller frees."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
char *lo_double(const char *text, size_t length, char *room, size_t *size);
"""
SOURCE = """\
#include <stdlib.h>
#include "lo.h"
enum { SOUND, NEAR, LOST, WITHIN, OTHER };
char *lo_double(const char *text, size_t length, char *room, size_t *size)
{
    size_t needed = 2 * length;
    int fits = room && needed <= *size - (WRONG == NEAR && *size > 0);  /* near: it keeps one byte free */
    char *block = fits && WRONG != LOST ? NULL : malloc(needed + 1);
    char *result = fits ? room : block;
    if (WRONG == WITHIN && !fits && length > 2) result++;  /* what is freed is no block */
    for (size_t i = 0; i < needed; i++) result[i] = text[i / 2] + (WRONG == OTHER && !room && i == 3);
    *size = needed;
    return result;
}
"""
CONTRACT = """\
abidance: 1
boundary: lo
header: lo.h
libraries: {c: {path: liblo.so}}
builds: [release]
explore: 0
functions:
  lo_double:
    params:
      text: {in: bytes, length: length, max: 48}
      room: {out: bytes, capacity: size, nullable: true, length: 0}
      size: {inout: size_t, range: [0, 32]}
    returns: {to: bytes, length: size, owner: caller, free: free, owned_unless: room}
    ensures: ["size == 2 * len(text)", "all(result[i] == text[i // 2] for i in range(size))"]
laws:
  twice:
    given: {text: {in: bytes, max: 12}}
    steps: ["a = lo_double(text, room=null)", "b = lo_double(a.result, room=null)"]
    ensures: ["len(b.result) == 4 * len(text)", "all(b.result[i] == text[i // 4] for i in range(len(b.result)))"]
"""
CRASH, LEAK, CORRUPT = "ABD301", "ABD371", "ABD314"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [("SOUND", set()), ("NEAR", set()), ("LOST", {LEAK}), ("WITHIN", {CRASH, CORRUPT, LEAK})],
)
def test_what_is_in_neither_is_found(wrong, expected, codes_of):
    codes = codes_of("lo", HEADER, SOURCE, CONTRACT, "lo_double", ("properties",), f"-DWRONG={wrong}")

    assert set(codes) <= expected
    assert bool(codes) == bool(expected)


def test_what_is_left_in_the_room_is_promised_nothing_of(judged_of):
    verdicts = judged_of("lo", HEADER, SOURCE, CONTRACT, "lo_double", ("properties",), "-DWRONG=0")

    assert [gap.words for each in verdicts for gap in each.gaps] == []
