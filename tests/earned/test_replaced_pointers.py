"""A record that is read and written may come back with a pointer to other memory, as a value that was there before."""

from __future__ import annotations

import pytest

HEADER = """
#include <stddef.h>
typedef struct { size_t size; char *data; } text;
typedef struct shelf shelf;
shelf *shelf_new(void);
int shelf_put(shelf *s, text *t);
size_t shelf_size(const shelf *s);
void shelf_free(shelf *s);
int text_cut(text *t);
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
struct shelf { size_t size; char *data; };
shelf *shelf_new(void) { return calloc(1, sizeof(shelf)); }
int shelf_put(shelf *s, text *t)     /* what is there already is left in its place */
{
    if (s->data) { t->size = s->size; t->data = s->data; return 1; }
    s->data = malloc(t->size + 1);
    memcpy(s->data, t->data, s->size = t->size);
    return 0;
}
size_t shelf_size(const shelf *s) { return s->size; }
void shelf_free(shelf *s) { free(s->data); free(s); }
int text_cut(text *t) { t->size = t->size / 2 + MORE; return 0; }
"""
CONTRACT = """
types: {text: {fields: {data: {to: bytes, length: size}, size: {range: [1, 40]}}}}
handles: {shelf: {create: shelf_new, destroy: shelf_free}}
functions:
  shelf_put:
    params: {t: {inout: text}}
    returns: {status: {ok: [0, 1]}}
    ensures: [t.size == shelf_size(s), "implies(result == 0, t.data == old(t.data))"]
  shelf_size:
  text_cut: {params: {t: {inout: text}}, returns: {status: {ok: [0]}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("more", "expected"), [(0, []), (21, ["ABD324"])])
def test_a_length_is_that_of_the_memory_that_the_pointer_leads_to(small, more, expected):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=[f"-DMORE={more}"], examples=60)
    assert sorted({*ended.codes}) == expected, ended.text
    assert not expected or "`text_cut` reports" in ended.text
