"""Owners that depend on the other arguments of a call: what a contract may say, and what holds for a call."""

from __future__ import annotations

import pytest

from abidance.boundary.model.ownership import owned_memory, with_owners
from abidance.contract.language.owners import OwnerByCase

HEADER = """
#define TAKE 1
typedef struct bag bag;
typedef struct item item;
bag *bag_new(void);
void bag_free(bag *b);
item *item_new(void);
void item_free(item *i);
int put(bag *b, item *i, unsigned flags);
int label(bag *b, char *text, int own);
int show(bag *b, const char *text, int how);
"""
CONTRACT = """
handles:
  bag: {{create: bag_new, destroy: bag_free}}
  item: {{create: item_new, destroy: item_free}}
functions:
  put: {{params: {{b: {{handle: bag}}, i: {{handle: item, owner: {owner}, lifetime: handle(b)}}}}}}
  label: {{params: {{b: {{handle: bag}}, text: {{in: string, owner: {{callee: own > 1}}}}}}}}
  show: {{params: {{b: {{handle: bag}}, text: {{in: string, lifetime: {lasts}, until: show}}}}}}
"""
LASTS = "{handle(b): how > 1, static: how == 1}"


def read(joined, owner="{callee: flags & TAKE}"):
    return joined(HEADER, CONTRACT.format(owner=owner, lasts=LASTS))


@pytest.mark.parametrize(
    ("flags", "owner", "lifetime"), [(1, "callee", "b"), (3, "callee", "b"), (2, "", "")]
)
def test_the_first_condition_that_holds_tells(flags, owner, lifetime, joined):
    boundary = read(joined)
    declared = boundary.functions["put"]
    function = with_owners(declared, boundary.scope({"flags": flags}))

    assert (
        declared.members[1].shape.owner == "callee"
    )  # it must be the caller's before, whatever the flags are
    assert (function.members[1].shape.owner, function.members[1].shape.lifetime) == (owner, lifetime)


@pytest.mark.parametrize(("own", "handed"), [(2, True), (1, False)])
def test_memory_is_handed_over_as_a_number_says(own, handed, joined):
    boundary = read(joined)
    function = with_owners(boundary.functions["label"], boundary.scope({"own": own}))

    assert function.members[1].shape.handed is handed


@pytest.mark.parametrize(
    ("owner", "message"),
    [
        ("{callee: flgas & TAKE}", "`flgas`"),
        ("{calle: flags & TAKE}", "or a mapping from these to conditions, not `calle`"),
        ("{callee: result == 0}", "`result` has no value before the call"),
        ("{}", "`caller`, `callee`, `shared` or `either`, or a mapping"),
    ],
)
def test_what_cannot_be_an_owner_is_told(owner, message, refused):
    messages = refused(HEADER, CONTRACT.format(owner=owner, lasts=LASTS))

    assert any(message in each for each in messages), messages


@pytest.mark.parametrize(
    ("how", "lasts"), [(2, ("b", ("show",))), (1, ("static", ("show",))), (0, ("call", ()))]
)
def test_memory_is_lent_for_as_long_as_a_number_says(how, lasts, joined):
    boundary = read(joined)
    function = with_owners(boundary.functions["show"], boundary.scope({"how": how}))

    assert (function.members[1].shape.lifetime, function.members[1].shape.until) == lasts


@pytest.mark.parametrize(
    ("lasts", "message"),
    [
        ("{handle(b): hwo > 1}", "`hwo`"),
        ("{handle(bga): how > 1}", "`bga`"),
        ("{handle: how > 1}", "`call`, `static` or `handle(NAME)`"),
        ("{static: result == 0}", "`result` has no value before the call"),
        ("{}", "or a mapping from these to conditions"),
    ],
)
def test_what_cannot_be_a_lifetime_is_told(lasts, message, refused):
    messages = refused(HEADER, CONTRACT.format(owner="callee", lasts=lasts))

    assert any(message in each for each in messages), messages


def test_only_memory_is_lent_on_a_condition(refused):
    contract = CONTRACT.format(owner="callee", lasts="call")
    messages = refused(HEADER, contract.replace("lifetime: handle(b)", "lifetime: {handle(b): flags > 1}"))

    assert any("only how long memory is lent depends on a condition" in each for each in messages), messages


def test_of_several_owners_the_one_that_asks_most_stands_for_all():
    assert OwnerByCase.of((("shared", None), ("callee", None))) == "callee"


FIELDS = """
types: {{blob: {{fields: {{data: {{to: bytes, length: size, owner: {owner}}}}}}}}}
functions: {{weigh: {{params: {{all: {{in: array, length: n}}}}}}}}
"""
BLOB = """
typedef struct blob { char *data; unsigned size, flags; } blob;
int weigh(const blob *all, unsigned n);
"""


def test_whose_a_field_is_the_record_says(joined):
    boundary = joined(BLOB, FIELDS.format(owner="{callee: flags & 1}"))
    field = boundary.functions["weigh"].members[0].shape.element.members[0].shape

    assert field.handed  # as what may be taken must be the caller's own
    assert owned_memory(field, boundary.scope({"flags": 3})).handed
    assert not owned_memory(field, boundary.scope({"flags": 2})).handed


@pytest.mark.parametrize(
    ("owner", "message"),
    [
        ("{callee: flgas & 1}", "`flgas`"),
        ("{shared: flags & 1}", "must be `caller` or `callee`, or a mapping from these to conditions"),
        ("{callee: n & 1}", "`n`"),
    ],
)
def test_what_cannot_be_the_owner_of_a_field_is_told(owner, message, refused):
    messages = refused(BLOB, FIELDS.format(owner=owner))

    assert any(message in each for each in messages), messages
