"""Intervals of what interleaved runs measured, by bootstrap.

Whole runs are drawn and not calls: those of one run had the same machine, and are alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95
_ASKED = 0.99
"""Of a dozen runs, the intervals that bootstrap gives for this hold with `CONFIDENCE` (decision 59)."""
_RESAMPLES = 999
_BATCH = 111
"""So many draws are in memory at a time."""
_SEED = 1
"""The same runs have the same interval."""
_DIGITS = 10
"""So many binary digits of a time are looked at, a thousandth."""


def interval_of_share(runs: Sequence[Sequence[int]], share: float) -> tuple[float, float]:
    """Return the interval of what a share of the calls of all runs does not exceed."""
    import numpy as np  # noqa: PLC0415 - both take longer than most commands, and few judge time

    values, places = np.unique(
        _coarse(np.concatenate([np.asarray(run) for run in runs])), return_inverse=True
    )
    counts: Any = np.zeros((len(runs), len(values)))
    owners: Any = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    np.add.at(counts, (owners, places), 1)

    def of_drawn(drawn: Any, axis: int) -> Any:
        times_drawn = (np.moveaxis(drawn, axis, -1)[..., None] == np.arange(len(runs))).sum(
            axis=-2, dtype=float
        )
        # Not `@`: on a busy machine the threads of a BLAS wait for one another, and take six times as long.
        up_to = np.einsum("...r,rv->...v", times_drawn, counts).cumsum(axis=-1)
        wanted = np.maximum(np.ceil(share * up_to[..., -1:]), 1)
        return values[(up_to >= wanted).argmax(axis=-1)].astype(float)

    return _bootstrapped(np.arange(len(runs)), of_drawn)


def interval_of_median(values: Sequence[float]) -> tuple[float, float]:
    """Return the interval of the median of what each run came to."""
    import numpy as np  # noqa: PLC0415

    return _bootstrapped(np.asarray(values), np.median)


def _coarse(times: Any) -> Any:
    import numpy as np  # noqa: PLC0415

    excess = np.frexp(np.maximum(times, 1).astype(float))[1] - _DIGITS
    shift = np.maximum(excess, 0)
    return (times >> shift) << shift


def _bootstrapped(sample: Any, statistic: Any) -> tuple[float, float]:
    import numpy as np  # noqa: PLC0415
    from scipy.stats import bootstrap  # noqa: PLC0415

    found = bootstrap(
        (sample,),
        statistic,
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        confidence_level=_ASKED,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return float(found.low), float(found.high)
