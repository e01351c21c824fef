"""For each clause of a contract: compiled, or why it stays with `run`."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.native.explain import as_text, explain
from abidance.report.text.style import Style

HEADER = """
#include <stddef.h>
int decode(const unsigned char *in, size_t n, double scale);
int visit(int n, int (*each)(char *));
double scaled(double x);
_Float128 wide(int n);
"""
CONTRACT = """
abidance: 1
boundary: codec
header: codec.h
libraries: {c: {path: libcodec.so}}
functions:
  decode:
    params:
      in: {in: bytes, length: n}
    returns: {range: [0, 100]}
    ensures:
    - result <= n
    - result < scale ** 0.5
    effects: [errno_unchanged, thread_safe]
    cost: {p99: 5 ms}
  scaled:
    params: {x: {generate: "numbers.py:any"}}
    requires: [x > 0]
  wide:
    ensures:
    - "implies(n > 1, result > n)"
    - result > 0 or n < 0
    - n > 1 or n < 2
  visit:
    params:
      each: {callback: {params: {arg1: {out: bytes, capacity: 4}}}}
"""


@pytest.fixture
def explained(tmp_path):
    (tmp_path / "codec.h").write_text(HEADER)
    (tmp_path / "numbers.py").write_text("from hypothesis import strategies as st\nany = st.floats\n")
    file = tmp_path / "codec.contract.yaml"
    file.write_text(CONTRACT)
    return explain(join(load_contract(file)))


def test_a_clause_is_compiled_or_says_why_not(explained):
    said = {each.path.removeprefix("functions."): each for each in explained}
    compiled = {path for path, each in said.items() if each.treatment.how == "compiled"}
    assert {
        "decode.params.in.length",
        "decode.ensures[0]",
        "decode.effects[0]",
        "decode.returns.range",
        "visit.params.each.callback.params.arg1.out",
        "visit.params.each.callback.params.arg1.capacity",
    } <= compiled
    assert said["decode.ensures[0]"].span.line == 12
    assert said["decode.ensures[1]"].treatment.how == "run"
    assert "rounds" in said["decode.ensures[1]"].treatment.reason
    assert said["decode.effects[1]"].treatment.reason == "it takes several threads"
    assert said["decode.cost.p99"].treatment.how == "run"
    assert said["scaled.params.x.generate"].treatment.how == "run"


def test_the_clauses_of_a_function_that_is_not_compiled_say_so(explained):
    (requires,) = (each for each in explained if each.path == "functions.scaled.requires[0]")
    assert requires.treatment.how == "run"
    assert requires.treatment.reason.startswith("`scaled` is not compiled: ")


def test_a_promise_that_looks_at_what_c_does_not_know_says_so(explained):
    """However little of it that is: where it matters there is no value, and nothing is judged."""
    said = {each.path: each.treatment for each in explained}
    for number in (0, 1):
        promise = said[f"functions.wide.ensures[{number}]"]
        assert (promise.how, promise.reason) == ("run", "a `_Float128` is not read in C")
    assert said["functions.wide.ensures[2]"].how == "compiled"


def test_the_text_has_a_line_for_each_clause_and_a_sum(explained):
    lines = as_text(explained, Style()).splitlines()
    assert len(lines) == len(explained) + 3
    compiled = sum(each.treatment.how == "compiled" for each in explained)
    assert lines[-1] == f"{len(explained)} clauses, {compiled} of them compiled"
