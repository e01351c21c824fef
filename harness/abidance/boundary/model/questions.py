"""What is asked of other functions beside a call: before it, whether it is valid; after it, what came of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from abidance.boundary.model.ranges import NONE, Ranges
from abidance.boundary.model.types import RESULT_NAME, is_text
from abidance.contract.expression import Expression, ForEach, LoopAround, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.types import ScalarShape, Shape
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class AskedNumber:
    """A function that is asked for a number; `text` is what expressions call that question, `shape` what it returns."""

    function: str
    arguments: tuple[FollowUpArgument, ...]
    shape: ScalarShape
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class AskedLength:
    """How many elements there are behind a pointer which a call leaves at `path`: what functions tell right after it.

    `length` is a sum of products of what the `questions` tell, of numbers, and of what the call is given or leaves.
    """

    path: str
    questions: tuple[AskedNumber, ...]
    length: Expression


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A function that is asked something right before a call; `text` is what the expression calls that question.

    `shape` is what it returns or, with the name of a parameter, the number that it has `left` behind that.
    """

    function: str
    arguments: tuple[FollowUpArgument, ...]
    shape: Shape
    text: str
    span: Span
    left: str = ""


@dataclass(frozen=True, slots=True)
class AskedPart:
    """A condition on what `questions` tell, and on what is known; without any, it asks nobody."""

    condition: Expression
    questions: tuple[AskedBefore, ...] = ()
    each: ForEach | None = None
    """What the condition is about each of, where it stands in a loop."""
    handle: str = ""
    """The parameter that is the handle which the only question is to tell, where it is about one."""

    @property
    def differs(self) -> bool:
        """Tell whether the handle is to be another one than the question tells."""
        return any(isinstance(each, ast.NotEq) for each in ast.walk(self.condition.tree))

    @property
    def texts(self) -> frozenset[str]:
        """Return which of its questions tell a text."""
        return frozenset(each.text for each in self.questions if is_text(each.shape))


@dataclass(frozen=True, slots=True)
class AskedPrecondition:
    """A precondition that asks functions right before the call.

    One of its `alternatives` must hold, each of them conditions that all must hold.
    """

    expression: Expression
    alternatives: tuple[tuple[AskedPart, ...], ...]
    refused: Refused | None = None
    """What the call is refused for where it does not hold, where `rejects` says so."""

    @property
    def questions(self) -> tuple[AskedBefore, ...]:
        """Return what it asks."""
        return tuple(each for parts in self.alternatives for part in parts for each in part.questions)

    def names(self, members: Iterable[str]) -> frozenset[str]:
        """Return which parameters it is about: those that it names, and those that it asks with."""
        given = {argument.parameter for each in self.questions for argument in each.arguments}
        return frozenset(m for m in members if m in given or _spelling(m) in self.expression.names)


@dataclass(frozen=True, slots=True)
class Refused:
    """What a call is refused for: a condition that asks the library, the opposite of what holds of valid calls."""

    condition: Expression
    asked: tuple[AskedPrecondition, ...]
    """The condition as what is asked: all of these hold where it does."""

    @property
    def text(self) -> str:
        """Return the text of the clause, as a `Reject` has it."""
        return condition_text(self.condition)


def condition_text(condition: Expression) -> str:
    """Return how the calls are told that a condition makes invalid."""
    return f"`{condition.text}`"


@dataclass(frozen=True, slots=True)
class Observer:
    """A function that an `ensures` asks, right after the call or, `before`, right before it.

    `text` is the call's name in the expression, and `shape` what it returns.
    """

    function: str
    arguments: tuple[FollowUpArgument, ...]
    shape: Shape
    text: str
    span: Span
    before: bool
    loops: tuple[LoopAround, ...] = ()
    """What it is asked for each of: as often as these go round."""
    by_state: bool = False
    """Whether a handle may be in a state in which it is not asked."""


THE_RESULT = "(result)"
"""What an argument has in place of a parameter where it is what the call returned: no parameter is called so."""


@dataclass(frozen=True, slots=True)
class FollowUpArgument:
    """An argument of a function that is called right after another one or before it, to tell something of that call."""

    parameter: str = ""
    """The parameter of the call, `THE_RESULT` for its result; empty for what is worked out."""
    index: Expression | int | None = None
    """Of an array that the parameter leads to, which element: one that the call has left there, or with the `field`."""
    field: tuple[str, ...] = ()
    """Of a record there, the path to memory that a pointer in it leads to, or to a number that the call has left."""
    constant: Real = 0
    """A number, a fraction only where one may be given.

    Of one that is worked out `of` another, how much more it is, once that is known.
    """
    null: bool = False
    """Whether it is NULL, where a pointer is wanted."""
    contents: bytes | None = None
    """A text, or bytes, that the condition writes out."""
    calculated: Expression | None = None
    """A number over the parameters, worked out before the call; or over them and a number that is known then only."""
    of: str = ""
    """That number: ``result``, what the call leaves in a parameter, or the text of what else is asked.

    The argument is as much more than that, or less.
    """
    room: bool = False
    """Whether it is memory of the question's own, in which the function leaves what it is asked."""
    early: bool = False
    """Whether that was asked before the call, within ``old(...)``, and this is asked after it."""

    @property
    def named(self) -> str:
        """Return the parameter, or the result, as messages name it."""
        return RESULT_NAME if self.parameter == THE_RESULT else self.parameter


@dataclass(frozen=True, slots=True)
class ErrorSource:
    """What tells why a call failed: a function, called with these `arguments` right after it, or an expression.

    An argument is the number of a parameter, None for the result, or a constant. `ok` holds what it is after a success,
    empty where nothing is said, and `errors` what it is after a failure.
    """

    shape: Shape
    span: Span
    text: str
    function: str = ""
    arguments: tuple[FollowUpArgument, ...] = ()
    expression: Expression | None = None
    ok: Ranges = NONE
    errors: Ranges = NONE


_spelling = cache(spelling)
