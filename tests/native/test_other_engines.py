"""libFuzzer and AFL++ run the same target, and what they leave behind is read as what our own engine tells."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from engine_targets import SANITIZERS, SUBJECTS, compiled

from abidance.core.errors import CannotJudgeError
from abidance.native.executable import engine_compiler

pytestmark = pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")


@pytest.fixture(scope="module", params=["libfuzzer", pytest.param("afl++", marks=pytest.mark.full)])
def subject(request, tmp_path_factory):
    if request.param == "afl++" and not shutil.which("afl-fuzz"):
        pytest.skip("AFL++ is not installed")
    code = (SUBJECTS / "endings.c").read_text()
    folder = tmp_path_factory.mktemp("subject")
    flags = ("-O1", *SANITIZERS, "-shared-libsan")
    return compiled(folder, code, *flags, command="clang", engine=request.param)


@pytest.mark.slow
def test_failures_are_told_with_kind_and_cause_and_the_search_goes_on(subject):
    found = subject.explore("both", seconds=2, seeds=[b"bd_", b"a"], time_limit=1)

    assert {each.kind for each in found.failures} <= {"signal", "sanitizer"}
    assert signal.SIGABRT in {each.status for each in found.failures}
    assert found.executions > 100
    assert found.edges > 0


@pytest.mark.full
def test_a_broken_promise_has_its_words(subject):
    found = subject.explore("promises", seconds=3, seeds=[b"ac"], time_limit=1)

    assert ("ABD330", "f", 0, "too large") in {each.finding for each in found.failures}


@pytest.mark.full
def test_nothing_is_left_running(subject):
    subject.explore("sleeps", seconds=2, seeds=[b"bc"], time_limit=1)

    assert not [each for each in Path("/proc").glob("[0-9]*/exe") if _names(each, subject.executable.path)]


@pytest.mark.unit
def test_an_engine_that_is_not_installed_is_asked_for(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CannotJudgeError) as raised:
        engine_compiler("libfuzzer")

    (said,) = raised.value.diagnostics
    assert said.message == "the engine `libfuzzer` needs `clang`, which is not installed"
    assert "--engine own" in said.help


def _names(link, path):
    try:
        return link.readlink() == path
    except OSError:
        return False
