"""Memory that is full of records, one behind the other: each says how far it goes, and none leads out of it."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

from tiers import full

DOMAIN, UNWRITTEN, DIFFER, ARGUMENT = "ABD322", "ABD325", "ABD331", "ABD343"
DEFECTS = {
    "pr_events": (DOMAIN, DOMAIN),
    "pr_messages": (DOMAIN, DOMAIN),
    "pr_entries": (DOMAIN, DOMAIN),
    "pr_known": (DOMAIN, DOMAIN),
    "pr_trace": (DOMAIN, DOMAIN),
    "pr_tell": (ARGUMENT, ARGUMENT),
    "pr_marks": (UNWRITTEN, UNWRITTEN),
}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, keep=(DOMAIN, UNWRITTEN, ARGUMENT)))
def test_a_record_that_leads_elsewhere_is_found(function, build, code, judge):
    found, reasons = judge("packed_records", function, build, seed=1)

    assert {finding.diagnostic.code.id for finding in found} == {code}
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, keep=(DOMAIN, UNWRITTEN, ARGUMENT)))
def test_records_that_fill_their_memory_are_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "packed_records", function, build) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "library", "codes"),
    [
        ("pr_messages", "sound=near", set()),
        ("pr_events", "sound=near", set()),
        full("pr_entries", "sound=near", set()),
        ("pr_trace", "sound=near", set()),
        full("pr_messages", "near=wrong", {DIFFER}),
    ],
)
def test_libraries_are_compared_record_by_record(function, library, codes, judge):
    """What lies between records, or in what they keep in reserve, is nothing that they differ in."""
    found, _ = judge("packed_records", function, library, seed=1, phases=("equivalence",), least=20)

    assert {each.diagnostic.code.id for each in found} == codes
