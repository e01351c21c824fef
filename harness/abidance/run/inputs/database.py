"""Where failing examples are remembered between runs."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

import hypothesis
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, MultiplexedDatabase
from hypothesis.errors import HypothesisWarning

from abidance.run.inputs.shared_database import shared_database

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.run.inputs.settings import Settings


def database(settings: Settings) -> ExampleDatabase | None:
    """Return the command line's database, or under pytest that of Hypothesis's profile; None where none is."""
    return _database(settings, "examples")


def corpus_database(settings: Settings) -> ExampleDatabase | None:
    """Return where what exploring came by is kept: the same place under pytest, and a folder of its own otherwise."""
    return _database(settings, "corpus")


def is_shared(database: ExampleDatabase) -> bool:
    """Tell whether others may have put something there that is of use to them alone."""
    return not isinstance(database, DirectoryBasedExampleDatabase)


def _database(settings: Settings, name: str) -> ExampleDatabase | None:
    profile = hypothesis.settings.default
    if profile is None or profile.derandomize or not settings.remembers:
        return None
    own = _of_profile(profile) if settings.profile_database else _under(settings.root, name)
    if not settings.database:
        return own
    shared = shared_database(settings.database, settings.root)
    return shared if own is None else MultiplexedDatabase(own, shared)


def _of_profile(profile: hypothesis.settings) -> ExampleDatabase | None:
    with warnings.catch_warnings():
        # Where its folder cannot be written, Hypothesis warns and forgets: no reason to judge less.
        warnings.simplefilter("ignore", HypothesisWarning)
        return profile.database


@cache
def _under(root: Path, name: str) -> ExampleDatabase:
    return DirectoryBasedExampleDatabase(root / ".abidance" / name)
