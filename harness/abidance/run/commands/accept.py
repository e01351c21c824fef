"""Counting the instructions that are to be accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.core.catalogue import NOT_MEASURED, NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError, NothingCollectedError
from abidance.plan.call_order import FEWEST_STEPS
from abidance.run.cost.execution import CostExecution
from abidance.run.cost.measuring import MOST_STEPS
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.accepted_costs import Accepted, accepted_calls, digest, is_accepted
from abidance.run.inputs.selection import Selection

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.model import Contract
    from abidance.run.inputs.settings import Settings


def counted(path: Path, settings: Settings) -> tuple[Accepted, Accepted]:
    """Return what was accepted for a contract, and what its libraries' builds execute now.

    Raises NothingCollectedError where the contract accepts nothing, CannotJudgeError where a call cannot be counted.
    """
    contract = load_contract(path)
    before = Accepted.of(contract)
    functions = tuple(name for name, promise in contract.functions.items() if is_accepted(promise.cost))
    items = list_items(contract, Selection(functions=functions, phases=("cost",)), settings.builds)
    found: dict[str, dict[str, dict[str, tuple[str, int]]]] = {}
    with Session(settings) as session:
        boundary = session.boundary(contract)
        for item in items if functions else ():
            session.prepare(contract, item)
            execution = session.sources.runner(boundary, item.id, settings).execution
            assert isinstance(execution, CostExecution)
            calls = _calls(boundary, boundary.functions[item.id.function], execution)
            found.setdefault(item.id.function, {})[f"{item.id.library} {item.id.build}"] = calls
    if not found:
        raise _nothing(contract)
    return before, replace(before, calls=found)


def _calls(
    boundary: Boundary, function: BoundaryFunction, execution: CostExecution
) -> dict[str, tuple[str, int]]:
    found = {}
    for name, case in accepted_calls(boundary, function):
        count = execution.least(case, MOST_STEPS) if execution.comes_back(case) else 0
        if not 0 < count < FEWEST_STEPS << MOST_STEPS:
            raise CannotJudgeError(
                Diagnostic(
                    NOT_MEASURED,
                    f"instructions of `{function.name}` cannot be counted: {name}",
                    (Label(function.span), Label(function.declaration.span)),
                )
            )
        found[name] = (digest(case), count)
    return found


def _nothing(contract: Contract) -> NothingCollectedError:
    return NothingCollectedError(
        Diagnostic(
            NOTHING_SELECTED,
            f"`{contract.boundary}` has no costs to accept",
            (Label(contract.key_span("boundary")),),
            help="a function says `cost: {instructions: {accepted: true}}`, and a library has a `release` build; "
            "the baseline of its ABI is accepted by `abidance abi accept`",
        )
    )
