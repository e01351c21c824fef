"""`types:` and `handles:`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, Name, NamedClauses, clause
from abidance.contract.language.formulas import BEFORE, PINNED_ALIGNMENT, SIZE
from abidance.contract.language.kinds import (
    FIELD_NAME,
    FLAG,
    FUNCTION_NAME,
    HOOK,
    TEXT,
    TYPE_NAME,
    WHAT,
    choice,
)
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ARGUMENTS, ListOf, MapOf, RecordOf
from abidance.contract.model.callbacks import Callback
from abidance.contract.model.places import LIMITS, OWNERS, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.literals import Literal

CALL = MapOf(FUNCTION_NAME, ARGUMENTS, least=1, most=1, words="one call, `{function: {parameter: value}}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPins(Clauses):
    """A layout that callers rely on, in bytes."""

    title: ClassVar[str] = "The layout that callers rely on, in bytes."

    size: Expression | None = field(default=None, metadata=clause(SIZE, "The size of the type."))
    align: Expression | None = field(
        default=None, metadata=clause(PINNED_ALIGNMENT, "The alignment of the type.")
    )
    offsets: Mapping[Name, Expression] = field(
        default_factory=dict,
        metadata=clause(MapOf(FIELD_NAME, SIZE), "The offset of each field that is named here."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPromise(NamedClauses, Place):
    """A field of a record. Which way data goes is the record's own direction."""

    title: ClassVar[str] = "A field: its limits, and what it points at."
    rules = (
        LIMITS,
        AtMostOne(("to", "handle", "callback")),
        *(Needs(key, ("to",)) for key in ("length", "capacity", "encoding", "max", "align", "misaligned")),
        Needs("user_data", ("callback",)),
        Needs("lifetime", ("to", "callback")),
        Needs("owner", ("to",)),
        *OWNERS,
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the field is, in a sentence."))
    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points at: `bytes`, `array`, `string`, or a C type for exactly one."
        ),
    )

    callback: Callback | None = field(
        default=None, metadata=clause(RecordOf(Callback), "A function that the callee calls.")
    )
    user_data: Name | None = field(
        default=None,
        metadata=clause(FIELD_NAME, "The field that comes back to the callback as it was given."),
    )

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at."""
        return self.to


@dataclass(frozen=True, slots=True, kw_only=True)
class TypePromise(NamedClauses):
    """A type of the header. Its name is as C spells it, such as ``rg_request`` or ``struct timeval``."""

    title: ClassVar[str] = "A type: the values of an enum, or the fields of a record."
    rules = (AtMostOne(("enum", "fields")), AtMostOne(("enum", "guarded_by")))

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the type is, in a sentence."))
    enum: str | None = field(
        default=None,
        metadata=clause(
            choice("closed", "open"),
            "`closed`: only the declared enumerators are valid, as in a Rust enum; `open`: any value is.",
        ),
    )
    layout: LayoutPins | None = field(
        default=None, metadata=clause(RecordOf(LayoutPins), "The layout that callers rely on.")
    )
    fields: Mapping[str, FieldPromise] = field(
        default_factory=dict,
        metadata=clause(MapOf(FIELD_NAME, RecordOf(FieldPromise)), "What C cannot say of the fields."),
    )
    guarded_by: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_NAME,
            "The member by which the library knows how much of a record its caller has, such as `cbSize`: the ABI gate "
            "then lets the record grow at its end.",
        ),
    )
    invariants: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(BEFORE, words="a list of expressions"),
            "What holds of every valid value; its fields are named without the record.",
        ),
    )
    generate: Name | None = field(
        default=None,
        metadata=clause(HOOK, "A Python function that returns a Hypothesis strategy for the values."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlePromise(NamedClauses):
    """A pointer with a life: create, use, destroy."""

    title: ClassVar[str] = "An opaque pointer with a life: create, use, destroy."

    summary: str | None = field(
        default=None, metadata=clause(TEXT, "What the handle stands for, in a sentence.")
    )
    type: Name | None = field(
        default=None,
        metadata=clause(TYPE_NAME, "The C type it points at, where the handle's name is not one."),
    )
    creates: tuple[Name, ...] = field(
        metadata=clause(
            ListOf(FUNCTION_NAME, least=1, single=True, words="a function, or a list of functions"),
            "The function that makes one.",
            key="create",
            required=True,
        )
    )
    destroy: Name | None = field(
        default=None, metadata=clause(FUNCTION_NAME, "The function that ends its life.")
    )
    prepare: tuple[Mapping[Name, Literal], ...] = field(
        default=(),
        metadata=clause(
            ListOf(CALL, words="a list of calls"),
            "Calls made on every new one before it is used, `{function: {parameter: value}}`; the handle is "
            "left out.",
        ),
    )
    concurrent: bool | None = field(
        default=None,
        metadata=clause(FLAG, "Whether calls on one handle may be made on several threads at once."),
    )
    parent: Name | None = field(
        default=None,
        metadata=clause(
            TYPE_NAME,
            "The handle that must outlive this one, or `none`; by default each that `create` is given.",
        ),
    )

    @property
    def create(self) -> Name:
        """Return the function that makes one where nothing else is said."""
        return self.creates[0]
