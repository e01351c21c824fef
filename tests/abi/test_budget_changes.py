"""Which way a budget of a call changed, and what the gate makes of it."""

from __future__ import annotations

import pytest

from abidance.abi.diff.budgets import direction

SIZES = "{library: c, factor: 2, over: len, sizes: [64, 4096]}"


@pytest.mark.unit
class TestDirection:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("10us", "20us"),
            ("1us", ""),
            ("0", "3"),
            ("{rate: 5M/s}", "{rate: 4000k/s}"),
            ("{over: n, at_most: 1}", "{over: n, at_most: log n}"),
            ("{over: n, at_most: n}", "{over: n, at_most: n log n}"),
            ("{accepted: true}", "{accepted: true, tolerance: 2%}"),
            ("{library: c, factor: 2}", "{library: c, factor: 2, absolute: 20ns}"),
            ("{library: c, factor: 2, instructions: 3}", "{library: c, factor: 2}"),
            (SIZES, SIZES.replace("factor: 2", "factor: 3")),
            (SIZES, SIZES.replace("[64, 4096]", "[64]")),
            ("{count: 4, p99: 1ms}", "{count: 4, p99: 2ms}"),
            ("{count: 4, keeps: 80%}", "{count: 4, keeps: 70%}"),
        ],
    )
    def test_a_budget_is_looser_one_way_and_tighter_the_other(self, old, new):
        assert (direction(old, new), direction(new, old)) == ("looser", "tighter")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("10us", "0.01ms"),
            ("{rate: 5M/s}", "{rate: 5000k/s}"),
            ("{library: c, factor: 2}", "{factor: 2.0, library: c}"),
            ("{library: c, factor: 2}", "{library: c, factor: 2, absolute: 10ns}"),
            (SIZES, SIZES.replace("[64, 4096]", "[4096, 64]")),
        ],
    )
    def test_the_same_in_other_words_is_the_same(self, old, new):
        assert direction(old, new) == "same"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("{library: c, factor: 2}", "{library: d, factor: 1}"),
            ("{library: c, factor: 2}", "{library: c, factor: 1, absolute: 20ns}"),
            ("{rate: 5M/s}", "{rate: 5M/s, threads: 4}"),
            ("{over: n, at_most: n}", "{over: m, at_most: n}"),
            (SIZES, SIZES.replace("[64, 4096]", "[64, 8192]")),
        ],
    )
    def test_what_is_measured_another_way_is_neither(self, old, new):
        assert direction(old, new) == "changed"
