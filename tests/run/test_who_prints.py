"""What is printed is told of the call that prints it, and not of the one that it was made for."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.finds("ABD366")

HEADER = """
typedef struct wp_node wp_node;
wp_node *wp_new(void);
void wp_free(wp_node *node);
int wp_rename(wp_node *node, int to);   /* below 0: refuses, and says so on standard error */
int wp_name(const wp_node *node);
"""
SOURCE = """
#include "wp.h"
#include <stdio.h>
#include <stdlib.h>
struct wp_node { int name; };
wp_node *wp_new(void) { return calloc(1, sizeof(wp_node)); }
void wp_free(wp_node *node) { free(node); }
int wp_rename(wp_node *node, int to)
{
#ifdef LOUD
    if (to < 0)
        fputs("no such name\\n", stderr);
#endif
    if (to < 0)
        return -1;
    node->name = to;
    return 0;
}
int wp_name(const wp_node *node)
{
#ifdef ALSO
    puts("asked");
#endif
    return node->name;
}
"""
CONTRACT = """
abidance: 1
boundary: wp
header: wp.h
libraries: {c: {path: libwp.so}}
handles:
  wp_node: {create: wp_new, destroy: wp_free}
functions:
  wp_rename:
    params: {to: {range: [-1, 9]}}
    returns: {status: {ok: [0], errors: {-1: there is no such name}}}
    ensures: ["implies(result == 0, wp_name(node) == to)"]%s
  wp_name: {returns: {range: [0, 9]}}
"""
MAY = "\n    may: [output]"


def told(found):
    return sorted(
        {(each.diagnostic.code.id, each.diagnostic.message.partition(" printed")[0]) for each in found}
    )


@pytest.mark.parametrize("phase", ["properties", "lifecycle"])
def test_what_a_call_prints_is_told_of_that_one(findings_of, phase):
    what = "wp_rename" if phase == "properties" else "wp_node"

    found = findings_of("wp", HEADER, SOURCE, CONTRACT % "", what, (phase,), "-DLOUD")

    assert told(found) == [("ABD366", "`wp_rename`")]


def test_what_a_condition_asks_prints_is_not_told_of_the_call(findings_of):
    assert findings_of("wp", HEADER, SOURCE, CONTRACT % "", "wp_rename", ("properties",), "-DALSO") == []


def test_another_call_of_a_sequence_is_held_to_it_beside_one_that_may(findings_of):
    found = findings_of("wp", HEADER, SOURCE, CONTRACT % MAY, "wp_node", ("lifecycle",), "-DLOUD", "-DALSO")

    assert told(found) == [("ABD366", "`wp_name`")]


@pytest.mark.spares("ABD366")
@pytest.mark.parametrize("phase", ["properties", "lifecycle"])
def test_one_that_may_print_is_not_told_of(findings_of, phase):
    for what in ("wp_name", "wp_rename") if phase == "properties" else ("wp_node",):
        assert findings_of("wp", HEADER, SOURCE, CONTRACT % MAY, what, (phase,), "-DLOUD") == []
