"""A compiled expression is what Python evaluates, or nothing: never another value."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest
from compiled_expressions import (
    SLOTS,
    Compared,
    Narrow,
    answers,
    draw_environments,
    expected_digest,
    in_c,
    in_python,
)
from random_expressions import contract_expressions, random_expressions

from abidance.native.expressions import NotCompiledError

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")


def compare(folder, compiler, expressions, number, slots=SLOTS):
    """Hold C against Python; return how many evaluations had a value, none in both, and none in C alone."""
    compiled = []
    counts = Counter()
    for each in expressions:
        try:
            compiled.append((each, in_c(each, slots)))
        except NotCompiledError as error:
            counts[error.reason] += 1
    environments = draw_environments(slots, number, number)
    said = answers(folder, compiler, slots, [text for _, text in compiled], environments)
    for n, (each, _) in enumerate(compiled):
        evaluate = in_python(each)
        for (now, was), row in zip(environments, said, strict=True):
            value, digest = evaluate(now, was), row[n]
            if digest is None and value is not None:
                with Narrow():
                    narrow = in_python(each)(now, was)
                assert narrow is None, shown(each, now, was, value, "no value")
                counts["none in C alone"] += 1
            elif value is None:
                assert digest is None, shown(each, now, was, "no value", "a value")
                counts["none"] += 1
            else:
                assert digest == expected_digest(value[0]), shown(each, now, was, value, "another value")
                counts["equal"] += 1
    return counts


def shown(each, now, was, python, c):
    names = {slot: (now[slot], was[slot]) for slot in each.kinds.values()}
    return f"{each.text}\nPython: {python}\nC: {c}\n{names}"


def test_random_expressions_have_the_values_of_python(tmp_path):
    counts = compare(tmp_path, ["gcc", "-O0"], random_expressions(1, 40), 60)
    assert counts["equal"] > counts["none"] > 0


LISTS = (
    "[xs, ys][u8 % 2] == xs",
    "[[1, 2], [3], []][u8 % 3] == [3]",
    "[[1, 2], [3], []][u8 % 3][u8 % 2]",
    "len([xs, ns, [], [1, none, 3]][u8 % 4])",
    "[xs, none, [7]][u8 % 3] == null",
    "sum([xs, range(4), [1, 2]][u8 % 3])",
    "[[x, x + 1] for x in xs]",
    "[[1, 0, 0] if x > 2 else [0, x, 1] for x in xs] == [[1, 0, 0] for x in xs]",
    "[[y.v, y.k] for x in [rs, rs[1:]] for y in x]",
    "[x for y in [xs, ns, xs + [1]] for x in y if x != null]",
    "[x.count for x in [r, q] if x != null]",
    "[y for x in [r, q, r] if x != null for y in [x.sub.v, x.count]]",
    "[x.sub.ok for x in [r, q, r][u8 % 2:] if x != null]",
    "[x.name for x in [r, r] if x.name != null]",
    "join([x.name if x.name != null else b'' for x in [r, r]])",
    "[z for x in [r] for y in [x.sub, x.sub] for z in [y.v, y.ok]]",
    "[[p, s], [t], []][u8 % 3]",
    "all(x == y for y in [xs, [1]] for x in y)",
    "max([len(x) for x in [xs, ys, ts]])",
    "[xs, ys] == [xs, xs]",
    "[1] in [[1, 2], [1], xs]",
    "xs < ys",
    "[xs, ys][u8 % 2] <= xs",
    "xs >= [u8, 2, 3]",
    "[u8, 2] > xs",
    "xs[1:] < range(u8 % 5)",
    "[xs, none, [7]][u8 % 3] < [7, 0]",
    "ts < [t, s]",
    "[1, t] < [1, s, 2]",
    "rs < rs[1:]",
    "[xs, ys] <= [xs, xs]",
    "t < xs",
)


@pytest.mark.slow
def test_lists_in_lists_have_the_values_of_python(tmp_path):
    lists = [
        Compared(text, {n: n for n in re.findall(r"[a-z]\w*", text) if n in SLOTS and n not in LOOPS})
        for text in LISTS
    ]
    counts = compare(tmp_path, ["gcc", "-O1", "-fsanitize=undefined,address"], lists, 60)
    assert counts["equal"] > 600
    assert {*counts} <= {"equal", "none"}


LOOPS = {"x", "y", "z"}


@pytest.mark.full
def test_the_expressions_of_all_contracts_here_have_the_values_of_python(tmp_path):
    expressions, slots = contract_expressions(1)
    counts = compare(tmp_path, ["gcc", "-O0"], expressions, 50, slots)
    assert counts["equal"] > counts["none"]


@pytest.mark.full
@pytest.mark.parametrize(
    ("seed", "depth", "compiler"),
    [
        (2, 3, ["gcc", "-O2"]),
        (3, 4, ["gcc", "-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"]),
        (4, 6, ["gcc", "-O1"]),
        (5, 4, ["clang", "-O2"]),
    ],
)
def test_a_quarter_of_a_million_evaluations_agree(tmp_path, seed, depth, compiler):
    if shutil.which(compiler[0]) is None:
        pytest.skip(f"{compiler[0]} is not installed")
    counts = compare(tmp_path, compiler, random_expressions(seed, 250, depth), 1000)
    assert counts["equal"] + counts["none"] + counts["none in C alone"] > 240_000
