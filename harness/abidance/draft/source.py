"""What a draft is made from: a header, how it is compiled, and the library if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.toolchain.call_graph import CallGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from abidance.draft.model import Value
    from abidance.toolchain.compiler import Compiler


@dataclass(frozen=True, slots=True)
class DraftSource:
    """The header, and what is known beside it.

    `libraries` is what the contract will say under that name; `exported` tells which functions the library has, and
    `calls` which they call, where there is one to look into: it is read, never loaded. Without a `prefix`, all that
    the header declares itself is drafted.
    """

    header: Path
    compiler: Compiler
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, Value] = field(default_factory=dict)
    exported: Callable[[str], bool] = lambda _: True
    calls: CallGraph = field(default_factory=CallGraph)
    boundary: str = ""
    prefix: str | None = None
