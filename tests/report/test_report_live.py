from __future__ import annotations

import io
import subprocess
import sys

import pytest
from report_scenes import failed, passed

from abidance.core.events import CaseRan, ItemStarted
from abidance.report.progress_line import LiveLine
from abidance.report.text.style import Style

pytestmark = pytest.mark.unit


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def play(live, project):
    ended = passed("c", "release")
    live(project.started())
    live(ItemStarted(ended[0].item))
    live(CaseRan(ended[0].item, 40))
    live(ended[0])
    for event in failed(project.broken_promise("c", "release")):
        live(event)
    live(ItemStarted(ended[1].item))
    live(CaseRan(ended[1].item, 7))


def test_the_line_says_what_is_tried_and_what_was_found(project):
    stream = Terminal()
    live = LiveLine(stream)
    play(live, project)
    assert live.text() == "rg_admit::properties[c-release]   119 cases   1 finding"
    live.clear()
    assert "rg_admit::" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")


def test_the_line_is_gone_before_a_report_is_printed(project):
    stream = Terminal()
    live = LiveLine(stream)
    play(live, project)
    live(project.finished())
    assert live._line._live is None


def test_no_progress_without_a_terminal(project):
    stream = io.StringIO()
    play(LiveLine(stream), project)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_no_progress_where_it_would_fill_a_log(project, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    stream = Terminal()
    play(LiveLine(stream), project)
    assert stream.getvalue() == ""


def test_colour_is_for_terminals_without_no_color(monkeypatch):
    assert Style.of(Terminal()).color
    assert not Style.of(io.StringIO()).color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Style.of(Terminal()).color


@pytest.mark.native
def test_rich_is_imported_for_the_live_line_only():
    code = (
        "import sys, abidance.report.progress_line, abidance.report.terminal; sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
