"""Which callback a library gives back, and which user data: as it was set, or as it was before."""

from __future__ import annotations

import pytest

from tiers import first

HEADER = """\
typedef struct cb_bell cb_bell;
typedef void (*cb_ring)(void *mine, int times);
cb_bell *cb_new(void);
void cb_free(cb_bell *bell);
/* Sets who is called, with what; returns who was before. */
cb_ring cb_on_ring(cb_bell *bell, cb_ring ring, void *mine);
cb_ring cb_who(const cb_bell *bell);
void *cb_mine(const cb_bell *bell);
int cb_pull(cb_bell *bell, int times);
/* As `signal`: of all bells. */
typedef void (*cb_fire)(int degrees);
cb_fire cb_on_fire(cb_fire fire);
"""
SOURCE = """\
#include "cb.h"
#include <stdlib.h>
enum { SOUND, KEEPS, LATE, STALE, OTHER };
struct cb_bell { cb_ring ring, old; void *mine; int set; };
cb_bell *cb_new(void) { return calloc(1, sizeof(cb_bell)); }
void cb_free(cb_bell *bell) { free(bell); }
cb_ring cb_on_ring(cb_bell *bell, cb_ring ring, void *mine)
{
    cb_ring was = bell->ring;
    if (WRONG == KEEPS && bell->set++ == 1)
        return was;
    bell->old = was;
    bell->ring = ring;
    if (WRONG != STALE || !ring)
        bell->mine = ring ? mine : NULL;
    else if (!bell->mine)
        bell->mine = mine;
    return WRONG == LATE ? ring : was;
}
cb_ring cb_who(const cb_bell *bell) { return WRONG == OTHER && bell->old ? bell->old : bell->ring; }
void *cb_mine(const cb_bell *bell) { return bell->mine; }
int cb_pull(cb_bell *bell, int times)
{
    if (!bell->ring)
        return 0;
    bell->ring(bell->mine, times);
    return 1;
}
static cb_fire first, other;
cb_fire cb_on_fire(cb_fire fire)
{
    cb_fire was = first;
    if (WRONG == LATE && was && was != fire)
        was = other;
    other = first;
    first = fire;
    return was;
}
"""
CONTRACT = """\
abidance: 1
boundary: cb
header: cb.h
libraries: {c: {path: libcb.so}}
handles: {cb_bell: {create: cb_new, destroy: cb_free}}
functions:
  cb_new: {returns: {handle: cb_bell, nullable: true}}
  cb_free:
  cb_on_ring:
    params:
      ring: {callback: {calls: 0, lifetime: handle(cb_bell), until: cb_on_ring}, nullable: true, user_data: mine}
      mine: {opaque: true, nullable: true}
    returns: {opaque: true, nullable: true}
    ensures:
      - result == old(cb_who(bell))
      - cb_who(bell) == ring
      - implies(ring != null, cb_mine(bell) == mine)
  cb_who: {returns: {opaque: true, nullable: true}}
  cb_mine: {returns: {opaque: true, nullable: true}}
  cb_pull:
    params: {times: {range: [0, 9]}}
    ensures: [(result == 1) == (cb_who(bell) != null)]
  cb_on_fire:
    params: {fire: {callback: {calls: 0, lifetime: static}, nullable: true}}
    returns: {opaque: true, nullable: true}
laws:
  who_was_there_comes_back:
    given: {bell: cb_bell}
    steps: ["a = cb_on_ring(bell=bell)", "b = cb_on_ring(bell=bell)", "c = cb_on_ring(bell=bell)"]
    ensures: [a.result == null, b.result == a.ring, c.result == b.ring]
  of_all_bells_too:
    steps: [a = cb_on_fire(), b = cb_on_fire(), c = cb_on_fire()]
    ensures: [b.result == a.fire, c.result == b.fire]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "wrong", "codes"),
    [
        ("who_was_there_comes_back", "LATE", {"ABD321"}),
        ("who_was_there_comes_back", "SOUND", set()),
        ("of_all_bells_too", "LATE", {"ABD376"}),
        ("of_all_bells_too", "SOUND", set()),
    ],
)
@pytest.mark.parametrize("phase", first(["laws", "explore"]))
def test_who_was_there_before_comes_back(law, wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    assert {*codes_of("cb", HEADER, SOURCE, CONTRACT, law, (phase,), f"-DWRONG={wrong}")} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("SOUND", set()),
        ("KEEPS", {"ABD321", "ABD345"}),
        ("LATE", {"ABD321"}),
        ("OTHER", {"ABD321"}),
        ("STALE", {"ABD321", "ABD342"}),
    ],
)
@pytest.mark.parametrize("phase", first(["run", "explore"]))
def test_another_callback_that_comes_back_is_found(wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    phases = (phase,) if phase == "explore" else ("properties", "lifecycle")
    found = {*codes_of("cb", HEADER, SOURCE, CONTRACT, "cb_bell", phases, f"-DWRONG={wrong}")}
    assert found <= codes
    assert bool(found) == bool(codes)
