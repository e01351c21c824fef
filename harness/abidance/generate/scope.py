"""What making the values of one call is about: where they are made, what is known, what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.core.diagnostic import Label
from abidance.generate.source import UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.contract.expression import Expression
    from abidance.core.errors import AbidanceError
    from abidance.core.span import Span
    from abidance.generate.hints import Hints

MISSING = object()
ROOMY = 4096
"""Memory is generated to this many elements where the contract gives no range."""
LONG = 255
"""Strings are generated to this length where the contract gives none."""
LARGE = 1 << 24
"""Memory of more bytes than this is not generated."""
FEW = 4
"""Arrays of records with callbacks are generated to this many elements."""
MANY = 1 << 16
"""Arrays of more elements than this are not generated."""


LIMITS_HELP = "say it with `range`, `one_of`, `length` or `max` instead of in `requires`"
"""What helps where conditions refuse nearly all that is generated."""


class FilterLog:
    """How many cases each condition of the contract refused, for the message when it is nearly all of them.

    `unjudged` are the conditions that had no value on some values, and what of the project made none, by their places.
    """

    def __init__(self) -> None:
        self.tried = 0
        self.refused: dict[tuple[str, Span | None], int] = {}
        self.unjudged: dict[str, AbidanceError] = {}
        self._remedies: dict[tuple[str, Span | None], str] = {}

    def refuse(self, words: str, span: Span | None, remedy: str = LIMITS_HELP) -> UnlawfulDrawError:
        """Count one refusal for a reason in words, and return what to raise; `remedy` says what to do about it."""
        self.refused[words, span] = self.refused.get((words, span), 0) + 1
        self._remedies[words, span] = remedy
        return UnlawfulDrawError(words)

    def unmet(self, condition: Expression) -> UnlawfulDrawError:
        """Count one refusal by a condition of the contract, whose line says it all, and return what to raise."""
        self.refuse("", condition.span)
        return UnlawfulDrawError(condition.text)

    @property
    def worst(self) -> Span | None:
        """Return the place of the condition that refused most, if any refused one."""
        return self._worst[1]

    @property
    def _worst(self) -> tuple[str, Span | None]:
        return max(self.refused, key=self.refused.__getitem__) if self.refused else ("", None)

    @property
    def remedy(self) -> str:
        """Return what to do about the reason that refused most."""
        return self._remedies.get(self._worst, LIMITS_HELP)

    def since(self, before: Mapping[tuple[str, Span | None], int]) -> FilterLog:
        """Return what was refused after so much was `refused`."""
        later = FilterLog()
        later.refused = {
            reason: count - before.get(reason, 0)
            for reason, count in self.refused.items()
            if count > before.get(reason, 0)
        }
        return later

    def apart_from(self, conditions: Iterable[Expression]) -> FilterLog:
        """Return what was refused for another reason than these conditions; all of it where there was no other."""
        spans = {each.span for each in conditions}
        other = FilterLog()
        other.refused = {reason: count for reason, count in self.refused.items() if reason[1] not in spans}
        return other if other.refused else self

    def label(self, verdict: str) -> Label | None:
        """Return what to point at for the refusals, most of which had one reason; None where nothing has a place."""
        words, span = self._worst
        return Label(span, f"{verdict}: {words}" if words else verdict) if span is not None else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where members are made: their path so far, what else the call has, and what is given.

    `given` fixes members to values; a Scalar there stands for any of its numbers. `free` allows what the
    contract forbids, for the members that are given. `pending` are members that are not made yet, as expressions
    spell them: a name that is one of them must not be looked up further out.
    """

    prefix: str
    outer: Mapping[str, object] | None
    hints: Hints
    given: Mapping[str, object]
    free: bool = False
    pending: frozenset[str] = frozenset()


@dataclass(slots=True)
class Pool:
    """What other parts of the same call have: numbers by path, sizes, and contents to be like."""

    numbers: dict[str, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    @property
    def near(self) -> list[int]:
        """Return numbers worth coming close to."""
        return [*self.numbers.values(), *self.sizes][-8:]

    def forget(self, prefix: str) -> None:
        """Forget the numbers of another element of the same array: they say nothing about this one's."""
        if "[]" in prefix:
            self.numbers = {path: n for path, n in self.numbers.items() if not path.startswith(prefix)}

    def note(self, path: str, value: object) -> None:
        """Remember a value that was made."""
        if isinstance(value, bytes):
            self.contents.append(value)
        if isinstance(value, bytes | list):
            self.sizes.append(len(value))
            self.numbers[f"len({path})"] = len(value)
        elif isinstance(value, int):
            self.numbers[path] = int(value)
