"""Which callbacks an order is among: each by a name of its own, wherever the library is given it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import along, record_of
from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import RecordShape, Shape
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.callback_order import CallbackOrder

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class OrderedCallback:
    """A callback that an order names: as the contract does, and by its own name, as `name_of` returns it."""

    name: Name
    of: str


@dataclass(frozen=True, slots=True)
class ResolvedOrder:
    """When a callback may be invoked, with the others by their own names.

    `along` is ``call``, ``static`` or ``handle(NAME)``: what it has an order in. One that is its `own` has it among
    those alone that the same call was given, for they share user data.
    """

    promise: CallbackOrder
    shape: CallbackShape
    along: str
    own: bool = False
    after: tuple[OrderedCallback, ...] = ()
    before: tuple[OrderedCallback, ...] = ()
    follows: tuple[OrderedCallback, ...] = ()
    within: tuple[OrderedCallback, ...] = ()
    outside: tuple[OrderedCallback, ...] = ()
    ends: tuple[OrderedCallback, ...] = ()

    @property
    def named(self) -> tuple[OrderedCallback, ...]:
        """Return all that it names."""
        return (*self.after, *self.before, *self.follows, *self.within, *self.outside, *self.ends)


@dataclass(frozen=True, slots=True)
class CallbackNames:
    """The callbacks of a boundary by their own names, and the order of those that have one."""

    shapes: dict[str, CallbackShape] = field(default_factory=dict)
    orders: dict[str, ResolvedOrder] = field(default_factory=dict)

    def enders(self, of: str) -> tuple[str, ...]:
        """Return the callbacks that end what one begins."""
        return tuple(name for name, each in self.orders.items() if any(e.of == of for e in each.ends))

    def is_ordered(self, name: str) -> bool:
        """Tell whether a callback has a place in an order: its own, or one that names it."""
        return name in self.orders or any(e.of == name for each in self.orders.values() for e in each.named)


def name_of(function: BoundaryFunction, path: str, handles: Mapping[str, HandleLife]) -> str:
    """Return what a callback at a path of a function is called wherever it is: ``record.field`` where it is a field."""
    parts = _INDEX.sub("", path).split(".")
    holder: Shape | None = None
    for member in along(function.members, parts[:-1], handles):
        holder = member.shape
    if isinstance(holder, HandleShape):
        record = handles[holder.handle].record
    else:
        record = record_of(holder) if holder is not None else None
    return f"{function.name if record is None else called(record)}.{parts[-1]}"


def called(record: RecordShape) -> str:
    """Return the name of a record as contracts have it where it stands before a field."""
    return record.spelling.removeprefix("struct ").removeprefix("union ")
