"""A pointer that the callee moves on, and a length that is passed by value: the pointer alone tells what is left."""

from __future__ import annotations

import pytest

HEADER = """\
long uc_take(const unsigned char **in, long length);
int uc_put(unsigned long n, unsigned char **out);
"""
SOURCE = """\
#include "uc.h"
long uc_take(const unsigned char **in, long length)
{
    const unsigned char *at = *in;
    if (length < 1 || at[0] > length - 1) return -1;
    *in += 1 + at[0] + (PAST && at[0] == length - 1);
    return at[0];
}
int uc_put(unsigned long n, unsigned char **out)
{
    int count = 0;
    do (*out)[count++] = n & 127;
    while ((n >>= 7) && count < 10);
    *out += count - (SHORT && count == 3);
    return count;
}
"""
CONTRACT = """\
abidance: 1
boundary: uc
header: uc.h
libraries: {c: {path: libuc.so}}
functions:
  uc_take:
    params:
      in: {inout: {to: bytes, length: length, window: true}}
      length: {range: [0, 64]}
    returns: {status: {ok: 0.., errors: {-1: it is cut short}}}
    ensures:
      - implies(result >= 0, len(in_) == len(old(in_)) - 1 - result)
      - implies(result < 0, in_ == old(in_))
    examples: [{in: {before: [2, 1, 1, 7], after: [7]}, returns: 2}]
  uc_put:
    params: {out: {inout: {to: bytes, capacity: 10, window: true}}}
    ensures: [len(out) == result]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "past", "short", "expected"),
    [
        ("uc_take", 1, 0, ["ABD315"]),
        ("uc_take", 0, 1, []),
        ("uc_put", 0, 1, ["ABD321"]),
        ("uc_put", 1, 0, []),
    ],
)
def test_how_far_it_came_is_judged_by_its_pointer(function, past, short, expected, codes_of):
    """Sound calls end where the memory does, and no byte further."""
    phases, flags = ("examples", "properties"), (f"-DPAST={past}", f"-DSHORT={short}")

    assert codes_of("uc", HEADER, SOURCE, CONTRACT, function, phases, *flags) == expected


BEHIND_HEADER = "unsigned bh_sum(const unsigned char *const *bytes, unsigned n);\n"
BEHIND = """\
#include "bh.h"
unsigned bh_sum(const unsigned char *const *bytes, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n + (PAST && n == 5); i++) sum += (*bytes)[i];
    return sum;
}
"""
BEHIND_CONTRACT = """\
abidance: 1
boundary: bh
header: bh.h
libraries: {c: {path: libbh.so}}
functions:
  bh_sum:
    params: {bytes: {in: {to: bytes, length: n}}, n: {range: [0, 64]}}
    ensures: [result == sum(b for b in bytes)]
    examples: [{bytes: abc, returns: 294}]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("past", "expected"), [(1, True), (0, False)])
def test_a_length_passed_by_value_follows_from_memory_behind_a_pointer(past, expected, codes_of):
    """Near an example, too, where one of the two is changed."""
    codes = codes_of(
        "bh", BEHIND_HEADER, BEHIND, BEHIND_CONTRACT, "bh_sum", ("examples", "properties"), f"-DPAST={past}"
    )

    assert ("ABD312" in codes) is expected
    assert codes == [] or past
