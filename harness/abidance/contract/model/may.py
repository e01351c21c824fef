"""`may:`: what a function is documented to do to the process it runs in."""

from __future__ import annotations

from abidance.contract.language.clauses import clause
from abidance.contract.language.kinds import choice
from abidance.contract.language.shapes import ListOf

WORDS = (
    "directory",
    "environment",
    "files",
    "floating_point",
    "handles",
    "limits",
    "locale",
    "memory",
    "output",
    "privileges",
    "processes",
    "signals",
    "threads",
    "timers",
    "umask",
)
MAY = clause(
    ListOf(choice(*WORDS, named=True), words="a list of words", itemised=True),
    "Side effects that are intended, which no check then reports; `handles`: handles may observe each other.",
)
