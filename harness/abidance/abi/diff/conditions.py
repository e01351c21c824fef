"""All conditions that one side of a contract puts on the same values, wherever it writes them.

`range`, `one_of` and `flags` of a parameter say what a condition under `requires` might, those of a result what one
under `ensures` might, and those of a field what an invariant might.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.abi.diff.canonical_clauses import Said

LISTED = frozenset(("requires", "ensures", "invariants"))
DOMAINS = frozenset(("range", "one_of", "flags"))
_PARAMETER = re.compile(r"(\w+)\((\w+)\)")
_NUMBERS = re.compile(r"\[(.*)\]", re.DOTALL)


class Conditions:
    """The conditions of one side, by what they are on."""

    def __init__(self, said: Iterable[Said]) -> None:
        said = tuple(said)
        self._listed: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._out = {each.subject for each in said if each.aspect == "out"}
        for each in said:
            if each.aspect in LISTED:
                self._listed[each.subject, each.aspect].append(each.words)
            elif each.aspect in DOMAINS:
                condition = as_condition(each.subject, each.aspect, each.words)
                if condition:
                    self._listed[self.home_of(each.subject)].append(condition)

    def on(self, home: tuple[str, str]) -> list[str]:
        """Return those that are on the same values; `home` is a subject and an aspect of `LISTED`."""
        return self._listed.get(home, [])

    def home_of(self, subject: str) -> tuple[str, str]:
        """Return under which subject and aspect a condition on this value would be written."""
        if subject.endswith("()"):
            return subject[:-2], "ensures"
        found = _PARAMETER.fullmatch(subject)
        if found:
            return found[1], "ensures" if subject in self._out else "requires"
        return subject.partition(".")[0], "invariants"


def as_condition(subject: str, aspect: str, text: str) -> str:
    """Return the condition that a domain stands for; empty where it stands for none that is an expression."""
    found = _PARAMETER.fullmatch(subject)
    name = "result" if subject.endswith("()") else found[2] if found else subject.partition(".")[2]
    inside = _NUMBERS.fullmatch(text)
    values = [each.strip() for each in inside[1].split(",")] if inside else []
    if not name or not all(values):
        return ""
    if aspect == "range":
        return f"({values[0]}) <= {name} <= ({values[1]})" if len(values) == 2 else ""
    if aspect == "flags":
        return f"{name} & ~({' | '.join(f'({each})' for each in values)}) == 0"
    return " or ".join(f"{name} == ({each})" for each in values)
