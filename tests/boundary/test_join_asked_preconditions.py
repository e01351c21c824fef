"""Functions that preconditions ask: what they are asked with, and which conditions cannot be asked."""

from __future__ import annotations

import pytest

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
    assert (part.question.function, part.question.arguments[0].parameter) == ("count", "p")


def test_alternatives_ask_one_after_the_other(joined):
    (asked,) = read(joined, "number & 1 or is_open(p) and at(p, place=TOP) == number").asked_before

    assert [[each.question and each.question.function for each in parts] for parts in asked.alternatives] == [
        [None],
        ["is_open", "at"],
    ]
    assert asked.names(["p", "number"]) == {"p", "number"}


def test_two_functions_may_be_compared(joined):
    (asked,) = read(joined, "at(p, 0) < count(p)").asked_before

    ((part,),) = asked.alternatives
    assert (part.question.function, part.less.function) == ("at", "count")


def test_a_pointer_is_compared_with_null(joined):
    (asked,) = read(joined, "below(p) == null").asked_before

    assert [each.function for each in asked.questions] == ["below"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("coutn(p) > 1", "function `coutn` is not in `subject.h`"),
        (
            "at(p, number + 1) == 1",
            "`number + 1` is calculated, and `at` is asked with parameters as they are",
        ),
        (
            "clear(p) == 1",
            "`clear` returns `void`: before a call, nothing but a whole number or a pointer is asked for",
        ),
        (
            "weight(p) > 1",
            "`weight` returns `double`: before a call, nothing but a whole number or a pointer is asked",
        ),
        ("take(p, number) == 1", "`take` writes `number`, and what a precondition asks only reads"),
        ("count(p) & 4", "`count(p) & 4` does more with what `count(p)` tells than compare it"),
        (
            "below(p) == name(p)",
            "`below` tells a pointer, which is compared with nothing but `null` before a call",
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


def test_functions_that_wait_for_each_other_are_told(refused):
    told = refused(HEADER, text("count(p) > 0", "is_open", rest='  count: {requires: ["is_open(p)"]}'))

    assert "`is_open` asks `count`, which asks `is_open`" in told[0]
