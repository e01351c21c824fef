from __future__ import annotations

from pathlib import Path

import pytest

from abidance.contract.load import load_text
from abidance.core.errors import UsageError

WHERE = Path("c.contract.yaml")
HEAD = "abidance: 1\nboundary: b\nheader: b.h\n"


@pytest.fixture
def load():
    """Return a function that loads a contract from what follows its first three lines."""

    def load_tail(tail="functions: {}\n"):
        if "functions:" not in tail:
            tail += "functions: {}\n"
        return load_text(HEAD + tail, WHERE)

    return load_tail


@pytest.fixture
def promise(load):
    """Return a function that loads the promise of the function `f` from its clauses."""

    def load_clauses(clauses):
        indented = "".join(f"    {line}\n" for line in clauses.splitlines())
        return load(f"functions:\n  f:\n{indented}").functions["f"]

    return load_clauses


@pytest.fixture
def complaints():
    """Return a function that gives what is wrong with a text, one line a complaint.

    A line is ``line:column message | label | = help``, without the parts that are empty.
    """

    def read(text):
        with pytest.raises(UsageError) as caught:
            load_text(text, WHERE)
        return [line_of(diagnostic) for diagnostic in caught.value.diagnostics]

    return read


@pytest.fixture
def mistakes(complaints):
    """Return `complaints` of what follows a contract's first three lines; lines count from there."""

    def read(tail):
        if "functions:" not in tail:
            tail += "functions: {}\n"
        lines = complaints(HEAD + tail)
        return [f"{int(line.split(':')[0]) - 3}:{line.split(':', 1)[1]}" for line in lines]

    return read


def line_of(diagnostic):
    first = diagnostic.labels[0]
    parts = [f"{first.span.line}:{first.span.column} {diagnostic.message}", first.text]
    parts += [f"= {diagnostic.help}" if diagnostic.help else ""]
    return " | ".join(part for part in parts if part)
