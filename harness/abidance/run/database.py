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

    from abidance.run.settings import Settings


def database(settings: Settings) -> ExampleDatabase | None:
    """Return the command line's database, or under pytest that of Hypothesis's profile, which may be None."""
    if not settings.profile_database:
        return _under(settings.root)
    profile = hypothesis.settings.default
    with warnings.catch_warnings():
        # Where its folder cannot be written, Hypothesis warns and forgets: no reason to judge less.
        warnings.simplefilter("ignore", HypothesisWarning)
        return profile.database if profile is not None else None


@cache
def _under(root: Path) -> ExampleDatabase:
    return DirectoryBasedExampleDatabase(root / ".abidance" / "examples")
