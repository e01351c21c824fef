"""Sentences that differ in one name only, said once with the other names behind."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from abidance.report.text.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = re.compile(r"`(\w+)`")
_LEAST, _SHOWN = 3, 3
"""So many sentences are worth joining, and so many of the other names are shown."""


def joined(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences, of those that are the same but for one name in backticks the first, with the others' names.

    They stay in order. A sentence that could be joined with others in two ways is joined with the more.
    """
    said = tuple(dict.fromkeys(sentences))
    alike: dict[str, dict[str, str]] = defaultdict(dict)
    for sentence in said:
        for form, name in _forms(sentence):
            alike[form][sentence] = name
    joined_before: set[str] = set()
    found = []
    for sentence in said:
        if sentence in joined_before:
            continue
        names: dict[str, str] = {}
        for form, _ in _forms(sentence):
            left = {one: name for one, name in alike[form].items() if one not in joined_before}
            names = max(names, left, key=len)
        if len(names) < _LEAST:
            found.append(sentence)
            continue
        joined_before.update(names)
        others = [name for one, name in names.items() if one != sentence]
        more = f" and {len(others) - _SHOWN:,} more" if len(others) > _SHOWN else ""
        found.append(f"{sentence} (the same: {quoted(others[:_SHOWN])}{more})")
    return tuple(found)


def _forms(sentence: str) -> Iterable[tuple[str, str]]:
    """Yield what a sentence is without each of its names, and that name."""
    for name in dict.fromkeys(_NAME.findall(sentence)):
        yield sentence.replace(f"`{name}`", "``"), name
