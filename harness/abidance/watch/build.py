"""Compiles the watcher with the user's compiler, once, into the cache."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from abidance.core.catalogue import BUILD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.compiler import Compiler, find_compiler

_FLAGS = ("-std=gnu11", "-O2", "-g1", "-fvisibility=hidden", "-fno-omit-frame-pointer")
_LIBRARIES = ("-ldl", "-lpthread")  # in libc itself since glibc 2.34
_HOME = Path(__file__).parent


def sources() -> tuple[Path, ...]:
    """Return the watcher's C files and headers, which are installed beside this module."""
    return tuple(sorted([*_HOME.glob("*.c"), *_HOME.glob("*.h"), *_HOME.glob("heap/*.h")]))


def heap_path() -> Path | None:
    """Return the allocator that is preloaded to keep account of a library's, compiled now if need be.

    None where the C library is another than glibc, whose allocator it stands in front of. Raises
    CannotJudgeError as `arena_path` does.
    """
    names = os.confstr_names
    if "CS_GNU_LIBC_VERSION" not in names or not os.confstr("CS_GNU_LIBC_VERSION"):
        return None
    return _heap_path()


@functools.cache
def _heap_path() -> Path:
    files = sorted((_HOME / "heap").iterdir())
    compiler = find_compiler()
    texts = [file.read_bytes() for file in files if file.suffix in (".c", ".h")]
    key: tuple[str | bytes, ...] = (compiler.identity, *_FLAGS, *texts)
    build = functools.partial(_compile, compiler, [file for file in files if file.suffix == ".c"])
    return cached_shared_object("abidance_heap", key, build)


@functools.cache
def arena_path() -> Path:
    """Return the watcher as a shared object, compiled now if this compiler has not done so before.

    Raises CannotJudgeError when there is no compiler or it fails.
    """
    compiler = find_compiler()
    key: tuple[str | bytes, ...] = (
        compiler.identity,
        *_FLAGS,
        *(source.read_bytes() for source in sources()),
    )
    units = [source for source in sources() if source.suffix == ".c"]
    return cached_shared_object("abidance_watch", key, functools.partial(_compile, compiler, units))


def _compile(compiler: Compiler, units: list[Path], output: Path) -> None:
    made = compiler.compile_shared(units, output, _FLAGS, _LIBRARIES)
    if not made.ok:
        words = tuple(line for line in made.words.splitlines() if "error" in line)[:3]
        raise CannotJudgeError(
            Diagnostic(
                BUILD_FAILED,
                "the watcher that abidance loads into its worker does not compile",
                notes=words or tuple(made.words.splitlines()[:3]),
                help="`abidance doctor` shows which compiler is used; set `CC` to use another",
            )
        )
