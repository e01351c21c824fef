"""What calls were measured to cost: figures with their intervals, and all calls as a histogram.

Times are in picoseconds throughout, so that a histogram of integers tells calls of a nanosecond apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, compress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PICOSECOND = 1e-12
DIGITS = 3
"""So many decimal digits of a value are kept."""
HIGHEST = 3_600_000_000_000_000
"""An hour in picoseconds; what is above counts as it."""
_LONGEST = 1 << 18
"""No histogram with these limits is written in more characters."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many values were seen from `low` to `high`, both included."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often which values were seen, each kept to three digits, however large it is.

    `encoded` is HdrHistogram's own text (V2, compressed, in base64), which its readers in other languages take as well.
    What reads it raises ValueError where it is none, or one of other limits than `DIGITS` and `HIGHEST`.
    """

    encoded: str

    @classmethod
    def of(cls, values: Iterable[int]) -> Histogram:
        """Return the histogram of values, none of them negative."""
        return cls.of_counts(Counter(values))

    @classmethod
    def of_counts(cls, counts: Mapping[int, int]) -> Histogram:
        """Return the histogram of values that were seen so many times each."""
        histogram = _empty()
        for value, count in counts.items():
            if value < 0 or count < 0:
                raise ValueError("a histogram has no negative values")
            histogram.record_value(min(value, HIGHEST), count)
        return cls(histogram.encode().decode("ascii"))

    @property
    def count(self) -> int:
        """Return how many values there are."""
        return int(_decoded(self.encoded).get_total_count())

    @property
    def least(self) -> int:
        """Return the smallest value, 0 of none."""
        return next((each.low for each in self.buckets()), 0)

    @property
    def most(self) -> int:
        """Return the largest value, 0 of none."""
        return int(_decoded(self.encoded).get_max_value())

    def at(self, share: float) -> int:
        """Return what a share of the values does not exceed."""
        found = self.buckets()
        wanted = max(int(share * self.count + 0.5), 1)
        seen = accumulate(bucket.count for bucket in found)
        return next((bucket.high for bucket, so_far in zip(found, seen, strict=True) if so_far >= wanted), 0)

    def buckets(self) -> tuple[Bucket, ...]:
        """Return the buckets that are not empty, from small to large."""
        return _buckets(self.encoded)


@lru_cache(maxsize=256)
def _buckets(encoded: str) -> tuple[Bucket, ...]:
    histogram = _decoded(encoded)
    found = []
    for index in compress(
        range(len(histogram.counts)), histogram.counts
    ):  # few of tens of thousands are not empty
        low = int(histogram.get_value_from_index(index))
        high = int(histogram.get_highest_equivalent_value(low))
        found.append(Bucket(low, high, int(histogram.counts[index])))
    return tuple(found)


def _empty() -> Any:
    from hdrh.histogram import HdrHistogram  # noqa: PLC0415 - most commands measure nothing

    return HdrHistogram(1, HIGHEST, DIGITS)


@lru_cache(maxsize=64)
def _decoded(encoded: str) -> Any:
    """Return the library's histogram, which is shared, so not to be changed; raises ValueError."""
    import zlib  # noqa: PLC0415

    from hdrh import codec  # noqa: PLC0415 - most commands measure nothing
    from hdrh.histogram import HdrHistogram  # noqa: PLC0415

    unreadable = (
        codec.HdrCookieException,
        codec.HdrLengthException,
        codec.HdrHistogramSettingsException,
        IndexError,
        zlib.error,
    )
    if len(encoded) > _LONGEST:
        raise ValueError("it is too long for a histogram")
    try:
        payload = codec.HdrHistogramEncoder.decode(encoded)
        limits = payload.payload
        seen = (
            limits.lowest_trackable_value,
            limits.highest_trackable_value,
            limits.significant_figures,
        )
        if seen != (1, HIGHEST, DIGITS):
            raise ValueError("it is a histogram of other limits")
        return HdrHistogram(*seen, hdr_payload=payload)
    except unreadable as error:
        raise ValueError(f"it is no histogram: {error}") from None


class CostKind(StrEnum):
    """What is measured of a call."""

    TIME = "time"
    """In picoseconds."""
    INSTRUCTIONS = "instructions"
    ALLOCATIONS = "allocations"
    """Blocks of heap memory."""
    BYTES = "bytes"
    """Of heap memory."""
    STACK = "stack"
    """In bytes."""
    CODE = "code"
    """In bytes of machine code, of the function itself and not of what it calls."""
    RATE = "rate"
    """Calls per second."""
    RATIO = "ratio"
    """Of the time that another library takes."""

    @property
    def unit(self) -> str:
        """Return what values of it count."""
        return _UNITS[self.value]


_UNITS = {
    "time": "picoseconds",
    "instructions": "instructions",
    "allocations": "blocks",
    "bytes": "bytes",
    "stack": "bytes",
    "code": "bytes",
    "rate": "calls per second",
    "ratio": "times",
}


class BudgetVerdict(StrEnum):
    """What a measurement says of what the contract allows. `undecided` is never a pass."""

    KEPT = "kept"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Quantile:
    """What a share of the calls does not exceed, and what of it the contract allows.

    `low` and `high` are the ends of its interval, None where it was counted, or timed and held against nothing.
    `clause` is the contract's, such as ``p99``, empty where it says nothing of this; then `allowed` and `verdict` are
    None.
    """

    share: float
    value: float
    low: float | None = None
    high: float | None = None
    clause: str = ""
    allowed: float | None = None
    verdict: BudgetVerdict | None = None

    def __post_init__(self) -> None:
        if self.verdict is not None:
            object.__setattr__(self, "verdict", BudgetVerdict(self.verdict))

    @property
    def name(self) -> str:
        """Return such as ``p99.9``, or ``most``."""
        return "most" if self.share >= 1 else f"p{self.share * 100:.6g}"


@dataclass(frozen=True, slots=True)
class MeasuredCost:
    """What calls of one function with one input cost in one build of a library.

    `input` is the call's name or words for it, empty where the calls were of many inputs. `over` is the parameter that
    `size` is the size of, where the same call was measured at several sizes: together they make a growth curve. `calls`
    were measured in so many `runs`, which were interleaved with those of what else was measured; each interval holds
    with `confidence`, which is 0 where there are none. `against` is the other library of a ratio, and `threads` called
    at a time.
    """

    function: str
    library: str
    build: str
    kind: CostKind
    quantiles: tuple[Quantile, ...]
    calls: int = 0
    runs: int = 0
    confidence: float = 0.0
    histogram: Histogram | None = None
    input: str = ""
    over: str = ""
    size: int | None = None
    against: str = ""
    threads: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", CostKind(self.kind))

    def at(self, share: float) -> Quantile | None:
        """Return what is known of a share of the calls."""
        return next((each for each in self.quantiles if each.share == share), None)

    def words(self, quantile: Quantile) -> str:
        """Return such as ``p99 212 ns (95 % interval 205 to 220, 12 interleaved runs)``."""
        name = f"{quantile.name} " if self.kind is CostKind.TIME else ""
        return name + in_words(self.kind, quantile.value) + self.interval(quantile)

    def interval(self, quantile: Quantile) -> str:
        """Return such as `` (95 % interval 205 to 220, 12 interleaved runs)``, nothing where there is none."""
        if quantile.low is None or quantile.high is None:
            return ""
        low, high = span_in_words(self.kind, quantile.low, quantile.high, quantile.value)
        return f" ({self.confidence * 100:g} % interval {low} to {high}, {self.runs} interleaved runs)"


_WHOLE = 100.0
"""Ratios from here on are told without a fraction."""


def in_words(kind: CostKind, value: float) -> str:
    """Return a measured value as people read it, such as ``212 ns``."""
    match kind:
        case CostKind.TIME:
            return in_time(value * PICOSECOND)
        case CostKind.RATE:
            return in_rate(value)
        case CostKind.RATIO:
            return f"{value:,.0f} times" if value >= _WHOLE else f"{value:.3g} times"
        case CostKind.ALLOCATIONS:
            return f"{value:,.0f} block{'' if value == 1 else 's'}"
        case CostKind.BYTES | CostKind.STACK | CostKind.CODE:
            return f"{value:,.0f} byte{'' if value == 1 else 's'}"
        case CostKind.INSTRUCTIONS:
            return f"{value:,.0f} instructions"


def span_in_words(kind: CostKind, low: float, high: float, beside: float) -> tuple[str, str]:
    """Return the ends of an interval, without the unit where it is that of the value that they stand beside."""
    unit = in_words(kind, beside).partition(" ")[2]
    ends = [in_words(kind, end) for end in (low, high)]
    if kind is CostKind.RATE:
        return ends[0], ends[1]
    first, last = (end.removesuffix(f" {unit}") if end.endswith(f" {unit}") else end for end in ends)
    return first, last


def in_time(seconds: float) -> str:
    """Return words such as ``2.73 us``."""
    for worth, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= worth:
            return f"{seconds / worth:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def in_rate(a_second: float) -> str:
    """Return words such as ``4.2M calls per second``."""
    for worth, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if a_second >= worth:
            return f"{a_second / worth:.3g}{unit} calls per second"
    return f"{a_second:.3g} calls per second"
