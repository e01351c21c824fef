"""What the calls of a plan mean: which function, with what, and where in the plan it lies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import RESULT_NAME
from abidance.boundary.values.inner_pointers import ROOM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedPrecondition
    from abidance.boundary.model.types import Member, PointerShape
    from abidance.boundary.model.values import Case, Script, Values
    from abidance.contract.expression import Expression
    from abidance.plan import plan as p


Asked = tuple[str, tuple[tuple[str, int], ...]]
"""A question by its text, and by what each loop variable was on which it depends, in the order of their names."""


@dataclass(frozen=True, slots=True)
class PlacedWindow:
    """A window that a call is given: memory in `block`, to which a pointer at `pointer` of block `record` leads.

    `contents` is what the call puts there, None where it gives room; `size` is how many bytes that are. `count`, in
    block `counter`, counts what is left, or what there is in all where `position` counts what is done with; it is None
    where nothing does, or where the window does not go on. A window that goes on is that of the path and the call in
    `before`; it was `moved` to `block`, which has `capacity` bytes, or lies where it was. It has `most` bytes at the
    most. `key` is what it is called among those of its handle, empty where it belongs to none.
    """

    shape: PointerShape
    record: int
    pointer: int
    block: int
    size: int
    contents: bytes | None
    counter: int = -1
    count: Member | None = None
    position: Member | None = None
    key: str = ""
    before: tuple[int, str] | None = None
    moved: bool = False
    capacity: int = 0
    most: int = 0
    leftmost: bool = False
    start: int = 0
    """How many bytes of the block come before it."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What the `call` with that number left behind a pointer, by its `number` among what is read after that call."""

    call: int
    number: int


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """One call of a plan in the boundary's terms: which function, with what, and in which blocks.

    `places` maps the path of every pointer that is not NULL to its block; `follows` the paths (``result``)
    of what is read behind pointers that come back, in the plan's order. `storage` maps the path of a handle
    that the caller allocates to its block, and `handles` that of every handle to the call that made it.
    """

    function: BoundaryFunction
    arguments: Values
    places: Mapping[str, int]
    follows: tuple[str, ...] = ()
    storage: Mapping[str, int] = field(default_factory=dict)
    handles: Mapping[str, int] = field(default_factory=dict)
    callbacks: Mapping[str, int] = field(default_factory=dict)
    """By the path of each callback that it is given, its number in the plan."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """How many bytes the memory of a parameter has into which others point."""
    frees: int | None = None
    """The call that left what this one gives back."""
    freed: str = "result"
    """Where that call left it: in its result, or in the out parameter of this name."""
    given: Mapping[str, str] = field(default_factory=dict)
    """By its parameters, those of that call which it is given, where the contract says so, or ``result``."""
    sized: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By those of them that are sizes, what the number in `given` is multiplied by, and what is added to that."""
    rooms: Mapping[str, object] = field(default_factory=dict)
    """What functions have told of its memory before it, as expressions see it."""
    tells: int | None = None
    """The call of which this one tells why it failed, or how much it left."""
    told_by: int | None = None
    """The call that tells why this one failed."""
    asked: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By the path of each pointer of which other functions tell the length, the calls that do; the last reads it."""
    observed: Mapping[Asked, int] = field(default_factory=dict)
    """Each call that postconditions ask after it, and where in the plan that is."""
    observed_before: Mapping[Asked, int] = field(default_factory=dict)
    """The same of those that they ask before it."""
    preconditions: tuple[tuple[AskedPrecondition, Mapping[str, tuple[int, ...]]], ...] = ()
    """The preconditions that ask something before it, each with the calls that tell it, by their texts."""
    asked_first: tuple[int, ...] = ()
    """All calls that preconditions ask around it: its own, and those of what is asked about it."""
    numbers_fit: tuple[p.Condition, ...] = ()
    """Of a question: that the numbers it is asked with, which other calls tell, are those that it may be given."""
    allocated: Mapping[str, int] = field(default_factory=dict)
    """By the path of memory that it hands over and an allocating function gave, the call of that one."""
    looks: tuple[SecondLook, ...] = ()
    """What earlier calls left that is looked at once more after this one, behind what `follows` says."""
    windows: Mapping[str, PlacedWindow] = field(default_factory=dict)
    left_at: Mapping[str, str] = field(default_factory=dict)
    """By the path of each handle, the path at which the call left it that made it: there may be several."""
    refused: bool = False
    """Whether the contract says that it is refused: what it is given is then as it was."""
    leads_to: str = ""
    """The state that it leads its handle to all the same."""
    ends: frozenset[tuple[int, str]] = frozenset()
    """The handles that nobody has any more once it was made: the call that made each, and where that left it.

    Of plans that have callbacks only, which last as long as handles do.
    """

    def is_observed(self, expression: Expression) -> bool:
        """Tell whether all was asked that a postcondition asks of other functions, but for what depends on loops."""
        return all(
            call.loops or (call.name, ()) in (self.observed_before if call.old else self.observed)
            for call in expression.calls
        )

    @property
    def asks(self) -> tuple[int, ...]:
        """Return the calls that tell how much this one left."""
        return tuple(number for numbers in self.asked.values() for number in numbers)

    def origin(self, path: str) -> tuple[int, str] | None:
        """Return the call that made the handle at a path, and where that left it."""
        made = self.handles.get(path)
        return None if made is None else (made, self.left_at.get(path, ""))

    @property
    def origins(self) -> frozenset[tuple[int, str]]:
        """Return the handles that it is given, as `origin` names them."""
        return frozenset((made, self.left_at.get(path, "")) for path, made in self.handles.items())


@dataclass(frozen=True, slots=True)
class PlacedCallback:
    """A callback of a plan in the boundary's terms: which call is given it, where, and what it answers."""

    path: str
    shape: CallbackShape
    call: int
    script: Script


@dataclass(frozen=True, slots=True)
class Encoded:
    """A plan, and what each of its calls and callbacks means.

    Of a sequence, `case` is what it was made of, and `steps` are the indexes of its own calls.
    """

    plan: p.Plan
    calls: tuple[PlacedCall, ...]
    callbacks: tuple[PlacedCallback, ...] = ()
    steps: tuple[int, ...] = ()
    case: Case | None = None

    @property
    def skipped(self) -> frozenset[int]:
        """Return the calls that a law does not make in this case: those on a condition that does not hold."""
        steps = self.case.steps if self.case is not None else ()
        return frozenset(n for n, step in zip(self.steps, steps, strict=False) if not step.times)

    @property
    def asked_first(self) -> frozenset[int]:
        """Return the calls that preconditions ask."""
        return frozenset(n for each in self.calls for n in each.asked_first)

    @property
    def asked_in_loops(self) -> frozenset[int]:
        """Return the calls that postconditions ask for one element after the other."""
        asked = (each for placed in self.calls for each in (placed.observed, placed.observed_before))
        return frozenset(n for each in asked for (_, variables), n in each.items() if variables)

    @property
    def observing(self) -> frozenset[int]:
        """Return the calls that preconditions and postconditions ask of others, and what tells how much these tell."""
        asked = {
            n
            for each in self.calls
            for n in (*each.observed.values(), *each.observed_before.values(), *each.asked_first)
        }
        return frozenset(asked.union(*(self.calls[n].asks for n in asked)))

    @property
    def subject(self) -> PlacedCall:
        """Return the call under test."""
        return self.calls[self.plan.subject]

    def at(self, index: int) -> Encoded:
        """Return the same with another call under test."""
        plan = replace(self.plan, subject=index)
        return Encoded(plan, self.calls, self.callbacks, self.steps, self.case)

    def lender(self, look: SecondLook) -> tuple[PlacedCall, str]:
        """Return the call that left what is looked at again, and at which path: of room, that of the result."""
        reader = self.calls[look.call]
        lender = reader if reader.tells is None else self.calls[reader.tells]
        path = reader.follows[look.number]
        return lender, RESULT_NAME if path == ROOM else path

    def owner(self, block: int) -> tuple[PlacedCall, str]:
        """Return the call and the path (``request.route``) that a block belongs to."""
        for placed in (self.subject, *self.calls):
            for path, index in (*placed.places.items(), *placed.storage.items()):
                if index == block:
                    return placed, path
        return self.subject, ""


def library_to_blame(boundary: Boundary, encoded: Encoded, ended_in: int | None) -> str:
    """Return whose function the call under test is, or that which the process `ended_in`, as `library_of` does."""
    return library_of(boundary, encoded, encoded.plan.subject if ended_in is None else ended_in)


def library_of(boundary: Boundary, encoded: Encoded, index: int) -> str:
    """Return whose function a call is, in a law about several libraries; empty where it is everybody's.

    What a step's call needs, and what gives back what it left, are calls of its own library. `setup` and `teardown` are
    made in each.
    """
    steps = encoded.case.steps if encoded.case is not None else ()
    placed = encoded.calls[index]
    if index in encoded.steps:
        return steps[encoded.steps.index(index)].library
    origin = placed.frees if placed.frees is not None else placed.tells
    if origin is not None:
        return library_of(boundary, encoded, origin)
    if placed.function.name in {name for name, _ in (*boundary.setup.calls, *boundary.teardown)}:
        return ""
    return next((step.library for at, step in zip(encoded.steps, steps, strict=False) if at > index), "")
