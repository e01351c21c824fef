"""With which user data callbacks are invoked that are kept, in compiled contracts."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_module

HEADER = """
#include <stddef.h>
typedef struct lamp lamp;
typedef void (*lamp_seen)(void *mine, int level);
typedef struct { void *(*get)(void *mine, size_t size); void (*put)(void *mine, void *block); void *mine; } lamp_memory;
lamp *lamp_new(const lamp_memory *memory);
void lamp_free(lamp *l);
int lamp_watch(lamp *l, lamp_seen seen, void *mine);
int lamp_number(lamp *l, void (*seen)(unsigned mine), unsigned mine);
int lamp_set(lamp *l, int level);
void lamp_on_any(lamp *l, lamp_seen seen, void *mine);
int lamp_any(lamp *l, int level);
"""
SOURCE = """
#include <stdint.h>
#include <stdlib.h>
#include "lamp.h"
enum { SOUND, NEAR, NONE, OTHER, ITSELF, NUMBER, GIVES, TAKES, ANY };
typedef struct { lamp_seen seen; void *mine; } watcher;
struct lamp { lamp_memory memory; watcher each[40]; int count; void (*number)(unsigned); unsigned mine; };
static watcher any;
static void *hidden(void *mine) { return WRONG == NEAR ? (void *)~(uintptr_t)mine : mine; }
lamp *lamp_new(const lamp_memory *memory)
{
    lamp *made = memory->get(WRONG == GIVES ? (void *)memory : memory->mine, sizeof(lamp));
    if (made)
        *made = (lamp){.memory = *memory};
    return made;
}
void lamp_free(lamp *l) { l->memory.put(WRONG == TAKES ? l : l->memory.mine, l); }
int lamp_watch(lamp *l, lamp_seen seen, void *mine)
{
    if (l->count == 40)
        return -1;
    l->each[l->count++] = (watcher){seen, hidden(mine)};
    return 0;
}
int lamp_number(lamp *l, void (*seen)(unsigned), unsigned mine)
{
    l->number = seen, l->mine = mine;
    return 0;
}
int lamp_set(lamp *l, int level)
{
    for (int i = 0; i < l->count; i++) {
        void *mine = hidden(l->each[i].mine);
        if (WRONG == NONE && level == 3)
            mine = NULL;
        if (WRONG == OTHER && i == 1)
            mine = l->each[0].mine;
        if (WRONG == ITSELF && level == 9)
            mine = l;
        l->each[i].seen(mine, level);
    }
    if (l->number)
        l->number(WRONG == NUMBER && level == 8 ? l->mine + 1 : l->mine);
    return 0;
}
void lamp_on_any(lamp *l, lamp_seen seen, void *mine) { any = (watcher){seen, hidden(mine)}; }
int lamp_any(lamp *l, int level)
{
    if (any.seen)
        any.seen(WRONG == ANY ? (void *)&any : hidden(any.mine), level);
    return 0;
}
"""
CONTRACT = """
abidance: 1
boundary: lamp
header: lamp.h
libraries: {c: {path: liblamp.so}}
types:
  lamp_memory:
    fields:
      get: {callback: {lifetime: handle(lamp), allocates: size}, user_data: mine}
      put: {callback: {lifetime: handle(lamp), frees: block}, user_data: mine}
handles: {lamp: {create: lamp_new, destroy: lamp_free}}
functions:
  lamp_new: {params: {memory: {in: lamp_memory}}, returns: {nullable: true}}
  lamp_watch:
    params: {seen: {callback: {lifetime: handle(lamp), params: {level: {range: [0, 9]}}}, user_data: mine}}
    returns: {status: {ok: [0], errors: {-1: there are too many}}}
  lamp_number: {params: {seen: {callback: {lifetime: handle(lamp)}, user_data: mine}}}
  lamp_set: {params: {level: {range: [0, 9]}}, ensures: [result == 0]}
  lamp_on_any:
    params: {seen: {callback: {lifetime: static, params: {level: {range: [0, 9]}}}, user_data: mine}}
  lamp_any: {params: {level: {range: [0, 9]}}, ensures: [result == 0]}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("lamp"), "lamp", sys.modules[__name__])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "entry", "finding"),
    [
        ("NONE", "lamp", "ABD342 lamp_watch"),
        ("OTHER", "lamp", "ABD342 lamp_watch"),
        ("ITSELF", "lamp", "ABD342 lamp_watch"),
        ("NUMBER", "lamp", "ABD342 lamp_number"),
        ("GIVES", "lamp", "ABD342 lamp_new"),
        ("TAKES", "lamp", "ABD342 lamp_new"),
        ("ANY", "lamp", "ABD342 lamp_on_any"),
    ],
)
def test_other_user_data_is_found_whoever_is_called_with_it(wrong, entry, finding, built):
    assert finding in built.run(wrong, entry, 60_000, 1).stderr


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["SOUND", "NEAR"])
def test_what_is_kept_in_any_form_is_no_finding(wrong, built):
    for entry in built.target.entries:
        ended = built.run(wrong, entry, 60_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_nothing_of_it_is_left(built):
    assert [str(each) for each in built.target.left] == []
