"""What becomes of a drafted function that calls have spoken against."""

from __future__ import annotations

from dataclasses import replace

import pytest

from abidance.draft.rendering import render_function
from abidance.draft.trial.objections import Objection
from abidance.draft.trial.weakening import is_guessed, weakened

pytestmark = pytest.mark.unit

HEADER = """
typedef struct box box;
box *box_new(void);
void box_free(box *b);
/** Returns 0 on success, and -1 on failure. */
int documented(int kind, const char *text);
const char *box_name(const box *b);
long sum(const int *values, size_t count);
int get(box *b, int *value);
int plain(void);
"""


@pytest.fixture
def draft(drafted):
    return drafted(HEADER).draft


def against(draft, name, code, message, *, place="", call=("f();",), **more):
    """Return the function after an objection, as text, and whether what it spoke against was a guess."""
    function = draft.function(name)
    objection = Objection(name, code, message, call, place, **more)
    changed = weakened(function, objection)
    return changed, "\n".join(render_function(changed)), is_guessed(function, objection)


def test_a_result_that_came_back_otherwise_is_open(draft):
    changed, text, guessed = against(
        draft, "box_name", "ABD322", "`box_name` returned no NUL", place="returns", call=("box_name(b);",)
    )
    assert changed.left_out is None
    assert "returns:" not in text
    assert "# TODO what comes back: guessed `to: string, " in text
    assert "but `box_name` returned no NUL: `box_name(b);`" in text
    assert guessed


def test_a_result_that_was_null_may_be(draft):
    function = draft.function("box_name")
    never = replace(
        function.returns, guesses=tuple(g for g in function.returns.guesses if g.clause != "nullable")
    )
    objection = Objection("box_name", "ABD322", "`box_name` returned NULL", (), "returns")
    changed = weakened(function.with_place(never), objection)
    text = "\n".join(render_function(changed))
    assert changed.left_out is None
    assert "nullable: true" in text
    assert "TODO when that is: `box_name` returned NULL" in text


def test_what_documentation_says_of_a_result_is_no_guess(draft):
    changed, text, guessed = against(
        draft, "documented", "ABD322", "`documented` returned 7", place="returns"
    )
    assert changed.left_out is None
    assert "it is said to be `status" in text
    assert not guessed


def test_a_buffer_that_is_exceeded_is_not_lent_any_more(draft):
    changed, text, guessed = against(
        draft,
        "sum",
        "ABD312",
        "`sum` read past the end of `values`",
        place="values",
        call=("const int values[1] = {0};", "sum(values, 1);        // stops here"),
    )
    assert changed.left_out is not None
    assert "guessed `in: array` of `values` and `length: count` of `values`, but `sum` read past" in text
    assert "#     # sum(values, 1);        // stops here" in text
    assert guessed


def test_an_output_that_is_not_written_goes_in_as_well_and_then_is_open(draft):
    objection = {"code": "ABD325", "message": "`get` left `value` unwritten", "place": "value"}
    changed, text, _ = against(draft, "get", **objection)
    assert "# TODO whether all of it is written: guessed `out`, but `get` left" in text
    assert "inout: int" in text
    assert weakened(changed, Objection("get", call=(), **objection)).left_out is not None


def test_a_side_effect_is_allowed_until_somebody_says_whether_it_is_meant(draft):
    changed, text, _ = against(draft, "plain", "ABD366", "`plain` printed", may="output")
    assert changed.left_out is None
    assert "may: [output]  # TODO whether that is meant to be: `plain` printed" in text
    again = weakened(changed, Objection("plain", "ABD366", "`plain` printed", (), may="output"))
    assert again.left_out is not None


def test_a_crash_that_no_guess_explains_is_said_to_be_one(draft):
    changed, text, guessed = against(draft, "plain", "ABD301", "`plain` crashed (SIGFPE)")
    assert changed.left_out is not None
    assert "TODO plain: a defect, or a condition that nobody wrote down: `plain` crashed" in text
    assert not guessed


def test_what_a_sanitizer_sees_of_the_librarys_own_memory_is_explained_by_no_guess(draft):
    _, text, guessed = against(draft, "sum", "ABD303", "`sum` overflowed a heap buffer")
    assert "a defect, or a condition that nobody wrote down" in text
    assert not guessed


def test_memory_that_nobody_has_written_is_the_librarys_once_all_of_ours_is(draft):
    said = ("ABD327", "`value` of `get` depends on uninitialised memory")
    changed, _, guessed = against(draft, "get", *said, place="value")
    assert guessed
    assert changed.param("value").what.clause == "inout"
    assert not is_guessed(changed, Objection("get", *said, (), "value"))


def test_what_the_kernel_refused_is_harm(draft):
    changed, text, _ = against(draft, "plain", "ABD301", "`plain` crashed (SIGSYS)")
    assert changed.left_out.harm
    assert "TODO" not in text


def test_each_objection_ends_in_a_function_that_is_not_called(draft):
    """Whatever is said again and again, a draft gets shorter: settling it ends."""
    for place in ("", "returns", "b", "value"):
        for code in ("ABD301", "ABD322", "ABD325", "ABD326", "ABD371"):
            function, tries = draft.function("get"), 0
            while function.left_out is None:
                message = "`get` crashed reading a null pointer; returned NULL"
                function = weakened(function, Objection("get", code, message, ("get();",), place, "memory"))
                tries += 1
            assert tries <= 5
