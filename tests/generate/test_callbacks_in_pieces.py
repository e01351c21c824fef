"""What callbacks answer in a law that cuts: the same in one piece as in several, whose callbacks each begin anew."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from abidance.boundary.model.values import SOMEWHERE, Script
from abidance.generate.laws import law_cases
from abidance.generate.scope import FilterLog

DECLARATIONS = """
    typedef struct bag bag;
    typedef struct { int (*line)(void *mine, int n); void *mine; } events;
    bag *bag_new(void *(*get)(void *mine, size_t n), void *mine);
    void bag_free(bag *one);
    int f(bag *one, const char *text, size_t size, int (*row)(void *mine, int n), void *mine);
    int g(bag *one, const char *text, size_t size, const events *told);
    void h(bag *one, int (*row)(void *mine, int n), void *mine);
"""
ROW = "{callback: {returns: {one_of: [0, 1]}}, user_data: mine}"
PROMISE = f"params: {{text: {{in: bytes, length: size}}, row: {ROW}}}\n"
TYPES = f"""
types: {{events: {{fields: {{line: {ROW}}}}}}}
handles: {{bag: {{create: bag_new, destroy: bag_free}}}}
"""
OTHERS = """
bag_new: {params: {get: {callback: {allocates: n, returns: {nullable: true}}, user_data: mine}}}
bag_free: {}
g: {params: {text: {in: bytes, length: size}, told: {in: events}}}
h: {params: {row: {callback: {returns: {one_of: [0, 1]}, lifetime: handle(bag)}, user_data: mine}}}
"""
QUICK = settings(max_examples=60, derandomize=True, database=None, suppress_health_check=[*HealthCheck])


@pytest.fixture
def scripts(function):
    """Return what callbacks answer in the steps of a law, by function."""

    def ask(*steps, split=True):
        ends = "split: text, same: [a.result]" if split else "ensures: [a.result == 0]"
        law = (
            f"laws: {{one: {{given: {{bag: bag, text: {{in: bytes, max: 9}}}}, steps: {[*steps]}, {ends}}}}}"
        )
        boundary, _ = function(DECLARATIONS, PROMISE, types=f"{TYPES}\n{law}", others=OTHERS)
        found = {}

        @QUICK
        @given(law_cases(boundary, boundary.laws["one"], FilterLog()))
        def drawn(case):
            for step in case.steps:
                for value in step.arguments.values():
                    script = value.get("line") if isinstance(value, dict) else value
                    if isinstance(script, Script):
                        found.setdefault(step.function, set()).add(script.answers)

        drawn()
        return found

    return ask


def is_varied(answers):
    return any(len({*each}) > 1 for each in answers)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["a = f(bag, text)", "a = g(bag, text)"])
def test_a_call_for_each_piece_has_callbacks_that_always_answer_the_same(step, scripts):
    found = scripts(step)[step[4]]

    assert {*found} == {(0,), (1,)}
    assert is_varied(scripts(step, split=False)[step[4]])


def test_a_callback_that_stays_with_the_handle_goes_on_from_piece_to_piece(scripts):
    assert is_varied(scripts("h(bag)", "a = f(bag, text)")["h"])


@pytest.mark.slow
def test_memory_is_always_there_for_how_often_it_is_asked_for_may_depend_on_the_pieces(scripts):
    assert scripts("a = f(bag, text)")["bag_new"] == {(SOMEWHERE,), (None,)}
    assert any(None in each for each in scripts("a = f(bag, text)", split=False)["bag_new"])


@pytest.mark.slow
def test_a_law_that_says_one_answer_is_tried_and_one_that_says_several_is_not(scripts):
    assert scripts("a = f(bag, text, row=[1])")["f"] == {(1,)}
    with pytest.raises(Unsatisfiable):
        scripts("a = f(bag, text, row=[0, 1])")
