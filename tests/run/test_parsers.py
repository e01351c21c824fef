"""Short parsers are given what is nearly valid: examples cut, spliced and miscounted, words that only code mentions."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

from tiers import sample

DEFECTS = {
    "pa_chunk": "ABD312",
    "pa_picture": "ABD312",
    "pa_keyed": "ABD312",
    "pa_boot": "ABD312",
    "pa_frame": "ABD312",
    "pa_block": "ABD312",
    "pa_nested": "ABD312",
    "pa_units": "ABD312",
    "pa_lines": "ABD312",
    "pa_pairs": "ABD301",
    "pa_port": "ABD321",
    "pa_depth": "ABD301",
    "pa_part": "ABD301",
    "pa_word": "ABD312",
    "pa_read": "ABD312",
}
WRONG = ("wrong",)  # guard pages see what the sanitizer sees as well
SHOWN = ("ABD312", "ABD301", "ABD321")


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, WRONG, keep=SHOWN))
def test_what_is_nearly_valid_is_found(function, build, code, judge):
    found, reasons = judge("parsers", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert all(finding.repeats[0] == finding.repeats[1] for finding in found)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("function", DEFECTS)
def test_no_seed_misses_it(function, seed, judge):
    found, _ = judge("parsers", function, "wrong", seed=seed)

    assert DEFECTS[function] in [finding.diagnostic.code.id for finding in found]


@pytest.mark.slow
@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, "pa_reader", wrong=WRONG, keep=SHOWN))
def test_what_is_refused_or_read_rightly_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "parsers", function, build) == ([], [])


@pytest.mark.full
def test_a_sequence_is_given_it_too(judge):
    (found,), _ = judge("parsers", "pa_reader", "wrong", seed=1)

    assert found.diagnostic.code.id == "ABD312"


SMALLEST = {
    "pa_frame": '"\\007\\000\\001", 3',
    "pa_lines": '"GET \\r", 5',
    "pa_port": '"port=65536"',
    "pa_part": '"80000000\\r\\n", 10',
}


@pytest.mark.slow
@pytest.mark.parametrize("function", sample(SMALLEST, keep=["pa_frame"]))
def test_what_is_shown_is_the_smallest(function, judge):
    found, _ = judge("parsers", function, "wrong", seed=1)

    assert f"{function}({SMALLEST[function]})" in found[0].call
