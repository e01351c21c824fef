"""Laws: what must hold across calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import Expression, spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import Example
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Earlier
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class LawStep:
    """One call of a law; `bound` are its arguments, those left out are generated.

    The argument of a name with a dot is a field of a handle that the caller allocates. An argument is what an earlier
    step left, as it is and counted from the law's first one, or an expression over what is given and was left. The call
    is made so many `times`, and only `when` that holds. `library` is whose function it is, empty for that which the law
    is held against. `lengths` are those of what arguments come to.
    """

    name: str
    function: str
    bound: Mapping[str, Expression | Earlier]
    times: Expression | None = None
    when: Expression | None = None
    library: str = ""
    lengths: tuple[Expression, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Return all that is evaluated before the call."""
        conditions = (each for each in (self.when, self.times) if each is not None)
        computed = (each for each in self.bound.values() if isinstance(each, Expression))
        return (*conditions, *computed, *self.lengths)


def is_just(argument: Expression | Earlier, name: str) -> bool:
    """Tell whether an argument is what a law is given by that name, as it is."""
    return isinstance(argument, Expression) and argument.text.strip() == spelling(name)


@dataclass(frozen=True, slots=True)
class BoundaryLaw:
    """What must hold across calls. `members` are the values that it is given."""

    name: str
    span: Span
    members: tuple[Member, ...]
    requires: tuple[Expression, ...]
    ensures: tuple[Expression, ...]
    steps: tuple[LawStep, ...]
    split: tuple[str, ...] = ()
    """Those of `members` that may be cut, each by itself or together."""
    same: tuple[Expression, ...] = ()
    """What is the same however they are."""
    examples: tuple[Example, ...] = ()
    """Of `members` that are tried first; nothing is expected of them but what the law says."""
    histories: frozenset[str] = frozenset()
    """The handles among `members` that were created by anything that does, and used, before the first step."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the libraries that its steps name, in the order in which they do; none of a law about any library."""
        return tuple(dict.fromkeys(step.library for step in self.steps if step.library))

    def makes(self, handle: str) -> str:
        """Return the library that makes a handle which the law is given: that of the steps that take it."""
        taken = (s.library for s in self.steps for each in s.bound.values() if is_just(each, handle))
        return next(taken, "")
