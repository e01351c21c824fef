"""Handles that either of two may destroy: what a contract has to say of them, and what may be done with them."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.encode.holdings import Holdings
from abidance.boundary.encode.lawful_cases import first_objection
from abidance.boundary.model.values import Case, Earlier, Step

HEADER = """
typedef struct pool pool;
typedef struct item item;
pool *pool_new(pool *parent);
void pool_free(pool *p);
void pool_clear(pool *p);
int pool_move(pool *p, pool *into);
pool *pool_steal(pool *into, pool *p);
item *item_new(pool *p);
void item_free(item *i);
void item_ref(item *i);
int item_read(item *i);
void put(pool *p, item *i);
int name(pool *p, const char *text);
"""
CONTRACT = """
handles:
  pool: {{create: pool_new, destroy: pool_free}}
  item: {{create: item_new, {ended}}}
functions:
  pool_new:
    params: {{parent: {{handle: pool, nullable: true}}}}
    returns: {{handle: pool, owner: either, lifetime: handle(parent), until: pool_clear}}
  pool_move:
    params:
      p: {{handle: pool, owner: either, lifetime: handle(into), until: pool_clear}}
      into: {{handle: pool, nullable: true}}
    returns: {{status: {{ok: [0], errors: {{-1: it is full}}}}}}
  pool_steal:
    params:
      into: {{handle: pool, nullable: true}}
      p: {{handle: pool, owner: either, lifetime: handle(into), until: pool_clear}}
    returns: {{handle: pool, owner: callee, lifetime: handle(p)}}
  item_new: {{params: {{p: {{handle: pool}}}}, returns: {{handle: item, {made}}}}}
  put: {{params: {{p: {{handle: pool}}, i: {{handle: item, {put}}}}}}}
  pool_clear:
  item_read:
  name: {{params: {{text: {{in: string, max: 3{text}}}}}}}
"""
DESTROYED, COUNTED = "destroy: item_free", "references: {acquire: item_ref, release: item_free}"
EITHER = "owner: either, lifetime: handle(p)"
SAID = {"ended": DESTROYED, "made": EITHER, "put": EITHER, "text": ""}


@pytest.fixture
def boundary(joined):
    return joined(HEADER, CONTRACT.format(**SAID))


def test_one_that_either_has_is_made_for_the_caller(boundary):
    function = boundary.functions["item_new"]

    assert (function.result.shape.owner, function.result.shape.lifetime) == ("either", "p")
    assert function.result.owned
    assert not function.result.shape.borrowed


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"made": "owner: either"}, "nothing says with what this `item` goes"),
        ({"put": "owner: either, lifetime: static"}, "nothing says with what this `item` goes"),
        ({"ended": COUNTED}, "references to a `item` are counted"),
        ({"text": ", owner: either"}, "`owner: either` is for handles"),
    ],
)
def test_what_either_cannot_have_is_complained_about(given, message, refused):
    messages = refused(HEADER, CONTRACT.format(**{**SAID, **given}))

    assert any(message in each for each in messages), messages


def case(*calls):
    """Return a sequence of calls, each with the handles that it is given: None, or the number of what made one."""
    made, steps = [], []
    for function, given in calls:
        arguments = {
            parameter: None if number is None else Earlier(number, "result", made[number])
            for parameter, number in given.items()
        }
        made.append("item" if function == "item_new" else "pool")
        steps.append(Step(function, arguments))
    return Case("pool", {}, steps=tuple(steps))


ROOT = ("pool_new", {"parent": None})
INNER = (ROOT, ("pool_new", {"parent": 0}))
TWO = (ROOT, ROOT)
GONE = "is given a `{}` that is not there any more"
LOST = GONE.format("pool")
STOLEN = (*TWO, ("pool_steal", {"p": 1, "into": 0}))
RENAMED = (ROOT, ("pool_steal", {"p": 0, "into": None}))
ITSELF = "makes a `pool` a part of itself"


@pytest.mark.parametrize(
    ("calls", "objection"),
    [
        ((*INNER, ("pool_free", {"p": 1}), ("pool_free", {"p": 0})), ""),
        ((*INNER, ("pool_free", {"p": 0}), ("pool_clear", {"p": 1})), LOST),
        ((*INNER, ("pool_free", {"p": 0}), ("pool_free", {"p": 1})), LOST),
        ((*INNER, ("pool_clear", {"p": 0}), ("pool_free", {"p": 1})), LOST),
        ((*INNER, ("pool_clear", {"p": 1}), ("pool_free", {"p": 1})), ""),
        ((*INNER, ("item_new", {"p": 1}), ("pool_free", {"p": 0}), ("item_read", {"i": 2})), GONE.format("item")),
        # moved, by whatever call
        ((*INNER, ROOT, ("pool_move", {"p": 1, "into": 2}), ("pool_free", {"p": 0}), ("pool_free", {"p": 1})), ""),
        ((*INNER, ("pool_move", {"p": 1, "into": None}), ("pool_free", {"p": 0}), ("pool_free", {"p": 1})), ""),
        ((*TWO, ("pool_move", {"p": 1, "into": 0}), ("pool_free", {"p": 0}), ("pool_free", {"p": 1})), LOST),
        # never in a circle, also by another name
        ((*INNER, ("pool_move", {"p": 0, "into": 1})), ITSELF),
        ((*STOLEN, ("pool_steal", {"p": 0, "into": 1})), ITSELF),
        ((*STOLEN, ("pool_move", {"p": 1, "into": None}), ("pool_move", {"p": 0, "into": 1})), ""),
        ((*RENAMED, ("pool_move", {"p": 0, "into": 1})), ITSELF),
        ((*RENAMED, ("pool_free", {"p": 1})), "that is not the caller's to give"),
        ((*RENAMED, ("pool_free", {"p": 0}), ("pool_clear", {"p": 1})), LOST),
    ],
)  # fmt: skip
def test_what_may_be_done_follows_from_who_has_what(calls, objection, boundary):
    found = first_objection(boundary, case(*calls))

    assert objection in (found or "")
    assert bool(found) == bool(objection)


def held_after(boundary, *calls):
    """Return the handles after calls, with what the account says of each."""
    holdings = Holdings(boundary)
    for index, step in enumerate(case(*calls).steps):
        function = boundary.functions[step.function]
        left = (("result", function.result.shape),) if step.function.endswith("_new") else ()
        holdings.make(function, index, holdings.given(function, step.arguments), left)
    return holdings.known


@pytest.mark.parametrize(
    ("calls", "owed"),
    [
        ((*TWO, ("pool_move", {"p": 1, "into": 0}), ("pool_free", {"p": 0})), 1),  # where it was not moved
        (
            (*INNER, ROOT, ("pool_move", {"p": 1, "into": 2}), ("pool_free", {"p": 2})),
            0,
        ),  # it is in the other then
        ((*INNER, ("pool_free", {"p": 0})), 0),
    ],
)
def test_what_a_call_that_fails_leaves_outside_is_the_callers_in_the_end(calls, owed, boundary):
    held = held_after(boundary, *calls)[1]

    assert (held.references, len(held.left)) == ([], owed)
    assert all(any(condition.negated for condition in each) for each in held.left)


def _made(parent):
    return Step("pool_new", {"parent": parent})


def _moved(pool, into):
    return Step("pool_move", {"p": _pool(pool), "into": None if into is None else _pool(into)})


def _pool(call):
    return Earlier(call, "result", "pool")


def _ends(boundary, steps):
    """Return which calls the end of each handle depends on; one below zero is not to have succeeded."""
    calls = encode(boundary, Case("pool", {}, steps=steps)).plan.calls
    return [
        tuple(-each.call if each.negated else each.call for each in call.only_if)
        for call in calls
        if call.symbol == "pool_free"
    ]


def test_where_a_call_did_not_put_one_into_another_its_end_does_not_depend_on_that(boundary):
    """The second is moved out of the first, and the third into the second, which is moved into a fourth."""
    steps = (_made(None), _made(_pool(0)), _made(None), _moved(1, None), _moved(2, 1), _moved(1, 0))

    assert (-4,) in _ends(boundary, steps)


def test_where_a_first_call_did_not_the_end_does_not_depend_on_what_a_second_one_put_it_into(boundary):
    """The second call needs the first one, as what it is given would not be there otherwise."""
    steps = (_made(None), _made(None), _made(None), _moved(1, 0), _moved(2, 0), _moved(2, 1))

    assert (-4,) in _ends(boundary, steps)
