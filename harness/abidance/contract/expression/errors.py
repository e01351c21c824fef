"""What goes wrong when an expression meets values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import EXPRESSION_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError

if TYPE_CHECKING:
    from abidance.core.span import Span


class EvaluationError(AbidanceError):
    """The expression has no value on the values of this call: the item could not be judged."""

    def __init__(self, message: str, span: Span, hint: str | None = None) -> None:
        super().__init__(Diagnostic(EXPRESSION_FAILED, message, (Label(span),), help=hint))


class NotAskedError(EvaluationError):
    """A call in a loop was not made for one of what that goes through."""

    def __init__(self, span: Span, text: str) -> None:
        super().__init__(f"`{text}` was not called", span)


class OperationError(Exception):
    """An operation refused its operands. Evaluation adds the place and raises EvaluationError."""
