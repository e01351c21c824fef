"""Writes past the end of the library's own heap blocks, and into freed ones, are found without a sanitizer."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

pytestmark = pytest.mark.full

CORRUPTED, ASAN = "ABD314", "ABD303"
DEFECTS = dict.fromkeys(("sp_join", "sp_median", "sp_words", "sp_stack"), (CORRUPTED, ASAN))


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_a_write_beside_a_block_is_found(function, build, code, judge):
    found, reasons = judge("heap_corruption", function, build, seed=1)

    assert [finding.diagnostic.code.id for finding in found] == [code]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("function", DEFECTS)
def test_it_is_found_from_any_seed(function, seed, judge):
    found, _ = judge("heap_corruption", function, "wrong", seed=seed)

    assert [finding.diagnostic.code.id for finding in found] == [CORRUPTED]


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, "sp_push", "sp_pop"))
def test_a_block_that_is_used_up_to_its_end_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "heap_corruption", function, build) == ([], [])


def test_the_finding_says_how_far_and_where_the_block_was_made(judge):
    (found,), _ = judge("heap_corruption", "sp_median", "wrong", seed=1)

    message = found.diagnostic.message
    assert message == "`sp_median` wrote 4 bytes past the end of a heap block of 36 bytes"
    lines = [
        label.span.line for label in found.diagnostic.labels if label.span.path.name == "heap_corruption.c"
    ]
    source = (judge.folder / "heap_corruption.c").read_text().splitlines()
    assert [source[line - 1].strip() for line in lines] == ["int *sorted = malloc(n * sizeof *sorted);"]


def test_of_a_freed_block_both_ends_of_its_life_are_shown(judge):
    (found,), _ = judge("heap_corruption", "sp_words", "wrong", seed=1)

    assert found.diagnostic.message.endswith(" bytes into a heap block that had been freed")
    texts = [label.text for label in found.diagnostic.labels if label.span.path.name == "heap_corruption.c"]
    assert texts == ["allocated here", "freed here"]


@pytest.mark.full
def test_of_a_sequence_the_call_that_wrote_is_named(judge):
    (found,), _ = judge("heap_corruption", "sp_stack", "wrong", seed=1)

    assert found.diagnostic.message == "`sp_push` wrote 4 bytes past the end of a heap block of 8 bytes"
    assert found.call.count("sp_push(") == 3
