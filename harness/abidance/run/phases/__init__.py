"""The phases in the order in which they run. Adding one is one file and one line in `PHASES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.run.phases.phase import Phase

if TYPE_CHECKING:
    from abidance.contract.model import Contract, FunctionPromise


def may_overlap(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether calls of a function may be made on several threads at once. Callbacks are not given there yet."""
    if any(param.callback for param in promise.params.values()):
        return False
    if any(effect.text == "thread_safe" for effect in promise.effects):
        return True
    named = (param.handle.text for param in promise.params.values() if param.handle is not None)
    return any(contract.handles[name].concurrent for name in named)


PHASES: tuple[Phase, ...] = (
    Phase("header", calls=False),
    Phase("examples", calls=True, applies=lambda promise: bool(promise.examples)),
    Phase("properties", calls=True),
    Phase("rejects", calls=True, applies=lambda promise: bool(promise.rejects)),
    Phase("threads", calls=True, fits=may_overlap),
    Phase("lifecycle", calls=True, of=("handles",)),
    Phase("laws", calls=True, of=("laws",)),
    Phase("equivalence", calls=True, compares=True, of=("functions", "handles")),
)
BY_NAME = {phase.name: phase for phase in PHASES}
