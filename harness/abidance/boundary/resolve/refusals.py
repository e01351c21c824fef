"""`to:` of a rejected call: the state that it leads a handle to, joined with what that handle may be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.resolve.problems import Problems
    from abidance.core.span import Span


def check_refusals(
    functions: Iterable[BoundaryFunction], handles: Mapping[str, HandleLife], problems: Problems
) -> None:
    """Complain about refused calls that lead to a state which no handle has that they are given, or several have."""
    for function in functions:
        shapes = (member.shape for member in function.members)
        given = [each.handle for each in shapes if isinstance(each, HandleShape) and not each.made]
        machines = [handles[each].machine for each in given if each in handles]
        for said in function.promise.rejects if function.promise is not None else ():
            if said.to is None:
                continue
            led = [each for each in machines if each is not None and each.called(said.to.text)]
            if not led:
                known: dict[str, Span | None] = dict.fromkeys(
                    name for each in machines if each is not None for name in each.named
                )
                where = "the states of what the call is given"
                problems.unknown("state", said.to.text, said.to.span, known, where)
            elif len(led) > 1:
                message = f"`{function.name}` is given several handles that may be in the state `{said.to}`"
                labels = (Label(said.to.span), Label(function.declaration.span))
                problems.add(Diagnostic(WRONG_VALUE, message, labels))
