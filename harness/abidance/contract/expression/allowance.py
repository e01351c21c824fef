"""How many elements all the expressions of one item may look at together: each alone has a limit of its own.

A thousand test cases whose postconditions each look at a million elements take hours. The allowance counts elements
rather than seconds, so that a run ends at the same case on every machine.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from abidance.contract.expression.operations import MAX_STEPS
from abidance.core.catalogue import EXPRESSION_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.span import Span

CASES = 100
"""So many test cases an item has where nothing asks for more, or for fewer."""


class _Allowance:
    """What is left; `None` where nothing is counted."""

    left: int | None = None
    whole = 0


@contextlib.contextmanager
def allowance(cases: int) -> Iterator[None]:
    """Let the expressions in this block look at as many elements as one may in each of `cases` evaluations."""
    before = _Allowance.left, _Allowance.whole
    _Allowance.left = _Allowance.whole = max(cases, CASES) * MAX_STEPS
    try:
        yield
    finally:
        _Allowance.left, _Allowance.whole = before


def spend(steps: int, span: Span) -> None:
    """Count elements that an expression looked at; raises CannotJudgeError when none are left for the item."""
    if _Allowance.left is None:
        return
    _Allowance.left -= steps
    if _Allowance.left < 0:
        raise CannotJudgeError(
            Diagnostic(
                EXPRESSION_FAILED,
                f"the expressions of one item visited more than {_Allowance.whole:,} elements, and no more are "
                "looked at",
                (Label(span, "the last of them"),),
                help="use fewer elements, or limit memory with `max`; `max_examples` above "
                f"{CASES} allows more",
            )
        )
