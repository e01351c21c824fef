"""Functions that postconditions ask: what they are asked with, when, and which are asked nothing."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.values import Case, NewHandle
from abidance.plan.plan import Slot

HEADER = """
#define TOP 3
typedef struct pile pile;
pile *pile_new(void);
void pile_free(pile *p);
int push(pile *p, int number);
int count(const pile *p);
int at(const pile *p, int place);
void clear(pile *p);
int take(pile *p, int *number);
int find(pile *p, int *number);
pile *other(const pile *p);
int finish(pile *p);
int last(const pile *p);
int store(pile *p, char *text);
int is_text(const char *text);
pile *last_of(pile *p);
"""
CONTRACT = """
handles:
  pile:
    create: pile_new
    destroy: pile_free
    states: [open, done]
    transitions: {{finish: {{from: open, to: done}}, last: {{from: done}}, push: {{from: open}}}}
functions:
  {function}: {{ensures: ["{condition}"]{more}}}
  take: {{params: {{number: {{out: int}}}}}}
  other: {{returns: {{handle: pile, nullable: true, owner: callee, lifetime: handle(p)}}}}
  is_text: {{params: {{text: {{in: string}}}}}}
"""


BORROWED = ", returns: {handle: pile, nullable: true, owner: callee, lifetime: handle(p)}"


def read(joined, condition, function="push", more=""):
    return joined(HEADER, CONTRACT.format(function=function, condition=condition, more=more)).functions[
        function
    ]


def test_a_function_is_asked_before_the_call_within_old_and_after_it_elsewhere(joined):
    function = read(joined, "count(p) == old(count(p)) + at(p, place=TOP)")

    asked = [(each.function, each.before) for each in function.observers]
    assert sorted(asked) == [("at", False), ("count", False), ("count", True)]
    at = next(each for each in function.observers if each.function == "at")
    assert [(each.parameter, each.constant) for each in at.arguments] == [("p", 0), ("", 3)]


def test_what_is_known_before_the_call_is_worked_out_then(joined):
    (asked,) = read(joined, "at(p, number + 1) == 1").observers
    boundary = joined(HEADER, CONTRACT.format(function="push", condition="at(p, number + 1) == 1", more=""))

    assert asked.arguments[1].calculated.text == "number + 1"
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 7})).plan
    call = next(each for each in plan.calls if each.symbol == "at")
    assert call.arguments[1].raw[:1] == b"\x08"


def test_what_another_function_tells_is_worked_out_by_the_worker(joined):
    condition = "at(p, count(p) - 1) == number"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 7})).plan
    count, at = (
        next(n for n, each in enumerate(plan.calls) if each.symbol == name) for name in ("count", "at")
    )

    (move,) = plan.calls[count].moves
    assert (move.slot, move.number, move.within[1]) == (plan.calls[at].arguments[1].index, 0, 1)
    last = plan.calls[at].only_if[-1]
    assert (last.call, last.ranges[0][0]) == (count, 1)


@pytest.mark.parametrize(("argument", "more"), [("number", 0), ("number + 2", 2)])
def test_what_a_call_leaves_in_memory_is_asked_with_once_it_is_there(joined, argument, more):
    text = (
        f"handles: {{pile: {{create: pile_new, destroy: pile_free}}}}\nfunctions:\n"
        f'  take: {{params: {{number: {{out: int}}}}, ensures: ["at(p, {argument}) == 1"]}}\n  at:\n'
    )
    boundary = joined(HEADER, text)
    plan = encode(boundary, Case("take", {"p": NewHandle("pile", {}), "number": 0})).plan
    take, at = (
        next(n for n, each in enumerate(plan.calls) if each.symbol == name) for name in ("take", "at")
    )

    (guard,) = plan.calls[at].guards
    block = plan.calls[take].arguments[1].block
    assert [slot for slot, place in plan.calls[take].saves if place.block == block]
    assert any(
        move.slot == guard.slot and move.tests[0].place.block == block for move in plan.calls[take].moves
    )
    assert isinstance(plan.calls[at].arguments[1], Slot)
    assert [move.number for move in plan.calls[take].moves if move.within is not None] == [more][: bool(more)]


def test_each_element_of_a_loop_is_asked_about(joined):
    condition = "all(at(p, i + 1) == at(p, i) for i in range(number) if i != 1)"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 3})).plan
    asked = [int.from_bytes(each.arguments[1].raw, "little") for each in plan.calls if each.symbol == "at"]

    assert sorted(asked) == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("end", "least"), [("count(p)", [1, 2]), ("count(p) - 1", [2, 3]), ("result + 1", [0, 1])]
)
def test_a_loop_ends_where_what_is_told_says(joined, end, least):
    condition = f"all(at(p, i) == 1 for i in range({end}))"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 3})).plan
    source = next(
        n for n, each in enumerate(plan.calls) if each.symbol == ("push" if "result" in end else "count")
    )
    ends = [
        next(
            condition.ranges[0][0]
            for condition in each.only_if
            if condition.call == source and condition.ranges
        )
        for each in plan.calls
        if each.symbol == "at"
    ]

    assert ends[:2] == least
    assert len(ends) == 16


def test_what_was_told_before_the_call_is_asked_with_after_it(joined):
    condition = "at(p, old(count(p)) - 1) == number"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 7})).plan
    names = [each.symbol for each in plan.calls]
    count, push, at = (names.index(each) for each in ("count", "push", "at"))

    assert count < push < at
    (move,) = plan.calls[count].moves
    assert (move.slot, move.number) == (plan.calls[at].arguments[1].index, 0)
    assert any(each.call == count and each.ranges for each in plan.calls[at].only_if)


def test_what_is_asked_before_the_call_is_asked_with_what_was_told_before(joined):
    condition = "old(at(p, count(p) - 1)) != number"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 7})).plan
    names = [each.symbol for each in plan.calls]

    assert names.index("count") < names.index("at") < names.index("push")


def test_what_a_loop_asks_before_the_call_stands_in_old(joined):
    condition = "all(at(p, i) == old(at(p, i)) for i in range(2))"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 3})).plan
    names = [each.symbol for each in plan.calls]

    assert [names[: names.index("push")].count("at"), names.count("at")] == [2, 4]


def test_what_cannot_be_worked_out_is_not_asked(joined):
    condition = "at(p, 10 // number) == 1"
    boundary = joined(HEADER, CONTRACT.format(function="push", condition=condition, more=""))
    plan = encode(boundary, Case("push", {"p": NewHandle("pile", {}), "number": 0})).plan

    assert all(each.symbol != "at" for each in plan.calls)


def test_a_handle_that_was_made_is_the_result(joined):
    (asked,) = read(joined, "implies(result != null, count(result) == 0)", "pile_new").observers

    assert asked.arguments[0].parameter == THE_RESULT


def test_a_handle_that_is_borrowed_may_be_asked(joined):
    (asked,) = read(joined, "implies(result != null, count(result) == 0)", "last_of", BORROWED).observers

    assert asked.arguments[0].parameter == THE_RESULT


def test_what_another_handle_is_made_from_may_be_asked_before(joined):
    more = ", params: {p: {handle: pile, owner: callee}}, returns: {handle: pile, nullable: true}"
    text = CONTRACT.replace("create: pile_new", "create: [pile_new, last_of]")

    function = joined(
        HEADER, text.format(function="last_of", condition="count(result) == old(count(p))", more=more)
    ).functions["last_of"]

    assert [(each.function, each.before) for each in function.observers] == [
        ("count", False),
        ("count", True),
    ]


def test_what_is_taken_over_may_be_asked_about_before(joined):
    more = ", params: {text: {in: string, owner: callee}}"

    (asked,) = read(joined, "old(is_text(text)) == 1", "store", more).observers

    assert asked.before


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("coutn(p) == 1", "function `coutn` is not in `subject.h`"),
        ("lenn(p) == 1", "function `lenn` is not in `subject.h`"),
        ("at(p) == 1", "`place` of `at` is not given"),
        (
            "at(p, 2 * count(p)) == 1",
            "`2 * count(p)` cannot be worked out before `at` is asked",
        ),
        ("at(number, 1) == 1", "`number` is no `pile`, which `p` of `at` is"),
        ("old(at(p, result)) == 1", "`result` is known only after the call, and `at` is asked before it"),
        ("clear(p) == 1", "`clear` returns nothing, which has no value in a condition"),
        (
            "finish(p) == 1",
            "`finish` may change the state of a `pile`, and what a postcondition asks only reads",
        ),
        ("take(p, number) == 1", "`take` writes `number`, and what a postcondition asks only reads"),
        ("last(p) == 1", "`p` may be in `open` after `push`, where `last` is unlawful"),
        ("c.count(p) == 1", "a library has no place here: both are of one"),
        ("all(at(i, 1) == 1 for i in range(3))", "`p` of `at` is no number, so none is given for it"),
        (
            "all(at(p, 2 * result + i) == 1 for i in range(3))",
            "`2 * result + i` cannot be worked out before `at` is asked",
        ),
        ("at(p, 1.5) == 1", "`place` of `at` is a whole number, and `1.5` is given for it"),
    ],
)
def test_what_cannot_be_asked_is_told(joined, refused, condition, message):
    assert message in refused(HEADER, CONTRACT.format(function="push", condition=condition, more=""))


@pytest.mark.parametrize(
    ("function", "condition", "more", "message"),
    [
        ("pile_free", "count(p) == 0", "", "`p` is destroyed by `pile_free`"),
        (
            "pile_new",
            "old(at(1, 2)) == 0",
            "",
            "`p` of `at` is no number, so none is given for it",
        ),
        (
            "find",
            "old(at(p, number)) == 1",
            ", params: {number: {out: int}}",
            "`number` is known only after the call, and `at` is asked before it",
        ),
        (
            "store",
            "is_text(text) == 1",
            ", params: {text: {in: string, owner: callee}}",
            "`text` is not the caller's any more when `is_text` is called",
        ),
    ],
)
def test_what_is_not_there_is_not_asked_about(joined, refused, function, condition, more, message):
    assert message in refused(HEADER, CONTRACT.format(function=function, condition=condition, more=more))


CURVES = """
    typedef struct curve curve;
    curve *curve_new(int n);
    void curve_free(curve *c);
    double level(const curve *c, double place);
    int stage(const curve *c, int n);
    float slope(const curve *c, float place);
    int step(const curve *c, double from, double *to);
    """
CURVE_CONTRACT = """
    handles: {curve: {create: curve_new, destroy: curve_free}}
    functions:
      level: {}
      stage: {}
      slope: {}
      step: {params: {to: {out: double}}}
    """


@pytest.mark.parametrize(
    ("function", "condition", "message"),
    [
        ("level", "stage(c, place) == 1", "`place` is a fraction, and `n` of `stage` a whole number"),
        ("stage", "level(c, result) == 1", "`result` is a whole number, and `place` of `level` a fraction"),
        ("level", "slope(c, result) == 1", "`result` is a `double`, and `place` of `slope` a `float`"),
        ("step", "level(c, to + 1) == 1", "`to + 1` cannot be worked out before `level` is asked"),
        (
            "stage",
            "level(c, result / 2) == 1",
            "`result / 2` cannot be worked out before `level` is asked",
        ),
        (
            "stage",
            "level(c, result + 1) == 1",
            "`place` of `level` is a fraction, and what is calculated after the call is a whole number",
        ),
    ],
)
def test_which_fractions_cannot_be_given_is_told(refused, function, condition, message):
    contract = CURVE_CONTRACT.replace(f"{function}: {{", f'{function}: {{ensures: ["{condition}"], ')

    assert message in refused(CURVES, contract)


def test_a_result_with_limits_of_its_own_is_not_given_where_others_are(refused):
    contract = """
        handles: {curve: {create: curve_new, destroy: curve_free}}
        functions:
          level: {params: {place: {range: [0, 1]}}, ensures: ["level(c, result) == 1"]}
        """

    assert "`result` may be any fraction, and `place` of `level` is not" in refused(CURVES, contract)
