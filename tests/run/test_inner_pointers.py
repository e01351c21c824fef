"""Pointers behind pointers, in arrays, and into the caller's memory: passed, read and judged as they are said."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

BOUNDS, CRASH, PROMISE, DOMAIN, UNWRITTEN, INVARIANT = (
    "ABD312", "ABD301", "ABD321", "ABD322", "ABD325", "ABD329",
)  # fmt: skip
DEFECTS = {
    "ip_dup": (PROMISE, PROMISE),
    "ip_twice": ("", DOMAIN),
    "ip_split": (PROMISE, PROMISE),
    "ip_list": (INVARIANT, INVARIANT),
    "ip_join": ((BOUNDS, CRASH), BOUNDS),
    "ip_longest": ((BOUNDS, CRASH), BOUNDS),
    "ip_total": (PROMISE, PROMISE),
    "ip_gather": ((BOUNDS, PROMISE), BOUNDS),
    "ip_days": (UNWRITTEN, UNWRITTEN),
    "ip_sum": ((BOUNDS, PROMISE), BOUNDS),
    "ip_number": (DOMAIN, DOMAIN),
    "ip_find": (DOMAIN, DOMAIN),
    "ip_count": (PROMISE, PROMISE),
    "ip_parse": (DOMAIN, DOMAIN),
    "ip_row_sum": ((BOUNDS, PROMISE), BOUNDS),
    "ip_row_new": ("", DOMAIN),
    "ip_row_double": (PROMISE, PROMISE),
}
FIRST = {
    function: tuple(c if isinstance(c, str) else c[0] for c in codes) for function, codes in DEFECTS.items()
}
ALLOWED = {
    function: {c for each in codes for c in ((each,) if isinstance(each, str) else each)}
    for function, codes in DEFECTS.items()
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(FIRST, keep=(DOMAIN,)))
def test_what_is_wrong_behind_a_pointer_is_found(function, build, code, judge):
    found, reasons = judge("inner_pointers", function, build, seed=1)

    codes = {finding.diagnostic.code.id for finding in found}
    assert code in codes <= ALLOWED[function]
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build"), spared_in(FIRST, keep=(DOMAIN,)))
def test_what_is_right_behind_a_pointer_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "inner_pointers", function, build) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("build", ["wrong", "sound", "near"])
def test_an_error_that_is_not_set_is_found_by_exploring(build, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    (item,) = judge.items("inner_pointers", "ip_parse", build, seed=1, phases=("explore",))

    assert [each.diagnostic.code.id for each in item.findings] == ([DOMAIN] if build == "wrong" else [])
    assert (item.reasons, item.gaps) == ((), ())
    assert item.explored.executions > 1000
