"""One seed for a whole run, told at its start, so that it can be had again; xdist's workers get it too."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from abidance.pytest_plugin.stash import SEED

if TYPE_CHECKING:
    import pytest

KEY = "abidance_seed"
"""Its name in what a worker is given."""


def drawn_seed(config: pytest.Config) -> int:
    """Return a number that was generated once for this run."""
    if SEED not in config.stash:
        given: dict[str, int] = getattr(config, "workerinput", {})
        config.stash[SEED] = given[KEY] if KEY in given else random.SystemRandom().randrange(10_000)
    return config.stash[SEED]
