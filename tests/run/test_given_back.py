"""A handle that a call gives back is the caller's once, whether what was done before took it or refused it."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

pytestmark = pytest.mark.full

HEADER = """
typedef struct tn_node tn_node;
tn_node *tn_new(int leaf);
void tn_free(tn_node *node);
int tn_put(tn_node *into, tn_node *node);
void tn_take_out(tn_node *node);
int tn_swap(tn_node *old, tn_node *fresh);
"""
SOURCE = """
#include "tn.h"
#include <stdlib.h>
struct tn_node { int leaf; tn_node *parent, *child; };
tn_node *tn_new(int leaf) { tn_node *node = calloc(1, sizeof *node); node->leaf = leaf; return node; }
void tn_take_out(tn_node *node) { if (node->parent) node->parent->child = 0; node->parent = 0; }
void tn_free(tn_node *node) { if (node->child) { node->child->parent = 0; tn_free(node->child); } free(node); }
int tn_put(tn_node *into, tn_node *node)
{
    if (into->leaf || into->child || node->parent) return 0;
    into->child = node;
    node->parent = into;
    return 1;
}
int tn_swap(tn_node *old, tn_node *fresh)
{
    tn_node *parent = old->parent;
    if (!parent || !fresh->leaf || fresh->parent) return 0;
    tn_take_out(old);
    return tn_put(parent, fresh);
}
"""
CONTRACT = """
abidance: 1
boundary: tn
header: tn.h
libraries: {c: {path: libtn.so}}
handles: {tn_node: {create: tn_new, destroy: tn_free}}
functions:
  tn_put:
    params: {node: {handle: tn_node, owner: callee, lifetime: handle(into)}, into: {handle: tn_node}}
    returns: &done {status: {ok: [1], errors: {0: there is no room}}}
  tn_take_out: {params: {node: {handle: tn_node, owner: caller}}}
  tn_swap:
    params: {old: {handle: tn_node, owner: caller}, fresh: {handle: tn_node, owner: callee}}
    returns: *done
"""


@pytest.fixture
def sequences(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(source):
        (tmp_path / "tn.h").write_text(HEADER)
        (tmp_path / "tn.c").write_text(source)
        (tmp_path / "tn.contract.yaml").write_text(CONTRACT)
        subprocess.run(["cc", "-g", "-shared", "-fPIC", "-o", "libtn.so", "tn.c"], check=True)
        status = main(["run", "tn.contract.yaml", "--phase", "lifecycle", "--seed", "1"])
        return status, capsys.readouterr().out

    return run


def test_sound_trees_that_refuse_and_give_back_have_no_finding(sequences):
    status, output = sequences(SOURCE)

    assert status == 0, output


def test_one_that_is_given_back_and_still_held_is_found(sequences):
    status, output = sequences(SOURCE.replace("node->parent->child = 0; ", ""))

    assert status == 1
    assert "tn_take_out" in output
