"""Callbacks as shapes: what a pointer to a function promises, what it is given, and those of earlier calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model.types import (
    RESULT_NAME,
    Direction,
    Member,
    NothingShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    What,
)
from abidance.contract.model.lifetimes import handle_in

if TYPE_CHECKING:
    from abidance.boundary.model.callback_files import FileUse
    from abidance.boundary.model.types import Shape, TaggedUnion
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model.callback_order import CallbackOrder
    from abidance.core.span import Span
    from abidance.ir.types import FunctionType

NEVER = "never"
"""The lifetime of a callback that a call is given to compare it, and that nobody may invoke."""


@dataclass(frozen=True, slots=True)
class HandedHandleShape(OpaqueShape):
    """A handle that a callback is given. Of one that lies in the caller's memory, `record` is what is read of it."""

    handle: str = ""
    record: RecordShape | None = None


@dataclass(frozen=True, slots=True)
class FreeingArgument:
    """What a callback gives to what it frees its arguments with, besides these.

    `own` is the number of one of its parameters, and `handle` the handle that the call was given which takes the
    callback, by the parameter's name or the kind's; `constant` is for neither, and None for NULL.
    """

    own: int | None = None
    handle: str = ""
    constant: int | None = None


@dataclass(frozen=True, slots=True)
class CallbackShape(OpaqueShape):
    """A pointer to a function that the library may call, with what it must keep when it does.

    `members` are the function's parameters, of these `sizes`, and `result` is what it answers; `kind` is the number
    of the compiled function. `least` and `most` bound how often one call calls it; `counted` is where that stands.
    So do `least_in_all` and `most_in_all` how often it is called until its handle is destroyed. `order` is what the
    contract says of when it may be called; `CallbackNames` has the callbacks that this names.
    `user_data` is the parameter or field beside it that comes back in parameter number `given_back`; it lies beside the
    record that has the callback, or as many records further out as `around` tells. `lifetime` is ``call``, ``static``
    or ``handle(NAME)``, which calls in `until` end before; of one that is passed to be compared it is ``never``; of an
    allocator also empty, as long as what the call is about. Of such a one, `allocates` is how many bytes it gives, and
    `frees` the number of the parameter in which memory comes back.
    `may_call` are functions that it may call `on` a handle: that which it lasts as long as, or which it is given.
    `at_most` is what it answers at most, by what it is given. `printf` is the number of the parameter that is a format:
    what it is given there is the text. `by`
    are the parameters, or the fields behind them, by which it answers: two that it compares, or one that it hashes.
    """

    members: tuple[Member, ...] = ()
    result: Shape = field(default_factory=NothingShape)
    returns: str = "void"
    sizes: tuple[int, ...] = ()
    kind: int = 0
    type: FunctionType | None = None
    least: Expression | None = None
    most: Expression | None = None
    counted: Span | None = None
    least_in_all: Expression | None = None
    most_in_all: Expression | None = None
    counted_in_all: Span | None = None
    order: CallbackOrder | None = None
    ensures: tuple[Expression, ...] = ()
    user_data: str = ""
    given_back: int | None = None
    around: int = 0
    at_most: Expression | None = None
    at: Expression | None = None
    """Where what it reads or writes begins."""
    whole: bool = False
    """Whether it reads as much as there is room for, or fails: as all of its turns were one, and end there."""
    until_end: bool = False
    """Of one that does: whether it reads what is left where that is less, in place of failing."""
    leaves: tuple[str, tuple[FreeingArgument, ...]] | None = None
    """What it calls where it fails, and that does not come back, with what that is given."""
    contents: Member | None = None
    """What it reads in all, where the contract says of what form that is."""
    file: FileUse | None = None
    """What it does with the position of one that reads beside it."""
    shares_position: bool = False
    """Whether others beside it move or tell the position at which it reads, or write or measure its file."""
    is_written: bool = False
    """Whether another beside it writes what it reads."""
    printf: int | None = None
    allocates: Expression | None = None
    frees: int | None = None
    zeroed: bool = False
    lifetime: str = "call"
    until: tuple[str, ...] = ()
    any_thread: bool = False
    may_call: tuple[str, ...] = ()
    variants: tuple[tuple[str, TaggedUnion], ...] = ()
    """Of which of its parameters another tells what they lead to."""
    freeing: tuple[tuple[int, str, tuple[FreeingArgument, ...]], ...] = ()
    """Which of its parameters it frees, with what, and what that is given."""
    by: tuple[str, ...] = ()
    span: Span | None = None
    declared: Span | None = None

    @property
    def reads_in_place(self) -> bool:
        """Tell whether it may read the same again: where it is told to, or where others have moved its position."""
        return self.goes_on or (self.at is not None and self.writes_to_file is None)

    @property
    def goes_on(self) -> bool:
        """Tell whether it reads at a position that an earlier invocation, or another callback, may have moved.

        What there was no room for of known contents is not lost: it comes next. Memory of its own it lends as a whole.
        """
        into_room = self.contents is not None and not isinstance(self.result, PointerShape)
        return self.shares_position or (self.at is None and (self.whole or into_room))

    @property
    def writes_to_file(self) -> Member | None:
        """Return the parameter that it writes to a file, whose contents expressions see; None where it writes none."""
        data = self.file.data if self.file is not None else None
        return None if data is None else self.members[data]

    @property
    def reads_file(self) -> bool:
        """Tell whether what it reads is kept as a file: others write that, or it reads over the ends of turns."""
        return self.is_written or self.whole

    @property
    def has_contents(self) -> bool:
        """Tell whether expressions see all that there is for it to read."""
        return self.reads_in_place or self.contents is not None

    @property
    def is_given_handle(self) -> bool:
        """Tell whether one of its parameters is a handle."""
        return any(isinstance(each.shape, HandedHandleShape) for each in self.members)

    @property
    def lasts_with(self) -> str:
        """Return the handle as long as which it may be invoked; empty where it is said of none."""
        return handle_in(self.lifetime)

    @property
    def on(self) -> str:
        """Return the handle that it may call functions on, empty where there is none, or nobody can tell which."""
        if self.lasts_with:
            return self.lasts_with
        given = {m.shape.handle for m in self.members if isinstance(m.shape, HandedHandleShape)}
        return given.pop() if len(given) == 1 else ""

    @property
    def allocator(self) -> bool:
        """Tell whether it gives memory or takes it back."""
        return self.allocates is not None or self.frees is not None


@dataclass(frozen=True, slots=True)
class CallbackGiven:
    """A callback that a `function` is given as a parameter, with that for its user data; empty where it has none."""

    function: str
    parameter: str
    user_data: str
    shape: CallbackShape


@dataclass(frozen=True, slots=True)
class EarlierCallbackShape(OpaqueShape):
    """A callback that a call is given to be compared: one of those that an earlier call was given, as one of `each`.

    `names` are these as the contract has them, and `user_data` the parameter beside it that comes from there, too.
    """

    names: tuple[Name, ...] = ()
    user_data: str = ""
    type: FunctionType | None = None
    each: tuple[CallbackGiven, ...] = ()
    span: Span | None = None


def invocations_member(callback: CallbackShape) -> Member:
    """Return `calls`, what expressions see of a callback: a list of records of its parameters and its answer."""
    span = callback.span or callback.declared
    assert span is not None
    members = [m for index, m in enumerate(callback.members) if index != callback.given_back]
    if not isinstance(callback.result, NothingShape) and RESULT_NAME not in {m.name for m in members}:
        members.append(Member(RESULT_NAME, callback.result, span))
    told = tuple([variant for _, variant in callback.variants])
    record = RecordShape("invocation", 0, 1, tuple(members), variants=told)
    return Member("calls", PointerShape(Direction.OUT, What.ARRAY, record, span), span)
