"""Which parameter of a callback gets the user data, where several could: `callback: {user_data: arg2}`."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef int (*nu_each)(const void *key, void *, void *);
int nu_walk(const unsigned char *items, size_t n, nu_each each, void *own);
"""
SOURCE = """\
#include "nu.h"
enum { SOUND, NEAR, SWAPPED, OTHER_ONE };
/* Calls for each item with its place, what the last call has of the walk's own, and the caller's data. */
int nu_walk(const unsigned char *items, size_t n, nu_each each, void *own)
{
    int ended = 0, note = 0;
    for (size_t i = 0; i < n && !ended; i++) {
        void *mine = VARIANT == NEAR ? own : &note;
        if (VARIANT == SWAPPED && i > 1)
            ended = each(items + i, own, mine);
        else if (VARIANT == OTHER_ONE && items[i] == 7)
            ended = each(items + i, mine, &ended);
        else
            ended = each(items + i, mine, own);
    }
    return ended;
}
"""
CONTRACT = """\
abidance: 1
boundary: nu
header: nu.h
libraries: {c: {path: libnu.so}}
functions:
  nu_walk:
    params:
      items: {in: bytes, length: n}
      n: {range: [0, 9]}
      each:
        callback: {params: {key: {to: unsigned char}}, user_data: WHICH, calls: 0..n, returns: {one_of: [0, 1]}}
        user_data: own
"""
PHASES = ("properties", "edges")


@pytest.fixture
def codes(codes_of):
    def judged(variant, which="arg3"):
        contract = CONTRACT.replace("WHICH", which)
        return [*codes_of("nu", HEADER, SOURCE, contract, "nu_walk", PHASES, f"-DVARIANT={variant}")]

    return judged


@pytest.mark.slow
@pytest.mark.parametrize("defect", ["SWAPPED", "OTHER_ONE"])
def test_another_pointer_in_its_place_is_found(defect, codes):
    assert codes(defect) == ["ABD342"]


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", "NEAR"])
def test_the_callers_data_in_its_place_is_no_finding(variant, codes):
    assert codes(variant) == []


@pytest.mark.slow
def test_the_other_parameter_is_not_the_callers(codes):
    assert codes("SOUND", "arg2") == ["ABD342"]
    assert codes("NEAR", "arg2") == []
