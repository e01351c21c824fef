"""What is built and what comes of it: library sources, build settings, artifacts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from abidance.toolchain.cache import Cache, default_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from abidance.core.span import Span
    from abidance.toolchain.builds import Build
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.coverage import Coverage

Kind = Literal["path", "name", "cmake", "cargo", "command"]


@dataclass(frozen=True, slots=True)
class LibrarySource:
    """What a contract or the command line says of one library.

    `where` is absolute: the file (`path`), the project (`cmake`, `cargo`) or the directory to run in
    (`command`). `target` is the CMake target, the cargo package or library where several are built, or the
    library's name (`name`). `artifact` is what a command leaves behind, relative to `where`.
    """

    name: str
    kind: Kind
    where: Path | None = None
    target: str = ""
    command: tuple[str, ...] = ()
    artifact: Path | None = None
    options: Mapping[str, object] = field(default_factory=dict, hash=False)
    span: Span | None = field(default=None, compare=False)

    @property
    def prebuilt(self) -> bool:
        """Tell whether the library is taken as it is."""
        return self.kind in {"path", "name"}


@dataclass(frozen=True, slots=True)
class Artifact:
    """A shared object that is ready to be loaded by a worker.

    `path` is never written again while anybody may read it, but for prebuilt libraries; `built` is where the
    build left it. `preload` must be loaded before it, in order; `search` are directories for its own
    dependencies. `sanitizers` is what the binary says, not what was asked for.
    """

    library: str
    build: str
    path: Path
    built: Path
    sanitizers: frozenset[str] = frozenset()
    preload: tuple[Path, ...] = ()
    search: tuple[Path, ...] = ()


def _test_run() -> str:
    """Return the test run that pytest-xdist shares among processes, of which this is one.

    A command line that a test of somebody's starts inherits the variable, and builds what is there when it starts.
    """
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", "") if "pytest" in sys.modules else ""


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """How builds run. Without a `compiler`, the one of `find_compiler` is looked up when needed.

    `run` names a test run that several processes share: in one run, a command is started once. With `coverage`, the
    code tells what of it is reached, where compiler and project let it.
    """

    cache: Cache = field(default_factory=default_cache)
    compiler: Compiler | None = None
    seconds: float = 600.0
    run: str = field(default_factory=_test_run)
    coverage: Coverage = ""


@dataclass(frozen=True, slots=True)
class LibraryBuilder:
    """A way to get a shared object: `make` returns where it lies, or raises CannotJudgeError.

    `check` raises CannotJudgeError for what is wrong before anything is built; `make` does so too.
    `options` are the keys that a source of this `kind` may have beyond its own. `instruments` tells which
    of a build's sanitizers must then be found in the binary, `advice` what to do when they are not.
    """

    kind: Kind
    summary: str
    make: Callable[[LibrarySource, Build, BuildSettings], BuildResult]
    check: Callable[[LibrarySource], object] | None = None
    options: tuple[str, ...] = ()
    instruments: frozenset[str] = frozenset({"asan", "ubsan", "tsan"})
    advice: str = ""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a builder hands back: the file to load, the file that the build wrote, the compiler it used."""

    path: Path
    built: Path
    compiler: Compiler | None = None
