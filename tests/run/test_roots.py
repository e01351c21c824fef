"""A node that another function creates, in no other node, is what single calls are given as well."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct rt_node rt_node;
rt_node *rt_group(void);
rt_node *rt_number(rt_node *parent, int number);        /* parent may be NULL */
rt_node *rt_beside(rt_node *node, int number);          /* never NULL */
void rt_free(rt_node *node);
int rt_value(const rt_node *node);                      /* -1 of a group */
int rt_is_number(const rt_node *node);
"""
SOURCE = """
#include "rt.h"
#include <stdlib.h>
struct rt_node { int number, is_number; rt_node *parent, *first, *next; };
static rt_node *made(int number, int is_number)
{
    rt_node *node = calloc(1, sizeof *node);
    node->number = number;
    node->is_number = is_number;
    return node;
}
rt_node *rt_group(void) { return made(0, 0); }
rt_node *rt_number(rt_node *parent, int number)
{
    rt_node *node = made(number, 1);
    if (parent != NULL) {
        node->parent = parent;
        node->next = parent->first;
        parent->first = node;
    }
    return node;
}
rt_node *rt_beside(rt_node *node, int number)
{
    if (node == NULL)
        abort();
    return made(node->number + number, 2);
}
void rt_free(rt_node *node)
{
    while (node->first != NULL)
        rt_free(node->first);
    for (rt_node **at = node->parent ? &node->parent->first : NULL; at != NULL && *at != NULL; at = &(*at)->next)
        if (*at == node) {
            *at = node->next;
            break;
        }
    free(node);
}
int rt_value(const rt_node *node)
{
#ifdef WRONG
    return node->is_number == 1 ? -2 : -1;
#else
    return node->is_number ? node->number : -1;
#endif
}
int rt_is_number(const rt_node *node) { return node->is_number != 0; }
"""
CONTRACT = """
abidance: 1
boundary: rt
header: rt.h
libraries: {c: {path: librt.so}}
handles:
  rt_node: {create: [rt_group, rt_number, rt_beside], destroy: rt_free}
functions:
  rt_number:
    params: {parent: {handle: rt_node, nullable: true}, number: {range: [0, 9]}}
    returns: {handle: rt_node, owner: either, lifetime: handle(parent)}
  rt_beside: {params: {node: {handle: rt_node}, number: {range: [0, 9]}}}
  rt_value: {ensures: [(result >= 0) == (rt_is_number(node) != 0), result >= -1]}
  rt_is_number:
"""


def test_what_another_function_creates_in_nothing_is_used_by_single_calls(findings_of):
    (found,) = findings_of("rt", HEADER, SOURCE, CONTRACT, "rt_value", ("properties",), "-DWRONG")

    assert found.diagnostic.code.id == "ABD321"
    assert "rt_number(NULL, 0)" in found.call


@pytest.mark.parametrize("item", ["rt_value", "rt_number"])
def test_sound_code_is_not_reported(item, findings_of):
    assert findings_of("rt", HEADER, SOURCE, CONTRACT, item, ("properties",)) == []


def test_one_that_must_be_in_another_is_not_made_of_null(findings_of):
    without = CONTRACT.replace("rt_group, rt_number, rt_beside", "rt_group, rt_beside")
    without = without.replace(
        "owner: either, lifetime: handle(parent)", "owner: callee, lifetime: handle(parent)"
    )

    assert findings_of("rt", HEADER, SOURCE, without, "rt_value", ("properties",), "-DWRONG") == []
