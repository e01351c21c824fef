"""Witnesses: independent sources of ABI facts, one file each, one table.

A witness module has ``applies(subject)``, which tells whether the subject gives it something to look at, and
``read(subject)``, which returns `Facts`. It raises AbidanceError for a file that it cannot read at all; what the
file merely does not tell is UNKNOWN, or missing from ``Facts.knows``, with the reason in ``Evidence.gaps``.
"""

from __future__ import annotations

import fnmatch
import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.abi.facts import Facts
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.toolchain.compiler import Compiler


@dataclass(frozen=True, slots=True)
class QueryScope:
    """The surface that is asked about. Types are also those that its functions and variables reach.

    `names` are functions and variables, symbols included; `types` and `constants` are globs, matched without
    regard to case. Each is None for everything that the subject itself exports or declares.
    """

    names: frozenset[str] | None = None
    types: tuple[str, ...] | None = None
    constants: tuple[str, ...] | None = None

    def has(self, name: str) -> bool:
        """Tell whether a function or variable belongs to the surface."""
        return self.names is None or name in self.names

    def has_type(self, name: str) -> bool:
        """Tell whether a type does, even where no function reaches it."""
        return _matches(name, self.types)

    def has_constant(self, name: str) -> bool:
        """Tell whether a macro or enumerator does."""
        return _matches(name, self.constants)


def _matches(name: str, patterns: tuple[str, ...] | None) -> bool:
    if patterns is None:
        return True
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class WitnessSubject:
    """One build of one boundary, as far as it is there to be looked at. Paths are absolute.

    `library` is a shared object, an object file or an archive of these; `debug_files` are separate debug files
    for it, taken before any that are found by build-id or ``.gnu_debuglink``. `declarations` and `layouts` spare
    the header witness its work where another part has done it.
    """

    header: Path | None = None
    library: Path | None = None
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    debug_files: tuple[Path, ...] = ()
    scope: QueryScope = QueryScope()
    compiler: Compiler | None = None
    declarations: Declarations | None = None
    layouts: Layouts | None = None


class Witness(Protocol):
    """What a witness module is."""

    def applies(self, subject: WitnessSubject) -> bool:
        """Tell whether there is something to look at."""

    def read(self, subject: WitnessSubject) -> Facts:
        """Return what the subject shows; raises AbidanceError."""


WITNESSES: dict[str, str] = {
    "header": "abidance.abi.witnesses.header",
    "binary": "abidance.abi.witnesses.binary",
}
"""The module of each witness; it is imported when it is asked."""


def witness(name: str) -> Witness:
    """Return a witness by its name."""
    module: Witness = importlib.import_module(WITNESSES[name])
    return module
