"""What the steps of a law have left that are compiled so far, as expressions see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.native.target.kept_steps import guarded
from abidance.native.target.looked_at_callbacks import placed, with_callbacks

if TYPE_CHECKING:
    from abidance.boundary.model.laws import BoundaryLaw, LawStep
    from abidance.native.expressions.values import CRecord, CValue
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.kept_callbacks import KeptCallbacks
    from abidance.native.target.kept_steps import KeptStep


@dataclass(slots=True)
class StepsLeft:
    """What one law is given, and its steps leave: in C, in variables whose names begin with `prefix`."""

    law: BoundaryLaw
    prefix: str
    drawer: ArgumentDrawer
    callbacks: KeptCallbacks
    kept: list[KeptStep] = field(default_factory=list)

    def variable(self, index: int) -> str:
        """Return what the variables of a step begin with."""
        return f"{self.prefix}_{index}"

    def known(self) -> dict[str, CValue]:
        """Return what the law is given, and what the steps leave that are compiled so far."""
        names: dict[str, CValue] = dict(self.drawer.environment())
        made = self.law.steps[: len(self.kept)]
        return names | {step.name: self.of(index) for index, step in enumerate(made) if step.name}

    def of(self, index: int) -> CRecord:
        """Return what a step left, as expressions see it."""
        lost = f"!{self.variable(index)}_times" if is_conditional(self.law.steps[index]) else ""
        fields = self.kept[index].seen()
        for parameter, callbacks in self.callbacks.seen(index).items():
            if not parameter:
                for path, callback in callbacks.items():
                    fields[path[0]] = placed(fields.get(path[0]), path[1:], callback)
                continue
            fields[parameter] = with_callbacks(fields[parameter], callbacks)
        return guarded(fields, lost)


def is_conditional(step: LawStep) -> bool:
    """Tell whether a step may not be made."""
    return step.when is not None or step.times is not None
