"""Compiles the states of handles: where a call is lawful, where it leads, and whether a state is shown (ABD334)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import kind_at, left_by
from abidance.boundary.model.left_by import left_by as left_by_call
from abidance.boundary.model.types import HandleShape
from abidance.contract.expression import spelling
from abidance.native.expressions.values import CGuarded, CInt, CRecord
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.states import CountedSum, StateMachine, Transition
    from abidance.contract.expression import Expression
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.drawing import ArgumentDrawer

ANY_STATE = "ABIDANCE_ANY_STATE"
MOST_STATES = 63
MOST_ONCE = 32


@dataclass(frozen=True, slots=True)
class HandleOrder:
    """What a call on a handle, whose id is `ident` in C, has to do with its states.

    It is refused in the states `within`; where these are empty, it is lawful.
    """

    ident: str
    machine: StateMachine
    function: str
    within: tuple[str, ...] = ()
    parent: str = "0"
    """The id, in C, of the handle that it must have been made from."""
    parameter: str = ""
    """What the call is given it as."""

    @property
    def states(self) -> frozenset[str]:
        """Return the states in which the call is made."""
        return frozenset(self.within) or self.machine.lawful(self.function, self.parameter)

    @property
    def transition(self) -> Transition | None:
        """Return what the contract says of the function, unless it refuses the call."""
        return None if self.within else self.machine.transition(self.function, self.parameter)

    @property
    def named(self) -> bool:
        """Tell whether the call depends on the state."""
        return bool(self.within) or self.transition is not None

    @property
    def c(self) -> str:
        """Return when the call is made, as C."""
        if not self.named:
            return order_of(ANY_STATE, 0, self.parent)
        transition, machine = self.transition, self.machine
        once = 1 << machine.once.index(self.function) if transition is not None and transition.once else 0
        return order_of(mask(machine, self.states), once, self.parent)


def order_of(states: str, once: int, parent: str) -> str:
    """Return when a call is made on a handle, as C: in which states, once or not, and what it was made from."""
    return f"(abidance_order){{{states}, {once}u, (unsigned){parent}}}"


def refuse_machine(boundary: Boundary, machine: StateMachine) -> None:
    """Raise NotCompiledError for more states than there are bits, and where it is not known what a call moves on."""
    for each in machine.transitions:
        if "." in each.parameter and not _is_known(boundary, machine, each):
            raise NotCompiledError(
                f"`{each.function}` has to do with the state of the `{machine.handle}` that `{each.parameter}` was"
            )
    if len(machine.states) > MOST_STATES or len(machine.once) > MOST_ONCE:
        raise NotCompiledError(
            f"a `{machine.handle}` has more states, or calls that are made once, than C keeps"
        )


def _is_known(boundary: Boundary, machine: StateMachine, behind: Transition) -> bool:
    """Tell whether C knows what a handle was made from: whatever makes one is given that, and lends it to nobody."""
    parameter, _, source = behind.parameter.partition(".")
    shapes = (m.shape for m in boundary.functions[behind.function].members if m.name == parameter)
    life = next((boundary.handles[s.handle] for s in shapes if isinstance(s, HandleShape)), None)
    if life is None or machine.handle not in life.parents:
        return False
    makers = [boundary.functions[name] for name in life.creates]
    lent = any(s.of_others for each in makers for _, s in left_by(each) if s.handle == life.name)
    return not lent and all(machine.handle == kind_at(each, source) for each in makers)


def behind(boundary: Boundary, function: str, parameter: str) -> Iterator[tuple[StateMachine, Transition]]:
    """Yield what a call says of the states of handles that the one at a parameter was made from."""
    for life in boundary.handles.values():
        for each in life.machine.of(function) if life.machine is not None else ():
            if life.machine is not None and each.parameter.startswith(f"{parameter}."):
                yield life.machine, each


def countable(drawer: ArgumentDrawer) -> None:
    """Compile that a call is given up which would count, by what it is given, to a number that there is none of."""
    for each in drawer.orders:
        transition = each.transition
        if transition is None or transition.counts_by != "given":
            continue
        there = drawer.out.fresh("countable")
        drawer.out(f"int {there} = !{each.ident}; abidance_int counted_{there} = 0; (void)counted_{there};")
        with drawer.out.block(f"if ({each.ident})"):
            drawer.out(f"unsigned at = {_found(each)}->state;")
            if transition.adds is not None:
                _sums_up(drawer, each, transition.adds, there)
            else:
                _leads_anywhere(drawer, each, transition, there)
        drawer.out(f"if (!{there}) goto unlawful;")


def _leads_anywhere(drawer: ArgumentDrawer, order: HandleOrder, transition: Transition, there: str) -> None:
    """Compile that one of the numbers may be counted: what the call leaves may be anything as yet."""
    machine, late = order.machine, left_by_call(drawer.function).keys()
    alike: dict[str, tuple[Expression, set[str]]] = {}
    for target in transition.targets:
        if target.condition is not None:
            alike.setdefault(target.condition.text, (target.condition, set()))[1].update(target.sources)
    for condition, sources in alike.values():
        for parts in condition.alternatives:
            known = [part for part in parts if part.names.isdisjoint(late)]
            holds = [f"({drawer.clauses.condition(part, drawer.environment())}) == 1" for part in known]
            here = f"{mask(machine, sources)} >> at & 1"
            drawer.out(f"if (!{there} && {' && '.join((here, *holds))}) {there} = 1;")


def _sums_up(drawer: ArgumentDrawer, order: HandleOrder, adds: CountedSum, there: str) -> None:
    """Compile that a number may be counted whatever the one is that the call leaves: the least, and the highest."""
    machine = order.machine
    numbers = ", ".join(str(machine.counted[state][adds.counter]) for state in machine.states)
    most = max(counted[adds.counter] for counted in machine.counted.values())
    out = drawer.out
    out(f"static const int counts[] = {{0, {numbers}}};\n{there} = 1;")
    known = f"({drawer.clauses.number(adds.amount, drawer.environment(), f'counted_{there}')}) == 1"
    out(f"if (!({known})) {there} = 0;")
    after = f"counts[at] + counted_{there}"
    out(f"if ({after} + {min(adds.values)} < 0 || {after} + {max(adds.values)} > {most}) {there} = 0;")


def mask(machine: StateMachine, states: Collection[str]) -> str:
    """Return states as the bits of a number in C."""
    return f"UINT64_C({sum(1 << machine.number(state) for state in states):#x})"


def begins(machine: StateMachine | None, drawer: ArgumentDrawer) -> str:
    """Return the state, in C, that a handle is in when the function has made it; 0 for one without states."""
    if machine is None:
        return "0"
    state = str(machine.number(machine.states[0]))
    for each in reversed(machine.begins.get(drawer.function.name, ())):
        number = str(machine.number(each.state))
        if each.condition is None:
            state = number
            continue
        holds = drawer.clauses.condition(each.condition, drawer.environment())
        state = f"({holds}) == 1 ? {number} : {state}"
    original = _original(machine, drawer)
    return f"({original} ? abidance_find((unsigned){original})->state : {state})" if original else state


def _original(machine: StateMachine, drawer: ArgumentDrawer) -> str:
    """Return the C variable of the handle that what the function makes is a copy of; empty where it is none."""
    path = (machine.copies.get(drawer.function.name, ""),)
    return next((ident for place, _, ident in drawer.handles if place == path), "")


def begins_lost(machine: StateMachine | None, drawer: ArgumentDrawer) -> str:
    """Return whether, in C, nobody knows the state of a new handle: as of the one that it is a copy of."""
    original = _original(machine, drawer) if machine is not None else ""
    return f"({original} && abidance_find((unsigned){original})->lost)" if original else "0"


def _found(order: HandleOrder) -> str:
    return f"abidance_find((unsigned){order.ident})"


class StateJudge:
    """What a call does to the states of its handles, and what is promised of that."""

    def __init__(self, call: AfterCall) -> None:
        self._call = call
        life = call.drawer.boundary.handles
        # What ends a handle leads it nowhere.
        self._orders = [
            each
            for each in call.drawer.orders
            if not each.within and life[each.machine.handle].destroy != each.function
        ]
        self._ended = [each for each in call.drawer.orders if not each.within and each not in self._orders]

    def moves(self) -> None:
        """Compile where the call has led its handles, and what they count before it and after it."""
        out = self._call.out
        counting = [each for each in self._orders if each.machine.counted and each.parameter.isidentifier()]
        for each in counting:
            out(
                f"unsigned was_{each.ident} = {each.ident} ? {_found(each)}->state : 0; (void)was_{each.ident};"
            )
        self._lead()
        for each in counting:
            state = f"{_found(each)}->state"
            lost = f"(!{each.ident} || !{state} || {_found(each)}->lost || nowhere_{each.ident})"
            name = spelling(each.parameter)
            before = f"was_{each.ident}"
            self._call.counts_before[name] = self._counts(each, before, f"!{before}")
            self._call.counts[name] = self._counts(each, state, lost)
        for each in self._ended:
            if each.machine.counted and each.parameter.isidentifier():
                state, gone = f"{_found(each)}->state", f"(!{each.ident} || {_found(each)}->lost)"
                self._call.counts_before[spelling(each.parameter)] = self._counts(each, state, gone)

    def _counts(self, order: HandleOrder, state: str, lost: str) -> CRecord:
        """Return what a handle has counted in a state, by names: each number stands in a table."""
        machine, fields = order.machine, {}
        for name in next(iter(machine.counted.values())):
            numbers = ", ".join(str(machine.counted[each][name]) for each in machine.states)
            table = self._call.out.fresh("counts")
            self._call.out(f"static const int {table}[] = {{0, {numbers}}}; (void){table};")
            fields[name] = CGuarded(lost, CInt(f"{table}[{state}]"))
        return CRecord(fields)

    def _lead_refused(self, to: str) -> None:
        """Compile where a call leads its handles that is refused: to a state with as much counted as before."""
        out = self._call.out
        for each in self._call.drawer.orders:
            if "." in each.parameter or not each.machine.called(to):
                continue
            machine, table = each.machine, out.fresh("leads")
            goals = ", ".join(str(machine.number(machine.alike(to, state))) for state in machine.states)
            out(f"static const unsigned {table}[] = {{0, {goals}}};")
            with out.block(f"if ({each.ident})"):
                out(f"abidance_handle *moved = abidance_find((unsigned){each.ident});")
                out(f"moved->state = {table}[moved->state];")

    def _lead(self) -> None:
        out, reject = self._call.out, self._call.reject
        if reject is not None:
            self._lead_refused(reject.to)
        for each in self._orders:
            out(f"int nowhere_{each.ident} = 0; (void)nowhere_{each.ident};")
        if reject is None:
            self._copy()
        for each in self._orders:
            if each.transition is None or each.transition.copies or reject is not None:
                continue
            with out.block(f"if ({each.ident})"):
                out(f"abidance_handle *moved = abidance_find((unsigned){each.ident});\nunsigned to = 0;")
                if each.transition.once:
                    out(f"moved->used |= {1 << each.machine.once.index(each.function)}u;")
                for target in each.transition.targets:
                    holds = "success"
                    if target.condition is not None:
                        told = self._call.clauses.condition(
                            target.condition, self._call.now(), self._call.before()
                        )
                        holds = f"({told}) == 1"
                    if target.sources != each.transition.sources:
                        here = f"{mask(each.machine, target.sources)} >> moved->state & 1"
                        holds = f"{here} && {holds}"
                    out(f"if (!to && {holds}) to = {each.machine.number(target.state)};")
                if any(target.condition is not None for target in each.transition.targets):
                    somewhere = frozenset[str]().union(
                        *(target.sources for target in each.transition.targets)
                    )
                    here = f"{mask(each.machine, somewhere)} >> moved->state & 1"
                    out(f"nowhere_{each.ident} = !to && success && {here};")
                out("if (to) moved->state = to;")
                out(f"if (to == {each.machine.number(each.machine.states[0])}) moved->used = 0;")

    def _copy(self) -> None:
        """Compile that a call leaves a handle in the state in which another was, before it leads that one on."""
        out, moves = self._call.out, []
        for each in self._orders:
            copied = each.transition.copies if each.transition is not None else ""
            original = next(
                (ident for place, _, ident in self._call.drawer.handles if place == (copied,)), ""
            )
            if each.transition is None or not copied or not original:
                continue
            was = out.fresh("was")
            out(f"const abidance_handle *{was}_by = {original} ? abidance_find((unsigned){original}) : NULL;")
            out(f"unsigned {was} = {was}_by ? {was}_by->state : 0;")
            out(f"int {was}_lost = {was}_by && {was}_by->lost;")
            moves.append((each, original, was))
        for each, original, was in moves:
            with out.block(f"if ({each.ident} && {original} && success)"):
                out(f"abidance_handle *moved = abidance_find((unsigned){each.ident});")
                if each.transition is not None and each.transition.once:
                    out(f"moved->used |= {1 << each.machine.once.index(each.function)}u;")
                out(f"moved->state = {was};\nmoved->lost = {was}_lost;")
                out(f"if (moved->state == {each.machine.number(each.machine.states[0])}) moved->used = 0;")

    def shown(self) -> None:
        """Compile that a call which succeeds leads somewhere, and that states are shown as the contract says."""
        for each in self._orders:
            handle = f"abidance_find((unsigned){each.ident})"
            known = f"{each.ident} && !{handle}->lost"
            self._call.report(f"{known} && nowhere_{each.ident}", "ABD334", "to")
            for state, shown in each.machine.shown.items():
                for one in shown:
                    if one.function != each.function:
                        continue
                    holds = self._call.clauses.promise(one.condition, self._call.now(), self._call.before())
                    if holds is not None:
                        answers = self._call.function.result.answers(one.condition)
                        told = "1" if answers else "success"
                        there = f"{told} && {handle}->state == {each.machine.number(state)}"
                        what = f"shown_by:{state}"
                        self._call.report(
                            f"{known} && !nowhere_{each.ident} && {there} && ({holds}) == 0", "ABD334", what
                        )

    def forget(self) -> None:
        """Compile that nothing is said any more of a handle that was led nowhere."""
        for each in self._orders:
            if each.transition is not None:
                self._call.out(f"if (nowhere_{each.ident}) abidance_find((unsigned){each.ident})->lost = 1;")
