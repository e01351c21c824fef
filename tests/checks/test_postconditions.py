"""Postconditions are judged one by one; what has no value is reported, and hides nothing else."""

from __future__ import annotations

import struct

from abidance.contract.expression import EvaluationError

SEVEN = (7).to_bytes(4, "little")


def test_each_broken_promise_is_one_finding(judged):
    found, errors = judged("int f(int x);", "ensures: [result == x, result > 0, result < 5]", result=SEVEN)

    assert [d.place for d in found] == ["f:ensures[0]", "f:ensures[2]"]
    assert errors == []


def test_an_expression_without_a_value_does_not_hide_the_others(judged):
    found, errors = judged("int f(int x);", "ensures: [1 // x == 0, result == 5]", result=SEVEN)

    assert [d.place for d in found] == ["f:ensures[1]"]
    assert [type(error) for error in errors] == [EvaluationError]


def test_a_value_that_is_no_condition_is_an_error(judged):
    _, errors = judged(
        "int f(const uint8_t *p, size_t n);",
        "params: {p: {in: bytes, length: n}}\nensures: [p]",
        result=SEVEN,
    )

    assert isinstance(errors[0], EvaluationError)
    assert "neither true nor false" in errors[0].diagnostics[0].message


def test_enumerators_are_named_under_the_expression(judged):
    (found,), _ = judged(
        "typedef enum k { RED, GREEN } k;\nk f(k x);",
        "ensures: [result == x]",
        result=(1).to_bytes(4, "little"),
    )

    assert [label.text for label in found.labels][:2] == ["GREEN", "RED"]


def test_statuses_are_named_too(judged):
    promise = "returns: {status: {ok: [OK], errors: {BROKEN: it broke}}}\nensures: [result == OK]"
    (found,), _ = judged("#define OK 0\n#define BROKEN 7\nint f(void);", promise, result=SEVEN)

    assert found.message == "after `f` returned BROKEN, `result == OK` does not hold"


def test_old_and_new_values(judged):
    promise = "params: {x: {inout: int}}\nensures: [x == old(x) + 7]"

    assert judged("void f(int *x);", promise, given={"x": 0}, left={"x": SEVEN}) == ([], [])
    assert len(judged("void f(int *x);", promise, given={"x": 1}, left={"x": SEVEN})[0]) == 1


def test_words_of_the_language_and_parameters_of_that_name(judged):
    promise = "params: {result: {out: int}}\nensures: [result == 7, result_ == 7, in_ == 1]"

    assert judged(
        "int f(int *result, int in);", promise, result=SEVEN, left={"result": SEVEN}, given={"in": 1}
    ) == ([], [])


def test_a_float_is_compared_as_the_float_that_was_passed(judged):
    passed = struct.pack("<f", 0.1)

    assert judged("float f(float x);", "ensures: [result == x]", result=passed, given={"x": 0.1}) == ([], [])


def test_enumerators_are_named_on_both_sides_or_numbers_are_on_both(judged):
    header = "enum st { ST_OK, ST_TOO_SMALL };\n#define LIMIT 0\nenum st f(int x);"
    found, _ = judged(header, "ensures: [(result == ST_OK) == (x == LIMIT)]", result=b"\1\0\0\0")
    texts = [label.text for label in found[0].labels]

    assert "false (ST_TOO_SMALL == ST_OK)" in texts
    assert "true (0 == 0)" in texts
