"""What a place of a document is to the contract language: which table, clause and kind of value apply there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Clause, Clauses, ValueKind, table
from abidance.contract.language.formulas import BOUND, RangeOf
from abidance.contract.language.shapes import AnyValue, ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.model.contract import Contract
from abidance.editor.outline import Pair, Pairs, ScalarSpot, ScalarText, spot_at
from abidance.editor.outline_reader import read_outline

if TYPE_CHECKING:
    from abidance.editor.outline import Items, Tree

ITEM = "[]"
_HERE = "\ue000"
"""Stands for the cursor. A character for private use, which no contract has."""
CONTRACT = RecordOf(Contract)


@dataclass(frozen=True, slots=True)
class ClauseContext:
    """A scalar, with what it is there for.

    `way` are the keys from the root to it, with ``[]`` for an item of a list; of a key, without itself. `kind` is what
    its value may be, or for a key, what the mapping may be that has it; None where nothing is known of it. `clause` is
    the clause that brought this kind, and `siblings` the mapping around a key.
    """

    root: Pairs
    scalar: ScalarText
    way: tuple[str, ...]
    kind: ValueKind | None
    clause: Clause | None
    is_key: bool
    siblings: Pairs | None
    in_flow: bool
    parent: Pairs | Items | None

    @property
    def record(self) -> type[Clauses] | None:
        """Return the table of the mapping, where it has one."""
        return self.kind.record if isinstance(self.kind, RecordOf | Shorthand) else None


def context_at(tree: Tree | None, offset: int) -> ClauseContext | None:
    """Return what the scalar at an offset is there for."""
    spot = spot_at(tree, offset)
    return context_of(tree, spot) if spot is not None and isinstance(tree, Pairs) else None


def context_of(tree: Pairs, spot: ScalarSpot) -> ClauseContext:
    """Return what a scalar is there for."""
    kind: ValueKind | None = CONTRACT
    clause: Clause | None = None
    way: list[str] = []
    last = len(spot.steps) - 1
    for at, step in enumerate(spot.steps):
        if at == last and spot.is_key:
            break
        if isinstance(step, Pair):
            found = below(kind, step.key.text)
            clause, kind = found if found is not None else (None, None)
            way.append(step.key.text)
        else:
            kind = item_of(kind)
            way.append(ITEM)
    parent = spot.parents[-1] if spot.parents else None
    siblings = parent if spot.is_key and isinstance(parent, Pairs) else None
    in_flow = any(each.in_flow for each in spot.parents)
    return ClauseContext(tree, spot.scalar, tuple(way), kind, clause, spot.is_key, siblings, in_flow, parent)


def below(kind: ValueKind | None, key: str) -> tuple[Clause | None, ValueKind] | None:
    """Return the clause, if a table has one, and the kind of value that a key of a mapping has."""
    match kind:
        case RecordOf(record) | Shorthand(record):
            clauses = table(record)
            clause = clauses.get(key)
            if clause is not None and not clause.rest:
                return clause, clause.kind
            rest = next((each for each in clauses.values() if each.rest), None)
            return (rest, rest.kind.value) if rest is not None and isinstance(rest.kind, MapOf) else None
        case MapOf(value=value):
            return None, value
        case AnyValue():
            return None, kind
    return None


def item_of(kind: ValueKind | None) -> ValueKind | None:
    """Return the kind of value that the items of a list have."""
    match kind:
        case ListOf(item):
            return item
        case RangeOf():
            return BOUND
        case AnyValue():
            return kind
    return None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place where something may be written: the context, and the text of the scalar before and behind it.

    `offset` is the place itself, `start` where the word begins on its line that ends there. `inline` tells that a value
    stands on the line of its key, `has_colon` that a key has its colon.
    """

    context: ClauseContext
    before: str
    behind: str
    offset: int
    start: int
    inline: bool
    has_colon: bool


def cursor_at(text: str, offset: int) -> Cursor | None:
    """Return what may be written at an offset; None in a comment, or where nothing can be."""
    if _HERE in text:
        return None
    tree = read_outline(text[:offset] + _HERE + text[offset:])
    if isinstance(tree, ScalarText):  # the first word of a document
        tree = Pairs(tree.start, pairs=[Pair(tree, colon=False)], end=tree.end)
    spot = spot_at(tree, offset)
    if spot is None or _HERE not in spot.scalar.text or not isinstance(tree, Pairs):
        return None
    context = context_of(tree, spot)
    before, _, behind = spot.scalar.text.partition(_HERE)
    last = spot.steps[-1]
    inline = not spot.is_key and isinstance(last, Pair) and "\n" not in text[last.key.end : spot.scalar.start]
    has_colon = spot.is_key and isinstance(last, Pair) and last.colon
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    begin = max(spot.scalar.start + (spot.scalar.style in ("'", '"')), line)
    start = begin + len(text[begin:offset]) - len(text[begin:offset].lstrip())
    return Cursor(context, before, behind, offset, start, inline, has_colon)
