"""Records that memory is full of, in a compiled contract: where one leads elsewhere that is found."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_family
from native_twins import ROOT

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import VARIANTS  # noqa: E402 - it lies with the sources

FOUND = {
    "pr_events": "ABD322 pr_events",
    "pr_messages": "ABD322 pr_messages",
    "pr_entries": "ABD322 pr_entries",
    "pr_known": "ABD322 pr_known",
    "pr_trace": "ABD322 pr_trace",
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("packed_records"), "packed_records", VARIANTS.index)


@pytest.mark.slow
def test_nothing_of_them_is_left_to_run_but_callbacks_and_comparisons(packed):
    left = {each.subject: each.reason for each in packed.target.left}

    left.pop("pr_tell")
    assert {*left.values()} == {"records one behind the other are compared in Python"}


@pytest.mark.parametrize("function", FOUND)
def test_a_record_that_leads_elsewhere_is_found(function, packed):
    ended = packed.run("wrong", function)

    assert ended.returncode != 0
    assert FOUND[function] in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_records_that_fill_their_memory_are_left_alone(library, packed):
    for function in (*FOUND, "pr_marks"):
        ended = packed.run(library, function)
        assert (function, ended.returncode, ended.stderr) == (function, 0, "")
