"""A call may free the node that it is given, when it has merged that into another: the one it returns is used."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
typedef struct mg_node mg_node;
mg_node *mg_element(void);
mg_node *mg_text(const char *text);
void mg_free(mg_node *node);
mg_node *mg_add(mg_node *parent, mg_node *child); /* text behind text is merged into that, and freed */
unsigned mg_length(const mg_node *node);
int mg_is_element(const mg_node *node);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "mg.h"
struct mg_node { int element, n; unsigned length; mg_node *inside[4]; };
static mg_node *made(int element)
{
    mg_node *node = calloc(1, sizeof *node);
    if (node) node->element = element;
    return node;
}
mg_node *mg_element(void) { return made(1); }
mg_node *mg_text(const char *text)
{
    mg_node *node = made(0);
    if (node) node->length = (unsigned)strlen(text);
    return node;
}
void mg_free(mg_node *node)
{
    for (int i = 0; i < node->n; i++) mg_free(node->inside[i]);
    free(node);
}
mg_node *mg_add(mg_node *parent, mg_node *child)
{
    mg_node *last = parent->n ? parent->inside[parent->n - 1] : NULL;
    if (!child->element && last && !last->element) {
        last->length += child->length;
        if (WRONG != 1) free(child);
        return WRONG == 2 ? child : last;
    }
    if (parent->n == 4) return NULL;
    parent->inside[parent->n++] = child;
    return child;
}
unsigned mg_length(const mg_node *node) { return node->length; }
int mg_is_element(const mg_node *node) { return node->element; }
"""
CONTRACT = """\
abidance: 1
boundary: mg
header: mg.h
libraries: {c: {path: libmg.so}}
handles:
  mg_node: {create: [mg_element, mg_text], destroy: mg_free}
functions:
  mg_element: {returns: {handle: mg_node, nullable: true}}
  mg_text: {params: {text: {in: string, max: 5}}, returns: {handle: mg_node, nullable: true}}
  mg_add:
    params:
      parent: {handle: mg_node}
      child: {handle: mg_node, owner: callee, into: parent}
    requires: [mg_is_element(parent) != 0]
    returns: {handle: mg_node, nullable: true, owner: callee, lifetime: handle(parent)}
  mg_length:
  mg_is_element:
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "code", "flags"),
    [(1, "ABD371", ()), full(2, "ABD303", ("-fsanitize=address",))],
)
def test_what_becomes_of_a_merged_node_is_seen(wrong, code, flags, codes_of_sequences):
    assert code in codes_of_sequences(
        "mg", HEADER, SOURCE, CONTRACT, "mg_node", f"-DWRONG={wrong}", *flags, least=100
    )


@pytest.mark.slow
def test_a_merged_node_is_not_used_again(codes_of_sequences):
    assert codes_of_sequences("mg", HEADER, SOURCE, CONTRACT, "mg_node", "-DWRONG=0") == []
