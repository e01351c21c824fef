from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from abidance.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a user sees of one `abidance layout`."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)

    @property
    def types(self):
        return self.document["types"]


@pytest.fixture
def layout(capsys, monkeypatch, tmp_path):
    """Return a function that writes a header as `api.h` and runs `abidance layout` on it with these words.

    Without a text, the words name what to report on.
    """
    monkeypatch.chdir(tmp_path)

    def call(text, *words):
        if text:
            (tmp_path / "api.h").write_text(text, encoding="utf-8")
        code = main(["layout", *(["api.h"] if text else []), *map(str, words)])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def compiles(tmp_path):
    """Return a function that says what a compiler has against a file of the test's directory; empty for nothing."""

    def complaint(compiler, name, text=None):
        if not shutil.which(compiler):
            pytest.skip(f"{compiler} is not installed")
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
        flags = {
            "rustc": ["--edition=2021", "--crate-type=lib", "-Awarnings", "--emit=metadata"],
            "gcc": ["-std=gnu11", "-Wall", "-Werror", "-c"],
            "clang": ["-std=gnu11", "-Wall", "-Werror", "-c"],
        }[compiler]
        done = subprocess.run(
            [compiler, *flags, "-o", tmp_path / "compiled", tmp_path / name],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stderr if done.returncode else ""

    return complaint
