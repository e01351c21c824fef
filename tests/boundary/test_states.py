"""States of handles: what a contract may say of them, and what can be told from what a call has left."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.states import target_tests
from abidance.boundary.model.states import StateMachine, Transition, TransitionTarget
from abidance.contract.expression import parse

HEADER = """
    typedef struct box box;
    enum { OK = 0, MORE = 1, BAD = -1 };
    box *box_new(void);
    box *box_copy(const box *from);
    void box_free(box *b);
    int box_feed(box *b, int last, unsigned *left);
    float box_weight(box *b);
    int no_box(int n);
"""
CONTRACT = """
    handles:
      box:
        create: [box_new, box_copy]
        destroy: box_free
        states: [fresh, open, done]
        transitions:
          {transitions}
    functions:
      box_feed: {{params: {{left: {{out: unsigned}}}}, returns: {{status: {{ok: [OK, MORE], errors: {{BAD: it is}}}}}}}}
      box_weight:
      no_box:
"""
LEADS = "box_feed: {to: {open: result == OK, done: result == MORE}}"


@pytest.mark.parametrize(
    ("transitions", "said"),
    [
        (f"{LEADS}\n          box_wait: {{from: open}}", "function `box_wait` is not in `subject.h`"),
        (f"{LEADS}\n          no_box: {{from: open}}", "`no_box` takes no `box`"),
        (f"{LEADS}\n          box_weight: {{from: closed}}", "state `closed` is not in `states` of `box`"),
        ("box_feed: {to: open}", "no call leads a `box` to the state `done`"),
        (
            f"{LEADS}\n          box_new: {{from: open}}",
            "`box_new` creates a `box`, which is in no state before",
        ),
        ("box_feed: {to: {open: result + 1 == 2, done: true}}", "`result + 1 == 2` computes with `result`"),
        (
            "box_feed: {to: {open: left == result, done: true}}",
            "`left == result` compares `left` with `result`",
        ),
        (
            "box_feed: {to: {open: errno == 1, done: true}}",
            "where a call leads cannot depend on `errno == 1`",
        ),
        ("box_feed: {to: {open: lest == 1, done: true}}", "unknown name `lest`"),
        (f"{LEADS}\n          box_weight: {{to: {{open: result > 1}}}}", "cannot depend on `result > 1`"),
    ],
)
def test_what_does_not_fit_is_told(refused, transitions, said):
    messages = refused(HEADER, CONTRACT.format(transitions=transitions))
    assert any(said in message for message in messages), messages


def test_what_a_call_leaves_tells_where_it_leads(joined):
    boundary = joined(HEADER, CONTRACT.format(transitions=LEADS))
    feed = boundary.functions["box_feed"]

    def ranges(text, last, *, null=False):
        given = boundary.scope({"b": 1, "last": last})
        condition = parse(text, boundary.span_of("box"))
        tests = target_tests(boundary, feed, condition, given, {} if null else {"left": 3})
        return [[(test.place.block, test.ranges) for test in each] for each in tests]

    low, high = -(1 << 31), (1 << 31) - 1
    assert ranges("last", 0) == []
    assert ranges("last", 1) == [[]]
    assert ranges("result == OK and last", 1) == [[(None, ((0, 0),))]]
    assert ranges("result == OK and last", 0) == []
    assert ranges("not (result == OK or last)", 0) == [[(None, ((low, -1), (1, high)))]]
    assert ranges("result >= last", 5) == [[(None, ((5, high),))]]
    assert ranges("result in [MORE, BAD]", 0) == [[(None, ((-1, -1), (1, 1)))]]
    assert ranges("result == OK and left > 0", 0) == [[(None, ((0, 0),)), (3, ((1, (1 << 32) - 1),))]]
    assert ranges("result == OK or left == 0", 0) == [[(None, ((0, 0),))], [(3, ((0, 0),))]]
    assert ranges("left == 0", 0, null=True) == []
    assert ranges("0 < result and result < 3", 0) == [[(None, ((1, 2),))]]


def machine(**transitions):
    span = None
    made = {
        name: Transition(
            name, frozenset(sources), tuple(TransitionTarget(t, None, span) for t in targets), False, span
        )
        for name, (sources, targets) in transitions.items()
    }
    return StateMachine("box", ("a", "b", "c", "d"), made)


def test_the_shortest_way_is_taken():
    ways = machine(on=("ab", "b"), far=("b", "c"), near=("ab", "c"), end=("c", "d"))

    assert {*ways.next_towards("a", "d", ways.transitions)} == {("near", "c")}
    assert {*ways.next_towards("b", "d", ways.transitions)} == {("far", "c"), ("near", "c")}
    assert ways.next_towards("c", "c", ways.transitions) == ()
    assert ways.next_towards("d", "a", ways.transitions) == ()
    assert ways.next_towards("a", "d", {"on", "far"}) == ()
    assert ways.all_ways("d", {"near", "end"}) == [("near", "a"), ("near", "b"), ("end", "c")]


def test_a_call_that_stays_where_it_is_lawful_can_be_made_again():
    ways = machine(on=("ab", "b"), far=("b", "c"))
    assert ways.transitions["on"].stays
    assert not ways.transitions["far"].stays


def test_what_a_copy_is_made_of_stays_in_its_state(joined):
    boundary = joined(HEADER, CONTRACT.format(transitions=f"{LEADS}\n          box_copy: {{to: open}}"))
    found = boundary.handles["box"].machine

    assert found is not None
    assert (found.first("box_copy"), found.first("box_new")) == ("open", "fresh")
    assert list(found.transitions) == ["box_feed"]
