"""The version of the project that a contract belongs to, from the file in which its build keeps it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from abidance.core.files import read_regular_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abidance.contract.model import Contract

_CMAKE = re.compile(r"\bproject\s*\([^)]*?\bVERSION\s+\"?(\d+(?:\.\d+)*)", re.IGNORECASE)
_COMMENT = re.compile(r"#[^\n]*")


def project_version(contract: Contract) -> str:
    """Return the version that the contract gives, or that of the nearest build file above it; empty for none."""
    if contract.abi is not None and contract.abi.version:
        return contract.abi.version
    for folder in contract.path.parents:
        for name, read in _READERS.items():
            version = _read(folder / name, read)
            if version:
                return version
        if (folder / ".git").exists():
            break
    return ""


def _read(file: Path, read: Callable[[str], str]) -> str:
    try:
        return read(read_regular_text(file))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return ""


def _pyproject(text: str) -> str:
    return _member(tomllib.loads(text), "project", "version")


def _cargo(text: str) -> str:
    document = tomllib.loads(text)
    return _member(document, "package", "version") or _member(document, "workspace", "package", "version")


def _cmake(text: str) -> str:
    found = _CMAKE.search(_COMMENT.sub("", text))
    return found[1] if found else ""


def _member(value: object, *path: str) -> str:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


_READERS: dict[str, Callable[[str], str]] = {
    "Cargo.toml": _cargo,
    "CMakeLists.txt": _cmake,
    "pyproject.toml": _pyproject,
}
