"""What a contract is made of, and what all of it holds as one short name: equal where nothing was changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.core.files import read_regular
from abidance.toolchain.cache import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from abidance.contract.model import Contract

_NAMED = re.compile(rb"\b([A-Za-z_]\w*)(?:\.\w+)*:[A-Za-z_]")
"""`package.module:function` in a contract."""
_IMPORTED = re.compile(rb"^\s*(?:from|import)\s(.*)$", re.MULTILINE)


def content_of(contract: Contract) -> str:
    """Return a digest of the contract, of what it builds on, of Python beside it that it names, and of its header."""
    return digest(*map(_content, (*made_of(contract), contract.header)))


def made_of(contract: Contract) -> tuple[Path, ...]:
    """Return the contract's files, those that it builds on, and modules beside them that it names or that these import.

    Modules that are installed are not the project's, as the system's headers are not.
    """
    found = dict.fromkeys(contract.files)
    for file in contract.files:
        modules: dict[Path, None] = {}
        new = [*_beside(file.parent, (each[1].decode() for each in _NAMED.finditer(_content(file))))]
        while new:
            modules |= dict.fromkeys(new)
            lines = b"\n".join(line for each in new for line in _IMPORTED.findall(_content(each)))
            words = map(bytes.decode, re.findall(rb"[A-Za-z_]\w*", lines))
            new = [each for each in _beside(file.parent, words) if each not in modules]
        found |= modules
    return tuple(found)


def _beside(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files in a folder of modules and packages of such names."""
    for name in dict.fromkeys(names):
        if (folder / f"{name}.py").is_file():
            yield folder / f"{name}.py"
        elif (folder / name / "__init__.py").is_file():
            yield from sorted((folder / name).rglob("*.py"))


def _content(path: Path) -> bytes:
    """Return what a file of the project holds; the system's headers are not the project's."""
    try:
        return read_regular(path) if path.is_absolute() else str(path).encode()
    except OSError:
        return b""
