"""From nothing to a red pull request for a planted defect, and a green one after its mend: in ten minutes each."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from github_runner import Runner

JOURNEYS = Path(__file__).parents[2] / "docs" / "journeys"
TEN_MINUTES = 600
pytestmark = pytest.mark.full


@pytest.fixture
def travel(reader, tmp_path):
    """Follow a journey as somebody whose project is a repository with a remote, and say how long that took."""

    def follow(name):
        origin = tmp_path / "origin.git"
        reader.environment |= {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "somebody"),
            **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "somebody@example.org"),
        }
        for folder, words in (
            (tmp_path, ["init", "-q", "--bare", "-b", "main", str(origin)]),
            (reader.folder, ["init", "-q", "-b", "main"]),
            (reader.folder, ["remote", "add", "origin", str(origin)]),
        ):
            subprocess.run(["git", *words], cwd=folder, check=True, env=reader.environment)
        begun = time.monotonic()
        reader.follow(JOURNEYS / name, Runner(origin, tmp_path / "runs", reader.environment))
        return time.monotonic() - begun

    return follow


def test_a_cmake_project_with_ctest_and_github_actions(travel):
    assert travel("1-a-cmake-project.md") < TEN_MINUTES


def test_a_cargo_workspace_with_cbindgen_that_replaces_a_c_library(travel, needs_cargo):
    if not shutil.which("cbindgen"):
        pytest.skip("it generates a header, and there is no cbindgen")
    assert travel("2-a-crate-in-the-place-of-a-c-library.md") < TEN_MINUTES


def test_a_maintainer_who_gates_merges(travel):
    assert travel("3-a-maintainer-who-gates-merges.md") < TEN_MINUTES
