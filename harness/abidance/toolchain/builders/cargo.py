"""Builds the `cdylib` of a Rust crate with cargo, in a target directory of its own in the cache."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abidance.core.catalogue import LIBRARY_MISSING, NOT_A_LIBRARY, TOOL_MISSING
from abidance.toolchain import make_rules
from abidance.toolchain.build_errors import build_failed, refuse, tool_missing
from abidance.toolchain.cache import digest
from abidance.toolchain.cache_entries import publish
from abidance.toolchain.coverage import rust_coverage_flags
from abidance.toolchain.dwarf.sources import source_files
from abidance.toolchain.inputs import SOURCES, ToolInputs, build_by_content
from abidance.toolchain.library import BuildResult, LibraryBuilder
from abidance.toolchain.process import english_environment, find_tool, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.errors import CannotJudgeError
    from abidance.toolchain.builds import Build
    from abidance.toolchain.library import BuildSettings, LibrarySource
    from abidance.toolchain.process import Finished

_INSTALL = "install Rust from https://rustup.rs, or `apt-get install cargo`"
_RUSTC_NAMES = {"asan": "address", "tsan": "thread"}
_SECONDS = 30.0
_WITH_BRANCHES = 80
"""Since this minor version, rustc counts branches as well, and wants to be asked as for what is unstable."""


def _crate(source: LibrarySource) -> Path:
    """Return the crate's directory; raises CannotJudgeError when there is none."""
    crate = source.where or Path()
    if not (crate / "Cargo.toml").is_file():
        raise refuse(
            LIBRARY_MISSING, f"`{crate}` has no Cargo.toml", source, remedy="name the directory of the crate"
        )
    return crate


def make(source: LibrarySource, build: Build, settings: BuildSettings) -> BuildResult:
    """Run ``cargo build`` (nothing to do takes milliseconds) and return the cdylib that it names."""
    crate = _crate(source)
    cargo = find_tool("cargo")
    if cargo is None:
        raise tool_missing("cargo", source, _INSTALL)
    arguments, environment = _how(source, build, crate)
    # Cargo itself tells compilers and flags apart, so crates of one workspace share what they depend on.
    home = _workspace(crate)
    tree = settings.cache.directory("builds", f"{home.name}-{build.key}", "cargo", str(home), build.key)
    environment["CARGO_TARGET_DIR"] = str(tree)
    # A configuration file may have the pieces elsewhere, where their records would not be.
    environment["CARGO_BUILD_BUILD_DIR"] = str(tree)
    flags = (environment.get(name, "") for name in ("CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"))
    with settings.cache.lock(tree, settings.seconds):
        work = _Work(source, build, settings.seconds, cargo, crate, home, tree, (*arguments,), environment)
        build_by_content(tree, digest(str(crate), source.target, *arguments, *flags), work)
        file = work.library
        place = settings.cache.directory(
            "libraries", f"{file.stem}-{build.key}", str(tree), str(crate), source.target
        )
        return BuildResult(publish(file, place), file)


@dataclass(slots=True)
class _Work:
    """One crate while the lock of its target directory is held."""

    source: LibrarySource
    build_as: Build
    seconds: float
    cargo: Path
    crate: Path
    home: Path
    tree: Path
    arguments: tuple[str, ...]
    environment: dict[str, str]
    _made: tuple[_Library, ...] = ()
    _scripts: tuple[Path, ...] = ()

    @property
    def library(self) -> Path:
        """Return the cdylib; raises CannotJudgeError when cargo made none, or several."""
        return _cdylib(self.source, self._made, self.crate / "Cargo.toml")

    def build(self) -> bool:
        """Run ``cargo build``; tell whether there was something to do."""
        ran = run_tool(
            [self.cargo, "build", "--lib", "--message-format=json-render-diagnostics", *self.arguments],
            seconds=self.seconds,
            cwd=self.crate,  # where .cargo/config.toml and rust-toolchain.toml are looked for
            environment=self.environment,
        )
        if not ran.ok:
            raise _failed(self.source, self.build_as, ran, self.home, self.tree)
        messages = [*map(_message, ran.stdout.splitlines())]
        self._made = tuple(library for each in messages if (library := _library(each)))
        self._scripts = tuple(
            Path(each["out_dir"]).parent / "output"
            for each in messages
            if each.get("reason") == "build-script-executed" and _is_local(each.get("package_id", ""))
        )
        return any(not library.fresh for library in self._made)

    def start_over(self, notes: frozenset[str]) -> None:
        """Have cargo build the packages of these names, or all, as if it never had."""
        folders = [each for each in self.tree.glob("**/.fingerprint") if each.is_dir()]
        old = [each for folder in folders for each in folder.iterdir() if each.name[:-17] in notes]
        if not old:
            old = [each for each in self.tree.iterdir() if each.is_dir()]
        for each in old:
            shutil.rmtree(each)

    def sources(self) -> ToolInputs:
        """Return what cargo says that the library depends on, and all sources beside a build script.

        A script names what it wants to be run again for, which may be less than what it reads.
        """
        named = map(Path, make_rules.depended_on(self.library.with_suffix(".d")))
        files = {path for path in named if path.is_file()}
        files |= {path for path in source_files(self.library)[0] if not path.is_relative_to(self.tree)}
        local = [library for library in self._made if library.local]
        scripts = {self._package_of(script) for script in self._scripts}
        roots = {library.manifest.parent for library in local}
        for library in local:
            if library.package in scripts:
                files |= {*_sources_below(library.manifest.parent, self.tree)}
        folders = {path.parent for path in files if any(path.is_relative_to(root) for root in roots)}
        notes = {library.package for library in local}
        return ToolInputs(tuple(sorted(files)), tuple(sorted(folders)), notes=tuple(sorted(notes)))

    def _package_of(self, script: Path) -> str:
        return script.parent.name[:-17]  # NAME-HASH, of 16 digits


def _sources_below(folder: Path, tree: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        inner = Path(place)
        folders[:] = [
            name for name in folders if name[0] != "." and name != "target" and inner / name != tree
        ]
        yield from (inner / name for name in names if Path(name).suffix.lower() in SOURCES)


def _how(source: LibrarySource, build: Build, crate: Path) -> tuple[list[str], dict[str, str]]:
    arguments: list[str] = [*_features(source), *(["-p", source.target] if source.target else [])]
    environment = english_environment(CARGO_TERM_COLOR="never")
    if build.optimization == "debug":
        profile = "DEV"
    else:
        profile = "RELEASE"
        arguments.append("--release")
    # Types as well as lines: the gate compares the layouts that the binary itself tells.
    settings = {"DEBUG": "2", "STRIP": "none"}
    if build.optimization == "sanitized":
        settings["OPT_LEVEL"] = "1"
    if build.coverage == "lines":
        settings["OPT_LEVEL"] = "0"
        environment["LLVM_PROFILE_FILE"] = os.devnull  # of what runs while it is built
    if "ubsan" in build.sanitizers:
        # Rust's own checks of what would be undefined: overflow, null and misaligned slices, bad enum values.
        settings |= {"DEBUG_ASSERTIONS": "true", "OVERFLOW_CHECKS": "true"}
    environment |= {f"CARGO_PROFILE_{profile}_{name}": value for name, value in settings.items()}
    wanted = [_RUSTC_NAMES[name] for name in sorted(build.sanitizers) if name in _RUSTC_NAMES]
    flags = [*rust_coverage_flags(build.coverage)]
    if build.coverage == "lines" and rust_minor(crate) >= _WITH_BRANCHES:
        environment["RUSTC_BOOTSTRAP"] = "1"
        flags.append("-Zcoverage-options=branch")
    if wanted:
        environment["RUSTC_BOOTSTRAP"] = "1"  # a stable compiler has the sanitizers, and asks for this
        flags += [f"-Zsanitizer={wanted[0]}", "-Cforce-frame-pointers=yes"]
    if flags:
        host = rust_host(crate)
        if not host:
            raise tool_missing("rustc", source, _INSTALL)
        # With a target named, build scripts and procedural macros stay as they are.
        arguments += ["--target", host]
        _add_flags(environment, arguments, host, flags)
    if "thread" in wanted:
        if not has_rust_src(crate):
            raise refuse(
                TOOL_MISSING,
                f"the `{build.name}` build of `{source.name}` needs the source of Rust's standard library",
                source,
                "the one that is installed is not instrumented: each contended Mutex would be a data race",
                remedy="`rustup component add rust-src`",
            )
        arguments.append("-Zbuild-std=std,panic_abort")  # either panic strategy of the crate is served
    return arguments, environment


def _add_flags(environment: dict[str, str], arguments: list[str], host: str, flags: list[str]) -> None:
    """Add to the compiler flags that hold already; cargo takes only the first of these three places."""
    encoded = environment.get("CARGO_ENCODED_RUSTFLAGS")
    if encoded is not None:
        environment["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join([*filter(None, [encoded]), *flags])
    elif "RUSTFLAGS" in environment:
        environment["RUSTFLAGS"] = " ".join([environment["RUSTFLAGS"], *flags])
    else:
        arguments += ["--config", f"target.{host}.rustflags={json.dumps(flags)}"]


def _features(source: LibrarySource) -> list[str]:
    features = source.options.get("features")
    chosen = [f"--features={feature}" for feature in features] if isinstance(features, (list, tuple)) else []
    return chosen + (["--no-default-features"] if source.options.get("default_features") is False else [])


def _cdylib(source: LibrarySource, libraries: Iterable[_Library], manifest: Path) -> Path:
    """Return the cdylib among cargo's messages that is the crate's own."""
    made = [library for library in libraries if not source.target or library.answers_to(source.target)]
    own = [library for library in made if library.manifest == manifest.resolve()] or made
    files = {library.name: library.file for library in own if library.file}
    if len(files) == 1:
        return next(iter(files.values()))
    if files:
        raise refuse(
            LIBRARY_MISSING,
            f"the workspace `{source.where}` builds {len(files)} cdylibs",
            source,
            remedy=f"name the directory of one crate: {', '.join(f'`{name}`' for name in sorted(files))}",
        )
    kinds = " and ".join(sorted({kind for library in own for kind in library.kinds})) or "no library"
    raise _no_cdylib(source, f"builds {kinds}, and no cdylib")


@dataclass(frozen=True, slots=True)
class _Library:
    """One library that cargo says it has made, or found fresh; `file` is its shared object."""

    name: str
    package: str
    manifest: Path
    kinds: tuple[str, ...]
    file: Path | None
    local: bool
    fresh: bool

    def answers_to(self, name: str) -> bool:
        return name in {self.package, self.name} or name.replace("-", "_") == self.name


def _message(line: str) -> dict[str, Any]:
    """Read one line of cargo's messages; lines that build scripts print between them are empty ones."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _library(told: dict[str, Any]) -> _Library | None:
    """Return the library that a message of cargo tells of."""
    if told.get("reason") != "compiler-artifact":
        return None
    target: dict[str, Any] = told["target"]
    manifest = Path(told["manifest_path"]).resolve()
    kinds = tuple(kind for kind in target["crate_types"] if kind not in {"bin", "proc-macro"})
    shared = next((Path(name) for name in told["filenames"] if name.endswith(".so")), None)
    library = target["name"].replace("-", "_")  # as it was written before Rust 1.79
    return _Library(
        library,
        _package(told["package_id"], manifest),
        manifest,
        kinds,
        shared if "cdylib" in kinds else None,
        _is_local(told["package_id"]),
        told.get("fresh") is True,
    )


def _is_local(identity: str) -> bool:
    """Tell whether a package lies in a folder that people edit, rather than in a registry."""
    return "path+file:" in identity


def _package(identity: str, manifest: Path) -> str:
    """Return the name of a package.

    Its identity is `path+file:///where#name@1.0`, or `...where/name#1.0` when the directory is called like the package;
    before Rust 1.77, `name 1.0 (path+file:///where)`.
    """
    if identity.endswith(")"):
        return identity.partition(" ")[0]
    name, at, _ = identity.partition("#")[2].partition("@")
    return name if at else manifest.parent.name


def _failed(source: LibrarySource, build: Build, ran: Finished, home: Path, tree: Path) -> CannotJudgeError:
    if "no library targets found" in ran.stderr:
        return _no_cdylib(source, "has no library, only programs")
    hint = None
    if re.search(r"failed to (get|download|fetch)", ran.stderr):
        hint = (
            "cargo could not fetch a dependency: vendor it (`cargo vendor`), or build once with the network"
        )
    # cargo's own messages go to stdout; what a person reads is on stderr.
    return build_failed(
        source, build.name, replace(ran, stdout=""), base=home, log=tree / "abidance.log", hint=hint
    )


def _no_cdylib(source: LibrarySource, what: str) -> CannotJudgeError:
    return refuse(
        NOT_A_LIBRARY,
        f"the crate `{source.where}` {what}",
        source,
        remedy='add `crate-type = ["cdylib"]` under `[lib]` in its Cargo.toml',
    )


@functools.cache
def rust_host(crate: Path) -> str:
    """Return the target triple of the toolchain that cargo takes in `crate`, or nothing without rustc."""
    return _ask_rustc(crate, "-vV", r"^host: (\S+)$")


@functools.cache
def rust_minor(crate: Path) -> int:
    """Return the second number of the version of the toolchain that cargo takes in `crate`, 0 without one."""
    return int(_ask_rustc(crate, "-vV", r"^release: 1\.(\d+)\.") or 0)


@functools.cache
def has_rust_src(crate: Path) -> bool:
    """Tell whether the toolchain that cargo takes in `crate` can build the standard library."""
    sysroot = _ask_rustc(crate, "--print=sysroot", r"^(/.*)$")
    return bool(sysroot) and Path(sysroot, "lib/rustlib/src/rust/library/Cargo.lock").exists()


def _ask_rustc(crate: Path, question: str, answer: str) -> str:
    rustc = find_tool(os.environ.get("RUSTC") or "rustc")
    if rustc is None:
        return ""
    ran = run_tool([rustc, question], seconds=_SECONDS, cwd=crate)
    found = re.search(answer, ran.stdout, re.MULTILINE)
    return found[1] if found else ""


def _workspace(crate: Path) -> Path:
    """Return the directory of the workspace that the crate lies in, or the crate's own."""
    crate = crate.resolve()
    for directory in (crate, *crate.parents):
        try:
            manifest = tomllib.loads((directory / "Cargo.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if "workspace" in manifest:
            return directory
    return crate


CARGO = LibraryBuilder(
    "cargo",
    "the cdylib of a Rust crate",
    make,
    check=_crate,
    options=("features", "default_features"),
    instruments=frozenset({"asan", "tsan"}),  # there is no UBSan for Rust
    advice="let `RUSTFLAGS`, or `rustflags` of the target, reach the crate, and set no sanitizer of its own",
)
