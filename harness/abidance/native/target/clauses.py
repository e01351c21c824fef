"""The expressions of one contract as C, and those of them that are left to Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.native.expressions import NotCompiledError, compile_condition, compile_integer, compile_same
from abidance.native.target.reasons import Left

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression import Expression
    from abidance.core.span import Span
    from abidance.native.expressions.values import CValue


@dataclass(slots=True)
class ClauseCompiler:
    """Compiles the expressions of one function, whose name is `subject`."""

    subject: str
    constants: Mapping[str, object]
    left: list[Left] = field(default_factory=list)
    uncopied: set[str] = field(default_factory=set)
    """The first names of places whose values before the call are not kept for `old`."""

    def condition(
        self, expression: Expression, names: Mapping[str, CValue], before: Mapping[str, CValue] | None = None
    ) -> str:
        """Return a C expression: 1, 0, or another number where the condition has no value. Raises NotCompiledError."""
        try:
            return self._condition(expression, names, before)
        except NotCompiledError as error:
            raise NotCompiledError(f"`{expression.text}`: {error.reason}") from None

    def number(
        self,
        expression: Expression,
        names: Mapping[str, CValue],
        into: str,
        before: Mapping[str, CValue] | None = None,
        null: str = "0",
    ) -> str:
        """Return a C expression that sets `into` and is 1, or another number where there is none to set it to."""
        self._check_copied(expression)
        unseen: list[str] = []
        try:
            told = compile_integer(
                expression, into, names, before=before, constants=self.constants, null=null, unseen=unseen
            )
        except NotCompiledError as error:
            raise NotCompiledError(f"`{expression.text}`: {error.reason}") from None
        self._leave_unseen(expression, unseen)
        return told

    def promise(
        self, expression: Expression, names: Mapping[str, CValue], before: Mapping[str, CValue] | None = None
    ) -> str | None:
        """Return what `condition` does; None for a promise that is left to Python, which is noted."""
        try:
            self._check_copied(expression)
            return self._condition(expression, names, before)
        except NotCompiledError as error:
            self.leave(error.reason, expression)
            return None

    def same(
        self, expression: Expression, names: Mapping[str, CValue], other: Mapping[str, CValue]
    ) -> str | None:
        """Return a C expression: 1 where a value is the same in two environments, 0 where not, or another number.

        None for one that is left to Python, which is noted.
        """
        unseen: list[str] = []
        try:
            told = compile_same(expression, names, other, constants=self.constants, unseen=unseen)
        except NotCompiledError as error:
            self.leave(error.reason, expression)
            return None
        self._leave_unseen(expression, unseen)
        return told

    def _condition(
        self, expression: Expression, names: Mapping[str, CValue], before: Mapping[str, CValue] | None
    ) -> str:
        unseen: list[str] = []
        told = compile_condition(expression, names, before=before, constants=self.constants, unseen=unseen)
        self._leave_unseen(expression, unseen)
        return told

    def _leave_unseen(self, expression: Expression, unseen: list[str]) -> None:
        """Note that a part of an expression has no value in C, so that what it says there is left to Python."""
        for reason in unseen:
            self.leave(reason, expression)

    def _check_copied(self, expression: Expression) -> None:
        if any(each.old and each.parts[0] in self.uncopied for each in expression.references):
            raise NotCompiledError("what memory held before the call is not kept")

    def leave(self, reason: str, expression: Expression | None = None) -> None:
        """Note that something is left to Python."""
        self.leave_at(reason, expression.span if expression is not None else None)

    def leave_at(self, reason: str, span: Span | None) -> None:
        """Note that what stands somewhere in the contract is left to Python."""
        left = Left(self.subject, reason, span)
        if left not in self.left:
            self.left.append(left)
