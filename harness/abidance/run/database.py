"""Where failing examples are remembered between runs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.run.settings import Settings


def database(settings: Settings) -> ExampleDatabase | None:
    """Return the database of the command line; under pytest None, so that Hypothesis's profile decides."""
    if settings.profile_database:
        return None
    return _under(settings.root)


@cache
def _under(root: Path) -> ExampleDatabase:
    return DirectoryBasedExampleDatabase(root / ".abidance" / "examples")
