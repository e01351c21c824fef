"""Kinds of value that hold others: lists, mappings with free keys, mappings with a table."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Any

from abidance.contract.language.clauses import (
    ClausePlaces,
    Clauses,
    Define,
    Name,
    NamedClauses,
    Schema,
    ValueKind,
    table,
)
from abidance.contract.language.literals import Literal
from abidance.contract.source.nodes import ListNode, MappingNode, Node, ScalarNode
from abidance.core.catalogue import WRONG_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.contract.language.kinds import Word
    from abidance.contract.language.reader import ContractReader


@dataclass(frozen=True)
class ListOf(ValueKind):
    """A list, which the model keeps as a tuple. With `single`, what is no list is a list of one."""

    item: ValueKind
    least: int = 0
    single: bool = False
    _: KW_ONLY
    words: str = "a list"

    def offers(self) -> tuple[str, ...]:
        """Return what an item may be."""
        return self.item.offers()

    def read(self, node: Node, reader: ContractReader) -> tuple[object, ...]:
        """Return the values of the items."""
        if self.single and not isinstance(node, ListNode):
            return (self.item.read(node, reader),)
        if not isinstance(node, ListNode):
            reader.wrong(node, self.words, hint=self._hint(node, reader))
            return ()
        if len(node.items) < self.least:
            message = f"{reader.subject} must be {self.words}, and this one is empty"
            reader.problem(WRONG_VALUE, message, node.span)
        values = []
        for item in self.item.items(node):
            with reader.inside():
                values.append(self.item.read(item, reader))
        return tuple(values)

    def _hint(self, node: Node, reader: ContractReader) -> str | None:
        if not isinstance(node, ScalarNode) or len(node.text) > 60 or "\n" in node.text:
            return None
        text = node.text.replace("'", "''")
        text = f"'{text}'" if set(text) & set(",[]{}#:'\"") else text
        return f"with one item, write {reader.subject.rstrip('`')}: [{text}]`"

    def schema(self, define: Define) -> Schema:
        """Return an array."""
        item = self.item.schema(define)
        schema: Schema = {"type": "array", "items": item}
        if self.least:
            schema["minItems"] = self.least
        return {"anyOf": [schema, item]} if self.single else schema


@dataclass(frozen=True)
class RecordOf(ValueKind):
    """A mapping with a table, or with one that a function returns: that of what holds such mappings itself."""

    of: type[Clauses] | Callable[[], type[Clauses]]
    condition: str = ""
    """The clause of which a text alone is the only item, where there is one."""
    _: KW_ONLY
    words: str = "a mapping"
    empty: bool = True
    __match_args__ = ("record",)

    @property
    def record(self) -> type[Clauses]:
        """Return the table."""
        return self.of if isinstance(self.of, type) else self.of()

    def read(self, node: Node, reader: ContractReader) -> Clauses | None:
        """Return the mapping as a value of the model."""
        return reader.record(self.record, self.meant(node))

    def meant(self, node: Node) -> Node:
        """Return the mapping that a text alone stands for."""
        if not self.condition or not isinstance(node, ScalarNode) or node.value is None:
            return node
        key = replace(node, text=self.condition, style="")
        return MappingNode(((key, ListNode((node,), node.span, node.in_flow)),), node.span, node.in_flow)

    def schema(self, define: Define) -> Schema:
        """Return a reference to the table's own schema."""
        record = define(self.record)
        return {"anyOf": [{"type": "string"}, record]} if self.condition else record


@dataclass(frozen=True)
class Shorthand(ValueKind):
    """A mapping with a table, or a value that stands for one of its clauses."""

    record: type[Clauses]
    clause: str
    kind: ValueKind

    def read(self, node: Node, reader: ContractReader) -> Clauses | None:
        """Return the mapping, written or meant."""
        if isinstance(node, MappingNode):
            return reader.record(self.record, node)
        before = len(reader.problems)
        value = self.kind.read(node, reader)
        if len(reader.problems) > before and isinstance(node, ScalarNode) and isinstance(node.value, bool):
            # Nothing is on or off here: what may be written is either form.
            del reader.problems[before:]
            reader.wrong(node, self.words)
        here = {self.clause: node.span}
        places = ClausePlaces(node.span, node.span, here, here)
        return self.record(places=places, **{table(self.record)[self.clause].attribute: value})

    def schema(self, define: Define) -> Schema:
        """Return either form."""
        return {"anyOf": [self.kind.schema(define), define(self.record)]}


@dataclass(frozen=True)
class WordOr(Shorthand):
    """A mapping with a table, or a word, each as itself: the word is no shorter way to say what the mapping says."""

    def read(self, node: Node, reader: ContractReader) -> Any:
        """Return the mapping, or the word."""
        return (
            reader.record(self.record, node)
            if isinstance(node, MappingNode)
            else self.kind.read(node, reader)
        )

    def offers(self) -> tuple[str, ...]:
        """Return the words that are no names."""
        return self.kind.offers()

    def schema(self, define: Define) -> Schema:
        """Return either form, and the words to choose from."""
        return {**super().schema(define), "examples": [*self.kind.offers()]}


@dataclass(frozen=True)
class MapOf(ValueKind):
    """A mapping with free keys of one form, which the model keeps as a Mapping.

    It is by text where its values know their names, otherwise by Name.
    """

    key: Word
    value: ValueKind
    least: int = 0
    most: int | None = None
    _: KW_ONLY
    words: str = "a mapping"
    empty: bool = True
    name: Callable[[ScalarNode, ContractReader], Name | None] = lambda key, _: Name(key.text, key.span)
    """Returns what a key of the form is; None after a complaint."""

    def read(self, node: Node, reader: ContractReader) -> Mapping[object, object]:
        """Return the entries in the order written."""
        if isinstance(node, ScalarNode) and not node.text and not node.style:
            node = MappingNode((), node.span, node.in_flow)
        if not isinstance(node, MappingNode):
            reader.wrong(node, self.words, hint=self._of_a_list(node))
            return {}
        count = len(node.entries)
        if count < self.least or count > (self.most or count):
            why = "this one is empty" if not node.entries else f"this one has {count} keys"
            reader.problem(WRONG_VALUE, f"{reader.subject} must be {self.words}, and {why}", node.span)
        entries: dict[object, object] = {}
        for key, value in node.entries:
            if not re.search(self.key.pattern, key.text):
                reader.problem(WRONG_VALUE, f"`{key.text}` is not {self.key.words}", key.span)
                continue
            name = self.name(key, reader)
            if name is None:
                continue
            with reader.inside(key.text):
                if isinstance(self.value, RecordOf) and issubclass(self.value.record, NamedClauses):
                    entries[key.text] = reader.record(self.value.record, self.value.meant(value), name)
                else:
                    entries[name] = self.value.read(value, reader)
        return entries

    def _of_a_list(self, node: Node) -> str | None:
        """Return how what stands in a list is written here, with the first of its items that could be a key."""
        if not isinstance(node, ListNode):
            return None
        words = (item.text for item in node.items if isinstance(item, ScalarNode))
        name = next((word for word in words if re.search(self.key.pattern, word)), "NAME")
        return f"each stands under its name: `{{{name}: ...}}`"

    def schema(self, define: Define) -> Schema:
        """Return an object whose keys have the form."""
        schema: Schema = {
            "type": "object" if self.least else ["object", "null"],
            "propertyNames": {"pattern": self.key.pattern},
            "additionalProperties": self.value.schema(define),
        }
        limits = {"minProperties": self.least, "maxProperties": self.most}
        return {**schema, **{key: limit for key, limit in limits.items() if limit}}


@dataclass(frozen=True)
class AnyValue(ValueKind):
    """A value as written: a number, text, a list, a mapping of fields, null."""

    _: KW_ONLY
    words: str = "a value"
    empty: bool = True

    def read(self, node: Node, _reader: ContractReader) -> Literal:
        """Return the value; what it means depends on the type that it is for."""
        return Literal.of(node)

    def schema(self, _define: Define) -> Schema:
        """Return no limits."""
        return {}


@dataclass(frozen=True)
class Values(AnyValue):
    """Values by name, which the model keeps as one Literal."""

    words: str = "a mapping from parameters to values"

    def read(self, node: Node, reader: ContractReader) -> Literal:
        """Return the values as written."""
        nothing = isinstance(node, ScalarNode) and not node.text and not node.style
        if not nothing and not isinstance(node, MappingNode):
            reader.wrong(node, self.words)
        return Literal.of(node)

    def schema(self, _define: Define) -> Schema:
        """Return an object with any values."""
        return {"type": ["object", "null"]}


ANY_VALUE = AnyValue()
ARGUMENTS = Values()
