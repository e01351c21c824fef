"""Numbers with which a call is refused have to be ones that it can be given: others are no call at all."""

from __future__ import annotations

import pytest

HEADER = """
    typedef enum { LOW, HIGH } level;
    typedef enum { BELOW = -1, ABOVE } side;
    int f(unsigned n, int i, level l, side s, unsigned char c);
"""
CONTRACT = """
    functions:
      f:
        returns: {{status: {{ok: [0], errors: {{-1: no}}}}}}
        rejects:
          - {{when: {{{when}}}, returns: -1}}
"""


@pytest.mark.parametrize(
    ("when", "type_"),
    [
        ("l: {one_of: [-1, 4]}", "level"),
        ("l: -1", "level"),
        ("n: {one_of: [1, 1 << 32]}", "unsigned int"),
        ("i: {range: [1 << 31, 1 << 40]}", "int"),
        ("c: {range: [-9, -1]}", "unsigned char"),
    ],
)
def test_a_number_that_does_not_fit_is_told(when, type_, refused):
    (message,) = refused(HEADER, CONTRACT.format(when=when))
    assert message == f"this must be a number that fits `{type_}`"


@pytest.mark.parametrize(
    "when",
    [
        "l: {one_of: [2, 4294967295]}",
        "s: {one_of: [-2, 1]}",
        "n: {one_of: [7, (1 << 32) - 1]}",
        "i: {range: [-5, -1]}",
        "i: {range: [7, 1 << 40]}",
        "c: {range: [200, 255]}",
    ],
)
def test_any_number_that_fits_may_be_refused(when, joined):
    function = joined(HEADER, CONTRACT.format(when=when)).functions["f"]
    assert len(function.rejects) == 1


SIZED = """
    functions:
      g:
        params: {{n: {{range: [1, 9]}}}}
        returns: {{status: {{ok: 0..9, errors: {{-60..-50: no}}}}}}
        rejects:
          - {{when: {{n: 0}}, returns: {returns}}}
"""


def test_a_status_below_zero_of_an_unsigned_type_is_written_as_its_status(joined):
    boundary = joined("size_t g(size_t n);", SIZED.format(returns=-60))

    (reject,) = boundary.functions["g"].rejects
    assert reject.expected == {"result": (1 << 64) - 60}


def test_another_number_below_zero_is_none(refused):
    (message,) = refused("size_t g(size_t n);", SIZED.format(returns=-61))

    assert message == "this must be a number that fits `size_t`"


TEXT = """
    functions:
      g:
        params: {{text: {{in: string, max: 9}}}}
        returns: {{status: {{ok: [0], errors: {{-1: no}}}}}}
        rejects:
          - {{when: {when}, returns: -1}}
"""


@pytest.mark.parametrize(
    "when", ["{text: {one_of: [a, b]}}", "{text: {like: 'a|b'}}", "{text: {range: [0, 9]}}"]
)
def test_of_several_texts_a_condition_is_advised(when, refused_with):
    (complaint,) = refused_with("int g(const char *text);", TEXT.format(when=when))
    assert complaint.message == "one value is written here for `text`, which is text"
    assert complaint.help == 'of several, `when` is a condition: `when: not matches(text, "REGEX")`'


@pytest.mark.parametrize("when", ["{text: a}", "'not matches(text, \"a|b\")'"])
def test_one_text_and_a_condition_are_taken(when, joined):
    assert joined("int g(const char *text);", TEXT.format(when=when)).functions["g"].rejects
