"""A handle that came back may be one that a call is given beside it, which only `in_place` allows."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
typedef struct hb_name hb_name;
typedef struct hb_record hb_record;
hb_name *hb_name_new(int length);
void hb_name_free(hb_name *name);
int hb_length(const hb_name *name);
void hb_join(hb_name *name, const hb_name *more);
hb_record *hb_record_new(void);
void hb_record_free(hb_record *record);
int hb_set_owner(hb_record *record, hb_name *owner);
hb_name *hb_owner(const hb_record *record);
"""
SOURCE = """\
#include <stdlib.h>
#include "hb.h"
struct hb_name { int length; };
struct hb_record { hb_name *owner; };
hb_name *hb_name_new(int length) { hb_name *name = malloc(sizeof *name); name->length = length; return name; }
void hb_name_free(hb_name *name) { free(name); }
int hb_length(const hb_name *name) { return name->length; }
void hb_join(hb_name *name, const hb_name *more)
{
    int before = name->length;
    name->length += more->length;
    if (more->length != name->length - before)
        abort(); /* it is the same one */
    name->length -= WRONG && before == 7;
}
hb_record *hb_record_new(void) { return calloc(1, sizeof(hb_record)); }
void hb_record_free(hb_record *record) { free(record->owner); free(record); }
int hb_set_owner(hb_record *record, hb_name *owner)
{
    if (record->owner)
        return -1;
    record->owner = owner;
    return 0;
}
hb_name *hb_owner(const hb_record *record) { return record->owner; }
"""
CONTRACT = """\
abidance: 1
boundary: hb
header: hb.h
libraries: {c: {path: libhb.so}}
handles:
  hb_name: {create: hb_name_new, destroy: hb_name_free, parent: none}
  hb_record: {create: hb_record_new, destroy: hb_record_free}
functions:
  hb_name_new: {params: {length: {range: [1, 9]}}}
  hb_length:
  hb_join:
    params: {name: {handle: hb_nameSAME}, more: {handle: hb_name}}
    requires: [hb_length(name) + hb_length(more) < 1000]
    ensures: [hb_length(name) >= old(hb_length(name)) + 1]
  hb_set_owner:
    params: {owner: {handle: hb_name, owner: callee, lifetime: handle(record)}}
    returns: {status: {ok: [0], errors: {-1: it has one}}}
  hb_owner: {returns: {handle: hb_name, nullable: true, owner: callee, lifetime: handle(record)}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phase", "same", "wrong", "codes"),
    [
        ("lifecycle", "", 0, []),
        ("lifecycle", ", in_place: more", 0, ["ABD301"]),
        ("explore", "", 0, []),
        full("explore", ", in_place: more", 0, ["ABD301"]),
        full("lifecycle", "", 1, ["ABD321"]),
    ],
)
def test_one_handle_is_given_twice_where_it_may_be(phase, same, wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    source = SOURCE.replace("WRONG", str(wrong))

    found = codes_of("hb", HEADER, source, CONTRACT.replace("SAME", same), "hb_name", (phase,), least=100)

    assert {*found} == {*codes}
