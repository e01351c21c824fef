"""What CMake says that it will build where: the reply of its File API, so that no path is guessed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_API = Path(".cmake", "api", "v1")
_DAMAGED = (OSError, ValueError, KeyError, IndexError, TypeError)  # a reply cut short: ask again


@dataclass(frozen=True, slots=True)
class CMakeTarget:
    """One target of a configured tree; `kind` is CMake's, such as ``SHARED_LIBRARY``."""

    name: str
    kind: str
    files: tuple[Path, ...]
    on_disk: str

    @property
    def library(self) -> Path | None:
        """Return the file that can be loaded, if the target makes one."""
        if self.kind not in {"SHARED_LIBRARY", "MODULE_LIBRARY"}:
            return None
        return next((file for file in self.files if file.name == self.on_disk), None)


def ask(tree: Path) -> None:
    """Leave the question in the tree; CMake answers it each time that it generates."""
    query = tree / _API / "query" / "client-abidance"
    query.mkdir(parents=True, exist_ok=True)
    for kind in ("codemodel-v2", "cmakeFiles-v1"):
        (query / kind).touch()


def target_names(tree: Path) -> tuple[str, ...]:
    """Return the names of the tree's targets, or none before it was configured."""
    try:
        return tuple(sorted(_replies(tree)))
    except _DAMAGED:
        return ()


def read_target(tree: Path, name: str) -> CMakeTarget | None:
    """Return the target called `name`, or None."""
    try:
        reply = _replies(tree).get(name)
        if reply is None:
            return None
        told = _load(reply)
        files = tuple(tree / entry["path"] for entry in told.get("artifacts", ()))
        return CMakeTarget(name, told["type"], files, told.get("nameOnDisk", ""))
    except _DAMAGED:
        return None


def cmake_files(tree: Path) -> tuple[Path, ...]:
    """Return the files that CMake read to configure the tree, but for its own modules and what it made itself."""
    try:
        told = _answer(tree, "cmakeFiles-v1")
        home = Path(told["paths"]["source"])
        return tuple(
            home / entry["path"]
            for entry in told["inputs"]
            if not entry.get("isCMake") and not entry.get("isGenerated")
        )
    except _DAMAGED:
        return ()


def include_folders(tree: Path) -> tuple[Path, ...]:
    """Return the folders in which the compiler looks for what sources of the tree's targets include."""
    try:
        groups = [
            group for reply in _replies(tree).values() for group in _load(reply).get("compileGroups", ())
        ]
        return tuple(
            dict.fromkeys(Path(each["path"]) for group in groups for each in group.get("includes", ()))
        )
    except _DAMAGED:
        return ()


def _replies(tree: Path) -> dict[str, Path]:
    folder = tree / _API / "reply"
    told = _answer(tree, "codemodel-v2")
    configuration = told["configurations"][0]
    return {target["name"]: folder / target["jsonFile"] for target in configuration["targets"]}


def _answer(tree: Path, kind: str) -> dict[str, Any]:
    """Return CMake's answer of a kind; raises KeyError before there is one."""
    folder = tree / _API / "reply"
    # CMake names an index by the time it was written and removes older ones last.
    indexes = sorted(folder.glob("index-*.json"))
    if not indexes:
        raise KeyError(kind)
    return _load(folder / _load(indexes[-1])["reply"]["client-abidance"][kind]["jsonFile"])


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
