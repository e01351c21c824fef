"""One typed difference between two sets of facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abidance.abi.facts import Unknown
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Change:
    """What differs, where, and all that a rule needs to judge it; nothing here says whether it is harmful.

    `entity` is what changed, such as ``field``, and `aspect` what of it, such as ``offset``. `subject` names it
    as C does. `old` and `new` are texts for people, empty for what is absent. `traits` are circumstances that
    rules ask for, such as ``grew`` or ``caller-allocated``. `reached_by` are the functions and variables through
    which callers meet it.
    """

    entity: str
    aspect: str
    subject: str
    old: str
    new: str
    traits: frozenset[str] = frozenset()
    of: str = ""
    old_span: Span | None = field(default=None, compare=False)
    new_span: Span | None = field(default=None, compare=False)
    reached_by: tuple[str, ...] = field(default=(), compare=False)


def in_bytes(number: int | Unknown) -> str:
    """Return a number of bytes in words."""
    return "1 byte" if number == 1 else f"{number} bytes"
