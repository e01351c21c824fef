"""Where the plugin keeps its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from abidance.run.session import Session

SESSION: pytest.StashKey[Session] = pytest.StashKey()
