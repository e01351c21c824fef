"""Compiled call stubs, as what is started with them knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class StubFiles:
    """Shared objects: `calls` reach the library's functions by address, `direct` have them in their text.

    `callbacks` are functions for the library to call.
    """

    calls: Path | None = None
    direct: Path | None = None
    callbacks: Path | None = None


NO_STUBS = StubFiles()
