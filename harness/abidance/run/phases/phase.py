"""What a phase is: where it applies, which the contract alone tells, and who judges its items."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.contract.model import Contract
    from abidance.run.execution.context import Context, ItemVerdict


@dataclass(frozen=True, slots=True)
class Phase:
    """One way of putting promises to the test.

    `of` are the sections of the contract with what its items are about: functions, handles or laws. `calls` is
    true when the phase calls the library, so that there is one item for each library and build; with
    `compares` there is one for each two that are compared.
    The module of the phase's name is imported only to judge: listing items must not import Hypothesis.
    """

    name: str
    calls: bool
    applies: Callable[[Any], bool] = lambda _: True
    compares: bool = False
    fits: Callable[[Contract, Any], bool] = lambda *_: True
    """What else must hold, where the promise itself does not tell."""
    on: Callable[[Any, str, str], bool] = lambda *_: True
    """Whether there is anything to judge of a promise on a library and a build."""
    of: tuple[str, ...] = ("functions",)

    def section(self, contract: Contract, name: str) -> str:
        """Return the section that has what an item is about; a type never has the name of a function."""
        return next((section for section in self.of if name in getattr(contract, section)), self.of[0])

    def judge(self, context: Context) -> ItemVerdict:
        """Judge one item; raises AbidanceError when that cannot be done."""
        judge: Callable[[Context], ItemVerdict] = import_module(f"abidance.run.phases.{self.name}").judge
        return judge(context)
