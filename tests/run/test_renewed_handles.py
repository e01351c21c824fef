"""Memory of the caller in which a handle was destroyed and another one is made: what is left there means nothing."""

from __future__ import annotations

import pytest

from tiers import full


@pytest.mark.slow
@pytest.mark.parametrize(("handle", "code"), [full("re_text", "ABD301"), ("re_sum", "ABD321")])
def test_one_that_trusts_what_the_last_one_left_is_found(handle, code, judge):
    found, _ = judge("renewed_handles", handle, "wrong", seed=1, phases=("lifecycle",), examples=20)

    (only,) = (each for each in found if each.diagnostic.code.id == code)
    declared = [line for line in only.call.splitlines() if line.startswith(f"{handle} ")]
    assert len(declared) == 1


@pytest.mark.full
@pytest.mark.parametrize("handle", ["re_text", "re_sum"])
@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_begins_anew_is_left_alone(library, handle, judge):
    assert judge("renewed_handles", handle, library, seed=2, phases=("lifecycle",)) == ([], [])
