"""What CMake says that it will build where: the reply of its File API, so that no path is guessed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_API = Path(".cmake", "api", "v1")
_DAMAGED = (OSError, ValueError, KeyError, IndexError, TypeError)  # a reply cut short: ask again


@dataclass(frozen=True, slots=True)
class Target:
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
    (query / "codemodel-v2").touch()


def target_names(tree: Path) -> tuple[str, ...]:
    """Return the names of the tree's targets, or none before it was configured."""
    try:
        return tuple(sorted(_replies(tree)))
    except _DAMAGED:
        return ()


def read_target(tree: Path, name: str) -> Target | None:
    """Return the target called `name`, or None."""
    try:
        reply = _replies(tree).get(name)
        if reply is None:
            return None
        told = _load(reply)
        files = tuple(tree / entry["path"] for entry in told.get("artifacts", ()))
        return Target(name, told["type"], files, told.get("nameOnDisk", ""))
    except _DAMAGED:
        return None


def _replies(tree: Path) -> dict[str, Path]:
    folder = tree / _API / "reply"
    # CMake names an index by the time it was written and removes older ones last.
    indexes = sorted(folder.glob("index-*.json"))
    if not indexes:
        return {}
    answer = _load(indexes[-1])["reply"]["client-abidance"].get("codemodel-v2", {})
    if "jsonFile" not in answer:
        return {}
    configuration = _load(folder / answer["jsonFile"])["configurations"][0]
    return {target["name"]: folder / target["jsonFile"] for target in configuration["targets"]}


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
