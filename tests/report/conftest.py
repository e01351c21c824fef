from __future__ import annotations

import io

import pytest
from report_scenes import Project

from abidance.report import opener
from abidance.report.text.style import Style


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def report():
    """Play events to a reporter and return what it writes."""

    def play(*events, to="terminal", verbosity=0, color=False, width=140):
        stream = io.StringIO()
        reporter = opener(to)(stream, Style(color=color, width=width), verbosity)
        for event in events:
            reporter(event)
        reporter.close()
        return stream.getvalue()

    return play
