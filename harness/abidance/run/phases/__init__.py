"""The phases in the order in which they run. Adding one is one file and one line in `PHASES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.run.phases.phase import Phase

if TYPE_CHECKING:
    from abidance.contract.model import Contract, FunctionPromise


def may_overlap(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether calls of a function may be made on several threads at once, and again and again."""
    if takes_over(contract, promise):
        return False
    if any(effect.text == "thread_safe" for effect in promise.effects):
        return True
    named = (param.handle.text for param in promise.params.values() if param.handle is not None)
    return any(contract.handles[name].concurrent for name in named)


def may_reenter(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether a function may be called while it runs, and calls back so that it can be."""
    if takes_over(contract, promise):
        return False
    return any(effect.text == "reentrant" for effect in promise.effects) and _calls_back(contract, promise)


def takes_over(contract: Contract, promise: FunctionPromise) -> bool:
    """Tell whether memory that a function is given is its own afterwards: it cannot be given again."""
    for param in promise.params.values():
        pointed = contract.types.get(param.points_at.text) if param.points_at else None
        fields = pointed.fields.values() if pointed else ()
        if any(place.owner == "callee" for place in (param, *fields)):
            return True
    return False


def _calls_back(contract: Contract, promise: FunctionPromise, *, deep: bool = True) -> bool:
    """Tell whether a function is given a callback, alone or in a record, or uses a handle that was."""
    for param in promise.params.values():
        pointed = contract.types.get(param.points_at.text) if param.points_at else None
        if param.callback or (pointed and any(field.callback for field in pointed.fields.values())):
            return True
    makers = (maker.text for handle in contract.handles.values() for maker in handle.creates)
    made = (contract.functions.get(name) for name in makers) if deep else ()
    return any(each is not None and _calls_back(contract, each, deep=False) for each in made)


PHASES: tuple[Phase, ...] = (
    Phase("header", calls=False),
    Phase("examples", calls=True, applies=lambda promise: bool(promise.examples)),
    Phase("properties", calls=True),
    Phase("rejects", calls=True, applies=lambda promise: bool(promise.rejects)),
    Phase("threads", calls=True, fits=may_overlap),
    Phase("reentry", calls=True, fits=may_reenter),
    Phase("lifecycle", calls=True, of=("handles",)),
    Phase("laws", calls=True, of=("laws",)),
    Phase("equivalence", calls=True, compares=True, of=("functions", "handles")),
)
BY_NAME = {phase.name: phase for phase in PHASES}
