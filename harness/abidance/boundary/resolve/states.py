"""`states:` and `transitions:` of a handle, joined with the functions that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.left_by import left_by
from abidance.boundary.model.states import CountedSum, Shown, StateMachine, Transition, TransitionTarget
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    OpaqueShape,
)
from abidance.boundary.resolve.counting import (
    FORMS,
    MOST_COUNTED,
    CountedBy,
    LateTerm,
    begins_beyond,
    counted_by,
    numbers_given,
    within,
)
from abidance.boundary.resolve.state_conditions import StateConditions
from abidance.boundary.resolve.state_levels import MOST_STATES, StateLevels, are_too_many
from abidance.contract.expression import parse
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import HandlePromise
    from abidance.contract.model.states import TransitionPromise
    from abidance.core.span import Span

WITHIN = "callback"
"""What a contract says where a function may be called from callbacks."""
FORBIDDEN = ("destroyed", "null", "any", WITHIN)
"""What else may stand where a handle is written."""


def join_states(
    promise: HandlePromise,
    functions: Mapping[str, BoundaryFunction],
    constants: Collection[str],
    values: Mapping[str, int],
    problems: Problems,
    creates: Mapping[str, Collection[str]],
) -> StateMachine | None:
    """Return the states of a handle, None where the contract names neither any nor a transition.

    `values` are those of the header's `constants` that are whole numbers; `creates` the functions that make the handles
    of each kind.
    """
    if not (promise.states or promise.transitions or promise.counts):
        return None
    joiner = _Joiner(promise, functions, constants, values, problems, creates)
    return joiner.machine()


class _Joiner:
    def __init__(
        self,
        promise: HandlePromise,
        functions: Mapping[str, BoundaryFunction],
        constants: Collection[str],
        values: Mapping[str, int],
        problems: Problems,
        creates: Mapping[str, Collection[str]],
    ) -> None:
        self._promise = promise
        self._handle = promise.name.text
        self._functions = functions
        self._constants = constants
        self._values = values
        self._problems = problems
        self._creators = creates
        self._unsaid = False
        self._states: dict[str, Span | None] = {n: each.span for n, each in promise.states.items()}
        self._counters = {name.text: each.most for name, each in promise.counts.items()}
        if are_too_many([*self._states], self._counters):
            words = f"a `{self._handle}` would be in more than {MOST_STATES} states, each number that it counts for one"
            first = next(iter(promise.counts.values()))
            help_ = "let it count less far: what is wrong shows with small numbers"
            self._wrong(words, first.span, help_=help_)
            self._counters.clear()
        self._levels = StateLevels.of(self._states, self._counters, values)
        self._names = (*self._levels.named,)
        named = frozenset((*constants, *(name.text for name in promise.counts)))
        self._conditions = StateConditions(self._handle, named, problems)

    def machine(self) -> StateMachine:
        """Return what the contract says; what does not fit is left out, and complained about."""
        for name, state in self._promise.states.items():
            if name in FORBIDDEN:
                self._wrong(f"`{name}` means something else where a handle is written", state.span)
            for called in state.only:
                self._function(called)
        for counter in self._promise.counts:
            if counter.text in self._states or counter.text in self._constants:
                self._wrong(f"`{counter}` is already the name of something else", counter.span)
        transitions, begins, copies = self._closed_to_others(), {}, {}
        for called, several in self._promise.transitions.items():
            function = self._function(called, several)
            if function is None:
                continue
            made = self._transitions(function, several)
            for each in several:
                if each.copies is not None and self._creates(function) and self._is_copied(function, each):
                    copies[called.text] = each.copies.text
            if not self._creates(function):
                transitions += made
                continue
            copied = self._copied(function)
            transitions += [each for each in made if each.parameter in copied]
            begun = [each for each in made if each.parameter not in copied]
            if begun and begun[0].targets:
                begins[called.text] = _first_of_each(begun[0].targets)
        shown = self._shown()
        states = tuple(state for each in self._levels.named.values() for state in each)
        counted = self._levels.counted if self._counters else {}
        machine = StateMachine(
            self._handle, states, tuple(transitions), shown, begins, copies, self._levels.named, counted
        )
        self._check_reached(machine)
        return machine

    def _closed_to_others(self) -> list[Transition]:
        """Return in which states functions may be given handles of which no transition tells: those open to them."""
        found: list[Transition] = []
        promise = self._promise
        counting = promise.references
        ends = {promise.destroy.text} if promise.destroy is not None else set()
        ends |= {counting.acquire.text, counting.release.text} if counting is not None else set()
        for function in self._functions.values() if any(self._open_to(name) for name in self._names) else ():
            lawful = self._not_closed_to(function.name)
            if function.name in ends or lawful == {*self._names}:
                continue
            span = next(promise.states[name].span for name in self._names if name not in lawful)
            sources = frozenset(state for name in lawful for state in self._levels.named[name])
            entries = next((e for name, e in promise.transitions.items() if name.text == function.name), ())
            if not entries and not self._creates(function):
                found += (
                    [Transition(function.name, sources, (), False, span)] if self._taken(function) else []
                )
                continue
            told = {each.of.text for each in entries if each.of is not None}
            if self._creates(function) or all(each.of is not None for each in entries):
                found += [
                    Transition(function.name, sources, (), False, span, each)
                    for each in self._copied(function)
                    if each not in told
                ]
        return found

    def _open_to(self, state: str) -> tuple[str, ...]:
        """Return the only functions that may be called in a state; nothing where any may be."""
        promise = self._promise.states.get(state)
        return tuple(name.text for name in promise.only) if promise is not None else ()

    def _not_closed_to(self, function: str) -> set[str]:
        """Return the states, by their names, in which a function may be called that says nothing of them itself."""
        return {name for name in self._names if not (only := self._open_to(name)) or function in only}

    def _shown(self) -> dict[str, tuple[Shown, ...]]:
        found: dict[str, tuple[Shown, ...]] = {}
        for name, promise in self._promise.states.items():
            for called, condition in promise.shown_by.items():
                function = self._function(called)
                if function is not None and self._conditions.known(condition, function):
                    for state in self._levels.named[name]:
                        told = Shown(function.name, condition.with_numbers(self._levels.counted[state]))
                        found[state] = (*found.get(state, ()), told)
        for counter in self._promise.counts.values():
            for called, condition in counter.shown_by.items():
                function = self._function(called)
                if function is not None and self._conditions.known(condition, function):
                    for state, numbers in self._levels.counted.items():
                        told = Shown(function.name, condition.with_numbers(numbers))
                        found[state] = (*found.get(state, ()), told)
        return found

    def _function(self, name: Name, promised: tuple[TransitionPromise, ...] = ()) -> BoundaryFunction | None:
        """Return a function that takes the handle; complain where it does not. The header may have none of the name."""
        function = self._functions.get(name.text)
        if function is None:
            return None
        behind = [each for each in promised if each.of is not None and "." in each.of.text]
        if self._creates(function) or (behind and len(behind) == len(promised)):
            return function
        if not self._taken(function):
            if any(
                isinstance(member.shape, OpaqueShape) and not member.shape.said for member in function.members
            ):
                self._unsaid = True  # which is complained about by itself, and may be the handle
                return None
            remedy = f"say which parameter it is: `{{handle: {self._handle}}}`" if _points(function) else None
            self._problems.contradiction(
                f"`{function.name}` takes no `{self._handle}`",
                name.span,
                function.declaration.span,
                remedy=remedy,
            )
            return None
        return function

    def _taken(self, function: BoundaryFunction) -> list[str]:
        """Return the parameters that are the handle."""
        return [
            m.name
            for m in function.members
            if isinstance(m.shape, HandleShape) and m.shape.handle == self._handle
        ]

    def _copied(self, function: BoundaryFunction) -> list[str]:
        """Return the parameters that are a handle which is there when another of the kind is made."""
        shapes = {member.name: member.shape for member in function.members}
        return [
            name
            for name in self._taken(function)
            if not (isinstance(shape := shapes[name], HandleShape) and shape.made)
        ]

    def _is_copied(self, function: BoundaryFunction, promise: TransitionPromise) -> bool:
        """Tell whether a call makes a copy of what it is given as a parameter; complain where it does not.

        The copy is what it creates, or, of a call that creates none, the handle that the entry is about.
        """
        original, creates = promise.copies, self._creates(function)
        assert original is not None
        if original.text not in (copied := self._copied(function)):
            members = {member.name: member for member in function.members}
            known: dict[str, Span | None] = {name: members[name].declared for name in copied}
            where = f"`{function.name}` as a `{self._handle}`"
            self._problems.unknown("parameter", original.text, original.span, known, where)
            return False
        if promise.to or promise.counts or (creates and promise.of is not None):
            whose = f"what `{function.name}` makes" if creates else f"after `{function.name}` the copy"
            words = f"{whose} is in the state of `{original}`, and in no other"
            remedy = f"`{{of: {original}, from: STATE}}` says in which states that may be"
            self._wrong(words, promise.span, help_=remedy)
            return False
        of = promise.of.text if promise.of is not None else ""
        if not creates and (of not in copied or of == original.text):
            others = [name for name in copied if name != original.text]
            if others:
                words = (
                    f"nothing says which `{self._handle}` is a copy of `{original}` after `{function.name}`"
                )
                remedy = f"name it with `of`, as in `{{of: {others[0]}, copies: {original}}}`"
            else:
                words = (
                    f"`{function.name}` creates no `{self._handle}`, and leaves nothing that could be a copy"
                )
                remedy = "say `to: STATE`, of where it leads what it is given"
            self._wrong(words, original.span, help_=remedy)
            return False
        return True

    def _creates(self, function: BoundaryFunction) -> bool:
        return any(name.text == function.name for name in self._promise.creates)

    def _transitions(
        self, function: BoundaryFunction, several: tuple[TransitionPromise, ...]
    ) -> list[Transition]:
        """Return what is said of a function's calls: one transition for each handle that it is about."""
        found: dict[str, Transition] = {}
        for promise in several:
            parameter = promise.of.text if promise.of is not None else ""
            if promise.of is not None and not self._is_given(function, promise.of):
                continue
            if not self._counts_rightly(function, promise):
                continue
            copies = promise.copies is not None and not self._creates(function)
            if copies and not self._is_copied(function, promise):
                continue
            made = self._transition(function, promise, parameter)
            before = found.get(parameter)
            if before is not None and (before.copies or made.copies):
                words = f"`{parameter}` is a copy after `{function.name}`, from whichever state"
                self._wrong(words, made.span, help_="leave one of the two entries out")
                continue
            if before is None:
                found[parameter] = made
                continue
            if twice := sorted(before.sources & made.sources):
                words = f"two entries say where `{function.name}` leads from `{twice[0]}`"
                self._wrong(
                    words, made.span, help_="give each its own states under `from`, or one handle with `of`"
                )
            found[parameter] = Transition(
                function.name,
                before.sources | made.sources,
                (*before.targets, *made.targets),
                before.once or made.once,
                before.span,
                parameter,
                before.resets or made.resets,
                before.counts_by or made.counts_by,
                before.adds or made.adds,
            )
        return [*found.values()]

    def _is_given(self, function: BoundaryFunction, of: Name) -> bool:
        """Tell whether a call is given the handle that a transition is about; complain where it is not."""
        taken = self._taken(function)
        first, _, rest = of.text.partition(".")
        if not rest and first in taken:
            return True
        members = {member.name: member for member in function.members}
        child = members[first].shape if first in members else None
        if rest and isinstance(child, HandleShape):
            makers = [
                self._functions[n] for n in self._creators.get(child.handle, ()) if n in self._functions
            ]
            if any(rest in self._copied(each) for each in makers):
                return True
            words = f"no `{self._handle}` is given as `{rest}` where a `{child.handle}` is made"
            beside = any(rest in self._taken(each) for each in makers)
            remedy = (
                "it is made by the same call, and calls on the one do not move the other on"
                if beside
                else None
            )
            self._wrong(words, of.span, help_=remedy)
            return False
        known: dict[str, Span | None] = {name: members[name].declared for name in taken}
        self._problems.unknown("parameter", first, of.span, known, f"`{function.name}` as a `{self._handle}`")
        return False

    def _transition(
        self, function: BoundaryFunction, promise: TransitionPromise, parameter: str
    ) -> Transition:
        made = self._creates(function) and parameter not in self._copied(function)
        if self._creates(function):
            self._check_of_creator(function, promise, parameter)
        named = {name.text for name in promise.from_ if name.text != WITHIN and self._state(name)}
        if not promise.from_:
            named = self._not_closed_to(function.name)
        goals: list[tuple[str, Expression | None, Span]] = [
            (name.text, condition, name.span)
            for name, condition in promise.to.items()
            if self._state(name)
            and (
                condition is None
                or self._conditions.is_told(condition, function, creates=self._creates(function))
            )
        ]
        sources: list[str] = []
        targets: dict[tuple[int, str, tuple[int, ...]], tuple[list[str], Expression | None, Span]] = {}
        by = self._counted_by(function, promise)
        if made and by is not None:
            counter = by.counter or self._only_counter(promise, by)
            if (beyond := begins_beyond(function, by, counter, self._counters[counter])) is not None:
                self._wrong(beyond[0], promise.span, help_=beyond[1])
        conditions: dict[int, Expression] = {}
        for name in self._names:
            for state in self._levels.named[name] if name in named else ():
                after = self._levels.after(promise, self._levels.counted[state], without=by)
                if after is None or not self._levels.holds(promise.while_, self._levels.counted[state]):
                    continue
                counter = by.counter or self._only_counter(promise, by) if by is not None else ""
                led_to = [*by.after(after[counter], self._counters[counter])] if by is not None else []
                if by is not None and by.left and by.is_condition and len(led_to) < len((True, False)):
                    continue  # nobody knows before the call whether the condition holds
                sources.append(state)
                if by is not None:
                    for number, amount in led_to:
                        if amount not in conditions:
                            conditions[amount] = by.condition(function, amount, made=made)
                        led = self._levels.at(name, {**after, counter: number})
                        one = targets.setdefault((amount, led, ()), ([], conditions[amount], promise.span))
                        one[0].append(state)
                    continue
                here = [(goal, condition, span) for goal, condition, span in goals]
                if not goals and promise.counts:
                    here = [(name, None, promise.span)]
                for order, (goal, condition, span) in enumerate(here):
                    led = self._levels.at(goal, after)
                    told, numbers = self._told_by_counts(condition, self._levels.counted[state])
                    one = targets.setdefault((order, led, numbers), ([], told, span))
                    one[0].append(state)
        leads = [
            TransitionTarget(led, condition, span, frozenset(from_))
            for (_, led, _), (from_, condition, span) in sorted(targets.items(), key=lambda item: item[0][0])
        ]
        copied = promise.copies.text if promise.copies is not None and not self._creates(function) else ""
        if copied:
            all_states = [state for each in self._names for state in self._levels.named[each]]
            leads = [
                TransitionTarget(state, None, promise.span, frozenset(sources), state) for state in all_states
            ]
        once, resets = bool(promise.once), bool(promise.resets)
        if named and not sources:
            words = (
                f"`{function.name}` may never be called: no number that a `{self._handle}` counts allows it"
            )
            self._wrong(words, promise.span)
        return Transition(
            function.name,
            frozenset(sources),
            tuple(leads),
            once,
            promise.span,
            parameter,
            resets,
            "" if by is None else "left" if by.left and not by.late else "given",
            self._adds(function, promise, by, by.late) if by is not None and by.late is not None else None,
            copied,
        )

    def _told_by_counts(
        self, condition: Expression | None, counted: Mapping[str, int]
    ) -> tuple[Expression | None, tuple[int, ...]]:
        """Return a condition on where a call leads with what was counted before the call in it, and these numbers."""
        named = {name: n for name, n in counted.items() if condition is not None and name in condition.names}
        if condition is None or not named:
            return condition, ()
        return condition.with_numbers(named), tuple(named.values())

    def _check_of_creator(
        self, function: BoundaryFunction, promise: TransitionPromise, parameter: str
    ) -> None:
        """Complain where more is said than the state of a new one, and that of another which it is made from."""
        copied = self._copied(function)
        if parameter in copied:
            if promise.once or promise.resets:
                words = (
                    f"`{function.name}` creates a `{self._handle}`, however often it is given `{parameter}`"
                )
                remedy = "`from`, `while`, `to` and `counts` say in which states it may be given that, and leaves it"
                self._wrong(words, promise.span, help_=remedy)
        elif promise.from_ or promise.once or promise.while_ or promise.resets or "." in parameter:
            message = f"`{function.name}` creates a `{self._handle}`, which is in no state before"
            remedy = "say `{to: STATE}` for the state that a new one is in"
            if copied:
                remedy += f", and `{{of: {copied[0]}, from: STATE}}` for that of the one that it is made from"
            self._wrong(message, promise.span, help_=remedy)

    def _adds(
        self, function: BoundaryFunction, promise: TransitionPromise, by: CountedBy, late: LateTerm
    ) -> CountedSum:
        values = late.values(function, left_by(function)[late.name])
        amount = parse(by.rest, by.expression.span)
        return CountedSum(by.counter or self._only_counter(promise, by), amount, values)

    def _only_counter(self, promise: TransitionPromise, by: CountedBy) -> str:
        return next(name.text for name, each in promise.counts.items() if each is by.expression)

    def _counted_by(self, function: BoundaryFunction, promise: TransitionPromise) -> CountedBy | None:
        """Return what a call counts by, where that is not known when the contract is read; complain where it cannot."""
        known = {*self._counters, *self._values}
        open_ones = [(name, each) for name, each in promise.counts.items() if each.names - known]
        if not open_ones or not self._counters:
            return None
        name, expression = open_ones[0]
        left = left_by(function)
        found = counted_by(expression, self._counters, left)
        words = ""
        if found is None or (found.counter and found.counter != name.text):
            words = f"`{expression.text}` is no way to count `{name.text}` by what a call is given or returns"
        elif len(open_ones) > 1:
            words = f"`{function.name}` counts both `{name.text}` and `{open_ones[1][0].text}` by what it is given"
        elif promise.to:
            words = f"`{function.name}` counts `{name.text}` by what it is given, and leads to another state as well"
        elif (late := found.late) is not None and not late.values(function, left[late.name]):
            words = f"nobody knows how far `{expression.text}` would count: say the range of `{late.name}`"
        elif self._counters[name.text] > MOST_COUNTED:
            words = f"`{name.text}` is counted by what calls are given, so as far as {MOST_COUNTED} at most"
        if words:
            self._wrong(words, expression.span, help_=f"say {FORMS}")
            return None
        assert found is not None
        found = within(found, function, left) if found.is_sum else found
        return found if self._conditions.is_decidable(found.condition(function, 0), function) else None

    def _counts_rightly(self, function: BoundaryFunction, promise: TransitionPromise) -> bool:
        """Tell whether a transition names only what the handle counts; complain where it does not."""
        known: dict[str, Span | None] = {name.text: name.span for name in self._promise.counts}
        advice = "a list of all: `counts: {NAME: HIGHEST}` beside `transitions`" if not known else ""
        right = True
        for name in promise.counts:
            if name.text not in known:
                where = f"`counts` of `{self._handle}`"
                self._problems.unknown("count", name.text, name.span, known, where, advice)
                right = False
        given = {*numbers_given(function), *left_by(function)}
        for each in promise.counts.values():
            right &= self._problems.names(
                each,
                {*known, *self._values, *given},
                advice="known are what the handle counts, constants, and numbers that the call is given or returns",
            )
        for each in [promise.while_] if promise.while_ is not None else ():
            right &= self._problems.names(
                each,
                {*known, *self._values},
                advice="only what the handle counts, and constants, are known where it is told when a call is lawful",
            )
        return right

    def _state(self, name: Name) -> bool:
        if name.text in self._states:
            return True
        advice = f"a list of all: `states: [{name}, ...]`" if not self._states else ""
        self._problems.unknown(
            "state", name.text, name.span, self._states, f"`states` of `{self._handle}`", advice
        )
        return False

    def _check_reached(self, machine: StateMachine) -> None:
        """Complain about states that no call leads to, where all calls are known."""
        if self._unsaid:
            return
        reached = {state for name in self._promise.creates for state in machine.begun(name.text)}
        led = (target for each in machine.transitions for target in each.targets)
        reached |= {target.state for target in led if not target.original}  # that is where another one was
        promises = (each.promise for each in self._functions.values() if each.promise is not None)
        refusals = (said.to for each in promises for said in each.rejects if said.to is not None)
        reached |= {state for name in refusals for state in machine.called(name.text)}
        for name, span in self._states.items():
            if reached.isdisjoint(self._levels.named[name]) and span is not None:
                self._wrong(f"no call leads a `{self._handle}` to the state `{name}`", span)

    def _wrong(self, message: str, span: Span, *, help_: str | None = None) -> None:
        self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),), help=help_))


def _first_of_each(targets: tuple[TransitionTarget, ...]) -> tuple[TransitionTarget, ...]:
    """Return where a call that makes a handle leads: of each state that the contract names, the first that it is.

    Where it has counted as much as it is given, that is of each number.
    """
    found: dict[tuple[Span, str], TransitionTarget] = {}
    for each in targets:
        found.setdefault((each.span, each.condition.text if each.condition is not None else ""), each)
    return tuple(found.values())


def _points(function: BoundaryFunction) -> bool:
    return any(isinstance(member.shape, AddressShape) for member in function.members)
