"""The arguments of a call that is made right after another one, to tell something of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.boundary import FollowUpArgument
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.core.span import Span


def arguments_after(
    function: BoundaryFunction,
    teller: BoundaryFunction,
    written: Sequence[tuple[Name | None, Expression]],
    span: Span,
    constants: Mapping[str, int],
    problems: Problems,
) -> tuple[FollowUpArgument, ...] | None:
    """Return the arguments of `teller` in their order, each a parameter of `function`, its result or a constant.

    Complain, and return None, about those that are none of these, that are missing, or that it does not have.
    """
    members = {member.name: member for member in teller.members}
    given: dict[str, FollowUpArgument] = {}
    waiting = iter(teller.members)
    for name, expression in written:
        member = members.get(name.text) if name is not None else next(waiting, None)
        argument = _argument(function, teller, expression, constants, problems)
        if member is None:
            known: dict[str, Span | None] = {m.name: m.declared for m in teller.members}
            text, where = (name.text, name.span) if name is not None else (expression.text, expression.span)
            problems.unknown("parameter", text, where, known, f"`{teller.name}`")
            return None
        if argument is None:
            return None
        given[member.name] = argument
    missing = [name for name in members if name not in given]
    if missing:
        message = f"`{missing[0]}` of `{teller.name}` is not given"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(span), Label(teller.declaration.span))))
        return None
    return tuple(given[name] for name in members)


def _argument(
    function: BoundaryFunction,
    teller: BoundaryFunction,
    expression: Expression,
    constants: Mapping[str, int],
    problems: Problems,
) -> FollowUpArgument | None:
    if expression.sole_name == "result":
        return FollowUpArgument("result")
    if any(member.name == expression.sole_name for member in function.members):
        return FollowUpArgument(expression.sole_name)
    if expression.sole_name and expression.sole_name not in constants:
        known: dict[str, Span | None] = {m.name: m.declared for m in function.members}
        problems.unknown("parameter", expression.text, expression.span, known, f"`{function.name}`")
        return None
    if expression.names & {"result", *(spelling(member.name) for member in function.members)}:
        message = (
            f"`{expression.text}` is calculated, and `{teller.name}` is asked with parameters as they are"
        )
        remedy = "it is given parameters of this call, its `result` or constants"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),), help=remedy))
        return None
    value = problems.constant(expression, constants)
    return None if value is None else FollowUpArgument(constant=int(value))
