"""What a step of a law is given by its place, where the call makes a handle in memory of the caller's."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct row row;
typedef struct { int n; } mark;
row *row_new(void);
void row_free(row *r);
int row_size(const row *r);
int mark_begin(mark *m, const char *text, int n);
int mark_look(const mark *m);
void mark_end(mark *m);
"""
CONTRACT = """
handles:
  row: {{create: row_new, destroy: row_free}}
  mark: {{create: mark_begin, destroy: mark_end}}
functions:
  row_size: {{}}
  mark_begin: {{params: {{text: {{in: string, max: 9}}}}, returns: {{status: {{ok: [0]}}}}}}
  mark_look: {{}}
laws:
  it_looks_the_same:
    given: {{text: {{in: string, max: 9}}, row: row}}
    steps: ['{step}']
    ensures: [a.result == 0]
"""


def test_what_the_call_makes_has_no_place(joined):
    (step,) = joined(HEADER, CONTRACT.format(step="a = mark_begin(text, 3)")).laws["it_looks_the_same"].steps

    assert {name: each.text for name, each in step.bound.items()} == {"text": "text", "n": "3"}


def test_without_a_list_of_what_is_given_it_is_what_the_place_is(joined):
    text = CONTRACT.format(step="a = mark_begin(label, 3)")
    text = text.replace("    given: {text: {in: string, max: 9}, row: row}\n", "")
    (given,) = joined(HEADER, text).laws["it_looks_the_same"].members

    assert (given.name, given.shape.limit) == ("label", 9)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("a = mark_begin(m=text)", "`mark_begin` makes `m`: nothing is given for it"),
        ("a = mark_look(text)", "`m` is a `mark`, and `text` is no handle"),
        ("a = mark_look(row)", "`m` is a `mark`, and `row` is a `row`"),
    ],
)
def test_what_is_no_such_handle_is_not_given_for_one(step, message, refused):
    assert refused(HEADER, CONTRACT.format(step=step)) == [message]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ('a = mark_begin("a", text)', "`n` is a number, and `text` is memory"),
        ("a = mark_begin(n)", "`text` is memory, and `n` is a number"),
        ("a = mark_begin(text, row)", "`n` is a number, and `row` is a `row`"),
        ("a = mark_begin(row, 3)", "`text` is memory, and `row` is a `row`"),
    ],
)
def test_what_goes_by_its_place_to_another_kind_of_parameter_is_refused(step, message, refused):
    text = CONTRACT.format(step=step).replace("row: row}", "row: row, n: int}")

    assert refused(HEADER, text) == [message]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("row_size(a.m)", "`r`: `m` is a `mark` that `mark_begin` leaves, and `r` is a `row`"),
        ("mark_begin(text, a.m)", "`n`: `m` is a `mark` that `mark_begin` leaves, and `n` is no handle"),
    ],
)
def test_a_handle_that_a_call_leaves_is_not_what_it_was_given(call, message, refused):
    text = CONTRACT.format(step=f"a = mark_begin(text, 3)', '{call}")

    assert refused(HEADER, text) == [f"`a.m` cannot be passed as {message}"]


def test_a_handle_that_is_one_is(joined):
    (step,) = joined(HEADER, CONTRACT.format(step="a = row_size(row)")).laws["it_looks_the_same"].steps

    assert [*step.bound] == ["r"]


def test_a_handle_may_have_a_history(joined):
    text = CONTRACT.format(step="a = row_size(row)").replace("row: row}", "row: {in: row, history: any}}")

    assert joined(HEADER, text).laws["it_looks_the_same"].histories == {"row"}


def test_what_is_no_handle_has_none(refused):
    text = CONTRACT.format(step="a = row_size(row)").replace("max: 9}, row", "max: 9, history: any}, row")

    assert refused(HEADER, text) == ["`text` is no handle, so no calls came before it"]


def test_a_law_that_is_cut_makes_its_handles_twice(refused):
    text = CONTRACT.format(step="a = mark_begin(text, 3)").replace(
        "row: row}", "row: {in: row, history: any}}"
    )
    text = text.replace("    steps:", "    split: text\n    same: [true]\n    steps:")

    assert refused(HEADER, text) == [
        "`row` has a history, and a law with `split` makes each handle twice, alike"
    ]


_RECORDS = """
typedef struct { int (*more)(void *mine); int first; } sum;
int sum_total(const sum *s, void *mine);
int sum_begin(sum *s);
"""
_RECORD_LAW = """
types: {{sum: {{fields: {{more: {{callback: {{returns: {{range: [0, 9]}}}}}}, first: {{range: [0, 9]}}}}}}}}
functions:
  sum_total: {{params: {{s: {{in: sum, user_data: mine, nullable: true}}}}}}
  sum_begin: {{params: {{s: {{out: sum}}}}}}
laws:
  it_is_the_same:
    given: {{s: sum}}
    steps: [b = sum_begin(), '{step}']
    ensures: [a.result >= 0]
"""


@pytest.mark.parametrize(
    ("step", "messages"),
    [
        ("a = sum_total(s, s.first=7, s.more=[1, 2])", []),
        ("a = sum_total(b.s, s.first=7)", ["`s` is what an earlier step has left, as it is, so no field of it is set"]),
        ("a = sum_total(s=null, s.first=7)", ["`s` is NULL, so no field of it is set"]),
        ("a = sum_total(s, s.first=10)", ["no valid call has 10 for `first`"]),
        ("a = sum_total(s.more=[])", ["`[]` is no value for `more`, which is a callback, which answers at least once"]),
    ],
)  # fmt: skip
def test_a_field_is_set_of_a_record_that_is_given_and_of_no_other(step, messages, joined, refused):
    look = refused if messages else joined
    found = look(_RECORDS, _RECORD_LAW.format(step=step))

    assert not messages or found == messages
