"""Pointers in a record that a call fills: what has an end of its own is the library's, whether or not it is `const`."""

from __future__ import annotations

import pytest

from abidance.boundary.model.traversal import single
from abidance.boundary.model.types import Direction

HEADER = """
typedef struct entry { char *name; char **aliases; char *room; } entry;
int find(int n, entry *found);
"""
CONTRACT = """
types:
  entry:
    fields: {name: {to: string}, aliases: {to: array, of: string, ended_by: null}, room: {to: string, capacity: 8}}
functions: {find: {params: {found: {out: entry}}, returns: {status: {ok: [0], errors: {-1: there is none}}}}}
"""


@pytest.mark.parametrize(
    ("field", "way"), [("name", Direction.IN), ("aliases", Direction.IN), ("room", Direction.OUT)]
)
def test_what_a_call_leaves_needs_no_room(field, way, joined):
    (found,) = (m for m in joined(HEADER, CONTRACT).functions["find"].members if m.name == "found")
    shapes = {member.name: member.shape for member in single(found.shape).members}

    assert shapes[field].direction is way
