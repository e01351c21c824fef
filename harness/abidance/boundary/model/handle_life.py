"""The life of a handle: how one is made, prepared and destroyed, and what of it is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.types import OpaqueShape, RecordShape, ScalarShape
from abidance.boundary.model.values import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.states import StateMachine
    from abidance.boundary.model.types import HandleShape
    from abidance.boundary.model.values import Values
    from abidance.contract.expression import Expression
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class HandleLife:
    """How a handle is made, prepared and destroyed.

    `spelling` is what it points at, or the type of its number. `creates` are all functions that make one, `create` the
    first of them. `parents` are the handles that must
    outlive it. `acquire` adds a reference to one, and `destroy` then gives one back. `record` is given when the caller
    allocates the handle, as with zlib's ``z_stream``; the member of `create` that is `HandleShape.made` is where it
    comes to life, or the result when there is none.
    """

    name: str
    spelling: str
    create: str
    destroy: str | None
    span: Span
    acquire: str | None = None
    creates: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    prepare: tuple[tuple[str, Values], ...] = ()
    record: RecordShape | None = None
    described: frozenset[str] = frozenset()
    """The fields that the contract describes for the caller to set."""
    read_only: frozenset[str] = frozenset()
    """Those that it describes for the caller to read."""
    read_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """In which states those of them have a value that have one in some states only."""
    machine: StateMachine | None = None
    """Which calls are lawful when, where the contract says."""
    zeroed: bool = False
    """Whether the caller clears the record before it is created."""
    number: ScalarShape | None = None
    """What it is where it is no pointer."""
    by_value: bool = False
    """Whether what makes one returns its `record`, of which each copy is the same handle."""
    size: Expression | None = None
    """How many bytes the caller allocates for one whose `record` is unknown, and has no members here."""
    at_most: int | None = None
    """So many may be alive at a time, of each handle that they are made from."""
    destroyed_with: Mapping[str, str] = field(default_factory=dict)
    """By parameters of `destroy`, those of the call that made it which tell what is given there."""
    created_with: frozenset[str] = frozenset()
    """The numbers that what creates it is given, and that expressions see of it."""
    locks: frozenset[str] = frozenset()
    """Functions that may not be called on what one was made from as long as that one is alive."""
    locks_all_but: frozenset[str] = frozenset()
    """Where there are any, the only functions that may."""

    @property
    def is_exclusive(self) -> bool:
        """Tell whether there may be few at a time, or calls on others are unlawful as long as one is alive."""
        return self.at_most is not None or bool(self.locks or self.locks_all_but)

    def locks_out(self, function: str, *, given: bool) -> bool:
        """Tell whether a function may not be called on what one was made from; `given`: it takes that one too."""
        if self.locks_all_but:
            return not given and function not in self.locks_all_but
        return function in self.locks

    def kept_up(self, function: str, passed: HandleShape) -> frozenset[str]:
        """Return the fields that the library alone sets and that have a value after a call which is `passed` one."""
        return frozenset() if self.is_ended(function, passed) else self.read_only

    def is_ended(self, function: str, passed: HandleShape) -> bool:
        """Tell whether one that a call is `passed` is no more the caller's afterwards."""
        return function == self.destroy or passed.owner == "callee"

    def declared(self, variable: str, size: int = 0) -> str:
        """Return the declaration in C of a variable that is one; `size` bytes where the type does not tell."""
        if self.size is not None:
            return f"_Alignas(max_align_t) unsigned char {variable}[{size}]"
        return f"{self.spelling} {'' if self.record or self.number else '*'}{variable}"

    @property
    def has_storage_first(self) -> bool:
        """Tell whether the caller has memory for one before it is created there, and sets fields in it."""
        return self.record is not None and not self.by_value

    @property
    def counted(self) -> frozenset[str]:
        """Return the names of what it counts."""
        counts = self.machine.counted if self.machine is not None else {}
        return frozenset(name for each in counts.values() for name in each)

    @property
    def prepares_with_any(self) -> bool:
        """Tell whether values are generated that it is prepared with."""
        return any(ANY in given.values() for _, given in self.prepare)

    @property
    def known_before(self) -> frozenset[str]:
        """Return what expressions see of one before a call: fields, and what it was created and prepared with."""
        return self.renewed | self.created_with | {name for _, given in self.prepare for name in given}

    @property
    def renewed(self) -> frozenset[str]:
        """Return the fields of a caller-allocated handle that are set anew before each call.

        Callbacks that last as long as the handle are given to it once, with the user data that is theirs; so is NULL
        where nothing else is ever given: the callee may have put something there since.
        """
        members = self.record.members if self.record else ()
        null = {m.name for m in members if type(m.shape) is OpaqueShape}
        lasting = f"handle({self.name})"
        callbacks = {m.name: m.shape for m in members if isinstance(m.shape, CallbackShape)}
        kept = {name: shape for name, shape in callbacks.items() if shape.lifetime in (lasting, "")}
        return self.described - kept.keys() - {shape.user_data for shape in kept.values()} - null

    @property
    def shown(self) -> RecordShape | None:
        """Return what of a caller-allocated handle the contract describes; the rest is the library's own."""
        if self.record is None:
            return None
        return replace(self.record, members=tuple(m for m in self.record.members if m.name in self.renewed))
