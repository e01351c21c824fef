"""Records that a function of Python draws, wherever they are passed: `types: {NAME: {generate: ...}}`."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct { unsigned char kind, value, sum; } ts_frame;
int ts_take(const ts_frame *frame);
int ts_take_all(const ts_frame *frames, size_t n);
int ts_compare(ts_frame one, ts_frame other);
"""
SOURCE = """\
#include "ts.h"
enum { SOUND, NEAR, LARGE, LAST, ORDER };
/* 0: taken, -1: the sum is wrong. Near: refuses what nobody draws, too. */
int ts_take(const ts_frame *frame)
{
    if ((unsigned char)(frame->kind + frame->value) != frame->sum)
        return -1;
    if (VARIANT == NEAR && frame->kind == 0)
        return -2;
    return VARIANT == LARGE && frame->kind + frame->value > 255 ? -1 : 0;
}
int ts_take_all(const ts_frame *frames, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ts_take(frames + i) != 0 || (VARIANT == LAST && n > 2 && frames[n - 1].kind == 3))
            return -1;
    return 0;
}
int ts_compare(ts_frame one, ts_frame other)
{
    if (ts_take(&one) != 0 || ts_take(&other) != 0)
        return -9;
    int less = one.kind < other.kind || (one.kind == other.kind && one.value < other.value);
    int alike = one.kind == other.kind && one.value == other.value;
    return VARIANT == ORDER && one.kind != other.kind ? 1 : less ? -1 : !alike;
}
"""
CONTRACT = """\
abidance: 1
boundary: ts
header: ts.h
libraries: {c: {path: libts.so}}
types: {ts_frame: {generate: "frames:with_sums"}}
functions:
  ts_take: {params: {frame: {in: ts_frame}}, returns: {one_of: [0]}}
  ts_take_all: {params: {frames: {in: array, length: n}, n: {range: [0, 6]}}, returns: {one_of: [0]}}
  ts_compare: {returns: {range: [-1, 1]}, ensures: ["(result < 0) == (one.kind < other.kind or (one.kind == \
other.kind and one.value < other.value))"]}
"""
FRAMES = """\
from hypothesis import strategies as st

with_sums = st.builds(
    lambda kind, value: {"kind": kind, "value": value, "sum": (kind + value) % 256},
    st.integers(1, 3),
    st.integers(0, 255),
)
"""
FOUND = {"LARGE": ("ts_take", "ABD322"), "LAST": ("ts_take_all", "ABD322"), "ORDER": ("ts_compare", "ABD321")}


@pytest.fixture
def codes(codes_of, tmp_path):
    (tmp_path / "frames.py").write_text(FRAMES)

    def judged(variant, name):
        return [*codes_of("ts", HEADER, SOURCE, CONTRACT, name, ("properties",), f"-DVARIANT={variant}")]

    return judged


@pytest.mark.slow
@pytest.mark.parametrize("defect", FOUND)
def test_what_drawn_records_show_is_found(defect, codes):
    name, code = FOUND[defect]

    assert codes(defect, name) == [code]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ts_take", "ts_take_all", "ts_compare"])
@pytest.mark.parametrize("variant", ["SOUND", "NEAR"])
def test_only_drawn_records_are_passed(variant, name, codes):
    assert codes(variant, name) == []
