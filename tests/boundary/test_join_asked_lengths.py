"""Lengths that another function tells: what it is given, and which functions are asked nothing."""

from __future__ import annotations

import pytest

HEADER = """
#define WIDE 1
typedef struct item item;
item *item_new(void);
void item_free(item *it);
const void *blob(item *it, int column, const char *key);
int size(const item *it, int column);
int found(const item *it, const char *key);
int wide(const item *it, int column, int how);
double weight(const item *it);
int told(const item *it, int *size);
int step(item *it);
int peek(const void *blob);
int calls(const void *(*back)(item *it));
int sign(item *it, int column, const char *text, char *out, int *n);
int views(item *it, const void **view, const void **window);
"""
CONTRACT = """
handles:
  item:
    create: item_new
    destroy: item_free
    states: [fresh, done]
    transitions: {{step: {{from: fresh, to: done}}, found: {{from: done}}}}
functions:
  blob:
    params: {{it: {{handle: item}}, key: {{in: string}}}}
    returns: {{to: bytes, length: "{length}", nullable: true}}
  found: {{params: {{key: {{in: string}}}}}}
  told: {{params: {{size: {{out: int}}}}}}
  peek: {{params: {{blob: {{nullable: true}}}}}}
"""
VIEW = """
handles: {{item: {{create: item_new, destroy: item_free}}}}
functions:
  views: {{params: {{it: {{handle: item}}, view: {view}, window: {{nullable: true}}}}}}
"""


def test_what_it_is_given_are_parameters_the_result_and_constants(joined):
    function = joined(HEADER, CONTRACT.format(length="2 * wide(it, how=WIDE, column=column)")).functions[
        "blob"
    ]

    (asked,) = function.asks
    (question,) = asked.questions
    given = [(each.parameter, each.constant) for each in question.arguments]
    assert (asked.path, question.function) == ("result", "wide")
    assert given == [("it", 0), ("column", 0), ("", 1)]


def test_the_length_behind_a_pointer_that_is_left_is_told_so_too(joined):
    view = "{out: {to: bytes, length: 'size(it, 1)'}}"

    (asked,) = joined(HEADER, VIEW.format(view=view)).functions["views"].asks

    assert (asked.path, [each.function for each in asked.questions]) == ("view[0]", ["size"])


@pytest.mark.parametrize(
    ("length", "message"),
    [
        ("size(it, colunm)", "parameter `colunm` is not in `blob`"),
        ("size(it, column, column)", "parameter `column` is not in `size`"),
        ("size(it)", "`column` of `size` is not given"),
        ("siez(it, column)", "function `siez` is not in `subject.h`"),
        (
            "size(it, column) // 2",
            "`size(it, column) // 2` is no sum of products of what functions tell",
        ),
        (
            "1 - size(it, column)",
            "`1 - size(it, column)` is no sum of products of what functions tell",
        ),
        (
            "key * size(it, column)",
            "`key` is no whole number that `blob` is given, leaves or returns",
        ),
        (
            "result * size(it, column)",
            "`result` is no whole number that `blob` is given, leaves or returns",
        ),
        ("size(result, column)", "`result` is no `item`, which `it` of `size` is"),
        ("size(it, key)", "`key` is not what `column` of `size` is"),
        ("weight(it)", "`weight` returns `double`, which is no length"),
        ("told(it, 0)", "`told` writes `size`, and what tells a length only reads"),
        ("step(it)", "`step` may change the state of a `item`, and what tells a length only reads"),
        ("found(it, key)", "`it` may be in `fresh` after `blob`, where `found` is unlawful"),
    ],
)
def test_a_function_that_tells_no_length_is_refused(length, message, refused):
    assert refused(HEADER, CONTRACT.format(length=length)) == [message]


@pytest.mark.parametrize(
    "view",
    ["{inout: {to: bytes, length: 'size(it, 1)'}}", "{in: {to: bytes, length: 'size(it, 1)'}}"],
)
def test_nobody_is_asked_for_the_length_of_what_is_given(view, refused):
    message = "`view` is no memory that the call leaves behind a pointer, so nobody is asked its length"

    assert message in refused(HEADER, VIEW.format(view=view))


def test_what_a_callback_returns_has_no_length_that_a_function_tells(refused):
    callback = "{callback: {returns: {to: bytes, length: 'size(it, 1)'}}}"

    messages = refused(HEADER, f"functions: {{calls: {{params: {{back: {callback}}}}}}}")

    assert "unknown name `size(it, 1)`" in messages


SIGN = """
handles:
  item:
    create: item_new
    destroy: item_free
    states: [fresh, done]
    transitions: {{step: {{from: fresh, to: done}}, found: {{from: done}}}}
functions:
  sign:
    params:
      it: {{handle: item}}
      text: {{in: string}}
      out: {{out: bytes, capacity: "{capacity}"}}
      n: {{out: int}}
  found: {{params: {{key: {{in: string}}}}}}
  told: {{params: {{size: {{out: int}}}}}}
"""


def test_room_may_be_calculated_with_what_functions_tell(joined):
    function = joined(HEADER, SIGN.format(capacity="size(it, column) + 2 * wide(it, 0, WIDE)")).functions[
        "sign"
    ]

    assert [(each.function, each.text) for each in function.rooms] == [
        ("size", "size(it, column)"),
        ("wide", "wide(it, 0, WIDE)"),
    ]


@pytest.mark.parametrize(
    ("capacity", "message"),
    [
        ("size(it, n)", "`n` is known only after the call, and `size` is asked before it"),
        ("size(it, colunm)", "parameter `colunm` is not in `sign`"),
        ("size(it, result)", "`result` has no value before the call"),
        ("weight(it)", "`weight` returns `double`, which is no length"),
        ("step(it)", "`step` may change the state of a `item`, and what tells a length only reads"),
        ("found(it, text)", "`it` may be in `fresh` before `sign`, where `found` is unlawful"),
        ("told(it, 0)", "`told` writes `size`, and what tells a length only reads"),
    ],
)
def test_a_function_that_tells_no_room_is_refused(capacity, message, refused):
    assert message in refused(HEADER, SIGN.format(capacity=capacity))


def test_of_what_makes_a_handle_nobody_is_asked_before(refused):
    contract = (
        "handles: {item: {create: made, destroy: item_free}}\n"
        "functions: {made: {params: {out: {out: bytes, capacity: limit()}}}}"
    )
    header = HEADER + "item *made(char *out);\nint limit(void);\n"

    assert refused(header, contract) == [
        "`made` makes, prepares or destroys a `item`, and nobody is asked how much room that is given"
    ]


@pytest.mark.parametrize(
    ("length", "asked"),
    [
        ("size(it, column) + 1", ["size"]),
        ("2 * (size(it, column) - 1)", ["size"]),
        ("column * size(it, column)", ["size"]),
        ("size(it, column) * wide(it, 0, WIDE) + size(it, 2)", ["size", "wide", "size"]),
    ],
)
def test_what_several_functions_tell_is_multiplied_and_added(length, asked, joined):
    (told,) = joined(HEADER, CONTRACT.format(length=length)).functions["blob"].asks

    assert [each.function for each in told.questions] == asked
