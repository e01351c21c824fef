"""Functions that are asked something of a call, right before it or right after it, such as how much it has left.

One that is asked only reads: it must not change what the call finds, or has left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.traversal import handles_in, number_left
from abidance.boundary.model.values import DESTROYED, InState
from abidance.boundary.resolve.asked_misfits import Asking
from abidance.boundary.resolve.calls_after import ArgumentReader, answer_of
from abidance.boundary.resolve.transfers import tells_success
from abidance.contract.expression import spelling
from abidance.contract.language.clauses import Name
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.model.states import StateMachine
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression.expression import CallInside
    from abidance.core.span import Span


class AskedFunctions:
    """Reads what functions are asked with; `problems` has why one cannot be asked. `purpose` is what asking is for."""

    purpose: ClassVar[str]
    calculates: ClassVar[bool] = True
    """Whether it may be asked with numbers that are worked out."""
    leaves_answers: ClassVar[bool] = True
    """Whether what it leaves behind a pointer is an answer as well, `f(x).out`."""
    depends_on_states: ClassVar[bool] = False
    """Whether it is asked in those states alone in which it is lawful, of those that a handle may be in."""

    def __init__(
        self,
        functions: Mapping[str, BoundaryFunction],
        handles: Mapping[str, HandleLife],
        constants: Mapping[str, int],
        problems: Problems,
    ) -> None:
        self.functions = functions
        self.handles = handles
        self.constants = constants
        self.problems = problems

    def arguments(
        self,
        function: BoundaryFunction,
        asked: BoundaryFunction,
        call: CallInside,
        *,
        before: bool = False,
        refused_for: Reject | None = None,
        others: Iterable[CallInside] = (),
    ) -> tuple[FollowUpArgument, ...] | None:
        """Return what a function is asked with after a call, or before it; complain where it cannot be asked.

        One that is refused leaves every handle as it was. `others` are asked in the same condition, and what they
        answer may be given on.
        """
        written = [(None if name is None else Name(*name), each) for name, each in call.arguments]
        reader = ArgumentReader(
            function,
            asked,
            self.constants,
            self.problems,
            calculated=self.calculates,
            before=before,
            variables=frozenset(loop.variable for loop in call.loops),
            answers=self.leaves_answers,
        )
        arguments = reader.read(written, call.span)
        if arguments is None:
            return None
        late = _late(function, arguments) if before else ""
        if late:
            message = f"`{late}` is known only after the call, and `{asked.name}` is asked before it"
            self.problems.add(refused(message, call.span, asked))
            return None
        stays = before or refused_for is not None
        why = self._changes(asked, arguments)
        why = why or _told_by_another(asked)
        why = why or self._out_of_order(function, asked, arguments, before=before, refused_for=refused_for)
        why = why or self._destroyed(function, arguments, before=stays, refused_for=refused_for)
        answers: dict[str, s.Shape] = {}
        for each in others:
            if (other := self.functions.get(each.function)) is not None:
                answers[each.name] = other.result.shape
                answers |= {answer_of(each.name, name): shape for name, shape in left_by(other).items()}
        why = why or Asking(function, asked, arguments, answers, before=before, gone=not stays).misfit()
        if why:
            remedy = (
                f"{self.purpose} is given parameters of this call, its `result`, memory behind fields of records, or "
                "numbers worked out of them, and leaves everything as it was"
            )
            self.problems.add(refused(why, call.span, asked, remedy))
            return None
        return arguments

    def _changes(self, asked: BoundaryFunction, arguments: tuple[FollowUpArgument, ...]) -> str:
        """Return what a function does that is more than to read, empty where it does nothing else.

        It writes nothing behind a pointer that is NULL, and leads no handle on for which it is given NULL.
        """
        name, result = asked.name, asked.result.shape
        lends = isinstance(result, s.HandleShape) and result.owner == CALLEE  # what was there before
        for life in self.handles.values():
            if name in (life.destroy, life.acquire) or (name in life.creates and not lends):
                return f"`{name}` makes, keeps or destroys a `{life.name}`, and {self.purpose} only reads"
            moved = life.machine.of(name) if life.machine is not None else ()
            if any(each.once or each.targets for each in moved) and not _is_given_none(
                asked, arguments, life
            ):
                return f"`{name}` may change the state of a `{life.name}`, and {self.purpose} only reads"
        if isinstance(asked.result.shape, s.HandleShape) and asked.result.shape.counted_anew:
            return (
                f"`{name}` returns a reference that somebody has to give back, and {self.purpose} only reads"
            )
        for member, given in zip(asked.members, arguments, strict=True):
            shape = member.shape
            if given.null or given.room:
                continue
            if isinstance(shape, s.HandleShape) and (shape.owner or shape.made or shape.into):
                return f"`{name}` decides whose `{member.name}` is, and {self.purpose} only reads"
            if isinstance(shape, s.PointerShape) and (shape.direction.written or shape.handed):
                return f"`{name}` writes `{member.name}`, and {self.purpose} only reads"
            if isinstance(shape, CallbackShape):
                return f"`{member.name}` of `{name}` is called back, and {self.purpose} only reads"
        return ""

    def _destroyed(
        self,
        function: BoundaryFunction,
        arguments: tuple[FollowUpArgument, ...],
        *,
        before: bool,
        refused_for: Reject | None = None,
    ) -> str:
        """Return which handle is given that the call before has destroyed, empty where all are there."""
        ends = {name for name, life in self.handles.items() if function.name == life.destroy and not before}
        for member in function.members:
            given = any(each.parameter == member.name for each in arguments)
            if given and refused_for is not None and refused_for.given.get(member.name) is DESTROYED:
                return f"`{member.name}` is destroyed when this call is refused"
            if given and isinstance(member.shape, s.HandleShape) and member.shape.handle in ends:
                return f"`{member.name}` is destroyed by `{function.name}`"
        return ""

    def _out_of_order(
        self,
        function: BoundaryFunction,
        asked: BoundaryFunction,
        arguments: tuple[FollowUpArgument, ...],
        *,
        before: bool = False,
        refused_for: Reject | None = None,
    ) -> str:
        """Return where a handle may be after a call, or before it, in which a function may not be called on it."""
        for given, may_be, lawful in self.unlawful(
            function, asked, arguments, before=before, refused_for=refused_for
        ):
            if self.depends_on_states and may_be & lawful and self._state_is_known(function, given):
                continue
            when = "" if given.of else f" {'before' if before else 'after'} `{function.name}`"
            where = f"`{given.of or given.named}` may be in `{min(may_be - lawful)}`{when}"
            return f"{where}, where `{asked.name}` is unlawful"
        return ""

    def unlawful(
        self,
        function: BoundaryFunction,
        asked: BoundaryFunction,
        arguments: tuple[FollowUpArgument, ...],
        *,
        before: bool = False,
        refused_for: Reject | None = None,
    ) -> Iterator[tuple[FollowUpArgument, frozenset[str], frozenset[str]]]:
        """Yield handles that may be where a function is unlawful, with all states they may be in and the lawful."""
        for member, given in zip(asked.members, arguments, strict=True):
            life = self.handles.get(member.shape.handle) if isinstance(member.shape, s.HandleShape) else None
            if life is None or life.machine is None or given.null:
                continue
            may_be = self._states(function, given, life.machine, refused_for, before=before)
            lawful = life.machine.lawful(asked.name, member.name)
            if not may_be <= lawful:
                yield given, may_be, lawful

    def _state_is_known(self, function: BoundaryFunction, given: FollowUpArgument) -> bool:
        """Tell whether plans have the state of a handle that is given on: of one that a call lends, nobody has."""
        shapes = {member.name: member.shape for member in function.members}
        shape = shapes.get(given.parameter, function.result.shape if given.parameter == THE_RESULT else None)
        if not isinstance(shape, s.HandleShape):
            return False
        made = shape.made or given.parameter == THE_RESULT
        return not made or function.name in self.handles[shape.handle].creates

    def _states(
        self,
        function: BoundaryFunction,
        given: FollowUpArgument,
        machine: StateMachine,
        refused_for: Reject | None,
        *,
        before: bool,
    ) -> frozenset[str]:
        """Return the states in which a handle may be that is given on: of one that is borrowed, nobody knows."""
        shape = next((each.shape for each in function.members if each.name == given.parameter), None)
        if given.field:
            return frozenset(machine.states)
        if not isinstance(shape, s.HandleShape) or shape.made:
            made = function.name in self.handles[machine.handle].creates
            return machine.begun(function.name) if made else frozenset(machine.states)
        refusal = refused_for.given.get(given.parameter) if refused_for is not None else None
        if isinstance(refusal, InState):
            return frozenset(refusal.states)
        moved = machine.transition(function.name, given.parameter)
        if moved is None or not moved.targets or before or refused_for is not None:
            return machine.lawful(function.name, given.parameter)
        behind = (each for each in machine.of(function.name) if "." in each.parameter)
        led_to = frozenset(each.state for entry in (moved, *behind) for each in entry.targets)
        # One that fails leaves it where it was.
        may_fail = not isinstance(function.result.shape, s.NothingShape) and tells_success(function)
        return led_to | moved.sources if self.depends_on_states and may_fail else led_to


def _is_given_none(
    asked: BoundaryFunction, arguments: tuple[FollowUpArgument, ...], life: HandleLife
) -> bool:
    """Tell whether a question has NULL wherever its function takes a handle of a kind, or one made from that kind."""
    given = zip(asked.members, arguments, strict=True)
    taken = [(shape.handle, value.null) for member, value in given for shape in handles_in(member.shape)]
    behind = {each.parameter for each in (life.machine.of(asked.name) if life.machine is not None else ())}
    if any("." in each for each in behind):
        return False
    return any(handle == life.name for handle, _ in taken) and all(
        null for handle, null in taken if handle == life.name
    )


def _told_by_another(asked: BoundaryFunction) -> str:
    """Return why nobody knows whether a function has told anything, empty where that is known."""
    if asked.status is None or asked.status.asked is None:
        return ""
    source = asked.status.asked.text
    return (
        f"only `{source}` tells whether `{asked.name}` has succeeded, and nobody asks that about a question"
    )


def left_by(asked: BoundaryFunction) -> dict[str, s.ScalarShape]:
    """Return the numbers that a function leaves behind pointers, by parameter."""
    numbers = ((each.name, number_left(each.shape)) for each in asked.members)
    return {name: number for name, number in numbers if number is not None}


def refused(
    message: str, span: Span, asked: BoundaryFunction | None = None, remedy: str | None = None
) -> Diagnostic:
    """Return the diagnostic of what cannot be asked, with the function that would be, and what to do."""
    labels = (Label(span), *((Label(asked.declaration.span),) if asked is not None else ()))
    return Diagnostic(WRONG_VALUE, message, labels, help=remedy)


def _late(function: BoundaryFunction, arguments: tuple[FollowUpArgument, ...]) -> str:
    """Return an argument that is known only after the call, empty where all are known before."""
    members = {member.name: member.shape for member in function.members}
    by_spelling = {spelling(name): name for name in members}
    for given in arguments:
        shape = members.get(given.parameter)
        if given.parameter == THE_RESULT or given.of == s.RESULT_NAME:
            return s.RESULT_NAME
        if given.of in by_spelling:
            return by_spelling[given.of]
        written = isinstance(shape, s.PointerShape) and not shape.direction.read
        if written or (isinstance(shape, s.HandleShape) and shape.made):
            return given.parameter
    return ""
