"""The same as `test_success_that_is_asked`, found by compiled contracts."""

from __future__ import annotations

import pytest
from test_success_that_is_asked import CONTRACT, HEADER, SOURCE, WRONG


@pytest.fixture(autouse=True)
def some_time(monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong", "codes"), WRONG)
def test_success_is_what_is_told_when_it_is_asked(function, wrong, codes, codes_of):
    found = codes_of("aq", HEADER, SOURCE, CONTRACT, function, ("explore",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"), [("NOTHING", set()), ("FORGETS", {"ABD321", "ABD334"}), ("LEAVES", {"ABD325"})]
)
def test_a_failure_leads_to_its_state(wrong, codes, codes_of):
    found = codes_of("aq", HEADER, SOURCE, CONTRACT, "aq_page", ("explore",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["aq_pen", "aq_page_mend"])
def test_what_has_failed_is_used_where_it_may_be(item, codes_of):
    assert not codes_of("aq", HEADER, SOURCE, CONTRACT, item, ("explore",), "-DWRONG=NOTHING")
