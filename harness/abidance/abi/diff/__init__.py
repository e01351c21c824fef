"""The difference of two sets of facts as typed changes. Whether one is harmful is for the rules to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.diff.context import DiffContext
from abidance.abi.diff.enums import enums
from abidance.abi.diff.evidence import evidence
from abidance.abi.diff.functions import functions
from abidance.abi.diff.records import records
from abidance.abi.diff.symbols import symbols
from abidance.abi.diff.typedefs import typedefs
from abidance.abi.diff.variables import variables
from abidance.abi.facts import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.abi.change import Change
    from abidance.abi.diff.calls import RecordUses
    from abidance.abi.facts import Facts

_PARTS = (evidence, symbols, functions, variables, records, enums, typedefs)


def diff(
    old: Facts,
    new: Facts,
    calls: tuple[RecordUses | None, RecordUses | None] = (None, None),
    *,
    shown: bool = True,
) -> tuple[Change, ...]:
    """Return the changes from `old` to `new`, in a fixed order. Equal facts differ by nothing.

    `calls` are those of both sides, where they are known. `shown` tells whether a header says what callers know.
    """
    if old == new:
        return ()
    context = DiffContext.of(old, new, calls, shown=shown)
    return tuple(
        dict.fromkeys(change for part in (*_PARTS, *_of_sources(context)) for change in part(context))
    )


def _of_sources(context: DiffContext) -> Iterator[Callable[[DiffContext], Iterator[Change]]]:
    """Yield the parts that compare what only headers and contracts tell; two libraries alone need not import them."""
    if context.both_know(Family.CONSTANTS):
        from abidance.abi.diff.constants import constants  # noqa: PLC0415 - as below

        yield constants
    if context.both_know(Family.CONTRACT):
        from abidance.abi.diff.clauses import clauses  # noqa: PLC0415 - reading conditions takes time

        yield clauses
