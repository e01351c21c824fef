"""Memory that laws give to several steps, compiled: what lasts, and what a step left that another one changes."""

from __future__ import annotations

import pytest
from built_contract import of_texts

HEADER = """\
typedef struct lm lm;
typedef struct { int n; const char *text; } lm_item;
typedef struct { int at, turns; } lm_mark;
lm *lm_new(const char *name);
lm *lm_of(const lm_item *item);
int lm_size(const lm *it);
void lm_free(lm *it);
int lm_begin(lm_mark *mark);
int lm_turn(lm_mark *mark, int by);
void lm_keep(const char *text);
void lm_pick(lm_item *item);
int lm_kept(void);
"""
SOURCE = """\
#include "lm.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, SHORT, STUCK };
struct lm { const char *name; const lm_item *item; };
static const char *kept;
lm *lm_new(const char *name)
{
    lm *it = calloc(1, sizeof *it);
    it->name = name;
    return it;
}
lm *lm_of(const lm_item *item)
{
    lm *it = lm_new(item->text);
    it->item = item;
    return it;
}
int lm_size(const lm *it) { return (int)strlen(it->name) - (WRONG == SHORT && strlen(it->name) == 3); }
/* It looks at what it was lent to the end. */
void lm_free(lm *it)
{
    volatile size_t seen = strlen(it->name) + (it->item ? it->item->n : 0);
    (void)seen;
    free(it);
}
int lm_begin(lm_mark *mark) { mark->turns = 0; return mark->at; }
int lm_turn(lm_mark *mark, int by)
{
    mark->at += by, mark->turns += WRONG != STUCK || by != 2;
    return mark->turns;
}
void lm_keep(const char *text) { kept = text; }
void lm_pick(lm_item *item) { item->text = item->n & 1 ? WRONG == SHORT ? "od" : "odd" : item->text; }
int lm_kept(void) { return kept ? (int)strlen(kept) : 0; }
"""
CONTRACT = """\
abidance: 1
boundary: lm
header: lm.h
libraries: {c: {path: liblm.so}}
types: {lm_item: {fields: {text: {to: string, max: 9}}}}
handles: {lm: {create: [lm_new, lm_of], destroy: lm_free}}
functions:
  lm_new: {params: {name: {in: string, max: 9, lifetime: handle(result)}}}
  lm_of: {params: {item: {in: lm_item, lifetime: handle(result)}}}
  lm_size:
  lm_begin: {params: {mark: {inout: lm_mark}}}
  lm_turn:
    params: {mark: {inout: lm_mark}, by: {range: [0, 9]}}
    requires: [abs(mark.at) < 9999, abs(mark.turns) < 9999]
  lm_keep: {params: {text: {in: string, max: 9, lifetime: static}}}
  lm_pick: {params: {item: {inout: lm_item}}}
  lm_kept:
laws:
  sizes:
    given: {name: {in: string, max: 9}, more: {in: string, max: 5}}
    steps: [a = lm_new(name), b = lm_size(a.result), c = lm_new(name + more), d = lm_size(c.result)]
    ensures: [b.result == len(name), d.result == len(name + more)]
  items:
    given: {item: {in: lm_item}}
    steps: [a = lm_of(item), b = lm_size(a.result)]
    ensures: [b.result == len(item.text)]
  turns:
    given: {mark: {in: lm_mark}, by: {in: int, range: [0, 9]}}
    requires: [abs(mark.at) < 999]
    steps: [a = lm_begin(mark), b = lm_turn(a.mark, by), c = lm_turn(b.mark, by)]
    ensures: [a.result == mark.at, c.result == 2, c.mark.at == mark.at + 2 * by]
  picked:
    given: {item: {in: lm_item}}
    steps: [a = lm_pick(item), lm_pick(item)]
    ensures: ['a.item.text == (b"odd" if item.n & 1 else item.text)', a.item.n == item.n]
  what_is_kept:
    given: {text: {in: string, max: 9}}
    steps: [lm_keep(text), k = lm_kept()]
    ensures: [k.result == len(text)]
"""
DEFECTS = {"SHORT": ("sizes", "items", "picked"), "STUCK": ("turns",)}


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_texts(tmp_path_factory.mktemp("lm"), "lm", HEADER, CONTRACT, SOURCE)


@pytest.mark.parametrize(("wrong", "law"), [(wrong, law) for wrong in DEFECTS for law in DEFECTS[wrong]])
def test_what_a_law_says_is_looked_at(wrong, law, target):
    assert f"ABD376 {law}" in target.run(wrong, law).stderr


@pytest.mark.slow
def test_memory_is_there_as_long_as_a_step_says(target):
    for entry in target.target.entries:
        ended = target.run("NOTHING", entry, 4_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


def test_nothing_is_left_to_run(target):
    assert not target.target.left


def test_what_another_step_has_changed_is_not_looked_at_as_it_was(tmp_path):
    contract = CONTRACT.replace("c.result == 2", "b.mark.turns == 1")
    left = of_texts(tmp_path, "lm", HEADER, contract, SOURCE).target.left

    assert [each.reason for each in left] == ["what a step left is changed by another one, and looked at"]
