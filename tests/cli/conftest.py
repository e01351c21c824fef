from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType

import pytest

from abidance.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a user sees of one command."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run `abidance` with these words in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*words):
        code = main([str(word) for word in words])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def stand_in(monkeypatch):
    """Put functions in the place of a module that a command imports when it is used."""

    def replace(name, **members):
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)

    return replace
