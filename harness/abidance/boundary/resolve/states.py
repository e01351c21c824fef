"""`states:` and `transitions:` of a handle, joined with the functions that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.states import Shown, StateMachine, Transition, TransitionTarget
from abidance.boundary.model.traversal import walk
from abidance.boundary.model.types import (
    AddressShape,
    CallbackShape,
    HandleShape,
    NumberHandle,
    PointerShape,
    ScalarShape,
    What,
)
from abidance.boundary.resolve.names import check_condition
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.callback_script import MOST_GIVEN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.boundary.model.types import Shape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract, HandlePromise
    from abidance.contract.model.states import TransitionPromise
    from abidance.core.span import Span

ONLY = "new"
"""What the only state of a handle is called of which the contract names none."""
WITHIN = "callback"
"""What a contract says where a function may be called from callbacks."""
FORBIDDEN = ("destroyed", "null", "any", WITHIN)
"""What else may stand where a handle is written."""


def join_states(
    promise: HandlePromise,
    functions: Mapping[str, BoundaryFunction],
    constants: Collection[str],
    problems: Problems,
) -> StateMachine | None:
    """Return the states of a handle, None where the contract names neither any nor a transition."""
    if not promise.states and not promise.transitions:
        return None
    joiner = _Joiner(promise, functions, constants, problems)
    return joiner.machine()


class _Joiner:
    def __init__(
        self,
        promise: HandlePromise,
        functions: Mapping[str, BoundaryFunction],
        constants: Collection[str],
        problems: Problems,
    ) -> None:
        self._promise = promise
        self._handle = promise.name.text
        self._functions = functions
        self._constants = constants
        self._problems = problems
        self._states: dict[str, Span | None] = {n: each.span for n, each in promise.states.items()}
        self._names = (*self._states,) or (ONLY,)

    def machine(self) -> StateMachine:
        """Return what the contract says; what does not fit is left out, and complained about."""
        for name, state in self._promise.states.items():
            if name in FORBIDDEN:
                self._wrong(f"`{name}` means something else where a handle is written", state.span)
        transitions, begins = {}, {}
        for name, each in self._promise.transitions.items():
            function = self._function(each.name)
            if function is None:
                continue
            transition = self._transition(function, each)
            if not self._creates(function):
                transitions[name] = transition
            elif transition.targets:
                begins[name] = transition.targets[0].state
        shown = {
            name: tuple(
                Shown(function.name, condition)
                for called, condition in state.shown_by.items()
                if (function := self._function(called)) is not None and self._known(condition, function)
            )
            for name, state in self._promise.states.items()
            if state.shown_by
        }
        machine = StateMachine(self._handle, self._names, transitions, shown, begins)
        self._check_reached(machine)
        return machine

    def _function(self, name: Name) -> BoundaryFunction | None:
        """Return a function that takes the handle; complain where it does not. The header may have none of the name."""
        function = self._functions.get(name.text)
        if function is None:
            return None
        if self._creates(function):
            return function
        taken = [
            m for m in function.members if isinstance(m.shape, HandleShape) and m.shape.handle == self._handle
        ]
        if not taken:
            remedy = f"say which parameter it is: `{{handle: {self._handle}}}`" if _points(function) else None
            self._problems.contradiction(
                f"`{function.name}` takes no `{self._handle}`",
                name.span,
                function.declaration.span,
                remedy=remedy,
            )
            return None
        return function

    def _creates(self, function: BoundaryFunction) -> bool:
        return any(name.text == function.name for name in self._promise.creates)

    def _transition(self, function: BoundaryFunction, promise: TransitionPromise) -> Transition:
        if self._creates(function) and (promise.from_ or promise.once or any(promise.to.values())):
            message = f"`{function.name}` creates a `{self._handle}`, which is in no state before"
            self._wrong(message, promise.span, help_="say `{to: STATE}` for the state that a new one is in")
        named = [name for name in promise.from_ if name.text != WITHIN]
        sources = frozenset(name.text for name in named if self._state(name))
        if not promise.from_:
            sources = frozenset(self._names)
        targets = []
        for name, condition in promise.to.items():
            if self._state(name) and (condition is None or self._decidable(condition, function)):
                targets.append(TransitionTarget(name.text, condition, name.span))
        return Transition(function.name, sources, tuple(targets), bool(promise.once), promise.span)

    def _state(self, name: Name) -> bool:
        if name.text in self._states:
            return True
        advice = f"a list of all: `states: [{name}, ...]`" if not self._states else ""
        self._problems.unknown(
            "state", name.text, name.span, self._states, f"`states` of `{self._handle}`", advice
        )
        return False

    def _known(self, condition: Expression, function: BoundaryFunction) -> bool:
        return check_condition(function, condition, self._constants, self._problems)

    def _decidable(self, condition: Expression, function: BoundaryFunction) -> bool:
        """Tell whether the worker can tell, from what a call leaves, whether a condition holds."""
        if not self._known(condition, function):
            return False
        for parts in condition.alternatives:
            for part in parts:
                if not self._one_number(part, function):
                    return False
        return True

    def _one_number(self, part: Expression, function: BoundaryFunction) -> bool:
        left = sorted({*part.names} & {"errno", *left_by(function)})
        if not left:
            return True
        name = left[0]
        shape = left_by(function).get(name)
        remedy = (
            "conditions compare the arguments, the result, or one number that the call writes, with constants"
        )
        if len(left) > 1:
            self._wrong(f"`{part.text}` compares `{left[0]}` with `{left[1]}`, and both are known only after the call",
                        part.span, help_=remedy)  # fmt: skip
        elif shape is None or any(
            reference.parts[1:] for reference in part.references if reference.parts[0] == name
        ):
            self._wrong(f"where a call leads cannot depend on `{part.text}`", part.span, help_=remedy)
        elif not part.only_compares(name) and part.text.strip() != name:
            message = f"`{part.text}` computes with `{name}`, which is known only after the call"
            self._wrong(message, part.span, help_=remedy)
        else:
            return True
        return False

    def _check_reached(self, machine: StateMachine) -> None:
        """Complain about states that no call leads to."""
        reached = {machine.first(name.text) for name in self._promise.creates}
        reached |= {target.state for each in machine.transitions.values() for target in each.targets}
        for name, span in self._states.items():
            if name not in reached and span is not None:
                self._wrong(f"no call leads a `{self._handle}` to the state `{name}`", span)

    def _wrong(self, message: str, span: Span, *, help_: str | None = None) -> None:
        self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),), help=help_))


def left_by(function: BoundaryFunction) -> dict[str, Shape | None]:
    """Return what has its value only after a call, as expressions spell it: None for what is no single number."""
    found: dict[str, Shape | None] = {}
    for member in function.members:
        shape = member.shape
        if isinstance(shape, PointerShape) and shape.direction.written:
            one = shape.what is What.ONE and isinstance(shape.element, ScalarShape)
            found[spelling(member.name)] = shape.element if one and _is_whole(shape.element) else None
        elif isinstance(shape, NumberHandle) and shape.level > 1:
            found[spelling(member.name)] = shape
    result = function.result.shape
    usable = isinstance(result, AddressShape | NumberHandle) or (
        isinstance(result, ScalarShape) and _is_whole(result)
    )
    found["result"] = result if usable else None
    return found


def _is_whole(shape: Shape) -> bool:
    return isinstance(shape, ScalarShape) and shape.kind != "float" and shape.size <= 8 and not shape.width


def _points(function: BoundaryFunction) -> bool:
    return any(isinstance(member.shape, AddressShape) for member in function.members)


def check_calls_within(
    contract: Contract, functions: Mapping[str, BoundaryFunction], problems: Problems
) -> None:
    """Complain about functions that a callback cannot call: they take its handle and whole numbers."""
    for function in functions.values():
        for shape in (each for member in function.members for each in walk(member.shape)):
            if not isinstance(shape, CallbackShape) or not shape.may_call or shape.span is None:
                continue
            handle = shape.lifetime.removeprefix("handle(").removesuffix(")")
            for name in shape.may_call:
                called = functions.get(name)
                if called is None:
                    known: dict[str, Span | None] = {
                        n: each.span for n, each in functions.items() if n in contract.functions
                    }
                    problems.unknown("function", name, shape.span, known, "`functions`")
                elif handle not in contract.handles or not _is_callable_within(called, handle):
                    words = f"a callback cannot call `{name}` with what it has: its handle, and whole numbers"
                    help_ = "say how long it may be invoked: `lifetime: handle(NAME)`"
                    problems.add(
                        Diagnostic(
                            WRONG_VALUE,
                            words,
                            (Label(shape.span), Label(called.declaration.span)),
                            help=help_,
                        )
                    )


def _is_callable_within(function: BoundaryFunction, handle: str) -> bool:
    taken = [m for m in function.members if isinstance(m.shape, HandleShape) and m.shape.handle == handle]
    numbers = [m for m in function.members if _is_whole(m.shape)]
    return bool(taken) and len(taken) + len(numbers) == len(function.members) <= MOST_GIVEN
