"""Takes a library as it is: a file (`path`), or a library of the system (`name`). A static one is linked first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.elf import read_library
from abidance.toolchain.ld_so import find_library
from abidance.toolchain.library import BuildResult, LibraryBuilder
from abidance.toolchain.static_archives import is_static, linked

if TYPE_CHECKING:
    from abidance.toolchain.builds import Build
    from abidance.toolchain.library import BuildSettings, LibrarySource


def _take_path(source: LibrarySource, _build: Build, settings: BuildSettings) -> BuildResult:
    file = source.where or Path()
    return BuildResult(linked(source, file, settings) if is_static(file) else file, file)


def _find_name(source: LibrarySource, _build: Build, _settings: BuildSettings) -> BuildResult:
    file = find_library(source.target, source.span)
    return BuildResult(file, file)


def _check_path(source: LibrarySource) -> None:
    file = source.where or Path()
    if not is_static(file):
        read_library(file, source.span)


def _check_name(source: LibrarySource) -> None:
    read_library(find_library(source.target, source.span), source.span)


PATH = LibraryBuilder(
    "path",
    "a shared object or static library that is there already",
    _take_path,
    _check_path,
    options=("links",),
)
NAME = LibraryBuilder(
    "name", "a library of the system, found as the dynamic linker would", _find_name, _check_name
)
