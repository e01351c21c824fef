"""Profiles tell where a function's calls spend their time: the slow twin's extra work is seen, the harness is not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from abidance.cli.codes import codes
from abidance.cli.main import main
from abidance.history import store_of
from abidance.history.past import Past
from abidance.toolchain.perf import PerfError, usable_event

HERE = Path(__file__).parent
SCHEMA = HERE.parent / "report" / "speedscope.schema.json"
HARNESS = ("abidance", "abd_", "lane", "PyEval", "ffi", "timed_", "restore", "getpid")


def without(tool):
    if tool == "callgrind":
        return "" if shutil.which("valgrind") else "valgrind is not installed"
    try:
        usable_event()
    except PerfError as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("profiled")
    for name in ("subject.h", "subject.contract.yaml"):
        shutil.copy(HERE / name, where)
    for name, slow in (("quick", 0), ("slow", 1)):
        subprocess.run(
            [
                "cc",
                "-O2",
                "-g",
                "-shared",
                "-fPIC",
                f"-DSLOW={slow}",
                HERE / "subject.c",
                "-o",
                where / f"lib{name}.so",
            ],
            check=True,
        )
    return where


@pytest.fixture
def profile(folder, monkeypatch, capsys):
    def run(function, *options, tool):
        if why := without(tool):
            pytest.skip(why)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ABIDANCE_HISTORY", "9")
        status = main(["profile", "subject.contract.yaml", "--function", function, "--tool", tool, *options])
        return status, capsys.readouterr()

    return run


def shares(output, library):
    """Return what each function of a library takes itself, as the terminal shows it."""
    block = output.split(f"   {library} prebuilt", 1)[1].split("\n\n")[0]
    return {
        name: float(own) for own, name in re.findall(r"^ +([\d.]+)% +[\d.]+% +(\w+)", block, re.MULTILINE)
    }


@pytest.mark.parametrize("tool", ["perf", pytest.param("callgrind", marks=pytest.mark.full)])
def test_the_twin_that_does_more_shows_where(tool, profile, folder):
    size = ("--size", "length=160", "--seconds", "0.3")
    status, said = profile("pf_sum", *size, "-o", "out/sum.html", tool=tool)

    assert (status, said.err) == (0, "")
    quick, slow = shares(said.out, "quick"), shares(said.out, "slow")
    assert slow["churn"] > 60
    assert quick["mix"] > 60
    assert "churn" not in quick
    assert "slow beside quick" in said.out
    assert re.search(r"subject\.c:\d+", said.out)

    folded = (folder / "out" / "sum.folded").read_text()
    assert all(re.fullmatch(r"(quick|slow) prebuilt;pf_sum.* \d+", line) for line in folded.splitlines())
    assert not [word for word in HARNESS if word in folded]
    document = json.loads((folder / "out" / "sum.speedscope.json").read_text())
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    page = (folder / "out" / "sum.html").read_text()
    assert page.count('class="flame"') == 3
    assert "churn: " in page

    with store_of(folder) as store:
        past = Past(store, folder, {code.id: code for code in codes()})
        kept = past.contract(past.runs[0], "subject.contract.yaml").profiles
    assert [(each.library, each.tool) for each in kept] == [("quick", tool), ("slow", tool)]


@pytest.mark.full
@pytest.mark.parametrize("tool", ["perf", "callgrind"])
def test_what_stands_in_for_callbacks_is_left_out(tool, profile, folder):
    status, said = profile("pf_each", "--library", "quick", "--seconds", "0.3", tool=tool)

    assert (status, said.err) == (0, "")
    assert "in what stands in for callbacks" in said.out
    folded = (folder / ".abidance" / "profiles" / "subject-pf_each.folded").read_text()
    assert "mix" in folded
    assert not [word for word in HARNESS if word in folded]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--function", "pf_som"), "has no function `pf_som`"),
        (("--function", "pf_sum", "--size", "width=3"), "`pf_sum` has no parameter `width`"),
        (
            ("--function", "pf_sum", "--size", "length=5000"),
            "no valid call of `pf_sum` has `length` of 5,000",
        ),
        (("--function", "pf_sum", "--size", "length"), "no size such as `length=4096`"),
    ],
)
def test_mistakes_are_told(options, words, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    assert main(["profile", "subject.contract.yaml", *options]) == 2
    assert words in capsys.readouterr().err
