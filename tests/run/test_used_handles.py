"""What is promised of single calls is judged in sequences as well, where a handle has been through something."""

from __future__ import annotations

import pytest
from families import found_in, spared_in

from tiers import full

pytestmark = pytest.mark.full

DEFECTS = {
    "uh_box": "ABD325",
    "uh_queue": "ABD368",
    "uh_meter": ("ABD382", ""),
    "uh_table": "ABD323",
    "uh_pool": ("ABD327", ""),
}
"""What phase `lifecycle` finds of each handle."""
KEPT = ("ABD325",)
"""Of the others, further tests show the sequence."""
FUNCTIONS = ("uh_box_get", "uh_queue_peek", "uh_meter_read", "uh_table_put", "uh_pool_sum")


def lifecycle(judge, handle, library, seed=1, examples=None):
    return judge("used_handles", handle, library, seed=seed, phases=("lifecycle",), examples=examples)


@pytest.mark.parametrize(("handle", "library", "code"), found_in(DEFECTS, keep=KEPT))
def test_what_only_a_handle_in_use_shows_is_found(handle, library, code, judge):
    found, reasons = lifecycle(judge, handle, library)

    assert {each.diagnostic.code.id for each in found} == {code}
    assert all(each.repeats[0] == each.repeats[1] for each in found)
    assert reasons == []


@pytest.mark.parametrize(("handle", "library"), spared_in(DEFECTS, keep=KEPT))
def test_sound_handles_have_no_finding(handle, library, judge):
    assert lifecycle(judge, handle, library, seed=2, examples=40) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("function", FUNCTIONS)
def test_new_handles_show_nothing_of_it(function, judge):
    found, reasons = judge("used_handles", function, "wrong", seed=1)
    assert (found, reasons) == ([], [])


def test_the_smallest_sequence_shows_the_same_call_twice(judge):
    (found,), _ = lifecycle(judge, "uh_queue", "wrong")

    assert found.diagnostic.message.startswith(
        "`uh_queue_peek` gives different results for the same call: first it"
    )
    *pushed, first, second = found.call.splitlines()
    assert len(pushed) == 3
    assert second.startswith(first)


def test_a_refused_call_follows_what_makes_it_succeed(judge):
    (found,), _ = lifecycle(judge, "uh_table", "wrong")

    assert found.diagnostic.message == (
        "`uh_table_put` returned UH_OK for `kind: 99`, where the contract promises UH_INVALID"
    )
    assert found.call.count("uh_table_put(table, 1") == 2


def test_one_that_is_refused_for_something_else_is_listed_as_not_judged(judge):
    (item,) = judge.items("used_handles", "uh_table", "near", seed=2, phases=("lifecycle",), examples=40)

    assert item.findings == ()
    assert any("refuses `kind: 99` on a handle in use" in words for words in item.unasked), item


@pytest.mark.parametrize("seed", [full(3), full(4), full(5)])
@pytest.mark.parametrize(
    ("handle", "code"), [(h, c if isinstance(c, str) else c[0]) for h, c in DEFECTS.items()]
)
def test_every_seed_finds_it(handle, code, seed, judge):
    found, _ = lifecycle(judge, handle, "wrong", seed=seed)
    assert {each.diagnostic.code.id for each in found} == {code}
