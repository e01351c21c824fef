"""The one session that all items of a pytest process share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.pytest_plugin.stash import SESSION
from abidance.run.selection import Selection
from abidance.run.session import Session
from abidance.run.settings import Settings

if TYPE_CHECKING:
    import pytest


def selection(config: pytest.Config) -> Selection:
    """Return what the options select."""
    named = [text.partition("=") for text in config.getoption("--abidance-library")]
    return Selection(
        libraries=tuple(name for name, equals, _ in named if not equals),
        extra=tuple((name, Path(path).absolute()) for name, equals, path in named if equals),
        builds=tuple(config.getoption("--abidance-build")),
    )


def settings(config: pytest.Config) -> Settings:
    """Return the project's settings; the seed, database and number of cases are Hypothesis's under pytest."""
    return replace(
        Settings.load(config.rootpath),
        max_examples=config.getoption("--abidance-max-examples"),
        seed=None,
        profile_database=True,
    )


def session(config: pytest.Config) -> Session:
    """Return the process's session, made on first use."""
    found = config.stash.get(SESSION, None)
    if found is None:
        found = config.stash[SESSION] = Session(settings(config), dict(selection(config).extra))
    return found


def describe(config: pytest.Config) -> str:
    """Return the line on what judges: profile, seed, compiler."""
    from abidance.toolchain.compiler import find_compiler  # noqa: PLC0415 - not needed to collect

    profile = config.getoption("--hypothesis-profile", default=None) or "default"
    seed = config.getoption("--hypothesis-seed", default=None)
    parts = [f"profile {profile}", *([f"seed {seed}"] if seed else [])]
    try:
        compiler = find_compiler()
    except AbidanceError:
        parts.append("no C compiler")
    else:
        parts.append(f"{compiler.family} {compiler.version}")
    return f"abidance: {', '.join(parts)}"
