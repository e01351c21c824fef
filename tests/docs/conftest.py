from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import cmake
import ninja
import pytest
from filelock import FileLock
from following import Reader

collect_ignore = ["page"]  # what the examples of a page are checked with

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reader(tmp_path):
    """Somebody in an empty folder of theirs."""
    (tmp_path / "project").mkdir()
    return Reader(tmp_path / "project", tmp_path / "cache")


@pytest.fixture
def visitor(tmp_path):
    """Somebody in this repository."""
    return Reader(ROOT, tmp_path / "cache")


@pytest.fixture
def needs_cargo():
    if not shutil.which("cargo"):
        pytest.skip("it builds a Rust library, and there is no cargo")


@pytest.fixture(scope="session")
def twin():
    """The defective library of the README, built where `make demo` builds it."""
    build = ROOT / "build" / "native_fixtures"
    build.mkdir(parents=True, exist_ok=True)
    tool, maker = Path(cmake.CMAKE_BIN_DIR) / "cmake", Path(ninja.BIN_DIR) / "ninja"
    with FileLock(build.parent / "native_fixtures.lock"):
        for command in (
            [
                tool,
                "-S",
                ROOT / "native_fixtures",
                "-B",
                build,
                "-G",
                "Ninja",
                f"-DCMAKE_MAKE_PROGRAM={maker}",
            ],
            [tool, "--build", build, "--target", "route_read_past_end"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
