"""Every value of the model knows where it was written."""

from __future__ import annotations

import pytest

from abidance.core.errors import UsageError

pytestmark = pytest.mark.unit


def at(span):
    return span.line, span.column, span.end_column


def test_a_function_stands_at_its_name(load):
    contract = load("functions:\n  f: {}\n  long_name: {}\n")

    assert [at(function.span) for function in contract.functions.values()] == [(5, 3, 4), (6, 3, 12)]


def test_keys_and_values_of_clauses_have_places(promise):
    param = promise("params:\n  dst: {out: bytes, capacity: cap}").params["dst"]

    assert at(param.span) == (7, 7, 10)
    assert at(param.key_span("out")) == (7, 13, 16)
    assert at(param.value_span("out")) == (7, 18, 23)
    assert at(param.out.span) == (7, 18, 23)
    assert at(param.capacity.span) == (7, 35, 38)
    assert param.says("out")
    assert not param.says("in")
    assert param.key_span("in") == param.span


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("[implies(n == 0, result == 0), n > 1]", ["implies(n == 0, result == 0)", "n > 1"]),
        ("[max(n, min( 1 ,2)) > 0]", ["max(n, min( 1 ,2)) > 0"]),
        ("[n > 0, (n < 9), abs(n) < 9]", ["n > 0", "(n < 9)", "abs(n) < 9"]),
        ("['min(n, 1) > 0', max(n, 1) > 0]", ["min(n, 1) > 0", "max(n, 1) > 0"]),
        ("[text == b'(', n > 1]", ["text == b'('", "n > 1"]),
    ],
)
def test_a_comma_between_parentheses_does_not_end_an_expression(written, texts, promise):
    ensures = promise(f"ensures: {written}").ensures

    assert [each.text for each in ensures] == texts
    line = f"    ensures: {written}"
    assert [
        line[each.span.column - 1 : each.span.end_column - 1].removeprefix("'").removesuffix("'")
        for each in ensures
    ] == [each.removesuffix("'") for each in texts]


def test_nor_does_it_end_a_step_of_a_law(load):
    written = "[a = open(), b = use( a.result, min(n, 3)), close(a.result)]"
    steps = load(f"laws: {{l: {{steps: {written}, ensures: [b.result]}}}}\n").laws["l"].steps

    assert [(step.name and step.name.text, step.function.text, len(step.arguments)) for step in steps] == [
        ("a", "open", 0),
        ("b", "use", 2),
        (None, "close", 1),
    ]
    assert steps[1].arguments[1][1].text == "min(n, 3)"
    assert at(steps[1].arguments[1][1].span) == (4, 51, 60)


def test_letters_beyond_ascii_in_a_step_move_no_place(load):
    steps = load("""laws: {l: {steps: ['a = use("é€", n) if m'], ensures: [true]}}\n""").laws["l"].steps

    (step,) = steps
    assert [each.text for _, each in step.arguments] == ['"é€"', "n"]
    assert step.when is not None
    assert step.when.text == "m"


def test_bounds_may_be_calls(promise):
    low, high = promise("params: {x: {range: [max(0, 1), min(9, 10)]}}").params["x"].range

    assert (low.text, high.text) == ("max(0, 1)", "min(9, 10)")


def test_the_contract_stands_at_its_first_key(load):
    contract = load()

    assert at(contract.span) == (1, 1, 9)
    assert at(contract.value_span("header")) == (3, 9, 12)
    assert str(contract.span) == "c.contract.yaml:1:1"


def test_a_call_written_out_stands_where_it_begins(promise):
    function = promise("examples:\n  - {n: 1}\n  - n: 2\n    returns: 3")

    assert [at(example.span) for example in function.examples] == [(7, 9, 15), (8, 9, 10)]
    assert at(function.examples[1].returns.span) == (9, 18, 19)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("requires:\n  - a < unknown", (7, 13, 20)),
        ("requires: [a < unknown]", (6, 20, 27)),
        ("requires:\n  - 'a == \"it''s\" + unknown'", (7, 25, 32)),
        ("requires:\n  - \"a == '\\x41\\u00e9\\t' + unknown\"", (7, 32, 39)),
        ('requires:\n  - "a <\n     unknown"', (8, 10, 17)),
        ("requires:\n  - |\n    a <\n\n    unknown", (10, 9, 16)),
        ("requires:\n  - >-\n    a <\n    unknown", (9, 9, 16)),
        ("requires:\n  - a <\n      unknown", (8, 11, 18)),
        ('requires:\n  - "é" == unknown or é == unknown', None),
        ("requires:\n  - é == unknown", (7, 14, 21)),
        ("requires:\n  - &x a < unknown", (7, 16, 23)),
    ],
)
def test_a_name_in_an_expression_stands_where_it_is_written(promise, written, place):
    if place is None:
        with pytest.raises(UsageError):
            promise(written)
        return
    (expression,) = promise(written).requires

    (span,) = [reference.span for reference in expression.references if reference.path == "unknown"]
    assert at(span) == place


def test_a_literal_is_an_expression_at_its_place(promise):
    (example,) = promise('examples:\n  - {n: 1 << 4, m: "RG_A | RG_B", s: /quote}').examples
    n, m, s = example.arguments.values()

    assert n.expression().evaluate({}) == 16
    assert m.quoted
    assert [at(span) for _, span in m.expression().paths] == [(7, 25, 29), (7, 32, 36)]
    with pytest.raises(UsageError) as caught:
        s.expression()
    assert at(caught.value.diagnostics[0].span) == (7, 42, 43)


def test_an_alias_stands_where_its_anchor_is(load):
    contract = load("functions:\n  f:\n    params: &p {n: {range: [0, 1]}}\n  g: {params: *p}\n")

    assert contract.functions["g"].params["n"].range[1].span.line == 6
