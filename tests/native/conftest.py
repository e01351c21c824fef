from __future__ import annotations

import subprocess
from pathlib import Path

import cmake
import ninja
import pytest
from filelock import FileLock
from native_twins import FIXTURES, ROOT

collect_ignore_glob = ["*.contract.yaml"]  # they are for libraries that the tests build


@pytest.fixture(scope="session")
def twin_library():
    """Return what builds a library and gives its path; under xdist one process builds and the others wait."""
    build = ROOT / "build" / "native_fixtures"
    build.mkdir(parents=True, exist_ok=True)
    tool = Path(cmake.CMAKE_BIN_DIR) / "cmake"
    done = set()

    def cmake_says(*words):
        with FileLock(build.parent / "native_fixtures.lock"):
            said = subprocess.run([tool, *words], capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr

    def library(name, suffix=""):
        if not done:
            maker = f"-DCMAKE_MAKE_PROGRAM={Path(ninja.BIN_DIR) / 'ninja'}"
            cmake_says("-S", FIXTURES, "-B", build, "-G", "Ninja", maker)
        if name + suffix not in done:
            cmake_says("--build", build, "--target", name + suffix)
            done.add(name + suffix)
        return build / "lib" / f"lib{name}{suffix}.so"

    return library


@pytest.fixture(scope="session")
def shared(tmp_path_factory, request):
    """Return a folder that all processes of this run of the tests have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "twins"
    folder.mkdir(exist_ok=True)
    return folder
