"""Functions that preconditions ask: what they are asked with, and which conditions cannot be asked."""

from __future__ import annotations

import pytest

from abidance.generate.sequence_model import SequenceModel

HEADER = """
#define TOP 3
typedef struct pile pile;
pile *pile_new(void);
void pile_free(pile *p);
int push(pile *p, int number);
int count(const pile *p);
int is_open(const pile *p);
int at(const pile *p, int place);
void clear(pile *p);
int take(pile *p, int *number);
const char *name(const pile *p);
pile *below(const pile *p);
double weight(const pile *p);
"""
CONTRACT = """
handles:
  pile: {{create: pile_new, destroy: pile_free}}
functions:
  {function}: {{requires: ["{condition}"]{more}}}
  take: {{params: {{number: {{out: int}}}}}}
  name: {{returns: {{to: string}}}}
  below: {{returns: {{handle: pile, nullable: true, owner: callee, lifetime: handle(p)}}}}
{rest}
"""


def text(condition, function="push", more="", rest=""):
    return CONTRACT.format(function=function, condition=condition, more=more, rest=rest)


def read(joined, condition):
    return joined(HEADER, text(condition)).functions["push"]


def test_what_is_known_before_stays_apart_from_what_is_asked(joined):
    more = ", params: {number: {range: [0, 9]}}"
    both = text("number < count(p)", more=more).replace('"]', '", number != 3]')

    function = joined(HEADER, both).functions["push"]

    assert [each.text for each in function.requires] == ["number != 3"]
    (asked,) = function.asked_before
    ((part,),) = asked.alternatives
    (question,) = part.questions
    assert (question.function, question.arguments[0].parameter) == ("count", "p")


def test_alternatives_ask_one_after_the_other(joined):
    (asked,) = read(joined, "number & 1 or is_open(p) and at(p, place=TOP) == number").asked_before

    assert [[[q.function for q in each.questions] for each in parts] for parts in asked.alternatives] == [
        [[]],
        [["is_open"], ["at"]],
    ]
    assert asked.names(["p", "number"]) == {"p", "number"}


@pytest.mark.parametrize(
    "condition", ["at(p, 0) < count(p)", "at(p, 0) + count(p) <= 8", "at(p, 0) & 1 << count(p)"]
)
def test_several_functions_may_be_asked_for_one_condition(condition, joined):
    (asked,) = read(joined, condition).asked_before

    ((part,),) = asked.alternatives
    assert [each.function for each in part.questions] == ["at", "count"]


def test_what_a_function_is_asked_with_is_calculated(joined):
    (asked,) = read(joined, "at(p, number + 1) == 1").asked_before

    ((question,),) = [part.questions for part in asked.alternatives[0]]
    assert question.arguments[1].calculated.text == "number + 1"


def test_what_it_is_asked_with_is_asked_first(joined):
    (asked,) = read(joined, "at(p, count(p) - 1) == 1").asked_before

    assert [each.function for each in asked.questions] == ["count", "at"]


@pytest.mark.parametrize(
    "condition",
    ["name(p) != ''", "name(p) in ['a', 'b']", "'a' == name(p) or name(p) == null", "2 * weight(p) <= 1.5"],
)
def test_texts_and_fractions_are_compared_with_what_is_known(condition, joined):
    (asked,) = read(joined, condition).asked_before

    assert {each.function for each in asked.questions} <= {"name", "weight"}


def test_a_pointer_is_compared_with_null(joined):
    (asked,) = read(joined, "below(p) == null").asked_before

    assert [each.function for each in asked.questions] == ["below"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("coutn(p) > 1", "function `coutn` is not in `subject.h`"),
        ("at(p, 2 * count(p)) == 1", "`2 * count(p)` cannot be worked out before `at` is asked"),
        (
            "clear(p) == 1",
            "`clear` returns `void`: before a call, nothing but a number, a text or a pointer is asked for",
        ),
        ("weight(p) // 2 > 1", "does what needs whole numbers, and `weight(p)` tells a fraction"),
        ("weight(p) in range(3)", "does what needs whole numbers, and `weight(p)` tells a fraction"),
        ("at(p, weight(p) + 1) > 1", "`weight(p)` is no whole number, and `place` of `at` is a number"),
        ("name(p) < 'b'", "does more with the text that `name(p)` tells than compare it with a known one"),
        ("len(name(p)) > 1", "does more with the text that `name(p)` tells than compare it with a known"),
        ("name(p) == name(p)", "does more with the text that `name(p)` tells than compare it with a known"),
        ("take(p, number) == 1", "`take` writes `number`, and what a precondition asks only reads"),
        (
            "count(p) / 2 == 4",
            "`count(p) / 2 == 4` does more with what `count(p)` tells than work with a number",
        ),
        (
            "below(p) + 1 == 4",
            "`below` tells a pointer, which is compared with `null` before a call, or with a handle",
        ),
        (
            "below(p) == name(p)",
            "does more with the text that `name(p)` tells than compare it with a known one",
        ),
        ("c.count(p) == 1", "a library has no place here: both are of one"),
        ("result == count(p)", "`result` has no value before the call"),
    ],
)
def test_what_cannot_be_asked_is_told(refused, condition, message):
    assert any(message in each for each in refused(HEADER, text(condition)))


def test_what_gives_back_is_not_asked(refused):
    told = refused(HEADER, text("count(p) == 0", "pile_free"))

    assert "`pile_free` gives back what others made" in told[0]


def refusing(condition, more=""):
    return text("number != 3", more=f', rejects: [{{when: "{condition}", returns: -1}}]{more}')


def test_what_is_refused_is_not_valid(joined):
    function = joined(HEADER, refusing("number >= count(p)")).functions["push"]

    (valid,) = function.asked_before
    assert valid.expression.text == "not (number >= count(p))"
    assert [each.questions for each in valid.refused.asked] == [valid.questions]
    assert [each.condition.text for each in function.rejects] == ["number >= count(p)"]


def test_calls_that_a_condition_refuses_are_made_in_sequences(joined):
    boundary = joined(HEADER, refusing("number >= count(p)"))
    roles = {role.function.name: role for role in SequenceModel.of(boundary, "pile").roles}

    assert roles["push"].refused == boundary.functions["push"].rejects


def test_of_several_conditions_the_first_that_holds_counts(joined):
    both = refusing("not is_open(p)").replace("-1}]", '-1}, {when: "number < count(p)", returns: -2}]')
    function = joined(HEADER, both).functions["push"]
    closed, small = function.rejects

    assert [each.expression.text for each in function.as_refused(closed).asked_before] == ["not is_open(p)"]
    assert [each.expression.text for each in function.as_refused(small).asked_before] == [
        "not (not is_open(p))",
        "number < count(p)",
    ]


def test_what_is_refused_without_asking_is_not_valid_either(joined):
    function = joined(HEADER, refusing("number > 4")).functions["push"]
    (reject,) = function.rejects

    assert [each.text for each in function.requires] == ["number != 3", "not (number > 4)"]
    assert [each.text for each in function.as_refused(reject).requires] == ["number != 3", "number > 4"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("nubmer > 1", "`nubmer`"),
        ("result > 1", "`result` has no value before the call"),
        ("number == 3", "`number != 3` is required, and refused is what it does not hold of"),
        ("count(p) / 2 > 1", "does more with what `count(p)` tells"),
    ],
)
def test_what_cannot_be_refused_is_told(refused, condition, message):
    assert any(message in each for each in refused(HEADER, refusing(condition)))


def test_functions_that_wait_for_each_other_are_told(refused):
    told = refused(HEADER, text("count(p) > 0", "is_open", rest='  count: {requires: ["is_open(p)"]}'))

    assert "`is_open` asks `count`, which asks `is_open`" in told[0]


def test_what_is_asked_may_be_an_enum(joined):
    header = HEADER + "enum kind { EMPTY, FULL }; enum kind kind(const pile *p);"
    condition = "kind(p) == EMPTY or kind(p) == FULL and count(p) > 1"

    (asked,) = joined(header, text(condition, rest="  kind:")).functions["push"].asked_before

    assert [[[q.function for q in each.questions] for each in parts] for parts in asked.alternatives] == [
        [["kind"]],
        [["kind"], ["count"]],
    ]


def test_each_part_of_a_condition_has_its_own_alternatives(joined):
    pairs = " or ".join(f"at(p, {n}) == {n} and at(q, {n}) == {n}" for n in range(12))
    header = HEADER + "int join(pile *p, pile *q);"
    refused = f"rejects: [{{when: '{pairs}', returns: -1}}]"
    contract = text("1 > 0", function="join").replace('requires: ["1 > 0"]', refused)

    function = joined(header, contract).functions["join"]
    (refusal,) = {each.refused.text for each in function.asked_before}

    assert [len(each.alternatives) for each in function.asked_before] == [2] * 12  # 4096, all in one
    assert [len(each.questions) for each in function.asked_before] == [2] * 12
    (asked,) = function.as_refused(function.refusal(refusal)).asked_before
    assert len(asked.alternatives) == 12
