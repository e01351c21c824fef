"""What is promised of callbacks that a handle was given before: how a later call on it invokes them."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct kb_bus kb_bus;
typedef struct {
    int (*in)(void *mine, char letter);
    void (*end)(void *mine, unsigned words);
    void *mine;
} kb_table;
kb_bus *kb_new(void);
void kb_free(kb_bus *bus);
int kb_on(kb_bus *bus, int key, int (*heard)(void *mine, int n), void *mine); /* -1, and nothing is kept */
int kb_once(kb_bus *bus, int (*heard)(void *mine, int n), void *mine);        /* for the first message alone */
void kb_off(kb_bus *bus);
int kb_send(kb_bus *bus, int n); /* what `heard` answers; -1 where there is none */
int kb_watch(kb_bus *bus, const kb_table *table);
int kb_say(kb_bus *bus, const char *text); /* how many `in` has answered 0 for; -1 where nobody watches */
int kb_log(kb_bus *bus, int (*write)(void *mine, const unsigned char *data, size_t n), void *mine);
int kb_put(kb_bus *bus, unsigned char byte);
"""
SOURCE = """\
#include "kb.h"
#include <stdlib.h>
enum { NOTHING, NEAR, TWICE, OTHER, IGNORES, FAILED, REPLACED, ANOTHER, SKIPS, UNENDED, LOST, WRITTEN };
struct kb_bus {
    int (*heard)(void *, int);
    void *mine;
    int once;
    kb_table table;
    int (*write)(void *, const unsigned char *, size_t);
    void *file;
};
static kb_bus *newest;
kb_bus *kb_new(void)
{
    kb_bus *bus = calloc(1, sizeof(kb_bus));
    newest = bus ? bus : newest;
    return bus;
}
void kb_free(kb_bus *bus)
{
    newest = newest == bus ? NULL : newest;
    free(bus);
}
int kb_on(kb_bus *bus, int key, int (*heard)(void *, int), void *mine)
{
    if (key < 0 || (key > 5 && WRONG != FAILED))
        return -1;
    if (WRONG == REPLACED && bus->heard)
        return 0;
    bus->heard = heard;
    bus->mine = mine;
    bus->once = 0;
    return key > 5 ? -1 : 0;
}
int kb_once(kb_bus *bus, int (*heard)(void *, int), void *mine)
{
    kb_on(bus, 0, heard, mine);
    bus->once = 1;
    return 0;
}
void kb_off(kb_bus *bus)
{
    bus->heard = NULL;
}
int kb_send(kb_bus *bus, int n)
{
    kb_bus *to = WRONG == ANOTHER && newest && newest->heard && bus->heard ? newest : bus;
    int (*heard)(void *, int) = to->heard;
    if (!heard)
        return -1;
    if (WRONG == TWICE && n > 7)
        heard(to->mine, n);
    int answer = heard(to->mine, n + (WRONG == OTHER && n > 7));
    if (bus->once)
        bus->heard = NULL;
    return WRONG == IGNORES && answer == 3 ? 2 : answer;
}
int kb_watch(kb_bus *bus, const kb_table *table)
{
    bus->table = *table;
    return 0;
}
int kb_say(kb_bus *bus, const char *text)
{
    unsigned words = 0, well = 0;
    if (!bus->table.end)
        return -1;
    for (; *text; text++) {
        if (WRONG == SKIPS && *text == ' ')
            continue;
        words++;
        if (bus->table.in)
            well += bus->table.in(bus->table.mine, WRONG == NEAR ? (char)(int)*text : *text) == 0;
    }
    if (WRONG != UNENDED || words != 3)
        bus->table.end(bus->table.mine, words);
    return (int)well;
}
int kb_log(kb_bus *bus, int (*write)(void *, const unsigned char *, size_t), void *mine)
{
    bus->write = write;
    bus->file = mine;
    return write(mine, (const unsigned char *)"!", 1) == 0 ? 0 : -1;
}
int kb_put(kb_bus *bus, unsigned char byte)
{
    unsigned char two[2] = {'+', byte};
    if (!bus->write)
        return -1;
    if (WRONG == LOST && byte > 250)
        return 0;
    two[1] ^= WRONG == WRITTEN && byte >= 'x';
    if (WRONG == NEAR)
        return bus->write(bus->file, two, 1) == 0 && bus->write(bus->file, two + 1, 1) == 0 ? 0 : -1;
    return bus->write(bus->file, two, 2) == 0 ? 0 : -1;
}
"""
CONTRACT = """\
abidance: 1
boundary: kb
header: kb.h
libraries: {c: {path: libkb.so}}
types:
  kb_table:
    fields:
      in:
        callback: {lifetime: handle(kb_bus), returns: {range: [0, 1]}, until: kb_watch}
        nullable: false
      end: {callback: {lifetime: handle(kb_bus), until: kb_watch}, nullable: false}
      mine: {opaque: true}
handles: {kb_bus: {create: kb_new, destroy: kb_free}}
functions:
  kb_new: {returns: {handle: kb_bus, nullable: true}}
  kb_free:
  kb_on:
    params:
      key: {range: [0, 9]}
      heard:
        callback: {calls: 0, returns: {range: [0, 9]}, lifetime: handle(kb_bus), until: [kb_off, kb_on, kb_once]}
        user_data: mine
    returns: {status: {ok: [0], errors: {-1: there is no such key}}}
    rejects: [{when: {key: -1}, returns: -1}]
  kb_once:
    params:
      heard:
        callback: {calls: 0, returns: {range: [0, 9]}, lifetime: handle(kb_bus), until: [kb_off, kb_on, kb_once]}
        user_data: mine
  kb_off:
  kb_send:
    params: {n: {range: [0, 9]}}
    ensures:
      - implies(result >= 0, len(bus.heard.calls) == 1)
      - implies(result >= 0, bus.heard.calls[0].n == n and result == bus.heard.calls[0].result)
  kb_watch: {params: {table: {in: kb_table}}}
  kb_say:
    params: {text: {in: string, max: 6}}
    ensures:
      - implies(result >= 0, len(bus.table.in_.calls) == len(text))
      - implies(result >= 0, all(bus.table.in_.calls[i].letter % 256 == text[i] for i in range(len(text))))
      - implies(result >= 0, len(bus.table.end.calls) == 1 and bus.table.end.calls[0].words == len(text))
  kb_log:
    params:
      write:
        callback:
          lifetime: handle(kb_bus)
          until: kb_log
          params: {data: {to: bytes, length: n}}
          returns: {one_of: [0]}
          writes: {data: data}
        user_data: mine
    returns: {status: {ok: [0], errors: {-1: it is not written}}}
  kb_put:
    returns: {status: {ok: [0], errors: {-1: it is not written}}}
    ensures: ["implies(result == 0, bus.write.contents[len(bus.write.contents) - 1] == byte)"]
"""
DEFECTS = {
    "TWICE": "ABD321",
    "OTHER": "ABD321",
    "IGNORES": "ABD321",
    "REPLACED": "ABD345",
    "ANOTHER": "ABD321 ABD375",  # two handles share what one of them was given
    "SKIPS": "ABD321",
    "UNENDED": "ABD321",
    "LOST": "ABD321",
    "WRITTEN": "ABD321",
}
SOUND = ("NOTHING", "NEAR", "FAILED")
"""One that fails may keep what it is given: nobody is told."""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_it_is_invoked_with_is_looked_at(wrong, codes_of_sequences):
    found = codes_of_sequences("kb", HEADER, SOURCE, CONTRACT, "kb_bus", f"-DWRONG={wrong}", least=150)
    assert not {*DEFECTS[wrong].split()}.isdisjoint(found)


@pytest.mark.slow
@pytest.mark.parametrize("right", SOUND)
def test_a_sound_library_is_left_alone(right, codes_of_sequences):
    assert not codes_of_sequences("kb", HEADER, SOURCE, CONTRACT, "kb_bus", f"-DWRONG={right}", least=150)
