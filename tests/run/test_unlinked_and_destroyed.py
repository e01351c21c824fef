"""Handles that a call destroys wherever they are, as `mxmlDelete` does with nodes that are in a tree."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """\
typedef struct ud_node ud_node;
ud_node *ud_read(const char *text);
ud_node *ud_new(ud_node *parent, int number);
void ud_delete(ud_node *node);
int ud_drop(ud_node *node);
ud_node *ud_parent(ud_node *node);
ud_node *ud_first(ud_node *node);
ud_node *ud_next(ud_node *node);
int ud_count(const ud_node *node);
const char *ud_label(const ud_node *node);
"""
SOURCE = """\
#include "ud.h"
#include <stdlib.h>
#include <string.h>
enum { SOUND, STAYS, DANGLES, LEAKS, NEAR };
struct ud_node { char *label; ud_node *parent, *first, *last, *next, *prev; };
ud_node *ud_new(ud_node *parent, int number)
{
    ud_node *node = calloc(1, sizeof *node);
    if (!node)
        return NULL;
    node->label = strdup("0");
    node->label[0] = (char)('0' + number);
    node->parent = parent;
    if (parent) {
        node->prev = parent->last;
        if (parent->last)
            parent->last->next = node;
        else
            parent->first = node;
        parent->last = node;
    }
    return node;
}
ud_node *ud_read(const char *text)
{
    ud_node *root = ud_new(NULL, 0), *at = root;
    for (; *text; text++)
        if (*text == '(')
            at = ud_new(at, 1);
        else if (*text == ')' && at->parent)
            at = at->parent;
        else
            ud_new(at, *text % 10);
    return root;
}
static void take_out(ud_node *node)
{
    ud_node *parent = node->parent;
    if (!parent)
        return;
    if (node->prev)
        node->prev->next = node->next;
    else if (WRONG != STAYS)
        parent->first = node->next;
    if (node->next)
        node->next->prev = node->prev;
    else if (WRONG != DANGLES)
        parent->last = node->prev;
    node->parent = node->prev = node->next = NULL;
}
static void end(ud_node *node)
{
    for (ud_node *child = node->first, *next; child; child = next) {
        next = child->next;
        if (WRONG == LEAKS && !next && child != node->first) /* the last of several */
            break;
        end(child);
    }
    if (WRONG == NEAR) /* where nobody reads it */
        memset(node->label, 0, strlen(node->label));
    free(node->label);
    free(node);
}
void ud_delete(ud_node *node)
{
    take_out(node);
    end(node);
}
int ud_drop(ud_node *node)
{
    if (!node->parent)
        return -1;
    ud_delete(node);
    return 0;
}
ud_node *ud_parent(ud_node *node) { return node->parent; }
ud_node *ud_first(ud_node *node) { return node->first; }
ud_node *ud_next(ud_node *node) { return node->next; }
int ud_count(const ud_node *node)
{
    int count = 1;
    for (ud_node *each = node->first; each; each = each->next)
        count += ud_count(each);
    return count;
}
const char *ud_label(const ud_node *node) { return node->label; }
"""
CONTRACT = """\
abidance: 1
boundary: ud
header: ud.h
libraries: {c: {path: libud.so}}
handles:
  ud_node: {create: [ud_read, ud_new], destroy: ud_delete}
functions:
  ud_read: {params: {text: {in: string, like: "[(a-c)]{0,9}"}}}
  ud_new:
    params: {parent: {handle: ud_node, nullable: true}, number: {range: [1, 9]}}
    returns: {handle: ud_node, owner: either, lifetime: handle(parent)}
  ud_delete: {params: {node: {handle: ud_node, unlink: true}}}
  ud_drop:
    params: {node: {handle: ud_node, owner: callee, unlink: true}}
    returns: {status: {ok: [0], errors: {-1: it is the root}}}
  ud_parent: &inside {returns: {handle: ud_node, nullable: true, owner: callee, lifetime: handle(node)}}
  ud_first: *inside
  ud_next: *inside
  ud_count:
  ud_label: {returns: {to: string, lifetime: handle(node)}}
laws:
  what_is_deleted_is_gone:
    given: {text: {in: string, like: "[a-c]{1,9}"}}
    steps:
      - root = ud_read(text)
      - before = ud_count(root.result)
      - child = ud_first(root.result)
      - ud_delete(child.result)
      - after = ud_count(root.result)
      - ud_new(root.result, 1)
      - now = ud_count(root.result)
    ensures: [after.result == before.result - 1, now.result == before.result]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("SOUND", set()),
        full("NEAR", set()),
        ("STAYS", {"ABD301", "ABD302", "ABD303", "ABD322"}),
        full("DANGLES", {"ABD301", "ABD302", "ABD303", "ABD314", "ABD371"}),
        ("LEAKS", {"ABD371"}),
    ],
)
@pytest.mark.parametrize("other", ["{handle: ud_node, unlink: true}", "owner: callee, unlink: true"])
def test_a_part_is_destroyed_in_sequences(wrong, codes, other, codes_of):
    words = CONTRACT.partition("laws:")[0].replace(other, other.replace(", unlink: true", ""))

    least = (
        300 if wrong == "DANGLES" else 100
    )  # it shows where something is put behind the last that was destroyed
    found = codes_of("ud", HEADER, SOURCE, words, "ud_node", ("lifecycle",), f"-DWRONG={wrong}", least=least)

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("SOUND", set()),
        ("STAYS", {"ABD301", "ABD302", "ABD303", "ABD376"}),
        ("DANGLES", {"ABD301", "ABD302", "ABD303", "ABD314", "ABD371", "ABD376"}),
    ],
)
def test_a_part_is_destroyed_in_laws(wrong, codes, codes_of):
    found = codes_of("ud", HEADER, SOURCE, CONTRACT, "what_is_deleted_is_gone", ("laws",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
def test_what_is_taken_over_is_not_used_by_another_name_while_exploring(judged_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    (judged,) = judged_of("ud", HEADER, SOURCE, CONTRACT, "ud_node", ("explore",), "-DWRONG=SOUND")

    assert not judged.findings
    assert [each.name for each in judged.gaps] == []
