"""`laws:`: what must hold across calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.calls import CallOf
from abidance.contract.language.clauses import Clauses, ClauseSnippet, Name, NamedClauses, clause
from abidance.contract.language.formulas import AFTER, BEFORE, EXPRESSIONS, WITH_CALLS
from abidance.contract.language.kinds import PARAMETER_NAME, TEXT, WHAT, choice
from abidance.contract.language.rules import AtLeastOne, Needs
from abidance.contract.language.shapes import ANY_VALUE, ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.model.places import FORM, LIMITS, Element, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.calls import WrittenCall
    from abidance.contract.language.literals import Literal as Written
    from abidance.contract.model.places import RecordRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Place):
    """A value that a law is given."""

    title: ClassVar[str] = "An input of a law: its type and limits."
    rules = (LIMITS, FORM)
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {**Place.other_words, "handle": "in", "to": "in"}
    )
    instead: ClassVar[str] = (
        "that is said of parameters: without `given`, each input is what the first parameter takes that it is passed to"
    )

    # What a law is given is the caller's own: these clauses of a place would mean nothing here.
    length: Expression | None = None
    capacity: Expression | None = None
    handle: Name | None = None
    align: int | None = None
    of: Element | None = None
    ended_by: Expression | None = None
    records: RecordRun | None = None
    lifetime: Name | None = None
    until: tuple[Name, ...] = ()
    owner: str | None = None
    free: Name | None = None
    alloc: Name | None = None
    misaligned: Literal[True] | None = None

    history: Literal["any"] | None = field(
        default=None,
        metadata=clause(
            choice("any"),
            "With `any`, a handle of any function that creates one, after any valid calls; without it, a new one.",
        ),
    )
    in_: Name = field(
        metadata=clause(
            WHAT,
            "The type: `bytes`, `string`, a handle, a C type, or the `array` that a parameter takes.",
            key="in",
            required=True,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LawExample(Clauses):
    """Inputs of a law that are tried first; those that are left out are generated."""

    title: ClassVar[str] = "Inputs of a law, by name, that are tried first."

    given: Mapping[Name, Written] = field(
        default_factory=dict,
        metadata=clause(MapOf(PARAMETER_NAME, ANY_VALUE), "The value of an input.", rest=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(NamedClauses):
    """What must hold across several calls."""

    title: ClassVar[str] = "Relations that must hold between calls."
    rules = (AtLeastOne(("ensures", "same")), Needs("split", ("same",)), Needs("same", ("split",)))
    snippets = (
        ClauseSnippet(
            "two calls that agree",
            {
                "given": {"${1:x}": "${2:TYPE}"},
                "steps": ["a = ${3:FUNCTION}(${1:x})", "b = ${3:FUNCTION}(${1:x})"],
                "ensures": ["a.result == b.result"],
            },
        ),
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the law says, in a sentence."))
    given: Mapping[Name, Given] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(PARAMETER_NAME, Shorthand(Given, "in", WHAT, words="what it is, or a mapping")),
            "The inputs of the law, by name; without it, each is what the parameter is that it is passed to.",
        ),
    )
    requires: tuple[Expression, ...] = field(
        default=(), metadata=clause(ListOf(BEFORE, words=EXPRESSIONS), "Preconditions on the inputs.")
    )
    steps: tuple[WrittenCall, ...] = field(
        default=(),
        metadata=clause(
            ListOf(CallOf(), least=1, words="a list of calls"),
            "The calls, in order; those inside of `ensures` are made after them.",
        ),
    )
    split: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(PARAMETER_NAME, least=1, single=True, words="a name, or a list of names"),
            "Inputs that may be cut: a step that takes one is made for each piece; `same` must not change.",
        ),
    )
    same: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(AFTER, least=1, words=EXPRESSIONS),
            "What is the same however the inputs in `split` are cut, as in `ensures`.",
        ),
    )
    examples: tuple[LawExample, ...] = field(
        default=(),
        metadata=clause(
            ListOf(RecordOf(LawExample), words="a list of mappings"),
            "Inputs that every run tries first, by name; what is left out is generated.",
        ),
    )
    ensures: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(WITH_CALLS, least=1, words=EXPRESSIONS),
            "Conditions that hold after the last step; a step's `result` and parameters are fields of"
            " its name.",
        ),
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the libraries that its calls name, in the order in which they do; none of a law about each."""
        named = [step.library.text for step in self.steps if step.library is not None]
        inside = (call.library for each in self.ensures for call in each.calls)
        return tuple(dict.fromkeys((*named, *(library[0] for library in inside if library is not None))))
