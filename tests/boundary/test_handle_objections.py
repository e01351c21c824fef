"""Why a call may not be given its handles, in words that a law of a contract is refused with."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.lawful_cases import first_objection
from abidance.boundary.model.values import Case, Earlier, Step

HEADER = """
typedef struct row row;
typedef struct value value;
row *row_new(void);
void row_free(row *r);
value *value_of(const row *r);
value *value_copy(const value *v);
void value_free(value *v);
int value_read(const value *v);
"""
CONTRACT = """
handles:
  row: {{create: row_new, destroy: row_free}}
  seen: {{type: value, create: value_of}}
  value: {{create: value_copy, destroy: value_free{more}}}
functions:
  value_of: {{returns: {{handle: seen, owner: callee, lifetime: handle(row)}}}}
  value_copy: {{params: {{v: {{handle: seen}}}}, returns: {{handle: value}}}}
  value_read: {{params: {{v: {{handle: value}}}}}}
  value_free: {{params: {{v: {{handle: value}}}}}}
"""
COPIED = (
    ("row_new", {}),
    ("value_of", {"r": (0, "row")}),
    ("value_copy", {"v": (1, "seen")}),
)


def case(*calls):
    """Return a sequence: each call with what it is given of earlier ones."""
    steps = [
        Step(name, {parameter: Earlier(index, "result", kind) for parameter, (index, kind) in given.items()})
        for name, given in calls
    ]
    return Case("row", {}, steps=tuple(steps))


@pytest.mark.parametrize(
    ("more", "last", "objection"),
    [
        (
            "",
            ("row_free", {"r": (0, "row")}),
            "`row_free` ends a `row`, which must outlive the `value` made from it",
        ),
        (", parent: none", ("row_free", {"r": (0, "row")}), None),
        ("", ("value_free", {"v": (2, "value")}), None),
    ],
)
def test_what_was_made_from_what_is_borrowed_is_outlived(more, last, objection, joined):
    assert first_objection(joined(HEADER, CONTRACT.format(more=more)), case(*COPIED, last)) == objection


LAID = """
typedef struct row row;
typedef struct { int n; } mark;
row *row_new(void);
row *row_part(const row *whole, int n);
void row_free(row *r);
int mark_begin(mark *m);
int mark_copy(mark *made, const mark *from);
void mark_end(mark *m);
"""
LASTING = """
handles:
  row: {{create: [row_new, row_part], destroy: row_free}}
  mark: {{create: [mark_begin, mark_copy], destroy: mark_end}}
functions:
  row_part: {{params: {{whole: {{handle: row{of_row}}}}}}}
  mark_copy: {{params: {{made: {{out: mark}}, from: {{handle: mark{of_mark}}}}}}}
"""


@pytest.mark.parametrize(
    ("of_row", "of_mark", "kind"),
    [
        (", lifetime: handle(result)", "", "row"),
        ("", ", lifetime: handle(made)", "mark"),
        ("", "", "row"),
        ("", "", "mark"),
    ],
)
def test_one_that_another_of_the_kind_is_made_from_may_have_to_outlive_it(of_row, of_mark, kind, joined):
    boundary = joined(LAID, LASTING.format(of_row=of_row, of_mark=of_mark))
    create, copy, end = {
        "row": ("row_new", "row_part", "row_free"),
        "mark": ("mark_begin", "mark_copy", "mark_end"),
    }[kind]
    taken, left = ("whole", "result") if kind == "row" else ("from", "made")
    one, other = (Earlier(n, "result" if kind == "row" else path, kind) for n, path in ((0, "m"), (1, left)))
    ends = boundary.functions[end].members[0].name
    beside = {"n": 1} if kind == "row" else {"made": {}}
    first, given = Step(create, {} if kind == "row" else {"m": {}}), Step(copy, {taken: one, **beside})

    def objection(*ended):
        steps = (first, given, *(Step(end, {ends: each}) for each in ended))
        return first_objection(boundary, Case(kind, {}, steps=steps))

    lasts = f"`{end}` ends a `{kind}`, which must outlive the `{kind}` made from it"
    assert objection(one) == (lasts if of_row or of_mark else None)
    assert objection(other, one) is None


HUNG = """
typedef struct row row;
row *row_new(void);
row *row_hang(row *on, row *r);
void row_free(row *r);
"""
HANGING = """
handles: {row: {create: row_new, destroy: row_free}}
functions:
  row_hang:
    params: {on: {handle: row, lifetime: handle(r)}, r: {handle: row}}
    returns: {handle: row, owner: callee, lifetime: handle(r)}
"""


@pytest.mark.parametrize(("ended", "objects"), [(0, True), (1, False), (2, True)])
def test_what_is_needed_by_another_name_is_not_ended(ended, objects, joined):
    """The second call is given what the first has returned, which is the first row: that has to be there."""
    boundary = joined(HUNG, HANGING)
    rows = [Earlier(n, "result", "row") for n in range(4)]
    steps = (
        *(Step("row_new", {}) for _ in range(3)),
        Step("row_hang", {"on": rows[2], "r": rows[0]}),
        Step("row_hang", {"on": rows[3], "r": rows[1]}),
        Step("row_free", {"r": rows[ended]}),
    )
    said = "`row_free` ends a `row`, which must outlive the `row` made from it"

    found = first_objection(boundary, Case("row", {}, steps=steps))

    assert found == (said if objects else None)


def test_a_result_that_is_no_handle_lasts_no_time(refused):
    text = CONTRACT.format(more="").replace(
        "value_read: {params: {v: {handle: value}}}",
        "value_read: {params: {v: {handle: value, lifetime: handle(result)}}}",
    )

    assert refused(HEADER, text) == ["`v` is said to be there as long as the result, which is no handle"]


def test_what_is_not_there_is_named(joined):
    boundary = joined(HEADER, CONTRACT.format(more=""))
    twice = case(*COPIED, *(("value_free", {"v": (2, "value")}),) * 2)

    assert first_objection(boundary, twice) == "`value_free` is given a `value` that is not there any more"


@pytest.mark.parametrize("lasts", ["", ", lifetime: static"])
def test_what_creates_a_handle_gives_one_that_calls_may_have(lasts, refused_with, joined):
    header = "typedef struct one one;\nconst one *one_of(void);\nint one_read(const one *o);\n"
    contract = """
    handles: {{one: {{create: one_of}}}}
    functions:
      one_of: {{returns: {{handle: one{owner}}}}}
      one_read: {{params: {{o: {{handle: one}}}}}}
    """
    if lasts:
        joined(header, contract.format(owner=f", owner: callee{lasts}"))
        joined(header, contract.format(owner=""))
        return
    (found,) = refused_with(header, contract.format(owner=", owner: callee"))
    assert (
        found.message
        == "`one_of` creates a `one`, and the one that it returns is the library's: no call has it"
    )
    assert "`lifetime: handle(NAME)`" in (found.help or "")
