"""Histograms of calls: kept in HdrHistogram's format, put together, and read with care."""

from __future__ import annotations

import pytest
from hdrh.histogram import HdrHistogram

from abidance.core.costs import (
    HIGHEST,
    Bucket,
    BudgetVerdict,
    CostKind,
    Histogram,
    MeasuredCost,
    Quantile,
    in_words,
)

pytestmark = pytest.mark.unit


def test_a_histogram_keeps_each_value_to_a_thousandth():
    histogram = Histogram.of([2, 2, 150_000, 1_000_000_000])

    assert (histogram.count, histogram.least) == (4, 2)
    assert histogram.at(0.5) == 2
    assert histogram.at(0.75) == pytest.approx(150_000, rel=0.001)
    assert histogram.most == pytest.approx(1_000_000_000, rel=0.001)
    assert histogram.buckets()[0] == Bucket(2, 2, 2)
    for bucket, value in zip(histogram.buckets(), (2, 150_000, 10**9), strict=True):
        assert bucket.low <= value <= bucket.high


def test_other_readers_of_the_format_read_it():
    read = HdrHistogram.decode(Histogram.of_counts({5: 3, 70_000: 1}).encoded)

    assert read.get_total_count() == 4
    assert read.get_count_at_value(5) == 3


def test_no_value_is_lost_and_none_is_negative():
    assert Histogram.of([10 * HIGHEST]).most == pytest.approx(HIGHEST, rel=0.001)
    assert Histogram.of([]).buckets() == ()
    assert (Histogram.of([]).least, Histogram.of([]).most, Histogram.of([]).at(0.99)) == (0, 0, 0)
    with pytest.raises(ValueError, match="negative"):
        Histogram.of([-1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no base64 at all",
        "aGVsbG8gd29ybGQ=",
        "A" * 300_000,
        Histogram.of([5]).encoded[:-8],
        HdrHistogram(1, 1000, 2).encode().decode(),
    ],
    ids=["empty", "no base64", "no histogram", "too long", "cut off", "other limits"],
)
def test_what_is_no_histogram_of_ours_is_an_error(text):
    with pytest.raises(ValueError, match=r"histogram|base64|padding|padded|data"):
        Histogram(text).at(0.5)


def test_a_cost_says_how_sure_it_is():
    quantile = Quantile(0.99, 212_000, 205_000, 220_000, "p99", 250_000, BudgetVerdict.KEPT)
    cost = MeasuredCost("f", "c", "release", CostKind.TIME, (quantile,), runs=12, confidence=0.95)

    assert cost.words(quantile) == "p99 212 ns (95 % interval 205 to 220, 12 interleaved runs)"
    assert cost.words(Quantile(0.5, 980_000, 960_000, 1_200_000)) == (
        "p50 980 ns (95 % interval 960 to 1.2 us, 12 interleaved runs)"
    )
    assert cost.words(Quantile(0.999, 1_000)) == "p99.9 1 ns"
    counted = MeasuredCost("f", "c", "release", CostKind.INSTRUCTIONS, (Quantile(1, 1234),))
    assert counted.words(counted.quantiles[0]) == "1,234 instructions"


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (CostKind.RATE, 4.2e6, "4.2M calls per second"),
        (CostKind.RATIO, 1.25, "1.25 times"),
        (CostKind.ALLOCATIONS, 1, "1 block"),
        (CostKind.BYTES, 4096, "4,096 bytes"),
        (CostKind.STACK, 1, "1 byte"),
    ],
)
def test_each_kind_has_words(kind, value, words):
    assert in_words(kind, value) == words
