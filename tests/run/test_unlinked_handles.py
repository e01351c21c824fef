"""Parts that a call takes out of one handle and puts into another, as `xmlAddNextSibling` does with nodes of trees."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct rp_node rp_node;
rp_node *rp_new(int number);
void rp_free(rp_node *node);
int rp_put(rp_node *into, rp_node *child);
rp_node *rp_parent(const rp_node *node);
rp_node *rp_first(const rp_node *node);
rp_node *rp_next(const rp_node *node);
int rp_sum(const rp_node *node);
"""
SOURCE = """\
#include "rp.h"
#include <stdlib.h>
enum { SOUND, STAYS, LOSES, FORGETS, NEAR };
struct rp_node { int number; rp_node *parent, *first, *next; };
rp_node *rp_new(int number)
{
    rp_node *node = calloc(1, sizeof *node);
    if (node)
        node->number = number;
    return node;
}
static void take_out(rp_node *node)
{
    if (!node->parent)
        return;
    rp_node **at = &node->parent->first;
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    node->parent = node->next = NULL;
}
static void end(rp_node *node)
{
    while (node->first) {
        rp_node *child = node->first;
        node->first = child->next;
        end(child);
    }
    free(node);
}
void rp_free(rp_node *node)
{
    take_out(node);
    end(node);
}
int rp_put(rp_node *into, rp_node *child)
{
    for (rp_node *each = into; each; each = each->parent)
        if (each == child)
            return -1;
    if (WRONG == NEAR && child->parent == into)
        return 0; /* it is there */
    if (WRONG != STAYS)
        take_out(child);
    else if (child->parent) {
        child = rp_new(child->number); /* and the other is there still */
    }
    if (WRONG == LOSES && into->first) /* it is nowhere */
        return 0;
    child->parent = WRONG == FORGETS ? NULL : into;
    child->next = into->first;
    into->first = child;
    return 0;
}
rp_node *rp_parent(const rp_node *node) { return node->parent; }
rp_node *rp_first(const rp_node *node) { return node->first; }
rp_node *rp_next(const rp_node *node) { return node->next; }
int rp_sum(const rp_node *node)
{
    int sum = node->number;
    for (rp_node *each = node->first; each; each = each->next)
        sum += rp_sum(each);
    return sum;
}
"""
CONTRACT = """\
abidance: 1
boundary: rp
header: rp.h
libraries: {c: {path: librp.so}}
handles:
  rp_node: {create: rp_new, destroy: rp_free}
functions:
  rp_new: {params: {number: {range: [1, 9]}}}
  rp_put:
    params:
      into: {handle: rp_node}
      child: {handle: rp_node, owner: callee, lifetime: handle(into), unlink: true}
    returns: {status: {ok: [0], errors: {-1: it would be in itself}}}
    ensures: [implies(result == 0, rp_parent(child) == into and rp_sum(into) >= rp_sum(child))]
  rp_parent: &inside {returns: {handle: rp_node, nullable: true, owner: callee, lifetime: handle(node)}}
  rp_first: *inside
  rp_next: *inside
  rp_sum:
laws:
  what_is_put_elsewhere_is_gone:
    given: {one: {in: int, range: [1, 9]}, other: {in: int, range: [1, 9]}}
    steps:
      - a = rp_new(1)
      - b = rp_new(1)
      - c = rp_new(one)
      - d = rp_new(other)
      - rp_put(a.result, c.result)
      - rp_put(a.result, d.result)
      - rp_put(b.result, c.result)
      - x = rp_sum(a.result)
      - y = rp_sum(b.result)
    ensures: [x.result == 1 + other, y.result == 1 + one]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("SOUND", set()),
        full("NEAR", set()),
        ("STAYS", {"ABD301", "ABD302", "ABD314", "ABD321"}),  # whose parent it is that is destroyed
        ("LOSES", {"ABD321", "ABD371"}),
        ("FORGETS", {"ABD302", "ABD321"}),  # a circle, in the end
    ],
)
def test_a_part_is_moved_in_sequences(wrong, codes, codes_of):
    found = codes_of("rp", HEADER, SOURCE, CONTRACT, "rp_node", ("lifecycle",), f"-DWRONG={wrong}", least=100)

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [("SOUND", set()), full("NEAR", set()), ("STAYS", {"ABD376"}), ("LOSES", {"ABD371", "ABD376"})],
)
def test_a_part_is_moved_in_laws(wrong, codes, codes_of):
    words = CONTRACT.replace(
        "    ensures: [implies(result == 0, rp_parent(child) == into and rp_sum(into) >= rp_sum(child))]\n",
        "",
    )
    law = "what_is_put_elsewhere_is_gone"

    assert {*codes_of("rp", HEADER, SOURCE, words, law, ("laws",), f"-DWRONG={wrong}")} == codes


@pytest.mark.slow
@pytest.mark.parametrize("item", ["rp_node", "what_is_put_elsewhere_is_gone"])
def test_a_sound_library_is_silent_while_exploring(item, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert not codes_of("rp", HEADER, SOURCE, CONTRACT, item, ("explore",), "-DWRONG=SOUND")


@pytest.mark.slow
def test_without_the_clause_a_part_stays_where_it_is(codes_of):
    words = CONTRACT.replace(", unlink: true", "").partition("laws:")[0]

    assert not codes_of("rp", HEADER, SOURCE, words, "rp_node", ("lifecycle",), "-DWRONG=STAYS", least=60)


@pytest.mark.parametrize("then", ["owner: shared, lifetime: handle(into)", "lifetime: handle(into)"])
def test_what_neither_moves_nor_destroys_is_refused(then, written, capsys):
    written("rp", HEADER, SOURCE, CONTRACT.replace("owner: callee, lifetime: handle(into)", then, 1))

    assert main(["check", "rp.contract.yaml"]) == 2
    assert "puts it nowhere" in capsys.readouterr().out


IN_ONE_HEADER = """\
typedef struct io_node io_node;
io_node *io_new(int number);
void io_free(io_node *node);
int io_put(io_node *into, io_node *child);
int io_change(io_node *in, io_node *child, int number);
"""
IN_ONE_SOURCE = """\
#include "io.h"
#include <stdlib.h>
struct io_node { int number; io_node *parent, *child; };
io_node *io_new(int number)
{
    io_node *node = calloc(1, sizeof *node);
    if (node)
        node->number = number;
    return node;
}
void io_free(io_node *node)
{
    if (node->child)
        io_free(node->child);
    free(node);
}
int io_put(io_node *into, io_node *child)
{
    if (into->child || child->parent)
        return -1;
    into->child = child;
    child->parent = into;
    return 0;
}
int io_change(io_node *in, io_node *child, int number)
{
    if (child && child->parent != in)
        abort();
    int was = child ? child->number : 0;
    if (child)
        child->number = number;
    return WRONG && was == 9 ? -1 : was;
}
"""
IN_ONE = """\
abidance: 1
boundary: io
header: io.h
libraries: {c: {path: libio.so}}
handles:
  io_node: {create: io_new, destroy: io_free}
functions:
  io_new: {params: {number: {range: [1, 9]}}}
  io_put:
    params: {into: {handle: io_node}, child: {handle: io_node, owner: callee, lifetime: handle(into)}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  io_change:
    params: {in: {handle: io_node}, child: {handle: io_node, nullable: true, parent: in}, number: {range: [1, 9]}}
    returns: {range: [0, 9]}
"""


@pytest.mark.slow
@pytest.mark.parametrize("item", ["io_node", "io_change"])
@pytest.mark.parametrize("wrong", [0, 1])
def test_what_no_call_has_put_there_is_not_passed_as_a_part(item, wrong, judged_of, monkeypatch):
    """Nor is what a call has refused to put there, though the caller may use it still."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    (verdict,) = judged_of("io", IN_ONE_HEADER, IN_ONE_SOURCE, IN_ONE, item, ("explore",), f"-DWRONG={wrong}")

    codes = {each.diagnostic.code.id for each in verdict.findings}
    assert codes == ({"ABD322"} if wrong and item == "io_node" else set())
    assert [each.name for each in verdict.gaps] == []
