"""Of parameters that have few values each two meet in some call, which is as short as it gets and valid."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from abidance.generate.hints import Hints
from abidance.generate.pairwise import Domain, covering, domains
from abidance.generate.scalar_positions import leaves
from abidance.generate.sweep import PAIRWISE, edge_cases

FOUR = "enum kind { A, B, C, D };\nint f(enum kind kind, _Bool on, int mode, const char *name);"
FOUR_PROMISE = "params: {mode: {one_of: [1, 5, 9]}, name: {in: string, nullable: true}}"


def places(*counts):
    return [Domain((f"p{number}",), tuple(range(count))) for number, count in enumerate(counts)]


def met(rows, one, other):
    return {(row[one], row[other]) for row in rows if one in row and other in row}


@pytest.mark.unit
def test_each_two_options_are_together_in_some_row():
    given = places(4, 3, 2, 2, 5)
    rows = list(covering(given, dict, 1000))

    for one, other in combinations(given, 2):
        assert met(rows, one.path, other.path) == set(product(one.options, other.options))
    assert len(rows) < 30  # of 240
    assert rows == list(covering(given, dict, 1000))


@pytest.mark.unit
def test_there_are_no_more_rows_than_asked_for():
    assert len(list(covering(places(9, 9, 9), dict, 20))) == 20


@pytest.mark.unit
def test_what_a_condition_refuses_takes_no_other_pair_with_it():
    def lawful(row):
        refused = row.get(("p0",)) == 1 and row.get(("p1",)) != 0
        return None if refused and ("p1",) in row else dict(row)

    given = places(2, 4, 3)
    rows = list(covering(given, lawful, 1000))

    assert met(rows, ("p0",), ("p1",)) == {(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)}
    assert met(rows, ("p0",), ("p2",)) == set(product(range(2), range(3)))
    assert met(rows, ("p1",), ("p2",)) == set(product(range(4), range(3)))


def test_enumerators_bools_listed_numbers_and_null_meet_each_other(function):
    made = [case.arguments for case in edge_cases(*function(FOUR, FOUR_PROMISE))]

    null = {"name": lambda value: value is None}
    wanted = {"kind": range(4), "on": (0, 1), "mode": (1, 5, 9), "name": (True, False)}
    for one, other in combinations(wanted, 2):
        told = {tuple(null.get(name, lambda v: v)(case[name]) for name in (one, other)) for case in made}
        assert set(product(wanted[one], wanted[other])) <= told, (one, other)


def test_the_contents_beside_them_are_of_no_byte_or_of_one(function):
    promise = "params: {p: {in: bytes, length: n, nullable: n == 0}, mode: {one_of: [1, 5, 9]}}"
    cases = edge_cases(*function("int f(const unsigned char *p, size_t n, int mode, _Bool on);", promise))
    made = {(case.arguments["p"], case.arguments["mode"], bool(case.arguments["on"])) for case in cases}

    for contents, mode in product((b"", b"a", None), (1, 5, 9)):
        assert any(p == contents and m == mode for p, m, _ in made), (contents, mode)
    for contents, on in product((b"", b"a", None), (True, False)):
        assert any(p == contents and o == on for p, _, o in made), (contents, on)


@pytest.mark.slow
def test_preconditions_are_kept(function):
    promise = f"{FOUR_PROMISE}\nrequires: ['implies(kind == B, not on)', 'mode != 5 or name != NULL']"
    cases = edge_cases(*function(FOUR, promise))

    for case in cases:
        given = case.arguments
        assert not (given["kind"] == 1 and given["on"])
    kinds = {(case.arguments["kind"], case.arguments["mode"]) for case in cases}
    assert set(product(range(4), (1, 5, 9))) <= kinds


def test_a_range_of_many_numbers_has_its_simplest(function):
    subject = function("int f(int a, _Bool on, unsigned char byte);", "{}\n")
    boundary, whole = subject

    assert [each.path for each in domains(leaves_of(boundary, whole))] == [("on",)]
    assert len(edge_cases(*subject)) < 1000


def test_fields_behind_a_pointer_that_is_null_have_no_value(function):
    subject = function(
        "struct s { _Bool deep; int kind; }; int f(const struct s *s, _Bool on);",
        "params: {s: {in: struct s, nullable: true}}",
        types="types: {struct s: {fields: {kind: {one_of: [1, 2]}}}}",
    )
    made = [case.arguments for case in edge_cases(*subject)]

    assert {True, False} <= {bool(case["on"]) for case in made if case["s"] is None}
    for deep, kind, on in product((0, 1), (1, 2), (0, 1)):
        assert any(c["s"] == {"deep": deep, "kind": kind} for c in made), (deep, kind)
        assert any(c["s"] and c["s"]["deep"] == deep and c["on"] == on for c in made)


def test_many_parameters_take_few_more_calls(function):
    names = [f"p{n}" for n in range(12)]
    subject = function(f"int f({', '.join(f'_Bool {name}' for name in names)});", "{}\n")
    made = [case.arguments for case in edge_cases(*subject)]

    for one, other in combinations(names, 2):
        assert {(bool(c[one]), bool(c[other])) for c in made} == set(product((True, False), repeat=2))
    assert len(made) < 2 * PAIRWISE


def leaves_of(boundary, function):
    return [each for each in leaves(function.members, Hints.of(boundary, function)) if each.values]
