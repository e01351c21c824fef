"""Runs the command that builds a library, and takes the file that it leaves behind."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BUILD_FAILED
from abidance.core.nearest import did_you_mean
from abidance.toolchain import make_rules
from abidance.toolchain.build_errors import build_failed, refuse, tool_missing
from abidance.toolchain.cache_entries import publish
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.coverage import rust_coverage_flags
from abidance.toolchain.coverage_links import coverage_link_flags
from abidance.toolchain.dwarf.sources import source_files
from abidance.toolchain.inputs import BuildRecord, ToolInputs, now
from abidance.toolchain.library import BuildResult, LibraryBuilder
from abidance.toolchain.process import find_tool, run_tool, tool_environment
from abidance.toolchain.static_archives import is_static, linked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.core.errors import CannotJudgeError
    from abidance.toolchain.builds import Build
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import BuildSettings, LibrarySource

PLACEHOLDER = "{build}"


def make(source: LibrarySource, build: Build, settings: BuildSettings) -> BuildResult:
    """Run the command in the contract's directory and return a copy of its artifact.

    The command learns of the build from ``ABIDANCE_BUILD``, ``CFLAGS``, ``CXXFLAGS``, ``LDFLAGS`` and
    ``RUSTFLAGS``, and from ``{build}`` in its words and in the artifact's path. All builds may leave the same
    file: it is copied before the next one starts.
    """
    home = source.where or Path()
    words = tuple(word.replace(PLACEHOLDER, build.key) for word in source.command)
    artifact = home / str(source.artifact).replace(PLACEHOLDER, build.key)
    if not words or (find_tool(words[0]) is None and not (home / words[0]).is_file()):
        raise tool_missing(words[0] if words else "", source, "install it, or correct `command`")
    compiler = settings.compiler or find_compiler()
    # One lock for all commands of a directory: they may share what lies between source and artifact.
    tree = settings.cache.directory("builds", home.name, "command", str(home))
    named = (settings.compiler.identity,) if settings.compiler else ()
    key = (str(home), *source.command, str(source.artifact), build.key, *named)
    place = settings.cache.directory("libraries", f"{artifact.stem}-{build.key}", *key)
    with settings.cache.lock(tree, settings.seconds):
        if earlier := _of_this_run(place, settings):
            return BuildResult(earlier, artifact, compiler)
        work = _Work(
            source,
            build,
            settings.seconds,
            words,
            home,
            artifact,
            tree,
            _environment(build, compiler, settings),
        )
        work.run_by_content(place / "inputs.json")
        if is_static(artifact):
            covered = coverage_link_flags(build, compiler, settings.cache)
            flags = (*build.link_flags(compiler.family), *covered)
            file = linked(source, artifact, replace(settings, compiler=compiler), flags)
        else:
            file = publish(artifact, place)
        (place / "run.json").write_text(json.dumps([settings.run, str(file)]), encoding="utf-8")
        return BuildResult(file, artifact, compiler)


@dataclass(frozen=True, slots=True)
class _Work:
    """One command while the lock of its directory is held."""

    source: LibrarySource
    build: Build
    seconds: float
    words: tuple[str, ...]
    home: Path
    artifact: Path
    tree: Path
    environment: Mapping[str, str]

    def run_by_content(self, own: Path) -> None:
        """Run the command, and see to it that an edited source is in the artifact whatever its time says.

        What the command builds from, the compiler tells, and the artifact's debug information. Where make may have
        been misled by the time of such a file, it is told to build everything; a command that then leaves the artifact
        as it was has not built what the file says now, and CannotJudgeError is raised.
        """
        self._depends.unlink(missing_ok=True)
        record = BuildRecord.load(own)
        look = record.look() if record else None
        unseen = [name for name in look.unseen if Path(name).exists()] if look else []
        written = self._run(everything=bool(unseen))
        if look and look.changed and not (written or unseen):
            written = self._run(everything=True)
        # A command that compiles everything writes its artifact every time; one that goes by times, only when it sees
        # a newer file, which need not be the one in question.
        if unseen and not (written and self._run(everything=True)):
            raise self._stale(Path(unseen[0]))
        # A compiler that was not started this time, since its object is up to date, told of its sources before.
        earlier = map(Path, look.entries) if look else ()
        files, folders = source_files(self.artifact)
        names = make_rules.depended_on(self._depends)
        compiled = (place / name for name in names for place in (self.home, *folders))
        settled = {*files, *earlier, *(path for path in compiled if path.is_file())}
        BuildRecord.settled(ToolInputs((*settled,)), look, now(self.tree), 0).save(own)

    def _run(self, *, everything: bool) -> bool:
        """Run the command; tell whether it wrote the artifact."""
        before = self._stamp()
        more = {"MAKEFLAGS": "B"} if everything else {}
        with self._depends.open("ab") as file:
            # GCC manual, "Environment Variables Affecting GCC": rules are appended to the file that this names, and
            # what follows a space is taken for a target.
            place = str(self._depends)
            more["DEPENDENCIES_OUTPUT"] = f"/proc/{os.getpid()}/fd/{file.fileno()}" if " " in place else place
            environment = {**more, **self.environment}
            ran = run_tool(self.words, seconds=self.seconds, cwd=self.home, environment=environment)
        if not ran.ok:
            log = self.tree / "abidance.log"
            raise build_failed(self.source, self.build.name, ran, base=self.home, log=log)
        if not self.artifact.is_file():
            raise _nothing_left(self.source, self.build, self.artifact)
        return self._stamp() != before

    @property
    def _depends(self) -> Path:
        return self.tree / "depends.txt"

    def _stamp(self) -> tuple[int, ...]:
        if not self.artifact.is_file():
            return ()
        facts = self.artifact.stat()
        return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns

    def _stale(self, edited: Path) -> CannotJudgeError:
        return refuse(
            BUILD_FAILED,
            f"the command of `{self.source.name}` left `{self.artifact.name}` as it was, although `{edited.name}` "
            "was edited",
            self.source,
            f"`{edited}` has another content than when the library was built, and no newer time: "
            "a build tool that goes by times takes the library for up to date",
            remedy=f"`touch {shlex.quote(str(edited))}`, or let the command build everything",
        )


def _of_this_run(place: Path, settings: BuildSettings) -> Path | None:
    """Return what another process of the same test run has built already."""
    try:
        run, file = json.loads((place / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Path(file) if settings.run and run == settings.run and Path(file).exists() else None


def _environment(build: Build, compiler: Compiler, settings: BuildSettings) -> dict[str, str]:
    flags = " ".join(build.compile_flags(compiler.family))
    covered = coverage_link_flags(build, compiler, settings.cache)
    links = " ".join((*build.link_flags(compiler.family), *covered))
    more = {"CFLAGS": flags, "CXXFLAGS": flags, "LDFLAGS": links}
    rust = {"asan": "-Zsanitizer=address", "tsan": "-Zsanitizer=thread"}
    rust_flags = [flag for name, flag in rust.items() if name in build.sanitizers]
    rust_flags += rust_coverage_flags(build.coverage)
    if build.coverage != "lines":  # which has a linker's flag of its own
        rust_flags += [f"-Clink-arg={flag}" for flag in covered]
    more["RUSTFLAGS"] = " ".join(rust_flags)
    given = {name: " ".join(filter(None, [os.environ.get(name, ""), value])) for name, value in more.items()}
    return {
        **tool_environment(),
        **{name: value for name, value in given.items() if value},
        "ABIDANCE_BUILD": build.key,
        "CC": " ".join(compiler.command)
        if settings.compiler
        else os.environ.get("CC", " ".join(compiler.command)),
        "ASAN_OPTIONS": "detect_leaks=0",
        **({"LLVM_PROFILE_FILE": os.devnull} if build.coverage == "lines" else {}),
    }


def _nothing_left(source: LibrarySource, build: Build, artifact: Path) -> CannotJudgeError:
    try:
        beside = [entry.name for entry in artifact.parent.iterdir()]
    except OSError:
        beside = []
    return refuse(
        BUILD_FAILED,
        f"the command of `{source.name}` succeeded, and left no `{artifact.name}` (build `{build.name}`)",
        source,
        f"expected at `{artifact}`",
        remedy=did_you_mean(artifact.name, beside) or "`artifact` is relative to the contract",
    )


COMMAND = LibraryBuilder(
    "command",
    "what a command of the project builds",
    make,
    options=("links",),
    advice="let the command obey `CFLAGS` and `LDFLAGS` (or `ABIDANCE_BUILD`) and build anew for other "
    "flags: `{build}` in `artifact` and `command` keeps builds apart",
)
