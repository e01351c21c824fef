"""Interposers, compiled and kept in the cache."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BUILD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    from abidance.toolchain.compiler import Compiler

FLAGS = (
    "-O2", "-w", "-shared", "-fPIC", "-fvisibility=hidden", "-fexceptions", "-fno-strict-aliasing",
    # A pointer that a caller passes may be NULL, whatever an attribute says.
    "-fno-delete-null-pointer-checks", "-fno-lto", "-U_FORTIFY_SOURCE", "-Wl,-Bsymbolic", "-Wl,-z,nodelete",
)  # fmt: skip
_STATIC_RUNTIME = {"gcc": ("-static-libgcc",), "clang": ()}
_LINKED = ("-lm", "-ldl", "-pthread")
_SECONDS = 240.0  # a large contract, on a busy machine


def compiled_interposer(source: str) -> Path:
    """Return the shared object of an interposer; raises CannotJudgeError where it does not compile."""
    compiler = find_compiler()
    words = (*FLAGS, *_STATIC_RUNTIME[compiler.family], "-x", "c", "-", "-x", "none", *_LINKED)

    def build(output: Path) -> None:
        compile_to(compiler, (*words, "-o", str(output)), source, "the interposer")

    return cached_shared_object("trace", (source, *words, compiler.identity), build)


def compiled_file(name: str, words: tuple[str, ...], suffix: str = ".so") -> Path:
    """Return what is compiled of a file of the runtime; raises CannotJudgeError where it does not compile."""
    compiler = find_compiler()
    folder = Path(__file__).parent / "runtime"
    source = (folder / name).read_text(encoding="utf-8")
    flags = ("-O2", "-w", f"-I{folder}", "-x", "c", "-", "-x", "none", *words)

    def build(output: Path) -> None:
        compile_to(compiler, (*flags, "-o", str(output)), source, f"`{name}`")

    return cached_shared_object(Path(name).stem, (source, *flags, compiler.identity), build, suffix=suffix)


def compile_to(compiler: Compiler, words: tuple[str, ...], source: str, what: str) -> None:
    """Run the compiler; raises CannotJudgeError with its first errors."""
    with tempfile.TemporaryDirectory(prefix="abidance-") as scratch:
        ran = compiler.run(words, stdin=source, seconds=_SECONDS, cwd=Path(scratch))
    if not ran.ok:
        lines = tuple(line for line in ran.stderr.splitlines() if "error" in line or "undefined" in line)
        raise CannotJudgeError(
            Diagnostic(
                BUILD_FAILED,
                f"{what} cannot be built with `{' '.join(compiler.command)}`",
                notes=lines[:4] or (ran.stderr.strip()[-400:],),
            )
        )
