"""What the contract promises of one call that it writes out, beyond what it promises of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.expression import declared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import Reject
    from abidance.boundary.model.values import Value
    from abidance.contract.expression import Expression
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an explicit example or a rejected call promises: values of ``result`` and out parameters."""

    values: Mapping[str, Value] = field(default_factory=dict)
    span: Span | None = None
    rejects: str = ""
    """The invalid condition as the contract writes it; empty for a valid call."""
    ensures: tuple[Expression, ...] = ()
    """What else the contract promises of the rejected call."""

    @classmethod
    def of(cls, reject: Reject) -> Expectation:
        """Return what the contract promises of an invalid call."""
        return cls(reject.expected, reject.span, reject.text, reject.ensures)

    @property
    def written(self) -> frozenset[str]:
        """Return the parameters that a rejected call may write to: those of which something is promised."""
        return frozenset(declared(name) for expression in self.ensures for name in expression.names)


NOTHING = Expectation()
"""What is expected of a call that the contract does not write out: what it promises of all."""
