"""Whether each call of a sequence may be given its handles, after those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.call_terms import owning
from abidance.boundary.encode.handle_objections import objection
from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.encode.holdings import Holdings
from abidance.contract.expression import EvaluationError

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Case


def first_objection(boundary: Boundary, case: Case, *, states: bool = False) -> str | None:
    """Return why a call of a sequence may not be given its handles after those before it; None where all may.

    With `states`, one that may be any other, being borrowed or shared, is not given to calls that depend on its state.
    """
    holdings = Holdings(boundary)
    for index, step in enumerate(case.steps):
        try:
            function = owning(boundary, boundary.functions[step.function], step.arguments)
        except EvaluationError:
            return f"what becomes of what `{step.function}` is given is known only when others were made"
        given = holdings.given(function, step.arguments)
        refused = bool(step.rejects)
        why = objection(holdings, function, given, refused=refused)
        if why is not None:
            return why
        for path, held in given.items() if states else ():
            machine = boundary.handles[held.handle].machine
            if (
                held.may_be_another
                and machine is not None
                and machine.matters(function, path.partition("[")[0])
            ):
                return f"`{function.name}` is given a `{held.handle}` of which nobody knows the state"
        left = () if refused else left_by(function, step.arguments)
        holdings.make(function, index, given, left, refused=refused)
    return None


def is_lawful(boundary: Boundary, case: Case) -> bool:
    """Tell whether each call of a sequence may be given its handles after those before it."""
    return first_objection(boundary, case, states=True) is None
