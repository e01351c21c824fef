"""A handle that a call did not take, since it was not made, is there until the caller gives it back."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct node node;
node *node_new(void);
node *node_list(void);
void node_free(node *it);
int node_is_list(const node *it);
int node_put(node *list, node *it);
void node_tell(node *it, void (*gone)(void *mine), void *mine);
"""
SOURCE = """
#include <stdlib.h>
struct node { int list; node *inside; void (*gone)(void *); void *mine; };
node *node_new(void) { return calloc(1, sizeof(node)); }
node *node_list(void)
{
    node *it = node_new();
    if (it)
        it->list = 1;
    return it;
}
static void (*later)(void *);
static void *latest;
void node_free(node *it)
{
    if (it->inside)
        node_free(it->inside);
    if (later) {
        later(latest);
        later = 0;
    }
    if (it->gone && LATE)
        later = it->gone, latest = it->mine;
    else if (it->gone)
        it->gone(it->mine);
    free(it);
}
int node_is_list(const node *it) { return it->list; }
int node_put(node *list, node *it)
{
    if (list->inside)
        return -1;
    list->inside = it;
    return 0;
}
void node_tell(node *it, void (*gone)(void *), void *mine)
{
    if (it->gone)
        it->gone(it->mine);
    it->gone = gone;
    it->mine = mine;
}
"""
CONTRACT = """
explore: 0
handles: {node: {create: [node_new, node_list], destroy: node_free}}
functions:
  node_is_list:
  node_put:
    requires: [node_is_list(list)]
    params: {list: {handle: node}, it: {handle: node, owner: callee, lifetime: handle(list)}}
    returns: {status: {ok: [0], errors: {-1: there is one}}}
  node_tell:
    params: {gone: {callback: {in_all: 1, lifetime: handle(node)}, nullable: true, user_data: mine}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("late", "expected"), [(0, set()), (1, {"ABD341", "ABD345"})])
def test_it_is_told_of_its_end_when_the_caller_ends_it(small, late, expected):
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=(f"-DLATE={late}",), examples=100)

    assert {*ended.codes} <= expected, ended.text
    assert ended.status == late, ended.text
