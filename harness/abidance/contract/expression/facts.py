"""The words in which an expression speaks to whoever generates calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ast

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]


@dataclass(frozen=True, slots=True)
class Operand:
    """A path, such as ``request.route`` or ``xs[].n``, or with `length` its `len`."""

    path: str
    length: bool = False


@dataclass(frozen=True, slots=True)
class MinedLiteral:
    """A constant of the expression and, where it is compared with one, the operand it belongs to."""

    value: int | float | bytes
    operand: Operand | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition on one operand.

    `value` is a number, bytes or None; for ``in`` and ``not in`` a tuple, a range or bytes.
    """

    operand: Operand
    operator: Operator
    value: object


@dataclass(frozen=True, slots=True)
class Relation:
    """A condition between two operands, such as ``n <= cap``."""

    left: Operand
    operator: Operator
    right: Operand


@dataclass(frozen=True, slots=True)
class Calculation:
    """A condition on one operand and what is calculated from others, such as ``count <= total - first``."""

    operand: Operand
    operator: Operator
    tree: ast.expr


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What must hold wherever the expression holds.

    With `complete`, the facts alone are the whole expression: values that keep them all make it true.
    """

    facts: tuple[Fact, ...] = ()
    relations: tuple[Relation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    complete: bool = False
