from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit


def test_without_pygls_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setattr("abidance.cli.commands.lsp.find_spec", lambda name: None if name == "pygls" else name)
    ran = run("lsp")
    assert ran.code == 2
    assert "pygls, which is not installed" in ran.err
    assert "`pip install 'abidance[lsp]'`" in ran.err


def test_the_extension_for_vs_code_is_in_the_package(run, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)  # packing it needs no server
    folder = Path(run("lsp", "--vscode-dir").out.strip())
    manifest = json.loads((folder / "package.json").read_text())
    assert (folder / manifest["main"]).is_file()
    assert manifest["contributes"]["configuration"]["properties"].keys() == {"abidance.command"}
