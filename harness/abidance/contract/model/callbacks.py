"""`callback:`: a function that the callee calls, wherever a pointer to one is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, Name, NamedClauses, clause
from abidance.contract.language.formulas import BEFORE
from abidance.contract.language.kinds import LIFETIME, PARAMETER_NAME, TEXT, TRUE, WHAT, choice
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf
from abidance.contract.language.times import CALLS
from abidance.contract.model.places import LIMITS, Place
from abidance.contract.model.returns import Returns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.times import CallCount


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackParam(NamedClauses, Place):
    """What a callback is given at one parameter: the library's to keep."""

    title: ClassVar[str] = "A callback's parameter: what it may be given."
    rules = (
        LIMITS,
        AtMostOne(("to", "out", "inout", "handle")),
        *(Needs(key, ("to", "out", "inout")) for key in ("length", "align", "misaligned")),
        Needs("encoding", ("to",)),
        Needs("capacity", ("out", "inout")),
        Needs("owner", ("to",)),
        Needs("free", ("owner",)),
    )

    # What a callback is given is the callee's, and there for the callback's own time: these would mean nothing here.
    max: int | None = None
    generate: Name | None = None
    lifetime: Name | None = None
    alloc: Name | None = None

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the parameter is, in a sentence."))
    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points at: `bytes`, `array`, `string`, or a C type for exactly one."
        ),
    )

    out: Name | None = field(
        default=None,
        metadata=clause(
            WHAT,
            "It points at room for this, which the callback writes: `bytes`, `array`, or a C type for one.",
        ),
    )
    inout: Name | None = field(
        default=None, metadata=clause(WHAT, "It points at this, which the callback reads and then writes.")
    )

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at."""
        return self.to or self.out or self.inout


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Clauses):
    """A function that the callee calls back."""

    title: ClassVar[str] = "A function that the callee calls back."
    rules = (Needs("zeroed", ("allocates",)),)

    summary: str | None = field(default=None, metadata=clause(TEXT, "What it is for, in a sentence."))
    calls: CallCount | None = field(
        default=None,
        metadata=clause(
            CALLS,
            "How often one call calls it: `1`, `0..`, `1..3`, or with expressions such as `0..n` and `delivered`; "
            "`0..` by default.",
        ),
    )
    params: Mapping[str, CallbackParam] = field(
        default_factory=dict,
        metadata=clause(MapOf(PARAMETER_NAME, RecordOf(CallbackParam)), "What it is given."),
    )
    returns: Returns | None = field(
        default=None,
        metadata=clause(RecordOf(Returns), "What it may answer; any value of its type by default."),
    )
    allocates: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "It gives so many bytes of memory, a product of numbers that it is given, and answers where they are.",
        ),
    )
    frees: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME, "It takes memory back: the parameter that points at what was allocated before."
        ),
    )
    zeroed: Literal[True] | None = field(
        default=None, metadata=clause(TRUE, "The memory that it gives holds zeros, as that of `calloc` does.")
    )
    ensures: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(BEFORE, words="a list of expressions"),
            "What holds of every invocation: of its parameters, and of the arguments of the call.",
        ),
    )
    user_data: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "Which of its parameters the user data comes back in, where its type and name do not tell.",
        ),
    )
    lifetime: Name | None = field(
        default=None,
        metadata=clause(
            LIFETIME,
            "How long it may be called: during the `call` that is given it, by default; until a `handle(NAME)` is "
            "destroyed; or at any time (`static`).",
        ),
    )

    @property
    def allocator(self) -> bool:
        """Tell whether it is part of an allocator."""
        return self.allocates is not None or self.frees is not None

    threads: Name | None = field(
        default=None,
        metadata=clause(
            choice("same", "any", named=True),
            "Which threads it may be called on: the `same` as the call's, by default, or `any`.",
        ),
    )
