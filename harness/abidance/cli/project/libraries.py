"""The library that a project most likely means, read in its build files: for a header that is drafted along with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.project import LibraryOptions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

BUILD_FILES = {
    "cmake": ("CMakeLists.txt",),
    "cargo": ("Cargo.toml",),
    "meson": ("meson.build",),
    "make": ("GNUmakefile", "makefile", "Makefile"),
}
ANY = "TARGET"
"""Stands where no library, or more than one, is found."""
_CMAKE = re.compile(
    r"^\s*add_library\s*\(\s*([A-Za-z0-9_.+${}-]+)(?=[\s)])(?!\s+(?:ALIAS|IMPORTED|INTERFACE))", re.MULTILINE
)
_MESON = re.compile(
    r"^\s*(\w+)\s*=\s*((?:shared_|static_)?library|both_libraries)\s*\(\s*'([^']+)'", re.MULTILINE
)
_MAKE = re.compile(r"^((?:[\w.+-]+/)*lib[\w.+-]+\.(?:so|a))\s*:(?!=)", re.MULTILINE)
_FIXED_FLAGS = re.compile(
    r"^\s*(?:override\s+)?(C(?:XX)?FLAGS)\s*::?:?=|^\s*(C(?:XX)?FLAGS)\s*=", re.MULTILINE
)
_ELSEWHERE = frozenset(
    "build examples external fuzz subprojects target test tests third_party vendor".split()  # noqa: SIM905
)
_DEEPEST = 4


def likely_library(folder: Path, kinds: Collection[str]) -> LibraryOptions:
    """Return the only library that the build files of `folder` name, as options would; no option where it is open."""
    for kind in kinds:
        match kind:
            case "cmake" if (target := cmake_target(folder)) != ANY:
                return LibraryOptions(cmake=str(folder), target=target)
            case "cargo" if (place := cargo_crate(folder)) is not None:
                return LibraryOptions(cargo=str(folder / place))
            case "meson" if len(found := [*_meson_libraries(folder)]) == 1:
                _, function, name, place = found[0]
                suffix = "a" if function.startswith("static") else "so"
                build = "meson setup --reconfigure build-{build} && meson compile -C build-{build}"
                return LibraryOptions(
                    command=("sh", "-c", build),
                    artifact=str(folder / "build-{build}" / place / f"lib{name}.{suffix}"),
                    directory=folder,
                )
            case "make" if (made := _from_make(folder)) is not None:
                return made
    return LibraryOptions()


def cargo_crate(folder: Path) -> Path | None:
    """Return where in a Cargo project the only crate is that makes a shared object; None where that is open."""
    found = [place for place, text in _texts(folder, "Cargo.toml") if "cdylib" in text]
    return found[0] if len(found) == 1 else None


def cmake_target(folder: Path) -> str:
    """Return the only library that a CMake project adds, or a word in its place."""
    texts = _texts(folder, "CMakeLists.txt")
    found = {name for _, text in texts for name in _CMAKE.findall(text)}
    name = found.pop() if len(found) == 1 else ""
    return name if name and "$" not in name else ANY


def meson_variable(folder: Path) -> str:
    """Return the variable of the only library of a Meson project, or a word in its place."""
    found = {variable for variable, *_ in _meson_libraries(folder)}
    return found.pop() if len(found) == 1 else ANY


def _meson_libraries(folder: Path) -> Iterator[tuple[str, str, str, Path]]:
    """Yield variable, function, name and folder of each library."""
    for place, text in _texts(folder, "meson.build"):
        for variable, function, name in _MESON.findall(text):
            yield variable, function, name, place


def _from_make(folder: Path) -> LibraryOptions | None:
    file = next((folder / name for name in BUILD_FILES["make"] if (folder / name).is_file()), None)
    text = file.read_text(encoding="utf-8", errors="replace") if file is not None else ""
    found = list(dict.fromkeys(_MAKE.findall(text)))
    shared = [each for each in found if each.endswith(".so")] or found
    if file is None or len(shared) != 1:
        return None
    fixed = _FIXED_FLAGS.search(text)
    name = (fixed[1] or fixed[2]) if fixed is not None else ""
    remark = (
        f"`{file.name}` sets `{name}`: with `?=`, or `+=`, sanitizers can be built as well" if name else ""
    )
    return LibraryOptions(
        command=("make", "-B", shared[0]),
        artifact=str(folder / shared[0]),
        directory=folder,
        builds=("release",) if name else (),
        remark=remark,
    )


def _texts(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield the build files of a project with the folder of each, but for those of tests and of other people."""
    for path in sorted(folder.rglob(name)):
        place = path.parent.relative_to(folder)
        if len(place.parts) > _DEEPEST or any(
            p in _ELSEWHERE or p.startswith((".", "build")) for p in place.parts
        ):
            continue
        if path.is_file():
            yield place, path.read_text(encoding="utf-8", errors="replace")
