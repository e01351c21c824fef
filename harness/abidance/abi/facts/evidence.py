"""For which target the facts hold, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

NO_TYPES_FOR = "no types for"
"""How a gap begins that is a function whose entry in the debug information tells no type."""


ON_WINDOWS = "-windows"
"""How the machine of a target ends where types and calls are Windows's: LLP64, and conventions of its own."""


@dataclass(frozen=True, slots=True)
class ElfTarget:
    """A target as far as an ELF header tells it: `machine` as in ``x86_64`` or ``aarch64``, `bits` 32 or 64.

    One that has COFF in place of ELF is another one: its machine is ``x86_64-windows``.
    """

    machine: str
    bits: int
    little_endian: bool = True

    def __str__(self) -> str:
        return f"{self.machine}, {self.bits} bits" + ("" if self.little_endian else ", big-endian")


class Level(IntEnum):
    """How much a witness tells. A level includes those below it."""

    NOTHING = 0
    NAMES = 1
    TYPES = 2
    LAYOUTS = 3

    @property
    def words(self) -> str:
        """Return what the level is, for people."""
        return ("nothing", "names", "names and types", "names, types and layouts")[self]


@dataclass(frozen=True, slots=True)
class WitnessEvidence:
    """What one witness could tell of one build.

    `witness` is ``header``, ``compiler``, ``symbols``, ``dwarf``, ``bindings`` or ``contract``. `gaps` names what
    it should have told and could not, such as exported functions without debug information.
    """

    witness: str
    level: Level
    gaps: tuple[str, ...] = ()
