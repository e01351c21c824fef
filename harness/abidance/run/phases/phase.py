"""What a phase is: where it applies, which the contract alone tells, and who judges its items."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.contract.model import Contract, FunctionPromise
    from abidance.run.context import Context, Verdict


@dataclass(frozen=True, slots=True)
class Phase:
    """One way of putting a function's promises to the test.

    `calls` is true when the phase calls the library, so that there is one item for each library and build;
    with `compares` there is one for each two that are compared.
    The module of the phase's name is imported only to judge: listing items must not import Hypothesis.
    """

    name: str
    calls: bool
    applies: Callable[[FunctionPromise], bool]
    compares: bool = False
    fits: Callable[[Contract, FunctionPromise], bool] = lambda *_: True
    """What else must hold, where the function's own promise does not tell."""

    def judge(self, context: Context) -> Verdict:
        """Judge one item; raises AbidanceError when that cannot be done."""
        judge: Callable[[Context], Verdict] = import_module(f"abidance.run.phases.{self.name}").judge
        return judge(context)
