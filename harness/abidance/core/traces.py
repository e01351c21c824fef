"""The event of a trace: how a running program called a boundary, and what of that the contract forbids.

Times are in picoseconds, as in `core/costs.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.core.costs import Histogram
    from abidance.core.diagnostic import Diagnostic, Finding


@dataclass(frozen=True, slots=True)
class TracedSize:
    """How many bytes calls passed in one place, such as ``src`` or ``request.route``.

    `written` tells that it is room for what the library writes, not what the library reads.
    """

    place: str
    histogram: Histogram
    written: bool = False


@dataclass(frozen=True, slots=True)
class TracedStatus:
    """How often a result came back: a number, by its name in the header where it has one, or ``NULL``.

    `success` is None where nothing says what it means.
    """

    value: str
    count: int
    success: bool | None = None


@dataclass(frozen=True, slots=True)
class TracedGrowth:
    """Calls that passed from `low` to `high` bytes, and what they took on average."""

    low: int
    high: int
    calls: int
    mean: float


@dataclass(frozen=True, slots=True)
class TracedFunction:
    """The calls of one function from outside of its library.

    `time` is None where calls are counted only, and `untimed` says why. `returned` are those that came back while the
    program was watched. `overhead` is what recording a call took on average, None where it was not sampled. `promised`
    tells whether the contract says anything of the function.
    """

    name: str
    calls: int
    returned: int
    time: Histogram | None = None
    untimed: str = ""
    sizes: tuple[TracedSize, ...] = ()
    statuses: tuple[TracedStatus, ...] = ()
    growth: tuple[TracedGrowth, ...] = ()
    threads: int = 1
    refused: int = 0
    """Calls that `rejects` of the contract describe."""
    overhead: float | None = None
    promised: bool = True
    examples: tuple[str, ...] = ()
    """Calls that were sampled, as the contract writes examples."""


@dataclass(frozen=True, slots=True)
class Traced:
    """A program's calls of one library of a boundary.

    `seconds` are those that the program ran for, `processes` how many of its processes made calls. `overhead` is what
    a call that does nothing takes longer when it is recorded, measured on this machine beforehand. `lost` calls were
    made and not recorded. `findings` are what the contract forbids; `notes` decide nothing; `not_judged` says what of
    the contract nothing was judged by. `status` is the program's exit status, or minus the signal that ended it.
    """

    boundary: str
    contract: str
    library: str
    command: tuple[str, ...]
    seconds: float
    status: int
    processes: int
    overhead: float
    functions: tuple[TracedFunction, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    not_judged: tuple[str, ...] = ()
    lost: int = 0

    @property
    def calls(self) -> int:
        """Return how many calls were recorded."""
        return sum(function.calls for function in self.functions)

    @property
    def judged(self) -> bool:
        """Tell whether any call was looked at: one of a function that the contract promises something of."""
        return any(function.promised and not function.untimed for function in self.functions)

    @property
    def picoseconds(self) -> float:
        """Return what all calls took together, as far as they were timed."""
        return sum(
            bucket.count * (bucket.low + bucket.high) / 2
            for function in self.functions
            if function.time is not None
            for bucket in function.time.buckets()
        )
