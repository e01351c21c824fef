"""`variant:`: which member of a union lives, as a tag tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, ClauseSnippet, Name, clause
from abidance.contract.language.formulas import BEFORE
from abidance.contract.language.kinds import FIELD_NAME, FIELD_PATH, STATUS_NAME
from abidance.contract.language.shapes import MapOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.expression import Expression

NO_MEMBER = "none"
"""What a contract says of a tag with which no member of the union lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantPromise(Clauses):
    """One union of a record, and the tag that tells which of its members lives."""

    title: ClassVar[str] = "Which member of a union lives, as a tag tells."
    snippets = (
        ClauseSnippet(
            "a tagged union",
            {"tag": "${1:type}", "union": "${2:data}", "members": {"${3:VALUE}": "${4:MEMBER}"}},
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
    members: Mapping[Name, Name] = field(
        metadata=clause(
            MapOf(STATUS_NAME, FIELD_NAME, least=1, words="a mapping from values to members"),
            "The member that lives with each value, or range of values, of the tag; `none` for none of them.",
            required=True,
        )
    )
    otherwise: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_NAME,
            "The member that lives with any other value, or `none`; without it, other values are wrong.",
        ),
    )
