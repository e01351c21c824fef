"""States of handles: what a contract may say of them, and what can be told from what a call has left."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.encode.states import target_tests
from abidance.boundary.model.states import StateMachine, Transition, TransitionTarget
from abidance.boundary.model.values import ROOM, Case, NewHandle
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
        (
            f"{LEADS}\n          box_copy: {{of: from, from: open, once: true}}",
            "`box_copy` creates a `box`, however often it is given `from`",
        ),
        (
            f"{LEADS}\n          box_copy: {{of: form, from: open}}",
            "parameter `form` is not in `box_copy` as a `box`",
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


ONLY = """
    handles:
      box:
        create: [box_new, box_copy]
        destroy: box_free
        states: {{fresh: , open: , done: {{only: [{only}]}}}}
        transitions:
          box_feed: {{to: {{open: result == OK, done: result == MORE}}}}
          {transitions}
    functions:
      box_feed: {{params: {{left: {{out: unsigned}}}}, returns: {{status: {{ok: [OK, MORE], errors: {{BAD: it is}}}}}}}}
      box_weight:
      no_box:
"""


def test_in_a_state_that_is_closed_no_other_function_may_be_called(joined):
    found = joined(HEADER, ONLY.format(only="box_weight", transitions="")).handles["box"].machine

    assert found.lawful("box_weight", "b") == {"fresh", "open", "done"}
    assert found.lawful("box_feed", "b") == found.lawful("box_copy", "from") == {"fresh", "open"}
    assert found.lawful("box_free", "b") == {"fresh", "open", "done"}  # it may always be destroyed


def test_what_names_the_state_itself_may_be_called_in_it(joined):
    again = "box_copy: {of: from, from: [open, done]}"
    found = joined(HEADER, ONLY.format(only="box_weight", transitions=again)).handles["box"].machine

    assert found.lawful("box_copy", "from") == {"open", "done"}
    assert found.lawful("box_feed", "b") == {"fresh", "open"}


def test_of_what_a_copy_was_made_from_nothing_is_asked_when_the_copy_is_used(joined):
    found = joined(HEADER, ONLY.format(only="box_weight", transitions="")).handles["box"].machine

    assert found.lawful("box_feed", "b.from") == {"fresh", "open", "done"}


@pytest.mark.parametrize(
    ("only", "said"),
    [
        ("box_wait", "function `box_wait` is not in `subject.h`"),
        ("no_box", "`no_box` takes no `box`"),
    ],
)
def test_what_cannot_be_called_on_it_is_told(refused, only, said):
    messages = refused(HEADER, ONLY.format(only=only, transitions=""))
    assert any(said in message for message in messages), messages


def test_one_that_is_copied_may_have_to_be_in_a_state_and_the_copy_begins_in_its_own(joined):
    copies = "box_copy: [{of: from, from: [open, done]}, {to: done}]"
    boundary = joined(HEADER, CONTRACT.format(transitions=f"{LEADS}\n          {copies}"))
    found = boundary.handles["box"].machine

    assert found.lawful("box_copy", "from") == {"open", "done"}
    assert found.first("box_copy", {}) == "done"
    made = Case("box_copy", {"from": NewHandle("box", {})})
    (guard,) = encode(boundary, made).plan.calls[1].guards
    assert guard.numbers == (found.number("open"), found.number("done"))


def test_a_parameter_of_which_nobody_knows_what_it_is_is_told_of_alone(refused):
    """It may be the handle, so nothing is said about where its calls lead."""
    handles = """
    handles:
      box:
        create: box_new
        destroy: box_free
        states: [fresh, open]
        transitions: {box_feed: {to: open}}
      crate: {type: box, create: box_copy, destroy: box_drop}
    functions:
      box_drop: {params: {b: {handle: crate}}}
      box_copy: {params: {from: {handle: box}}}
      box_feed: {params: {left: {out: unsigned}}}
    """
    header = HEADER + "    void box_drop(box *b);\n"
    (message,) = refused(header, handles)
    assert message.startswith("`box_feed` takes a `box *`, which `box` and `crate` are"), message


COUNTING = """
    handles:
      box:
        create: box_new
        destroy: box_free
        counts: {{depth: {{most: 3, shown_by: {{box_weight: {shown}}}}}}}
        transitions:
          {transitions}
    functions:
      box_feed: {{params: {{left: {{out: unsigned}}}}}}
      box_weight:
      box_pour: {{params: {{into: {{handle: box}}, from: {{handle: box}}}}}}
"""


@pytest.mark.parametrize(
    ("transitions", "shown", "said"),
    [
        ("box_feed: {counts: {width: width + 1}}", "true", "count `width` is not in `counts` of `box`"),
        ("box_feed: {counts: {depth: depth + last}}", "true", ""),
        ("box_feed: {counts: {depth: last}}", "true", ""),
        ("box_feed: {counts: {depth: depth - left}}", "true", ""),
        ("box_feed: {counts: {depth: depth + (left > 0)}}", "true", ""),
        ("box_feed: {counts: {depth: depth + (left + 1)}}", "true", "say the range of `left`"),
        ("box_feed: {counts: {depth: depth + lsat}}", "true", "unknown name `lsat`"),
        ("box_feed: {counts: {depth: depth * last}}", "true", "`depth * last` is no way to count `depth`"),
        ("box_feed: {counts: {depth: depth + left}}", "true", "`depth + left` is no way to count `depth`"),
        ("box_feed: {while: depth > 3}", "true", "`box_feed` may never be called"),
        ("box_feed: {while: left > 0}", "true", "unknown name `left`"),
        ("box_feed: {counts: {depth: depth + 1}}", "depht == 1", "unknown name `depht`"),
        (
            "box_feed: [{while: depth > 1}, {while: depth > 2}]",
            "true",
            "two entries say where `box_feed` leads",
        ),
        (
            "box_pour: {of: onto, while: depth > 0}",
            "true",
            "parameter `onto` is not in `box_pour` as a `box`",
        ),
        (
            "box_pour: {of: into.from, while: depth > 0}",
            "true",
            "no `box` is given as `from` where a `box` is made",
        ),
        ("box_new: {while: depth > 0}", "true", "`box_new` creates a `box`, which is in no state before"),
        ("box_new: {counts: {depth: 1}}", "depth == result", ""),
        ("box_feed: {counts: {depth: depth + 1}}", "result == depth", ""),
        ("box_pour: [{of: into, while: depth > 0}, {of: from, counts: {depth: 0}}]", "true", ""),
    ],
)
def test_what_does_not_fit_of_what_is_counted_is_told(refused, joined, transitions, shown, said):
    header, text = (
        HEADER + "int box_pour(box *into, box *from);",
        COUNTING.format(transitions=transitions, shown=shown),
    )
    if not said:
        assert joined(header, text).handles["box"].machine is not None
        return
    messages = refused(header, text)
    assert any(said in message for message in messages), messages


def test_more_states_than_can_be_told_apart_are_refused(refused):
    text = COUNTING.format(transitions="box_feed: {counts: {depth: depth + 1}}", shown="true")
    messages = refused(
        HEADER + "int box_pour(box *into, box *from);",
        text.replace("{depth: {most: 3", "{width: 1000, depth: {most: 900"),
    )
    assert any("more than 4096 states" in message for message in messages), messages


def test_each_number_is_a_state_of_its_own(joined):
    called = "box_weight: {while: depth > 1}, box_free: {while: depth == 0}"
    transitions = f"{{box_feed: {{counts: {{depth: depth + 1}}}}, {called}}}"
    text = COUNTING.format(transitions=transitions, shown="result == depth")
    found = joined(HEADER + "int box_pour(box *into, box *from);", text).handles["box"].machine

    assert found.states == ("depth 0", "depth 1", "depth 2", "depth 3")
    assert found.lawful("box_feed") == {"depth 0", "depth 1", "depth 2"}
    assert found.lawful("box_weight") == {"depth 2", "depth 3"}
    assert [each.state for each in found.transition("box_feed").targets_from("depth 1")] == ["depth 2"]
    assert found.next_towards("depth 0", ["depth 3"], found.functions) == (("box_feed", "depth 1"),)
    (shown,) = found.shown["depth 2"]
    assert [shown.condition.holds({"result": number}) for number in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("ensures: [result == b.depth or result == old(b.depth)]", ""),
        ("ensures: [result == b.dpeth]", "`b` has no fields, so no `dpeth`"),
        ("requires: [b.depth > 1]", "`b.depth` is what the `box` counts, of which `requires` knows nothing"),
    ],
)
def test_what_is_counted_is_a_field_after_a_call(clause, said, refused, joined):
    text = COUNTING.format(transitions="{box_feed: {counts: {depth: depth + 1}}}", shown="true")
    text = text.replace("box_weight:\n", f"box_weight: {{{clause}}}\n")
    header = HEADER + "int box_pour(box *into, box *from);"
    if not said:
        assert joined(header, text).handles["box"].counted == {"depth"}
        return
    messages = refused(header, text)
    assert any(said in message for message in messages), messages


def test_a_call_may_count_by_what_it_is_given(joined):
    text = COUNTING.format(transitions="{box_feed: {counts: {depth: depth + last}}}", shown="true")
    boundary = joined(HEADER + "int box_pour(box *into, box *from);", text)
    function, machine = boundary.functions["box_feed"], boundary.handles["box"].machine
    encoded = encode(boundary, Case("box_feed", {"b": NewHandle("box", {}), "last": 2, "left": ROOM}))

    assert (machine.transition("box_feed").counts_by, machine.transition("box_feed").stays) == (
        "given",
        False,
    )
    assert {each.state for each in machine.transition("box_feed").targets_from("depth 2")} == {
        "depth 2",
        "depth 3",
    }
    made = encoded.plan.calls[encoded.plan.subject]
    assert [guard.numbers for guard in made.guards] == [(1, 2)]  # from 0 and 1: there is no more than 3
    assert [(each.number, each.within[1:]) for each in made.moves] == [(3, (1, 2))]
    assert function.name == "box_feed"


def test_where_a_call_leads_may_depend_on_what_was_counted_before_it(joined):
    handles = """
    handles:
      box:
        create: box_new
        destroy: box_free
        states: [begun, done]
        counts: {depth: {most: 3}}
        transitions:
          box_feed: {from: begun, counts: {depth: depth + 1}}
          no_end: {from: begun, to: {done: result == OK and depth == 1, begun: true}, counts: {depth: depth - 1}}
    functions:
      box_feed: {params: {left: {out: unsigned}}}
      no_end:
    """
    boundary = joined(HEADER + "int no_end(box *b);", handles)
    found = boundary.handles["box"].machine.transition("no_end")

    def leads(state, result):
        given = {"OK": 0, "result": result}
        return next(each.state for each in found.targets_from(state) if each.condition.holds(given))

    assert found.sources == {"begun, depth 1", "begun, depth 2", "begun, depth 3"}
    assert [leads("begun, depth 1", result) for result in (0, -1)] == ["done, depth 0", "begun, depth 0"]
    assert [leads("begun, depth 2", result) for result in (0, -1)] == ["begun, depth 1", "begun, depth 1"]
    moves = encode(boundary, Case("no_end", {"b": NewHandle("box", {})})).plan.calls[1].moves
    numbers = boundary.handles["box"].machine.number
    done = [each for each in moves if each.number == numbers("done, depth 0")]
    assert [each.within[1:] for each in done] == [(numbers("begun, depth 1"),) * 2]


def test_a_call_that_counts_is_one_move(joined):
    text = COUNTING.format(transitions="{box_feed: {counts: {depth: depth + 1}}}", shown="true")
    boundary = joined(HEADER + "int box_pour(box *into, box *from);", text)
    feed = {"b": NewHandle("box", {}), "last": 0, "left": ROOM}
    calls = encode(boundary, Case("box_feed", feed)).plan.calls

    (guard,) = calls[1].guards
    assert guard.numbers == (1, 2, 3)
    (move,) = calls[1].moves
    assert (move.number, move.within) == (2, (guard.slot, 1, 3))


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
    assert ranges("result == last + 2", 5) == [[(None, ((7, 7),))]]
    assert ranges("result in range(last - 1, 2 * last)", 5) == [[(None, ((4, 9),))]]
    assert ranges("result in [MORE, BAD]", 0) == [[(None, ((-1, -1), (1, 1)))]]
    assert ranges("result == OK and left > 0", 0) == [[(None, ((0, 0),)), (3, ((1, (1 << 32) - 1),))]]
    assert ranges("result == OK or left == 0", 0) == [[(None, ((0, 0),))], [(3, ((0, 0),))]]
    assert ranges("left == 0", 0, null=True) == []
    assert ranges("0 < result and result < 3", 0) == [[(None, ((1, 2),))]]


def machine(**transitions):
    span = None
    made = tuple(
        Transition(
            name,
            frozenset(sources),
            tuple(TransitionTarget(t, None, span, frozenset(sources)) for t in targets),
            False,
            span,
        )
        for name, (sources, targets) in transitions.items()
    )
    return StateMachine("box", ("a", "b", "c", "d"), made)


def test_the_shortest_way_is_taken():
    ways = machine(on=("ab", "b"), far=("b", "c"), near=("ab", "c"), end=("c", "d"))

    assert {*ways.next_towards("a", "d", ways.functions)} == {("near", "c")}
    assert {*ways.next_towards("b", "d", ways.functions)} == {("far", "c"), ("near", "c")}
    assert ways.next_towards("c", "c", ways.functions) == ()
    assert ways.next_towards("d", "a", ways.transitions) == ()
    assert ways.next_towards("a", "d", {"on", "far"}) == ()
    assert ways.all_ways("d", {"near", "end"}) == [("near", "a"), ("near", "b"), ("end", "c")]


def test_a_call_that_stays_where_it_is_lawful_can_be_made_again():
    ways = machine(on=("ab", "b"), far=("b", "c"))
    assert ways.transition("on").stays
    assert not ways.transition("far").stays


def test_what_a_copy_is_made_of_stays_in_its_state(joined):
    boundary = joined(HEADER, CONTRACT.format(transitions=f"{LEADS}\n          box_copy: {{to: open}}"))
    found = boundary.handles["box"].machine

    assert found is not None
    assert (found.first("box_copy", {}), found.first("box_new", {})) == ("open", "fresh")
    assert found.functions == ("box_feed",)


def test_where_a_call_leads_is_not_read_from_the_memory_of_a_handle(refused):
    header = "typedef struct pen { int ink; } pen;\nvoid pen_open(pen *p);\nint pen_draw(pen *p);\n"
    told = refused(
        header,
        """
        handles:
          pen:
            create: pen_open
            states: [full, dry]
            transitions: {pen_draw: {to: {dry: p.ink == 0, full: true}}}
        functions: {pen_open: , pen_draw: }
        """,
    )

    assert told[-1] == "where a call leads cannot depend on `p.ink`, which the handle's memory holds"


def test_what_is_made_by_the_same_call_is_not_moved_on(refused):
    """A job of librsync, and the signature that it loads, are made at once."""
    header = """
        typedef struct job job;
        typedef struct sums sums;
        job *job_load(sums **made);
        int job_run(job *job);
        void job_free(job *job);
        void sums_free(sums *sums);
    """
    contract = """
        handles:
          job: {create: job_load, destroy: job_free}
          sums:
            create: job_load
            destroy: sums_free
            states: [empty, loaded]
            transitions: {job_run: {of: job.made, from: empty, to: loaded}}
        functions:
          job_load: {params: {made: {out: sums}}, returns: {handle: job}}
          job_run:
    """

    assert "no `sums` is given as `made` where a `job` is made" in refused(header, contract)
