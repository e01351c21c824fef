"""Budgets of heap memory, of calls that only ask for some after others: a ring that grows, a cache that is cleared."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct bs_ring bs_ring;
bs_ring *bs_new(void);
void bs_free(bs_ring *ring);
int bs_publish(bs_ring *ring, int number);
int bs_take(bs_ring *ring);
"""
SOURCE = """\
#include "bs.h"
#include <stdlib.h>
enum { SOUND, ONCE, GROWS, DOUBLES };
struct bs_ring { int count, room, *numbers; };
static int *first;
bs_ring *bs_new(void)
{
    bs_ring *ring = calloc(1, sizeof *ring);
    ring->room = 4;
    ring->numbers = calloc(64, sizeof(int));
    return ring;
}
void bs_free(bs_ring *ring)
{
    free(ring->numbers);
    free(ring);
}
int bs_publish(bs_ring *ring, int number)
{
    if (WRONG == ONCE && !first && ring->count == 3)
        first = malloc(64); /* of a process, one */
    if (ring->count == 64)
        return -1;
    if (ring->count == ring->room && ring->room < 64) {
        ring->room *= 2;
        if (WRONG == GROWS || WRONG == DOUBLES)
            ring->numbers = realloc(ring->numbers, (WRONG == DOUBLES ? 256 : 64) * sizeof(int));
    }
    ring->numbers[ring->count++] = number;
    return 0;
}
int bs_take(bs_ring *ring)
{
    return ring->count ? ring->numbers[--ring->count] : -1;
}
"""
CONTRACT = """\
abidance: 1
boundary: bs
header: bs.h
libraries: {c: {path: libbs.so}}
handles:
  bs_ring: {create: bs_new, destroy: bs_free}
functions:
  bs_new:
  bs_publish:
    params: {number: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    cost: {BUDGET}
  bs_take:
laws:
  the_last_is_taken:
    given: {number: {in: int, range: [0, 9]}}
    steps:
      - r = bs_new()
      - bs_publish(r.result, number)
      - bs_publish(r.result, number)
      - bs_publish(r.result, number)
      - bs_publish(r.result, number)
      - bs_publish(r.result, number)
      - t = bs_take(r.result)
    ensures: [t.result == number]
"""


def contract(budget):
    return CONTRACT.replace("BUDGET", budget)


ITEMS = [("bs_ring", "lifecycle"), ("the_last_is_taken", "laws")]


@pytest.mark.slow
@pytest.mark.parametrize(("item", "phase"), ITEMS)
@pytest.mark.parametrize(
    ("wrong", "budget", "message"),
    [
        ("GROWS", "allocations: 0", "`bs_publish` allocated 1 block of heap memory, where 0 are allowed"),
        (
            "DOUBLES",
            "bytes_allocated: 512",
            "`bs_publish` allocated 1,024 bytes of heap memory, where 512 are allowed",
        ),
    ],
)
def test_what_a_call_asks_for_after_others_is_counted(wrong, budget, message, item, phase, findings_of):
    said = contract(budget)
    (found,) = findings_of("bs", HEADER, SOURCE, said, item, (phase,), f"-DWRONG={wrong}", least=100)

    assert (found.diagnostic.code.id, found.diagnostic.message) == ("ABD385", message)


@pytest.mark.slow
@pytest.mark.parametrize(("item", "phase"), ITEMS)
@pytest.mark.parametrize(
    ("wrong", "budget"),
    [
        ("SOUND", "allocations: 0"),
        ("ONCE", "allocations: 0"),
        ("GROWS", "allocations: 1"),
        ("GROWS", "bytes_allocated: 256"),
        ("DOUBLES", "bytes_allocated: 1024"),
    ],
)
def test_what_is_allowed_is_sound(wrong, budget, item, phase, codes_of):
    said = contract(budget)

    assert codes_of("bs", HEADER, SOURCE, said, item, (phase,), f"-DWRONG={wrong}", least=100) == []
