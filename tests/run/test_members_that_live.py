"""Behind members of a union that its tag does not name nothing is read: there, a pointer or a length is anything."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct lm_node {
    unsigned kind; /* its lowest bit is set in a list */
    union {
        struct { char *value; size_t length; } text;
        struct { int *start, *end, *top; } list;
    };
} lm_node;
typedef struct lm_tree lm_tree;
lm_tree *lm_new(void);
void lm_free(lm_tree *tree);
int lm_add(lm_tree *tree, int item);
const lm_node *lm_list(const lm_tree *tree);
void lm_copy(const lm_tree *tree, lm_node *node);
const lm_node *lm_text(const lm_tree *tree);
"""
SOURCE = """\
#include "lm.h"
#include <stdlib.h>

static int all;
struct lm_tree { lm_node list, text; int items[8], sum; };

lm_tree *lm_new(void)
{
    lm_tree *tree = calloc(1, sizeof *tree);
    tree->list = (lm_node){.kind = 3, .list = {tree->items, tree->items + 8, tree->items}};
    tree->text = (lm_node){.kind = 2, .text = {"text", 4}};
    return tree;
}
void lm_free(lm_tree *tree) { all -= tree->sum; free(tree); }
int lm_add(lm_tree *tree, int item)
{
    if (tree->list.list.top == tree->list.list.end)
        return -1;
    all += item;
    tree->sum += item;
    *tree->list.list.top++ = SHARED ? all : item;
    return 0;
}
const lm_node *lm_list(const lm_tree *tree) { return &tree->list; }
void lm_copy(const lm_tree *tree, lm_node *node) { *node = tree->list; }
const lm_node *lm_text(const lm_tree *tree) { return &tree->text; }
"""
CONTRACT = """\
abidance: 1
boundary: lm
header: lm.h
libraries: {c: {path: liblm.so}}
types:
  lm_node:
    variant: {tag: kind & 1, members: {0: text, 1: list}}
    fields:
      text.value: {to: bytes, length: length}
      list.start: {to: array}
      list.top: {end_of: start}
handles:
  lm_tree: {create: lm_new, destroy: lm_free}
functions:
  lm_add: {params: {item: {range: [1, 3]}}, returns: {status: {ok: [0], errors: {-1: it is full}}}}
  lm_list: {returns: {to: lm_node, lifetime: handle(tree)}, ensures: ["all(each >= 1 for each in result.list.start)"]}
  lm_copy: {params: {node: {out: lm_node}}, ensures: ["all(each >= 1 for each in node.list.start)"]}
  lm_text: {returns: {to: lm_node, lifetime: handle(tree)}, ensures: [result.text.value == "text"]}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("shared", "tag"), [(1, "kind & 1"), (0, "kind")])
def test_what_a_list_holds_is_its_own(shared, tag, codes_of_sequences):
    contract = CONTRACT
    if tag == "kind":
        contract = CONTRACT.replace("kind & 1", tag).replace("0: text, 1: list", "2: text, 3: list")

    codes = codes_of_sequences("lm", HEADER, SOURCE, contract, "lm_tree", f"-DSHARED={shared}")

    assert {*codes} == ({"ABD375"} if shared else set())
