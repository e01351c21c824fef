"""Why a call may not be given its handles, in words that a law of a contract is refused with."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.holdings import first_objection
from abidance.boundary.model.values import Case, Earlier, Step

HEADER = """
typedef struct row row;
typedef struct value value;
row *row_new(void);
void row_free(row *r);
value *value_of(const row *r);
value *value_copy(const value *v);
void value_free(value *v);
int value_read(const value *v);
"""
CONTRACT = """
handles:
  row: {{create: row_new, destroy: row_free}}
  seen: {{type: value, create: value_of}}
  value: {{create: value_copy, destroy: value_free{more}}}
functions:
  value_of: {{returns: {{handle: seen, owner: callee, lifetime: handle(row)}}}}
  value_copy: {{params: {{v: {{handle: seen}}}}, returns: {{handle: value}}}}
  value_read: {{params: {{v: {{handle: value}}}}}}
  value_free: {{params: {{v: {{handle: value}}}}}}
"""
COPIED = (
    ("row_new", {}),
    ("value_of", {"r": (0, "row")}),
    ("value_copy", {"v": (1, "seen")}),
)


def case(*calls):
    """Return a sequence: each call with what it is given of earlier ones."""
    steps = [
        Step(name, {parameter: Earlier(index, "result", kind) for parameter, (index, kind) in given.items()})
        for name, given in calls
    ]
    return Case("row", {}, steps=tuple(steps))


@pytest.mark.parametrize(
    ("more", "last", "objection"),
    [
        (
            "",
            ("row_free", {"r": (0, "row")}),
            "`row_free` ends a `row`, which must outlive the `value` made from it",
        ),
        (", parent: none", ("row_free", {"r": (0, "row")}), None),
        ("", ("value_free", {"v": (2, "value")}), None),
    ],
)
def test_what_was_made_from_what_is_borrowed_is_outlived(more, last, objection, joined):
    assert first_objection(joined(HEADER, CONTRACT.format(more=more)), case(*COPIED, last)) == objection


def test_what_is_not_there_is_named(joined):
    boundary = joined(HEADER, CONTRACT.format(more=""))
    twice = case(*COPIED, *(("value_free", {"v": (2, "value")}),) * 2)

    assert first_objection(boundary, twice) == "`value_free` is given a `value` that is not there any more"
