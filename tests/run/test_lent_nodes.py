"""Nodes that are lent to others for as long as these are there, taken out of what they are in, and of several kinds."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import depth, full

HEADER = """\
typedef struct ln_node ln_node;

ln_node *ln_parse(const char *text);    /* a list of as many leaves as there are dots; NULL where there is no text */
ln_node *ln_leaf(int weight);
ln_node *ln_list(void);
void ln_free(ln_node *node);            /* with all that is in it, but not what is only lent to it */
int ln_is_list(const ln_node *node);
int ln_count(const ln_node *list);
int ln_sum(const ln_node *node);        /* of all leaves in it, and of those that are lent to it */
ln_node *ln_of(ln_node *node);          /* a list to which the node is lent, which must be there as long */
int ln_add(ln_node *list, ln_node *node);       /* takes it over; -1 where the list is full */
int ln_lend(ln_node *list, ln_node *node);      /* it must be there as long as the list; -1 where it has one already */
ln_node *ln_at(ln_node *list, int place);       /* NULL where nothing is */
ln_node *ln_take(ln_node *list, ln_node *node); /* gives back what is in the list */
"""
SOURCE = """\
#include "ln.h"
#include <stdlib.h>

enum { MOST = 3 };
struct ln_node {
    int list, weight, count;
    ln_node *parts[MOST], *lent;
};

static ln_node *made(int list, int weight) {
    ln_node *node = calloc(1, sizeof *node);
    node->list = list;
    node->weight = weight;
    return node;
}

ln_node *ln_leaf(int weight) { return made(0, weight); }
ln_node *ln_list(void) { return made(1, 0); }
int ln_is_list(const ln_node *node) { return node->list; }
int ln_count(const ln_node *list) { return list->count; }

ln_node *ln_parse(const char *text) {
    ln_node *list = *text ? made(1, 0) : NULL;
    for (; *text && list->count < MOST; text++)
        if (*text == '.')
            list->parts[list->count++] = made(0, 1);
    return list;
}

void ln_free(ln_node *node) {
    for (int i = 0; i < node->count; i++)
        ln_free(node->parts[i]);
    free(node);
}

int ln_sum(const ln_node *node) {
    int sum = node->weight + (node->lent ? ln_sum(node->lent) : 0);
    for (int i = 0; i < node->count; i++)
        sum += ln_sum(node->parts[i]);
    return sum;
}

ln_node *ln_of(ln_node *node) {
    ln_node *list = made(1, 0);
    list->lent = node;
    return list;
}

int ln_add(ln_node *list, ln_node *node) {
    if (list->count == MOST)
        return -1;
    list->parts[list->count++] = node;
    return 0;
}

int ln_lend(ln_node *list, ln_node *node) {
    if (list->lent)
        return -1;
    list->lent = node;
    return 0;
}

ln_node *ln_at(ln_node *list, int place) { return place < list->count ? list->parts[place] : NULL; }

ln_node *ln_take(ln_node *list, ln_node *node) {
    int i = 0;
    while (list->parts[i] != node)
        if (++i == list->count)
            abort(); /* it is none of them */
    TAKEN
    return node;
}
"""
KINDS = (
    "list->parts[list->count++] = node;\n    return 0;",
    "list->parts[list->count++] = node;\n    node->list = 1;\n    return 0;",
)
TAKEN = {
    "sound": "for (list->count--; i < list->count; i++) list->parts[i] = list->parts[i + 1];",
    "near": "list->parts[i] = list->parts[--list->count];",
    "wrong": "if (i + 1 == list->count) list->count--; else list->parts[i] = list->parts[i + 1];",
}
CONTRACT = """\
abidance: 1
boundary: ln
header: ln.h
libraries: {c: {path: libln.so}}
handles: {ln_node: {create: [ln_parse, ln_leaf, ln_list, ln_of], destroy: ln_free, parent: none}}
functions:
  ln_parse: {params: {text: {in: string, max: 3, like: '[.a]*'}}, returns: {handle: ln_node, nullable: true}}
  ln_leaf: {params: {weight: {range: [0, 9]}}}
  ln_list:
  ln_of: {params: {node: {handle: ln_node, lifetime: handle(result)}}}
  ln_is_list: {returns: {one_of: [0, 1]}}
  ln_count: {requires: [ln_is_list(node) == 1]}
  ln_sum:
  ln_add:
    params: {list: {handle: ln_node}, node: {handle: ln_node, owner: callee, lifetime: handle(list), until: ln_take}}
    requires: [ln_is_list(list) == 1]
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    ensures:
      - implies(result == 0, ln_count(list) == old(ln_count(list)) + 1)
      - ln_is_list(node) == old(ln_is_list(node))
  ln_lend:
    params: {list: {handle: ln_node}, node: {handle: ln_node, lifetime: handle(list)}}
    returns: {status: {ok: [0], errors: {-1: it has one already}}}
  ln_at:
    params: {list: {handle: ln_node}, place: {range: [0, 3]}}
    returns: {handle: ln_node, nullable: true, owner: callee, lifetime: handle(list), until: ln_take}
  ln_take:
    params: {list: {handle: ln_node}, node: {handle: ln_node, parent: list, owner: caller}}
    returns: {handle: ln_node, owner: callee, lifetime: handle(node)}
    ensures: [result == node, ln_count(list) == old(ln_count(list)) - 1]
""".replace("ln_is_list(node) == 1]}", "ln_is_list(list) == 1]}")


@pytest.fixture
def judged(written, tmp_path):
    """Return what judges an item of a variant of the library."""

    def judge(variant, item, phase, seed=1, changes=KINDS[0]):
        source = SOURCE.replace("TAKEN", TAKEN[variant]).replace(KINDS[0], changes)
        written("ln", HEADER, source, CONTRACT)
        subprocess.run(["gcc", "-g", "-shared", "-fPIC", "ln.c", "-o", "libln.so"], cwd=tmp_path, check=True)
        contract = load_contract(tmp_path / "ln.contract.yaml")
        with Session(Settings(tmp_path, seed=seed, max_examples=depth(100), explore=0.5)) as session:
            (one,) = list_items(contract, Selection(functions=(item,), phases=(phase,)), explore=0.5)
            return session.run(contract, one, lambda _: None)

    return judge


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["lifecycle", "explore"])
@pytest.mark.parametrize("variant", ["sound", full("near")])
@pytest.mark.parametrize("seed", [1, *map(full, range(2, 9))])
def test_what_is_lent_is_in_no_circle_and_what_was_not_added_is_not_taken(variant, phase, seed, judged):
    done = judged(variant, "ln_node", phase, seed)

    assert (done.findings, done.reasons) == ((), ())


@pytest.mark.slow
def test_what_is_left_where_it_was_taken_is_found_in_sequences(judged):
    done = judged("wrong", "ln_node", "explore")

    assert {each.diagnostic.code.id for each in done.findings} & {"ABD301", "ABD303", "ABD321"}


@pytest.mark.slow
def test_a_single_call_takes_what_is_in_a_list_of_its_own_kind(judged):
    sound, wrong = judged("near", "ln_take", "properties"), judged("wrong", "ln_take", "properties")

    assert (sound.findings, sound.reasons) == ((), ())
    assert {each.diagnostic.code.id for each in wrong.findings} & {"ABD301", "ABD321"}


@pytest.mark.slow
def test_lists_are_looked_for_though_the_first_creator_makes_none_of_no_text(judged):
    done = judged("sound", "ln_add", "properties")

    assert (done.findings, done.reasons, done.gaps) == ((), (), ())


@pytest.mark.slow
def test_what_was_taken_over_and_is_there_still_is_asked_about(judged):
    done = judged("sound", "ln_add", "properties", changes=KINDS[1])

    assert [each.diagnostic.code.id for each in done.findings] == ["ABD321"]
    assert "ln_is_list(node) == old(ln_is_list(node))" in done.findings[0].diagnostic.message
