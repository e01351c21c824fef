"""The pairs of `contracts/drop-ins/`: each scorecard stands as its folder says, from another seed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from abidance.boundary.resolve.libraries import source_of
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.toolchain.builders import build_library

sys.path.append(str(Path(__file__).parents[2] / "docs/explanation"))

from make_replacements import run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/explanation/replacements.md"
MEASURES = ROOT / "docs/explanation/make_replacements.py"
FOLDERS = sorted(each.parent for each in (ROOT / "contracts/drop-ins").glob("*/pair.yaml"))
PROGRAMS = [each for folder in FOLDERS for each in sorted((folder / "differences").glob("*.c"))]


def contract_of(folder):
    return next(folder.glob("*.contract.yaml"))


def about(folder):
    return yaml.safe_load((folder / "pair.yaml").read_text())


def prepared(folder):
    """Fetch what a pair's C library is built from; return its contract."""
    source = about(folder)["source"]
    if "debian" in source and shutil.which("dpkg-source") is None:
        pytest.skip("there is no dpkg-source")
    subprocess.run([sys.executable, str(MEASURES), "--prepare", folder.name], check=True)
    return contract_of(folder)


def to_check(folder, place):
    """Return a pair's contract; if nothing has been fetched, one in `place` that extends it, with installed headers."""
    contract = contract_of(folder)
    if all((folder / each).is_dir() for each in yaml.safe_load(contract.read_text()).get("include_dirs", ())):
        return contract
    installed = [str(each) for each in (Path("/usr/include") / folder.name,) if each.is_dir()]
    text = {"abidance": 1, "boundary": folder.name, "extends": str(contract), "include_dirs": installed}
    (place / contract.name).write_text(yaml.safe_dump(text))
    return place / contract.name


def differences(folder):
    """Return what is known of a pair, by the names of the programs that show it.

    Those are what its contract excepts, what a run finds each time, and costs. The second difference of one place has a
    program `PLACE-2.c`.
    """
    excepted = yaml.safe_load(contract_of(folder).read_text()).get("equivalence", {}).get("except", {})
    named = {}
    for known in (excepted, about(folder).get("found", {})):
        for place, ones in known.items():
            for each in ones if isinstance(ones, list) else [ones]:
                number = sum(name.partition("-")[0] == place for name in named)
                named[f"{place}-{number + 1}" if number else place] = each
    return named | {f"{place}.cost": each for place, each in about(folder).get("costs", {}).items()}


def verdict(known):
    return known.get("verdict", "allowed")


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_pair_has_all_its_files(folder, tmp_path, capsys):
    status = main(["check", str(to_check(folder, tmp_path))])

    output = capsys.readouterr().out
    if "ABD201" in output:
        pytest.skip("the header is not installed")
    assert status == 0, output
    assert {"Cargo.toml", "Cargo.lock"} <= {each.name for each in (folder / "rust").iterdir()}
    assert yaml.safe_load((folder / "expected.yaml").read_text())
    assert {"source", "made"} <= about(folder).keys() <= {"source", "made", "found", "costs"}
    assert about(folder)["source"].keys() in (
        {"debian", "version", "sha256"},
        {"crate", "has"},
        {"installed", "why"},
    )


@pytest.mark.unit
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_difference_has_a_program_and_a_sentence_that_decides_it_and_stands_on_the_page(folder):
    known = differences(folder)

    assert {each.stem for each in (folder / "differences").glob("*.c")} == known.keys()
    assert not [name for name, each in known.items() if not name.endswith(".cost") and not each.get("see")]
    page = PAGE.read_text()
    assert f"## {folder.name}" in page
    assert not [name for name in known if f"{name}.c" not in page]


@pytest.mark.full
@pytest.mark.skipif(shutil.which("cargo") is None, reason="there is no cargo")
@pytest.mark.parametrize(
    "program", PROGRAMS, ids=lambda program: f"{program.parent.parent.name}-{program.stem}"
)
def test_a_program_shows_a_difference_and_ends_with_1_with_the_library_that_is_wrong(program):
    folder = program.parent.parent
    contract = load_contract(prepared(folder))
    wrong = verdict(differences(folder)[program.stem])
    built = {name: build_library(source_of(contract, name), "release").path for name in ("c", "rust")}

    shown = run(program, (folder, *contract.include_dirs), built)

    assert shown.status == {name: int(name == wrong) for name in built}
    assert shown.printed["c"] != shown.printed["rust"]


@pytest.mark.full
@pytest.mark.skipif(shutil.which("cargo") is None, reason="there is no cargo")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_scorecard_is_as_expected(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    main(
        [
            "drop-in",
            str(prepared(folder)),
            "--from",
            "c",
            "--to",
            "rust",
            "--seed",
            "2",
            "--format",
            "json",
        ]
    )

    card = json.loads(capsys.readouterr().out)
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    standings = {each["area"]: each["standing"] for each in card["areas"]}
    assert standings == {area: expected.get(area, "not asked") for area in standings}
    assert expected.keys() <= standings.keys()
