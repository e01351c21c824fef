"""What was given away is used only where it was made: the call that left it may have failed."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.values import ROOM, Case, Earlier, Step
from abidance.plan.plan import Condition

HEADER = """
typedef struct item item;
typedef struct list list;
int item_parse(int number, item **made);
void item_free(item *it);
int item_value(const item *it);
list *list_new(void);
void list_free(list *l);
void list_put(list *l, item *it);
int list_try(list *l, item *it);
"""
CONTRACT = """
handles:
  item: {create: item_parse, destroy: item_free, parent: none}
  list: {create: list_new, destroy: list_free}
functions:
  item_parse: {params: {made: {out: item}}, returns: {status: {ok: [0], errors: {-1: below zero}}}}
  item_value:
  list_put: {params: {it: {handle: item, owner: callee, lifetime: handle(l)}}}
  list_try:
    params: {it: {handle: item, owner: callee, lifetime: handle(l)}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
"""


@pytest.mark.parametrize("put", ["list_put", "list_try"])
def test_what_was_given_away_is_used_where_it_was_made(put, joined):
    item, into = Earlier(0, "made", "item"), Earlier(1, "result", "list")
    steps = (
        Step("item_parse", {"number": 0, "made": ROOM}),
        Step("list_new", {}),
        Step(put, {"l": into, "it": item}),
        Step("item_value", {"it": item}),
    )

    plan = encode(joined(HEADER, CONTRACT), Case("item", {}, steps=steps)).plan

    (asked,) = (each for each in plan.calls if each.symbol == "item_value")
    assert Condition(0, ((0, 0),), signed=True) in asked.only_if
    assert all(each.call == 0 for each in asked.only_if)  # the caller's, or the list's: it is there
