"""What can be written at a place of a contract."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.contract.language.calls import CallOf, FreedBy
from abidance.contract.language.clauses import Clause, Clauses, ValueKind, meaning, table
from abidance.contract.language.formulas import Formula, RangeOf
from abidance.contract.language.kinds import FUNCTION_NAME, FilePath, Word
from abidance.contract.language.rules import AtMostOne, ExactlyOne, Needs
from abidance.contract.language.shapes import AnyValue, ListOf, MapOf, RecordOf, Shorthand, Values
from abidance.contract.language.statuses import StatusRange
from abidance.contract.language.times import Times
from abidance.editor import names, snippets
from abidance.editor.context import ClauseContext, Cursor, cursor_at
from abidance.editor.excerpt import excerpt
from abidance.editor.expressions import proposals_in_call, proposals_in_expression
from abidance.editor.proposals import Completion, Proposal, of_candidate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.editor.names import Knowledge

MAX_TEXT = 4 << 20
"""No contract is longer."""
MAX_EXCERPT = 256 << 10
"""Where more than this is around the cursor there are no completions: they would take longer than people wait."""
_MOST = 300
_MOST_FILES = 500


def complete(text: str, offset: int, knowledge: Knowledge, folder: Path) -> Completion:
    """Return what can be written at an offset; `folder` is where relative paths start."""
    if len(text) > MAX_TEXT:
        return Completion(offset, ())
    near, at = excerpt(text, offset)
    cursor = cursor_at(near, at) if len(near) <= MAX_EXCERPT else None
    if cursor is None:
        return Completion(offset, ())
    found = _few(_Completer(cursor, knowledge, folder).complete(), near[:at])
    return replace(found, start=found.start + offset - at)


def _few(found: Completion, before: str) -> Completion:
    """Return no more proposals than an editor can take at once: those that what is typed may become."""
    if len(found.proposals) <= _MOST:
        return found
    typed = before[found.start :].lower()
    fitting = [each for each in found.proposals if typed in each.label.lower()]
    fitting.sort(key=lambda each: each.rank)
    return Completion(found.start, tuple(fitting[:_MOST]), whole=False)


@dataclass(slots=True)
class _Completer:
    cursor: Cursor
    knowledge: Knowledge
    folder: Path

    def complete(self) -> Completion:
        cursor = self.cursor
        context = cursor.context
        if context.kind is None:
            return Completion(cursor.start, ())
        if context.is_key:
            written = (
                {each.key.text for each in context.siblings.pairs if each.colon}
                if context.siblings
                else set()
            )
            return Completion(cursor.start, tuple(self.keys(context.kind, written)))
        return self.value(context.kind)

    def value(self, kind: ValueKind) -> Completion:
        """Return what a value may be."""
        cursor = self.cursor
        if isinstance(kind, FreedBy):
            kind = FUNCTION_NAME
        if isinstance(kind, CallOf):
            return proposals_in_call(cursor, self.knowledge)
        if isinstance(kind, Formula | StatusRange | Times):
            return proposals_in_expression(cursor, kind, self.knowledge)
        if isinstance(kind, Shorthand):
            first = self.value(kind.kind)
            return replace(first, proposals=(*first.proposals, *self.mappings(kind.record)))
        if isinstance(kind, FilePath):
            return self.files()
        return Completion(cursor.start, tuple(self.words(kind)))

    def words(self, kind: ValueKind) -> Iterator[Proposal]:
        context = self.cursor.context
        match kind:
            case Word():
                for each in names.candidates(kind, context, self.knowledge):
                    yield of_candidate(each)
            case RangeOf():
                yield Proposal("[lowest, highest]", "snippet", insert="[${1:0}, ${2:255}]", snippet=True)
            case ListOf():
                yield from self.list(kind)
            case RecordOf(record):
                yield from self.mappings(record) if self.cursor.inline else self.keys(kind, set())
            case MapOf() | Values():
                if not self.cursor.inline:
                    yield from self.keys(kind, set())
            case AnyValue():
                yield from self.literals(context)
            case _:
                yield from (Proposal(each, "value") for each in kind.offers())

    def list(self, kind: ListOf) -> Iterator[Proposal]:
        """Yield items of a list that is not begun."""
        if isinstance(kind.item, RecordOf):
            for each in self.mappings(kind.item.record, inline=True):
                yield replace(each, insert=f"[{each.insert}]" if self.cursor.inline else f"- {each.insert}")
            return
        if isinstance(kind.item, Formula | CallOf):
            made = "[$0]" if self.cursor.inline else "- $0"
            yield Proposal(plain_label(made), "snippet", kind.item.words, insert=made, snippet=True)
            return
        for each in self.value(kind.item).proposals:
            if kind.single and self.cursor.inline:
                yield each
            else:
                text = each.insert or each.label
                yield replace(each, insert=f"[{text}]" if self.cursor.inline else f"- {text}")

    def mappings(self, record: type[Clauses], *, inline: bool | None = None) -> Iterator[Proposal]:
        """Yield mappings as they are often written."""
        inline = self.cursor.inline or self.cursor.context.in_flow if inline is None else inline
        for each in record.snippets:
            body = snippets.flow(each.body) if inline else snippets.block(each.body)
            yield Proposal(
                snippets.plain(snippets.flow(each.body)), "snippet", each.label, insert=body, snippet=True
            )

    def keys(self, kind: ValueKind, written: set[str]) -> Iterator[Proposal]:
        """Yield keys of a mapping that has some already."""
        context = self.cursor.context
        match kind:
            case RecordOf(record) | Shorthand(record):
                for clause in table(record).values():
                    if clause.rest:
                        yield from self.free_keys(context, written)
                    elif clause.key not in written and not _excluded(record, clause.key, written):
                        yield self.key(record, clause, written, has_colon=self.cursor.has_colon)
                if not written and not context.in_flow:
                    yield from self.mappings(record, inline=False)
            case MapOf(key, value):
                for each in names.candidates(key, context, self.knowledge):
                    if each.name not in written:
                        yield _as_key(of_candidate(each), value, in_flow=context.in_flow)
            case AnyValue():
                yield from self.free_keys(context, written)

    def key(self, record: type[Clauses], clause: Clause, written: set[str], *, has_colon: bool) -> Proposal:
        rank = 2 if clause.required else 6 if _lacks(record, clause.key, written) else 4
        text = snippets.key_text(clause, in_flow=self.cursor.context.in_flow)
        return Proposal(
            clause.key,
            "key",
            clause.kind.words,
            meaning(clause),
            rank,
            insert=clause.key if has_colon else text,
            snippet=not has_colon,
        )

    def free_keys(self, context: ClauseContext, written: set[str]) -> Iterator[Proposal]:
        """Yield the parameters of a call, or the fields of a record, that values are written out for."""
        facts = self.knowledge.facts
        if facts is None:
            return
        found: Iterator[names.Candidate] = iter(())
        match [each for each in context.way if each != "[]"]:
            case ["functions", function, "examples"] | ["handles", _, "prepare", function]:
                found = names.parameters(facts, function)
            case ["handles", _, "prepare"]:
                found = names.functions(facts)
            case _:
                type_ = names.type_at(context.way, facts)
                record = facts.record(type_) if type_ is not None else None
                found = names.fields(facts, record.spelling or record.key) if record is not None else found
        for each in found:
            if each.name not in written:
                yield _as_key(of_candidate(each), None, in_flow=context.in_flow)

    def literals(self, context: ClauseContext) -> Iterator[Proposal]:
        """Yield values of the type that a parameter, field or result has."""
        facts = self.knowledge.facts
        type_ = names.type_at(context.way, facts) if facts is not None else None
        if facts is None or type_ is None:
            return
        enum = facts.enum(type_)
        if enum is not None:
            yield from (of_candidate(names.constant(facts, each.name, 1)) for each in enum.enumerators)
        if names.is_bool(facts, type_):
            yield from (Proposal(word, "value", rank=1) for word in ("true", "false"))
        if names.is_pointer(facts, type_):
            yield Proposal("null", "value", "no object", rank=2)
        if "when" in context.way:
            yield Proposal("destroyed", "value", "a handle that was destroyed", rank=7)
            yield Proposal(
                "{range: [lowest, highest]}", "snippet", insert="{range: [${1:0}, ${2:255}]}", snippet=True
            )
            yield Proposal("{one_of: [...]}", "snippet", insert="{one_of: [$1]}", snippet=True)
        if enum is None:
            yield from (of_candidate(names.constant(facts, name, 8)) for name in facts.constants())

    def files(self) -> Completion:
        """Return the files and folders that a path may go on with; headers first."""
        before = self.cursor.before
        head, slash, last = before.rpartition("/")
        folder = self.folder / (head + slash)
        found = []
        try:
            with os.scandir(folder) as entries:
                for _, entry in zip(range(_MOST_FILES), entries, strict=False):
                    if entry.name.startswith(".") and not last.startswith("."):
                        continue
                    header = entry.name.endswith((".h", ".hpp"))
                    name = f"{entry.name}/" if entry.is_dir() else entry.name
                    found.append(
                        Proposal(name, "folder" if entry.is_dir() else "file", rank=3 if header else 5)
                    )
        except (OSError, ValueError):
            pass
        return Completion(self.cursor.offset - len(last), tuple(found))


def plain_label(snippet: str) -> str:
    """Return how a snippet is shown in a list."""
    return snippets.plain(snippet).strip()


def _as_key(proposal: Proposal, value: ValueKind | None, *, in_flow: bool) -> Proposal:
    open_ = "\n  $0" if isinstance(value, RecordOf | MapOf) and not in_flow else " $0"
    if isinstance(value, RecordOf) and value.record.snippets and open_ != " $0":
        names_parameter = {"in", "out", "to"} & table(value.record).keys()
        open_ = " $0" if names_parameter else open_
    return replace(proposal, insert=f"{snippets.escaped(proposal.label)}:{open_}", snippet=True)


def _excluded(record: type[Clauses], key: str, written: set[str]) -> bool:
    """Tell whether a clause contradicts one that is there."""
    groups = (rule.keys for rule in record.rules if isinstance(rule, AtMostOne | ExactlyOne))
    return any(key in group and written & set(group) for group in groups)


def _lacks(record: type[Clauses], key: str, written: set[str]) -> bool:
    """Tell whether a clause means nothing without one that is not there."""
    needs = (rule for rule in record.rules if isinstance(rule, Needs) and rule.key == key)
    return any(not written & set(rule.others) for rule in needs)
