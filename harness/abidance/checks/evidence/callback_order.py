"""The order in which callbacks were invoked, along a call or a handle, held against what the contract says of it.

What must have come before is missed only where all calls are known that it could have come in; what must not is wrong
wherever it is seen.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.decode.ended_callbacks import is_to_end
from abidance.boundary.encode.handle_places import held_members, kind_at
from abidance.boundary.model.callback_order import name_of
from abidance.boundary.model.traversal import callbacks_of
from abidance.checks.evidence.callback_lifetimes import handle_of, holders
from abidance.checks.evidence.order_clauses import OrderClauses
from abidance.contract.expression import EvaluationError, Unavailable
from abidance.contract.model.lifetimes import handle_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.boundary.model.callback_order import ResolvedOrder
    from abidance.checks.evidence.case_run import CaseRun
    from abidance.core.span import Span
    from abidance.plan.observation import Invocation

_Along = tuple[str, int, int]
"""What there is an order in: a call, or a handle by the call that made it, and the call that gave the callbacks."""
_ALL = -1


@dataclass(frozen=True, slots=True)
class OrderedInvocation:
    """An invocation, with the callback's own name."""

    name: str
    placed: PlacedCallback
    invocation: Invocation


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """What is wrong with an invocation, or with what a call left open; `before` are those that came first.

    `call` is the one to blame, `clause` what is not kept, and `words` what happened instead.
    """

    order: ResolvedOrder
    placed: PlacedCallback
    call: int
    clause: str
    span: Span
    words: str
    before: tuple[OrderedInvocation, ...]


@dataclass(frozen=True, slots=True)
class OrderJudgement:
    """What was found, and which clauses of which callbacks were held against an invocation, each with its call."""

    wrong: tuple[OutOfOrder, ...] = ()
    judged: frozenset[tuple[str, str, int]] = frozenset()


def judge_order(run: CaseRun) -> OrderJudgement:
    """Return what of a plan's invocations is out of order, in the order in which it was seen."""
    orders = run.boundary.callbacks.orders
    if not orders or not run.encoded.callbacks or run.encoded.plan.lanes is not None:
        return OrderJudgement()
    return OrderJudge(run).judge()


@dataclass(slots=True)
class OrderScope:
    """What was invoked along one thing so far. `begun` are places in `seen` of what has begun and not ended."""

    along: _Along
    seen: list[OrderedInvocation] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    since: int = 0
    """The call from which on it is known what was invoked."""
    lost: bool = False
    """Whether something was invoked that was not noted, or may have begun anew."""
    kept: set[int] = field(default_factory=set)
    """The calls before it began anew that gave what was invoked after that: it was not forgotten."""
    elsewhere: bool = False
    """Whether a call on another handle invoked callbacks of this one: those of that one may have taken their place."""

    @property
    def handle(self) -> str:
        """Return the kind of handle that it is along; empty where it is along none."""
        return handle_in(self.along[0])


class OrderJudge:
    """Goes through all invocations of a plan once, and keeps what was invoked along each call and handle."""

    def __init__(self, run: CaseRun) -> None:
        """Take the run of a plan whose boundary has orders."""
        self._run = run
        self._boundary = run.boundary
        self._orders = run.boundary.callbacks.orders
        self._wrong: list[OutOfOrder] = []
        self._told: set[tuple[_Along, str, str]] = set()
        self._judged: set[tuple[str, str, int]] = set()
        calls, handles = run.encoded.calls, run.boundary.handles
        self._names = [
            name_of(calls[each.call].function, each.path, handles) for each in run.encoded.callbacks
        ]
        self._scopes: dict[_Along, OrderScope] = {}
        self._given: dict[int, dict[str, str]] = {}
        self._rounds: dict[tuple[int, str, _Along], list[OrderedInvocation]] = {}
        """What a call has invoked of callbacks of one name, since it began again with one that was among them."""
        self._enders = {each: run.boundary.callbacks.enders(each) for each in {*self._names}}

    def judge(self) -> OrderJudgement:
        """Return what is out of order, and what was held against the orders."""
        calls = self._run.observation.calls
        for index, returned in enumerate(calls):
            for each in returned.invocations:
                if each.callback is not None and not each.late and each.call == index:
                    name = self._names[each.callback]
                    self._invoked(OrderedInvocation(name, self._run.encoded.callbacks[each.callback], each))
            if returned.ran:
                self._returned(index, noted=not returned.unnoted)
        return OrderJudgement(tuple(self._wrong), frozenset(self._judged))

    def _invoked(self, one: OrderedInvocation) -> None:
        order = self._orders.get(one.name)
        for along in self._all_along(one):
            scope = self._scope(along, one.invocation.call)
            call, made = one.invocation.call, along[1]
            on_it = not scope.handle or made == call or made in self._run.encoded.calls[call].handles.values()
            scope.elsewhere |= not on_it
            if one.placed.call < scope.since:
                scope.kept.add(one.placed.call)
            if order is not None and along == self._own_along(one, order) and not scope.lost:
                for clause, which, words in OrderClauses(self, scope, one, order).wrong():
                    self._tell(
                        scope, one.placed, order, one.invocation.call, clause, which.span, words, one.name
                    )
            self._move(scope, one, order)
        if order is not None and order.promise.first is not None:
            self._turn(one, order)

    def _turn(self, one: OrderedInvocation, order: ResolvedOrder) -> None:
        """Hold an invocation against the one before it in the same call: which of the two was given first."""
        made = self._handle(one, order.along) if handle_in(order.along) else _ALL
        if made is None:
            return
        call, along = one.invocation.call, (order.along, made, _ALL)
        came = self._rounds.setdefault((call, one.name, along), [])
        if any(each.invocation.callback == one.invocation.callback for each in came):
            came.clear()  # it goes through them once more, as for the next of several events
        last = came[-1].placed.call if came else one.placed.call
        came.append(one)
        if last == one.placed.call:
            return
        self.hold(one, "first")
        if (last > one.placed.call) == (order.promise.first == "oldest"):
            where = (
                "after one that was given later"
                if last > one.placed.call
                else "after one that was given before it"
            )
            span = order.promise.value_span("first")
            self._tell(self._scope(along, call), one.placed, order, call, "first", span, where, one.name)

    def _move(self, scope: OrderScope, one: OrderedInvocation, order: ResolvedOrder | None) -> None:
        """Note an invocation: what it ends, with all within that, and what it begins."""
        if order is not None and order.ends:
            begins = {each.of for each in order.ends}
            ended = [n for n, at in enumerate(scope.begun) if scope.seen[at].name in begins]
            del scope.begun[ended[-1] if ended else len(scope.begun) :]
        if self._enders[one.name]:
            scope.begun.append(len(scope.seen))
        scope.seen.append(one)

    def _tell(
        self, scope: OrderScope, placed: PlacedCallback, order: ResolvedOrder, call: int, clause: str, span: Span,
        words: str, name: str,
    ) -> None:  # fmt: skip
        if (scope.along, name, clause) not in self._told:
            self._told.add((scope.along, name, clause))
            self._wrong.append(OutOfOrder(order, placed, call, clause, span, words, tuple(scope.seen)))

    def hold(self, one: OrderedInvocation, clause: str) -> None:
        """Note that a clause was held against an invocation."""
        self._judged.add((one.name, clause, one.invocation.call))

    # What there is an order in.

    def _own_along(self, one: OrderedInvocation, order: ResolvedOrder) -> _Along | None:
        if not handle_in(order.along):
            return (order.along, one.invocation.call if order.along == "call" else _ALL, _ALL)
        made = self._handle(one, order.along)
        return None if made is None else (order.along, made, one.placed.call if order.own else _ALL)

    def _all_along(self, one: OrderedInvocation) -> Iterator[_Along]:
        """Yield all that an invocation counts in: whoever names the callback finds it there."""
        yield ("call", one.invocation.call, _ALL)
        yield ("static", _ALL, _ALL)
        for along in {each.along for each in self._orders.values() if handle_in(each.along)}:
            made = self._handle(one, along)
            if made is not None:
                yield (along, made, _ALL)
                yield (along, made, one.placed.call)

    def _handle(self, one: OrderedInvocation, along: str) -> int | None:
        """Return the call that made the handle along which an invocation counts; None where none is known.

        A callback may reach several through another one, that it was given to: then it is that which the running call
        is about.
        """
        handle, running = handle_of(self._run, one.placed.call, handle_in(along)), one.invocation.call
        if handle is not None:
            return handle[0]
        given = self._run.encoded.calls[running].handles.values()
        reached = self._reached(one.placed.call, handle_in(along))
        about = [made for made in reached if made == running or made in given]
        if len(about) == 1:
            return about[0]
        for made in reached:  # it may have been any of these
            self._scope((along, made, _ALL), running).lost = True
        return None

    def _reached(self, giver: int, kind: str) -> tuple[int, ...]:
        """Return the calls that made the handles of a kind which got the callbacks of a call through another handle."""
        calls = self._run.encoded.calls
        found = {each for mine in calls[giver].origins for each in holders(self._run, giver, mine) - {mine}}
        return tuple(sorted({made for made, path in found if kind_at(calls[made].function, path) == kind}))

    def _gave_before(self, number: int, made: int) -> bool:
        """Tell whether a call gave callbacks to what a handle got all of its from when it was made, before that."""
        maker = self._run.encoded.calls[made]
        sources = {maker.origin(name) for name, shape in held_members(maker.function) if shape.into}
        return number < made and not sources.isdisjoint(self._run.encoded.calls[number].origins)

    # Which calls are known.

    def is_seen(self, scope: OrderScope, names: Iterable[str], until: int, since: int | None = None) -> bool:
        """Tell whether every invocation of callbacks that take each other's place was seen until a call."""
        kind, made, _ = scope.along
        group = frozenset(names)
        if scope.elsewhere:
            return False
        if kind == "call":
            return self._is_given_to(group, until)
        first = max(scope.since, 0 if made == _ALL else made) if since is None else since
        return all(
            self._is_given(group, index, scope)
            for index in range(first, until + 1)
            if self._may_invoke(index, kind, made)
        )

    def _may_invoke(self, index: int, kind: str, made: int) -> bool:
        """Tell whether a call may have invoked callbacks: it ran on the handle, and did not just take some."""
        returned, placed = self._run.observation.calls, self._run.encoded.calls[index]
        if index >= len(returned) or not returned[index].ran or index in self._run.encoded.observing:
            return False
        if kind == "static":
            return True
        if made not in placed.handles.values():
            return False
        if any(shape.lifetime != "call" for _, shape in callbacks_of(placed.function.members)):
            return False
        return not self._is_as_new(index, kind, made)

    def _is_as_new(self, index: int, kind: str, made: int) -> bool:
        """Tell whether a call found a handle in the state of a new one, and leads nowhere: nothing has begun there."""
        machine = self._boundary.handles[handle_in(kind)].machine
        placed = self._run.encoded.calls[index]
        create, first = self._run.encoded.calls[made].function.name, None
        if machine is not None:
            given = self._run.at(made).values.before if machine.asked_of(create) else {}
            first = machine.first(create, given)
        return (
            machine is not None
            and create not in machine.copies
            and len(machine.states) > 1
            and any(
                placed.handles.get(each.parameter) == made
                and each.before == first
                and (each.transition is None or not each.transition.targets)
                for each in self._run.at(index).passages
            )
        )

    def _is_given_to(self, names: frozenset[str], index: int) -> bool:
        """Tell whether one of some callbacks was there to be invoked during a call alone."""
        placed = zip(self._names, self._run.encoded.callbacks, strict=True)
        return any(
            name in names and (each.call == index if each.shape.lifetime == "call" else each.call <= index)
            for name, each in placed
        )

    def _is_given(self, names: frozenset[str], index: int, scope: OrderScope) -> bool:
        """Tell whether one of some callbacks was there to be invoked during a call: by the last that could give any.

        What is of the same type and has no place in an order may have taken its place.
        """
        kind, made, giver = scope.along
        shapes = self._boundary.callbacks.shapes
        kinds = {shapes[name].kind for name in names if name in shapes}
        for number in range(index, -1, -1):
            placed = self._run.encoded.calls[number]
            on_it = kind == "static" or number == made or made in placed.handles.values()
            on_it = on_it or (made != _ALL and self._gave_before(number, made))
            if not on_it or giver not in (_ALL, number):
                continue
            if any(
                is_to_end(self._run.encoded, number, self._run.encoded.callbacks[n], on_it=True)
                for n, name in enumerate(self._names)
                if name in names
            ):
                return False
            given = self._given_by(number)
            mine = [path for path, name in given.items() if name in names]
            if mine and number < scope.since and number not in scope.kept:
                return False
            if mine and (number == index or any(shapes[given[path]].lifetime != "call" for path in mine)):
                return any(path in placed.callbacks for path in mine)
            if not mine and any(
                shapes[name].kind in kinds and not self._boundary.callbacks.is_ordered(name)
                for name in given.values()
            ):
                return False
        return False

    def _given_by(self, index: int) -> dict[str, str]:
        """Return the callbacks that a call may give, NULL or not, by their paths."""
        found = self._given.get(index)
        if found is None:
            placed, handles = self._run.encoded.calls[index], self._boundary.handles
            paths = [path for path, _ in callbacks_of(placed.function.members)]
            found = self._given[index] = {
                path: name_of(placed.function, path, handles) for path in (*paths, *placed.callbacks)
            }
        return found

    # What a call has done.

    def _returned(self, index: int, *, noted: bool) -> None:
        for scope in self._scopes.values():
            if not noted:
                scope.lost = True
            if self._resets(scope, index):
                self._begin_anew(scope, index)
            elif scope.handle and not scope.lost and scope.along[1] in self._handles_of(index):
                self._left_open(scope, index)

    def _scope(self, along: _Along, call: int) -> OrderScope:
        """Return what was invoked along something until a call."""
        found = self._scopes.get(along)
        if found is None:
            found = self._scopes[along] = OrderScope(along)
            for index in range(call if found.handle else 0):
                found.lost |= bool(self._run.observation.calls[index].unnoted)
                if self._resets(found, index):
                    self._begin_anew(found, index)
        return found

    def _begin_anew(self, scope: OrderScope, index: int) -> None:
        scope.lost |= not self._run.at(index).values.success
        scope.seen.clear()
        scope.begun.clear()
        scope.kept.clear()
        scope.since = index + 1

    def _resets(self, scope: OrderScope, index: int) -> bool:
        """Tell whether a call that ran leaves nothing of what was invoked before along a handle."""
        made = scope.along[1]
        if not scope.handle or not self._run.observation.calls[index].ran:
            return False
        machine = self._boundary.handles[scope.handle].machine
        placed = self._run.encoded.calls[index]
        mine = [path for path, maker in placed.handles.items() if maker == made]
        named = [machine.transition(placed.function.name, each) for each in mine] if machine else []
        return any(each is not None and each.resets for each in named)

    def _handles_of(self, index: int) -> frozenset[int]:
        return frozenset(self._run.encoded.calls[index].handles.values())

    def _left_open(self, scope: OrderScope, index: int) -> None:
        """Tell of what has not ended though the handle is in a state in which all has."""
        if not scope.begun or scope.along[2] != _ALL:
            return
        reached = {
            each.after
            for each in self._run.at(index).passages
            if self._run.encoded.calls[index].handles.get(each.parameter) == scope.along[1]
        }
        machine = self._boundary.handles[scope.handle].machine
        for name, order in self._orders.items():
            states = (
                {each for by in order.promise.by for each in machine.called(by.text)} if machine else set()
            )
            begins = {each.of: each.name for each in order.ends}
            if order.along != scope.along[0] or not states & reached:
                continue
            for at in scope.begun:
                begun = scope.seen[at]
                since = begun.invocation.call
                if begun.name not in begins or not self.is_seen(
                    scope, self._enders[begun.name], index, since
                ):
                    continue
                self._judged.add((name, "by", index))
                by = next(each for each in order.promise.by if {*machine.called(each.text)} & reached)  # type: ignore[union-attr]
                end = name.partition(".")[2]
                open_ = f"a `{begins[begun.name]}` that no `{end}` has ended"
                words = f"left a `{scope.handle}` in the state `{by}` with {open_}"
                self._tell(scope, begun.placed, order, index, "by", by.span, words, name)
                break

    def enders(self, name: str) -> tuple[str, ...]:
        """Return the callbacks that end what one begins."""
        return self._enders[name]

    def value(self, one: OrderedInvocation, parameter: str) -> object:
        """Return what an invocation was given at one of its parameters."""
        with suppress(EvaluationError):
            for each in self._run.at(one.invocation.call).values.called:
                if each.invocation is one.invocation:
                    return each.values.get(parameter)
        return Unavailable("it was not read")
