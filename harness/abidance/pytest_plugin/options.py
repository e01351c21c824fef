"""The command line's options, and what they and the project's settings ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.run.inputs.selection import Selection, parse_libraries
from abidance.run.inputs.settings import Settings
from abidance.toolchain.builds import parse_build

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def selection(config: pytest.Config) -> Selection:
    """Return what the options select; raises UsageError for what cannot be, in any contract."""
    words = config.getoption("--abidance-library")
    names, extra = parse_libraries(words, "--abidance-library=", "write NAME or NAME=PATH")
    builds = tuple(config.getoption("--abidance-build"))
    for build in builds:
        parse_build(build)
    return Selection(names, extra, builds, partition=config.getoption("--abidance-partition"))


def settings(config: pytest.Config) -> Settings:
    """Return the project's settings, under the options of this run and of Hypothesis.

    Raises UsageError for settings that cannot be.
    """
    loaded = Settings.load(_start(config))
    most = config.getoption("--abidance-max-examples")
    if most is None and not config.getoption("--hypothesis-profile", default=None):
        most = loaded.max_examples
    explore = config.getoption("--abidance-explore")
    if explore is None:
        explore = loaded.explore
    return replace(loaded, max_examples=most, explore=explore, profile_database=True)


def _start(config: pytest.Config) -> Path:
    """Return the root directory, or the working directory where pytest has nothing but a guess."""
    named = config.inipath or config.getoption("rootdir", default=None)
    return config.rootpath if named else config.invocation_params.dir
