from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from own_objects import with_own_objects

REPOSITORY = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE-APACHE", "LICENSE-MIT", "harness", "docs")
OURS = ("abidance*", "__editable__*abidance*", "_abidance*", "_editable_impl_abidance*")


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """Return a copy of what the wheel is made from, so that building leaves nothing in the checkout."""
    tree = tmp_path_factory.mktemp("tree")
    for name in PARTS:
        part = REPOSITORY / name
        if part.is_dir():
            shutil.copytree(part, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(part, tree / name)
    return tree


@pytest.fixture(scope="session")
def wheel(tree, tmp_path_factory):
    made = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", made, tree]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (file,) = made.glob("*.whl")
    return file


@pytest.fixture(scope="session")
def members(wheel):
    """Return the names of all files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@dataclass(frozen=True)
class Installed:
    """An environment in which only the wheel brings abidance."""

    python: Path

    def run(self, *words, cwd, code=0):
        """Run one of its programs far from the checkout and return what it prints."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))
        }
        environment |= {"ABIDANCE_CACHE_DIR": str(with_own_objects(cwd / "cache")), "COLUMNS": "120"}
        program = self.python.with_name(words[0])
        command = [program, *words[1:]]
        ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """Install the wheel. What it depends on comes from this Python, by links to all but abidance itself."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True, with_pip=False)
    python = home / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not any(entry.match(pattern) for pattern in OURS):
            (site / entry.name).symlink_to(entry)
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        "--disable-pip-version-check",
        wheel,
    ]
    ran = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return Installed(python)
