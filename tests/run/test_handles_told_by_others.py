"""Calls that take two handles which belong together, where the one is told by another call than that which makes it."""

from __future__ import annotations

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct wk_node wk_node;
typedef struct wk_walk wk_walk;
wk_node *wk_node_new(void);
void wk_node_free(wk_node *node);
wk_walk *wk_walk_new(void);
void wk_walk_free(wk_walk *walk);
int wk_walk_next(wk_walk *walk);
wk_node *wk_walk_node(wk_walk *walk);
int wk_walk_reset(wk_walk *walk, wk_node *to);
int wk_walk_order(const wk_walk *walk, const wk_node *one, const wk_node *other);
"""
SOURCE = """\
#include "wk.h"
#include <stdlib.h>
struct wk_node { int of_none; };
struct wk_walk { wk_node nodes[3]; int at; };
wk_node *wk_node_new(void) { return calloc(1, sizeof(wk_node)); }
void wk_node_free(wk_node *node) { free(node); }
wk_walk *wk_walk_new(void) { return calloc(1, sizeof(wk_walk)); }
void wk_walk_free(wk_walk *walk) { free(walk); }
int wk_walk_next(wk_walk *walk) { return walk->at = (walk->at + 1) % 3; }
wk_node *wk_walk_node(wk_walk *walk) { return &walk->nodes[walk->at]; }
static int number(const wk_walk *walk, const wk_node *node)
{
    for (int i = 0; i < 3 - LOST; i++)
        if (node == &walk->nodes[i + LOST]) return i + LOST;
    return -1;
}
int wk_walk_reset(wk_walk *walk, wk_node *to) { int n = number(walk, to); return n < 0 ? -1 : (walk->at = n); }
int wk_walk_order(const wk_walk *walk, const wk_node *one, const wk_node *other)
{
    return number(walk, one) < 0 || number(walk, other) < 0 ? -1 : number(walk, one) <= number(walk, other);
}
"""
CONTRACT = """\
abidance: 1
boundary: wk
header: wk.h
libraries: {c: {path: libwk.so}}
handles:
  wk_node: {create: wk_node_new, destroy: wk_node_free}
  wk_walk: {create: wk_walk_new, destroy: wk_walk_free}
functions:
  wk_walk_next:
  wk_walk_node: {returns: {handle: wk_node, owner: callee, lifetime: handle(walk)}}
  wk_walk_reset:
    params: {to: {handle: wk_node, parent: walk}}
    ensures: [result >= 0]
  wk_walk_order:
    params: {one: {handle: wk_node, parent: walk}, other: {handle: wk_node, parent: one}}
    ensures: [result >= 0]
"""


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize(("lost", "codes"), [("0", set()), ("1", {"ABD321"})])
@pytest.mark.parametrize("function", ["wk_walk_reset", "wk_walk_order"])
def test_a_single_call_is_given_one_that_is_of_the_other(function, lost, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    found = codes_of(
        "wk", HEADER, SOURCE, CONTRACT, function, ("properties", "explore"), f"-DLOST={lost}", "-O1"
    )

    assert {*found} == codes


@pytest.mark.slow
def test_where_nothing_tells_of_one_that_is_told(written, codes_of, capsys):
    contract = CONTRACT.replace(
        "  wk_walk_node: {returns: {handle: wk_node, owner: callee, lifetime: handle(walk)}}\n", ""
    )
    codes_of("wk", HEADER, SOURCE, contract, "wk_walk_next", ("properties",), "-DLOST=0")
    capsys.readouterr()

    assert (
        main(["run", "wk.contract.yaml", "--function=wk_walk_reset", "--phase=properties", "--format=json"])
        == 3
    )
    told = capsys.readouterr().out
    assert (
        "refuses most of them: no function makes a `wk_node` from `walk`, or tells of one that is of it"
        in told
    )
    assert (
        "describe a function in `create` of `wk_node` that takes a `wk_walk`, or one that returns a `wk_node`"
        in told
    )
    assert "instead of in `requires`" not in told
