"""What a header's own declarations are is one rule: for layouts and the gate, in a project and in a system folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abidance.cli.main import main


def known(capsys, header, *words):
    """Return the functions of a snapshot, and those of a layout."""
    assert main(["abi", "snapshot", str(header), *words]) == 0
    snapshot = {*json.loads(capsys.readouterr().out).get("functions", {})}
    assert main(["layout", str(header), "--format", "json", *words]) == 0
    layout = {*json.loads(capsys.readouterr().out)["functions"]}
    return snapshot, layout


@pytest.mark.slow
@pytest.mark.skipif(not Path("/usr/include/math.h").exists(), reason="there is no C library's header")
def test_a_header_of_the_c_library_has_what_its_parts_declare(capsys):
    snapshot, layout = known(capsys, "/usr/include/math.h")
    assert {"sin", "pow"} <= snapshot
    assert {"sin", "pow"} <= layout
    assert "printf" not in snapshot | layout


@pytest.fixture
def system(tmp_path):
    """A folder of headers as a system has it."""
    folder = tmp_path / "usr" / "include"
    (folder / "all").mkdir(parents=True)
    (folder / "all" / "a.h").write_text("int a(void);\n")
    (folder / "b.h").write_text("int b(void);\n")
    return folder


@pytest.mark.parametrize("own", ["", "int own(void);\n"])
def test_an_umbrella_in_the_systems_folder_has_its_folder(capsys, system, own):
    (system / "all.h").write_text(f'#ifndef ALL_H\n#define ALL_H 1\n#include "all/a.h"\n{own}#endif\n')
    snapshot, layout = known(capsys, system / "all.h")
    assert snapshot == layout == {"a", *(["own"] if own else [])}


def test_an_umbrella_of_strangers_stands_for_them(capsys, system):
    (system / "all.h").write_text('/* int not(void); */\n#include "all/a.h"\n#include "b.h"\n')
    snapshot, layout = known(capsys, system / "all.h")
    assert snapshot == layout == {"a", "b"}


@pytest.mark.parametrize("quotes", ['""', "<>"])
def test_an_umbrella_does_not_stand_for_what_its_headers_need(capsys, system, quotes):
    (system / "all" / "a.h").write_text("#include <stdlib.h>\n#include <c.h>\nint a(struct c *c);\n")
    (system / "c.h").write_text("struct c { int c; };\nint c(void);\n")
    (system / "all.h").write_text(f"#include {quotes[0]}all/a.h{quotes[1]}\n")
    snapshot, layout = known(capsys, system / "all.h", "-I", str(system))
    assert snapshot == layout == {"a"}


@pytest.mark.slow
def test_an_umbrella_stands_for_no_header_of_the_systems_beside_its_own(capsys, system):
    (system / "all.h").write_text("#include <all/a.h>\n#include <b.h>\n")
    snapshot, layout = known(capsys, system / "all.h", "-I", str(system))
    assert snapshot == layout == {"a"}

    (system / "all.h").write_text("#include <b.h>\n")
    snapshot, layout = known(capsys, system / "all.h", "-I", str(system))
    assert snapshot == layout == {"b"}


@pytest.mark.slow
def test_an_umbrella_of_an_umbrella_stands_for_what_that_does(capsys, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.h").write_text("#include <stdio.h>\nint a(FILE *file);\n")
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "middle.h").write_text('#include "../deep/a.h"\n#include "all.h"\n')
    (tmp_path / "top" / "all.h").write_text('#pragma once\n#include "middle.h"\n')
    snapshot, layout = known(capsys, tmp_path / "top" / "all.h")
    assert snapshot == layout == {"a"}


def test_a_neighbour_in_the_systems_folder_is_a_strangers(capsys, system):
    (system / "all.h").write_text('#include "b.h"\nint own(void);\n')
    snapshot, layout = known(capsys, system / "all.h")
    assert snapshot == layout == {"own"}


@pytest.mark.slow
def test_a_neighbour_in_a_projects_folder_is_the_projects(capsys, tmp_path):
    (tmp_path / "b.h").write_text("int b(void);\n")
    (tmp_path / "all.h").write_text('#include "b.h"\n#include <stdio.h>\nint own(void);\n')
    snapshot, layout = known(capsys, tmp_path / "all.h")
    assert snapshot == layout == {"b", "own"}
