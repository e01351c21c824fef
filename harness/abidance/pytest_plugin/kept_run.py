"""Keeps what pytest judges among the project's runs: one run, however many processes share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.outcome import exit_code
from abidance.history import recorder_of
from abidance.pytest_plugin.options import settings
from abidance.pytest_plugin.stash import RECORDER

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from abidance.core.events import ItemFinished


def keep(config: pytest.Config, contract: Path, result: ItemFinished) -> None:
    """Add an item to the run of this session, which begins with the first and ends with `config`."""
    found = config.stash.get(RECORDER, None)
    if found is None:
        asked = settings(config)
        shared = getattr(config, "workerinput", {}).get("testrunuid", "")
        recorder = recorder_of(asked.root, "pytest", asked.history, shared=shared)
        items: list[ItemFinished] = []
        found = config.stash[RECORDER] = (recorder, items)
        config.add_cleanup(lambda: recorder.close(exit_code(items)))
    recorder, items = found
    items.append(result)
    recorder.item(str(contract), result)
