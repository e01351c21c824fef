from __future__ import annotations

import pytest
from small_project import SmallProject


@pytest.fixture
def small(tmp_path, monkeypatch, capsys):
    """An empty folder, which is the current one, and what writes and runs a small project in it."""
    monkeypatch.chdir(tmp_path)
    return SmallProject(tmp_path, capsys)
