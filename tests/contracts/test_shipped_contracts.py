"""The contracts of `contracts/` fit their headers, and the libraries that Debian ships keep them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from abidance.cli.main import main

CONTRACTS = sorted((Path(__file__).parents[2] / "contracts").glob("*.contract.yaml"))


def library_is_there(contract, output):
    """Skip where the header is missing: the contract says nothing of that."""
    if "ABD201" in output:
        pytest.skip(f"{yaml.safe_load(contract.read_text())['header']} is not installed")


@pytest.mark.slow
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name.partition(".")[0])
def test_a_contract_fits_its_header(contract, capsys):
    status = main(["check", str(contract)])

    output = capsys.readouterr().out
    library_is_there(contract, output)
    assert status == 0, output


@pytest.mark.full
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name.partition(".")[0])
def test_the_library_keeps_its_contract(contract, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    status = main(["run", str(contract), "--seed", "1"])

    output = capsys.readouterr().out
    library_is_there(contract, output)
    assert status == 0, output
