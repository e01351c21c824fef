"""The pairs of `contracts/drop-ins/`: each scorecard stands as its folder says, from another seed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from abidance.cli.main import main

FOLDERS = sorted((Path(__file__).parents[2] / "contracts/drop-ins").glob("*/"))


def contract_of(folder):
    return next(folder.glob("*.contract.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_pair_has_all_its_files(folder, capsys):
    status = main(["check", str(contract_of(folder))])

    output = capsys.readouterr().out
    if "ABD201" in output:
        pytest.skip("the header is not installed")
    assert status == 0, output
    assert {"Cargo.toml", "Cargo.lock"} <= {each.name for each in (folder / "rust").iterdir()}
    assert yaml.safe_load((folder / "expected.yaml").read_text())


@pytest.mark.full
@pytest.mark.skipif(shutil.which("cargo") is None, reason="there is no cargo")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_scorecard_is_as_expected(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    main(
        [
            "drop-in",
            str(contract_of(folder)),
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
