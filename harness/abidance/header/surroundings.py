"""What one declaration of a header is read in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.header.foreign import Pushed
    from abidance.header.unit import HeaderUnit
    from abidance.ir.declarations import Declarations


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one declaration is read in: its unit, all that the others declare, and what the compiler knows.

    `tagged_members` tells whether a record with a tag can be an anonymous member ("Unnamed Structure and Union
    Fields", GCC manual). `symbols` has the linker's names that pragmas give. `ask_type` returns the tree of a
    pointer to what an expression is, or None when the compiler has no name for that. `packing` is the argument
    of the ``#pragma pack`` in force at an offset, or None, and `visibility` that of ``#pragma GCC visibility``, or
    nothing. `has_attribute` tells whether the compiler has an attribute of a name; `pushed` is what pragmas add.
    """

    unit: HeaderUnit
    declarations: Declarations
    tagged_members: bool
    symbols: Mapping[str, str]
    ask_type: Callable[[str], object]
    packing: Callable[[int], str | None]
    visibility: Callable[[int], str]
    has_attribute: Callable[[str], bool]
    pushed: Pushed
