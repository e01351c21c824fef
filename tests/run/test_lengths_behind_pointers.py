"""A number that the callee is pointed at, and which is the length of memory beside it: `size_t *size` of a reader."""

from __future__ import annotations

import pytest

HEADER = "int lb_lines(const unsigned char *in, unsigned long *size);\n"
SOURCE = """\
#include "lb.h"
int lb_lines(const unsigned char *in, unsigned long *size)
{
    unsigned long end = *size, lines = 0;
    while (end > 0 && in[end - 1] != 10) end--;  /* what is no whole line yet is left */
    for (unsigned long i = 0; i < end; i++) lines += in[i] == 10;
    *size = end + (WRONG && end > 1 && end == *size);
    return (int)lines;
}
"""
CONTRACT = """\
abidance: 1
boundary: lb
header: lb.h
libraries: {c: {path: liblb.so}}
explore: 1
functions:
  lb_lines:
    params: {in: {in: bytes, length: size}, size: {inout: unsigned long}}
    ensures: ["size <= old(size)", "result <= size", "implies(size > 0, in_[size - 1] == 10)"]
"""


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["properties", "explore"])
@pytest.mark.parametrize(("wrong", "expected"), [(1, {"ABD321"}), (0, set())])
def test_it_follows_from_the_memory(wrong, phase, expected, codes_of):
    assert {*codes_of("lb", HEADER, SOURCE, CONTRACT, "lb_lines", (phase,), f"-DWRONG={wrong}")} == expected
