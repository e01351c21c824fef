"""Keeps what pytest judges among the project's runs: one run, however many processes share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.content import content_of
from abidance.core.events import RunStarted
from abidance.core.outcome import exit_code
from abidance.history import recorder_of
from abidance.pytest_plugin.options import settings
from abidance.pytest_plugin.stash import RECORDER

if TYPE_CHECKING:
    import pytest

    from abidance.contract.model import Contract
    from abidance.core.events import ItemFinished


def keep(config: pytest.Config, contract: Contract, result: ItemFinished) -> None:
    """Add an item to the run of this session, which begins with the first and ends with `config`."""
    found = config.stash.get(RECORDER, None)
    if found is None:
        asked = settings(config)
        shared = getattr(config, "workerinput", {}).get("testrunuid", "")
        recorder = recorder_of(asked.root, "pytest", asked.history, shared=shared)
        found = config.stash[RECORDER] = (recorder, [], set())
        config.add_cleanup(lambda: recorder.close(exit_code(items)))
    recorder, items, begun = found
    items.append(result)
    path = str(contract.path)
    if path not in begun:
        begun.add(path)
        recorder(RunStarted(str(contract.boundary), path, 0, (), (), 0, content=content_of(contract)))
    recorder.item(path, result)
