"""The phases in the order in which they run. Adding one is one file and one line in `PHASES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.run.phases.phase import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.contract.model import Contract, FieldPromise, FunctionPromise, Param


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
    return any(place.owner == "callee" for place in _places(contract, promise))


def _places(contract: Contract, promise: FunctionPromise) -> Iterator[Param | FieldPromise]:
    """Yield the parameters, and the fields of records that they point at."""
    for param in promise.params.values():
        yield param
        pointed = contract.types.get(param.points_at.text) if param.points_at else None
        yield from pointed.fields.values() if pointed else ()


def _calls_back(contract: Contract, promise: FunctionPromise, *, deep: bool = True) -> bool:
    """Tell whether a function is given a callback, alone or in a record, or uses a handle that was."""
    if any(place.callback for place in _places(contract, promise)):
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
