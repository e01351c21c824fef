"""A header in angle brackets is found as the compiler finds it."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError


@pytest.fixture
def contract(tmp_path):
    def write(header, functions, more=""):
        file = tmp_path / "it.contract.yaml"
        file.write_text(
            f"abidance: 1\nboundary: it\nheader: {header}\n{more}"
            f"libraries: {{c: {{name: c}}}}\nfunctions: {functions}\n"
        )
        return file

    return write


def test_a_header_of_the_system(contract):
    boundary = join(load_contract(contract("<stdlib.h>", "{abs: {params: {__x: {range: [-9, 9]}}}}")))

    assert boundary.contract.header.is_absolute()
    assert boundary.contract.header.name == "stdlib.h"
    assert "abs" in boundary.functions


def test_one_in_a_folder_of_the_systems(contract):
    boundary = join(load_contract(contract("<sys/stat.h>", "{umask: {}}")))

    assert boundary.contract.header.parts[-2:] == ("sys", "stat.h")


def test_one_in_the_contracts_own_folders(contract, tmp_path):
    (tmp_path / "inc/lib").mkdir(parents=True)
    (tmp_path / "inc/lib/it.h").write_text("int it(int x);\n")
    boundary = join(load_contract(contract("<lib/it.h>", "{it: {}}", "include_dirs: [inc]\n")))

    assert boundary.contract.header == tmp_path / "inc/lib/it.h"


def test_one_that_is_nowhere_is_one_error_at_its_place(contract):
    with pytest.raises(UsageError) as caught:
        join(load_contract(contract("<no/such.h>", "{abs: {}}")))
    (told,) = caught.value.diagnostics

    assert told.code.name == "header-not-found"
    assert told.message == "the compiler rejects `#include <no/such.h>`"
    assert told.span.line == 3
    assert "include_dirs" in told.help


@pytest.mark.slow
def test_it_runs(contract, capsys):
    file = contract("<stdlib.h>", "{abs: {params: {__x: {range: [-9, 9]}}, ensures: [result >= 0]}}")

    assert main(["run", str(file), "--max-examples", "20"]) == 0
    assert main(["bindings", str(file)]) == 0
    assert capsys.readouterr().out.count("`stdlib.h`") == 1
