"""What decides how a CMake project is configured: a contract's words, presets, a toolchain file, a tree that lends."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain import cmake_cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.toolchain.library import LibrarySource

TREE_VARIABLE = "ABIDANCE_CMAKE_TREE"
"""Names a build tree whose cache variables the project is configured with."""
_PRESETS = ("CMakePresets.json", "CMakeUserPresets.json")


def chosen_variables(source: LibrarySource) -> dict[str, str]:
    """Return the cache variables of the build tree that is named, and those of the contract."""
    tree = os.environ.get(TREE_VARIABLE)
    found = cmake_cache.chosen(Path(tree), source.where) if tree and source.where else {}
    toolchain, given = source.options.get("toolchain"), source.options.get("defines")
    if toolchain:
        found["CMAKE_TOOLCHAIN_FILE"] = str(toolchain)
    spelled = {True: "ON", False: "OFF"}
    items = given.items() if isinstance(given, Mapping) else ()
    return found | {
        str(name): spelled[value] if isinstance(value, bool) else str(value) for name, value in items
    }


def configuration_texts(source: LibrarySource) -> Iterator[str]:
    """Yield the content of what may name another compiler, so that an edited one is another tree."""
    files = [source.options.get("toolchain")]
    if source.options.get("preset") and source.where:
        files += preset_files(source.where)
    for file in files:
        if isinstance(file, Path) and file.is_file():
            yield file.read_text(encoding="utf-8", errors="replace")


def preset_files(project: Path) -> list[Path]:
    """Return the project's files of presets, and those that they include (manual of cmake-presets, "Includes")."""
    found: list[Path] = []
    waiting = [project / name for name in _PRESETS]
    while waiting:
        path = waiting.pop(0)
        if path in found or not path.is_file():
            continue
        found.append(path)
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue  # CMake says what is wrong with it
        included = told.get("include", ()) if isinstance(told, dict) else ()
        waiting += [path.parent / str(name).replace("${sourceDir}", str(project)) for name in included]
    return found
