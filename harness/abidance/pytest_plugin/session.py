"""The one session that all items of a pytest process share. Imported only where items run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import hypothesis

from abidance.core.errors import AbidanceError
from abidance.pytest_plugin.options import selection, settings
from abidance.pytest_plugin.seed import drawn_seed
from abidance.pytest_plugin.stash import SESSION
from abidance.run.engine.session import Session
from abidance.run.inputs.deadline import Deadline
from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    import pytest

    from abidance.run.inputs.settings import Settings


def session(config: pytest.Config) -> Session:
    """Return the process's session, made on first use; its workers end with `config`."""
    found = config.stash.get(SESSION, None)
    if found is None:
        asked = settings(config)
        seed = None if _is_hypothesis_to_choose(config) else _seed(config, asked)
        most = config.getoption("--abidance-max-time")
        deadline = Deadline.after(most, "--abidance-max-time") if most is not None else None
        asked = replace(asked, seed=seed, remembers=asked.seed is None, deadline=deadline)
        found = config.stash[SESSION] = Session(asked, dict(selection(config).extra))
        config.add_cleanup(found.close)
    return found


def describe(config: pytest.Config) -> str:
    """Return the line on what judges: profile, seed, compiler."""
    parts = [f"profile {hypothesis.settings.get_current_profile_name()}"]
    if _is_derandomized():
        parts.append("derandomized")
    else:
        named = config.getoption("--hypothesis-seed", default=None)
        parts.append(f"seed {_seed(config, settings(config)) if named is None else named}")
    try:
        compiler = find_compiler()
    except AbidanceError:
        parts.append("no C compiler")
    else:
        version = re.search(r"\d+(?:\.\d+)+", compiler.version)
        parts.append(" ".join((compiler.family, *([version[0]] if version else []))))
    return f"abidance: {', '.join(parts)}"


def _is_hypothesis_to_choose(config: pytest.Config) -> bool:
    return _is_derandomized() or config.getoption("--hypothesis-seed", default=None) is not None


def _is_derandomized() -> bool:
    profile = hypothesis.settings.default
    return profile is not None and profile.derandomize


def _seed(config: pytest.Config, asked: Settings) -> int:
    return drawn_seed(config) if asked.seed is None else asked.seed
