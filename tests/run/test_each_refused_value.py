"""Each value that a `rejects` clause lists is passed, however few draws there are for each clause."""

from __future__ import annotations

import pytest

HEADER = """\
int rv_open(int level, int method, int bits, int memory, int strategy, int version);
"""
SOURCE = """\
#include "rv.h"
int rv_open(int level, int method, int bits, int memory, int strategy, int version)
{
    if (level < 0 || level > 9 || method != 8 || memory < 1 || memory > 9) return -1;
    if (strategy < 0 || strategy > 4 || version != 1) return -1;
    if (bits == TAKEN) return 0;
    return bits < 8 || bits > 15 ? -1 : 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: rv
header: rv.h
libraries: {c: {path: librv.so}}
functions:
  rv_open:
    params:
      level: {range: [0, 9]}
      method: {one_of: [8]}
      bits: {range: [8, 15]}
      memory: {range: [1, 9]}
      strategy: {range: [0, 4]}
      version: {one_of: [1]}
    returns: {status: {ok: [0], errors: {-1: something is wrong}}}
    ensures: [result == 0]
    rejects:
      - {when: {level: {one_of: [-1, 10]}}, returns: -1}
      - {when: {method: 0}, returns: -1}
      - {when: {bits: {one_of: [-16, -15, -14, -12, -10, -9, -8, -7, 0, 1, 2, 3, 7, 16, 17, 24, 40]}}, returns: -1}
      - {when: {memory: {range: [10, 30]}}, returns: -1}
      - {when: {strategy: 5}, returns: -1}
      - {when: {version: 2}, returns: -1}
"""


@pytest.fixture
def codes(codes_of):
    def of(taken):
        return codes_of("rv", HEADER, SOURCE, CONTRACT, "rv_open", ("rejects",), f"-DTAKEN={taken}")

    return of


@pytest.mark.slow
@pytest.mark.parametrize("taken", [-9, 3, 24, 40])
def test_a_value_that_is_listed_and_taken_is_found(codes, taken):
    assert codes(taken) == ["ABD323"]


@pytest.mark.slow
@pytest.mark.parametrize("taken", [8, 33], ids=["valid", "not listed"])
def test_what_is_refused_as_promised_is_left_alone(codes, taken):
    assert codes(taken) == []
