"""How long what is in a record is there, as the call says that leaves it: `page: {out: lp_page, lends: ...}`."""

from __future__ import annotations

import pytest

from tiers import full

INVALIDATED = "ABD374"


@pytest.mark.slow
@pytest.mark.parametrize("item", [pytest.param("lp_stream", marks=pytest.mark.finds(INVALIDATED)), "lp_file"])
def test_what_a_call_lends_stays_as_it_was(item, judge):
    found, reasons = judge("lent_pages", item, "wrong", seed=1, phases=("lifecycle",), examples=60, least=40)

    assert ({each.diagnostic.code.id for each in found}, reasons) == ({INVALIDATED}, [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "library", [pytest.param("near", marks=pytest.mark.spares(INVALIDATED)), full("sound")]
)
@pytest.mark.parametrize("item", ["lp_stream", "lp_file"])
def test_what_is_lent_until_the_next_call_may_be_another_then(item, library, judge):
    assert judge("lent_pages", item, library, seed=2, phases=("lifecycle",), examples=60) == ([], [])
