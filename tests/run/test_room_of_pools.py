"""Room that is there as long as the pool it is from: the caller fills it, it overlaps no other, and it is aligned."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct rp_pool rp_pool;
rp_pool *rp_new(void);
void rp_free(rp_pool *pool);
void *rp_alloc(rp_pool *pool, size_t n);
void *rp_zeroed(rp_pool *pool, size_t n);
char *rp_dup(rp_pool *pool, const char *text);
void rp_clear(rp_pool *pool);
size_t rp_used(const rp_pool *pool);
"""
# A pool that is cleared gives the same memory again, with what stood in it.
SOURCE = """\
#include "rp.h"
#include <stdlib.h>
#include <string.h>
enum { SIZE = 256 };
typedef struct block { struct block *next; size_t used, size; _Alignas(16) unsigned char data[]; } block;
struct rp_pool { block *first, *spare; size_t used; };
rp_pool *rp_new(void) { return calloc(1, sizeof(rp_pool)); }
static void drop(block *first)
{
    while (first) {
        block *next = first->next;
        free(first);
        first = next;
    }
}
void rp_clear(rp_pool *pool)
{
    while (pool->first) {
        block *next = pool->first->next;
        pool->first->next = pool->spare;
        pool->first->used = 0;
        pool->spare = pool->first;
        pool->first = next;
    }
    pool->used = 0;
}
void rp_free(rp_pool *pool)
{
    drop(pool->first);
    drop(pool->spare);
    free(pool);
}
static size_t up(size_t n)
{
    size_t to = WRONG == 2 ? 4 : 16;
    return (n + to - 1) / to * to;
}
static void *room_of(rp_pool *pool, size_t n)
{
    block *at = pool->first;
    if (!at || at->size - at->used < up(n)) {
        if (pool->spare && up(n) <= pool->spare->size) {
            at = pool->spare;
            pool->spare = at->next;
        } else {
            size_t size = up(n) > SIZE ? up(n) : SIZE;
            at = malloc(sizeof *at + size);
            if (!at)
                return NULL;
            *at = (block){.size = size};
        }
        at->next = pool->first;
        pool->first = at;
#if WRONG == 4
        if (at->next) {                         /* "nobody needs what is full" */
            drop(at->next->next);
            at->next->next = NULL;
        }
#endif
    }
    void *room = at->data + at->used;
    at->used += WRONG == 1 ? n / 16 * 16 : up(n);
    pool->used += n;
    return room;
}
void *rp_alloc(rp_pool *pool, size_t n) { return room_of(pool, n); }
void *rp_zeroed(rp_pool *pool, size_t n)
{
    void *room = room_of(pool, n);
    if (room)
        memset(room, 0, WRONG == 3 ? n / 8 * 8 : n);
    return room;
}
char *rp_dup(rp_pool *pool, const char *text)
{
    char *copy = room_of(pool, strlen(text) + (WRONG == 5 ? 0 : 1));
    return copy ? strcpy(copy, text) : NULL;
}
size_t rp_used(const rp_pool *pool) { return pool->used; }
"""
CONTRACT = """\
abidance: 1
boundary: rp
header: rp.h
libraries: {c: {path: librp.so}}
handles: {rp_pool: {create: rp_new, destroy: rp_free}}
functions:
  rp_alloc:
    params: {n: {range: [0, 100]}}
    returns: {to: bytes, capacity: n, align: 16, nullable: true, lifetime: handle(pool), until: rp_clear}
  rp_zeroed:
    params: {n: {range: [0, 100]}}
    returns: {to: bytes, length: n, capacity: n, align: 16, nullable: true, lifetime: handle(pool), until: rp_clear}
    ensures: ["implies(result != null, sum(result) == 0)"]
  rp_dup:
    params: {text: {in: string, max: 40}}
    returns: {to: string, capacity: len(text) + 1, nullable: true, lifetime: handle(pool), until: rp_clear}
    ensures: ["implies(result != null, result == text)"]
  rp_clear:
  rp_used:
laws:
  what_stands_in_room_is_what_was_there_before_it_was_filled:
    given: {pool: rp_pool, text: {in: string, max: 9}, n: {in: size_t, range: [1, 20]}}
    steps: ["a = rp_dup(pool, text)", "b = rp_zeroed(pool, n)"]
    requires: [len(text) > 0]
    ensures:
      - implies(a.result != null, a.result == text)
      - implies(b.result != null, sum(b.result) == 0 and len(b.result) == n)
"""
PHASES = ("properties", "lifecycle", "laws")
SAID = {
    1: ("ABD374", "is in the same memory as what this call returned"),
    2: ("ABD322", "past a multiple of 16"),
    3: ("ABD321 ABD327", ""),  # not all zeros, or what was there before, whichever a run meets first
    4: ("ABD374", "is no longer readable"),
    5: ("ABD374", "is in the same memory as what this call returned"),
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", SAID)
def test_room_that_the_caller_does_not_have_is_found(wrong, findings_of):
    found = findings_of("rp", HEADER, SOURCE, CONTRACT, "rp_pool", PHASES, f"-DWRONG={wrong}")

    code, words = SAID[wrong]
    assert any(each.diagnostic.code.id in code and words in each.diagnostic.message for each in found)


@pytest.mark.slow
def test_rooms_one_behind_the_other_and_memory_that_is_used_again_are_sound(findings_of):
    assert findings_of("rp", HEADER, SOURCE, CONTRACT, "rp_pool", PHASES, "-DWRONG=0") == []


@pytest.mark.slow
def test_what_is_there_until_the_pool_is_cleared_is_not_there_until_it_is_freed(codes_of):
    longer = CONTRACT.replace(", until: rp_clear", "")
    assert "ABD374" in codes_of("rp", HEADER, SOURCE, longer, "rp_pool", PHASES, "-DWRONG=0")
