"""A text that comes in pieces is held to what it is when they are joined, `join(c.piece for c in write.calls)`."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef int (*jt_write)(void *to, const char *piece, size_t length);
int jt_lines(const char *text, size_t length, jt_write write, void *to);
"""
SOURCE = """\
#include "jt.h"
enum { SOUND, NEAR, WRONG };
int jt_lines(const char *text, size_t length, jt_write write, void *to)  /* each line with what ends it */
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != ';') continue;
        size_t end = i + !(VARIANT == NEAR || (VARIANT == WRONG && from > 0));  /* the end of the second is lost */
        if (write(to, text + from, end - from) || (VARIANT == NEAR && write(to, ";", 1))) return -1;
        from = i + 1;
    }
    return from == length ? 0 : write(to, text + from, length - from);
}
"""
CONTRACT = """\
abidance: 1
boundary: jt
header: jt.h
libraries: {c: {path: libjt.so}}
explore: 0
functions:
  jt_lines:
    params:
      text: {in: bytes, length: length, like: '[ab;]{0,8}'}
      write:
        callback: {params: {piece: {to: bytes, length: length}, length: {range: [0, 8]}}, returns: {one_of: [0]}}
        user_data: to
    returns: {status: {ok: [0], errors: {-1: it could not be written}}}
    ensures: [join(c.piece for c in write.calls) == text]
"""


@pytest.mark.parametrize(("variant", "expected"), [(0, []), (1, []), (2, ["ABD321"])])
def test_the_pieces_are_the_text(variant, expected, codes_of):
    phases = ("properties",)
    assert codes_of("jt", HEADER, SOURCE, CONTRACT, "jt_lines", phases, f"-DVARIANT={variant}") == expected
