"""The difference of two sets of facts as typed changes. Whether one is harmful is for the rules to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi.diff.clauses import clauses
from abidance.abi.diff.constants import constants
from abidance.abi.diff.context import DiffContext
from abidance.abi.diff.enums import enums
from abidance.abi.diff.evidence import evidence
from abidance.abi.diff.functions import functions
from abidance.abi.diff.records import records
from abidance.abi.diff.symbols import symbols
from abidance.abi.diff.typedefs import typedefs
from abidance.abi.diff.variables import variables

if TYPE_CHECKING:
    from abidance.abi.change import Change
    from abidance.abi.diff.calls import RecordUses
    from abidance.abi.facts import Facts

_PARTS = (evidence, symbols, functions, variables, records, enums, typedefs, constants, clauses)


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
    return tuple(dict.fromkeys(change for part in _PARTS for change in part(context)))
