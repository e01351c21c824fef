"""What to run of a contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_DIGITS = 4


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
    partition: tuple[int, int] = (1, 1)
    """Which share of the items, of how many."""

    @property
    def is_partition(self) -> bool:
        """Tell whether other machines judge the rest."""
        return self.partition[1] > 1

    def whole(self) -> Selection:
        """Return what all machines judge together."""
        return replace(self, partition=(1, 1))

    def takes_function(self, name: str) -> bool:
        """Tell whether the function is selected."""
        return not self.functions or any(fnmatchcase(name, glob) for glob in self.functions)

    def takes_phase(self, name: str) -> bool:
        """Tell whether the phase is selected."""
        return not self.phases or name in self.phases


def parse_partition(text: str) -> tuple[int, int]:
    """Return the number and the count of such as ``2/8``; raises ValueError."""
    number, slash, count = text.partition("/")
    if not (slash and _is_number(number) and _is_number(count) and 1 <= int(number) <= int(count)):
        raise ValueError(f"`{text}` is no share such as `2/8`, the second of eight")
    return int(number), int(count)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
