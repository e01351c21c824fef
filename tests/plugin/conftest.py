from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

import abidance
from abidance.toolchain.compiler import find_compiler
from own_objects import with_own_objects

HERE = Path(__file__).parent
HARNESS = Path(abidance.__file__).parent.parent
FOREIGN = (
    "CI",
    "BUILD_NUMBER",
    "GITHUB_ACTIONS",
    "PYTEST_ADDOPTS",
    "PYTEST_XDIST_TESTRUNUID",
    "PYTEST_PLUGINS",
)
"""What of the environment that these tests run in would change what the pytest below does."""

ENTRY_POINTS = """\
[pytest11]
abidance = abidance.pytest_plugin.plugin
[hypothesis]
abidance = abidance.pytest_plugin.profiles:register
"""
FUNCTIONS = {
    "twice": """
    params: {x: {range: [0, 10000]}}
    ensures: [result == 2 * x]
    examples: [{x: 2, returns: 4}]
""",
    "nearly_twice": """
    params: {x: {range: [0, 10000]}}
    ensures: [result == 2 * x]
""",
    "total": """
    params: {data: {in: bytes, length: n}, n: {range: [0, 64]}}
    ensures: [result >= 0]
""",
    "total_and_more": """
    params: {data: {in: bytes, length: n}, n: {range: [0, 64]}}
    ensures: [result >= 0]
""",
    "slow": """
    params: {x: {range: [0, 10000]}}
    ensures: [result == x]
""",
    "absent": """
    params: {x: {range: [0, 10000]}}
""",
}


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """Keep the user's cache out of it, and what is compiled for all tests alike in one place."""
    return with_own_objects(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def entry_point(tmp_path_factory):
    """Return a folder that makes pytest and Hypothesis find us by our entry points, installed or not."""
    folder = tmp_path_factory.mktemp("site")
    groups = ("pytest11", "hypothesis")
    if not all("abidance" in importlib.metadata.entry_points(group=group).names for group in groups):
        installed = folder / "abidance-0.dist-info"
        installed.mkdir()
        (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: abidance\nVersion: 0\n")
        (installed / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """Return the shared object of `subject.c`."""
    made = tmp_path_factory.mktemp("library") / "libsubject.so"
    compiled = find_compiler().compile_shared([HERE / "subject.c"], made, ("-g", "-O1"), ())
    assert compiled.ok, compiled.words
    return made


@dataclass
class Project:
    """A user's project: contracts of the library, and pytest run in a process of its own."""

    pytester: pytest.Pytester
    library: Path

    @property
    def path(self):
        return self.pytester.path

    def write(self, name, text):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def contract(self, *functions, name="subject", libraries=None, header=HERE / "subject.h", more=""):
        """Write the contract `NAME.contract.yaml`, whose library is called `c` when nothing else is said."""
        promises = "".join(f"  {function}:{FUNCTIONS[function]}" for function in functions)
        return self.write(
            f"{name}.contract.yaml",
            f"abidance: 1\nboundary: subject\nheader: {header}\n"
            f"libraries:\n  {libraries or f'c: {{path: {self.library}}}'}\n{more}functions:\n{promises}",
        )

    def pytest(self, *words):
        return self.pytester.runpytest_subprocess(*words)

    def start(self, *words, **options):
        """Start pytest, and go on at once."""
        return self.popen(["-m", "pytest", *words], **options)

    def abidance(self, *words, cwd=None):
        """Run `abidance` to its end."""
        process = self.popen(
            ["-c", "import sys; from abidance.cli.main import main; sys.exit(main())", *words], cwd=cwd
        )
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def popen(self, words, cwd=None, **options):
        return subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=cwd or self.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that a signal to its group is not one to ours
            **options,
        )

    def processes(self):
        """Return the processes that this project has started and that still run, with their command lines."""
        mark = f"ABIDANCE_TEST_PROJECT={self.path}".encode()
        found = {}
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and mark in (process / "environ").read_bytes().split(b"\0"):
                    words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(process.name)] = words.decode()
            except OSError:  # it has ended, or is another user's
                continue
        return found

    def kept(self):
        """Return the failing calls that were kept: what has been found up to now."""
        return list((self.path / ".abidance" / "cases").glob("*.json"))

    def wait_until(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.processes()
            time.sleep(0.02)

    def leaves_no_process(self, seconds=20):
        """Tell whether all processes end; the kernel may need a moment after their parent's end."""
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        return not self.processes()


@pytest.fixture
def project(pytester, library, cache, entry_point, monkeypatch):
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(cache))
    monkeypatch.setenv("ABIDANCE_TEST_PROJECT", str(pytester.path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(HARNESS), str(entry_point))))
    monkeypatch.setenv("COLUMNS", "180")
    return Project(pytester, library)
