"""The calls that preconditions ask, right before the call that they are about: it is made if what they tell says so.

A function that is asked may have preconditions of its own, which are asked first; it is asked nothing where they do not
hold. So it is with what the parts of a condition ask, in the order in which they are written: `is_array(x) and
count(x) > 0` counts nothing that is no array.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.questions import QuestionCall, saved
from abidance.boundary.model.boundary import FollowUpArgument
from abidance.boundary.model.types import ScalarShape
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import spelling
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.call_state import CallBuilder, PlanDraft
    from abidance.boundary.model.boundary import (
        AskedBefore,
        AskedPart,
        AskedPrecondition,
        Boundary,
        BoundaryFunction,
    )
    from abidance.boundary.model.values import Values

HOLDS, OPEN = 1, 0
"""What a slot has once a condition was found to hold, and until then."""

Arguments = tuple[FollowUpArgument, ...]
Guards = tuple[p.Guard, ...]


@dataclass(slots=True)
class Preconditions:
    """Appends what is asked around the call of `builder`: before it or, with the `index` that it has, after it.

    `ways` are the guards that the call has besides. Each question is one call, however often it is asked.
    """

    boundary: Boundary
    draft: PlanDraft
    builder: CallBuilder
    index: int | None = None
    ways: Guards = ()
    placed: list[int] = field(default_factory=list)
    """The calls that were appended."""
    found: list[tuple[AskedPrecondition, dict[str, tuple[int, ...]]]] = field(default_factory=list)
    """The preconditions of the call itself, with the calls that each of them asks, by their texts."""
    _known: dict[tuple[str, Arguments], tuple[int, Guards]] = field(default_factory=dict)
    _asked: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def of_call(self, without: frozenset[str] = frozenset()) -> Guards:
        """Ask for all preconditions of the call; return when it is made. Those about some parameters are left out."""
        function = self.builder.function
        own = tuple(FollowUpArgument(member.name) for member in function.members)
        names = [member.name for member in function.members]
        found: Guards = ()
        for each in function.asked_before:
            if each.names(names) & without:
                continue
            self._asked = {}
            found = (*found, *self._one(each, function, own, self.builder.scope, found))
            self.found.append((each, self._asked))
        return found

    def of_question(self, function: BoundaryFunction, arguments: Arguments) -> Guards:
        """Ask for the preconditions of a function that is asked with these arguments; return when it is."""
        if not function.asked_before:
            return ()
        asked = QuestionCall(self.draft, self.builder, self._at, function, arguments)
        return self._of(function, arguments, asked.values, ())

    def _of(self, function: BoundaryFunction, given: Arguments, values: Values, before: Guards) -> Guards:
        scope = self.boundary.scope(members_seen(function.members, values))
        found: Guards = ()
        for each in function.asked_before:
            found = (*found, *self._one(each, function, given, scope, (*before, *found)))
        return found

    @property
    def _at(self) -> int:
        return len(self.draft.calls) if self.index is None else self.index

    def _one(
        self,
        precondition: AskedPrecondition,
        function: BoundaryFunction,
        given: Arguments,
        scope: Mapping[str, object],
        before: Guards,
    ) -> Guards:
        """Ask for one precondition of a function that is `given` arguments; return the guards of what depends on it."""
        by_name = {member.name: each for member, each in zip(function.members, given, strict=True)}
        open_ones: list[tuple[AskedPart, ...]] = []
        for parts in precondition.alternatives:
            known = [part.condition.holds(scope) for part in parts if part.question is None]
            asking = tuple(part for part in parts if part.question is not None)
            if all(known) and not asking:
                return ()
            if all(known):
                open_ones.append(asking)
        if len(open_ones) == 1:
            guards: Guards = ()
            for part in open_ones[0]:
                guards = (*guards, self._part(part, by_name, scope, (*before, *guards)))
            return guards
        slot = self.draft.new_slot()
        for asking in open_ones:
            found = (*before, p.Guard(slot, (OPEN,)))
            for part in asking[:-1]:
                found = (*found, self._part(part, by_name, scope, found))
            self._part(asking[-1], by_name, scope, found, slot)
        return (p.Guard(slot, (HOLDS,)),)

    def _part(
        self,
        part: AskedPart,
        by_name: Mapping[str, FollowUpArgument],
        scope: Mapping[str, object],
        before: Guards,
        into: int | None = None,
    ) -> p.Guard:
        """Ask what a part of a condition asks; return the guard that it holds, which is noted `into` a slot."""
        slot = self.draft.new_slot() if into is None else into
        assert part.solution is not None
        assert part.question is not None
        less = None
        if part.less is not None:
            other = self._ask(part.less, by_name, before)
            if other is None:
                return p.Guard(slot, (HOLDS,))
            shape = part.less.shape
            assert isinstance(shape, ScalarShape)
            less = p.SavedNumber(
                saved(self.draft, other, p.ValuePlace(width=shape.size)), shape.size, shape.signed
            )
            before = (*before, *self.draft.calls[other].guards)
        number = self._ask(part.question, by_name, before, anew=into is not None)
        if number is None:
            return p.Guard(slot, (HOLDS,))
        shape = part.question.shape
        size, signed = (shape.size, shape.signed) if isinstance(shape, ScalarShape) else (8, False)
        if less is None:
            less, scope = self._given_before(part, by_name, scope)
        lowest, highest = _limits(size, signed=signed) if less is None else _limits(8, signed=True)
        ranges = part.solution.ranges(scope, lowest, highest)
        test = p.NumberTest(p.ValuePlace(width=size), ranges, signed, less)
        call = self.draft.calls[number]
        self.draft.calls[number] = replace(call, moves=(*call.moves, p.Move(slot, HOLDS, (test,))))
        return p.Guard(slot, (HOLDS,))

    def _ask(
        self,
        question: AskedBefore,
        by_name: Mapping[str, FollowUpArgument],
        before: Guards,
        *,
        anew: bool = False,
    ) -> int | None:
        """Append the call that asks, if it is not there yet; None where the function may not be given what it would be.

        `anew`: it notes something that depends on what is asked `before`.
        """
        function = self.boundary.functions[question.function]
        arguments = tuple(by_name[a.parameter] if a.parameter else a for a in question.arguments)
        key, known = (function.name, arguments), self._known.get((function.name, arguments))
        if known is not None and not anew and {*known[1]} <= {*before}:
            self._note(question, known[0])
            return known[0]
        if function.signature is None:
            return None
        asked = QuestionCall(self.draft, self.builder, self._at, function, arguments)
        if not asked.is_lawful(self.boundary):
            return None
        noted, self._asked = self._asked, {}
        own = self._of(function, arguments, asked.values, before)
        self._asked = noted
        number = len(self.draft.calls)
        asked.append(
            (),
            tuple(dict.fromkeys((*self.builder.conditions, *self._ran()))),
            guards=tuple(dict.fromkeys((*self.ways, *before, *own))),
        )
        self.placed.append(number)
        self._known[key] = number, before
        self._note(question, number)
        return number

    def _given_before(
        self, part: AskedPart, by_name: Mapping[str, FollowUpArgument], scope: Mapping[str, object]
    ) -> tuple[p.SavedNumber | None, Mapping[str, object]]:
        """Return the number that is compared, where an earlier call has left it and nobody knows it yet.

        It is then taken off what is told, and the condition is about the difference: the number itself is 0 there.
        """
        function, found = self.builder.function, []
        assert part.solution is not None
        for number, member in enumerate(function.members):
            named = [n for n, each in by_name.items() if each.parameter == member.name]
            name = next((n for n in map(spelling, named) if n in part.condition.names), None)
            argument = self.builder.listed[number]
            if name is not None and isinstance(argument, p.Slot) and isinstance(member.shape, ScalarShape):
                found.append((name, p.SavedNumber(argument.index, member.shape.size, member.shape.signed)))
        if len(found) != 1:
            return None, scope
        ((name, saved_number),) = found
        ends = _limits(8, signed=True)
        at = [part.solution.ranges(ChainMap({name: n}, scope), *ends) for n in (0, 1)]  # type: ignore[arg-type]
        moved = tuple((a if a in ends else a + 1, b if b in ends else b + 1) for a, b in at[0])
        if at[1] != moved:
            return None, scope
        return saved_number, ChainMap({name: 0}, scope)  # type: ignore[arg-type]

    def _ran(self) -> tuple[p.Condition, ...]:
        return () if self.index is None else (p.Condition(self.index, (), signed=False),)

    def _note(self, question: AskedBefore, number: int) -> None:
        asked = self._asked.get(question.text, ())
        if number not in asked:
            self._asked[question.text] = (*asked, number)


def _limits(size: int, *, signed: bool) -> tuple[int, int]:
    bits = 8 * size
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
