"""A list that takes over what is put into it, and needs more room once it is full: a few parts do not fill it."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct lg_part lg_part;
typedef struct lg_list lg_list;
lg_part *lg_part_new(int n);
void lg_part_free(lg_part *part);
lg_list *lg_list_new(void);
void lg_list_free(lg_list *list);
int lg_put(lg_list *list, lg_part *part);
unsigned lg_count(const lg_list *list);
"""
SOURCE = """\
#include "lg.h"
#include <stdlib.h>
struct lg_part { int n; };
struct lg_list { unsigned count, room; lg_part **all; };
lg_part *lg_part_new(int n)
{
    lg_part *part = malloc(sizeof *part);
    part->n = n;
    return part;
}
void lg_part_free(lg_part *part) { free(part); }
lg_list *lg_list_new(void) { return calloc(1, sizeof(lg_list)); }
void lg_list_free(lg_list *list)
{
    for (unsigned i = 0; i < list->count; i++)
        free(list->all[i]);
    free(list->all);
    free(list);
}
int lg_put(lg_list *list, lg_part *part)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 8;
        list->all = realloc(list->all, (list->room - SHORT) * sizeof *list->all);
    }
    list->all[list->count++] = part;
    return 0;
}
unsigned lg_count(const lg_list *list) { return list->count; }
"""
CONTRACT = """\
abidance: 1
boundary: lg
header: lg.h
libraries: {c: {path: liblg.so}}
handles:
  lg_part: {create: lg_part_new, destroy: lg_part_free, parent: none}
  lg_list: {create: lg_list_new, destroy: lg_list_free}
functions:
  lg_put:
    params: {part: {handle: lg_part, owner: callee, lifetime: handle(list)}}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    ensures: [lg_count(list) == old(lg_count(list)) + 1]
  lg_count:
"""


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(("short", "found"), [(0, False), (1, True)], ids=["sound", "wrong"])
def test_one_that_has_room_for_one_too_few_is_found(codes_of_sequences, short, found):
    codes = codes_of_sequences("lg", HEADER, SOURCE, CONTRACT, "lg_list", f"-DSHORT={short}", least=60)

    assert ("ABD314" in codes) is found
    assert bool(codes) is found
