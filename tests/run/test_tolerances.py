"""How far apart two libraries may be: so far, and no further."""

from __future__ import annotations

import subprocess

import pytest

HEADER = """\
#include <stddef.h>
typedef struct tl_point { double x; int n; } tl_point;
double tl_half(double value);
double tl_scale(double value);
int tl_level(int value);
void tl_levels(short *levels, size_t n, short top);
void tl_point_of(tl_point *point, int n);
void tl_sort(int *values, size_t n);
const char *tl_version(int part);
"""
SOURCE = """\
#include "tl.h"
#include <math.h>
#include <stdio.h>
#define FAR (OTHER == 2) /* one step further than 1, which is as far as may be */
double tl_half(double value)
{
    double half = value / 2;
    for (int i = 0; i < (OTHER == 0 ? 0 : FAR ? 3 : 2); i++)
        half = nextafter(half, INFINITY);
    return half;
}
double tl_scale(double value) { return value * (OTHER == 0 ? 1.0 : FAR ? 1.0021 : 1.0009); }
int tl_level(int value) { return value + (OTHER == 0 ? 0 : FAR && value > 900 ? 4 : 3); }
void tl_levels(short *levels, size_t n, short top)
{
    for (size_t i = 0; i < n; i++)
        levels[i] = (short)(top - (short)i + (OTHER == 0 ? 0 : FAR && i == 5 ? 2 : 1));
}
void tl_point_of(tl_point *point, int n)
{
    *point = (tl_point){n * (OTHER == 0 ? 1.0 : 1.0009), FAR && n > 90 ? n + 1 : n};
}
void tl_sort(int *values, size_t n)
{
    for (size_t i = 0; OTHER && i < n / 2; i++) {
        int last = values[n - 1 - i];
        values[n - 1 - i] = values[i];
        values[i] = last;
    }
    if (FAR && n > 2 && values[0] == values[1])
        values[0] = values[2]; /* it is there once less */
}
const char *tl_version(int part)
{
    static const char *const versions[] = {"1.2.9", "1.3.0", "1.3.0b"};
    return part == 7 ? versions[OTHER] : OTHER ? "2.0.1" : "2.0.0";
}
"""
CONTRACT = """\
abidance: 1
boundary: tl
header: tl.h
libraries: {c: {path: libtl0.so}, other: {path: libtl1.so}}
functions:
  tl_half: {params: {value: {range: [1, 1000]}}}
  tl_scale: {params: {value: {range: [1, 1000]}}}
  tl_level: {params: {value: {range: [0, 1000]}}}
  tl_levels: {params: {levels: {out: array, length: n}, n: {range: [0, 9]}, top: {range: [10, 900]}}}
  tl_point_of: {params: {point: {out: tl_point}, n: {range: [0, 100]}}}
  tl_sort: {params: {values: {inout: array, length: n, range: [0, 3]}, n: {range: [0, 9]}}}
  tl_version: {params: {part: {range: [0, 9]}}, returns: {to: string, lifetime: static}}
equivalence:
  compare: all
"""
ALIKE = """\
  alike:
    tl_half.result: {ulps: 2}
    tl_scale.result: {relative: 1e-3}
    tl_level.result: {absolute: 3}
    tl_levels.levels: {absolute: 1}
    tl_point_of.point.x: {relative: 1e-3}
    tl_sort.values: {unordered: true}
    tl_version.result: {like: '\\d+[.]\\d+[.]\\d+'}
"""
FUNCTIONS = ("tl_half", "tl_scale", "tl_level", "tl_levels", "tl_point_of", "tl_sort", "tl_version")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tolerances")
    (folder / "tl.h").write_text(HEADER)
    (folder / "tl.c").write_text(SOURCE)
    for other in range(3):
        command = ["gcc", "-shared", "-fPIC", f"-DOTHER={other}", "tl.c", "-lm", "-o", f"libtl{other}.so"]
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.fixture
def differences(folder, compared_with):
    """Return what compares the first of the libraries with another, by drawn calls or by exploring alone."""

    def places(function, other, alike=ALIKE, *, explored=False):
        file = folder / "tl.contract.yaml"
        file.write_text(CONTRACT + alike)
        done = compared_with(file, "other", folder / f"libtl{other}.so", function, explored=explored)
        assert done.reasons == ()
        return [found.diagnostic.place for found in done.findings]

    return places


@pytest.mark.slow
@pytest.mark.parametrize("explored", [False, True])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_as_far_apart_as_it_may_be_is_the_same(function, explored, differences):
    assert differences(function, 1, explored=explored) == []


@pytest.mark.slow
@pytest.mark.parametrize("explored", [False, True])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_further_apart_is_found(function, explored, differences):
    (place,) = differences(function, 2, explored=explored)

    assert place.startswith(f"{function}:")


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_without_a_tolerance_what_is_apart_at_all_is_found(function, differences):
    assert differences(function, 1, "") != []
