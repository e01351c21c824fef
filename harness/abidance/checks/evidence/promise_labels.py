"""Where a promise stands: the contract's line and the header's, of a function, of a parameter or of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along, fields_of, record_of, root_of, single
from abidance.boundary.model.types import RESULT_NAME, HandleShape
from abidance.checks.evidence.sequence_calls import interrupted_call
from abidance.contract.expression import declared as declared_name
from abidance.core.diagnostic import Label

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.checks.evidence.case_result import CaseResult


def function_labels(function: BoundaryFunction, promised: str = "", declared: str = "") -> tuple[Label, ...]:
    """Return the contract's line and the header's line for a whole function."""
    if function.promise is None:
        return (Label(function.declaration.span, promised or declared),)
    return (Label(function.promise.span, promised), Label(function.declaration.span, declared))


def member_labels(
    boundary: Boundary, function: BoundaryFunction, path: str, promised: str, declared: str = ""
) -> tuple[Label, ...]:
    """Return the contract's line and the header's line for a parameter or field."""
    member = member_at(boundary, function, path) if path else None
    if member is None:
        return function_labels(function, promised, declared)
    if member.span is None or member.span == member.declared:
        return (Label(member.declared, promised or declared),)
    return (Label(member.span, promised), Label(member.declared, declared))


def call_labels(trial: CaseResult, function: BoundaryFunction) -> tuple[Label, ...]:
    """Return the places of a whole call: the rejected or example line when there is one, and the header."""
    at = interrupted_call(trial)
    span = at.expectation.span
    if span is None or function is not at.function:
        return function_labels(function)
    return (Label(span, "this call"), Label(function.declaration.span))


def member_at(boundary: Boundary, function: BoundaryFunction, path: str) -> Member | None:
    """Return the parameter or field that a path names, of a result as well."""
    names, members = [part.partition("[")[0] for part in path.split(".")], function.members
    if names[0] == RESULT_NAME and len(names) > 1 and all(each.name != RESULT_NAME for each in members):
        names, members = names[1:], fields_of(function.result.shape)
    found = [*along(members, names, boundary.handles)]
    return found[-1] if len(found) == len(names) else None


def limit_of_its_type(trial: CaseResult, path: str) -> str | None:
    """Return a remedy where a type limits a number that came back, and a record of that type is passed as well."""
    boundary, function = trial.boundary, trial.function
    member = member_at(boundary, function, path) if "." in path else None
    types = boundary.contract.types.values()
    if member is None or member.span not in [each.span for of in types for each in of.fields.values()]:
        return None
    root, field = root_of(path), path.rpartition(".")[2]
    for each in function.members:
        record = record_of(single(each.shape))
        if record is None or each.name == root or member.span not in [of.span for of in record.members]:
            continue
        said = f"params: {{{each.name}: {{fields: {{{field}: ...}}}}}}"
        return f"what a type says holds of what comes back as well; of what is passed alone, `{said}` says it"
    return None


def shape_at(boundary: Boundary, function: BoundaryFunction, name: str) -> Shape | None:
    """Return the shape of ``result`` or of what a parameter holds or points at one of."""
    if name == "result":
        return function.result.shape
    member = member_at(boundary, function, declared_name(name))
    if member is None:
        return None
    if isinstance(member.shape, HandleShape):
        return boundary.handles[member.shape.handle].record or member.shape
    return single(member.shape)
