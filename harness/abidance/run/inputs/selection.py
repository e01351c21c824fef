"""What to run of a contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION, LIBRARY_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """Names and globs; an empty tuple selects everything.

    `extra` are libraries given as ``NAME=PATH``: they are held to the contract in place of its own ones,
    unless `libraries` names some of those too, in the order in which they stand there.
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

    def takes_boundary(self, name: str) -> bool:
        """Tell whether what is judged of the boundary as a whole is selected: with all, or by its very name."""
        return not self.functions or name in self.functions

    def takes_phase(self, name: str) -> bool:
        """Tell whether the phase is selected."""
        return not self.phases or name in self.phases


def parse_libraries(
    words: Iterable[str], option: str, hint: str
) -> tuple[tuple[str, ...], tuple[tuple[str, Path], ...]]:
    """Return the libraries that are named, in order, and those of them given as ``NAME=PATH``, with absolute paths.

    `option` is what stands before a word where it was given, `hint` how it is written. Raises UsageError.
    """
    names: list[str] = []
    extra: list[tuple[str, Path]] = []
    for word in words:
        name, equals, path = word.partition("=")
        if not name or (equals and not path):
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`{option}{word}` names no library", help=hint))
        names.append(name)
        if not equals:
            continue
        if Path(path).is_file():
            # The dynamic linker would search its own folders for a name without a slash.
            extra.append((name, Path(path).absolute()))
        else:
            raise UsageError(Diagnostic(LIBRARY_MISSING, f"there is no file `{path}` for library `{name}`"))
    return tuple(names), tuple(extra)


def parse_partition(text: str) -> tuple[int, int]:
    """Return the number and the count of such as ``2/8``; raises ValueError."""
    number, slash, count = text.partition("/")
    if not (slash and _is_number(number) and _is_number(count) and 1 <= int(number) <= int(count)):
        raise ValueError(f"`{text}` is no share such as `2/8`, the second of eight")
    return int(number), int(count)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
