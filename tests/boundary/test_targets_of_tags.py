"""Pointers to `void` of which a tag tells what they lead to: what may be said of them, and how calls show them."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.print_c.call import call_text
from abidance.generate.sweep import edge_cases

HEADER = """
#include <stddef.h>
typedef struct delta { int distance; } delta;
typedef struct named { const char *name; } named;
typedef struct filter { unsigned id; void *options; const char *text; int depth; } filter;
int sum(const filter *filter);
int set(int what, const void *value);
int put(int what, const char *value);
long store(int type, const void *data, size_t n);
"""
TEXT = "fields: {text: {nullable: true}}"
NAMED = "named: {fields: {name: {to: string, max: 3}}}"


def of_field(variant, more=TEXT, example=""):
    return (
        f"types: {{{NAMED}, filter: {{variant: {variant}, {more}}}}}\n"
        f"functions: {{sum: {{params: {{filter: {{in: filter}}}}{example}}}}}"
    )


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        ("{tag: id, pointer: option, members: {1: delta}}", "field `option` is not in `struct filter`"),
        ("{tag: id, pointer: depth, members: {1: delta}}", "`depth` is no pointer"),
        (
            "{tag: options != null, pointer: options, members: {1: delta}}",
            "`options` cannot tell what itself leads to",
        ),
        ("{tag: id, pointer: options, members: {1: dleta}}", "type `dleta` is not in the header"),
        (
            "{tag: id, pointer: options, members: {1: array}}",
            "`array` needs a pointer to elements of a known type; `bytes` fits a `void *`",
        ),
        (
            "{tag: id, pointer: options, members: {1: bytes}}",
            "`bytes` without `length`: the size of the memory is unknown",
        ),
        (
            "{tag: id, pointer: options, members: {1: delta, 1..2: none}}",
            "two of these values are the same, or in one range",
        ),
    ],
)
def test_what_leads_nowhere_by_a_tag(variant, message, refused):
    assert message in refused(HEADER, of_field(variant))


def test_what_is_said_of_a_pointer_to_anything(refused_with):
    contract = f"types: {{filter: {{{TEXT}}}}}\nfunctions: {{sum: {{params: {{filter: {{in: filter}}}}}}}}"
    (complaint,) = refused_with(HEADER, contract)

    assert complaint.message == "`options` is a `void *`, and the contract does not say what it points to"
    assert complaint.help.endswith("`variant: {tag: NUMBER, pointer: options, members: {VALUE: TYPE}}`")


def test_what_says_itself_what_it_points_to(refused):
    variant = "{tag: id, pointer: text, members: {1: string}}"

    assert refused(HEADER, of_field(variant, "fields: {options: {nullable: true}}"))[0] == (
        "this is a `const char *`, which says what it points to; a `variant` tells that of a pointer to `void`"
    )


def test_what_the_pointer_says_of_itself(refused):
    fields = "fields: {text: {nullable: true}, options: {nullable: true}}"
    said = of_field("{tag: id, pointer: options, members: {1: delta}}", fields)

    assert refused(HEADER, said) == ["what `options` leads to says its `variant`, and `nullable` goes there"]


@pytest.mark.parametrize("value", ["{in: string, variant: {}}", "{variant: {}}"])
def test_a_parameter_says_void(value, refused):
    variant = "{tag: what, members: {1: delta}}"
    said = f"functions: {{set: {{params: {{value: {value.replace('{}', variant)}}}}}}}"

    assert "`value` is no union, and points to none" in refused(HEADER, said)


def test_a_field_that_no_target_has(refused):
    said = of_field(
        "{tag: id, pointer: options, members: {1: delta, 2: named}}",
        example=', ensures: ["implies(filter.id == 1, filter.options.distanec == result)"]',
    )

    assert refused(HEADER, said) == ["`distanec` is not a field of `struct delta` or `struct named`"]


def test_an_example_has_the_tag_beside_it(refused):
    said = of_field(
        "{tag: id, pointer: options, members: {1: delta}}",
        example=", examples: [{filter: {options: {distance: 3}}}]",
    )

    assert refused(HEADER, said) == ["this must be null, unless what tells where it leads is written too"]


def test_each_is_passed_with_its_tag(joined):
    variant = "{tag: id, pointer: options, members: {1: delta, 7: named, 9: none}}"
    boundary = joined(HEADER, of_field(variant))
    cases = edge_cases(boundary, boundary.functions["sum"])
    texts = {" ".join(call_text(boundary, encode(boundary, each)).split()) for each in cases}

    assert any(".id = 1, .options = &(struct delta){.distance = " in each for each in texts)
    assert any('.id = 7, .options = &(struct named){.name = "' in each for each in texts)
    assert all(".options" not in each for each in texts if ".id = 9" in each)


def test_an_array_is_shown_with_the_type_that_the_tag_tells(joined):
    said = "members: {1: {to: int, length: n}, 2: {to: double, length: n, range: [1, 9]}}"
    params = f"{{data: {{in: void, variant: {{tag: type, {said}}}}}, n: {{range: [0, 4]}}}}"
    boundary = joined(HEADER, f"functions: {{store: {{params: {params}}}}}")
    cases = edge_cases(boundary, boundary.functions["store"])
    texts = {" ".join(call_text(boundary, encode(boundary, each)).split()) for each in cases}

    assert any("double data[" in each and "store(2, data" in each for each in texts)
    assert any("int data[" in each and "store(1, data" in each for each in texts)
    assert not any("unsigned char data[" in each for each in texts)
