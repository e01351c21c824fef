"""Reads nodes by the tables: every problem is collected, none stops the reading."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from abidance.contract.language.clauses import Clause, ClausePlaces, Clauses, Name, NamedClauses, table
from abidance.contract.language.misplaced_keys import is_cut_off, place_of
from abidance.contract.language.rules import listed
from abidance.contract.source.nodes import ListNode, MappingNode, Node, ScalarNode, describe
from abidance.core.catalogue import MISSING_KEY, UNKNOWN_KEY, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.codes import Code
    from abidance.core.span import Span

R = TypeVar("R", bound=Clauses)


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A clause that is read and not put to the test. `place` is the way to it, such as ``rg_admit.cost``."""

    name: str
    place: str
    span: Span


class ContractReader:
    """What reading one contract collects."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.not_judged: list[NotJudged] = []
        self._trail: list[str] = []
        self._around: list[tuple[type[Clauses], str]] = []
        """The mappings that are being read, the outermost first, each with the key that leads on."""
        self._in_later = False

    @property
    def subject(self) -> str:
        """Return what is being read, in the words of a message."""
        if not self._trail:
            return "the contract"
        return f"`{self._trail[-1]}`" if self._trail[-1] else f"an item of `{self._trail[-2]}`"

    @contextmanager
    def inside(self, key: str = "") -> Iterator[None]:
        """Read below a key or, without one, an item of a list."""
        self._trail.append(key)
        try:
            yield
        finally:
            self._trail.pop()

    def problem(
        self, code: Code, message: str, span: Span, label: str = "", *, hint: str | None = None
    ) -> None:
        """Report something wrong."""
        self.problems.append(Diagnostic(code, message, (Label(span, label),), help=hint))

    def wrong(self, node: Node, words: str, label: str = "", *, hint: str | None = None) -> None:
        """Report a value that is not what its clause wants."""
        message = f"{self.subject} must be {words}, not {describe(node)}"
        self.problem(WRONG_VALUE, message, node.span, label, hint=hint)

    def record(self, record: type[R], node: Node, name: Name | None = None) -> R | None:
        """Read a mapping by its table. A value left empty is a mapping without clauses."""
        if isinstance(node, ScalarNode) and not node.text and not node.style:
            node = MappingNode((), node.span, node.in_flow)
        if not isinstance(node, MappingNode):
            self.wrong(node, "a mapping", hint=_as_mapping(record, node))
            return None
        before = len(self.problems)
        clauses = table(record)
        values: dict[str, object] = {}
        keys: dict[str, Span] = {}
        spans: dict[str, Span] = {}
        others: list[tuple[ScalarNode, Node]] = []
        for key, value in node.entries:
            clause = clauses.get(key.text)
            if clause is None or clause.rest:
                others.append((key, value))
                continue
            keys[key.text], spans[key.text] = key.span, value.span
            self._around.append((record, key.text))
            values[clause.attribute] = self._clause(clause, key, value)
            self._around.pop()
        below = {
            key.text: tuple(inner.text for inner, _ in value.entries)
            for key, value in node.entries
            if isinstance(value, MappingNode)
        }
        places = ClausePlaces(name.span if name else _beginning(node), node.span, keys, spans, below)
        rest = next((clause for clause in clauses.values() if clause.rest), None)
        if rest:
            values[rest.attribute] = rest.kind.read(MappingNode(tuple(others), node.span, node.in_flow), self)
            others = []
        if self._keys_are_right(record, others, places):
            for rule in record.rules:
                self.problems.extend(rule.check(places, self.subject))
        if len(self.problems) > before:
            return None
        if issubclass(record, NamedClauses):
            values["name"] = name
        return record(places=places, **values)

    def _clause(self, clause: Clause, key: ScalarNode, value: Node) -> object:
        with self.inside(key.text):
            if clause.later and not self._in_later:
                self._note_later(clause, key, value)
                self._in_later = True
                try:
                    return self._value(clause, key, value)
                finally:
                    self._in_later = False
            return self._value(clause, key, value)

    def _value(self, clause: Clause, key: ScalarNode, value: Node) -> object:
        nothing = isinstance(value, ScalarNode) and not value.text and not value.style
        if nothing and not clause.kind.empty:
            message = f"`{key.text}` has no value"
            self.problem(WRONG_VALUE, message, key.span, f"must be {clause.kind.words}")
            return None
        return clause.kind.read(value, self)

    def _note_later(self, clause: Clause, key: ScalarNode, value: Node) -> None:
        items: list[tuple[str, Span]] = [(clause.key, key.span)]
        if clause.kind.itemised and isinstance(value, ListNode):
            items = [(item.text, item.span) for item in value.items if isinstance(item, ScalarNode)]
        place = ".".join(filter(None, self._trail))
        self.not_judged.extend(
            NotJudged(name, place, span) for name, span in items if name not in clause.judged
        )

    def _keys_are_right(
        self, record: type[Clauses], others: list[tuple[ScalarNode, Node]], places: ClausePlaces
    ) -> bool:
        before, clauses = len(self.problems), table(record)
        meant: set[str | None] = set()
        below: list[tuple[ScalarNode, Node]] = []
        for key, value in others:
            if (self.problems or below) and is_cut_off(key.text):
                continue  # the expression that it was cut from has been told
            same = record.other_words.get(key.text)
            close = same if same in clauses else nearest(key.text, clauses)
            meant.add(close)
            message = f"unknown key `{key.text}` in {self.subject}"
            if form := record.other_forms.get(key.text):
                self.problem(UNKNOWN_KEY, message, key.span, hint=f"write it as {form}")
            elif close:
                self.problem(UNKNOWN_KEY, message, key.span, f"did you mean `{close}`?")
            elif place := place_of(key.text, record, self._around):
                self.problem(UNKNOWN_KEY, message, key.span, hint=place)
            elif record.others_under and record.others_under not in places.keys and not is_cut_off(key.text):
                below.append((key, value))
            else:
                known = listed(tuple(clauses), "and") if clauses else "none"
                self.problem(UNKNOWN_KEY, message, key.span, hint=f"the keys here are {known}")
        if below:
            self._tell_where_they_go(record, below)
            meant.add(record.others_under)
        for clause in clauses.values():
            # A mistyped key is one mistake, not also a missing one.
            if clause.required and clause.key not in places.keys and clause.key not in meant:
                message = f"{self.subject} needs `{clause.key}`"
                only = clause.kind.offers()
                as_written = f"{clause.key}: {only[0]}" if len(only) == 1 else clause.key
                self.problem(MISSING_KEY, message, places.span, hint=f"`{as_written}`: {clause.doc}")
        return len(self.problems) == before

    def _tell_where_they_go(self, record: type[Clauses], others: list[tuple[ScalarNode, Node]]) -> None:
        """Report, once for all, keys that belong under a clause that is left out."""
        names = listed(tuple(key.text for key, _ in others), "and")
        keys = "key" if len(others) == 1 else "keys"
        items = ", ".join(f"{key.text}: {_on_one_line(value) or '..'}" for key, value in others)
        message = f"unknown {keys} {names} in {self.subject}"
        hint = f"write it as `{record.others_under}: {{{items}}}`"
        self.problem(UNKNOWN_KEY, message, others[0][0].span, hint=hint)


def _as_mapping(record: type[Clauses], node: Node) -> str:
    """Return how to write as a mapping what is none: under its key, if it is a value that some clause often has."""
    text = node.text if isinstance(node, ScalarNode) else ""
    if record.alone and (written := _on_one_line(node)):
        return f"write `{{{record.alone}: {written}}}`"
    keys = dict.fromkeys(key for each in record.snippets for key, value in each.body.items() if value == text)
    if keys:
        return f"write {listed(tuple(f'{{{key}: {text}}}' for key in keys))}"
    return "its clauses follow on separate lines, or in braces: `{key: value}`"


def _on_one_line(node: Node) -> str:
    """Return a value, or a list of such, as it may stand in braces; empty where it has mappings in it."""
    if isinstance(node, ScalarNode):
        return node.text
    items = node.items if isinstance(node, ListNode) else ()
    texts = [each.text if isinstance(each, ScalarNode) else "" for each in items]
    return f"[{', '.join(texts)}]" if texts and all(texts) else ""


def _beginning(node: MappingNode) -> Span:
    """Return a place on one line that stands for the mapping."""
    return node.span if node.in_flow or not node.entries else node.entries[0][0].span
