"""A handle that a call has not taken over is its caller's still: what it lends ends where that one destroys it."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct nt nt;
nt *nt_new(int is_list);
void nt_free(nt *value);
int nt_put(nt *list, nt *value);
void nt_touch(nt *list);
const char *nt_label(const nt *value);
"""
SOURCE = """\
#include "nt.h"
#include <stdlib.h>
#include <string.h>
struct nt { int is_list; char *label; nt *inside; };
nt *nt_new(int is_list)
{
    nt *value = calloc(1, sizeof *value);
    value->is_list = is_list;
    value->label = strdup(is_list ? "list" : "one");
    return value;
}
void nt_free(nt *value)
{
    if (value->inside) nt_free(value->inside);
    memset(value->label, '!', strlen(value->label));
    free(value->label);
    free(value);
}
int nt_put(nt *list, nt *value)
{
    if (!list->is_list || list->inside) return -1;
    list->inside = value;
    return 0;
}
void nt_touch(nt *list)
{
    if (WRONG && list->inside) strcpy(list->inside->label, "in");
}
const char *nt_label(const nt *value) { return value->label; }
"""
CONTRACT = """\
abidance: 1
boundary: nt
header: nt.h
libraries: {c: {path: libnt.so}}
handles:
  nt: {create: nt_new, destroy: nt_free, parent: none}
functions:
  nt_new: {params: {is_list: {range: [0, 1]}}}
  nt_free:
  nt_put:
    params: {list: {handle: nt}, value: {handle: nt, owner: callee, lifetime: handle(list)}}
    returns: {status: {ok: [0], errors: {-1: it is no list}}}
  nt_touch:
  nt_label: {returns: {to: string, lifetime: handle(value)}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [(0, set()), (1, {"ABD374"})])
def test_what_is_lent_is_looked_at_as_long_as_it_is_there(wrong, codes, codes_of_sequences):
    asked = ("nt", HEADER, SOURCE, CONTRACT, "nt", f"-DWRONG={wrong}")

    assert {*codes_of_sequences(*asked, least=100)} == codes
