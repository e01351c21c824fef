"""Callbacks that are kept until what keeps them is gone: refused ends, and references given back, are none."""

from __future__ import annotations

import pytest

from tiers import full


@pytest.mark.slow
@pytest.mark.several_causes
@pytest.mark.parametrize("handle", ["kc_base", "kc_shared", "kc_rope"])
def test_one_that_is_told_when_the_end_is_past_is_found(handle, judge):
    found, reasons = judge(
        "kept_callbacks", handle, "wrong", seed=1, phases=("lifecycle",), examples=60, least=60
    )
    late = [each for each in found if each.diagnostic.code.id == "ABD345"]

    assert late
    assert all("may be until its handle is destroyed" in each.diagnostic.message for each in late)
    assert reasons == []
    never = [each for each in found if each not in late]
    assert [each.diagnostic.code.id for each in never] == (["ABD341"] if handle == "kc_shared" else [])


@pytest.mark.slow
@pytest.mark.parametrize("library", [full("sound"), "near"])
@pytest.mark.parametrize("handle", ["kc_base", "kc_shared", "kc_list", "kc_rope"])
def test_one_that_is_told_as_long_as_somebody_has_the_handle_is_none(handle, library, judge):
    assert judge("kept_callbacks", handle, library, seed=2, phases=("lifecycle",), examples=60) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("library", [full("sound"), "near"])
def test_an_end_that_is_refused_is_made_once_more(library, judge):
    items = judge.items("kept_callbacks", "kc_base_close", library, seed=3, phases=("properties", "rejects"))

    assert [(each.findings, each.reasons) for each in items] == [((), ())] * len(items)
    assert all(each.calls for each in items)


@pytest.mark.full
@pytest.mark.parametrize("handle", ["kc_shared", "kc_list", "kc_rope"])
def test_nor_is_one_while_exploring(handle, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    assert judge("kept_callbacks", handle, "near", seed=1, phases=("explore",)) == ([], [])
