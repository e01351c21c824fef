"""`equivalence:`: which libraries answer alike, in what, and where they are known to differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.formulas import AFTER
from abidance.contract.language.kinds import LIKE, NAME, PARAMETER_PATH, TEXT, TRUE, Whole, choice
from abidance.contract.language.measures import FRACTION, Factor
from abidance.contract.language.rules import AtMostOne
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.expression import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDifference(Clauses):
    """A difference that is known: when, who is wrong, and why."""

    title: ClassVar[str] = "A difference between libraries that is known."

    why: str = field(metadata=clause(TEXT, "What differs, and why it may or has to.", required=True))
    when: Expression | None = field(
        default=None,
        metadata=clause(
            AFTER,
            "In which calls: a condition on parameters and `result`, with the values of the first library that "
            "returned. In all of them by default.",
        ),
    )
    verdict: Name | None = field(
        default=None,
        metadata=clause(
            NAME, "The library that is wrong, or `allowed`, by default: the documentation permits both."
        ),
    )
    see: str | None = field(
        default=None, metadata=clause(TEXT, "What decides it: a section of the documentation, or a report.")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike(Clauses):
    """What counts as the same at one place."""

    title: ClassVar[str] = "What counts as the same at one place."
    rules = (
        AtMostOne(("absolute", "unordered")),
        AtMostOne(("relative", "unordered")),
        AtMostOne(("ulps", "unordered")),
        *(AtMostOne(("like", each)) for each in ("absolute", "relative", "ulps")),
    )

    absolute: float | None = field(
        default=None, metadata=clause(Factor(), "Numbers that are at most this far apart are the same.")
    )
    relative: float | None = field(
        default=None,
        metadata=clause(FRACTION, "Numbers that differ by at most this part of the larger one are the same."),
    )
    ulps: int | None = field(
        default=None,
        metadata=clause(
            Whole(1, 1 << 32, words="a number of units in the last place"),
            "Floating-point numbers with at most so many steps between them are the same.",
        ),
    )
    unordered: Literal[True] | None = field(
        default=None,
        metadata=clause(TRUE, "The order of the elements has no meaning, only how often each is there."),
    )
    failures: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "Of a result: what tells of a failure is the same as any other that does, and as no success.",
        ),
    )
    anywhere: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "Of a pointer that comes back: whether it leads into memory that the call was given, and where, has no "
            "meaning, only what is there.",
        ),
    )
    like: Name | None = field(
        default=None,
        metadata=clause(LIKE, "Texts that both match the expression, the whole of each, are the same."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence(Clauses):
    """Which libraries answer alike, and in what.

    `alike` and `except_` map a function, or a function's parameter, field or result (``compress2.dest``,
    ``crc_table.result``), to what counts as the same there, and to how libraries may differ there; `except_` also a
    handle, whose sequences are left out then.
    """

    title: ClassVar[str] = (
        "Which libraries must give the same results, and what is compared; by default all "
        "libraries and everything."
    )

    libraries: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(NAME, words="a list of libraries"),
            "The libraries to compare, each with the first; all of them by default.",
        ),
    )
    compare: str = field(
        default="all",
        metadata=clause(
            choice("all", "results", "none"),
            "`all`: results, out parameters, and `errno` where the contract says `set_on_failure`.",
        ),
    )
    tolerance: float | None = field(
        default=None,
        metadata=clause(FRACTION, "The relative tolerance for floating-point results."),
    )
    alike: Mapping[Name, Alike] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(PARAMETER_PATH, RecordOf(Alike), words="a mapping from functions or `function.parameter`"),
            "What counts as the same at a place: a function, a `function.parameter` or a `function.result`.",
        ),
    )
    allocators: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "Calls of allocators that are passed as callbacks are compared as well: how often, how much.",
        ),
    )
    except_: Mapping[Name, tuple[KnownDifference, ...]] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(
                PARAMETER_PATH,
                ListOf(Shorthand(KnownDifference, "why", TEXT, words="a reason, or a mapping"), single=True),
                words="a mapping from functions or `function.parameter` to reasons",
            ),
            "Where libraries may differ, by function, `function.parameter`, `function.result` or handle: a reason, or "
            "[known differences](#known-differences).",
            key="except",
        ),
    )
