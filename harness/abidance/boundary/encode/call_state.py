"""What is known of calls and handles while a plan is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.values.inner_pointers import BEHIND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.case_handles import Held, Keep
    from abidance.boundary.encode.encoded_plan import PlacedCall, PlacedCallback, PlacedWindow, SecondLook
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.questions import AskedPrecondition
    from abidance.boundary.model.values import Values
    from abidance.plan import plan as p
    from abidance.plan.callback_script import CallbackScript

Conditions = tuple["p.Condition", ...]


@dataclass(frozen=True, slots=True)
class AskedAlone:
    """The questions of one condition after one call: by its step, their texts, and whether they come before it."""

    step: int
    questions: frozenset[tuple[str, bool]]


@dataclass(slots=True)
class PlanDraft:
    """A plan while it is put together: what blocks, arguments and calls all add to."""

    blocks: list[p.Block | None] = field(default_factory=list)
    relocations: list[p.Relocation] = field(default_factory=list)
    calls: list[p.Call] = field(default_factory=list)
    placed: list[PlacedCall] = field(default_factory=list)
    callbacks: list[tuple[CallbackScript, PlacedCallback]] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    """Of a sequence, the calls that are under test, by their indexes."""
    live: list[LiveHandle] = field(default_factory=list)
    gone: list[LiveHandle] = field(default_factory=list)
    arrays: list[tuple[CallBuilder, int]] = field(default_factory=list)
    """Calls whose arrays are freed only when no handle in them is used any more, each with its index."""
    slots: int = 0
    only_reads: bool = False
    """Whether postconditions only ask what cannot change a handle, by its type."""
    alone: AskedAlone | None = None
    """What they ask besides, where not everything is asked."""

    def new_slot(self) -> int:
        """Return a slot that nothing has used."""
        self.slots += 1
        return self.slots - 1


@dataclass(slots=True)
class LiveHandle:
    """A handle that the plan has made and how later calls name it.

    `held` tells who holds it. It is used when `prepared` holds too: when preparing it went well. `made` is the index
    of the call that made it, `path` where that put it. The blocks that the library may `keep` as long as it lives are
    taken away with it, or by certain calls on it. Of one that was destroyed, `gone` holds when that went well.
    """

    life: HandleLife
    made: int
    path: str
    argument: p.Slot | p.Address
    held: Held
    prepared: Conditions = ()
    gone: Conditions = ()
    made_with: dict[str, LiveHandle] = field(default_factory=dict)
    """The handles that the call which made it was given, by its parameters."""
    keeps: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    state: int | None = None
    """The slot that its state is in, where the contract names states."""
    once: dict[str, int] = field(default_factory=dict)
    """By function that is called at most once, the slot that tells whether it was."""
    again: list[Conditions] = field(default_factory=list)
    """What the caller has of it still where a call that was to destroy it was not made, for its state."""
    windows: dict[str, PlacedWindow] = field(default_factory=dict)
    """By key, the windows that the last call has left: fields of its own, and parameters of the calls on it."""
    valid: int | None = None
    """Of a number, the slot that tells whether it is a handle, where some never are."""
    allocator: int | None = None
    """The number of its allocator, where several functions give it parts of one."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What a call left that must stay as long as a handle lives, or for good, and how to look at it again.

    `conditions` held when the call was made: whatever else must hold later, nothing is known of it. Calls of `until`
    end it.
    """

    look: SecondLook
    follow: p.PointerRead
    keep: Keep | None
    until: tuple[str, ...]
    conditions: Conditions


@dataclass(slots=True)
class CallBuilder:
    """What one call collects while its arguments are laid out.

    `lent` are the blocks that are its own until it comes back, and `keeps` those that live as long as a handle
    of that name, or until certain calls on it; `lifetime` is that of what is laid out now.
    """

    function: BoundaryFunction
    arguments: Values
    scope: Mapping[str, object]
    rooms: Mapping[str, object] = field(default_factory=dict)
    """What functions have told of its memory, as expressions see it."""
    listed: tuple[p.Argument, ...] = ()
    follows: tuple[tuple[str, p.PointerRead], ...] = ()
    """What is read behind pointers that the call leaves, by their paths: that of the result first."""
    places: dict[str, int] = field(default_factory=dict)
    storage: dict[str, int] = field(default_factory=dict)
    watched: list[int] = field(default_factory=list)
    stores: list[p.Store] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    conditions: list[p.Condition] = field(default_factory=list)
    made: list[tuple[HandleLife, p.ValuePlace | None, int | None, str]] = field(default_factory=list)
    used: list[LiveHandle] = field(default_factory=list)
    lives: dict[str, LiveHandle] = field(default_factory=dict)
    """Those of `used` by the paths at which they are given."""
    doomed: list[LiveHandle] = field(default_factory=list)
    """The handles that are to be destroyed before the call is made."""
    replaced: list[tuple[int, p.ValuePlace]] = field(default_factory=list)
    """The slots of handles that the call may replace, with where it leaves what they are from then on."""
    handles: dict[str, int] = field(default_factory=dict)
    left_at: dict[str, str] = field(default_factory=dict)
    within: dict[int, frozenset[str]] = field(default_factory=dict)
    """By the calls that made handles, the states in which this call is made where those are not the lawful ones."""
    destroyed: list[int] = field(default_factory=list)
    """The slots with the states of handles that were destroyed before the call."""
    there: list[int] = field(default_factory=list)
    """The slots that tell whether numbers which the call is given are handles."""
    guards: list[p.Guard] = field(default_factory=list)
    """What must hold besides for it to be made."""
    asked: list[int] = field(default_factory=list)
    """The calls before it that preconditions ask."""
    preconditions: tuple[tuple[AskedPrecondition, Mapping[str, tuple[int, ...]]], ...] = ()
    """Its own preconditions that ask, each with the calls that tell it, by their texts."""
    refused: bool = False
    """Whether the contract says that the call is refused: it leads its handles nowhere, but `leads_to` a state."""
    leads_to: str = ""
    lent: list[int] = field(default_factory=list)
    keeps: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    lifetime: str = ""
    hands: list[tuple[int, str]] = field(default_factory=list)
    """The blocks that the call hands over, each with its path."""
    allocated: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By path, the call that gave memory which this one hands over, and the function that it goes back to."""
    left: list[tuple[int, str, str]] = field(default_factory=list)
    """The slots of pointers that the call leaves in out parameters and that are the caller's to free.

    Each with that parameter, and the function that frees it.
    """
    fills: list[p.Fill] = field(default_factory=list)
    windows: dict[str, PlacedWindow] = field(default_factory=dict)
    owned: dict[str, LiveHandle] = field(default_factory=dict)
    """By path, the handle whose window that is."""
    closed: list[tuple[LiveHandle, str]] = field(default_factory=list)
    """The handles whose windows are NULL from this call on, each with the field."""
    carries: list[p.WindowMove] = field(default_factory=list)
    takes_back: list[int] = field(default_factory=list)
    result_to: int | None = None
    """The block in which a handle is stored that the call returns by value."""
    fills_room: bytes = b""
    """What is written into the room that the call lends."""
    callbacks: dict[str, int] = field(default_factory=dict)
    allocators: dict[str, int] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    """The numbers of positions that callbacks share, by where the one is that reads."""
    """By the record that its callbacks stand in, the number of each allocator that the call is given."""

    def memory(self, name: str) -> int:
        """Return the block of a parameter's memory: of a pointer to a pointer, of what the second one leads to."""
        return self.places.get(f"{name}{BEHIND}", self.places[name])

    def holder(self, name: str) -> LiveHandle | None:
        """Return the handle that a lifetime names: that of a parameter, or one of a kind, which one was made from."""
        if name in self.lives:
            return self.lives[name]
        above = [*self.used]
        for live in above:
            if live.life.name == name:
                return live
            above += live.made_with.values()
        return None
