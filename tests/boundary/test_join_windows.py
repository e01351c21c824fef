"""Windows that are parameters, and unions of which a parameter is the tag: what a contract may say of them."""

from __future__ import annotations

import pytest

from abidance.boundary.model.traversal import moved_behind
from abidance.boundary.model.types import UNCOUNTED, DeadShape
from abidance.boundary.model.variants import living_arguments
from abidance.boundary.values.length_parameters import ties
from abidance.generate.complete import complete

HEADER = """
enum { LEVEL, NAME };
typedef union option { int level; const char *name; } option;
int run(size_t *left, const uint8_t **from, size_t room, uint8_t **to);
int pour(const uint8_t *in, size_t size, size_t *pos, size_t end);
int take(const uint8_t *in, size_t *size);
int set(int what, const option *value);
"""
RUN = "functions: {{run: {{params: {{left: {left}, from: {from_}, to: {to}}}}}}}"
COUNT, FROM, TO = (
    "{inout: size_t}",
    "{inout: {to: bytes, length: left, window: true}}",
    "{inout: {to: bytes, capacity: left, window: true}}",
)
VARIANT = "{{in: option, variant: {{tag: {}, members: {{LEVEL: level, NAME: {}}}}}}}"
SET = f"functions: {{{{set: {{{{params: {{{{value: {VARIANT}}}}}}}}}}}}}"
NAMED = "types: {option: {fields: {name: {to: string}}}}\n"


def test_the_number_that_counts_a_window_follows_from_it(joined):
    function = joined(HEADER, RUN.format(left=COUNT, from_=FROM, to=TO)).functions["run"]

    assert {name: [each.name for each in group] for name, group in ties(function.members).items()} == {
        "left": ["from"]
    }
    assert [each.shape.direction.read for each in function.members if each.name in ("from", "to")] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("size", "follows"),
    [("{inout: size_t}", True), ("{inout: size_t, nullable: true}", False), ("{in: size_t}", True)],
)
def test_a_number_that_the_callee_is_pointed_at_follows_from_the_buffer(joined, size, follows):
    function = joined(
        HEADER, f"functions: {{take: {{params: {{in: {{in: bytes, length: size}}, size: {size}}}}}}}"
    ).functions["take"]

    assert ("size" in ties(function.members)) == follows


def test_an_example_needs_no_number_that_follows_from_the_buffer(joined):
    boundary = joined(
        HEADER, "functions: {take: {params: {in: {in: bytes, length: size}, size: {inout: size_t}}}}"
    )

    for size in range(40):
        case = complete(boundary, boundary.functions["take"], {"in": bytes(size)})
        assert case.arguments["size"] == size


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"left": "{in: size_t}"},
            "`from` is no window: `left` does not count what is left of it",
        ),
        (
            {"from_": "{inout: {to: bytes, length: left + 1, window: true}}"},
            "this is no window: no parameter is its `length`, and counts what is left",
        ),
        (
            {"from_": "{in: {to: bytes, length: left, window: true}}"},
            "a window is `inout`: its pointer is read and moved on, and here it is `in`",
        ),
    ],
)
def test_what_cannot_be_a_window_is_told(said, message, refused):
    assert message in refused(HEADER, RUN.format(**{"left": COUNT, "from_": FROM, "to": TO, **said}))


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("end", "`in` is no window: `end` does not count how far it came"),
        ("far", "parameter `far` is not in `pour`"),
    ],
)
def test_a_position_is_a_number_that_is_written(window, message, refused):
    said = f"{{in: {{in: bytes, length: size, window: {window}}}, pos: {{inout: size_t}}}}"
    assert message in refused(HEADER, f"functions: {{pour: {{params: {said}}}}}")


def test_a_function_has_what_lives_in_its_arguments(joined):
    function = joined(HEADER, NAMED + SET.format("what", "name")).functions["set"]

    living = living_arguments(function, {"what": 1})

    fields = {each.name: each.shape for each in living.members[1].shape.element.members}
    assert isinstance(fields["level"], DeadShape)
    assert not isinstance(fields["name"], DeadShape)
    assert function.members[0].shape.listed == (0, 1)


def test_a_tag_is_another_parameter(refused):
    assert refused(HEADER, NAMED + SET.format("value", "name")) == ["unknown name `value`"]


PAIR = """
long next_of(const char **at, const char *end);
long digits(const char *text, const char **rest);
"""
PAIRED = """
functions:
  next_of: {{params: {{at: {{inout: {{to: bytes, max: 9, window: true}}}}, end: {end}}}}}
  digits: {{params: {{text: {{in: string, max: 9}}, rest: {{out: {{within: text}}}}}}}}
laws:
  goes_on:
    given: {{text: {{in: string, max: 9}}}}
    steps: [a = digits(text), b = digits(a.rest)]
    ensures: [b.rest == 0]
"""


def test_another_parameter_may_be_where_a_window_ends(joined):
    function = joined(PAIR, PAIRED.format(end="{end_of: at}")).functions["next_of"]

    assert moved_behind(function.members[0].shape).window == UNCOUNTED


def test_a_window_that_nothing_ends_is_told(refused):
    messages = refused(PAIR, PAIRED.format(end="{in: string}"))

    assert any("counts what is left, or points to its end" in each for each in messages)


def test_a_step_takes_what_stands_behind_a_place(joined):
    law = joined(PAIR, PAIRED.format(end="{end_of: at}")).laws["goes_on"]

    assert law.steps[1].bound["text"].text == "a.text[a.rest:] if a.rest != null else null"


@pytest.mark.parametrize("target", ["string", "bytes, max: 8"])
def test_where_a_pointer_leads_afterwards_that_a_call_may_change_is_said(target, refused):
    header = "int skip(const char **at);\nint look(const char *const *at);\n"
    contract = f"functions: {{skip: {{params: {{at: {{inout: {{to: {target}}}}}}}}}}}"

    assert refused(header, contract) == [
        "a call may change the pointer that this `const char **` leads to, and nothing says where it leads afterwards"
    ]
