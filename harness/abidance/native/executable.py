"""A compiled target, linked with an engine: one program for each target, kind of build and engine, in the cache."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from abidance.core.catalogue import BUILD_FAILED, TOOL_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, CannotJudgeError
from abidance.toolchain.cache_entries import cached_shared_object, own_identity
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.runtimes import other_compilers, runtime_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import Artifact

EngineName = Literal["own", "libfuzzer", "afl++"]

RUNTIME = Path(__file__).parent / "runtime"
_ENGINE = RUNTIME / "engine" / "engine.c"
_WATCH = Path(__file__).parents[1] / "watch"
_FENCE = (_WATCH / "syscall_fence.c", _WATCH / "arena.h", _WATCH / "status.h")
_SECONDS = 240.0  # a target of a large contract, on a busy machine
# At -O2 a target takes twice as long to be compiled, and calls are made at most a twentieth faster.
_TARGET_FLAGS = ("-O1", "-g", "-w", "-fno-strict-aliasing", "-fno-omit-frame-pointer", f"-I{RUNTIME}")
# A library is lent none of the target's stack and globals, and not watching them makes a third more calls a second.
_WATCHED_LESS = {
    "gcc": ("--param=asan-stack=0", "--param=asan-globals=0"),
    "clang": ("-shared-libsan", "-mllvm", "-asan-stack=0", "-mllvm", "-asan-globals=0"),
}
# Without its own `memcmp`, the engine's would call itself.
_ENGINE_FLAGS = ("-O2", "-g", "-w", "-fno-builtin")
_LINKED = ("-rdynamic", "-ldl", "-lm", "-pthread")


@dataclass(frozen=True, slots=True)
class Executable:
    """A target with an engine, to be run against libraries that are built as `artifact` is."""

    path: Path
    engine: EngineName
    artifact: Artifact


def engine_compiler(engine: EngineName) -> Compiler | None:
    """Return the compiler that libraries must be built with for an engine; None where the usual one will do.

    Raises CannotJudgeError where that engine is not installed.
    """
    if engine == "own":
        return None
    if not shutil.which("clang"):
        raise _missing(engine, "clang", "`apt-get install clang libclang-rt-dev`")
    if engine == "afl++" and not (shutil.which("afl-fuzz") and shutil.which("afl-clang-fast")):
        raise _missing(engine, "afl-fuzz", "`apt-get install afl++`")
    return find_compiler("clang")


def build_executable(source: str, artifact: Artifact, engine: EngineName = "own") -> Executable:
    """Compile a target's source and link it with an engine, or take what was made of it before.

    Raises CannotJudgeError where that does not compile, or the engine is not installed.
    """
    compiler = engine_compiler(engine) or _compiler_of(artifact)
    flags = (*_TARGET_FLAGS, *_sanitizer_flags(artifact, compiler))
    match engine:
        case "own":
            links: tuple[str, ...] = (str(engine_object(compiler)), *_LINKED)
        case "libfuzzer":
            links = ("-fsanitize=fuzzer", *_LINKED)
        case "afl++":
            # Its own instrumentation would only tell where the target is.
            compiler = find_compiler("afl-clang-fast")
            links = ("-fsanitize=fuzzer", *_LINKED)
    words = (*flags, "-x", "c", "-", "-x", "none", *links)

    def build(output: Path) -> None:
        compile_text(compiler, (*words, "-o", str(output)), source, "the target of the compiled contract")

    key = (source, *words, compiler.identity, own_identity("native/runtime/*.h"))
    path = cached_shared_object("target", key, build, suffix=".bin")
    return Executable(path, engine, artifact)


def _compiler_of(artifact: Artifact) -> Compiler:
    """Return the compiler whose AddressSanitizer a library needs: two of them in one process do not get along."""
    usual = find_compiler()
    if "asan" not in artifact.sanitizers:
        return usual
    for each in (usual, *other_compilers()):
        if runtime_of(each, "asan") in artifact.preload:
            return each
    return usual


def _sanitizer_flags(artifact: Artifact, compiler: Compiler) -> tuple[str, ...]:
    if "asan" not in artifact.sanitizers:
        return ()
    return ("-fsanitize=address", *_WATCHED_LESS[compiler.family])


def engine_object(compiler: Compiler) -> Path:
    """Return the compiled engine, which is the same for every target and never instrumented."""
    sources = (*sorted(_ENGINE.parent.iterdir()), *_FENCE)

    def build(output: Path) -> None:
        compile_text(
            compiler,
            (*_ENGINE_FLAGS, "-c", str(_ENGINE), "-o", str(output)),
            "",
            "the engine of the compiled contract",
        )

    contents = tuple(each.read_bytes() for each in sources)
    key: tuple[str | bytes, ...] = (*contents, *_ENGINE_FLAGS, compiler.identity)
    return cached_shared_object("engine", key, build, suffix=".o")


def compile_text(compiler: Compiler, words: Sequence[str], text: str, what: str) -> None:
    """Run the compiler on a text; raises CannotJudgeError with its first errors."""
    ran = compiler.run(words, stdin=text, seconds=_SECONDS)
    if not ran.ok:
        lines = tuple(line for line in ran.stderr.splitlines() if "error" in line or "undefined" in line)
        raise CannotJudgeError(
            Diagnostic(
                BUILD_FAILED,
                f"{what} cannot be built with `{' '.join(compiler.command)}`",
                notes=lines[:4] or (ran.stderr.strip()[-400:],),
            )
        )


def _missing(engine: EngineName, program: str, install: str) -> AbidanceError:
    return CannotJudgeError(
        Diagnostic(
            TOOL_MISSING,
            f"the engine `{engine}` needs `{program}`, which is not installed",
            help=f"install it ({install}), or take `--engine own`",
        )
    )
