"""A handle that may outlive the one it was made with is made, used and outlives it in sequences."""

from __future__ import annotations

import pytest

from tiers import sample

pytestmark = pytest.mark.full

HANDLES = ("kn_book", "kn_page")


@pytest.mark.parametrize("build", sample(["wrong", "wrong_asan"], keep=["wrong"]))
@pytest.mark.parametrize("handle", sample(HANDLES, keep=["kn_page"]))
@pytest.mark.parametrize("seed", sample([1, 2, 3], keep=[1]))
def test_one_that_needs_what_is_gone_is_found(seed, handle, build, judge):
    found, reasons = judge("outliving_handles", handle, build, seed=seed, phases=("lifecycle",))

    assert {finding.diagnostic.code.id for finding in found} <= {"ABD301", "ABD303"}
    calls = found[0].call.splitlines()
    assert calls[:2] == ['kn_book *book = kn_book_new("");', "kn_page *page = kn_page_new(book, 0);"]
    assert calls[2] == "kn_book_free(book);"
    assert calls[3].startswith("kn_page_number(page);")
    assert reasons == []


@pytest.mark.parametrize("build", sample(["sound", "near", "near_asan"], keep=["near"]))
@pytest.mark.parametrize("handle", sample(HANDLES, keep=["kn_page"]))
def test_one_that_keeps_what_it_needs_is_left_alone(handle, build, judge):
    assert judge("outliving_handles", handle, build, seed=4, phases=("lifecycle",), examples=40) == ([], [])
