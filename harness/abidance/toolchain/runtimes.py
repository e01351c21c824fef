"""Finds the sanitizer runtimes that must be preloaded before a library that was built with sanitizers."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import SANITIZER_MISSING
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError, CannotJudgeError
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf import SANITIZER_RUNTIMES, LibraryFacts, read_library
from abidance.toolchain.ld_so import find_library
from abidance.toolchain.preloading import preloadable
from abidance.toolchain.process import english_environment, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.core.span import Span
    from abidance.toolchain.compiler import Compiler

NAMES = {
    "asan": "AddressSanitizer",
    "tsan": "ThreadSanitizer",
    "ubsan": "UndefinedBehaviorSanitizer",
    "msan": "MemorySanitizer",
}
_CLANG = {"asan": "asan", "tsan": "tsan", "ubsan": "ubsan_standalone"}
_PREFIXES = {"asan": "__asan_", "tsan": "__tsan_", "ubsan": "__ubsan_"}
_COPIES = frozenset({"__tsan_memcpy", "__tsan_memmove", "__tsan_memset"})
_COPIES_SOURCE = Path(__file__).with_name("tsan_memory.c")
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class PreloadProbe:
    """Whether a runtime can be preloaded here; `words` are what was said when not."""

    works: bool
    words: str = ""


def runtimes_for(
    facts: LibraryFacts, compiler: Compiler | None = None, span: Span | None = None
) -> tuple[Path, ...]:
    """Return what must be preloaded, in order, so that the library can be loaded: nothing if unsanitized.

    A runtime that the library names as a dependency is the one; otherwise the first that has all the names
    it needs, of `compiler` before those of the other compilers here. Raises CannotJudgeError when there is
    none, or none that starts.
    """
    if "msan" in facts.sanitizers:
        raise _missing(facts, ["MemorySanitizer's runtime cannot be loaded into Python"], span)
    refusals: list[str] = []
    for files in _choices(facts, compiler, refusals):
        trials = [(file, try_preload(file)) for file in files]
        failed = [
            f"`{file.name}` does not start here: {trial.words}" for file, trial in trials if not trial.works
        ]
        lacking = _lacking(facts, files)
        if lacking and lacking <= _COPIES and not failed:
            return (*files, _tsan_copies())
        if not lacking and not failed:
            return files
        refusals += failed or [f"`{files[0].name}` lacks `{min(lacking)}`: it is of another compiler version"]
    if facts.sanitizers:
        raise _missing(facts, refusals, span)
    return ()


@functools.cache
def runtime_of(compiler: Compiler, sanitizer: str) -> Path | None:
    """Return the shared runtime that comes with `compiler`, or None when it is not installed."""
    machine = compiler.target.partition("-")[0]
    names = (
        (f"libclang_rt.{_CLANG[sanitizer]}-{machine}.so", f"libclang_rt.{_CLANG[sanitizer]}.so")
        if compiler.family == "clang"
        else (f"lib{sanitizer}.so",)
    )
    for name in names:
        answer = compiler.run((f"-print-file-name={name}",), seconds=_SECONDS).stdout.strip()
        # A bare name means that the compiler has no such file.
        if "/" in answer and (found := _real(Path(answer))):
            return found
    return None


@functools.cache
def try_preload(runtime: Path) -> PreloadProbe:
    """Start ``true`` with the runtime preloaded: a runtime that is there may still not run on this kernel."""
    true = shutil.which("true")
    if true is None:
        return PreloadProbe(works=True)
    with preloadable([runtime]) as preload:
        ran = run_tool([true], seconds=_SECONDS, environment=english_environment(LD_PRELOAD=preload))
    if ran.ok and "cannot be preloaded" not in ran.stderr:
        return PreloadProbe(works=True)
    said = next((line.strip() for line in ran.stderr.splitlines() if line.strip()), f"status {ran.status}")
    return PreloadProbe(works=False, words=said)


@functools.cache
def other_compilers() -> tuple[Compiler, ...]:
    """Return the gcc on PATH and the clangs, each version once: plain `clang` first, then the newest."""
    numbered = {
        entry.name
        for place in os.environ.get("PATH", "").split(os.pathsep)
        if (directory := Path(place)).is_dir()
        for entry in directory.glob("clang-[0-9]*")
        if entry.name.removeprefix("clang-").isdigit()
    }
    found: dict[str, Compiler] = {}
    for name in ("gcc", "clang", *sorted(numbered, key=lambda name: -int(name.removeprefix("clang-")))):
        if shutil.which(name):
            with contextlib.suppress(AbidanceError):
                compiler = find_compiler(name)
                found.setdefault(f"{compiler.family} {compiler.version}", compiler)
    return tuple(found.values())


def _choices(
    facts: LibraryFacts, compiler: Compiler | None, refusals: list[str]
) -> Iterator[tuple[Path, ...]]:
    """Yield what could be preloaded, best first, noting down what could not."""
    kinds = [kind for kind in _CLANG if kind in facts.sanitizers]
    if facts.needed_runtimes:
        named = [(name, _named(name, compiler)) for name in facts.needed_runtimes]
        refusals += [f"`{name}` was not found" for name, file in named if not file]
        if all(file for _, file in named):
            yield tuple(file for _, file in named if file)
        return
    for each in _in_line(compiler) if kinds else ():
        files = [(kind, runtime_of(each, kind)) for kind in kinds]
        refusals += [
            f"{each.version} has no shared {NAMES[kind]} runtime" for kind, file in files if not file
        ]
        found: tuple[Path, ...] = ()
        for _, file in files:
            # clang's asan runtime answers for ubsan as well, and two copies of it would not get along.
            if file and (not found or _lacking(facts, found)):
                found += (file,)
        if found:
            yield found


def _in_line(given: Compiler | None) -> Iterator[Compiler]:
    """Yield the compiler in use; the others are looked up, which takes 0.1 s, only when that did not do."""
    first = given
    if first is None:
        with contextlib.suppress(AbidanceError):
            first = find_compiler()
    if first:
        yield first
    yield from (each for each in other_compilers() if each != first)


def _named(name: str, compiler: Compiler | None) -> Path | None:
    """Return the file of a runtime that a library names in its dynamic section."""
    sanitizer = next(kind for kind, mark in SANITIZER_RUNTIMES.items() if mark.match(name))
    for each in _in_line(compiler):
        file = runtime_of(each, sanitizer)
        if file and name in {file.name, read_library(file).soname}:
            return file
    try:
        return find_library(name).resolve()
    except AbidanceError:
        return None


def _lacking(facts: LibraryFacts, files: tuple[Path, ...]) -> frozenset[str]:
    prefixes = tuple(_PREFIXES[kind] for kind in _PREFIXES if kind in facts.sanitizers)
    wanted = {name for name in facts.undefined if name.startswith(prefixes)}
    return frozenset(wanted.difference(*(_exports(file) for file in files)))


@functools.cache
def _exports(file: Path) -> frozenset[str]:
    return read_library(file).exports


def _real(path: Path) -> Path | None:
    """Return the shared object behind a development symlink, or behind a linker script (Fedora)."""
    try:
        with path.open("rb") as file:
            script = re.search(rb"INPUT\s*\(\s*(/[^\s()]+)", file.read(4096))
        real = (Path(os.fsdecode(script[1])) if script else path).resolve()
        return read_library(real).path
    except (OSError, AbidanceError):
        return None


def _tsan_copies() -> Path:
    compiler = find_compiler()
    source = _COPIES_SOURCE.read_bytes()
    flags = ("-O2", "-fno-builtin")

    def build(output: Path) -> None:
        compiled = compiler.compile_shared([_COPIES_SOURCE], output, flags)
        if not compiled.ok:
            raise CannotJudgeError(
                Diagnostic(
                    SANITIZER_MISSING, f"`{_COPIES_SOURCE.name}` does not compile", notes=(compiled.words,)
                )
            )

    return cached_shared_object("tsan_memory", (source, *flags, compiler.identity), build)


def _missing(facts: LibraryFacts, refusals: Iterable[str], span: Span | None) -> CannotJudgeError:
    kinds = " and ".join(NAMES[kind] for kind in sorted(facts.sanitizers))
    return CannotJudgeError(
        Diagnostic(
            SANITIZER_MISSING,
            f"`{facts.path.name}` was built with {kinds}, and no runtime for it can be preloaded",
            labels=(Label(span),) if span else (),
            notes=tuple(dict.fromkeys(refusals)),
            help="install the runtime of the compiler that built it (gcc: libasan, libubsan, libtsan; "
            "clang: libclang-rt-NN-dev); `abidance doctor` shows what is found",
        )
    )
