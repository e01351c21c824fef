"""Interposers, compiled and kept in the cache."""

from __future__ import annotations

from pathlib import Path

from abidance.native.executable import compile_text
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.compiler import find_compiler

FLAGS = (
    "-O2", "-w", "-shared", "-fPIC", "-fvisibility=hidden", "-fexceptions", "-fno-strict-aliasing",
    # A pointer that a caller passes may be NULL, whatever an attribute says.
    "-fno-delete-null-pointer-checks", "-fno-lto", "-U_FORTIFY_SOURCE", "-Wl,-Bsymbolic", "-Wl,-z,nodelete",
)  # fmt: skip
_STATIC_RUNTIME = {"gcc": ("-static-libgcc",), "clang": ()}
_LINKED = ("-lm", "-ldl", "-pthread")


def compiled_interposer(source: str) -> Path:
    """Return the shared object of an interposer; raises CannotJudgeError where it does not compile."""
    compiler = find_compiler()
    words = (*FLAGS, *_STATIC_RUNTIME[compiler.family], "-x", "c", "-", "-x", "none", *_LINKED)

    def build(output: Path) -> None:
        compile_text(compiler, (*words, "-o", str(output)), source, "the interposer")

    return cached_shared_object("trace", (source, *words, compiler.identity), build)


def compiled_file(name: str, words: tuple[str, ...], suffix: str = ".so") -> Path:
    """Return what is compiled of a file of the runtime; raises CannotJudgeError where it does not compile."""
    compiler = find_compiler()
    folder = Path(__file__).parent / "runtime"
    source = (folder / name).read_text(encoding="utf-8")
    flags = ("-O2", "-w", f"-I{folder}", "-x", "c", "-", "-x", "none", *words)

    def build(output: Path) -> None:
        compile_text(compiler, (*flags, "-o", str(output)), source, f"`{name}`")

    return cached_shared_object(Path(name).stem, (source, *flags, compiler.identity), build, suffix=suffix)
