from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from literal_pages import blocks

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
ADD = TUTORIAL / "1-add-the-plugin.md"
WRITE = TUTORIAL / "2-write-a-contract.md"
GATE = TUTORIAL / "3-gate-a-merge.md"


@pytest.fixture
def needs_recent_cargo(needs_cargo):
    """Rust's own checks of slices came into release builds of crates with 1.78."""
    told = subprocess.run(["cargo", "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(map(int, re.findall(r"\d+", told)[:2]))
    if version < (1, 78):
        pytest.skip(f"the page needs cargo 1.78, and this is {told.strip()}")


@pytest.mark.full
def test_the_plugin_is_added_as_the_page_says(reader):
    reader.follow(ADD)


@pytest.mark.full
def test_a_contract_grows_as_the_page_says(reader):
    reader.follow(WRITE)


@pytest.mark.full
def test_a_merge_is_gated_as_the_page_says(reader, needs_recent_cargo):
    reader.write(WRITE)
    reader.follow(GATE)


@pytest.mark.parametrize("page", [ADD, WRITE, GATE], ids=lambda page: page.stem)
def test_a_file_is_named_above_its_block(page):
    for block in blocks(page):
        assert not block.file or f"`{block.file}`" in block.prose


def test_the_jobs_are_valid_yaml_and_run_the_gate():
    jobs = [yaml.safe_load(block.text) for block in blocks(GATE) if block.file.endswith(".yml")]
    assert len(jobs) == 2
    for job in jobs:
        assert "abidance run contracts" in str(job)
