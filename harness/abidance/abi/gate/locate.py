"""Where a snapshot says what a change is about: its facts have no places in sources, but lines of their own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from abidance.abi.change import Change


def located(changes: Iterable[Change], snapshot: Path) -> tuple[Change, ...]:
    """Return the changes with the snapshot's line as their old place, where it has one."""
    lines = snapshot.read_text(encoding="utf-8", errors="replace").splitlines()
    clauses: dict[str, tuple[int, int, int]] = {}
    facts: dict[str, tuple[int, int, int]] = {}
    into = facts
    for number, line in enumerate(lines, 1):
        key = _key(line)
        if key is None:
            continue
        start = len(line) - len(line.lstrip())
        if not start:
            into = clauses if key == "clauses" else facts
        into.setdefault(key, (number, start + 1, len(line.strip().rstrip(","))))
    return tuple(
        _with_place(change, clauses if change.entity == "clause" else facts, snapshot) for change in changes
    )


def _key(line: str) -> str | None:
    text = line.strip()
    if not text.startswith('"'):
        return None
    try:
        key, _ = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    return key if isinstance(key, str) else None


def _with_place(change: Change, keys: dict[str, tuple[int, int, int]], snapshot: Path) -> Change:
    if change.old_span is not None or not change.old:
        return change
    for key in _candidates(change):
        if key in keys:
            line, column, width = keys[key]
            return replace(change, old_span=Span.at(snapshot, line, column, width))
    return change


def _candidates(change: Change) -> Iterable[str]:
    """Yield the keys under which a snapshot may have the subject."""
    subject = change.subject
    if change.entity not in ("record", "field", "enum", "enumerator"):
        yield subject  # a record may have the name of a typedef, which has a line of its own
    for kind in ("struct", "union", "enum"):
        yield f"{kind} {subject}"
        head, dot, tail = subject.partition(".")
        yield f"{kind} <{head}>{dot}{tail}"
        if change.entity == "enumerator":
            yield f"{change.of}.{subject}"
            yield f"enum {change.of}.{subject}"
            yield f"enum <{change.of}>.{subject}"
    yield subject
    yield subject.partition("(")[0]
    if change.entity == "symbol":
        yield change.old
