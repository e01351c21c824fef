"""Callbacks of targets that free what they are given with a handle, or a number, beside it."""

from __future__ import annotations

import pytest
from built_contract import of_words

HEADER = """
typedef struct reader reader;
typedef struct { int number; void *own; } item;
reader *reader_new(void);
void reader_on_item(reader *r, void (*handler)(void *data, item *given), void *data);
int reader_feed(reader *r, const char *text);
int reader_out(const reader *r);
void item_free(int how, reader *r, item *given);
void reader_end(reader *r);
"""
CONTRACT = """
abidance: 1
boundary: freeing
header: freeing.h
libraries: {c: {path: libfreeing.so}}
handles:
  reader: {type: reader, create: reader_new, destroy: reader_end}
functions:
  reader_new: {returns: {handle: reader}}
  reader_on_item:
    params:
      r: {handle: reader}
      handler:
        callback:
          lifetime: handle(reader)
          params: {given: {to: item, owner: callee, free: "item_free(7, r, given)"}}
        user_data: data
  reader_feed: {params: {r: {handle: reader}, text: {in: string, max: 20}}}
  reader_out: {params: {r: {handle: reader}}}
  reader_end: {params: {r: {handle: reader}}}
laws:
  all_is_given_back:
    given: {one: reader, other: reader, text: {in: string, max: 20}}
    steps:
    - reader_on_item(one)
    - reader_on_item(other)
    - a = reader_feed(one, text)
    - b = reader_feed(other, text)
    - c = reader_out(one)
    - d = reader_out(other)
    ensures: [c.result == 0 and d.result == 0]
"""
SOURCE = """
#include <stdlib.h>
#include "freeing.h"
struct reader { void (*handler)(void *data, item *given); void *data; int out; };
reader *reader_new(void) { return calloc(1, sizeof(reader)); }
void reader_on_item(reader *r, void (*handler)(void *data, item *given), void *data)
{
    r->handler = handler, r->data = data;
}
int reader_feed(reader *r, const char *text)
{
    int n = 0;
    for (; *text; text++, n++) {
        if (!r->handler) continue;
        item *made = malloc(sizeof *made);
        *made = (item){*text, r}, r->out++;
        r->handler(r->data, made);
    }
    return n;
}
int reader_out(const reader *r) { return r->out; }
void item_free(int how, reader *r, item *given)
{
    if (how != 7 || given->own != r) abort();
    if (GIVEN_BACK) r->out--;
    if (FREED) free(given);
}
void reader_end(reader *r) { free(r); }
"""
SOUND = {"GIVEN_BACK": "1", "FREED": "1"}
WRONG = {
    "sound": {},
    # What is given back late is given back.
    "near": {"FREED": "given->number = 0, 1"},
    "forgets_one": {"GIVEN_BACK": "given->number != 'x'"},
}
ENTRIES = ("reader_on_item", "reader_feed", "reader", "all_is_given_back")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("freeing")
    return of_words(folder, "freeing", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


@pytest.mark.slow
def test_all_of_it_is_compiled(built):
    assert [str(each) for each in built.target.left] == []


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_each_handle_frees_what_its_own_callback_was_given(library, built):
    for entry in ENTRIES:
        ended = built.run(library, entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_what_is_freed_wrongly_is_found(built):
    assert "ABD376 all_is_given_back" in built.run("forgets_one", "all_is_given_back").stderr
