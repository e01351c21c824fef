"""Lengths that several functions tell, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_texts
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_lengths_of_several_answers as several

ALL_BUT_ONE = """
  pm_line:
    returns: {to: bytes, length: pm_width(map) + 1, lifetime: handle(map)}
    ensures: ["result[len(result) - 1] == 0"]
"""
HEADER = several.HEADER + "/* Letters, and a NUL. */\nconst char *pm_line(const pm_map *map);\n"
SOURCE = several.SOURCE + 'const char *pm_line(const pm_map *map) { return &"aaaaaa"[6 - map->width]; }\n'


@pytest.fixture(scope="module")
def maps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pm")
    return of_texts(
        folder, "pm", HEADER, several.CONTRACT + ALL_BUT_ONE, SOURCE, lambda flag: (f"-D{flag}=1",)
    )


@pytest.mark.parametrize("function", ["pm_pixels", "pm_names"])
def test_memory_that_is_shorter_is_found(function, maps):
    ended = maps.run("PIXELS" if function == "pm_pixels" else "NAMES", function, 20_000, 1)

    assert ended.returncode != 0
    assert "heap-buffer-overflow" in ended.stderr


@pytest.mark.parametrize("flag", ["SOUND", "MORE"])
@pytest.mark.parametrize("function", [*several.PLACES, "pm_line"])
def test_memory_of_as_much_is_left_alone(function, flag, maps):
    ended = maps.run(flag, function, 20_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")
