"""`cost:`: what a call may cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, clause
from abidance.contract.language.kinds import COUNTED, NAME, PARAMETER_NAME, TRUE, choice
from abidance.contract.language.measures import DURATION, FACTOR, PERCENT, RATE
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import RecordOf, Shorthand

if TYPE_CHECKING:
    from abidance.contract.language.clauses import Name
    from abidance.contract.language.measures import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput(Clauses):
    """Calls a second."""

    title: ClassVar[str] = "Calls a second."

    rate: Measure = field(metadata=clause(RATE, "The least rate.", required=True))
    threads: int = field(default=1, metadata=clause(COUNTED, "How many threads call at once."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions(Clauses):
    """Instructions a call."""

    title: ClassVar[str] = "Instructions a call: at most so many, or near the accepted baseline."
    rules = (AtMostOne(("at_most", "accepted")), Needs("tolerance", ("accepted",)))

    at_most: int | None = field(default=None, metadata=clause(COUNTED, "The most instructions."))
    accepted: bool | None = field(default=None, metadata=clause(TRUE, "What was accepted is the measure."))
    tolerance: Measure | None = field(
        default=None, metadata=clause(PERCENT, "How far above it is fine; not at all by default.")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling(Clauses):
    """How cost grows."""

    title: ClassVar[str] = "How the cost of a call grows."

    over: Name = field(metadata=clause(PARAMETER_NAME, "The parameter that grows.", required=True))
    at_most: str = field(
        metadata=clause(choice("1", "log n", "n", "n log n", "n^2"), "The steepest growth.", required=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Clauses):
    """One library against another one of the boundary."""

    title: ClassVar[str] = "This library against another one of the boundary."

    library: Name = field(metadata=clause(NAME, "The other library.", required=True))
    factor: float = field(metadata=clause(FACTOR, "How many times the other's time is fine.", required=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Clauses):
    """Budgets of one call."""

    title: ClassVar[str] = "What a call may cost."

    p50: Measure | None = field(
        default=None, metadata=clause(DURATION, "The time that half of the calls keep.")
    )
    p99: Measure | None = field(
        default=None, metadata=clause(DURATION, "The time that 99 of 100 calls keep.")
    )
    p99_9: Measure | None = field(
        default=None, metadata=clause(DURATION, "The time that 999 of 1000 calls keep.")
    )
    throughput: Throughput | None = field(
        default=None,
        metadata=clause(
            Shorthand(Throughput, "rate", RATE, words="a rate such as `5M/s`, or a mapping"),
            "Calls a second, on one thread or on several.",
        ),
    )
    instructions: Instructions | None = field(
        default=None,
        metadata=clause(
            Shorthand(Instructions, "at_most", COUNTED, words="a whole number, or a mapping"),
            "Instructions a call.",
        ),
    )
    allocations: int | None = field(
        default=None, metadata=clause(COUNTED, "Blocks of heap memory that a call may ask for.")
    )
    bytes_allocated: int | None = field(
        default=None, metadata=clause(COUNTED, "Bytes of heap memory that it may ask for.")
    )
    scaling: Scaling | None = field(default=None, metadata=clause(RecordOf(Scaling), "How the cost grows."))
    no_worse_than: Comparison | None = field(
        default=None, metadata=clause(RecordOf(Comparison), "Another library to compare with.")
    )
