"""A function that may be called again while it runs is called again from its own callback."""

from __future__ import annotations

import re

import pytest
from families import found_in, spared_in

from abidance.cli.main import main

pytestmark = pytest.mark.full

DEFECTS = {
    "ns_each": "ABD347",
    "ns_name": "ABD347",
    "ns_locked": "ABD302",
    "ns_many": "ABD347",
    "ns_list_sum": "ABD347",
    "ns_list_clear": "ABD301",
}


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_a_function_that_does_not_bear_it_is_found(function, build, code, judge):
    found, reasons = judge("reentry", function, build, seed=1, examples=30)

    assert [finding.diagnostic.code.id for finding in found] == [code]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, "ns_twice"))
def test_one_that_does_is_left_alone(function, build, judge):
    assert judge("reentry", function, build, seed=2, examples=30) == ([], [])


def test_nobody_is_called_again_without_having_promised(judge):
    items = judge.items("reentry", "ns_twice", "wrong", seed=1, examples=10)

    assert "reentry" not in [each.item.phase for each in items]


def test_both_calls_are_shown_and_which_of_them_is_within_the_other(judge):
    (found,), _ = judge("reentry", "ns_name", "wrong", seed=1, examples=30)

    outer, inner = found.call.splitlines()[-2:]
    assert outer.startswith("ns_name(0, seen, ")
    assert outer.endswith("// calls back, which makes the next call")
    assert inner.endswith("// from the callback of the first")
    assert found.diagnostic.message == (
        '`ns_name` returned "n1" when its callback called it again, and "n0" otherwise'
    )


def test_the_promise_of_a_function_that_does_not_call_back_is_told_as_not_judged(built, capsys):
    status = main(
        ["run", str(built / "reentry.contract.yaml"), "--library", "sound", "--function", "ns_last"]
    )

    assert status == 0
    assert "Not judged: `reentrant` of `ns_last`, which does not call back" in capsys.readouterr().out


@pytest.mark.full
@pytest.mark.parametrize("function", ["ns_each", "ns_many", "ns_list_clear"])
def test_the_emitted_program_makes_the_same_call_from_the_callback(
    function, built, tmp_path, monkeypatch, capsys, execute
):
    monkeypatch.chdir(tmp_path)
    options = ["--library", "wrong", "--function", function, "--seed", "1", "--max-examples", "30"]
    main(["run", str(built / "reentry.contract.yaml"), *options])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    assert main(["replay", case]) == 1
    main(["replay", case, "--emit", "c", "--output", "case.c"])

    assert execute("reentry_wrong") not in (0, 2)
    assert execute("reentry_sound") == 0
