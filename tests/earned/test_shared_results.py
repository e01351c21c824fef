"""What comes back with a reference of the caller's own, and may be what the caller has already."""

from __future__ import annotations

import pytest

from tiers import full

HEADER = """
#include <stddef.h>
typedef struct node node;
node *node_new(void);
node *node_ref(node *it);
void node_unref(node *it);
int node_put(node *into, node *part);
size_t node_count(const node *it);
node *node_get(const node *it, size_t n);
int node_find(const node *it, size_t n, node **found);
"""
SOURCE = """
#include <stdlib.h>
struct node { int references; size_t n; node *parts[3]; };
node *node_new(void)
{
    node *it = calloc(1, sizeof *it);
    if (it)
        it->references = 1;
    return it;
}
node *node_ref(node *it) { it->references++; return it; }
void node_unref(node *it)
{
    if (--it->references)
        return;
    for (size_t i = 0; i < it->n; i++)
        node_unref(it->parts[i]);
    free(it);
}
int node_put(node *into, node *part)
{
    if (into->n == 3)
        return -1;
    into->parts[into->n++] = node_ref(part);
    return 0;
}
size_t node_count(const node *it) { return it->n; }
node *node_get(const node *it, size_t n)
{
    if (n >= it->n)
        return 0;
    return WRONG == 1 ? it->parts[n] : WRONG == 2 ? node_ref(node_ref(it->parts[n])) : node_ref(it->parts[n]);
}
int node_find(const node *it, size_t n, node **found)
{
    if (n >= it->n)
        return -1;
    *found = WRONG == 3 ? it->parts[n] : node_ref(it->parts[n]);
    return 0;
}
"""
CONTRACT = """
explore: 0.3
handles: {node: {create: node_new, references: {acquire: node_ref, release: node_unref}}}
functions:
  node_put:
    params: {into: {handle: node}, part: {handle: node, owner: shared, lifetime: handle(into)}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    ensures: [node_count(into) == old(node_count(into)) + (1 if result == 0 else 0)]
  node_count:
  node_get:
    params: {n: {range: [0, 3]}}
    returns: {handle: node, nullable: true, owner: shared}
    ensures: [(result != null) == (n < node_count(it))]
  node_find:
    params: {n: {range: [0, 3]}, found: {out: node, owner: shared}}
    returns: {status: {ok: [0], errors: {-1: there is none}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (0, set()),
        (1, {"ABD301", "ABD303", "ABD314"}),
        full(2, {"ABD371"}),
        full(3, {"ABD301", "ABD303", "ABD314"}),
    ],
)
def test_each_reference_that_comes_back_is_given_back_once(small, wrong, expected):
    """A sound library is not blamed for a cycle: what came back may be what the caller has, and is not put into it."""
    ended = small.run(HEADER, SOURCE, CONTRACT, flags=(f"-DWRONG={wrong}",), least=100)

    assert {*ended.codes} <= expected, ended.text
    assert bool(ended.codes) is bool(wrong), ended.text
    assert "comes from no allocator" not in ended.text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "references: {acquire: node_ref, release: node_unref}",
            "destroy: node_unref",
            "nothing counts references to a `node`, so the caller has none of its own",
        ),
        (
            "{handle: node, nullable: true, owner: shared}",
            "{to: bytes, length: 1, owner: shared}",
            "is a handle, whose",
        ),
        (
            "(result != null) == (n < node_count(it))",
            "node_get(it, n) == result",
            "`node_get` returns a reference that somebody has to give back",
        ),
    ],
)
def test_nobody_shares_what_is_not_counted(small, old, new, told):
    ended = small.run(HEADER, SOURCE, CONTRACT.replace(old, new), flags=("-DWRONG=0",), examples=5)

    assert told in ended.text
    assert "Traceback" not in ended.text


WRAPPED_HEADER = HEADER + "node *node_around(node *part);\nnode *node_taking(node *part);\n"
WRAPPED_SOURCE = (
    SOURCE
    + """
node *node_around(node *part)
{
    node *it = node_new();
    if (it)
        node_put(it, part);
    if (it && WRONG == 4)
        part->references--;
    return it;
}
node *node_taking(node *part)
{
    node *it = node_around(part);
    if (it && WRONG != 5)
        node_unref(part);
    return it;
}
"""
)
WRAPPED_CONTRACT = (
    CONTRACT.replace("create: node_new,", "create: [node_new, node_around, node_taking], parent: none,")
    + """
  node_around: {params: {part: {handle: node, owner: shared, lifetime: handle(result)}}}
  node_taking: {params: {part: {handle: node, owner: callee, lifetime: handle(result)}}}
"""
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [(0, set()), full(4, {"ABD301", "ABD303", "ABD314", "ABD371"}), (5, {"ABD371"})],
)
def test_what_a_new_handle_is_made_around_is_a_part_of_it(small, wrong, expected):
    """So it is never put around itself, which is a cycle that nobody can free."""
    ended = small.run(
        WRAPPED_HEADER, WRAPPED_SOURCE, WRAPPED_CONTRACT, flags=(f"-DWRONG={wrong}",), examples=100
    )

    assert {*ended.codes} <= expected, ended.text
    assert bool(ended.codes) is bool(wrong), ended.text
