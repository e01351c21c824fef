"""A call that is refused keeps nothing, and one that fails tells why, also for want of memory."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct rk_bus rk_bus;
rk_bus *rk_new(void);
void rk_free(rk_bus *bus);
int rk_on(rk_bus *bus, int key, void (*heard)(void *mine, int n), void *mine);
int rk_send(rk_bus *bus);
int rk_name(rk_bus *bus, int key, const char *name);
int rk_letters(rk_bus *bus);
int rk_grow(rk_bus **bus, int by);
int rk_size(const rk_bus *bus);
int rk_do(int n);
int rk_why(void);
typedef struct { unsigned char *bytes; unsigned n; } rk_room;
int rk_fill(rk_room *room, int with);
int rk_turn(const unsigned char *from, unsigned char *to, int n, int by);
"""
SOURCE = """\
#include "rk.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, HEARD, NAMED, GROWN, REGROWN, WHY, WANT, FILLED, REFILLED, TURNED };
struct rk_bus { void (*heard)(void *, int); void *mine; const char *name; int size; };
static int why;
rk_bus *rk_new(void)
{
    return calloc(1, sizeof(rk_bus));
}
void rk_free(rk_bus *bus)
{
    free(bus);
}
int rk_on(rk_bus *bus, int key, void (*heard)(void *, int), void *mine)
{
    if (key >= 0 || WRONG == HEARD) {
        bus->heard = heard;
        bus->mine = mine;
    }
    return key < 0 ? -1 : 0;
}
int rk_send(rk_bus *bus)
{
    if (bus->heard)
        bus->heard(bus->mine, 1);
    return 0;
}
int rk_name(rk_bus *bus, int key, const char *name)
{
    if (key >= 0 || WRONG == NAMED)
        bus->name = name;
    return key < 0 ? -1 : 0;
}
int rk_letters(rk_bus *bus)
{
    return bus->name ? (int)strlen(bus->name) : 0;
}
int rk_grow(rk_bus **bus, int by)
{
    if (by < 0 || by > 5) {
        if (by < 0 ? WRONG == REGROWN : WRONG == GROWN) {
            rk_bus *old = *bus;
            *bus = malloc(sizeof **bus);
            **bus = *old;
            free(old);
        }
        return -1;
    }
    (*bus)->size += by;
    return 0;
}
int rk_size(const rk_bus *bus)
{
    return bus->size;
}
int rk_do(int n)
{
    void *memory = n < 0 ? NULL : malloc(8);
    if (!memory) {
        why = n < 0 ? (WRONG == WHY ? 0 : 2) : WRONG == WANT ? 0 : 3;
        return -1;
    }
    free(memory);
    why = n > 5;
    return why ? -1 : 0;
}
int rk_why(void)
{
    return why;
}
int rk_fill(rk_room *room, int with)
{
    if (with < 0 || with > 5) {
        if (room->n && (with < 0 ? WRONG == REFILLED : WRONG == FILLED))
            room->bytes[0] = 7;
        return -1;
    }
    memset(room->bytes, with, room->n);
    return 0;
}
int rk_turn(const unsigned char *from, unsigned char *to, int n, int by)
{
    if (by > 5) {
        if (WRONG == TURNED && n)
            to[0] = (unsigned char)~from[0];
        return -1;
    }
    for (int i = 0; i < n; i++)
        to[i] = from[i] ^ by;
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: rk
header: rk.h
libraries: {c: {path: librk.so}}
types: {rk_room: {fields: {bytes: {to: bytes, capacity: n, length: n}, n: {range: [0, 9]}}}}
handles: {rk_bus: {create: rk_new, destroy: rk_free}}
functions:
  rk_new: {returns: {handle: rk_bus, nullable: true}}
  rk_free:
  rk_on:
    params:
      key: {range: [0, 9]}
      heard: {callback: {calls: 0, lifetime: handle(rk_bus), until: rk_on}, user_data: mine}
    returns: {status: {ok: [0], errors: {-1: there is no such key}}}
    rejects: [{when: {key: -1}, returns: -1}]
  rk_send:
  rk_name:
    params: {key: {range: [0, 9]}, name: {in: string, max: 9, lifetime: handle(bus)}}
    returns: {status: {ok: [0], errors: {-1: there is no such key}}}
    rejects: [{when: {key: -1}, returns: -1}]
  rk_letters:
  rk_grow:
    params: {bus: {inout: rk_bus, on_failure: untouched}, by: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is too much}}}
    rejects: [{when: {by: -1}, returns: -1}]
  rk_size:
  rk_do:
    params: {n: {range: [0, 9]}}
    returns:
      status: {ok: [0], errors: {-1: it failed}}
      last_error: {call: rk_why(), ok: [0], errors: {1: it is too much, 2: it is less than nothing, 3: no memory}}
    may_fail: {memory: {returns: -1}}
    rejects: [{when: {n: -1}, returns: -1}]
  rk_why:
  rk_fill:
    params: {room: {inout: rk_room, on_failure: untouched}, with: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: it is too much}}}
    rejects: [{when: {with: -1}, returns: -1}]
  rk_turn:
    params:
      from: {in: bytes, length: n}
      to: {out: bytes, capacity: n, length: n, in_place: from, on_failure: untouched}
      n: {range: [0, 20]}
      by: {range: [0, 9]}
    returns: {status: {ok: [0], errors: {-1: it is too much}}}
"""
DEFECTS = {
    "HEARD": ("rk_bus", "lifecycle", "ABD345"),
    "NAMED": ("rk_bus", "lifecycle", "ABD373"),
    "GROWN": ("rk_grow", "properties", "ABD326"),
    "REGROWN": ("rk_grow", "rejects", "ABD328"),
    "WHY": ("rk_do", "rejects", "ABD322"),
    "WANT": ("rk_do", "memory", "ABD322"),
    "FILLED": ("rk_fill", "properties", "ABD326"),
    "REFILLED": ("rk_fill", "rejects", "ABD328"),
    "TURNED": ("rk_turn", "properties", "ABD326"),
}
ITEMS = ("rk_bus", "rk_grow", "rk_do", "rk_fill", "rk_turn")
COMPILED = {"WHY", "WANT", "FILLED", "REFILLED"}
"""Defects that the compiled contract finds as well."""


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_a_refused_or_failed_call_does_is_judged(wrong, codes_of):
    item, phase, code = DEFECTS[wrong]

    assert {*codes_of("rk", HEADER, SOURCE, CONTRACT, item, (phase,), f"-DWRONG={wrong}", least=60)} == {code}


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS)
def test_others_are_left_alone(item, codes_of):
    phases = ("properties", "rejects", "memory", "overlap", "lifecycle")

    assert codes_of("rk", HEADER, SOURCE, CONTRACT, item, phases, "-DWRONG=NOTHING", least=60) == []
