"""`order:` of callbacks: which others it names, and where those are given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callback_order import (
    CallbackNames,
    OrderedCallback,
    ResolvedOrder,
    called,
    name_of,
)
from abidance.boundary.model.traversal import callbacks_of
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape, What
from abidance.contract.model.lifetimes import handle_in
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Shape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract
    from abidance.contract.model.callback_order import CallbackOrder
    from abidance.core.span import Span


def join_orders(
    contract: Contract,
    functions: Mapping[str, BoundaryFunction],
    lives: Mapping[str, HandleLife],
    problems: Problems,
) -> CallbackNames:
    """Return the callbacks of a boundary, with the order of those that have one; complain about what they name."""
    joiner = _Joiner(contract, functions, lives, problems)
    for name, (function, shape) in joiner.given.items():
        if shape.order is not None:
            joiner.join(name, function, shape, shape.order)
    joiner.check_ends()
    return joiner.names


class _Joiner:
    def __init__(
        self,
        contract: Contract,
        functions: Mapping[str, BoundaryFunction],
        lives: Mapping[str, HandleLife],
        problems: Problems,
    ) -> None:
        self._contract = contract
        self._problems = problems
        self.given: dict[str, tuple[BoundaryFunction, CallbackShape]] = {}
        self._reaches = _reaches(functions)
        self._givers: dict[str, list[BoundaryFunction]] = {}
        for function in functions.values():
            for path, shape in callbacks_of(function.members):
                self._add(name_of(function, path, lives), function, shape)
        for life in lives.values():
            record = life.record
            if record is not None:
                for field, shape in callbacks_of(record.members):
                    for creator in (functions[each] for each in life.creates if "." not in field):
                        self._add(f"{called(record)}.{field}", creator, shape)
        self.names = CallbackNames({name: shape for name, (_, shape) in self.given.items()})

    def _add(self, name: str, function: BoundaryFunction, shape: CallbackShape) -> None:
        self.given.setdefault(name, (function, shape))
        self._givers.setdefault(name, []).append(function)

    def join(
        self, own: str, function: BoundaryFunction, shape: CallbackShape, promise: CallbackOrder
    ) -> None:
        """Add the order of one callback."""
        along = promise.along.text if promise.along is not None else shape.lifetime or "call"
        if not self._has_what_it_is_along(own, along, promise):
            return
        order = ResolvedOrder(
            promise,
            shape,
            along,
            after=self._all(own, along, promise.after),
            before=self._all(own, along, promise.before),
            follows=self._all(own, along, promise.follows),
            within=self._all(own, along, promise.within),
            outside=self._all(own, along, promise.outside),
            ends=self._all(own, along, promise.ends),
        )
        whose = own.partition(".")[0]
        beside = whose == function.name and all(each.of.partition(".")[0] == whose for each in order.named)
        own_alone = beside and bool(order.named)
        order = replace(order, own=own_alone and bool(shape.user_data) and bool(handle_in(along)))
        for each in order.ends:
            if each.of == own:
                self._wrong(f"`{each.name}` cannot end itself", each.name.span)
                continue
            for parameter in promise.same:
                self._check_same(own, each, parameter)
        self._check_states(along, promise)
        if promise.first is not None and (shape.lifetime or "call") == "call":
            words = "`first` is about what several calls have given, and this one is invoked in the call that gives it"
            self._wrong(words, promise.value_span("first"), "say how long it lasts: `lifetime: handle(NAME)`")
        self.names.orders[own] = order

    def check_ends(self) -> None:
        """Complain about what others are to be within, or outside of, that nothing ends."""
        for order in self.names.orders.values():
            for each in (*order.within, *order.outside):
                if not self.names.enders(each.of):
                    words = f"no callback ends what `{each.name}` begins"
                    help_ = f"say it of the one that does: `order: {{ends: {each.name}}}`"
                    self._wrong(words, each.name.span, help_)

    def _has_what_it_is_along(self, own: str, along: str, promise: CallbackOrder) -> bool:
        """Tell whether all that give a callback have the handle that its order is along; complain where one has not."""
        handle = handle_in(along)
        if not handle:
            return True
        span = promise.along.span if promise.along is not None else promise.span
        if handle not in self._contract.handles:
            known: dict[str, Span | None] = {n: each.span for n, each in self._contract.handles.items()}
            self._problems.unknown("handle", handle, span, known, "`handles`")
            return False
        for giver in self._givers[own]:
            if not self._has(giver, handle):
                words = (
                    f"`{giver.name}` neither takes nor makes a `{handle}`, so nobody sees whose order it is"
                )
                self._wrong(
                    words,
                    span,
                    "say what the order is in: `along: call`, or the handle that it is given with; "
                    "or, of what that is given with, that it goes there: `into: PARAMETER`",
                )
                return False
        return True

    def _all(self, own: str, along: str, names: tuple[Name, ...]) -> tuple[OrderedCallback, ...]:
        found = (self._one(own, along, each) for each in names)
        return tuple(each for each in found if each is not None)

    def _one(self, own: str, along: str, name: Name) -> OrderedCallback | None:
        """Return the callback of a name: beside the one that names it, or given with the same handle."""
        beside = f"{own.partition('.')[0]}.{name}"
        if beside in self.given:
            return OrderedCallback(name, beside)
        handle = handle_in(along)
        fitting = [
            each
            for each in self.given
            if not handle or any(self._has(giver, handle) for giver in self._givers[each])
        ]
        found = [each for each in fitting if each == name.text or each.partition(".")[2] == name.text]
        if len(found) == 1:
            return OrderedCallback(name, found[0])
        if found:
            words = (
                f"`{name}` may be any of {len(found)} callbacks: {', '.join(f'`{each}`' for each in found)}"
            )
            self._wrong(words, name.span, f"say which: `{found[0]}`")
            return None
        known: dict[str, Span | None] = {
            each if "." in name.text else each.partition(".")[2]: self.given[each][1].declared
            for each in fitting
        }
        where = f"the callbacks of a `{handle}`" if handle else "the callbacks beside it"
        self._problems.unknown("callback", name.text, name.span, known, where)
        return None

    def _check_same(self, own: str, ends: OrderedCallback, name: Name) -> None:
        """Complain about a parameter that one of the two has not, or that cannot be compared."""
        for which in (own, ends.of):
            shape = self.given[which][1]
            members = {member.name: member for member in shape.members}
            member = members.get(name.text)
            if member is None:
                known: dict[str, Span | None] = {n: each.declared for n, each in members.items()}
                self._problems.unknown("parameter", name.text, name.span, known, f"`{which}`")
            elif not _is_comparable(member.shape):
                words = f"`{name}` of `{which}` cannot be compared: it is neither a number nor a text"
                self._wrong(words, name.span, f"where it points to a text, say `{name}: {{to: string}}`")

    def _check_states(self, along: str, promise: CallbackOrder) -> None:
        if not promise.by:
            return
        handle = self._contract.handles.get(handle_in(along))
        if handle is None:
            words = "`by` names states of a handle, and the order is along none"
            self._wrong(
                words,
                promise.by[0].span,
                "say it of one call in `ensures`: `len(begin.calls) == len(end.calls)`",
            )
            return
        for each in promise.by:
            if each.text not in handle.states:
                known: dict[str, Span | None] = {n: state.span for n, state in handle.states.items()}
                self._problems.unknown("state", each.text, each.span, known, f"`states` of `{handle.name}`")

    def _has(self, function: BoundaryFunction, handle: str) -> bool:
        """Tell whether a function takes or makes a handle of a kind, or one of which all goes into such a one."""
        kinds = {each.handle for each in _shapes(function) if isinstance(each, HandleShape)}
        return handle in kinds or any((each, handle) in self._reaches for each in kinds)

    def _wrong(self, message: str, span: Span, help_: str | None = None) -> None:
        self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),), help=help_))


def _reaches(functions: Mapping[str, BoundaryFunction]) -> set[tuple[str, str]]:
    """Return the kinds of handles of which what they hold goes into one of another kind, each with that."""
    found = set()
    for function in functions.values():
        for member in function.members:
            shape = member.shape
            if not isinstance(shape, HandleShape) or not shape.into:
                continue
            named = [m.shape for m in function.members if m.name == shape.into] or [function.result.shape]
            found |= {(shape.handle, each.handle) for each in named if isinstance(each, HandleShape)}
    return found


def _shapes(function: BoundaryFunction) -> Iterator[Shape]:
    yield function.result.shape
    yield from (member.shape for member in function.members)


def _is_comparable(shape: Shape) -> bool:
    return isinstance(shape, ScalarShape) or (
        isinstance(shape, PointerShape) and shape.what in (What.STRING, What.BYTES, What.ARRAY)
    )
