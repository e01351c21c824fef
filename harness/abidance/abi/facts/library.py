"""What a shared object or object file exports, as the dynamic linker sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from abidance.abi.facts.unknown import UNKNOWN, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.core.span import Span

SymbolKind = Literal["function", "object", "tls", "ifunc", "untyped"]


@dataclass(frozen=True, slots=True)
class SymbolFacts:
    """An exported, defined dynamic symbol (gABI, "Symbol Table").

    `version` is the name of its version, empty without one. `default` is true for ``name@@VERSION`` and for
    symbols without a version: what a new link binds to. `size` is in bytes: of an object it is what
    a copy relocation copies. Aliases share `address`, a number that
    means nothing else and is not part of the snapshot.
    """

    name: str
    kind: SymbolKind
    version: str = ""
    default: bool = True
    size: int | Unknown = UNKNOWN
    binding: Literal["global", "weak", "unique"] = "global"
    visibility: Literal["default", "protected"] = "default"
    address: int | None = field(default=None, compare=False)
    span: Span | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """Return the name as linkers write it: ``name``, ``name@VERSION`` or ``name@@VERSION``."""
        return f"{self.name}{'@@' if self.default else '@'}{self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True)
class SharedObjectFacts:
    """A shared object. `soname` is None without DT_SONAME, UNKNOWN for an object file or archive.

    `symbols` is keyed by `SymbolFacts.key`. `needed` are the DT_NEEDED entries in their order. `demands` are
    what loading it asks of a process, beyond that: ``executable-stack``, ``no-dlopen``,
    ``static-tls``.
    """

    soname: str | Unknown | None
    symbols: Mapping[str, SymbolFacts] = field(default_factory=dict)
    needed: tuple[str, ...] | Unknown = UNKNOWN
    demands: tuple[str, ...] = ()
