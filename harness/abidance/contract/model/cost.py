"""`cost:`: what a call may cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, clause
from abidance.contract.language.kinds import (
    CONTENTS,
    COUNTED,
    FUNCTION_NAME,
    MOST,
    NAME,
    PARAMETER_NAME,
    TRUE,
    Whole,
    choice,
)
from abidance.contract.language.measures import DURATION, FACTOR, PERCENT, RATE
from abidance.contract.language.rules import AtLeastOne, AtMostOne, Needs
from abidance.contract.language.shapes import ListOf, RecordOf, Shorthand
from abidance.plan.layout import MOST_LANES

if TYPE_CHECKING:
    from abidance.contract.language.clauses import Name
    from abidance.contract.language.measures import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput(Clauses):
    """Calls per second."""

    title: ClassVar[str] = "Calls per second."

    rate: Measure = field(metadata=clause(RATE, "The lowest acceptable rate.", required=True))
    threads: int = field(
        default=1, metadata=clause(COUNTED, "The number of threads that call at the same time.")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions(Clauses):
    """Instructions per call."""

    title: ClassVar[str] = (
        "Instructions per call: an upper limit, or a comparison with the accepted baseline."
    )
    rules = (AtMostOne(("at_most", "accepted")), Needs("tolerance", ("accepted",)))

    at_most: int | None = field(default=None, metadata=clause(COUNTED, "The most instructions."))
    accepted: bool | None = field(default=None, metadata=clause(TRUE, "Compare with the accepted counts."))
    tolerance: Measure | None = field(
        default=None,
        metadata=clause(PERCENT, "The allowed increase over the accepted count; none by default."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling(Clauses):
    """How cost grows."""

    title: ClassVar[str] = "How the cost of a call grows with its input."

    over: Name = field(metadata=clause(PARAMETER_NAME, "The parameter that grows.", required=True))
    at_most: str = field(
        metadata=clause(
            choice("1", "log n", "n", "n log n", "n^2"), "The steepest growth allowed.", required=True
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Clauses):
    """One library against another one of the boundary."""

    title: ClassVar[str] = "What calls may cost relative to another library of the boundary."
    rules = (
        AtLeastOne(("factor", "instructions")),
        Needs("absolute", ("factor",)),
        Needs("sizes", ("over",)),
        Needs("over", ("sizes",)),
        Needs("contents", ("sizes",)),
    )

    library: Name = field(metadata=clause(NAME, "The other library.", required=True))
    factor: float | None = field(
        default=None, metadata=clause(FACTOR, "The largest allowed ratio to the other library's time.")
    )
    instructions: float | None = field(
        default=None,
        metadata=clause(
            FACTOR, "The largest allowed ratio to the instructions that the other library executes."
        ),
    )
    absolute: Measure | None = field(
        default=None,
        metadata=clause(DURATION, "Differences in time of up to this do not count; `10ns` by default."),
    )
    over: Name | None = field(
        default=None,
        metadata=clause(PARAMETER_NAME, "The parameter whose sizes are given: a length, a number, or data."),
    )
    sizes: tuple[int, ...] = field(
        default=(),
        metadata=clause(
            ListOf(MOST, least=1, words="a list of sizes"),
            "The sizes at which the libraries are compared, instead of in the slowest calls.",
        ),
    )
    contents: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(CONTENTS, least=1, words="a list of kinds of contents"),
            "What data of these sizes holds: `zeros`, `random` and `text`, by default, or what a Python function makes "
            "of a size.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contention(Clauses):
    """Budgets of a call that others do not make room for."""

    title: ClassVar[str] = "What a call may cost while other threads call."
    rules = (AtMostOne(("others", "keeps")), Needs("count", ("p50", "p99", "p99_9", "keeps")))

    count: int = field(
        metadata=clause(
            Whole(2, MOST_LANES, words=f"a number of threads from 2 to {MOST_LANES}"),
            "The number of threads that call at the same time.",
            required=True,
        )
    )
    others: Name | None = field(
        default=None,
        metadata=clause(
            FUNCTION_NAME, "The function that every other thread calls; by default the same one."
        ),
    )
    p50: Measure | None = field(default=None, metadata=clause(DURATION, "The median time of a call."))
    p99: Measure | None = field(
        default=None, metadata=clause(DURATION, "The 99th percentile of a call's time.")
    )
    p99_9: Measure | None = field(
        default=None, metadata=clause(DURATION, "The 99.9th percentile of a call's time.")
    )
    keeps: Measure | None = field(
        default=None,
        metadata=clause(
            PERCENT, "The share of one thread's rate that all threads together must manage at least."
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Clauses):
    """Budgets of one call."""

    title: ClassVar[str] = "What a call may cost."

    p50: Measure | None = field(default=None, metadata=clause(DURATION, "The median time of a call."))
    p99: Measure | None = field(
        default=None, metadata=clause(DURATION, "The 99th percentile of a call's time.")
    )
    p99_9: Measure | None = field(
        default=None, metadata=clause(DURATION, "The 99.9th percentile of a call's time.")
    )
    throughput: Throughput | None = field(
        default=None,
        metadata=clause(
            Shorthand(Throughput, "rate", RATE, words="a rate such as `5M/s`, or a mapping"),
            "Calls per second, on one thread or on several.",
        ),
    )
    threads: Contention | None = field(
        default=None, metadata=clause(RecordOf(Contention), "What a call may cost while other threads call.")
    )
    instructions: Instructions | None = field(
        default=None,
        metadata=clause(
            Shorthand(Instructions, "at_most", COUNTED, words="a whole number, or a mapping"),
            "Instructions per call.",
        ),
    )
    allocations: int | None = field(
        default=None, metadata=clause(COUNTED, "The most heap allocations per call.")
    )
    bytes_allocated: int | None = field(
        default=None, metadata=clause(COUNTED, "The most bytes of heap memory allocated per call.")
    )
    scaling: Scaling | None = field(
        default=None, metadata=clause(RecordOf(Scaling), "How the cost grows with the input.")
    )
    no_worse_than: Comparison | None = field(
        default=None, metadata=clause(RecordOf(Comparison), "What it may cost relative to another library.")
    )
