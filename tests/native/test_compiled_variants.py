"""Unions of which a tag tells what lives, in compiled contracts: given, left, and given to callbacks."""

from __future__ import annotations

import pytest
from built_contract import made, of_family

from abidance.generate.strategies import cases

VARIANTS = ("sound", "near", "wrong")
FOUND = {
    "vt_parse": "ABD325",
    "vt_simplest": "ABD322",
    "vt_negate": "ABD321",
    "vt_size": "ABD321",
    "vt_sizes": "AddressSanitizer",
    "vt_larger": "ABD321",
    "vt_each": "ABD343",
    "vt_area": "ABD321",
    "vt_doubled": "ABD329",
    "vt_event_of": "ABD325",
    "vt_code": "ABD321",
    "vt_set": "ABD321",
    "vt_get": "ABD325",
    "vt_width": "ABD321",
}
"""What is found of which function; of a text that a call has left, `run` judges where it leads."""


def built(tmp_path_factory, family):
    return of_family(tmp_path_factory.mktemp(family), family, VARIANTS.index)


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    return built(tmp_path_factory, "variants")


@pytest.fixture(scope="module")
def pointers(tmp_path_factory):
    return built(tmp_path_factory, "tagged_pointers")


@pytest.mark.slow
def test_none_is_left_for_its_union(variants):
    left = {each.subject for each in variants.target.left}

    assert left == {"vt_total"}  # only a compiler passes what its callback returns


@pytest.mark.parametrize(("function", "code"), FOUND.items())
def test_one_member_taken_for_another_is_found(function, code, variants):
    assert code in variants.run("wrong", function).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_does_not_live_may_be_anything(library, variants):
    for function in (each for each in variants.boundary.functions if each != "vt_total"):
        ended = variants.run(library, function)

        assert ended.returncode == 0, (function, ended.stderr)


@pytest.mark.parametrize("function", ["vt_size", "vt_sizes", "vt_area", "vt_code", "vt_set", "vt_width"])
def test_values_of_unions_are_inputs(function, variants):
    wanted, found = variants.again(
        "sound", function, made(cases(variants.boundary, variants.boundary.functions[function]))
    )

    assert found == wanted


@pytest.mark.slow
def test_what_a_tag_says_that_a_callback_is_given_is_looked_at(pointers):
    assert "ABD343 tp_events step 0: event:data" in pointers.run("wrong", "tp_events").stderr


@pytest.mark.slow
def test_nothing_is_left_of_what_a_tag_tells(pointers):
    assert not pointers.target.left


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_a_pointer_leads_to_is_what_its_tag_says(library, pointers):
    for entry in pointers.target.entries:
        ended = pointers.run(library, entry, 50_000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


GIVEN = ["tp_strlen", "tp_sum", "tp_total", "tp_turn", "tp_set", "tp_store", "tp_load", "tp_get", "tp_each"]


@pytest.mark.parametrize("function", GIVEN)
def test_what_a_tag_says_that_a_pointer_leads_to_is_given(function, pointers):
    drawn = made(cases(pointers.boundary, pointers.boundary.functions[function]))
    wanted, found = pointers.again("sound", function, drawn)

    assert found == wanted
    assert len(wanted) == len(drawn)


TAKEN = {
    "tp_strlen": "ABD321",
    "tp_sum": "null pointer",
    "tp_total": "ABD321",
    "tp_turn": "ABD321",
    "tp_make": "AddressSanitizer",
    "tp_each": "ABD343 tp_each step 0: each:filter.options",
    "tp_set": "ABD321",
    "tp_store": "ABD321",
    "tp_load": "AddressSanitizer",
    "tp_get": "AddressSanitizer",
}


@pytest.mark.parametrize(("function", "code"), TAKEN.items())
def test_who_takes_it_for_something_else_is_found(function, code, pointers):
    assert code in pointers.run("wrong", function).stderr
