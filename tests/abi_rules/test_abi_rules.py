"""Every rule has a folder: what fires it, word for word, and what looks alike and does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from abidance.abi import rules as rules_package
from abidance.abi.gate.compare import compare
from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.sides import SideArguments, side
from abidance.abi.gate.suppressions import Suppressions
from abidance.abi.rules import rules

HERE = Path(__file__).parent
RULE_FILES = Path(rules_package.__file__).parent
UNWRITTEN = "still to be written"
RULES = {rule.name: rule for rule in rules()}
# The names in `fixture.toml` of other helpers' rules, such as those of witnesses that disagree, have no pairs.
FOLDERS = sorted(
    folder for folder in HERE.iterdir() if (folder / "expected.txt").exists() or any(folder.glob("old.*"))
)


def result(old, new):
    sides = [side(SideArguments(path)) for path in (old, new)]
    return judge(Question("x", "old", "new"), compare(*sides), Suppressions())


def file(folder, name):
    return next(path for path in folder.iterdir() if path.name.split(".")[0] == name)


def text(found):
    lines = []
    for each in found.changes:
        said, code = each.diagnostic, each.diagnostic.code
        lines += [f"{each.verdict} {code.id} {code.name}: {said.message}", f"  {each.effect}"]
    return "\n".join([f"{found.verdict}, {found.bump}", *lines, ""])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_rule(folder):
    found = result(file(folder, "old"), file(folder, "new"))
    golden = folder / "expected.txt"
    if os.environ.get("ABIDANCE_ACCEPT"):
        golden.write_text(text(found))
    assert folder.name in {each.diagnostic.code.name for each in found.changes}
    assert text(found) == golden.read_text()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_near_miss(folder):
    old = next(folder.glob("near_miss_old.*"), None) or file(folder, "old")
    found = result(old, file(folder, "near_miss"))
    assert folder.name not in {each.diagnostic.code.name for each in found.changes}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_changed(folder):
    for name in ("old", "new", "near_miss"):
        each = side(SideArguments(file(folder, name)))
        assert [change for change in compare(each, each) if change.aspect != "absent"] == []


def test_what_breaks_one_audience_is_breaking():
    for rule in rules():
        for case in rule.cases:
            axes = (case.binary, case.source, case.contract)
            assert (case.verdict == "breaking") == ("breaking" in axes), rule.name


@pytest.mark.unit
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_is_lacking(folder):
    """`make new-rule` lays files out in which there is something to write."""
    rule = RULE_FILES / f"{folder.name}.toml"
    stems = {path.name.split(".")[0] for path in folder.iterdir()}
    lacking = sorted({"old", "new", "near_miss", "expected"} - stems)
    lacking += [
        f"{path.name}: {UNWRITTEN}"
        for path in (rule, *folder.iterdir())
        if UNWRITTEN in path.read_text().lower()
    ]
    assert lacking == []


@pytest.mark.unit
def test_every_rule_has_a_folder():
    assert {folder.name for folder in FOLDERS} == {*RULES}
