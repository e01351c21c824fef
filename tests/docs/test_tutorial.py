from __future__ import annotations

from pathlib import Path

import yaml
from literal_pages import blocks

GATE = Path(__file__).parents[2] / "docs" / "tutorial" / "3-gate-a-merge.md"


def test_the_jobs_are_valid_yaml_and_run_the_gate():
    jobs = [yaml.safe_load(block.text) for block in blocks(GATE) if block.file.endswith(".yml")]
    assert len(jobs) == 2
    for job in jobs:
        assert "abidance run contracts" in str(job)
