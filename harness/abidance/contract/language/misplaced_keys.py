"""Where a clause belongs that stands in the wrong mapping: among those around it, or in one of those that it has."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Clauses, table
from abidance.contract.language.rules import AtMostOne

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.contract.language.clauses import Clause, Schema


def place_of(key: str, record: type[Clauses], around: Sequence[tuple[type[Clauses], str]]) -> str | None:
    """Return where a key belongs that `record` does not have, in words; None where none next to it has it.

    `around` are the mappings that it stands in, the outermost first, each with the key that leads on.
    """
    alike = [each for each in record.__mro__[1:] if issubclass(each, Clauses) and is_dataclass(each)]
    if record.instead and any(each.name == key for base in alike for each in fields(base)):
        return record.instead
    for outer, leading in around[-1:]:
        if (found := table(outer).get(key)) is not None and not found.rest:
            either = any(
                isinstance(rule, AtMostOne) and {key, leading} <= {*rule.keys} for rule in outer.rules
            )
            return f"`{key}` stands {'in place of' if either else 'beside'} `{leading}`, not in it"
    for inner, clause in table(record).items():
        mappings, shape = _mappings(clause)
        named = isinstance(shape.get("additionalProperties"), dict)
        if named and any(table(base) and issubclass(each, base) for base in alike for each in mappings):
            continue  # what is said of others of its kind, as of the fields that a place has
        if not clause.rest and any(key in table(each) for each in mappings):
            written = f"{{{key}: ...}}"
            if named:
                written = f"{{NAME: {written}}}"
            elif "items" in shape:
                written = f"[{written}]"
            return f"`{key}` is a clause in `{inner}`: `{inner}: {written}`"
    return _elsewhere(key, around)


def _elsewhere(key: str, around: Sequence[tuple[type[Clauses], str]]) -> str | None:
    """Return in which other part of the file a key belongs, where that is one alone, and nothing around it has it."""
    if not around or any(key in table(outer) for outer, _ in around):
        return None
    (top, here), *_ = around
    sections = [
        name
        for name, clause in table(top).items()
        if name != here and any(key in table(each) for each in _mappings(clause)[0])
    ]
    return (
        f"`{key}` stands under `{sections[0]}`: `{sections[0]}: {{NAME: {{{key}: ...}}}}`"
        if len(sections) == 1
        else None
    )


def is_cut_off(key: str) -> bool:
    """Tell whether a key is the rest of an expression that YAML cut at a comma: a bracket that nothing opened."""
    return any(key.count(close) > key.count(opened) for opened, close in ("()", "[]", "{}"))


def _mappings(clause: Clause) -> tuple[list[type[Clauses]], Schema]:
    """Return the mappings that a clause's value may be, or has, and its schema without them."""
    found: list[type[Clauses]] = []

    def note(record: type[Clauses]) -> Schema:
        found.append(record)
        return {}

    shape = clause.kind.schema(note)
    return found, shape
