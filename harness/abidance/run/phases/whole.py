"""Phases that judge a boundary as a whole: one item for each contract that asks for them.

Adding one is one file, with ``judge(contract)``, and one line in `WHOLE_PHASES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.contract.model import Contract
    from abidance.run.execution.context import ItemVerdict


@dataclass(frozen=True, slots=True)
class WholePhase:
    """A phase of a contract; `clause` is the one that asks for it, and where its item stands."""

    name: str
    clause: str

    def judge(self, contract: Contract) -> ItemVerdict:
        """Judge the boundary; raises AbidanceError when that cannot be done."""
        judge: Callable[[Contract], ItemVerdict] = import_module(f"abidance.run.phases.{self.name}").judge
        return judge(contract)


WHOLE_PHASES: dict[str, WholePhase] = {phase.name: phase for phase in (WholePhase("abi", "abi"),)}
