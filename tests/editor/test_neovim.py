"""Neovim, set up as the page on editors says, with somebody at its keyboard."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-contracts-in-an-editor.md"
HEADER = """\
#include <stddef.h>
struct request { const char *text; size_t size; };
int take_one(const struct request *request);
int take_all(const int *values, size_t n);
"""
CONTRACT = """\
abidance: 1
boundary: b
header: api.h
types:
  request: {fields: {text: {to: bytes, length: size}}}
functions:
  take_one:
    params: {request: {in: struct request}}
    ensures: [result >= 0 or request.size < 10]
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    if shutil.which("nvim") is None:
        pytest.skip("Neovim is not installed (Debian's package `neovim`)")
    folder = tmp_path_factory.mktemp("neovim")
    (folder / "api.h").write_text(HEADER)
    (folder / "api.contract.yaml").write_text(CONTRACT)
    (settings,) = re.findall(r"```lua\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (folder / "init.lua").write_text(settings)
    keyboard = Path(__file__).with_name("neovim.lua")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"XDG_STATE_HOME": str(folder), "XDG_CACHE_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    ran = subprocess.run(
        ["nvim", "--headless", "-u", "init.lua", "-i", "NONE", "-n", "-c", f"luafile {keyboard}"],
        cwd=folder,
        env={**os.environ, **own, "PATH": path, "OUT": str(folder / "seen.json")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (folder / "seen.json").exists(), ran.stderr
    return json.loads((folder / "seen.json").read_text())


@pytest.mark.slow
def test_a_problem_is_shown_where_it_is_and_mended(seen):
    line, column, message, source = seen["problem"]
    written = CONTRACT.splitlines()[line]
    assert written[column:].startswith("size < 10")
    assert (message, source) == (
        "`sice` is not a field of `struct request`: did you mean `size`?",
        "abidance",
    )


@pytest.mark.slow
def test_hover_shows_the_declaration(seen):
    assert "size_t size;" in seen["hover"]
    assert "api.h:2" in seen["hover"]


@pytest.mark.slow
def test_a_function_leads_to_its_declaration(seen):
    assert seen["declaration"] == "int take_one(const struct request *request);"


@pytest.mark.slow
def test_a_function_is_drafted(seen):
    assert "values: {in: array, length: n}" in seen["draft"]


def test_fields_are_proposed(seen):
    assert seen["completion"] == ["text", "size"]
