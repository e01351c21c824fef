"""A function's `model`: what the project's own Python says that a call answers."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import single, writes
from abidance.boundary.model.types import HandleShape, NothingShape, RecordShape
from abidance.boundary.python_hooks.hooks import Hook, load_hook
from abidance.boundary.python_hooks.plain_values import PlainError, from_plain, to_plain
from abidance.contract.expression import spelling
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape

RESULT = "result"


@dataclass(frozen=True, slots=True)
class Modelled:
    """The answers of one call, as far as the model says them, by the names that answers have."""

    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Modeller:
    """The model of one function, ready to be asked. `takes` are the parameters that it is given."""

    boundary: Boundary
    function: BoundaryFunction
    hook: Hook
    takes: tuple[str, ...]

    @classmethod
    def of(cls, boundary: Boundary, function: BoundaryFunction) -> Modeller | None:
        """Return the model that the contract names, if it does; raises HookError when it cannot be asked."""
        model = function.promise.model if function.promise else None
        if model is None:
            return None
        hook = load_hook("model", model.function)
        return cls(boundary, function, hook, tuple(_asked(hook, function)))

    def ask(self, before: Mapping[str, object]) -> Modelled | None:
        """Return what it answers to the values before the call, None where it says nothing of it; raises HookError."""
        told = self.hook(**{name: to_plain(before[name]) for name in self.takes})
        if told is NotImplemented:
            return None
        return Modelled(_answers(self.boundary, self.function, self.hook, told))


def _asked(hook: Hook, function: BoundaryFunction) -> list[str]:
    """Return the parameters that the model takes, of those that the function has."""
    known = [spelling(member.name) for member in function.members]
    try:
        takes = inspect.signature(hook.function).parameters.values()
    except (TypeError, ValueError):
        return known
    if any(each.kind is each.VAR_KEYWORD for each in takes):
        return known
    named = [each for each in takes if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    for each in named:
        if each.name not in known and each.default is each.empty:
            hint = did_you_mean(each.name, known) or "a model takes parameters of the C function, by name"
            raise hook.wrong(f"takes `{each.name}`, which is no parameter of `{function.name}`", hint)
    if any(each.kind is each.POSITIONAL_ONLY and each.default is each.empty for each in takes):
        raise hook.wrong("has parameters that cannot be passed by name")
    return [each.name for each in named if each.name in known]


def _answers(boundary: Boundary, function: BoundaryFunction, hook: Hook, told: Any) -> dict[str, object]:
    result = function.result.shape
    shapes = {m.name: shape for m in function.members if (shape := _out(boundary, m.shape))}
    several = isinstance(told, Mapping) and (RESULT in told or not _is_record(result))
    if not several:
        if isinstance(result, NothingShape):
            hint = "return a mapping from out parameters to their values"
            raise hook.wrong(f"returned {told!r}, and `{function.name}` returns nothing", hint)
        told = {RESULT: told}
    if not isinstance(result, NothingShape):
        shapes[RESULT] = result
    found: dict[str, object] = {}
    for name, value in told.items():
        if name not in shapes:
            close = did_you_mean(str(name), shapes) or None
            raise hook.wrong(f"returns `{name}`, which is not an output of `{function.name}`", close)
        try:
            found[name] = from_plain(shapes[name], value, boundary.constants, name)
        except PlainError as error:
            raise hook.wrong(str(error)) from None
    if not found:
        raise hook.wrong("says nothing: the mapping that it returned is empty")
    return found


def _out(boundary: Boundary, shape: Shape) -> Shape | None:
    """Return the shape of what comes out through a parameter; None where nothing does."""
    if isinstance(shape, HandleShape):
        return boundary.handles[shape.handle].shown or (shape if shape.made else None)
    return shape if writes(shape) else None


def _is_record(shape: Shape) -> bool:
    return isinstance(single(shape), RecordShape)
