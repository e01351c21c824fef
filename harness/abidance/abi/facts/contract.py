"""What a contract adds to the C declarations, one clause a fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.core.span import Span


HERE = "here"
"""The aspect that tells that a place, ``function(parameter).field``, says something in place of the field's type."""


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """One clause of a contract.

    `subject` is a function, ``function(parameter)``, ``function()`` for the result, ``function(parameter).field``,
    a type, ``type.field``, a handle or ``law name``, or the boundary itself.
    `aspect` is the clause's key, such as ``requires``, ``nullable``, ``owner`` or ``handle``; `text` its value as the
    contract has it, with single blanks. A clause that lists several, such as ``requires``, is one fact for each.
    """

    subject: str
    aspect: str
    text: str
    span: Span | None = field(default=None, compare=False)
