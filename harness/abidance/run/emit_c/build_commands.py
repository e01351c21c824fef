"""The commands that compile, link and start an emitted program against the library under test."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from abidance.toolchain.compiler import find_compiler, search_flags
from abidance.toolchain.elf import read_library
from abidance.toolchain.runtimes import other_compilers, runtime_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import Artifact

_FLAGS = {"asan": "address", "ubsan": "undefined", "tsan": "thread"}
_OPTIONS = {
    "asan": "ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1",
    "ubsan": "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1",
}


def build_lines(contract: Contract, artifact: Artifact, source: str) -> Iterator[str]:
    """Yield shell commands, to be typed one after the other in the folder of `source`.

    The program is built with the sanitizers of the library: a library that was instrumented does not run in a
    program whose first library is not their runtime.
    """
    program = source.rpartition(".")[0] or f"{source}.out"
    compiler, runtime = _compiler(artifact)
    kinds = [flag for kind, flag in _FLAGS.items() if kind in artifact.sanitizers]
    folders: list[Path | str] = [
        artifact.path.parent,
        *artifact.search,
        *([runtime.parent] if runtime else []),
    ]
    soname = read_library(artifact.path).soname
    if soname and not (artifact.path.parent / soname).exists():
        # The dynamic linker looks for the name that the library gives itself, which its file need not have.
        yield shlex.join(["ln", "-sf", str(artifact.path), soname])
        folders.insert(0, "$ORIGIN")
    words = [
        *compiler.command,
        "-g",
        *([f"-fsanitize={','.join(kinds)}", "-fno-sanitize-recover=all"] if kinds else []),
        *(["-shared-libsan"] if kinds and compiler.family == "clang" else []),
        *search_flags(
            (contract.header.parent, *contract.include_dirs),
            {str(name): value for name, value in contract.defines.items()},
        ),
        source,
        str(artifact.path),
        *(f"-Wl,-rpath,{folder}" for folder in dict.fromkeys(folders)),
        "-o",
        program,
    ]
    yield shlex.join(words)
    told = [options for kind, options in _OPTIONS.items() if kind in artifact.sanitizers]
    yield " ".join([*told, shlex.quote(f"./{program}")])


def _compiler(artifact: Artifact) -> tuple[Compiler, Path | None]:
    """Return the compiler whose runtime the library needs, and that runtime where it must be found at start."""
    first = find_compiler()
    for runtime in artifact.preload:
        for compiler in (first, *other_compilers()):
            if any(runtime_of(compiler, kind) == runtime for kind in artifact.sanitizers & _FLAGS.keys()):
                return compiler, runtime if compiler.family == "clang" else None
    return first, None
