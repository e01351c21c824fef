from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from abidance.core.errors import AbidanceError
from abidance.core.span import Span
from abidance.toolchain.builders import build_library
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import BuildSettings, LibrarySource
from abidance.toolchain.sanitizers import worker_environment
from own_objects import with_own_objects

CONTRACT = Span.at(Path("demo.contract.yaml"), 9, 12, 20)


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    return with_own_objects(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def _own_cache(request, tmp_path, monkeypatch):
    """Keep the user's cache out of it; sources lie in each test's own directory, so nothing is reused."""
    builds = request.node.get_closest_marker("unit") is None
    cache = request.getfixturevalue("shared_cache") if builds else tmp_path / "cache"
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(cache))


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files given by their paths in the test's directory."""

    def write_files(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def build():
    """Return a function that builds a library, never sharing a test run with another process."""

    def build_one(kind, where=None, build="release", **fields):
        source = LibrarySource("demo", kind, where, span=CONTRACT, **fields)
        return build_library(source, build, BuildSettings(run=""))

    return build_one


@pytest.fixture
def shared(tmp_path):
    """Return a function that compiles C text into a shared object with this machine's compiler."""

    def compile_one(text: str, *flags: str, name: str = "libdemo.so", compiler=None) -> Path:
        source = tmp_path / f"{name}.c"
        source.write_text(text, encoding="utf-8")
        command = (compiler or find_compiler()).command
        output = tmp_path / name
        subprocess.run([*command, "-shared", "-fPIC", "-g", *flags, "-o", output, source], check=True)
        return output

    return compile_one


@pytest.fixture
def complaint():
    """Return a function that calls something, and gives the one diagnostic that it complains with as text."""

    def call(function, *arguments, **named) -> str:
        with pytest.raises(AbidanceError) as raised:
            function(*arguments, **named)
        (said,) = raised.value.diagnostics
        lines = [f"{said.code.name}: {said.message}"]
        lines += [f"--> {label.span} {label.text}".rstrip() for label in said.labels]
        lines += [f"note: {note}" for note in said.notes]
        lines += [f"help: {said.help}"] if said.help else []
        return "\n".join(lines)

    return call


@pytest.fixture
def compiler_of():
    """Return a function that gives the compiler of a family, or skips the test."""

    def find(family):
        if not shutil.which(family):
            pytest.skip(f"{family} is not installed")
        return find_compiler(family)

    return find


@pytest.fixture
def call():
    """Return a function that calls one of a library's, in a process started as a worker is."""
    code = (
        "import ctypes, sys; print(getattr(ctypes.CDLL(sys.argv[1]), sys.argv[2])(*map(int, sys.argv[3:])))"
    )

    def call_one(made, *arguments):
        return subprocess.run(
            [sys.executable, "-c", code, made.path, *map(str, arguments)],
            env={**worker_environment(made), "LD_PRELOAD": ":".join(map(str, made.preload))},
            capture_output=True,
            text=True,
            check=False,
        )

    return call_one
