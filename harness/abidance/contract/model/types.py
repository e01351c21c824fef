"""`types:` and `handles:`."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.calls import DESTROYED_BY
from abidance.contract.language.clauses import Clauses, ClauseSnippet, Name, NamedClauses, clause
from abidance.contract.language.formulas import BEFORE, EXPRESSIONS, PINNED_ALIGNMENT, SIZE
from abidance.contract.language.kinds import (
    ALIVE,
    FIELD_NAME,
    FIELD_PATH,
    FLAG,
    FUNCTION_NAME,
    HOOK,
    PARAMETER_NAME,
    STATE_NAME,
    TEXT,
    TRUE,
    TYPE_NAME,
    WHAT,
    TrueOr,
    choice,
)
from abidance.contract.language.owners import OWNER_OF_MEMORY
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf
from abidance.contract.language.statuses import STATUS
from abidance.contract.model.callbacks import Callback
from abidance.contract.model.explore import EXPLORE
from abidance.contract.model.places import FORM, LASTS_UNTIL, LIMITS, OWNERS, Place, of_what_is_pointed_at
from abidance.contract.model.setup import CALLS
from abidance.contract.model.states import (
    COUNTER,
    COUNTER_NAME,
    CounterPromise,
    NamesOrMap,
    StatePromise,
    TransitionPromise,
)
from abidance.contract.model.variants import VariantPromise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.literals import Literal as WrittenValue
    from abidance.contract.language.statuses import StatusValue
    from abidance.contract.model.explore import Explore

NO_PARENT = "none"
"""What is said as the `parent` of a handle that outlives those it is made with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPins(Clauses):
    """A layout that callers rely on, in bytes."""

    title: ClassVar[str] = "The layout that callers rely on, in bytes."

    size: Expression | None = field(default=None, metadata=clause(SIZE, "The size of the type."))
    align: Expression | None = field(
        default=None, metadata=clause(PINNED_ALIGNMENT, "The alignment of the type.")
    )
    offsets: Mapping[Name, Expression] = field(
        default_factory=dict,
        metadata=clause(MapOf(FIELD_NAME, SIZE), "The offsets of fields, by name."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPromise(NamedClauses, Place):
    """A field of a record. Which way data goes is the record's own direction."""

    title: ClassVar[str] = "A field: its limits, and what it points to."
    rules = (
        LIMITS,
        AtMostOne(("to", "handle", "callback", "end_of", "opaque")),
        *(
            Needs(key, ("to",))
            for key in ("encoding", "like", "align", "misaligned", "window", "of", "ended_by", "records")
        ),
        *of_what_is_pointed_at(("capacity", "max"), ("to", "length")),
        FORM,
        Needs("lifetime", ("to", "callback")),
        LASTS_UNTIL,
        Needs("owner", ("to",)),
        *OWNERS,
    )
    snippets = (
        ClauseSnippet("a buffer", {"to": "bytes", "length": "${1:n}"}),
        ClauseSnippet("an array", {"to": "array", "length": "${1:n}"}),
        ClauseSnippet("a string", {"to": "string"}),
        ClauseSnippet("where a buffer ends", {"end_of": "${1:FIELD}"}),
        ClauseSnippet("a number with limits", {"range": ["${1:0}", "${2:255}"]}),
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the field is, in a sentence."))
    # A path says more: `msg_iov.iov_base`.
    fields: Mapping[str, FieldPromise] = field(default_factory=dict)

    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points to: `bytes`, `array`, `string`, or a C type for a single object."
        ),
    )
    owner: str | None = field(
        default=None,
        metadata=clause(
            OWNER_OF_MEMORY,
            "Who frees it: the `caller`, by default, or the `callee`, which takes ownership when the call succeeds. Or "
            "each on a condition on the record.",
        ),
    )

    end_of: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_NAME,
            "It points one past the end of what this field points to, which begins there and has no `length`.",
        ),
    )
    window: Literal[True] | Name | None = field(
        default=None,
        metadata=clause(
            TrueOr(FIELD_NAME, words="`true`, or the name of a field"),
            "The callee moves the pointer on and lowers its `length` or `capacity`, or raises a field that says how "
            "far it came; the next call goes on there.",
        ),
    )
    callback: Callback | None = field(
        default=None, metadata=clause(RecordOf(Callback), "A function that the callee calls back.")
    )
    user_data: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_NAME,
            "The field whose value is passed back unchanged to the callback, or to those of the record that say "
            "nothing of it.",
        ),
    )
    opaque: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "A pointer that the callee keeps, or hands back, and never follows: expressions see which it is.",
        ),
    )

    read_only: Literal[True] | tuple[Name, ...] | None = field(
        default=None,
        metadata=clause(
            TrueOr(
                ListOf(STATE_NAME, least=1, single=True),
                words="`true`, or states of the handle",
                several=True,
            ),
            "The callee alone sets it, of a handle that the caller allocates: callers read it; or do, in these states.",
        ),
    )
    secret: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "What is in it is a secret: no copy is left when the handle, which the caller allocates, is destroyed.",
        ),
    )

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at."""
        return self.to


@dataclass(frozen=True, slots=True, kw_only=True)
class TypePromise(NamedClauses):
    """A type of the header. Its name is as C spells it, such as ``rg_request`` or ``struct timeval``."""

    title: ClassVar[str] = "A type: the values of an enum, or the fields of a record."
    rules = (AtMostOne(("enum", "fields")), AtMostOne(("enum", "guarded_by")), AtMostOne(("enum", "variant")))
    snippets = (
        ClauseSnippet("an enum without other values", {"enum": "closed"}),
        ClauseSnippet("an enum with any value", {"enum": "open"}),
        ClauseSnippet("a record", {"fields": {"${1:FIELD}": {"range": ["${2:0}", "${3:255}"]}}}),
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the type is, in a sentence."))
    enum: str | None = field(
        default=None,
        metadata=clause(
            choice("closed", "open"),
            "`closed`: only the declared enumerators are valid, as in a Rust enum; `open`: any value "
            "of the type is.",
        ),
    )
    layout: LayoutPins | None = field(
        default=None, metadata=clause(RecordOf(LayoutPins), "The layout that callers rely on.")
    )
    fields: Mapping[str, FieldPromise] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(FIELD_PATH, RecordOf(FieldPromise)),
            "What the header cannot express about fields; `data.text` is a field of a field, or of what it points to.",
        ),
    )
    guarded_by: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_NAME,
            "The member that tells the library the record's size or version, such as `cbSize`: the "
            "ABI gate then allows fields to be appended.",
        ),
    )
    variants: tuple[VariantPromise, ...] = field(
        default=(),
        metadata=clause(
            ListOf(RecordOf(VariantPromise), least=1, single=True, words="a mapping, or a list of mappings"),
            "Which member of a union lives, or what a pointer leads to, as a tag tells.",
            key="variant",
        ),
    )
    invariants: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(BEFORE, words=EXPRESSIONS),
            "Conditions that hold for every valid value; fields are named without the record.",
        ),
    )
    generate: Name | None = field(
        default=None,
        metadata=clause(HOOK, "A Python function that returns a Hypothesis strategy for the values."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class References(Clauses):
    """How references to a handle are counted."""

    title: ClassVar[str] = "The functions that count references to a handle."

    acquire: Name = field(
        metadata=clause(FUNCTION_NAME, "The function that adds a reference.", required=True)
    )
    release: Name = field(
        metadata=clause(
            FUNCTION_NAME,
            "The function that gives one back; with the last one, the handle is destroyed.",
            required=True,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlePromise(NamedClauses):
    """A pointer, a number or a record with a life: create, use, destroy."""

    title: ClassVar[str] = "An object that functions create, use and destroy."
    snippets = (
        ClauseSnippet("created and destroyed", {"create": "${1:FUNCTION}", "destroy": "${2:FUNCTION}"}),
        ClauseSnippet(
            "with counted references",
            {
                "create": "${1:FUNCTION}",
                "references": {"acquire": "${2:FUNCTION}", "release": "${3:FUNCTION}"},
            },
        ),
    )
    rules = (AtMostOne(("destroy", "references")), AtMostOne(("locks", "locks_all_but")))
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType({"free": "destroy"})

    summary: str | None = field(
        default=None, metadata=clause(TEXT, "What the handle stands for, in a sentence.")
    )
    type: Name | None = field(
        default=None,
        metadata=clause(
            TYPE_NAME, "The C type that it points to, or is, if the handle's name is not that of a type."
        ),
    )
    creates: tuple[Name, ...] = field(
        metadata=clause(
            ListOf(FUNCTION_NAME, least=1, single=True, words="a function, or a list of functions"),
            "The function that creates one; of one that is only borrowed, a function that returns it.",
            key="create",
            required=True,
        )
    )
    destroy: Name | None = field(
        default=None,
        metadata=clause(
            DESTROYED_BY,
            "The function that destroys it; or a call of it, with the handle by its name, numbers that `create` was "
            "given, and constants.",
        ),
    )
    references: References | None = field(
        default=None,
        metadata=clause(
            RecordOf(References), "Instead of `destroy`: the functions that count references to it."
        ),
    )
    invalid: tuple[StatusValue, ...] = field(
        default=(),
        metadata=clause(
            ListOf(STATUS, least=1, single=True, words="a number, or a list of numbers"),
            "Of handles that are numbers, those that never are one: `-1`, `..-1`. Of pointers, the one that is "
            "returned for none in place of NULL.",
        ),
    )
    prepare: tuple[Mapping[Name, WrittenValue], ...] = field(
        default=(),
        metadata=clause(
            CALLS,
            "Calls made on every new handle before it is used, `{function: {parameter: value}}`; the "
            "handle itself is omitted.",
        ),
    )
    states: Mapping[str, StatePromise] = field(
        default_factory=dict,
        metadata=clause(
            NamesOrMap(
                STATE_NAME,
                RecordOf(StatePromise),
                words="a list of states, or a mapping from states to what is said of each",
            ),
            "The states that it may be in; a new one is in the first.",
        ),
    )
    counts: Mapping[Name, CounterPromise] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(COUNTER_NAME, COUNTER),
            "What it counts, such as how deep it is nested, each with the highest number; a new one has counted 0.",
        ),
    )
    transitions: Mapping[Name, tuple[TransitionPromise, ...]] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(
                FUNCTION_NAME,
                ListOf(
                    RecordOf(TransitionPromise),
                    least=1,
                    single=True,
                    words="a mapping, or a list of mappings",
                ),
            ),
            "Functions that may be called in some states only, or that change the state. Others may be called in every "
            "state, and leave it as it is.",
        ),
    )
    concurrent: bool | None = field(
        default=None,
        metadata=clause(FLAG, "Whether several threads may call functions on one handle at the same time."),
    )
    explore: Explore | None = field(
        default=None, metadata=clause(EXPLORE, "How long sequences of its calls are explored.")
    )
    created_with: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(PARAMETER_NAME, least=1, single=True, words="a parameter, or a list of parameters"),
            "Numbers that `create` is given, and that are known of it as long as it is there: expressions have them as "
            "its fields, `filter.channels`.",
        ),
    )
    zeroed: Literal[True] | None = field(
        default=None,
        metadata=clause(TRUE, "The caller clears the memory of one that it allocates, before `create`."),
    )
    size: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "How many bytes the caller allocates for one, where its type does not tell or more follows: a number, or "
            "an expression over the parameters of `create`.",
        ),
    )
    parents: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(TYPE_NAME, least=1, single=True, words="the name of a C type, or a list of them"),
            "The handles that must outlive this one, or `none`; by default all other kinds that `create` takes.",
            key="parent",
        ),
    )
    at_most: int | None = field(
        default=None,
        metadata=clause(
            ALIVE,
            "So many may be alive at a time: of each handle that they are made from; altogether, where there is none.",
        ),
    )
    locks: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(FUNCTION_NAME, least=1, single=True, words="a function, or a list of functions"),
            "Functions that may not be called on the handle that one was made from, as long as that one is alive.",
        ),
    )
    locks_all_but: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(FUNCTION_NAME, least=1, single=True, words="a function, or a list of functions"),
            "The only functions that may then be called on it, besides those that are given the one as well.",
        ),
    )

    @property
    def ended_by(self) -> Name | None:
        """Return the function that destroys it, or gives one reference back."""
        return self.references.release if self.references is not None else self.destroy

    def is_made_by(self, function: str) -> bool:
        """Tell whether a function is said to make one."""
        return any(each.text == function for each in self.creates)

    def is_ended_by(self, function: str) -> bool:
        """Tell whether a function destroys one, or gives one reference back."""
        return self.ended_by is not None and self.ended_by.text == function

    def is_acquired_by(self, function: str) -> bool:
        """Tell whether a function adds a reference to one."""
        return self.references is not None and self.references.acquire.text == function

    @property
    def create(self) -> Name:
        """Return the function that makes one where nothing else is said."""
        return self.creates[0]
