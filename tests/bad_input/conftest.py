from __future__ import annotations

import subprocess
import textwrap

import pytest
from pair_project import CONTRACT, HEADER, SOURCE

from abidance.cli.main import main


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    (folder / "pair.h").write_text(HEADER)
    (folder / "pair.c").write_text(SOURCE)
    subprocess.run(["cc", "-shared", "-fPIC", "-g", "-o", "libpair.so", "pair.c"], cwd=folder, check=True)
    return folder / "libpair.so"


@pytest.fixture
def project(tmp_path, library, monkeypatch):
    """A folder with a header, its library and no contract yet; also the working directory."""
    (tmp_path / "pair.h").write_text(HEADER)
    (tmp_path / "libpair.so").write_bytes(library.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(project, capsys):
    """Run a contract, given whole or as its `functions`; return exit status and everything printed."""

    def run(functions="", *, whole=None, options=(), command="run"):
        text = whole if whole is not None else CONTRACT + textwrap.indent(textwrap.dedent(functions), "  ")
        (project / "pair.contract.yaml").write_text(text)
        status = main([command, "pair.contract.yaml", *options])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return status, captured.out + captured.err

    return run
