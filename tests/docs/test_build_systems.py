from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from literal_pages import blocks

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
SET_UP = HOW_TO / "set-up-a-project.md"
PAGES = [*sorted(HOW_TO.glob("test-from-*.md")), SET_UP]


def test_cmake(reader):
    reader.follow(HOW_TO / "test-from-cmake.md")


@pytest.mark.full
def test_meson(reader):
    pytest.importorskip("mesonbuild", reason="Meson is not installed")
    reader.follow(HOW_TO / "test-from-meson.md")


@pytest.mark.full
def test_cargo(reader, needs_cargo):
    reader.follow(HOW_TO / "test-from-cargo.md")


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make(reader):
    reader.follow(HOW_TO / "test-from-make.md")


@pytest.mark.full
def test_a_project_is_set_up(reader):
    reader.follow(SET_UP)


@pytest.mark.unit
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_file_is_named_above_its_block(page):
    for block in blocks(page):
        assert not block.file or f"`{block.file}`" in block.prose
