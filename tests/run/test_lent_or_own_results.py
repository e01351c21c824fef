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
enum { SOUND, NEAR, LOST, WITHIN };
char *lo_double(const char *text, size_t length, char *room, size_t *size)
{
    size_t needed = 2 * length;
    int fits = room && needed <= *size - (VARIANT == NEAR && *size > 0);  /* near: it keeps one byte free */
    char *block = fits && VARIANT != LOST ? NULL : malloc(needed + 1);
    char *result = fits ? room : block;
    if (VARIANT == WITHIN && !fits && length > 2) result++;  /* what is freed is no block */
    for (size_t i = 0; i < needed; i++) result[i] = text[i / 2];
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
      text: {in: bytes, length: length}
      length: {range: [0, 12]}
      room: {out: bytes, capacity: size, nullable: true, length: 0}
      size: {inout: size_t, range: [0, 32]}
    returns: {to: bytes, length: size, owner: caller, free: free, owned_unless: room}
    ensures: ["size == 2 * len(text)", "all(result[i] == text[i // 2] for i in range(size))"]
"""
CRASH, LEAK, CORRUPT = "ABD301", "ABD371", "ABD314"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "expected"), [(0, set()), (1, set()), (2, {LEAK}), (3, {CRASH, CORRUPT, LEAK})]
)
def test_what_is_in_neither_is_found(variant, expected, codes_of):
    codes = codes_of("lo", HEADER, SOURCE, CONTRACT, "lo_double", ("properties",), f"-DVARIANT={variant}")

    assert set(codes) <= expected
    assert bool(codes) == bool(expected)
