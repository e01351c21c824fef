"""Arrays of records that end with a record: which field and which value of it may be said, and how calls show it."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.print_c.call import call_text
from abidance.generate.sweep import edge_cases
from abidance.native.target import emit

HEADER = """
typedef struct item {
    const char *name;
    unsigned char kind;
    unsigned bit : 3;
    struct { int x; } at;
    union { int number; char letter; };
} item;
int count(const item *items);
int sum(const int *numbers);
int list(const char *const *words);
item *known(void);
typedef struct box { const item *items; } box;
int inside(const box *box);
"""
NAME = "types: {item: {fields: {name: {to: string}}}}\n"


def items(end, more=""):
    return f"{NAME}functions: {{count: {{params: {{items: {{in: array, max: 3, ended_by: {end}}}}}{more}}}}}"


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ("{nam: null}", "field `nam` is not in `struct item`"),
        ("{bit: 1}", "`bit` is a bit-field: an array ends with the value of a whole number or of a pointer"),
        (
            "{at: 0}",
            "`at` is neither a number nor a pointer, and only the value of such a field ends an array",
        ),
        (
            "{number: 0}",
            "`number` is in a union, and what lives there is not known of a record that ends an array",
        ),
        ("{kind: 256}", "`256` is no value of these elements: say a number that fits"),
        ("{kind: null}", "`null` is no value of these elements: say a number that fits"),
        ("{name: 0}", "`0` is no value of these elements: say `null`"),
        ("null", "`null` is no value of these elements: they are records"),
    ],
)
def test_what_ends_no_array_of_records(end, message, refused):
    assert refused(HEADER, items(end)) == [message]


@pytest.mark.parametrize(
    "function", ["sum: {params: {numbers: {in: array", "list: {params: {words: {in: array, of: string"]
)
def test_what_has_no_fields(function, refused):
    assert refused(HEADER, f"functions: {{{function}, max: 3, ended_by: {{name: null}}}}}}}}}}") == [
        "these elements are no records, so they have no fields"
    ]


def test_what_ends_the_array_is_no_element_of_an_example(refused):
    more = ", examples: [{items: [{name: a, kind: 1}, {name: null, kind: 2}], returns: 1}]"

    assert refused(HEADER, items("{name: null}", more)) == [
        "this must be a record with another `name`: this one ends the array, and is none of it"
    ]


def test_what_ends_the_array_is_none_of_its_bytes(joined):
    boundary = joined(HEADER, items("{kind: 7}"))
    (member,) = boundary.functions["count"].members
    end = member.shape.ended_by

    assert (end.unit, end.offset, end.value) == (member.shape.element.size, 8, b"\7")
    assert end.element == bytes(8) + b"\7" + bytes(end.unit - 9)
    assert end.first(end.element * 2) == 0
    assert end.first(bytes(end.unit) + end.element) == end.unit
    assert end.first(bytes(end.unit) + end.element[:-1]) is None


IN_RECORD = """
types: {item: {fields: {name: {to: string}}}, box: {fields: {items: {to: array, max: 3, ended_by: {name: null}}}}}
functions: {inside: {params: {box: {in: box}}}}
"""


@pytest.mark.parametrize(
    ("contract", "shown"), [(items("{kind: 7}"), "{.kind = 7}};"), (IN_RECORD, "{.name = NULL}}}")]
)
def test_a_call_is_shown_with_the_record_that_ends_the_array(contract, shown, joined):
    boundary = joined(HEADER, contract)
    (function,) = boundary.functions.values()
    texts = [call_text(boundary, encode(boundary, case)) for case in edge_cases(boundary, function)]

    assert texts
    assert all(shown in text for text in texts)


@pytest.mark.parametrize(
    ("given", "compiled"), [("n: {in: int}", True), ("numbers: {in: array, max: 3}", False)]
)
def test_an_array_without_its_end_is_not_passed_on_in_c(given, compiled, joined):
    """What a law is given has the elements alone, and in C nothing puts one behind them."""
    functions = "functions: {sum: {params: {numbers: {in: array, max: 3, ended_by: 0}}}, twice: {}}\n"
    step = "a = twice(n)" if compiled else "a = sum(numbers)"
    contract = (
        f"{functions}laws: {{one: {{given: {{{given}}}, steps: [{step}], ensures: [a.result == a.result]}}}}"
    )
    target = emit(joined(HEADER + "int twice(int n);\n", contract))

    assert ("one" in target.entries) == compiled
