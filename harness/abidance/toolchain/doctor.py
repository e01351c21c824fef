"""What is on this machine, and what cannot be judged without what is not: the facts behind `doctor`."""

from __future__ import annotations

import contextlib
import platform
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.toolchain.builders.cargo import has_rust_src, rust_host
from abidance.toolchain.builders.cmake import cmake_program, ninja_program
from abidance.toolchain.cache import VARIABLE, Cache, default_cache, is_private, shown
from abidance.toolchain.callgrind import callgrind_reason
from abidance.toolchain.compiler import Compiler, find_compiler
from abidance.toolchain.perf import PerfError, usable_event
from abidance.toolchain.process import find_tool, run_tool
from abidance.toolchain.runtimes import other_compilers, runtime_of, try_preload
from abidance.toolchain.symbolize import symbolizers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECONDS = 10.0  # for each question: a doctor that hangs helps nobody
_RUST_SANITIZER_HOSTS = {"x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"}
_PROGRAMS: dict[str, Callable[[], Path | None]] = {
    "rustc": lambda: find_tool("rustc"),
    "cargo": lambda: find_tool("cargo"),
    "cmake": cmake_program,
    "ninja": ninja_program,
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A program or package that is here; `version` is empty when it does not tell."""

    name: str
    version: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Something that is not here, what that switches off, and what to do about it."""

    what: str
    switches_off: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Survey:
    """The facts. `compiler` is the one that is used; `compilers` are all, by family and version.

    `sanitizers` says for asan, ubsan, tsan and msan with which of gcc, clang and rust it works here.
    `measures` tells whether what calls cost can be measured: their time, and how many instructions they execute.
    `cache` says where what is built is kept, and whose that is. `profilers` are what `abidance profile` can use here.
    """

    compiler: Compiler | None
    compilers: tuple[Tool, ...]
    tools: tuple[Tool, ...]
    sanitizers: dict[str, tuple[str, ...]]
    symbolizers: tuple[str, ...]
    measures: bool
    absences: tuple[Absence, ...] = ()
    cache: str = ""
    profilers: tuple[str, ...] = ()

    def tool(self, name: str) -> Tool | None:
        """Return the tool of that name, if it is here."""
        return next((tool for tool in self.tools if tool.name == name), None)


def survey() -> Survey:
    """Look at this machine. It takes a fraction of a second and changes nothing."""
    compilers = other_compilers()
    with ThreadPoolExecutor() as pool:
        asked = {name: pool.submit(_who_has, name, compilers) for name in ("asan", "ubsan", "tsan", "msan")}
        profilers = pool.submit(_profilers)
        tools = [tool for tool in pool.map(_program, _PROGRAMS) if tool]
        sanitizers = {name: answer.result() for name, answer in asked.items()}
    facts = Survey(
        compiler=_used(),
        compilers=tuple(
            Tool(each.family, _number(each.version), find_tool(each.command[0])) for each in compilers
        ),
        tools=tuple(tools),
        sanitizers=sanitizers,
        symbolizers=symbolizers(),
        measures=platform.machine() in ("x86_64", "AMD64"),
        cache=_cache(default_cache()),
        profilers=profilers.result(),
    )
    return replace(facts, absences=tuple(_absences(facts)))


def _absences(facts: Survey) -> Iterator[Absence]:
    has = {tool.name for tool in facts.tools}
    if facts.compiler is None:
        yield Absence(
            "C compiler", "everything: layouts are asked from it", "`apt-get install gcc`, or set `CC`"
        )
    if "cargo" not in has:
        yield Absence("cargo", "`cargo` libraries", "install Rust from https://rustup.rs")
    elif not has_rust_src(Path.cwd()):
        yield Absence("rust-src", "tsan builds of `cargo` libraries", "`rustup component add rust-src`")
    if "cmake" not in has:
        yield Absence("cmake", "`cmake` libraries", "`pip install cmake ninja`")
    for name, package in (("asan", "libasan"), ("ubsan", "libubsan"), ("tsan", "libtsan")):
        if not facts.sanitizers[name]:
            yield Absence(
                name,
                f"builds with {name}",
                f"Debian: `apt-get install gcc`; Fedora: `dnf install {package}`",
            )
    if not facts.sanitizers["msan"]:
        yield Absence("msan", "reads of uninitialised memory by the native driver", "`apt-get install clang`")
    if not facts.measures:
        yield Absence(
            "x86-64", "budgets of time and instructions (`cost`)", "a machine with such a processor"
        )
    if not facts.profilers:
        yield Absence(
            "perf, valgrind",
            "nothing, but `abidance profile` needs one of them",
            "`apt-get install linux-perf`, or valgrind",
        )
    if facts.symbolizers == ("abidance",):
        yield Absence(
            "symbolizer", "nothing, but lines are found slowly", "`apt-get install llvm`, or binutils"
        )


def _profilers() -> tuple[str, ...]:
    found = []
    with contextlib.suppress(PerfError):
        found.append(f"perf ({usable_event()})")
    return (*found, *(["callgrind"] if not callgrind_reason() else []))


def _who_has(sanitizer: str, compilers: tuple[Compiler, ...]) -> tuple[str, ...]:
    """Return with which of gcc, clang and rust the sanitizer works here: a runtime is there, and starts."""
    if sanitizer == "msan":
        return ("clang",) if any(map(_has_msan, compilers)) else ()
    able = {
        each.family
        for each in compilers
        if (runtime := runtime_of(each, sanitizer)) and try_preload(runtime).works
    }
    here = Path.cwd()
    # Rust brings no runtime that can be preloaded, and runs with that of either compiler.
    rust = sanitizer == "asan" or (sanitizer == "tsan" and has_rust_src(here))
    if able and rust and rust_host(here) in _RUST_SANITIZER_HOSTS:
        return (*sorted(able, reverse=True), "rust")
    return tuple(sorted(able, reverse=True))


def _has_msan(compiler: Compiler) -> bool:
    if compiler.family != "clang":
        return False
    machine = compiler.target.partition("-")[0]
    names = (f"libclang_rt.msan-{machine}.a", "libclang_rt.msan.a")
    return any("/" in compiler.run((f"-print-file-name={name}",), seconds=_SECONDS).stdout for name in names)


def _used() -> Compiler | None:
    try:
        return find_compiler()
    except AbidanceError:
        return None


def _cache(cache: Cache) -> str:
    """Return where the cache is, and whose."""
    place = shown(cache.home)
    match is_private(cache.home):
        case None:
            return f"{place}, not made yet"
        case False:
            return (
                f"{place}, not private: nothing can be judged until `{VARIABLE}` names a directory of yours"
            )
        case True:
            return f"{place}, yours alone" if cache.usual else f"{place}, beside that of another user"


def _program(name: str) -> Tool | None:
    path = _PROGRAMS[name]()
    if path is None:
        return None
    ran = run_tool([path, "--version"], seconds=_SECONDS)
    # rustup leaves a `cargo` on PATH that answers only with an error when no toolchain is installed.
    return Tool(name, _number(ran.stdout), path) if ran.ok else None


def _number(words: str) -> str:
    found = re.search(r"\d+\.\d+(?:\.\d+)?", words)
    return found[0] if found else ""
