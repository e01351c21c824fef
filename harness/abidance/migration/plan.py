"""The plan of a contract: what a map means for whoever decides, and the steps that follow, each with its gates.

Everything in it is a fact with its source, or a command of this project. What cannot be said is left out, and what is
not known has a section of its own. It is cut by rank, so that it stays one page; what was cut is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.migration.model import FactSource, Need, OpenQuestion, SourcedFact

T = TypeVar("T")
_LONGEST = 150
"""Characters of a sentence on the page."""


@dataclass(frozen=True, slots=True)
class CutList(Generic[T]):
    """The first of several, by rank, and how many there are besides."""

    shown: tuple[T, ...]
    more: int = 0

    @classmethod
    def of(cls, several: Iterable[T], most: int) -> CutList[T]:
        """Return the first of several."""
        told = tuple(several)
        return cls(told[:most], max(len(told) - most, 0))


def compact(fact: SourcedFact) -> SourcedFact:
    """Return a fact in no more words than a page has room for; what carries it has the rest."""
    return replace(fact, words=clipped(fact.words, _LONGEST))


def clipped(words: str, most: int = 60) -> str:
    """Return the beginning of words that are long; code that is cut ends as code."""
    if len(words) <= most:
        return words
    kept = words[: most - 1].rpartition(" ")[0] or words[: most - 1]
    return f"{kept}\u2026" + "`" * (kept.count("`") % 2)


class StepState(Enum):
    """Whether a step is done, as far as evidence tells; the first that is not is next."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class MoveStep:
    """A step. `enter` must be green to begin it, `leave` to end it; `first` is what to do first.

    `back` undoes it, and `back_facts` are what that rests on. `facts` say why it is there, or what has shown that it is
    done.
    """

    title: str
    facts: tuple[SourcedFact, ...]
    first: str
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    back: str
    back_facts: tuple[SourcedFact, ...] = ()
    state: StepState = StepState.LATER


@dataclass(frozen=True, slots=True)
class MovePlan:
    """A plan for one contract. `units_left` are those to change for which no step is shown.

    `need` is the most urgent one of all functions, None where there are none.
    """

    contract: str
    boundary: str
    summary: str
    lead: SourcedFact
    scope: CutList[SourcedFact]
    pain: CutList[SourcedFact]
    risks: CutList[SourcedFact]
    steps: tuple[MoveStep, ...]
    units_left: int
    unknown: CutList[OpenQuestion]
    map_command: str
    need: Need | None = None

    @property
    def next(self) -> MoveStep | None:
        """Return the smallest step that is not done yet; None where all are."""
        return next((each for each in self.steps if each.state is StepState.NEXT), None)

    @property
    def sources(self) -> tuple[FactSource, ...]:
        """Return all sources, in the order in which the page names them."""
        facts = [self.lead, *self.scope.shown, *self.pain.shown, *self.risks.shown]
        for step in self.steps:
            facts += [*step.facts, *step.back_facts]
        facts += [each.fact for each in self.unknown.shown]
        return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))
