"""Pointers that a library keeps and gives back, and never follows: user data."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import first, full

HEADER = """\
typedef struct od_node od_node;
od_node *od_new(void);
void od_free(od_node *node);
void od_set(od_node *node, void *data);
void *od_get(const od_node *node);
/* Puts another pointer in the place of one; returns that. */
void *od_swap(od_node *node, void *data);
/* The first of two that is not NULL. */
void *od_either(void *one, void *other);
"""
SOURCE = """\
#include "od.h"
#include <stdlib.h>
enum { SOUND, NEAR, ONCE, LATE, LOOKS, FREES };
struct od_node { void *data; int set; };
od_node *od_new(void) { return calloc(1, sizeof(od_node)); }
void od_free(od_node *node)
{
    if (WRONG == FREES)
        free(node->data);
    free(node);
}
void od_set(od_node *node, void *data)
{
    if (WRONG == ONCE && node->set++ == 1)
        return;
    node->data = WRONG == NEAR ? (void *)((unsigned long)data ^ 5) : data; /* it may be kept in another form */
}
void *od_get(const od_node *node)
{
    if (WRONG == LOOKS && node->data)
        return *(volatile char *)node->data == 1 ? NULL : node->data;
    return WRONG == NEAR ? (void *)((unsigned long)node->data ^ 5) : node->data;
}
void *od_swap(od_node *node, void *data)
{
    void *was = od_get(node);
    od_set(node, data);
    return WRONG == LATE ? od_get(node) : was;
}
void *od_either(void *one, void *other) { return one ? WRONG == LATE && other ? other : one : other; }
"""
CONTRACT = """\
abidance: 1
boundary: od
header: od.h
libraries: {c: {path: libod.so}}
handles: {od_node: {create: od_new, destroy: od_free}}
functions:
  od_new:
  od_free:
  od_set: {params: {data: {opaque: true, nullable: true}}, ensures: [od_get(node) == data]}
  od_get: {returns: {opaque: true, nullable: true}}
  od_swap:
    params: {data: {opaque: true, nullable: true}}
    returns: {opaque: true, nullable: true}
    ensures: [result == old(od_get(node)), od_get(node) == data]
  od_either:
    params: {one: {opaque: true, nullable: true}, other: {opaque: true}}
    returns: {opaque: true}
    ensures: ["implies(one == null, result == other)", "implies(one != null, result == one)"]
laws:
  what_was_there_comes_back:
    given: {node: od_node}
    steps: ["a = od_swap(node=node)", "b = od_swap(node=node)", "c = od_swap(node=node)"]
    ensures: [a.result == null, b.result == a.data, c.result == b.data]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("od_node", "NEAR", set()),
        full("od_node", "SOUND", set()),
        ("od_node", "ONCE", {"ABD321"}),
        ("od_node", "LATE", {"ABD321"}),
        ("od_either", "LATE", {"ABD321"}),
        ("od_either", "NEAR", set()),
        ("what_was_there_comes_back", "LATE", {"ABD321"}),
        ("what_was_there_comes_back", "SOUND", set()),
    ],
)
@pytest.mark.parametrize("phase", first(["run", "explore"]))
def test_another_pointer_that_comes_back_is_found(item, wrong, codes, phase, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    phases = (phase,) if phase == "explore" else ("properties", "lifecycle", "laws")
    assert {*codes_of("od", HEADER, SOURCE, CONTRACT, item, phases, f"-DWRONG={wrong}")} == codes


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["LOOKS", "FREES"])
def test_one_that_is_followed_crashes(wrong, codes_of_sequences):
    (code,) = {*codes_of_sequences("od", HEADER, SOURCE, CONTRACT, "od_node", f"-DWRONG={wrong}")}

    assert code.startswith("ABD30")


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        (
            "{data: {opaque: true, nullable: true}}, ensures",
            "{data: {opaque: true, in: bytes}}, ensures",
            "`in`",
        ),
        (
            "od_get: {returns: {opaque: true, nullable: true}}",
            "od_free: {returns: {opaque: true}}",
            "is not a pointer",
        ),
    ],
)
def test_nothing_else_is_said_of_one(was, then, words, written, capsys):
    assert was in CONTRACT
    written("od", HEADER, SOURCE, CONTRACT.replace("  od_free:\n", "", 1).replace(was, then))

    assert main(["check", "od.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
