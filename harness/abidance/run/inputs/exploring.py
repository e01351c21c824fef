"""How long each function and handle is explored: as the command line says, or the contract, or else for two seconds."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from abidance.contract.model.laws import Law
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from abidance.contract.model import Contract, FunctionPromise
    from abidance.contract.model.types import HandlePromise

SECONDS = 2.0
"""Of processor time, for each function or handle of each library."""
VARIABLE = "ABIDANCE_EXPLORE"
A_SECOND = 100_000
"""For each second that is given, a search goes on over so many executions in a row that meet nothing new: where that
ends it, it is the same each time."""


def seconds_for(
    contract: Contract, promise: FunctionPromise | HandlePromise | Law, chosen: float | None
) -> float:
    """Return for how many seconds a function or handle is explored, 0 where it is not; raises UsageError.

    `chosen` is what the command line or the settings say.
    """
    if chosen is not None:
        return chosen
    clause = (None if isinstance(promise, Law) else promise.explore) or contract.explore
    return clause.seconds if clause is not None else _default()


SEQUENCES = 4
"""So many times as long a search of a handle goes on: a state lies behind several calls, and few meet anything new."""


def patience_for(seconds: float, *, sequences: bool = False) -> int:
    """Return after how many executions in a row that meet nothing new a search is over."""
    return max(1, round(seconds * A_SECOND) * (SEQUENCES if sequences else 1))


def _default() -> float:
    text = os.environ.get(VARIABLE, "")
    if not text:
        return SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`{VARIABLE}` is `{text}`, and no number of seconds"))
    return seconds
