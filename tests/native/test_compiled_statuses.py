"""Statuses that depend on the arguments, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_family
from native_twins import ROOT

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import PARTIAL  # noqa: E402 - it lies with the sources

FOUND = {
    "writes": ("pr_parse", "ABD326 pr_parse"),
    "goes_on": ("pr_reader", "ABD334 pr_is_ended"),
    "beyond": ("pr_parse", "ABD322 pr_parse"),
    "silent": ("pr_put", "ABD361 pr_put"),
    "more": ("pr_put", "ABD322 pr_put"),
    "forgets": ("pr_squeeze", "ABD361 pr_squeeze"),
}


@pytest.fixture(scope="module")
def partial(tmp_path_factory):
    built = of_family(tmp_path_factory.mktemp("partial_results"), "partial_results", PARTIAL.index)
    assert built.target.left == ()
    return built


@pytest.mark.parametrize("library", FOUND)
def test_what_goes_against_the_status_of_a_call_is_found(library, partial):
    entry, words = FOUND[library]
    ended = partial.run(library, entry, 20_000, 1)

    assert ended.returncode != 0
    assert words in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_tells_how_much_it_did_is_left_alone(library, partial):
    for entry in partial.target.entries:
        ended = partial.run(library, entry, 5000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
