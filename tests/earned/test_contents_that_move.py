"""What a handle keeps, memory and callbacks, is kept by the one into which its contents went."""

from __future__ import annotations

import pytest

HEADER = """
#include <stddef.h>
typedef struct mv mv;
mv *mv_new(void);
void mv_free(mv *all);
int mv_refer(mv *all, const unsigned char *data, size_t size, void (*gone)(void *mine), void *mine);
int mv_move(mv *to, mv *from);
int mv_sum(const mv *all);
"""
SOURCE = """
#include <stddef.h>
#include <stdlib.h>
typedef struct part part;
struct part { const unsigned char *data; size_t size; void (*gone)(void *); void *mine; part *next; };
typedef struct mv { part *first; } mv;
mv *mv_new(void) { return calloc(1, sizeof(mv)); }
void mv_free(mv *all)
{
    for (part *each = all->first, *next; each; each = next) {
        next = each->next;
        if (each->gone)
            each->gone(each->mine);
        free(each);
    }
    free(all);
}
int mv_refer(mv *all, const unsigned char *data, size_t size, void (*gone)(void *mine), void *mine)
{
    part *made = malloc(sizeof *made);
    if (!made)
        return -1;
    *made = (part){data, size, gone, mine, all->first};
    all->first = made;
    return 0;
}
/* The wrong one copies, and lets both think that they have it all. */
int mv_move(mv *to, mv *from)
{
    part **end = &to->first, *each = from->first;
    while (*end)
        end = &(*end)->next;
    if (!TWICE) {
        *end = each;
        from->first = NULL;
    }
    for (; TWICE && each; each = each->next, end = &(*end)->next) {
        *end = malloc(sizeof **end);
        **end = (part){each->data, each->size, each->gone, each->mine, NULL};
    }
    return 0;
}
int mv_sum(const mv *all)
{
    int sum = 0;
    for (part *each = all->first; each; each = each->next)
        for (size_t i = 0; i < each->size; i++)
            sum += each->data[i];
    return sum;
}
"""
CONTRACT = """
handles: {mv: {create: mv_new, destroy: mv_free}}
functions:
  mv_refer:
    params:
      data: {in: bytes, length: size, lifetime: handle(all)}
      size: {range: [0, 9]}
      gone: {callback: {in_all: 1, lifetime: handle(mv)}, nullable: true, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
  mv_move: {params: {to: {handle: mv}, from: {handle: mv, into: to}}, returns: {status: {ok: [0]}}}
  mv_sum:
laws:
  what_is_moved_is_kept:
    given: {one: mv, other: mv, data: {in: bytes, max: 9}}
    steps: ["mv_refer(one, data, len(data))", "mv_move(other, one)", mv_free(one), a = mv_sum(other)]
    ensures: [a.result == sum(byte for byte in data)]
"""


@pytest.mark.slow
@pytest.mark.parametrize("twice", [0, 1])
def test_what_moves_lives_as_long_as_where_it_went(twice, small):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=[f"-DTWICE={twice}"], examples=60)

    assert bool(ended.codes) is bool(twice), ended.text
    assert ended.status == twice, ended.text
