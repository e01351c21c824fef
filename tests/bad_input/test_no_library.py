"""A contract that nothing implements calls nothing, and so holds nothing."""

from __future__ import annotations

import pytest
from pair_project import CONTRACT, SOUND

from abidance.cli.main import main

WITHOUT = CONTRACT.replace("libraries: {c: {path: libpair.so}}\n", "") + SOUND


def test_a_contract_without_a_library_is_not_ok(say):
    status, told = say(whole=WITHOUT)

    assert status == 5
    assert "error[ABD014] nothing-selected: nothing was called: `pair` has no library" in told
    assert "name one under `libraries:`, or give a shared object with `--library NAME=PATH`" in told
    assert "ok" not in told


def test_neither_is_one_whose_libraries_are_empty(say):
    status, told = say(whole=CONTRACT.replace("{c: {path: libpair.so}}", "{}") + SOUND)

    assert status == 5
    assert "nothing was called" in told


@pytest.mark.slow
def test_a_library_of_the_command_line_is_enough(say):
    status, told = say(whole=WITHOUT, options=("--library", "mine=libpair.so"))

    assert status == 0
    assert "ok: the contract holds" in told


def test_the_header_alone_may_be_asked_for_and_then_only_the_header_is_said_to_agree(say):
    status, told = say(whole=WITHOUT, options=("--phase", "header"))

    assert status == 0
    assert "ok: contract and header agree; nothing was called" in told
    assert "the contract holds" not in told


@pytest.mark.slow
def test_a_glob_that_leaves_nothing_of_one_contract_of_two_is_no_error(project, capsys):
    (project / "pair.contract.yaml").write_text(CONTRACT + SOUND)
    (project / "div.contract.yaml").write_text(CONTRACT + "  pair_div: {}\n")
    words = ["run", "pair.contract.yaml", "div.contract.yaml", "--function"]

    assert main([*words, "pair_s*"]) == 0
    assert "ok: the contract holds" in capsys.readouterr().out
    assert main([*words, "no_such*"]) == 5
    assert capsys.readouterr().out.count("is left to run") == 2


@pytest.mark.slow
def test_one_contract_without_a_library_among_others_is_not_lost(project, capsys):
    (project / "pair.contract.yaml").write_text(CONTRACT + SOUND)
    (project / "div.contract.yaml").write_text(WITHOUT)

    assert main(["run", "pair.contract.yaml", "div.contract.yaml"]) == 5
    assert "1 error in `div.contract.yaml`.  What was judged holds." in capsys.readouterr().out
