"""What changed between two kept runs: findings by rule and function, what was judged, how much was tried."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest

from abidance.cli.main import main
from abidance.core.catalogue import NOT_MEASURED
from abidance.core.diagnostic import Diagnostic, Finding
from abidance.core.events import Explored, ItemFinished, ItemId
from abidance.core.gate import GateResult
from abidance.core.outcome import Outcome
from abidance.history import recorder_of
from abidance.history.difference import difference
from abidance.history.origin import commit_of
from abidance.history.past import PastContract
from abidance.history.store import StoredRun

RUN = StoredRun(1, 0.0, 1.0, "run", "a" * 40, changed=False, machine="m", abidance="0", exit_code=0)
ITEM = ItemId("b", "f", "properties", "c", "release")


def item(outcome=Outcome.PASSED, *findings, of=ITEM, **more):
    return ItemFinished(of, outcome, findings=tuple(findings), **more)


def finding(place="f.c:1", function="f", library="c"):
    return Finding(Diagnostic(NOT_MEASURED, "m", place=place), function, "properties", library, ("release",))


def shown(*items, **more):
    return PastContract(RUN, "b.contract.yaml", None, items, None, None, more.get("gate"))


@pytest.mark.unit
class TestOfTwoRuns:
    def test_the_same_fault_at_another_line_is_the_same(self):
        found = difference(
            shown(item(Outcome.FAILED, finding("f.c:1"))), shown(item(Outcome.FAILED, finding("f.c:9")))
        )

        assert (found.appeared, found.disappeared, len(found.remaining)) == ((), (), 1)
        assert not found.is_worse

    def test_a_second_one_of_the_same_rule_is_new(self):
        found = difference(
            shown(item(Outcome.FAILED, finding("f.c:1"))),
            shown(item(Outcome.FAILED, finding("f.c:1"), finding("f.c:9"))),
        )

        assert (len(found.appeared), len(found.remaining), found.is_worse) == (1, 1, True)

    def test_that_of_another_library_is_another(self):
        found = difference(
            shown(item(Outcome.FAILED, finding(place=""))),
            shown(item(Outcome.FAILED, finding(place="", library="rust"))),
        )

        assert (len(found.appeared), len(found.disappeared)) == (1, 1)

    def test_what_is_not_judged_any_more_is_no_pass(self):
        found = difference(shown(item()), shown(item(Outcome.ERRORED)))

        assert [each.item for each in found.unjudged] == [ITEM]
        assert (found.is_worse, found.sees_less) == (False, True)

    def test_nor_is_what_is_not_there(self):
        assert difference(shown(item()), shown()).sees_less
        assert not difference(shown(), shown(item())).sees_less

    def test_what_did_not_apply_before_is_nothing_that_is_missing(self):
        skipped = item(Outcome.SKIPPED, reasons=())
        found = difference(shown(skipped), shown())

        assert not found.sees_less

    def test_a_run_that_was_killed_has_seen_less(self):
        cut = replace(shown(item()), run=replace(RUN, ended=None))

        assert difference(shown(item()), cut).sees_less

    def test_what_builds_share_is_counted_once(self):
        explored = Explored(100, 9, 1.0, 1)
        builds = [item(of=replace(ITEM, build=build), cases=5, explored=explored) for build in ("a", "b")]
        found = difference(shown(), shown(*builds))

        _, new = found.efforts["f", "c"]

        assert (new.executions, new.cases) == (100, 10)

    @pytest.mark.parametrize(
        ("old", "new", "worse"), [("compatible", "breaking", True), ("breaking", "risky", False)]
    )
    def test_a_worse_verdict_of_the_gate_is_worse(self, old, new, worse):
        sides = (shown(gate=GateResult("b", "", "", word, "", "")) for word in (old, new))

        assert difference(*sides).is_worse is worse


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return what keeps a run of the next commit, which has these items."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABIDANCE_HISTORY", "50")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", "."], check=True)
    (tmp_path / "file").write_text("")
    subprocess.run(["git", "add", "file"], check=True)

    def commit(*items, tag):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", tag], check=True)
        subprocess.run(["git", "tag", tag], check=True)
        run(*items)

    def run(*items, code=0):
        recorder = recorder_of(tmp_path, "run", None)
        for each in items:
            recorder.item(str(tmp_path / "b.contract.yaml"), each)
        recorder.close(code)

    commit.run = run
    return commit


def test_two_revisions_are_compared_by_name(project, capsys):
    project(item(cases=10), tag="old")
    project(item(Outcome.FAILED, finding(), cases=12), tag="new")

    assert main(["compare", "old", "new"]) == 1
    out = capsys.readouterr().out
    assert f"new   {NOT_MEASURED.id}" in out
    assert "10 to 12 cases" in out
    assert out.endswith("worse: 1 new finding\n")
    assert main(["compare", "new", "old"]) == 0
    assert f"gone   {NOT_MEASURED.id}" in capsys.readouterr().out


def test_a_run_of_changed_files_stands_for_no_revision(project, tmp_path, capsys):
    project(item(), tag="one")
    (tmp_path / "file").write_text("changed")
    project.run(item(Outcome.FAILED, finding()), code=1)

    assert main(["compare", "one"]) == 1  # with the last, which is that of the changed files
    assert main(["compare", "one", "one"]) == 0
    capsys.readouterr()
    assert main(["history"]) == 0
    assert "+   run   findings" in capsys.readouterr().out


def test_a_revision_of_which_no_run_is_kept_is_said(project, capsys):
    project(item(), tag="one")
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-mx"],
        check=True,
    )

    assert main(["compare", "HEAD"]) == 2
    assert "no run is kept of the revision `HEAD`" in capsys.readouterr().err
    assert main(["compare", "nothing"]) == 2
    assert "neither the number" in capsys.readouterr().err


def test_no_name_is_an_option_of_git(project, tmp_path):
    project(item(), tag="one")

    assert commit_of(tmp_path, "one")
    assert commit_of(tmp_path, "one") == commit_of(tmp_path, "HEAD")
    assert commit_of(tmp_path, "--help") is None


def test_a_document_for_programs(project, capsys):
    project(item(), tag="old")
    project(item(Outcome.ERRORED), tag="new")

    assert main(["compare", "old", "--format", "json"]) == 3
    (found,) = json.loads(capsys.readouterr().out)["contracts"]
    assert found["not_judged_any_more"] == ["f::properties[c-release]"]
    assert (found["worse"], found["judges_less"]) == (False, True)
    assert main(["history", "--format", "json"]) == 0
    assert [each["run"] for each in json.loads(capsys.readouterr().out)] == [2, 1]
