"""What a library calls back with, how often, where and when: what a contract forbids is found, what it allows is not."""

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
SILENT = (*DEFECTS, "bk_hub_new", "bk_hub_free")


@pytest.mark.parametrize("build", ["wrong", "wrong_asan"])
@pytest.mark.parametrize("function", DEFECTS)
def test_a_broken_promise_about_a_callback_is_found(function, build, judge):
    found, reasons = judge("back", function, build, seed=1)

    assert DEFECTS[function] in [finding.diagnostic.code.id for finding in found]
    assert reasons == []


@pytest.mark.parametrize("build", ["sound", "sound_asan", "near", "near_asan"])
@pytest.mark.parametrize("function", SILENT)
def test_lawful_calls_back_are_no_finding(function, build, judge):
    assert judge("back", function, build, seed=2) == ([], [])
