"""What builds with coverage are linked with, and whether a library has any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.errors import AbidanceError
from abidance.toolchain.cache_entries import cached_shared_object
from abidance.toolchain.coverage import counter_link_flags
from abidance.toolchain.elf import read_library

if TYPE_CHECKING:
    from abidance.toolchain.builds import Build
    from abidance.toolchain.cache import Cache
    from abidance.toolchain.compiler import Compiler

_CALLBACK = "__sanitizer_cov_"
_STAND_IN = Path(__file__).with_name("coverage_stand_in.c")


def stand_in(compiler: Compiler, cache: Cache) -> Path | None:
    """Return a library of callbacks that do nothing, or None where it cannot be named on a linker's command line."""
    flags = ("-O2", "-w")

    def build(output: Path) -> None:
        compiler.compile_shared([_STAND_IN], output, flags)

    key = (_STAND_IN.read_bytes(), *flags, compiler.identity)
    try:
        made = cached_shared_object("coverage_stand_in", key, build, cache)
    except (AbidanceError, OSError):
        return None
    return None if any(mark in str(made) for mark in " ,") else made


def coverage_link_flags(build: Build, compiler: Compiler, cache: Cache) -> tuple[str, ...]:
    """Return what the linker gets besides: the callbacks, wherever on its line the project has its own flags."""
    made = stand_in(compiler, cache) if build.coverage else None
    callbacks = (f"-Wl,--push-state,--no-as-needed,{made},--pop-state",) if made else ()
    return (*callbacks, *counter_link_flags(compiler.family)) if build.coverage == "lines" else callbacks


def is_covered(library: Path) -> bool:
    """Tell whether some code of the library tells where it is."""
    try:
        facts = read_library(library)
    except AbidanceError:
        return False
    return any(name.startswith(_CALLBACK) for name in facts.undefined | facts.optional)
