"""What postconditions ask: calls of other functions right before the one that they are about, and right after it.

What stands in a loop, `all(has(set, numbers[i]) for i in range(n))`, is one call for each of what that goes through, as
far as it is known how many these are; where a range ends at what is known later, for the first numbers of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from abidance.boundary.encode.call_state import CallBuilder
from abidance.boundary.encode.follow_ups import ask_for_lengths, give_back_answer, left_when
from abidance.boundary.encode.handle_places import changes
from abidance.boundary.encode.preconditions import MOST_ASKED, Preconditions
from abidance.boundary.encode.question_values import over, unknown_answer
from abidance.boundary.encode.questions import QuestionCall
from abidance.boundary.encode.result_reads import followed
from abidance.boundary.encode.states import guards
from abidance.boundary.model.types import RESULT_NAME, PointerHandle, PointerShape
from abidance.boundary.resolve.calls_after import adds_to, answer_of
from abidance.boundary.resolve.observers import given_as_left
from abidance.contract.expression import EvaluationError, Unavailable, spelling
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.encode.call_state import PlanDraft
    from abidance.boundary.encode.encoded_plan import Asked
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import Observer
    from abidance.contract.expression import Expression, LoopAround

MOST_IN_ADVANCE = 16
"""The same of a range of which the end is not known yet."""

_WRITTEN = Unavailable("it is known after the call")


def observe(
    boundary: Boundary,
    draft: PlanDraft,
    builder: CallBuilder,
    index: int | None = None,
    earlier: Mapping[Asked, int] = MappingProxyType({}),
    *,
    rejects: str = "",
) -> dict[Asked, int]:
    """Append the calls that postconditions ask after call `index`; without one, before the next, which is that call.

    Return their places in the plan. Of a call that is refused is asked what `rejects` says of it. `earlier` are those
    before it.
    """
    observers = builder.function.observers_of(rejects)
    if draft.only_reads or draft.alone is not None:
        observers = tuple(
            each for each in observers if _is_alone(draft, each) or not may_change(boundary, each.function)
        )
    if not observers or (builder.refused and not rejects):
        return {}
    asking = _Observing(boundary, draft, builder, index, earlier)
    for each in observers:
        if each.before is (index is None) and boundary.functions[each.function].signature is not None:
            for variables in _rounds(each.loops, asking.known, builder.scope):
                asking.ask(each, variables)
    asking.end()
    return asking.found


def _is_alone(draft: PlanDraft, observer: Observer) -> bool:
    """Tell whether a question is one of those that are asked by themselves."""
    alone = draft.alone
    return (
        alone is not None
        and alone.step == len(draft.steps)
        and (observer.text, observer.before) in alone.questions
    )


def may_change(boundary: Boundary, function: str) -> bool:
    """Tell whether a function that is asked takes a handle by a pointer that is not to `const`."""
    asked = boundary.functions[function]
    taken = (each.shape for each in asked.members if isinstance(each.shape, PointerHandle))
    return any(changes(boundary, asked, shape) for shape in taken)


@dataclass(slots=True)
class _Observing:
    """Appends the questions about one call; each is one call, however often it is written."""

    boundary: Boundary
    draft: PlanDraft
    builder: CallBuilder
    index: int | None
    earlier: Mapping[Asked, int]
    found: dict[Asked, int] = field(default_factory=dict)
    known: Mapping[str, object] = field(init=False)
    """What is known before the call of what there is after it."""
    _asking: Preconditions = field(init=False)
    _ways: tuple[p.Guard, ...] = field(init=False)
    _placed: dict[tuple[str, tuple[tuple[str, int], ...]], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ways = tuple(guards(self.builder)) if self.index is None else ()
        self._asking = Preconditions(self.boundary, self.draft, self.builder, self.index, self._ways)
        written = {
            spelling(member.name): _WRITTEN
            for member in self.builder.function.members
            if isinstance(member.shape, PointerShape) and member.shape.direction.written
        }
        self.known = over(self.builder.scope, written)

    def ask(self, observer: Observer, variables: Mapping[str, int]) -> None:
        """Append one question, where it may be asked; of several, the one for some loop variables."""
        key = asked_as(observer.text.partition("#")[0], variables)
        if key not in self._placed:
            number = self._append(observer, variables)
            if number is None:
                return
            self._placed[key] = number
        self.found[asked_as(observer.text, variables)] = self._placed[key]

    def _append(self, observer: Observer, variables: Mapping[str, int]) -> int | None:
        draft, builder, index = self.draft, self.builder, self.index
        here, asked = len(draft.calls) if index is None else index, self.boundary.functions[observer.function]
        early = any(each.early for each in observer.arguments)
        told = self._told(self.earlier if early else self.found, variables)
        question = QuestionCall(draft, builder, here, asked, observer.arguments, told, variables)
        if not question.is_lawful(self.boundary):
            return None
        for loop in observer.loops:
            self._end_with(loop, question, variables)
        asking = CallBuilder(asked, question.values, builder.scope)
        asking.follows = followed(asked, asking, self.boundary.handles)
        ran = (
            () if index is None else (p.Condition(index, (), signed=False), *_meant(builder, observer, index))
        )
        here_lawful = self._lawful(asked, question) if observer.by_state else ()
        if here_lawful is None:
            return None
        asks_first = self._asking.of_question(asked, question.given, told, ran, here_lawful)
        ways = (*self._ways, *here_lawful, *asks_first)
        number = len(draft.calls)
        question.append(asking.follows, tuple(dict.fromkeys((*builder.conditions, *ran))), guards=ways)
        _ask_how_much(self.boundary, draft, asking, question, number)
        return number

    def _lawful(self, asked: BoundaryFunction, question: QuestionCall) -> tuple[p.Guard, ...] | None:
        """Return the guards of the states in which a function may be asked; None where nobody knows a state."""
        found = []
        for member in asked.members:
            origin = question.handles.get(member.name), question.left_at.get(member.name)
            live = next((each for each in self.draft.live if (each.made, each.path) == origin), None)
            machine = live.life.machine if live is not None else None
            if live is None or machine is None:
                continue
            lawful = machine.lawful(asked.name, member.name)
            if len(lawful) == len(machine.states):
                continue
            if live.state is None:
                return None
            found.append(p.Guard(live.state, tuple(sorted(map(machine.number, lawful)))))
        return tuple(found)

    def _told(self, asked: Mapping[Asked, int], variables: Mapping[str, int]) -> dict[str, int]:
        """Return the calls that were asked, by their texts: of those in a loop, the ones for some variables."""
        return {
            answer_of(text, field): number
            for (text, values), number in asked.items()
            if all(variables.get(name) == value for name, value in values)
            for field in (RESULT_NAME, *self.draft.placed[number].places)
        }

    def _end_with(self, loop: LoopAround, question: QuestionCall, variables: Mapping[str, int]) -> None:
        """Have a question asked only where a range goes so far, where what that ends with is told until then."""
        end = loop.ends[-1] if loop.ends else None
        now, before = over(self.known, variables), over(self.builder.scope, variables)
        if end is None or _value(end, now, before) is not None:
            return
        for reference in end.references:
            name = reference.parts[0] if "(" not in reference.parts[0] else answer_of(*reference.parts[:2])
            late = reference.old and self.index is not None
            told = self._told(self.earlier if late else self.found, variables)
            source = question.source(name, self.builder, told) if adds_to(end.tree, name) else None
            rest = unknown_answer(name, told)
            more = _value(end, over(now, rest), over(before, rest))
            if source is not None and isinstance(more, int):
                question.only_from(source, variables[loop.variable] + 1 - more)
                return

    def end(self) -> None:
        """Note what was asked first, and leave what the call was lent with what is asked about it."""
        self._asking.note_asked()
        for number in (*self._asking.placed, *dict.fromkeys(self._placed.values())):
            give_back_answer(self.boundary, self.draft, self.builder, number)
        if self.index is not None and self.found:
            _lend_on(self.draft, self.index, len(self.draft.calls) - 1)


def asked_as(text: str, variables: Mapping[str, int]) -> Asked:
    """Return what a question is known by that is asked for some values of loop variables."""
    return text, tuple(sorted(variables.items()))


def _rounds(
    loops: tuple[LoopAround, ...], known: Mapping[str, object], before: Mapping[str, object]
) -> list[dict[str, int]]:
    """Return what the variables of loops are for each time that something in them is asked."""
    rounds: list[dict[str, int]] = [{}]
    for loop in loops:
        rounds = [
            {**each, loop.variable: value}
            for each in rounds
            for value in _values(loop, over(known, each), over(before, each))
        ][:MOST_ASKED]
    return rounds


def _values(loop: LoopAround, known: Mapping[str, object], before: Mapping[str, object]) -> list[int]:
    """Return the numbers that a loop goes through, or the first of them where nobody knows its end yet."""
    found = _value(loop.over, known, before)
    if found is None and loop.ends:
        start = _value(loop.ends[0], known, before) if len(loop.ends) > 1 else 0
        found = range(start, start + MOST_IN_ADVANCE) if isinstance(start, int) else None
    if not isinstance(found, Sequence):
        return []
    return [each for each in found[:MOST_ASKED] if isinstance(each, int)]


def _value(expression: Expression, now: Mapping[str, object], before: Mapping[str, object]) -> object:
    """Return what an expression comes to; None where nobody knows that yet."""
    try:
        return expression.evaluate(now, before)
    except EvaluationError:
        return None


def _ask_how_much(
    boundary: Boundary, draft: PlanDraft, asking: CallBuilder, question: QuestionCall, index: int
) -> None:
    """Append the calls that tell how much there is behind what a question, call `index`, has told."""
    asking.listed, asking.handles, asking.left_at = question.listed, question.handles, question.left_at
    for _ in ask_for_lengths(boundary, draft, asking, index):
        pass


def _meant(builder: CallBuilder, observer: Observer, index: int) -> Iterator[p.Condition]:
    """Yield on which results of call `index` something is there that it leaves and an observer is given."""
    for name in given_as_left(builder.function, observer):
        left = left_when(builder.function, index, name)
        yield from () if left is None else (left,)


def _lend_on(draft: PlanDraft, index: int, last: int) -> None:
    """Leave what call `index` was lent with the calls that are asked about it, up to the `last` of them."""
    retired: list[int] = []
    for number in range(index, last):
        made = draft.calls[number]
        retired += made.retires
        draft.calls[number] = replace(made, retires=())
    draft.calls[last] = replace(draft.calls[last], retires=(*retired, *draft.calls[last].retires))
