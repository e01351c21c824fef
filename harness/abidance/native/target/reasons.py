"""What is not compiled, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.native.expressions import NotCompiledError

if TYPE_CHECKING:
    from abidance.core.span import Span

FORM = "answers are compared by a regular expression in Python"


@dataclass(frozen=True, slots=True)
class Left:
    """A clause, or a whole function, that was not compiled. `subject` names the function, or what else it is about."""

    subject: str
    reason: str
    span: Span | None = None


__all__ = ["FORM", "Left", "NotCompiledError"]
