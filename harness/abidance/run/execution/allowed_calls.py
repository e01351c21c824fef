"""Whether the contract of today allows the calls of a case, as Python reads it.

What C made of it is not relied on. Nor is what earlier runs kept: many a finding is mended by a contract that says more
of what callers may do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.preparation import prepares
from abidance.boundary.model.values import CallOn, Derived, Earlier, Mark, NewHandle
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.errors import HookError
from abidance.generate.drawing import Drawer
from abidance.generate.hints import Hints
from abidance.generate.python_strategies import asks_python
from abidance.generate.scope import FilterLog
from abidance.generate.source import Simplest, UnlawfulDrawError
from abidance.generate.strategies import simplest

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Case, Step, Values


def is_allowed(boundary: Boundary, case: Case, rejects: str = "") -> bool:
    """Tell whether a case has valid calls only, and such as the contract says to be refused.

    `rejects` is the clause that its one call is refused for; empty for a valid call.
    """
    called = [step.function for step in case.steps] or [case.function]
    if any(asks_python(boundary, boundary.functions[name]) for name in called):
        return False  # only the project's own Python tells
    if case.steps:
        return all(_is_allowed_step(boundary, step) for step in case.steps)
    return _is_allowed_call(boundary, case.function, case.arguments, rejects)


def _is_allowed_call(boundary: Boundary, name: str, arguments: Values, rejects: str = "") -> bool:
    """Tell whether a call may be given its arguments, and what makes handles for it those that it is given."""
    function = _as_called(boundary.functions[name], rejects)
    if function is None:
        return True
    try:
        simplest(boundary, function, arguments, FilterLog(), Hints.of(boundary, function))
    except (UnlawfulDrawError, EvaluationError, HookError, KeyError):
        return False
    made = [each for each in arguments.values() if isinstance(each, NewHandle)]
    makers = ((each.creator or boundary.handles[each.handle].create, each.arguments) for each in made)
    return all(_is_allowed_call(boundary, maker, given) for maker, given in makers)


def _is_allowed_step(boundary: Boundary, step: Step) -> bool:
    """Tell whether a call of a sequence may be given its arguments, as far as they are known before those before it."""
    function = _as_called(boundary.functions[step.function], step.rejects)
    if function is None or prepares(boundary, step):
        return True
    unknown = frozenset(spelling(name) for name, value in step.arguments.items() if not _is_known(value))
    known = {name: value for name, value in step.arguments.items() if spelling(name) not in unknown}
    scope = boundary.scope(members_seen(function.members, known))
    drawer = Drawer(boundary, Simplest(), FilterLog(), unseen=unknown)
    try:
        if not all(each.holds(scope) for each in function.requires if each.names <= scope.keys()):
            return False
        drawer.arguments(function, Hints.of(boundary, function), step.arguments, lawful=True)
    except UnlawfulDrawError:
        return False
    except (EvaluationError, HookError):
        return True
    return True


def _as_called(function: BoundaryFunction, rejects: str) -> BoundaryFunction | None:
    """Return a function as it is called where a clause says that it refuses; None where that is for one value."""
    refusal = function.refusal(rejects) if rejects else None
    if refusal is None:
        return None if rejects else function
    return function.as_refused(refusal) if refusal.condition is not None else None


def _is_known(value: object) -> bool:
    """Tell whether a value, and all in it, is known before any call is made."""
    if isinstance(value, dict):
        return all(map(_is_known, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_known, value))
    return not isinstance(value, CallOn | Derived | Earlier | Mark | NewHandle)
