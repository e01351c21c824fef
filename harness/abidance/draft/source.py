"""What a draft is made from: a header, how it is compiled, and the library if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.draft.model import Value
    from abidance.toolchain.compiler import Compiler


@dataclass(frozen=True, slots=True)
class DraftSource:
    """The header, and what is known beside it.

    `libraries` is what the contract will say under that name; `binary` the shared object, where one is at hand:
    it is read, never loaded. Without a `prefix`, the one that most names have is taken.
    """

    header: Path
    compiler: Compiler
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, Value] = field(default_factory=dict)
    binary: Path | None = None
    boundary: str = ""
    prefix: str | None = None
