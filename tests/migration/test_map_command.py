"""`map` and `plan` from the command line, on an installed library of which no run is kept."""

from __future__ import annotations

import json
import platform
import shutil
from pathlib import Path

import pytest

from abidance.cli.main import main

CONTRACT = Path(__file__).parents[2] / "contracts" / "zlib.contract.yaml"
pytestmark = pytest.mark.skipif(not Path("/usr/include/zlib.h").exists(), reason="zlib.h is not installed")


@pytest.fixture
def _project(tmp_path, monkeypatch):
    shutil.copy(CONTRACT, tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.abidance]\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("_project")
def test_a_library_that_nothing_has_called_is_unknown_and_its_units_are_told(capsys):
    assert main(["map", CONTRACT.name, "--format", "json"]) == 0

    units = json.loads(capsys.readouterr().out)["contracts"][0]["units"]
    together = {frozenset(each["name"] for each in unit["functions"]): unit for unit in units}
    deflating = together[frozenset(("deflateInit_", "deflate", "deflateReset", "deflateEnd"))]
    assert {unit["need"] for unit in units} == {"unknown"}
    assert [(bond["kind"], bond["name"]) for bond in deflating["bonds"]] == [("handle", "deflating")]
    if platform.machine() == "x86_64":
        calls = {each["name"]: each["calls"] for unit in units for each in unit["functions"]}
        assert {"deflate", "deflateEnd", "deflateInit_"} <= {*calls["compress2"]}

    assert main(["plan", CONTRACT.name]) == 0
    said = capsys.readouterr().out
    assert "## The smallest next step\n\nHold `z` to the contract: `abidance run zlib.contract.yaml" in said
    assert "insulat" not in said.casefold()  # nothing says that it would be enough


@pytest.mark.usefixtures("_project")
def test_a_library_that_the_contract_does_not_have_is_told_with_the_nearest(capsys):
    assert main(["map", CONTRACT.name, "--today", "zz"]) == 2
    assert "has no library `zz`" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("_project")
def test_the_picture_of_one_contract_alone_is_a_file(capsys):
    shutil.copy(CONTRACT.name, "other.contract.yaml")

    assert main(["map", ".", "--svg", "boundary.svg"]) == 2
    assert "`--svg` draws one contract" in capsys.readouterr().err
