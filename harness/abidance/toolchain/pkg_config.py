"""What installed packages say of themselves in their `.pc` files: where their headers are, and how to link them.

The files are read here, not by `pkg-config`, which need not be installed (pc(5): `Cflags`, `Libs`, `Requires`,
variables as `${name}`).
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.files import read_regular
from abidance.toolchain.ld_so import search_directories

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST = 1 << 16
_SHARED = (Path("/usr/local/share/pkgconfig"), Path("/usr/share/pkgconfig"))
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_DEEPEST = 8
"""How far variables and requirements are followed."""


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package: its include directories, the libraries that `-l` names, and the packages that it needs."""

    name: str
    include_dirs: tuple[Path, ...]
    libraries: tuple[str, ...]
    requires: tuple[str, ...]


class Packages:
    """All packages that can be found in folders, the first of a name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._known: dict[str, Package] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.pc")):
                if path.stem not in self._known and (package := _read(path)) is not None:
                    self._known[path.stem] = package

    def around(self, header: Path) -> Package | None:
        """Return the package in one of whose own include directories a header lies, the nearest."""
        near = (
            (-len(each.parts), name)
            for name, package in self._known.items()
            for each in package.include_dirs
            if header.is_relative_to(each) and not _is_shared(each)
        )
        found = min(near, default=None)
        return self._known[found[1]] if found is not None else None

    def having(self, header: str) -> tuple[Package, Path] | None:
        """Return the package among whose include directories one has a header by this name, and its path."""
        for name in sorted(self._known, key=lambda each: (not each.startswith(Path(header).stem), each)):
            for folder in self._known[name].include_dirs:
                if (folder / header).is_file():
                    return self._known[name], folder / header
        return None

    def named(self, stem: str) -> Package | None:
        """Return the package of this name, or of `lib` and this name."""
        return next((self._known[each] for each in (stem, f"lib{stem}") if each in self._known), None)

    def include_dirs(self, package: Package) -> tuple[Path, ...]:
        """Return the include directories of a package and of all that it requires, without those of every compiler."""
        found: dict[Path, None] = {}
        waiting = [package]
        met = {package.name}
        while waiting:
            each = waiting.pop(0)
            found |= dict.fromkeys(folder for folder in each.include_dirs if not _is_shared(folder))
            needed = [self._known[name] for name in each.requires if name in self._known and name not in met]
            met.update(one.name for one in needed)
            waiting += needed
        return tuple(found)


@lru_cache(maxsize=1)
def installed_packages() -> Packages:
    """Return the packages of this machine: those of `PKG_CONFIG_PATH`, then those beside its libraries."""
    named = [Path(each) for each in os.environ.get("PKG_CONFIG_PATH", "").split(os.pathsep) if each]
    beside = [folder / "pkgconfig" for folder in search_directories()]
    return Packages([*named, *beside, *_SHARED])


def _is_shared(folder: Path) -> bool:
    """Tell whether every compiler looks there."""
    usual = folder if "-linux-" not in folder.name else folder.parent
    return usual in (Path("/usr/include"), Path("/usr/local/include"))


def _read(path: Path) -> Package | None:
    try:
        text = read_regular(path, _MOST).decode("utf-8", errors="replace")
    except OSError:
        return None
    variables = {"pcfiledir": str(path.parent)}
    fields: dict[str, str] = {}
    for line in text.replace("\\\n", " ").splitlines():
        name, sign, value = _split(line.partition("#")[0])
        if sign == "=":
            variables[name] = value
        elif sign == ":":
            fields[name.lower()] = value
    words = dict(_words(fields, variables))
    includes = [Path(os.path.normpath(each[2:])) for each in words.get("cflags", ()) if each.startswith("-I")]
    libraries = [each[2:] for each in words.get("libs", ()) if each.startswith("-l")]
    needed = [*words.get("requires", ()), *words.get("requires.private", ())]
    requires = [each for each in " ".join(needed).replace(",", " ").split() if re.match(r"[A-Za-z]", each)]
    return Package(path.stem, tuple(includes), tuple(libraries), tuple(requires))


def _split(line: str) -> tuple[str, str, str]:
    found = re.match(r"\s*([\w.]+)\s*([=:])\s*(.*?)\s*$", line)
    return (found[1], found[2], found[3]) if found else ("", "", "")


def _words(fields: dict[str, str], variables: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each field with variables put in; a field that no shell could read has none."""
    for name, value in fields.items():
        for _ in range(_DEEPEST):
            value = _VARIABLE.sub(lambda found: variables.get(found[1], ""), value)  # noqa: PLW2901 - it grows
        try:
            yield name, shlex.split(value)
        except ValueError:
            continue
