"""What a phase is: where it applies, which the contract alone tells, and who judges its items."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.contract.language.clauses import Named
    from abidance.contract.model import Contract
    from abidance.run.context import Context, Verdict


@dataclass(frozen=True, slots=True)
class Phase:
    """One way of putting promises to the test.

    `of` is the section of the contract with what its items are about: functions, handles or laws. `calls` is
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
    of: str = "functions"

    def subjects(self, contract: Contract) -> Mapping[str, Named]:
        """Return what its items may be about, by name."""
        found: Mapping[str, Named] = getattr(contract, self.of)
        return found

    def judge(self, context: Context) -> Verdict:
        """Judge one item; raises AbidanceError when that cannot be done."""
        judge: Callable[[Context], Verdict] = import_module(f"abidance.run.phases.{self.name}").judge
        return judge(context)
