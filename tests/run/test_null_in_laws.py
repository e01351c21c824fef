"""Memory of laws that says nothing of itself: it is NULL where the call to which it goes may be given that."""

from __future__ import annotations

import re

import pytest

HEADER = """\
#include <sys/types.h>
typedef struct nl_list nl_list;
nl_list *nl_new(void);
void nl_free(nl_list *list);
/* Adds `value`, of `size` bytes, or ended by NUL if that is -1; NULL for no value if `size` is 0 or -1. */
int nl_add(nl_list *list, const char *value, ssize_t size);
/* Returns what was added last, or NULL. */
const char *nl_last(const nl_list *list);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "nl.h"
enum { SOUND, NEAR, EMPTY };
struct nl_list { char last[16]; int none; };
nl_list *nl_new(void) { nl_list *list = calloc(1, sizeof *list); list->none = 1; return list; }
void nl_free(nl_list *list) { free(list); }
int nl_add(nl_list *list, const char *value, ssize_t size)
{
    size_t n = value == NULL ? 0 : size < 0 ? strlen(value) : (size_t)size;
    if (VARIANT == NEAR && n == 0) list->last[1] = 'x';
    if (value == NULL && size > 0) abort();
    if (n != 0) memcpy(list->last, value, n);
    list->last[n] = 0;
    list->none = value == NULL && VARIANT != EMPTY;
    return 0;
}
const char *nl_last(const nl_list *list) { return list->none ? NULL : list->last; }
"""
CONTRACT = """\
abidance: 1
boundary: nl
header: nl.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, nl.c, -o, libnl.so], artifact: libnl.so}}
builds: [release]
explore: 0.3
handles: {nl_list: {create: nl_new, destroy: nl_free}}
functions:
  nl_new:
  nl_free:
  nl_add:
    params: {value: {in: string, max: 9, length: size, nullable: size <= 0}, size: {range: [-1, 9]}}
    returns: {status: {ok: [0]}}
  nl_last: {returns: {to: string, nullable: true}}
laws:
  comes_back:
    steps: ["nl_add(list, value, size)", "last = nl_last(list)"]
    ensures: ["(last.result == null) == (value == null)"]
  ended:
    steps: ["nl_add(list, text, -1)", "last = nl_last(list)"]
    ensures: ["last.result == text"]
  counted:
    steps: ["nl_add(list, bytes, 3)", "last = nl_last(list)"]
    ensures: [last.result != null]
"""


def judged(variant, reported, text=CONTRACT):
    return reported("nl", HEADER, SOURCE, text, variant)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_it_is_null_only_where_the_call_may_be_given_that(variant, reported):
    status, report = judged(variant, reported)

    assert status == 0
    assert "no case tested" not in report


@pytest.mark.slow
def test_a_law_that_null_breaks_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    assert {*re.findall(r"the law `(\w+)` is broken", report)} == {"comes_back", "ended"}
    assert report.count("nl_add(list, NULL, ") == 2


@pytest.mark.slow
@pytest.mark.parametrize("history", ["", ", history: any"])
def test_what_a_new_handle_does_not_put_to_the_test_is_told_with_what_would(history, reported):
    steps = (
        'steps: ["last = nl_last(list)"], ensures: ["implies(last.result != null, len(last.result) < 10)"]'
    )
    text = f"{CONTRACT}  there: {{given: {{list: {{in: nl_list{history}}}}}, {steps}}}\n"

    status, report = judged(0, reported, text)
    remark = "of the law `there`: no case tested it (`list` is new without `history: any`)"
    assert status == 0
    assert (remark in report) == (not history)


@pytest.mark.slow
def test_it_is_not_null_where_a_condition_has_more_than_what_the_law_is_given(reported):
    """What decides it there is the answer of another step."""
    steps = '["n = nl_add(list, \\"x\\", 1)", "nl_add(list, value, n.result)", "last = nl_last(list)"]'
    text = CONTRACT.replace('["nl_add(list, value, size)", "last = nl_last(list)"]', steps)
    text = text.replace("(last.result == null) == (value == null)", "value != null")

    assert judged(0, reported, text)[0] == 0
