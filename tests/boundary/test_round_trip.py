"""Values become a plan, native memory, and values again: what the library leaves alone comes back as it was."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidance.boundary.model.values_json import from_json, to_json
from abidance.checks.evidence.expectation import Expectation
from abidance.generate.strategies import cases
from tiers import depth

HEADER = """
typedef enum color { RED = 1, GREEN = 2, NEG = -3 } color;
typedef struct bits { unsigned a:3; int b:5; unsigned :0; bool c:1; uint64_t d:40; uint8_t e; color f:4; } bits;
typedef union num { int32_t i; float f; uint8_t raw[8]; struct { int16_t lo, hi; } half; } num;
typedef struct value { int8_t tag; num as; num more[2]; } value;
typedef struct variant {
    int32_t tag;
    union { int64_t i; double d; struct { uint8_t r, g; }; };
    struct { uint32_t x:4; uint32_t y:12; };
} variant;
typedef struct span { void *base; size_t len; } span;
typedef struct deep { span key; span *rest; size_t count; const char *label; struct { int8_t deltas[3]; } in; } deep;
typedef struct mixed { char name[5]; int8_t small[4]; bool yes; color hue; float f; double m[2][2]; } mixed;
int rt_bits(bits *p);
int rt_value(value *p);
int rt_variant(variant *p);
int rt_deep(deep *p);
int rt_mixed(mixed *p);
int rt_mixed_array(mixed *p, size_t n);
int rt_ints(int8_t *p, size_t n);
int rt_bits_in(const bits *p);
mixed rt_by_value(mixed p);
"""
CONTRACT = """
types:
  color: {enum: closed}
  span: {fields: {base: {to: bytes, length: len}, len: {range: [0, 40]}}}
  deep: {fields: {rest: {to: array, length: count}, count: {range: [0, 3]}, label: {to: string, nullable: true}}}
functions:
  rt_bits: {params: {p: {inout: bits}}}
  rt_value: {params: {p: {inout: value}}}
  rt_variant: {params: {p: {inout: variant}}}
  rt_deep: {params: {p: {inout: deep}}}
  rt_mixed: {params: {p: {inout: mixed}}}
  rt_mixed_array: {params: {p: {inout: array, length: n}}}
  rt_ints: {params: {p: {inout: array, length: n}}}
  rt_bits_in: {params: {p: {in: bits}}}
  rt_by_value: {}
"""
NAMES = ["bits", "value", "variant", "deep", "mixed"]
SOURCE = (
    "\n".join(f"int rt_{name}({name} *p) {{ return 0; }}" for name in NAMES)
    + """
int rt_mixed_array(mixed *p, size_t n) { return 0; }
int rt_ints(int8_t *p, size_t n) { return 0; }
int rt_bits_in(const bits *p) { return 0; }
mixed rt_by_value(mixed p) { return p; }
"""
)


@pytest.fixture(scope="module")
def identity(runner_for):
    return runner_for(HEADER, CONTRACT, SOURCE)


def alike(one, other):
    """Tell whether two values are equal, NaN being equal to itself."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return one == other


@pytest.mark.slow
@pytest.mark.parametrize(
    "function", ["rt_bits", "rt_value", "rt_variant", "rt_deep", "rt_mixed", "rt_mixed_array", "rt_ints"]
)
def test_memory_that_is_left_alone_reads_as_it_was_given(function, identity):
    boundary, runner = identity

    @settings(max_examples=depth(60), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(cases(boundary, boundary.functions[function]))
    def property_holds(case):
        seen = runner.run(case, Expectation()).seen
        assert alike(seen.after["p"], seen.before["p"])
        assert runner.judge.findings(runner.run(case, Expectation())) == []

    property_holds()


def test_a_record_by_value_comes_back_as_it_went(identity):
    boundary, runner = identity

    @settings(max_examples=depth(60), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(cases(boundary, boundary.functions["rt_by_value"]))
    def property_holds(case):
        seen = runner.run(case, Expectation()).seen
        assert alike(seen.after["result"], seen.before["p"])

    property_holds()


def test_every_member_of_a_union_reads_the_bytes_of_the_one_that_was_given(identity):
    boundary, runner = identity

    @settings(max_examples=depth(60), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(cases(boundary, boundary.functions["rt_value"]))
    def property_holds(case):
        before = runner.run(case, Expectation()).seen.before["p"]["as"]
        assert set(before) == {"i", "f", "raw", "half"}
        assert before["i"] == int.from_bytes(before["raw"][:4], "little", signed=True)
        assert before["half"]["lo"] == int.from_bytes(before["raw"][:2], "little", signed=True)

    property_holds()


def test_only_one_alternative_of_a_union_is_given(identity):
    boundary, _ = identity
    chosen = set()

    @settings(max_examples=depth(100), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(cases(boundary, boundary.functions["rt_variant"]))
    def property_holds(case):
        given_ = frozenset(case.arguments["p"]) & {"i", "d", "r", "g"}
        assert given_ in ({"i"}, {"d"}, {"r", "g"})
        chosen.add(given_)

    property_holds()
    assert len(chosen) == 3


def test_enumerators_know_their_names(identity):
    boundary, runner = identity

    @settings(max_examples=depth(30), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(cases(boundary, boundary.functions["rt_mixed"]))
    def property_holds(case):
        hue = runner.run(case, Expectation()).seen.after["p"]["hue"]
        assert str(hue) == {1: "RED", 2: "GREEN", -3: "NEG"}[hue]

    property_holds()


@pytest.mark.parametrize("function", ["rt_deep", "rt_variant", "rt_mixed_array", "rt_bits_in"])
def test_a_case_survives_being_json(function, identity):
    boundary, _ = identity

    @settings(max_examples=depth(40), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(cases(boundary, boundary.functions[function]))
    def property_holds(case):
        assert alike(from_json(to_json(case.arguments)), case.arguments)

    property_holds()


@pytest.mark.slow
@given(st.recursive(st.none() | st.integers() | st.binary() | st.floats(allow_nan=False), st.lists))
def test_values_survive_being_json(value):
    assert from_json(to_json(value)) == value
