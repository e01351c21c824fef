"""Handles in an array that a call takes over also where it fails, as GEOS does with the rings of a polygon."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
typedef struct ay_ring ay_ring;
typedef struct ay_shape ay_shape;
ay_ring *ay_ring_new(int points);
void ay_ring_free(ay_ring *ring);
int ay_points(const ay_ring *ring);
ay_shape *ay_shape_of(ay_ring **rings, unsigned n);
void ay_shape_free(ay_shape *shape);
"""
SOURCE = """\
#include <stdlib.h>
#include "ay.h"
enum { SOUND, LOSES, KEEPS };
struct ay_ring { int points; };
struct ay_shape { unsigned n; ay_ring *rings[4]; };
ay_ring *ay_ring_new(int points) { ay_ring *ring = malloc(sizeof *ring); ring->points = points; return ring; }
void ay_ring_free(ay_ring *ring) { free(ring); }
int ay_points(const ay_ring *ring) { return ring->points; }
void ay_shape_free(ay_shape *shape)
{
    for (unsigned i = 0; i < shape->n; i++) ay_ring_free(shape->rings[i]);
    free(shape);
}
ay_shape *ay_shape_of(ay_ring **rings, unsigned n)
{
    ay_shape *shape = calloc(1, sizeof *shape);
    int well = 1;
    for (unsigned i = 0; i < n; i++) well &= (shape->rings[i] = rings[i])->points >= 3;
    if (well) return shape->n = n, shape;
    shape->n = VARIANT == KEEPS ? 0 : VARIANT == LOSES && n > 1 ? n - 1 : n;
    ay_shape_free(shape);
    return NULL;
}
"""
CONTRACT = """\
abidance: 1
boundary: ay
header: ay.h
libraries: {c: {path: libay.so}}
handles:
  ay_ring: {create: ay_ring_new, destroy: ay_ring_free}
  ay_shape: {create: ay_shape_of, destroy: ay_shape_free, parent: none}
functions:
  ay_ring_new: {params: {points: {range: [1, 6]}}}
  ay_points: {returns: {range: [1, 6]}}
  ay_shape_of:
    params: {rings: {in: array, length: n, of: {handle: ay_ring, owner: callee}, on_failure: taken}, n: {range: [0, 3]}}
    returns: {handle: ay_shape, nullable: true}
"""
LEFT = CONTRACT.replace(", on_failure: taken", "")
TWICE, LEAK = {"ABD301", "ABD314"}, {"ABD371"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "variant", "codes"),
    [
        (CONTRACT, "SOUND", set()),
        (CONTRACT, "LOSES", LEAK),
        (CONTRACT, "KEEPS", LEAK),
        (LEFT, "KEEPS", set()),
        (LEFT, "SOUND", TWICE),
    ],
)
def test_what_a_failed_call_takes_is_said_of_all(contract, variant, codes, codes_of):
    found = codes_of(
        "ay", HEADER, SOURCE, contract, "ay_shape_of", ("properties",), f"-DVARIANT={variant}", least=60
    )

    assert bool(found) is bool(codes)
    assert {*found} <= codes


def test_what_is_the_callers_is_not_taken(written, tmp_path):
    written("ay", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace(", owner: callee}, on_failure", "}, on_failure")

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "ay.contract.yaml"))

    (wrong,) = caught.value.diagnostics
    assert wrong.message == "`rings` is not transferred by a successful call, so it is not by a failed one"
