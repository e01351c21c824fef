"""What a contract's files and its header hold, as one short name: equal where nothing was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.files import read_regular
from abidance.toolchain.cache import digest

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.contract.model import Contract


def content_of(contract: Contract) -> str:
    """Return a digest of the contract, of what it builds on, and of its header."""
    return digest(*map(_content, (*contract.files, contract.header)))


def _content(path: Path) -> bytes:
    """Return what a file of the project holds; the system's headers are not the project's."""
    try:
        return read_regular(path) if path.is_absolute() else str(path).encode()
    except OSError:
        return b""
