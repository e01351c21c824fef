"""Runs the command that builds a library, and takes the file that it leaves behind."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BUILD_FAILED
from abidance.core.nearest import did_you_mean
from abidance.toolchain.build_errors import build_failed, refuse, tool_missing
from abidance.toolchain.cache import publish
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import Builder, Made
from abidance.toolchain.process import find_tool, run_tool, tool_environment

if TYPE_CHECKING:
    from abidance.core.errors import CannotJudgeError
    from abidance.toolchain.builds import Build
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import BuildSettings, LibrarySource

PLACEHOLDER = "{build}"


def make(source: LibrarySource, build: Build, settings: BuildSettings) -> Made:
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
    key = (str(home), *source.command, str(source.artifact), build.key)
    place = settings.cache.directory("libraries", f"{artifact.stem}-{build.key}", *key)
    with settings.cache.lock(tree, settings.seconds):
        if earlier := _of_this_run(place, settings):
            return Made(earlier, artifact, compiler)
        ran = run_tool(words, seconds=settings.seconds, cwd=home, environment=_environment(build, compiler))
        if not ran.ok:
            raise build_failed(source, build.name, ran, base=home, log=tree / "abidance.log")
        if not artifact.is_file():
            raise _nothing_left(source, build, artifact)
        file = publish(artifact, place)
        (place / "run.json").write_text(json.dumps([settings.run, str(file)]), encoding="utf-8")
        return Made(file, artifact, compiler)


def _of_this_run(place: Path, settings: BuildSettings) -> Path | None:
    """Return what another process of the same test run has built already."""
    try:
        run, file = json.loads((place / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Path(file) if settings.run and run == settings.run and Path(file).exists() else None


def _environment(build: Build, compiler: Compiler) -> dict[str, str]:
    flags = " ".join(build.compile_flags(compiler.family))
    more = {"CFLAGS": flags, "CXXFLAGS": flags, "LDFLAGS": " ".join(build.link_flags(compiler.family))}
    rust = {"asan": "-Zsanitizer=address", "tsan": "-Zsanitizer=thread"}
    more["RUSTFLAGS"] = " ".join(flag for name, flag in rust.items() if name in build.sanitizers)
    given = {name: " ".join(filter(None, [os.environ.get(name, ""), value])) for name, value in more.items()}
    return {
        **tool_environment(),
        **{name: value for name, value in given.items() if value},
        "ABIDANCE_BUILD": build.key,
        "CC": os.environ.get("CC", " ".join(compiler.command)),
        "ASAN_OPTIONS": "detect_leaks=0",
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


COMMAND = Builder(
    "command",
    "what a command of the project builds",
    make,
    advice="let the command obey `CFLAGS` and `LDFLAGS` (or `ABIDANCE_BUILD`) and build anew for other "
    "flags: `{build}` in `artifact` and `command` keeps builds apart",
)
