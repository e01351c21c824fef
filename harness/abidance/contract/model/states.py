"""`states:` and `transitions:` of a handle: which calls are lawful when, and where each leads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, Name, NamedClauses, Schema, clause
from abidance.contract.language.formulas import AFTER, BEFORE
from abidance.contract.language.kinds import (
    FUNCTION_NAME,
    PARAMETER_NAME,
    PARAMETER_PATH,
    STATE_NAME,
    TEXT,
    TRUE,
    Whole,
    Word,
)
from abidance.contract.language.shapes import ListOf, MapOf, Shorthand
from abidance.contract.source.nodes import ListNode, MappingNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.clauses import Define
    from abidance.contract.language.reader import ContractReader


COUNTER_NAME = Word(STATE_NAME.pattern, words="a name of its own")
LEVELS = Whole(1, 1 << 10, words="a number from 1 to 1024")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePromise(NamedClauses):
    """A state that a handle may be in."""

    title: ClassVar[str] = "A state of a handle."

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the state is, in a sentence."))
    only: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(FUNCTION_NAME, least=1, single=True, words="a function, or a list of functions"),
            "The only functions that may be called in it, besides those whose transitions name it under `from`, and "
            "what ends the handle.",
        ),
    )
    shown_by: Mapping[Name, Expression] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(FUNCTION_NAME, AFTER, words="a mapping from functions to expressions"),
            "Functions that show the state, each with what holds after a successful call of it in this state.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPromise(Clauses):
    """A number that a handle counts, such as how deep it is nested."""

    title: ClassVar[str] = "What a handle counts, from 0, where a new one begins."

    summary: str | None = field(default=None, metadata=clause(TEXT, "What is counted, in a sentence."))
    most: int = field(
        metadata=clause(LEVELS, "The highest number: no call is made that counts further.", required=True)
    )
    shown_by: Mapping[Name, Expression] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(FUNCTION_NAME, AFTER, words="a mapping from functions to expressions"),
            "Functions that show the number, each with what holds after a successful call of it: `result == depth`.",
        ),
    )


COUNTER = Shorthand(CounterPromise, "most", LEVELS, words="the highest number, or a mapping")


@dataclass(frozen=True)
class Targets(MapOf):
    """The state that a call leads to, or several with the conditions on which it does."""

    def read(self, node: Node, reader: ContractReader) -> Mapping[object, object]:
        """Return the states in the order written, each with its condition; None for a call that succeeds."""
        if isinstance(node, ScalarNode) and node.text:
            name = self.key.read(node, reader)
            return {} if name is None else {name: None}
        return super().read(node, reader)

    def schema(self, define: Define) -> Schema:
        """Return either form."""
        return {"anyOf": [self.key.schema(define), super().schema(define)]}


@dataclass(frozen=True)
class NamesOrMap(MapOf):
    """A mapping with free keys, or a list of keys of which nothing more is said."""

    def read(self, node: Node, reader: ContractReader) -> Mapping[object, object]:
        """Return the entries in the order written."""
        if isinstance(node, ListNode) and all(isinstance(item, ScalarNode) for item in node.items):
            entries = tuple((item, _nothing(item)) for item in node.items if isinstance(item, ScalarNode))
            node = MappingNode(entries, node.span, node.in_flow)
        return super().read(node, reader)

    def schema(self, define: Define) -> Schema:
        """Return either form."""
        listed: Schema = {"type": "array", "items": self.key.schema(define)}
        return {"anyOf": [super().schema(define), listed]}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionPromise(Clauses):
    """A function whose calls depend on the state of a handle, or change it."""

    title: ClassVar[str] = "In which states of a handle a function may be called, and where that leads."

    from_: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(STATE_NAME, least=1, single=True, words="a state, or a list of states"),
            "The states in which it may be called, or `callback`, where callbacks may call it; by default all states.",
            key="from",
        ),
    )
    to: Mapping[Name, Expression | None] = field(
        default_factory=dict,
        metadata=clause(
            Targets(STATE_NAME, AFTER, least=1, words="a state, or a mapping from states to conditions"),
            "The state that a successful call leads to, or states with conditions, of which the first that holds "
            "counts.",
        ),
    )
    while_: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "What must hold of what the handle counts for it to be called, such as `depth > 0`.",
            key="while",
        ),
    )
    counts: Mapping[Name, Expression] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(COUNTER_NAME, AFTER, words="a mapping from what is counted to expressions"),
            "What the handle counts after a successful call: `{depth: depth + 1}`, `{n: n + k}`. It is called only "
            "where that is from 0 to the `most`.",
        ),
    )
    of: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_PATH,
            "Which of the handles that it is given this is about: a parameter; or `child.PARAMETER`, the handle that "
            "was given as PARAMETER when `child` was made.",
        ),
    )
    once: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "It is called at most once for each handle, or once more after each return to the first state.",
        ),
    )
    copies: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The handle that what it creates, or that of `of`, is a copy of: in the same state, with as much counted.",
        ),
    )
    resets: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "After a successful call nothing is left of what callbacks were invoked before: their `order` begins anew.",
        ),
    )


def _nothing(item: ScalarNode) -> ScalarNode:
    return replace(item, text="", style="")
