"""A draft of a contract, as plain data: clauses, each with the evidence for it, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from abidance.core.span import Span

Value = None | bool | int | float | str | tuple["Value", ...] | Mapping[str, "Value"]
"""What a clause says, as YAML has it: expressions, names and types are strings."""


class Rank(IntEnum):
    """Kinds of evidence, best first: where two disagree, the lower number decides."""

    ATTRIBUTE = 1
    """What the compiler is told of the declaration: `nonnull`, `access`, `counted_by`, `malloc`."""
    TYPE = 2
    """Types, `const`, and what they leave no choice about."""
    COMMENT = 3
    """The header's comment on the declaration."""
    MANUAL = 4
    """An installed manual page."""
    OBSERVED = 5
    """What the library did when it was called."""
    LIBRARY = 6
    """The library's symbols and debug information."""
    NAME = 7
    """Names, and what stands beside what."""
    CAUTION = 8
    """No evidence: a limit so narrow that a call should do no harm."""


class Certainty(Enum):
    """How much a clause can be relied on."""

    SURE = "sure"
    GUESSED = "guessed"
    GAP = "gap"
    """Nobody but a person knows; the value is what to begin from."""


@dataclass(frozen=True, slots=True)
class GuessEvidence:
    """Why a clause says what it says: a few words, such as ``the size after it``, and where to read it."""

    rank: Rank
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """One clause, such as ``length: n``.

    Of a gap, `evidence` is the question that is open, and of a sure clause what makes it so.
    """

    clause: str
    value: Value
    certainty: Certainty
    evidence: GuessEvidence


WHAT_IT_IS: frozenset[str] = frozenset(
    ("in", "out", "inout", "to", "handle", "callback", "status", "bool", "enum")
)
"""Clauses of which a parameter, field or result has at most one (the contract's own rules)."""
_LIMITS = frozenset(("range", "one_of", "flags"))
_OF_A_BUFFER = frozenset(("length", "capacity"))


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """What is drafted for a parameter, a field or a result. `spelling` is its type as C writes it."""

    name: str
    spelling: str
    guesses: tuple[Guess, ...] = ()

    def get(self, clause: str) -> Guess | None:
        """Return the guess for one clause."""
        return next((each for each in self.guesses if each.clause == clause), None)

    @property
    def what(self) -> Guess | None:
        """Return the guess that says what it is: one of `WHAT_IT_IS`."""
        return next((each for each in self.guesses if each.clause in WHAT_IT_IS), None)

    @property
    def gaps(self) -> tuple[Guess, ...]:
        """Return what is open."""
        return tuple(each for each in self.guesses if each.certainty is Certainty.GAP)

    def strengthened(self, more: Iterable[Guess]) -> PlaceDraft:
        """Return it with other guesses taken in where their evidence is better than what is there.

        A gap yields to every guess. What says otherwise what the place is goes, together with the clauses
        that depended on it; equal ranks keep what was there.
        """
        guesses = list(self.guesses)
        for guess in more:
            rivals = [each for each in guesses if _rivals(each, guess)]
            if any(_weight(each) <= _weight(guess) for each in rivals) or _idle(guesses, guess):
                continue
            replaced = next((each for each in rivals if each.clause in WHAT_IT_IS), None)
            guesses = [each for each in guesses if each not in rivals]
            if replaced is not None and (replaced.clause, replaced.value) != (guess.clause, guess.value):
                guesses = [each for each in guesses if each.evidence.rank < guess.evidence.rank]
            guesses.append(guess)
        return replace(self, guesses=tuple(guesses))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A function that the contract does not call, and why: a gap to be filled, or harm that a call would do.

    `call` is what showed it, line by line as C has it.
    """

    evidence: GuessEvidence
    harm: bool = False
    call: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionDraft:
    """What is drafted for a function. `guesses` are its own clauses, such as `may` and `effects`.

    One that is `left_out` is written as a comment, so that nothing calls it.
    """

    name: str
    span: Span
    declaration: str
    params: tuple[PlaceDraft, ...] = ()
    returns: PlaceDraft | None = None
    guesses: tuple[Guess, ...] = ()
    left_out: LeftOut | None = None

    @property
    def places(self) -> tuple[PlaceDraft, ...]:
        """Return the parameters and the result."""
        return (*self.params, *((self.returns,) if self.returns else ()))

    def param(self, name: str) -> PlaceDraft | None:
        """Return what is drafted for one parameter."""
        return next((each for each in self.params if each.name == name), None)

    def every_guess(self) -> Iterator[Guess]:
        """Yield the guesses of the function and of all its places."""
        yield from self.guesses
        for place in self.places:
            yield from place.guesses

    def with_place(self, place: PlaceDraft) -> FunctionDraft:
        """Return it with another draft of the parameter or result of that name."""
        if self.returns is not None and place.name == self.returns.name:
            return replace(self, returns=place)
        return replace(self, params=tuple(place if p.name == place.name else p for p in self.params))


@dataclass(frozen=True, slots=True)
class HandleDraft:
    """What is drafted for a handle: `create`, `destroy`, `type`, `parent`."""

    name: str
    span: Span
    guesses: tuple[Guess, ...]

    def get(self, clause: str) -> Guess | None:
        """Return the guess for one clause."""
        return next((each for each in self.guesses if each.clause == clause), None)


@dataclass(frozen=True, slots=True)
class TypeDraft:
    """What is drafted for a record or an enum."""

    name: str
    span: Span
    guesses: tuple[Guess, ...] = ()
    fields: tuple[PlaceDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What a call of a function did that no guess explains, and the call, line by line as C has it."""

    function: str
    message: str
    call: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole contract. `libraries` are as the contract will write them, by name.

    `notes` are what a reader should know of the header or library as a whole, such as functions that the library
    does not export; `disagreements` what was found when the draft was tried, and no guess explains. `builds` are
    those that the library can be built in, where not all that are usual: `builds_question` says what would change that.
    `uncreated` are handles that no function which is called creates.
    """

    header: Path
    boundary: str
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    libraries: Mapping[str, Value] = field(default_factory=dict)
    builds: tuple[str, ...] = ()
    builds_question: str = ""
    types: tuple[TypeDraft, ...] = ()
    handles: tuple[HandleDraft, ...] = ()
    uncreated: tuple[HandleDraft, ...] = ()
    functions: tuple[FunctionDraft, ...] = ()
    select: tuple[str, ...] = ()
    """The functions that belong to the boundary, where the header has others whose names begin alike."""
    notes: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    def function(self, name: str) -> FunctionDraft | None:
        """Return what is drafted for one function."""
        return next((each for each in self.functions if each.name == name), None)

    def changed(self, change: Callable[[FunctionDraft], FunctionDraft]) -> Draft:
        """Return it with another draft of each function."""
        return replace(self, functions=tuple(map(change, self.functions)))


def sure(clause: str, value: Value, rank: Rank, text: str, span: Span | None = None) -> Guess:
    """Return a clause that follows from its evidence."""
    return Guess(clause, value, Certainty.SURE, GuessEvidence(rank, text, span))


def guessed(clause: str, value: Value, rank: Rank, text: str, span: Span | None = None) -> Guess:
    """Return a clause that is likely, and may be wrong."""
    return Guess(clause, value, Certainty.GUESSED, GuessEvidence(rank, text, span))


def gap(clause: str, value: Value, question: str, span: Span | None = None) -> Guess:
    """Return a clause whose value only a person knows."""
    return Guess(clause, value, Certainty.GAP, GuessEvidence(Rank.CAUTION, question, span))


def _rivals(one: Guess, other: Guess) -> bool:
    if {one.clause, other.clause} in ({"out", "status"}, {"inout", "status"}):
        return False  # what is left there tells of success
    return one.clause == other.clause or any(
        one.clause in group and other.clause in group for group in (WHAT_IT_IS, _LIMITS)
    )


def _idle(guesses: Iterable[Guess], guess: Guess) -> bool:
    """Tell whether a guess is about the size of what has its own, or limits the elements of a whole buffer."""
    kinds = [each for each in guesses if each.clause in WHAT_IT_IS]
    if guess.clause in _LIMITS and guess.evidence.rank is Rank.CAUTION:
        return any(each.clause == "out" or each.value in ("bytes", "array") for each in kinds)
    if guess.clause not in _OF_A_BUFFER:
        return False
    whole = (each for each in kinds if each.value not in ("bytes", "array"))
    return any(each.evidence.rank < guess.evidence.rank and each.clause != "out" for each in whole)


def _weight(guess: Guess) -> tuple[bool, int]:
    return guess.certainty is Certainty.GAP, guess.evidence.rank
