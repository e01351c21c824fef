"""`abidance check`: contract and header against each other. Nothing of the project is built or run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.join import join
from abidance.contract.load import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic


def check_contract(path: Path) -> tuple[Diagnostic, ...]:
    """Return what is wrong between a contract and its header.

    Raises UsageError for a contract or header that cannot be read, CannotJudgeError without a compiler.
    """
    boundary = join(load_contract(path))
    found = [d for function in boundary.functions.values() for d in (*function.mismatches, *function.refused)]
    return tuple(dict.fromkeys((*boundary.warnings, *found)))
