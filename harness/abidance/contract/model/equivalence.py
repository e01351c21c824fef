"""`equivalence:`: which libraries answer alike, in what, and where they may differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, clause
from abidance.contract.language.kinds import NAME, PARAMETER_PATH, TEXT, choice
from abidance.contract.language.measures import FRACTION
from abidance.contract.language.shapes import ListOf, MapOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.language.clauses import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence(Clauses):
    """Which libraries answer alike, and in what.

    `except_` maps a function, or a function's parameter, field or result (``compress2.dest``,
    ``crc_table.result``), to the reason why libraries may differ there; or a handle, whose sequences are left out then.
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
    except_: Mapping[Name, str] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(PARAMETER_PATH, TEXT, words="a mapping from functions or `function.parameter` to reasons"),
            "Where libraries may differ, and why: a function, a `function.parameter`, a "
            "`function.result` or a handle.",
            key="except",
        ),
    )
