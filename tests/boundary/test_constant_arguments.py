"""A step of a law passes no number where an address belongs: the library would call it, or read there."""

from __future__ import annotations

import pytest

HEADER = """
typedef int (*heard)(int n);
typedef struct t t;
#define MANY 3
t *t_new(void);
void t_free(t *t);
int t_use(t *t);
int t_each(heard each);
int t_told(int (*told)(int *to));
int t_text(const char *text, int *length);
int t_close(int descriptor);
"""
CONTRACT = """
handles: {{t: {{type: t, create: t_new, destroy: t_free}}}}
functions:
  t_new:
  t_free:
  t_use: {{params: {{t: {{nullable: true}}}}}}
  t_each: {{params: {{each: {{callback: {{returns: {{range: [0, 3]}}}}, nullable: true}}}}}}
  t_told: {{params: {{told: {{callback: {{params: {{to: {{out: int}}}}}}}}}}}}
  t_text: {{params: {{text: {{in: string, nullable: true}}, length: {{in: int, range: [0, 9]}}}}}}
  t_close:
laws:
  one: {{steps: ['a = {}'], ensures: [a.result == 0]}}
"""


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("t_each(1)", "`1` is no value for `each`, which is a callback"),
        ("t_each(each=0 + 1)", "`0 + 1` is no value for `each`, which is a callback"),
        ("t_each(b'x')", "`b'x'` is no value for `each`, which is a callback"),
        ("t_each([])", "`[]` is no value for `each`, which is a callback, which answers at least once"),
        (
            "t_each(['x'])",
            "`['x']` is no value for `each`, which is a callback that never answers so: `b'x'` is none",
        ),
        (
            "t_each([0, 4])",
            "`[0, 4]` is no value for `each`, which is a callback that never answers so: `4` is none",
        ),
        ("t_told([1])", "`[1]` is no value for `told`, which is a callback that does more than to answer"),
        ("t_use(1)", "`1` is no value for `t`, which is a handle"),
        ("t_text(7, 1)", "`7` is no value for `text`, which is memory"),
        ("t_text(MANY, 1)", "`MANY` is no value for `text`, which is memory"),
        ("t_text([256], 1)", "`[256]` is no value for `text`, which is memory"),
        ("t_text([b'x'], 1)", "`[b'x']` is no value for `text`, which is memory"),
        ("t_text(b'x', MANY * 4)", "no valid call has MANY * 4 for `length`"),
    ],
)
def test_a_literal_that_would_be_an_address_is_refused(step, message, refused_with):
    (told,) = refused_with(HEADER, CONTRACT.format(step.replace("'", '"')))

    assert told.message.replace("'", '"').startswith(message.replace("'", '"'))


@pytest.mark.parametrize(
    "step",
    [
        "t_each(null)",
        "t_each()",
        "t_each([0, MANY])",
        "t_each(each=[1] + [0])",
        "t_use(null)",
        "t_text(null, MANY)",
        't_text("x", 3)',
        "t_text([120, MANY], 3)",
        "t_close(1)",
    ],
)
def test_what_is_an_argument_is_taken(step, joined):
    (law,) = joined(HEADER, CONTRACT.format(step)).laws.values()

    assert len(law.steps) == 1
