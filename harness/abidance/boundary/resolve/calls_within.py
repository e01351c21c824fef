"""Calls that callbacks may make themselves, `may_call`: with the handle that they have, and whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.left_by import is_whole
from abidance.boundary.model.traversal import walk
from abidance.boundary.model.types import HandleShape
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.callback_script import MOST_GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.model import Contract
    from abidance.core.span import Span


def check_calls_within(
    contract: Contract, functions: Mapping[str, BoundaryFunction], problems: Problems
) -> None:
    """Complain about functions that a callback cannot call: they take its handle and whole numbers."""
    for function in functions.values():
        for shape in (each for member in function.members for each in walk(member.shape)):
            if not isinstance(shape, CallbackShape) or not shape.may_call or shape.span is None:
                continue
            handle = shape.on
            for name in shape.may_call:
                called = functions.get(name)
                if called is None:
                    known: dict[str, Span | None] = {
                        n: each.span for n, each in functions.items() if n in contract.functions
                    }
                    problems.unknown("function", name, shape.span, known, "`functions`")
                elif called.asked_before:
                    condition = called.asked_before[0].expression
                    words = f"a callback cannot call `{name}`, of which `{condition.text}` is asked first"
                    problems.add(Diagnostic(WRONG_VALUE, words, (Label(shape.span), Label(condition.span))))
                elif handle not in contract.handles or not _is_callable_within(called, handle):
                    words = f"a callback cannot call `{name}` with what it has: its handle, and whole numbers"
                    help_ = (
                        "say how long it may be invoked, `lifetime: handle(NAME)`, or which parameter of it is the "
                        "handle, `{handle: NAME}`"
                    )
                    problems.add(
                        Diagnostic(
                            WRONG_VALUE,
                            words,
                            (Label(shape.span), Label(called.declaration.span)),
                            help=help_,
                        )
                    )


def _is_callable_within(function: BoundaryFunction, handle: str) -> bool:
    taken = [m for m in function.members if isinstance(m.shape, HandleShape) and m.shape.handle == handle]
    numbers = [m for m in function.members if is_whole(m.shape)]
    return bool(taken) and len(taken) + len(numbers) == len(function.members) <= MOST_GIVEN
