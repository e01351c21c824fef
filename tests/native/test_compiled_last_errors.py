"""What tells why calls failed, in a compiled contract: a function, its text, a field, each asked after each call."""

from __future__ import annotations

import pytest
from built_contract import of_family

VARIANTS = {"sound": 0, "near": 1, "wrong": 2}
FOUND = {
    "oc_take": "ABD322 oc_take",
    "oc_letters": "ABD322 oc_letters",
    "oc_feed": "ABD321 oc_feed",
    "oc_add": "ABD322 oc_add",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("outcomes"), "outcomes", VARIANTS.get)


@pytest.mark.slow
def test_nothing_of_it_is_left_to_run(outcomes):
    assert [str(each) for each in outcomes.target.left if each.subject in FOUND] == []


@pytest.mark.parametrize("function", FOUND)
def test_what_does_not_tell_why_is_found(function, outcomes):
    ended = outcomes.run("wrong", function)

    assert ended.returncode != 0
    assert FOUND[function] in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_tells_it_is_left_alone(library, outcomes):
    for function in FOUND:
        ended = outcomes.run(library, function)
        assert (function, ended.returncode, ended.stderr) == (function, 0, "")
