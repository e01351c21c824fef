from __future__ import annotations

import pytest
from one_library import OneLibrary
from small_project import SmallProject

from past_findings import _looks_less_far_past_findings  # noqa: F401 - a fixture for all tests here


@pytest.fixture
def small(tmp_path, monkeypatch, capsys):
    """An empty folder, which is the current one, and what writes and runs a small project in it."""
    monkeypatch.chdir(tmp_path)
    return SmallProject(tmp_path, capsys)


@pytest.fixture
def judged(tmp_path, monkeypatch, capsys):
    """Build a library of two functions and run its contract; gives the exit status and each item's entry."""
    monkeypatch.chdir(tmp_path)
    return OneLibrary(tmp_path, capsys)
