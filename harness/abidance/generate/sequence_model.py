"""Handles and operations in the stateful test of one handle: what each function creates, uses and destroys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import changes, held_members, is_bound, left_by, moves_handles
from abidance.boundary.encode.repetition import is_repeatable, may_follow_itself, stays
from abidance.boundary.model.callback_order import name_of
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.ownership import CALLEE, EITHER, SHARED
from abidance.boundary.model.traversal import callbacks_of, handles_in, strategy_of, walk
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape
from abidance.boundary.model.values import DESTROYED, InState
from abidance.boundary.resolve.freeing import freers
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.example_contents import example_contents
from abidance.generate.hints import Hints
from abidance.generate.scope import FilterLog
from abidance.generate.source import UnlawfulDrawError
from abidance.generate.strategies import simplest
from abidance.toolchain.machine_code import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.generate.example_contents import ExampleContents
    from abidance.toolchain.machine_code import CodeWords


Fits = Mapping[tuple[str, str], frozenset[str]]
"""By functions and their parameters the functions that create handles with which a call succeeds, where few do."""


def no_words(_: str) -> CodeWords:
    """Return nothing of the code behind a symbol."""
    return NOTHING


@dataclass(frozen=True, slots=True)
class DestroyedHandleCall:
    """A promise that a call on a destroyed handle is refused, and the parameter that is given that handle."""

    clause: Reject
    parameter: str
    handle: str


@dataclass(frozen=True, slots=True)
class OutOfOrderCall:
    """A promise that a call on a handle in some states is refused, and the parameter that is given that handle."""

    clause: Reject
    parameter: str
    handle: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """A function and the handles that it takes, makes and ends; `makes` has the paths where they come to be.

    `values` are the parameters that are given values of their own, each with what must be alike for a value of
    another function's parameter of that name to fit. `too_late` are the calls on destroyed handles that are refused,
    `refused` the clauses of those that are refused whatever a handle has been through, and `out_of_order` those that
    are refused in some states of a handle. `pure` tells that the contract promises the same answer to the same call,
    `repeatable` that it can be made many times with the same arguments and memory.
    """

    function: BoundaryFunction
    hints: Hints
    takes: tuple[str, ...]
    makes: tuple[tuple[str, str], ...]
    ends: str | None
    values: Mapping[str, tuple[object, ...]]
    too_late: tuple[DestroyedHandleCall, ...] = ()
    refused: tuple[Reject, ...] = ()
    out_of_order: tuple[OutOfOrderCall, ...] = ()
    pure: bool = False
    repeatable: bool = False
    listens: str = ""
    """The kind of handle that it only gives callbacks which have an order along that, or are named in one."""
    borrows: bool = False
    """Whether what it makes is not the caller's."""
    puts: tuple[str, ...] = ()
    """The handles that it puts into others."""
    moves: bool = False
    """Whether it takes over a handle, or gives one back, and neither makes nor ends one."""
    calls: tuple[ExampleContents, ...] = ()
    """Its examples, whose contents may be altered."""
    in_turn: bool = False
    """Whether such a callback has a turn among those that other calls of the function give."""
    follows_itself: bool = False
    """Whether it can be made many times with the same arguments one after the other, each time as a call of its own."""

    @property
    def creates(self) -> bool:
        """Whether what it makes is the caller's."""
        return bool(self.makes) and not self.borrows


@dataclass(frozen=True, slots=True)
class SequenceModel:
    """The roles of one handle's sequences: those of what it is made with and of what is made with it as well."""

    handle: str
    handles: tuple[str, ...]
    roles: tuple[Operation, ...]
    holds: bool = False
    """Whether calls give handles away or back, count references to them, or leave ones that others hold."""
    fits: Fits = field(default_factory=dict)

    @classmethod
    def of(
        cls, boundary: Boundary, handle: str, words: Callable[[str], CodeWords] = no_words
    ) -> SequenceModel:
        """Return the cast around a handle; `words` tells what the code behind a symbol compares with."""
        handles = _around(boundary, handle)
        roles, calling, frees = [], _calling_back_later(boundary), _only_free(boundary)
        for function in boundary.functions.values():
            if function.name in frees:
                continue
            role = _role(boundary, function, words, calling)
            if role is None or not (role.takes or role.makes):
                continue
            if {*role.takes, *(each for _, each in role.makes)} <= {*handles}:
                roles.append(role)
        holds = any(moves_handles(boundary, role.function) for role in roles)
        return cls(handle, handles, tuple(roles), holds)

    def makers(self, handle: str) -> list[Operation]:
        """Return the functions that make one, those that need least first."""
        found = [role for role in self.roles if any(each == handle for _, each in role.makes)]
        found = [role for role in found if not role.borrows] or found
        return sorted(found, key=lambda role: len(role.takes))

    def wanted(self, role: Operation) -> Iterator[tuple[str, str, frozenset[str]]]:
        """Yield parameters of an operation with the kind of handle, and the functions that create what succeeds."""
        for member in role.function.members:
            fit = self.fits.get((role.function.name, member.name))
            if fit and isinstance(member.shape, HandleShape):
                yield member.name, member.shape.handle, fit

    def too_late(self, handle: str) -> list[tuple[Operation, DestroyedHandleCall]]:
        """Return what is promised of calls on a handle that was destroyed."""
        return [(role, each) for role in self.roles for each in role.too_late if each.handle == handle]

    def listeners(self, handle: str) -> tuple[Operation, ...]:
        """Return what gives a handle callbacks that have an order along it, or along what it goes into."""
        return tuple(role for role in self.roles if role.listens == handle)

    @property
    def functions(self) -> tuple[BoundaryFunction, ...]:
        """Return the functions of all roles."""
        return tuple(role.function for role in self.roles)


def _only_free(boundary: Boundary) -> set[str]:
    """Return the functions that the contract names only to free what others leave: nothing says what they take."""
    ends = {
        name for life in boundary.handles.values() for name in (*life.creates, life.destroy, life.acquire)
    }
    return {name.text for name in freers(boundary.contract)} - {*(boundary.contract.functions or {})} - ends


def _around(boundary: Boundary, handle: str) -> tuple[str, ...]:
    """Return the handle, those that are made with it or bound to it, and all that any of these is made with."""
    family = [handle, *(name for name in boundary.handles if handle in _ancestors(boundary, name))]
    family += _bound(boundary, handle)
    return tuple(dict.fromkeys(each for name in family for each in (name, *_ancestors(boundary, name))))


def _ancestors(boundary: Boundary, handle: str) -> list[str]:
    """Return what a handle is made with, and what that is made with, whether or not it must outlive it."""
    found = _handles_needed(boundary, handle)
    for name in found:
        found += [each for each in _handles_needed(boundary, name) if each not in found]
    return found


def _bound(boundary: Boundary, handle: str) -> list[str]:
    """Return the handles that calls put into one or take from it, or that must outlive it, and the other way round."""
    found = []
    for function in boundary.functions.values():
        shapes = [shape for _, shape in (*held_members(function), *left_by(function))]
        if any(shape.handle == handle for shape in shapes) and any(is_bound(shape) for shape in shapes):
            found += [shape.handle for shape in shapes]
    return found


def _handles_needed(boundary: Boundary, handle: str) -> list[str]:
    life = boundary.handles[handle]
    makers = (boundary.functions.get(name) for name in life.creates)
    members = (member.shape for maker in makers if maker is not None for member in maker.members)
    taken = [shape.handle for shape in members if isinstance(shape, HandleShape) and not shape.made]
    return [each for each in dict.fromkeys((*life.parents, *taken)) if each != handle]


def _role(
    boundary: Boundary,
    function: BoundaryFunction,
    words: Callable[[str], CodeWords],
    calling: Collection[str],
) -> Operation | None:
    if function.signature is None or function.callbacks_own is not None:
        return None
    takes = []
    for member in function.members:
        for each in handles_in(member.shape):
            ended = boundary.handles[each.handle].destroy == function.name
            if each.nullable is False or ended:
                takes.append(each.handle)  # of several, one at least is there
    makes = [(path, shape.handle) for path, shape in left_by(function)]
    owners = any(shape.owner for _, shape in held_members(function))
    ends = next((h for h in takes if boundary.handles[h].destroy == function.name), None)
    told = {*ties(function.members)}
    values = {
        member.name: (strategy_of(member), *_kind(member.shape))
        for member in function.members
        if isinstance(member.shape, ScalarShape | PointerShape) and member.name not in told
    }
    hints = Hints.of(boundary, function, words(function.declaration.symbol))
    promised = function.promise is not None and function.promise.has_effect("pure")
    pure = promised and not owners
    # What destroys a handle or makes one is not called so: whether there is one then, nobody knows.
    refused = () if makes or ends else tuple(_refused(boundary, function, hints))
    out_of_order = () if makes else tuple(_out_of_order(function))
    too_late = tuple(_too_late(function))
    may_repeat = (
        not (makes or ends or pure)
        and _changes(boundary, function)
        and not any(shape.handle in calling for _, shape in held_members(function))
    )
    repeatable = may_repeat and is_repeatable(boundary, function)
    calls = example_contents(boundary, function, hints)
    return Operation(
        function,
        hints,
        tuple(takes),
        tuple(makes),
        ends,
        values,
        too_late,
        refused,
        out_of_order,
        pure and stays(boundary, function),
        repeatable,
        "" if makes or ends else _listens(boundary, function),
        any(shape.owner == CALLEE for _, shape in left_by(function)),
        tuple(shape.handle for _, shape in held_members(function) if shape.owner in (CALLEE, SHARED, EITHER)),
        in_turn=_in_turn(boundary, function),
        moves=bool(owners and not makes and ends is None),
        calls=calls,
        follows_itself=may_repeat and may_follow_itself(boundary, function),
    )


def _listens(boundary: Boundary, function: BoundaryFunction) -> str:
    """Return the handle that a function gives callbacks which have an order along it, or are named in one."""
    orders = boundary.callbacks.orders.values()
    named = {*boundary.callbacks.orders, *(each.of for order in orders for each in order.named)}
    for path, shape in callbacks_of(function.members):
        for handle in boundary.handles if name_of(function, path, boundary.handles) in named else ():
            if shape.lifetime == f"handle({handle})":
                return handle
    return ""


def _in_turn(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a function gives a callback of which the contract says whether the newest or the oldest is first."""
    names = (name_of(function, path, boundary.handles) for path, _ in callbacks_of(function.members))
    orders = (boundary.callbacks.orders.get(name) for name in names)
    return any(each is not None and each.promise.first is not None for each in orders)


def _changes(boundary: Boundary, function: BoundaryFunction) -> bool:
    """Tell whether a call may change a handle that it takes: the header does not say that it only reads them all."""
    return any(changes(boundary, function, shape) for _, shape in held_members(function))


def _calling_back_later(boundary: Boundary) -> frozenset[str]:
    """Return the handles whose functions may call what an earlier call was given, each as often as it says."""
    lifetimes = {
        shape.lifetime
        for function in boundary.functions.values()
        for member in function.members
        for shape in walk(member.shape)
        if isinstance(shape, CallbackShape) and shape.allocates is None and shape.frees is None
    }
    return frozenset(h for h in boundary.handles if lifetimes & {"static", f"handle({h})"})


def _refused(boundary: Boundary, function: BoundaryFunction, hints: Hints) -> Iterator[Reject]:
    """Yield the refused calls that no valid call is like: what others answer may depend on what was called before."""
    for clause in function.rejects:
        if clause.condition is not None:
            yield clause
            continue
        if DESTROYED in clause.given.values() or any(isinstance(v, InState) for v in clause.given.values()):
            continue
        try:
            simplest(boundary, function, clause.given, FilterLog(), hints)
        except UnlawfulDrawError:
            yield clause
        except (EvaluationError, HookError):
            continue


def _too_late(function: BoundaryFunction) -> Iterator[DestroyedHandleCall]:
    handles = {m.name: m.shape.handle for m in function.members if isinstance(m.shape, HandleShape)}
    for clause in function.rejects:
        destroyed = [name for name in handles if clause.given.get(name) is DESTROYED]
        if len(destroyed) == 1:
            yield DestroyedHandleCall(clause, destroyed[0], handles[destroyed[0]])


def _out_of_order(function: BoundaryFunction) -> Iterator[OutOfOrderCall]:
    handles = {m.name: m.shape.handle for m in function.members if isinstance(m.shape, HandleShape)}
    for clause in function.rejects:
        given = {name: value for name, value in clause.given.items() if isinstance(value, InState)}
        if len(given) == 1:
            ((name, value),) = given.items()
            yield OutOfOrderCall(clause, name, handles[name], value.states)


def _kind(shape: ScalarShape | PointerShape) -> tuple[object, ...]:
    if isinstance(shape, ScalarShape):
        return shape.kind, shape.size, shape.spelling
    return shape.what, shape.direction, getattr(shape.element, "spelling", "")
