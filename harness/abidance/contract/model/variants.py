"""`variant:`: which member of a union lives, or what a pointer to `void` leads to, as a tag tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, ClauseSnippet, Name, clause
from abidance.contract.language.formulas import BEFORE
from abidance.contract.language.kinds import FIELD_NAME, FIELD_PATH, LIVING, STATUS_NAME, WHAT
from abidance.contract.language.rules import AtMostOne
from abidance.contract.language.shapes import MapOf, WordOr
from abidance.contract.model.places import LIMITS, Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from abidance.contract.expression.expression import Expression
    from abidance.contract.model.places import Element, RecordRun
    from abidance.contract.model.types import FieldPromise

NO_MEMBER = "none"
"""What a contract says of a tag with which no member of the union lives, and a pointer is NULL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantTarget(Place):
    """What a pointer to `void` leads to with some values of its tag."""

    title: ClassVar[str] = "What a pointer to `void` leads to with some values of its tag."
    rules = (LIMITS,)

    # Whose it is depends on no tag; a handle has a type of its own, and so have the elements of an array.
    handle: Name | None = None
    fields: Mapping[str, FieldPromise] = field(default_factory=dict)
    of: Element | None = None
    ended_by: Expression | Mapping[Name, Expression] | None = None
    records: RecordRun | None = None
    generate: Name | None = None
    lifetime: Name | None = None
    until: tuple[Name, ...] = ()
    owner: str | None = None
    alloc: Name | None = None
    free: Name | None = None
    align: int | None = None
    misaligned: Literal[True] | None = None

    to: Name = field(
        metadata=clause(
            WHAT,
            "What the pointer points to: `bytes`, `string`, or a C type: a single object or, with a `length` or a "
            "`capacity`, so many.",
            required=True,
        )
    )

    @property
    def text(self) -> str:
        """Return what messages say of it where they say a `Name` that stands in its place."""
        return self.to.text

    @property
    def points_at(self) -> Name:
        """Return what the contract says it points at."""
        return self.to


MEMBER = WordOr(
    VariantTarget,
    "to",
    LIVING,
    words="a member, or `none`; of a pointer, what it points to, as a mapping too",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantPromise(Clauses):
    """One union of a record, or a pointer, and the tag that tells which of its members lives."""

    title: ClassVar[str] = (
        "Which member of a union lives, or what a pointer to `void` leads to, as a tag tells."
    )
    rules = (AtMostOne(("union", "pointer")),)
    snippets = (
        ClauseSnippet(
            "a tagged union",
            {"tag": "${1:type}", "union": "${2:data}", "members": {"${3:VALUE}": "${4:MEMBER}"}},
        ),
        ClauseSnippet(
            "a tagged pointer",
            {"tag": "${1:id}", "pointer": "${2:options}", "members": {"${3:VALUE}": "${4:TYPE}"}},
        ),
    )

    tag: Expression = field(
        metadata=clause(
            BEFORE,
            "What tells which member lives: a field of the record, or an expression over its fields.",
            required=True,
        )
    )
    union: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_PATH,
            "The field that is the union; without it, the record's anonymous union with these members.",
        ),
    )
    pointer: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_NAME,
            "Instead of a union, the field that is a pointer to `void`: the tag tells what that leads to.",
        ),
    )
    members: Mapping[Name, Name | VariantTarget] = field(
        metadata=clause(
            MapOf(STATUS_NAME, MEMBER, least=1, words="a mapping from values to members"),
            "The member that lives with each value, or range of values, of the tag; `none` for none of them. Of a "
            "pointer, what it points to, and `none` for NULL.",
            required=True,
        )
    )
    otherwise: Name | VariantTarget | None = field(
        default=None,
        metadata=clause(MEMBER, "The same of any other value; without it, other values are wrong."),
    )
