"""What to run of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Selection:
    """Names and globs; an empty tuple selects everything.

    `extra` are libraries given as ``NAME=PATH``: they are held to the contract in place of its own ones,
    unless `libraries` names some of those too.
    """

    libraries: tuple[str, ...] = ()
    extra: tuple[tuple[str, Path], ...] = ()
    builds: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()

    def takes_function(self, name: str) -> bool:
        """Tell whether the function is selected."""
        return not self.functions or any(fnmatchcase(name, glob) for glob in self.functions)

    def takes_phase(self, name: str) -> bool:
        """Tell whether the phase is selected."""
        return not self.phases or name in self.phases
