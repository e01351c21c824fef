"""What a library calls back with, how often, where and when: what a contract forbids is found, all else is not."""

from __future__ import annotations

import pytest

COUNT, DATA, ARGUMENT, THREAD, LATE, PROMISE = (f"ABD34{n}" for n in range(1, 7))
DEFECTS = {
    "bk_pieces": ARGUMENT,
    "bk_each": COUNT,
    "bk_find": DATA,
    "bk_notes": "ABD321",
    "bk_tail": ARGUMENT,
    "bk_once": COUNT,
    "bk_words": ARGUMENT,
    "bk_colors": ARGUMENT,
    "bk_flags": ARGUMENT,
    "bk_weigh": PROMISE,
    "bk_aside": THREAD,
    "bk_drive": COUNT,
    "bk_last": LATE,
    "bk_hub_put": DATA,
    "bk_hub_ask": LATE,
}
SANITIZED = ("bk_pieces", "bk_words", "bk_aside", "bk_hub_ask")
SILENT = (*DEFECTS, "bk_hub_new", "bk_hub_free")


@pytest.mark.parametrize("function", DEFECTS)
def test_a_broken_promise_about_a_callback_is_found(function, judge):
    found, reasons = judge("back", function, "wrong", seed=1, examples=30)

    assert DEFECTS[function] in [finding.diagnostic.code.id for finding in found]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.parametrize("function", SANITIZED)
def test_it_is_found_under_a_sanitizer_as_well(function, judge):
    found, _ = judge("back", function, "wrong_asan", seed=1, examples=20)

    assert DEFECTS[function] in [finding.diagnostic.code.id for finding in found]


@pytest.mark.parametrize("build", ["sound", "near", "near_asan"])
@pytest.mark.parametrize("function", SILENT)
def test_lawful_calls_back_are_no_finding(function, build, judge):
    assert judge("back", function, build, seed=2, examples=20) == ([], [])
