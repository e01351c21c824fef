"""What a handle is destroyed with: the handle, numbers that its creators were given, and constants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, OpaqueShape, ScalarShape
from abidance.contract.language.clauses import FreeingCall
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import HandlePromise
    from abidance.core.span import Span


def destroyed_with(
    name: str,
    promise: HandlePromise,
    creates: list[BoundaryFunction],
    functions: dict[str, BoundaryFunction],
    shaper: Shaper,
    problems: Problems,
) -> dict[str, str]:
    """Return by parameters of what destroys a handle those of its creators that tell what is given there.

    A parameter that is a constant is one in all calls of that function. Complain about what is none of these.
    """
    written = promise.destroy
    destroy = functions.get(written.text) if written is not None else None
    if not isinstance(written, FreeingCall) or destroy is None:
        return {}
    found: dict[str, str] = {}
    members = {member.name: member for member in destroy.members}
    given: dict[str, str] = {}
    waiting = iter(destroy.members)
    for key, expression in written.arguments:
        member = members.get(key.text) if key is not None else next(waiting, None)
        if member is None:
            known: dict[str, Span | None] = {m.name: m.declared for m in destroy.members}
            text, span = (key.text, key.span) if key is not None else (expression.text, expression.span)
            problems.unknown("parameter", text, span, known, f"`{destroy.name}`")
            return {}
        given[member.name] = expression.text
        where, message, shape = f"`{member.name}` of `{destroy.name}`", "", member.shape
        if expression.sole_name == name:
            if not (isinstance(shape, HandleShape) and shape.handle == name):
                message = f"{where} is no `{name}`"
        elif expression.is_null and isinstance(shape, OpaqueShape) and shape.nullable is True:
            continue  # it is NULL in every call
        elif not isinstance(shape, ScalarShape) or shape.kind == "float":
            message = f"{where} is no whole number, and `{expression.text}` cannot be given there"
        elif expression.sole_name and expression.sole_name not in shaper.layouts.constants:
            message = not_given(expression.sole_name, creates)
            found[member.name] = expression.sole_name
        elif (value := problems.constant(expression, shaper.layouts.constants)) is not None:
            only = replace(shape, lowest=int(value), highest=int(value), members=(), flags=())
            fixed = tuple(
                replace(m, shape=only) if m is members[m.name] and m.name == member.name else m
                for m in destroy.members
            )
            destroy = functions[destroy.name] = replace(destroy, members=fixed)
        if message:
            labels = (Label(expression.span), Label(destroy.declaration.span))
            remedy = f"it is given `{name}`, and besides numbers that `create` was given, or constants"
            if expression.is_null:
                remedy = f"NULL stands where nothing else may: say `{member.name}: {{nullable: true}}`, and no more"
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
            return {}
    missing = [each for each in members if each not in given]
    if missing:
        message = f"`{missing[0]}` of `{destroy.name}` is not given"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(written.span), Label(destroy.declaration.span))))
    if not any(expression.sole_name == name for _, expression in written.arguments):
        message = f"`{destroy.name}` is not given the `{name}` that it destroys"
        remedy = f"the handle stands there by its name, `{destroy.name}({name}, ...)`"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(written.span),), help=remedy))
    return found


def not_given(wanted: str, creates: list[BoundaryFunction]) -> str:
    """Return why a function cannot be given what creators of a handle were; empty where it can."""
    for create in creates:
        member = next((m for m in create.members if m.name == wanted), None)
        if member is None:
            return f"`{create.name}`, which creates one, has no parameter `{wanted}`"
        if not isinstance(member.shape, ScalarShape) or member.shape.kind == "float":
            return f"`{wanted}` of `{create.name}` is no whole number that it is given"
    return ""
