"""Where failing examples are remembered between runs."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

import hypothesis
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.errors import HypothesisWarning

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.run.inputs.settings import Settings


def database(settings: Settings) -> ExampleDatabase | None:
    """Return the command line's database, or under pytest that of Hypothesis's profile; None where none is."""
    return _database(settings, "examples")


def corpus_database(settings: Settings) -> ExampleDatabase | None:
    """Return where what exploring came by is kept: the same place under pytest, and a folder of its own otherwise."""
    return _database(settings, "corpus")


def _database(settings: Settings, name: str) -> ExampleDatabase | None:
    profile = hypothesis.settings.default
    if profile is None or profile.derandomize or not settings.remembers:
        return None
    if not settings.profile_database:
        return _under(settings.root, name)
    with warnings.catch_warnings():
        # Where its folder cannot be written, Hypothesis warns and forgets: no reason to judge less.
        warnings.simplefilter("ignore", HypothesisWarning)
        return profile.database


@cache
def _under(root: Path, name: str) -> ExampleDatabase:
    return DirectoryBasedExampleDatabase(root / ".abidance" / name)
