"""What is known of seeds is of tests that are there, and of no fewer clauses than it was."""

from __future__ import annotations

import json

import pytest
from ten_seeds import PAGE, RECORD, ROOT, not_held

pytestmark = pytest.mark.unit

NOT_HELD = {
    "Comparison": "absolute contents factor instructions library over sizes",
    "Contention": "count keeps others p50 p99 p99_9",
    "Cost": "instructions no_worse_than p50 p99 p99_9 scaling threads throughput",
    "Equivalence": "libraries",
    "FunctionPromise": "explore",
    "HandlePromise": "explore",
    "Instructions": "accepted at_most tolerance",
    "KnownDifference": "see",
    "LayoutPins": "align offsets size",
    "Scaling": "at_most over",
    "Throughput": "rate threads",
    "TypePromise": "guarded_by layout",
}
"""By parts of the language, the clauses that no contract has which was judged from ten seeds.

A new clause comes with tests for which `ten_seeds.py --record` was run. What it takes from the list is taken out here.
"""


def test_no_further_clause_is_judged_from_one_seed_alone():
    listed = {f"{part}.{key}" for part, keys in NOT_HELD.items() for key in keys.split()}

    assert {*not_held()} - listed == set(), "run `ten_seeds.py --record` for the tests of these clauses"
    assert listed - {*not_held()} == set(), (
        "these have tests that were run from ten seeds: take them out of the list"
    )


def test_the_page_has_what_is_recorded():
    known, page = json.loads(RECORD.read_text()), PAGE.read_text()

    for file, told in known.items():
        assert (ROOT / file).exists()
        assert f"(../../{file})" in page
        assert all(
            f"| `{name}` | {passes} of {told['seeds']} |" in page for name, passes in told["missed"].items()
        )
