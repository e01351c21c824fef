"""The tables: a mapping of the language is a dataclass, and each of its fields is a clause.

Adding a clause is adding one field, with `metadata=clause(KIND, "What it means.")`. The loader, its error
messages and the JSON Schema read the same field; the reference page can.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression import Expression
    from abidance.contract.language.reader import ContractReader
    from abidance.contract.language.rules import ClauseRule
    from abidance.contract.source.nodes import ListNode, Node
    from abidance.core.span import Span

Schema = dict[str, object]
_CLAUSE = "clause"


class Define(Protocol):
    """Puts a mapping's schema among the definitions, once, and returns a reference to it."""

    def __call__(self, record: type[Clauses], /) -> Schema: ...


@dataclass(frozen=True, kw_only=True)
class ValueKind(ABC):
    """What a value may be. `words` name it in messages: "must be <words>".

    `empty` tells that a key with nothing after it is fine; `itemised`, that each item of a list is a
    clause of its own where clauses are listed as not judged.
    """

    words: str
    empty: bool = False
    itemised: bool = False

    @abstractmethod
    def read(self, node: Node, reader: ContractReader) -> object:
        """Return the model's value, or report a problem to the reader and return anything."""

    def items(self, node: ListNode) -> tuple[Node, ...]:
        """Return the items of a list of such values."""
        return node.items

    def offers(self) -> tuple[str, ...]:
        """Return values to choose from, for whoever writes one; others may be right as well."""
        return ()

    @abstractmethod
    def schema(self, define: Define) -> Schema:
        """Return the JSON Schema of what `read` accepts."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One key of a mapping. With `later`, it is read and listed as not judged, but for the items in `judged`.

    The clause with `rest` takes every key that no other clause has.
    """

    key: str
    attribute: str
    kind: ValueKind
    doc: str
    required: bool = False
    later: bool = False
    rest: bool = False
    judged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ClauseSnippet:
    """A mapping as it is often written, for editors to insert.

    In its texts ``$1`` and ``${1:n}`` are places to fill in, as in the snippets of the Language Server Protocol.
    """

    label: str
    body: Mapping[str, object]


def meaning(clause: Clause) -> str:
    """Return what a clause means and what its value may be, in Markdown: what editors show of it."""
    required = " Required." if clause.required else ""
    return f"{clause.doc}{_not_judged(clause)}\n\nValue: {clause.kind.words}.{required}"


def _not_judged(clause: Clause) -> str:
    if not clause.later:
        return ""
    if not clause.judged:
        return " Parsed, but not judged by this version."
    others = [f"`{word}`" for word in clause.kind.offers() if word not in clause.judged]
    return f" Not judged by this version: {', '.join(others)}." if others else ""


def clause(
    kind: ValueKind,
    doc: str,
    *,
    key: str = "",
    required: bool = False,
    later: bool = False,
    rest: bool = False,
    judged: frozenset[str] = frozenset(),
) -> Mapping[str, Clause]:
    """Return the metadata that makes a dataclass field a clause.

    `key` is the word in YAML where it is not the field's name.
    """
    return {_CLAUSE: Clause(key, "", kind, doc, required, later, rest, judged)}


@dataclass(frozen=True, slots=True)
class ClausePlaces:
    """Where a mapping and its clauses stand. `span` is its name where it has one, `body` its content.

    `keys`, `values` and `below` are by the word in YAML; clauses left out are in none.
    """

    span: Span
    body: Span
    keys: Mapping[str, Span]
    values: Mapping[str, Span]
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words in each clause that is a mapping itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """A mapping of the contract as a value of the model."""

    places: ClausePlaces = field(repr=False)
    title: ClassVar[str] = ""
    rules: ClassVar[tuple[ClauseRule, ...]] = ()
    snippets: ClassVar[tuple[ClauseSnippet, ...]] = ()
    instead: ClassVar[str] = ""
    """What to do where a key is written that those like it have, and this one alone has not."""
    alone: ClassVar[str] = ""
    """The clause that is meant where one value, or a list, is written in place of the mapping."""
    others_under: ClassVar[str] = ""
    """The required clause whose items are meant where it is left out and keys are written that are none here."""
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Words by which those like it have a clause, each with the word for that clause here."""
    other_forms: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Words of which no clause here is another word, each with how it is written what they stand for."""

    @property
    def span(self) -> Span:
        """Return where it is named or, without a name, where it stands."""
        return self.places.span

    def says(self, key: str) -> bool:
        """Return whether the contract has this clause, rather than its default."""
        return key in self.places.keys

    def key_span(self, key: str) -> Span:
        """Return where the clause's key stands, or the mapping when it is left out."""
        return self.places.keys.get(key, self.places.span)

    def value_span(self, key: str) -> Span:
        """Return where the clause's value stands, or the mapping when it is left out."""
        return self.places.values.get(key, self.places.span)


@dataclass(frozen=True, slots=True)
class Name:
    """A word of the contract that means something elsewhere, with its place."""

    text: str
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class FreeingCall(Name):
    """A function, `text`, that frees something, and what it is called with."""

    arguments: tuple[tuple[Name | None, Expression], ...]

    def __str__(self) -> str:
        given = (each.text if name is None else f"{name}={each.text}" for name, each in self.arguments)
        return f"{self.text}({', '.join(given)})"


@dataclass(frozen=True, kw_only=True)
class NamedClauses(Clauses):
    """A mapping that the contract names with a key. Not slotted: it is combined with other bases."""

    name: Name


_TABLES: dict[type, Mapping[str, Clause]] = {}


def table(record: type[Clauses]) -> Mapping[str, Clause]:
    """Return the clauses of a mapping by key, in the order of the reference page."""
    if record not in _TABLES:
        made = [(entry.name, entry.metadata.get(_CLAUSE)) for entry in fields(record)]
        named = [replace(one, key=one.key or name, attribute=name) for name, one in made if one]
        _TABLES[record] = {one.key: one for one in named}
    return _TABLES[record]
