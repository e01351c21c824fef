from __future__ import annotations

import subprocess
from pathlib import Path

import cmake
import ninja
import pytest
from filelock import FileLock
from native_twins import FIXTURES, ROOT


@pytest.fixture(scope="session")
def built_twins():
    """Build every twin once; under xdist one process builds and the others wait."""
    build = ROOT / "build" / "native_fixtures"
    build.mkdir(parents=True, exist_ok=True)
    with FileLock(build.parent / "native_fixtures.lock"):
        tool = Path(cmake.CMAKE_BIN_DIR) / "cmake"
        maker = f"-DCMAKE_MAKE_PROGRAM={Path(ninja.BIN_DIR) / 'ninja'}"
        for command in (
            [tool, "-S", FIXTURES, "-B", build, "-G", "Ninja", maker],
            [tool, "--build", build],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    return build / "lib"


@pytest.fixture(scope="session")
def shared(tmp_path_factory, request):
    """Return a folder that all processes of this run of the tests have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "twins"
    folder.mkdir(exist_ok=True)
    return folder
