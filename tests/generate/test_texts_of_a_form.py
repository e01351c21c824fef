"""Contents are of the form, and in the encoding, that the contract gives them, whatever makes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.forms import by_chance
from abidance.generate.seeded_source import Dice
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import cases
from abidance.generate.sweep import edge_cases
from tiers import depth

QUICK = settings(
    max_examples=depth(60),
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)
BYTES = "int f(const void *b, size_t n, const char *s);"


def made(subject):
    """Return the arguments of edge cases, and of drawn ones."""
    boundary, function = subject
    found = [case.arguments for case in edge_cases(boundary, function)]

    @QUICK
    @given(cases(boundary, function))
    def drawn(case):
        found.append(case.arguments)

    drawn()
    return found


@pytest.mark.parametrize(
    ("form", "more"),
    [(r"\d{1,3}(\.\d{1,3}){3}", ""), ("[a-c]*x", ", max: 5"), ("é+", ""), (r"[\x80-\xff]{4}", "")],
)
def test_all_that_is_passed_is_of_the_form(function, form, more):
    clauses = f"like: '{form}', nullable: true{more}"
    found = made(
        function(BYTES, f"params: {{b: {{in: bytes, length: n, {clauses}}}, s: {{in: string, {clauses}}}}}")
    )
    known = re.compile(form, re.ASCII)
    for each in found:
        for name, codec in (("b", "latin-1"), ("s", "utf-8")):
            assert each[name] is None or known.fullmatch(each[name].decode(codec))
            assert not more or len(each[name] or b"") <= 5
        assert each["b"] is None or each["n"] == len(each["b"])
    assert {each["s"] is None for each in found} == {True, False}
    assert len({each["b"] for each in found}) > 5


@pytest.mark.parametrize(
    ("form", "more", "least"),
    [
        (r"[ab]*", "", 20),
        (r"\d{1,3}(\.\d{1,3}){3}", "", 20),
        ("[a-c]*x", ", max: 5", 10),
        ("é+|[^é]", "", 5),
        ("(red|green|blue)(,(red|green|blue))*", "", 8),
    ],
)
def test_contents_of_a_form_are_made_without_hypothesis(form, more, least, function):
    """Which is what a search starts from, and what comes after its cases."""
    _, of = function("int f(const char *s);", f"params: {{s: {{in: string, like: '{form}'{more}}}}}")
    (shape,) = (member.shape for member in of.members)
    known = re.compile(form, re.ASCII)
    made = [by_chance(shape, Dice.without_strategies(b"%d" % n)) for n in range(200)]
    assert all(known.fullmatch(each.decode()) and b"\0" not in each for each in made)
    assert max(map(len, made)) <= (5 if more else 255)
    assert len({*made}) >= least


def test_a_form_that_no_text_may_have_makes_no_call(function):
    _, of = function("int f(const char *s);", "params: {s: {in: string, like: '[\\x00]'}}")
    (shape,) = (member.shape for member in of.members)
    with pytest.raises(UnlawfulDrawError):
        by_chance(shape, Dice.without_strategies(b"1"))


def test_steps_of_a_form_that_chance_seldom_takes_are_edge_cases(function):
    boundary, of = function("int f(const char *s);", r"params: {s: {in: string, like: 'a?(-\d{1,5})?'}}")
    found = {case.arguments["s"] for case in edge_cases(boundary, of)}
    assert {b"", b"a"} < found
    assert any(len(each) >= 6 for each in found)


def test_an_example_of_another_form_is_no_valid_call(function):
    boundary, of = function("int f(const char *s);", "params: {s: {in: string, like: 'a+'}}")
    complete(boundary, of, {"s": b"aa"})
    with pytest.raises(UnlawfulExampleError):
        complete(boundary, of, {"s": b"ab"})


@pytest.mark.parametrize("codec", ["utf-8", "ascii", "latin-1", "utf-16-le", "shift_jis"])
def test_bytes_with_an_encoding_are_text(function, codec):
    found = made(
        function(BYTES, f"params: {{b: {{in: bytes, length: n, encoding: {codec}}}, s: {{in: string}}}}")
    )
    texts = [each["b"].decode(codec) for each in found]
    assert any("\0" in text for text in texts)
    assert codec == "ascii" or any(ord(letter) > 0x7F for text in texts for letter in text)


@pytest.mark.parametrize("what", ["bytes, length: n", "string"])
def test_bytes_that_are_mostly_text_are_that_and_now_and_then_broken(function, what):
    name = "s" if what == "string" else "b"
    others = "b: {in: bytes, length: n}" if name == "s" else "s: {in: string}"
    found = made(function(BYTES, f"params: {{{name}: {{in: {what}, encoding: mostly utf-8}}, {others}}}"))[
        -QUICK.max_examples :
    ]
    broken = [each[name] for each in found if each[name].decode("utf-8", "ignore").encode() != each[name]]
    assert 1 < len(broken) < len(found) / 2
    assert name == "b" or not any(b"\0" in each[name] for each in found)
