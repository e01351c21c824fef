"""Where the plugin keeps its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import ItemFinished
    from abidance.history.recorder import RunRecorder
    from abidance.run.engine.session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()
SEED: pytest.StashKey[int] = pytest.StashKey()
DESCRIBED: pytest.StashKey[bool] = pytest.StashKey()
"""Whether the line on what judges has been printed."""
SHOWN: pytest.StashKey[dict[Diagnostic | tuple[str, ...], str]] = pytest.StashKey()
"""What was found, by its cause, and why items could not be judged: the node ids under which each was shown whole."""
RECORDER: pytest.StashKey[tuple[RunRecorder, list[ItemFinished], set[str]]] = pytest.StashKey()
"""What keeps this process's items among the project's runs, and those items."""
