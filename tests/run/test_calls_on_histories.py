"""Calls that the library allows on no new handle are made on one that other calls have led there."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import depth

HEADER = """\
#include <stddef.h>
typedef struct ch_node ch_node;
ch_node *ch_new(int value);
void ch_free(ch_node *node);
int ch_append(ch_node *parent, ch_node *child);
ch_node *ch_parent(const ch_node *node);
int ch_is_child(const ch_node *node);
int ch_place(const ch_node *node, int base);
int ch_depth(const ch_node *node);
ch_node *ch_first(const ch_node *parent);
int ch_remove(ch_node *parent, ch_node *child);
"""
SOURCE = """\
#include <stdlib.h>
#include "ch.h"
enum { SOUND, PLACE, CRASH, REMOVE };
struct ch_node { int value; ch_node *parent; ch_node *children[4]; int n; };
ch_node *ch_new(int value)
{
    ch_node *node = calloc(1, sizeof *node);
    if (node) node->value = value;
    return node;
}
void ch_free(ch_node *node)
{
    if (!node) return;
    for (int i = 0; i < node->n; i++) ch_free(node->children[i]);
    free(node);
}
int ch_append(ch_node *parent, ch_node *child)
{
    if (parent->n == 4) return -1;
    parent->children[parent->n++] = child;
    child->parent = parent;
    return 0;
}
ch_node *ch_parent(const ch_node *node) { return node->parent; }
int ch_is_child(const ch_node *node) { return node->parent != NULL; }
int ch_place(const ch_node *node, int base)
{
    for (int i = 0; i < node->parent->n; i++)
        if (node->parent->children[i] == node) return base + i - (VARIANT == PLACE && base == 7);
    return -1;
}
int ch_depth(const ch_node *node)
{
    if (VARIANT == CRASH && node->parent) abort();
    return node->parent ? 1 + ch_depth(node->parent) : 0;
}
ch_node *ch_first(const ch_node *parent) { return parent->n ? parent->children[0] : NULL; }
int ch_remove(ch_node *parent, ch_node *child)
{
    int place = ch_place(child, 0);
    if (parent != child->parent) abort();
    for (int i = place + 1; i < parent->n; i++) parent->children[i - 1] = parent->children[i];
    parent->n--;
    child->parent = NULL;
    return VARIANT == REMOVE ? 4 : place;
}
"""
CONTRACT = """\
abidance: 1
boundary: ch
header: ch.h
libraries: {c: {path: libch.so}}
handles:
  ch_node: {create: ch_new, destroy: ch_free}
functions:
  ch_new: {params: {value: {range: [0, 5]}}, returns: {handle: ch_node, nullable: true}}
  ch_append:
    params:
      parent: {handle: ch_node}
      child: {handle: ch_node, owner: callee, lifetime: handle(parent), until: ch_remove}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    requires: [ch_is_child(child) == 0]
  ch_parent: {returns: {handle: ch_node, nullable: true, owner: callee, lifetime: handle(node)}}
  ch_is_child:
  ch_depth:
  ch_first: {returns: {handle: ch_node, nullable: true, owner: callee, lifetime: handle(parent), until: ch_remove}}
  ch_remove:
    params: {parent: {handle: ch_node}, child: {handle: ch_node, owner: caller, parent: parent}}
    ensures: [0 <= result < 4]
  ch_place:
    params: {base: {range: [0, 9]}}
    requires: [ch_parent(node) != null]
    ensures: [result >= base]
"""


@pytest.fixture
def judged(written, tmp_path):
    """Return what builds the library and judges one function alone: the verdict of its item."""

    def judge(contract, variant, function="ch_place", least=0):
        written("ch", HEADER, SOURCE, contract)
        command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={variant}", "ch.c", "-o", "libch.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
        loaded = load_contract(tmp_path / "ch.contract.yaml")
        with Session(Settings(tmp_path, seed=1, max_examples=max(depth(60), least))) as session:
            (item,) = list_items(loaded, Selection(functions=(function,), phases=("properties",)))
            return session.run(loaded, item, lambda _: None)

    return judge


@pytest.mark.slow
def test_a_node_is_put_into_another_one_first(judged):
    (found,) = judged(CONTRACT, "PLACE", least=60).findings

    assert found.diagnostic.code.id == "ABD321"
    assert [line.split("(")[0].split()[-1].lstrip("*") for line in found.call.splitlines()] == [
        "ch_new",
        "ch_new",
        "ch_append",
        "ch_place",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", "CRASH"])
def test_what_others_do_on_the_way_is_no_finding_of_the_function(variant, judged):
    verdict = judged(CONTRACT, variant)

    assert verdict.findings == ()
    assert verdict.calls >= 5
    assert verdict.reasons == ()


@pytest.mark.slow
def test_where_no_call_leads_there_it_is_not_judged(judged):
    verdict = judged(CONTRACT.replace("ch_is_child(child) == 0", "ch_is_child(child) == 1"), "PLACE")

    assert [each.code.id for each in verdict.reasons] == ["ABD109"]
    assert verdict.findings == ()


@pytest.mark.slow
def test_a_node_is_taken_out_of_the_one_that_it_is_in(judged):
    """The function that finds one in another finds none in a new one."""
    (found,) = judged(CONTRACT, "REMOVE", "ch_remove").findings

    assert found.diagnostic.code.id == "ABD321"
    assert [line.split("(")[0].split()[-1].lstrip("*") for line in found.call.splitlines()][-2:] == [
        "ch_append",
        "ch_remove",
    ]


@pytest.mark.slow
def test_what_is_taken_out_so_is_sound(judged):
    verdict = judged(CONTRACT, "SOUND", "ch_remove")

    assert verdict.findings == ()
    assert verdict.calls >= 5
    assert verdict.reasons == ()
