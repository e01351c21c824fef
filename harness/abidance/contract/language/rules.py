"""What clauses of one mapping demand of each other. Each rule checks, and says itself in JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

from abidance.core.catalogue import MISSING_KEY, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.contract.language.clauses import ClausePlaces, Schema
    from abidance.core.codes import Code


class ClauseRule(Protocol):
    """A condition on which clauses a mapping has."""

    def check(self, places: ClausePlaces, name: str) -> Iterator[Diagnostic]:
        """Yield what is wrong with a mapping that messages call `name`."""

    def schemas(self) -> list[Schema]:
        """Return schemas that all must hold."""


@dataclass(frozen=True, slots=True)
class AtMostOne:
    """Clauses that exclude each other."""

    keys: tuple[str, ...]

    def check(self, places: ClausePlaces, name: str) -> Iterator[Diagnostic]:
        """Yield a complaint about the second and every further one."""
        first, *others = sorted((k for k in self.keys if k in places.keys), key=places.keys.__getitem__) or [
            ""
        ]
        for other in others:
            labels = (Label(places.keys[other]), Label(places.keys[first], f"`{first}` is here"))
            yield Diagnostic(WRONG_VALUE, f"`{first}` and `{other}` exclude each other in {name}", labels)

    def schemas(self) -> list[Schema]:
        """Return a refusal of each pair, of a mapping: what is empty in YAML has none of them."""
        return [{"not": {"type": "object", "required": list(pair)}} for pair in combinations(self.keys, 2)]


@dataclass(frozen=True, slots=True)
class Excludes:
    """A clause that excludes others, unless it has one of some clauses of its own."""

    key: str
    others: tuple[str, ...]
    unless: tuple[str, ...]

    def check(self, places: ClausePlaces, name: str) -> Iterator[Diagnostic]:
        """Yield a complaint about the later one of each pair."""
        if not {*self.unless} & {*places.below.get(self.key, ())}:
            for other in self.others:
                yield from AtMostOne((self.key, other)).check(places, name)

    def schemas(self) -> list[Schema]:
        """Return a refusal of each pair, but where one of its own clauses allows it."""
        own: Schema = {"not": {"anyOf": [{"required": [each]} for each in self.unless]}}
        return [
            {"not": {"required": [self.key, other], "properties": {self.key: own}}} for other in self.others
        ]


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """Clauses of which a mapping has one."""

    keys: tuple[str, ...]

    def check(self, places: ClausePlaces, name: str) -> Iterator[Diagnostic]:
        """Yield a complaint when there is none or more than one."""
        if not any(key in places.keys for key in self.keys):
            message = f"{name} needs one of {listed(self.keys)}"
            yield Diagnostic(MISSING_KEY, message, (Label(places.span),))
        yield from AtMostOne(self.keys).check(places, name)

    def schemas(self) -> list[Schema]:
        """Return a choice."""
        return [{"oneOf": [{"required": [key]} for key in self.keys]}]


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """Clauses of which a mapping has one or more."""

    keys: tuple[str, ...]

    def check(self, places: ClausePlaces, name: str) -> Iterator[Diagnostic]:
        """Yield a complaint when there is none."""
        if not any(key in places.keys for key in self.keys):
            yield Diagnostic(MISSING_KEY, f"{name} needs {listed(self.keys)}", (Label(places.span),))

    def schemas(self) -> list[Schema]:
        """Return a choice."""
        return [{"anyOf": [{"required": [key]} for key in self.keys]}]


@dataclass(frozen=True, slots=True)
class Needs:
    """A clause that has no meaning without one of some others; `remedy` is what may have been meant."""

    key: str
    others: tuple[str, ...]
    remedy: str = ""

    def check(self, places: ClausePlaces, name: str) -> Iterator[Diagnostic]:
        """Yield a complaint when the clause stands alone."""
        if self.key in places.keys and not any(other in places.keys for other in self.others):
            code: Code = MISSING_KEY
            message = f"`{self.key}` has no meaning without {listed(self.others)} in {name}"
            yield Diagnostic(code, message, (Label(places.keys[self.key]),), help=self.remedy or None)

    def schemas(self) -> list[Schema]:
        """Return a dependency."""
        return [{"dependencies": {self.key: {"anyOf": [{"required": [other]} for other in self.others]}}}]


def listed(words: tuple[str, ...], last: str = "or") -> str:
    """Return words in backticks as a list in prose."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
