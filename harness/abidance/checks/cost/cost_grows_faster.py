"""ABD386: the cost of a call grows faster than the contract says."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.costs import cost_labels
from abidance.checks.evidence.evidence import Evidence
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.checks.evidence.case_result import CaseResult

RATES: dict[str, Callable[[int], float]] = {
    "1": lambda _: 1.0,
    "log n": math.log2,
    "n": float,
    "n log n": lambda n: n * math.log2(n),
    "n^2": lambda n: float(n) ** 2,
}
DOUBLINGS = 3
"""So many times in a row must the cost outgrow what is allowed: a threshold of the algorithm is passed once."""
EACH, ALL = 1.3, 3.0
"""How much faster, at each doubling and over all of them."""


class CostGrowsFaster(Check):
    """Flags a function whose cost grows faster with one of its parameters than `scaling` allows.

    ## Why it matters
    Quadratic code is fast on the ten elements of a test, and stops a service on the hundred thousand of a
    customer.

    ## Example
        cost: {scaling: {over: n, at_most: n log n}}        # each element is compared with all before it

    ## How it is detected
    Instructions are counted for calls with the parameter at doubling sizes, everything else equal. Three
    successive doublings must each exceed the limit by three tenths, and together by a factor of three.

    ## Not detected
    Close orders: `n` and `n log n` are not distinguished, nor are `1` and `log n`. Growth that begins beyond
    the sizes that can be counted, sixty thousand instructions; work inside one instruction, such as `rep
    movsb`; inputs that are worse than those generated.
    """

    id = "ABD386"
    name = "cost-grows-faster"
    only_with = Evidence.COSTS

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic."""
        growth = trial.costs.growth if trial.costs else None
        if growth is None or not outgrows(growth.counts, RATES[growth.at_most]):
            return
        function = trial.function
        (less, fewer), (size, count) = growth.counts[-2:]
        allowed = RATES[growth.at_most](size) / RATES[growth.at_most](less)
        measured = ", ".join(f"{count:,} at {size:,}" for size, count in growth.counts)
        yield Diagnostic(
            self.code,
            f"`{function.name}` executes {count / fewer:.1f} times as many instructions when `{growth.over}` doubles, "
            f"where `{growth.at_most}` allows {allowed:.1f} times",
            cost_labels(trial, "scaling"),
            notes=(f"instructions by `{growth.over}`: {measured}",),
            place=f"{function.name}:scaling",
        )


def outgrows(counts: Sequence[tuple[int, int]], rate: Callable[[int], float]) -> bool:
    """Tell whether counts at sizes that double grow faster than a rate, at each of the last doublings."""
    if len(counts) <= DOUBLINGS:
        return False
    shares = [count / rate(size) for size, count in counts[-DOUBLINGS - 1 :]]
    return all(b > EACH * a for a, b in pairwise(shares)) and shares[-1] > ALL * shares[0]
