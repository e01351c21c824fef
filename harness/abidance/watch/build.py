"""Compiles the watcher with the user's compiler, once, into the cache."""

from __future__ import annotations

import functools
from pathlib import Path

from abidance.core.catalogue import BUILD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.cache import cached_shared_object
from abidance.toolchain.compiler import Compiler, find_compiler

_FLAGS = ("-std=gnu11", "-O2", "-g1", "-fvisibility=hidden", "-fno-omit-frame-pointer")
_LIBRARIES = ("-ldl", "-lpthread")  # in libc itself since glibc 2.34
_HOME = Path(__file__).parent


def sources() -> tuple[Path, ...]:
    """Return the watcher's C files and headers, which are installed beside this module."""
    return tuple(sorted([*_HOME.glob("*.c"), *_HOME.glob("*.h")]))


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
    return cached_shared_object("abidance_watch", key, functools.partial(_compile, compiler))


def _compile(compiler: Compiler, output: Path) -> None:
    units = [source for source in sources() if source.suffix == ".c"]
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
