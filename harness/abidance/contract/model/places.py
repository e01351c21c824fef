"""What parameters, fields and results share: what a pointer points at, and which numbers are valid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from abidance.contract.language.clauses import Clauses, clause
from abidance.contract.language.formulas import AFTER, BEFORE, NULLABLE, RANGE, VALUE
from abidance.contract.language.kinds import (
    ALIGNMENT,
    FUNCTION_NAME,
    HOOK,
    LIFETIME,
    LIKE,
    MOST,
    TRUE,
    TYPE_NAME,
    UNTIL,
    Codec,
    choice,
)
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ListOf

if TYPE_CHECKING:
    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.language.kinds import Encoding

SEVERAL = ("bytes", "array")
STRING = "string"
LIMITS = AtMostOne(("range", "one_of", "flags"))
FORM = AtMostOne(("like", "generate"))
"""What makes values up of which not all are valid."""
OWNERS = (Needs("alloc", ("free",)), Needs("free", ("owner",)))
"""What clauses about memory that is taken over demand of each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers(Clauses):
    """Which numbers are valid; of an array, for every element."""

    range: tuple[Expression, Expression] | None = field(
        default=None, metadata=clause(RANGE, "The lowest and the highest valid value, inclusive.")
    )
    one_of: tuple[Expression, ...] | None = field(
        default=None,
        metadata=clause(ListOf(VALUE, least=1, words="a list of values"), "The only valid values."),
    )
    flags: tuple[Expression, ...] | None = field(
        default=None,
        metadata=clause(
            ListOf(VALUE, least=1, words="a list of values"),
            "Values that may be combined with `|`; 0 is none of them. Valid is every combination.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Numbers):
    """A value at one place of the boundary."""

    length: Expression | None = field(
        default=None,
        metadata=clause(
            AFTER,
            "The number of valid elements (for `bytes`, bytes); evaluated after the call if it names "
            "an out parameter or `result`.",
        ),
    )
    capacity: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "The number of elements that the callee may write; for `inout: string`, by default as "
            "many as the input has.",
        ),
    )
    nullable: Expression | bool | None = field(
        default=None,
        metadata=clause(
            NULLABLE, "Whether the pointer may be NULL, or a condition for that; `false` by default."
        ),
    )
    handle: Name | None = field(default=None, metadata=clause(TYPE_NAME, "The pointer is this handle."))
    encoding: Encoding | None = field(
        default=None,
        metadata=clause(
            Codec(),
            "The encoding of a string, utf-8 by default, or of bytes that are text. `mostly utf-8`: mostly text, now "
            "and then broken, for what takes any bytes.",
        ),
    )
    like: Name | None = field(
        default=None,
        metadata=clause(LIKE, "The form of a string or of bytes: the whole of it matches the expression."),
    )
    max: int | None = field(
        default=None,
        metadata=clause(MOST, "The longest string or buffer to generate, in elements."),
    )
    align: int | None = field(
        default=None, metadata=clause(ALIGNMENT, "The alignment that the callee requires, in bytes.")
    )
    generate: Name | None = field(
        default=None,
        metadata=clause(HOOK, "A Python function that returns a Hypothesis strategy for the values."),
    )
    lifetime: Name | None = field(
        default=None,
        metadata=clause(
            LIFETIME,
            "How long the callee may use the pointer, or how long a result stays valid; `call` by default.",
        ),
    )
    until: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(UNTIL, least=1, single=True, words="functions, or `change`"),
            "Calls on the handle of its `lifetime` that end that before: functions, or any that may `change` it.",
        ),
    )
    owner: str | None = field(
        default=None,
        metadata=clause(
            choice("caller", "callee"),
            "Who frees it: the `caller`, by default, or the `callee`, which takes ownership when the "
            "call succeeds.",
        ),
    )
    alloc: Name | None = field(
        default=None,
        metadata=clause(
            FUNCTION_NAME,
            "The allocator of memory whose ownership is transferred, called with its size; `malloc` "
            "by default.",
        ),
    )
    free: Name | None = field(
        default=None,
        metadata=clause(FUNCTION_NAME, "The deallocator of such memory; `free` by default."),
    )
    misaligned: Literal[True] | None = field(
        default=None,
        metadata=clause(TRUE, "No alignment is required: misaligned pointers are passed as well."),
    )

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at: bytes, array, string, or a C type."""
        return None
