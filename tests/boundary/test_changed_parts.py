"""What changes a part of a handle changes the handle: others that are borrowed from it may be gone then."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.boundary.model.values import Case, Earlier, Step

HEADER = """
typedef struct doc doc;
typedef struct node node;
doc *doc_new(void);
void doc_free(doc *d);
node *doc_node(const doc *d);
node *node_first(const node *n);
void node_set(node *n);
int node_kind(const node *n);
"""
CONTRACT = """
handles: {{doc: {{create: doc_new, destroy: doc_free}}, node: {{create: doc_node}}}}
functions:
  doc_new:
  doc_node: {{returns: {{handle: node, owner: callee, lifetime: handle(d), until: {until}}}}}
  node_first: {{returns: {{handle: node, owner: callee, lifetime: handle(n), until: {until}}}}}
  node_set:
  node_kind:
"""


def steps(*calls):
    """Return the calls of a sequence: a function, and which call before made what it is given."""
    kinds = {"doc_node": ("d", "doc")}
    return tuple(
        Step(name, {} if made is None else {parameter: Earlier(made, "result", kind)})
        for name, made in calls
        for parameter, kind in [kinds.get(name, ("n", "node"))]
    )


@pytest.mark.parametrize("until", ["change", "node_set"])
@pytest.mark.parametrize("changed", [1, 3], ids=["the node beside it", "a node below that"])
def test_another_part_is_not_used_after_a_change_of_one(joined, until, changed):
    boundary = joined(HEADER, CONTRACT.format(until=until))
    before = (("doc_new", None), ("doc_node", 0), ("doc_node", 0), ("node_first", 1))

    assert is_lawful(boundary, Case("node", {}, steps=steps(*before, ("node_kind", 2))))
    assert not is_lawful(
        boundary, Case("node", {}, steps=steps(*before, ("node_set", changed), ("node_kind", 2)))
    )


def test_the_part_that_was_changed_is_there_as_before(joined):
    boundary = joined(HEADER, CONTRACT.format(until="change"))
    calls = (("doc_new", None), ("doc_node", 0), ("node_set", 1), ("node_kind", 1))

    assert is_lawful(boundary, Case("node", {}, steps=steps(*calls)))
