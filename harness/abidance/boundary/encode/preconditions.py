"""The calls that preconditions ask, right before the call that they are about: it is made if what they tell says so.

A function that is asked may have preconditions of its own, which are asked first; it is asked nothing where they do not
hold. So it is with what the parts of a condition ask, in the order in which they are written: `is_array(x) and
count(x) > 0` counts nothing that is no array.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.boundary.encode.call_state import CallBuilder
from abidance.boundary.encode.question_values import over
from abidance.boundary.encode.questions import QuestionCall
from abidance.boundary.encode.result_reads import followed
from abidance.boundary.encode.saved_numbers import only_after_success, saved, success_tests
from abidance.boundary.encode.states import guards
from abidance.boundary.model.questions import FollowUpArgument
from abidance.boundary.model.types import RESULT_NAME, ScalarShape
from abidance.boundary.values.formulas import as_formula
from abidance.boundary.values.scope import members_seen
from abidance.contract.expression import EvaluationError, Expression, spelling
from abidance.plan import plan as p
from abidance.plan.formula import NumberLeft, SavedNumber

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.encode.call_state import PlanDraft
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import AskedBefore, AskedPart, AskedPrecondition
    from abidance.boundary.model.types import Shape
    from abidance.plan.formula import Step

HOLDS, OPEN = 1, 0
"""What a slot has once a condition was found to hold, and until then."""

Arguments = tuple[FollowUpArgument, ...]
Guards = tuple[p.Guard, ...]
Round = tuple["AskedPart", "Mapping[str, object]"]
"""A part of a condition with what is known when it is asked, the variables of loops around it as well."""
MOST_ASKED = 32
"""In loops, one question is asked so many times at most; of what is said of more nobody knows before the call."""


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
    _when: tuple[p.Condition, ...] = ()
    _known: dict[tuple[str, Arguments, tuple[p.Condition, ...]], tuple[int, Guards]] = field(
        default_factory=dict
    )
    _asked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)
    """The calls that tell what questions with preconditions of their own are asked with."""

    def note_asked(self) -> None:
        """Note at the call what was asked around it so far."""
        if self.index is None:
            self.builder.asked += self.placed
        else:
            made = self.draft.placed[self.index]
            self.draft.placed[self.index] = replace(made, asked_first=(*made.asked_first, *self.placed))

    def of_call(
        self, preconditions: Iterable[AskedPrecondition], without: frozenset[str] = frozenset()
    ) -> Guards:
        """Ask for preconditions of the call; return when it is made. Those about some parameters are left out."""
        function = self.builder.function
        own = tuple(FollowUpArgument(member.name) for member in function.members)
        names = [member.name for member in function.members]
        late = {
            member.name: _saved_number(argument.index, member.shape)
            for member, argument in zip(function.members, self.builder.listed, strict=True)
            if isinstance(argument, p.Slot) and isinstance(member.shape, ScalarShape)
        }
        found: Guards = ()
        for each in preconditions:
            if each.names(names) & without:
                continue
            self._asked = {}
            found = (*found, *self._one(each, function, own, self.builder.scope, found, late))
            self.found.append((each, self._asked))
        return found

    def of_question(
        self,
        function: BoundaryFunction,
        arguments: Arguments,
        told: Mapping[str, int],
        ran: tuple[p.Condition, ...] = (),
        before: Guards = (),
    ) -> Guards:
        """Ask for the preconditions of a function that is asked with these arguments; return when it is.

        `told` has the calls that tell what is among these, by what stands for them. It is asked only where the call
        `ran` so that what it is given is there, and where what is `before` says so.
        """
        if not function.asked_before:
            return ()
        self._when = ran
        asked = QuestionCall(self.draft, self.builder, self._at, function, arguments, told)
        return self._of(function, asked, before, told)

    def _of(
        self, function: BoundaryFunction, asked: QuestionCall, before: Guards, told: Mapping[str, int]
    ) -> Guards:
        given = tuple(self._by_number(each, told) for each in asked.given)
        scope = self.boundary.scope(members_seen(function.members, asked.values))
        found: Guards = ()
        for each in function.asked_before:
            found = (*found, *self._one(each, function, given, scope, (*before, *found), asked.late))
        return found

    def _by_number(self, given: FollowUpArgument, told: Mapping[str, int]) -> FollowUpArgument:
        """Return an argument that another call tells, by that call's number: elsewhere its text means another."""
        if given.of not in told:
            return given
        number = told[given.of]
        self._told[f"#{number}"] = number
        return replace(given, of=f"#{number}")

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
        late: Mapping[str, SavedNumber],
    ) -> Guards:
        """Ask for one precondition of a function that is `given` arguments; return the guards of what depends on it.

        `late` are numbers among these that nobody knows yet.
        """
        by_name = {member.name: each for member, each in zip(function.members, given, strict=True)}
        open_ones: list[list[Round]] = []
        for parts in precondition.alternatives:
            rounds = _rounds(parts, scope)
            if rounds is None:
                continue
            asking = [(part, seen) for part, seen in rounds if part.questions]
            if all(part.condition.holds(seen) for part, seen in rounds if not part.questions):
                if not asking:
                    return ()
                open_ones.append(asking)
        if len(open_ones) == 1:
            guards: Guards = ()
            for part, seen in open_ones[0]:
                guards = (*guards, self._part(part, by_name, seen, (*before, *guards), late))
            return guards
        slot = self.draft.new_slot()
        for asking in open_ones:
            found = (*before, p.Guard(slot, (OPEN,)))
            for part, seen in asking[:-1]:
                found = (*found, self._part(part, by_name, seen, found, late))
            part, seen = asking[-1]
            self._part(part, by_name, seen, found, late, slot)
        return (p.Guard(slot, (HOLDS,)),)

    def _part(
        self,
        part: AskedPart,
        by_name: Mapping[str, FollowUpArgument],
        scope: Mapping[str, object],
        before: Guards,
        late: Mapping[str, SavedNumber],
        into: int | None = None,
    ) -> p.Guard:
        """Ask what a part of a condition asks; return the guard that it holds, which is noted `into` a slot."""
        slot = self.draft.new_slot() if into is None else into
        guard = p.Guard(slot, (HOLDS,))
        told = dict(self._told)
        for question in part.questions:
            last = question is part.questions[-1]
            number = self._ask(question, by_name, scope, before, told, anew=last and into is not None)
            if number is None:
                return guard
            told[question.text] = number
            before = tuple(dict.fromkeys((*before, *self.draft.calls[number].guards)))
            if question.left:
                before = (*before, *only_after_success(self.draft, number))
        unknown: dict[str, Step] = {spelling(name): number for name, number in late.items()}
        if part.handle and scope[spelling(part.handle)] is not None:
            there = self._slot_of(by_name[part.handle].parameter)
            if there is None:
                return guard
            unknown[spelling(part.handle)] = there
        texts = [question.text for question in part.questions]
        postponed = part.condition.postponed(frozenset((*texts, *unknown)), part.texts)
        if postponed is None:
            return guard
        # The last of them is there when all of them are.
        latest = max(told[text] for text in texts)
        final = next(each for each in reversed(part.questions) if told[each.text] == latest)
        left = _saved_number(0, final.shape)
        for question in part.questions:
            number, kept = told[question.text], _saved_number(0, question.shape)
            if question is final:
                unknown[question.text] = NumberLeft()
            else:
                slot_of = saved(self.draft, number, self._answer(question, number, kept.width))
                unknown[question.text] = replace(kept, slot=slot_of)
        formula = as_formula(
            postponed.tokens(scope), unknown, lambda each: self._compared(told[each.name], each.text)
        )
        place = self._answer(final, latest, left.width)
        test = p.NumberTest(place, ((1, 1),), left.signed, formula, left.fraction)
        by_parameter = self.draft.placed[latest].function.status is not None
        leaves = by_parameter or any(each.left and told[each.text] == latest for each in part.questions)
        well = success_tests(self.draft, latest) if leaves else ()
        self._move(latest, p.Move(slot, HOLDS, (*well, test)))
        return guard

    def _answer(self, question: AskedBefore, number: int, width: int) -> p.ValuePlace:
        """Return where call `number` tells what a question is about: in its result, or in memory of the question's."""
        block = self.draft.placed[number].places[question.left] if question.left else None
        return p.ValuePlace(block, width=width)

    def _slot_of(self, parameter: str) -> SavedNumber | None:
        """Return the slot that a handle which the call is given is in; None where it is in none."""
        members = zip(self.builder.function.members, self.builder.listed, strict=True)
        argument = next((each for member, each in members if member.name == parameter), None)
        return SavedNumber(argument.index, 8, signed=False) if isinstance(argument, p.Slot) else None

    def _compared(self, number: int, text: bytes) -> SavedNumber:
        """Return where call `number` notes whether it has told a text: right then, while that is still there."""
        slot, placed = self.draft.new_slot(), self.draft.placed[number]
        if RESULT_NAME not in placed.follows:
            asking = CallBuilder(placed.function, placed.arguments, self.builder.scope)
            follows = followed(placed.function, asking, self.boundary.handles)
            self.draft.calls[number] = replace(
                self.draft.calls[number], follows=tuple(follow for _, follow in follows)
            )
            placed = replace(placed, follows=tuple(path for path, _ in follows))
            self.draft.placed[number] = placed
        test = p.TextTest(placed.follows.index(RESULT_NAME), text)
        self._move(number, p.Move(slot, HOLDS, (test,)))
        return SavedNumber(slot, 8, signed=False)

    def _move(self, number: int, move: p.Move) -> None:
        call = self.draft.calls[number]
        self.draft.calls[number] = replace(call, moves=(*call.moves, move))

    def _ask(
        self,
        question: AskedBefore,
        by_name: Mapping[str, FollowUpArgument],
        scope: Mapping[str, object],
        before: Guards,
        told: Mapping[str, int],
        *,
        anew: bool = False,
    ) -> int | None:
        """Append the call that asks, if it is not there yet; None where the function may not be given what it would be.

        `anew`: it notes something that depends on what is asked `before`.
        """
        function = self.boundary.functions[question.function]
        given = [self._given(each, by_name, scope) for each in question.arguments]
        arguments = tuple(each for each in given if each is not None)
        if len(arguments) < len(given) or any(each.of and each.of not in told for each in arguments):
            return None
        key = function.name, arguments, self._when
        known = self._known.get(key)
        if known is not None and not anew and {*known[1]} <= {*before}:
            self._note(question, known[0])
            return known[0]
        if function.signature is None:
            return None
        asked = QuestionCall(self.draft, self.builder, self._at, function, arguments, told)
        if not asked.is_lawful(self.boundary):
            return None
        noted, self._asked = self._asked, {}
        own = self._of(function, asked, before, told)
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

    def _given(
        self, argument: FollowUpArgument, by_name: Mapping[str, FollowUpArgument], scope: Mapping[str, object]
    ) -> FollowUpArgument | None:
        """Return what a function is asked with, in the names of the call; None for what has no value."""
        if argument.parameter:
            given = by_name[argument.parameter]
            if not argument.field:
                return given
            index: object = argument.index
            try:
                index = index.evaluate(scope) if isinstance(index, Expression) else index
            except EvaluationError:
                return None
            inside = given.parameter and (given.field + argument.field)
            if not inside or not isinstance(index, int | None):
                return None
            return replace(given, index=given.index if index is None else index, field=inside)
        if argument.calculated is None or argument.of:
            return argument
        try:
            number = argument.calculated.evaluate(scope)
        except EvaluationError:
            return None
        return FollowUpArgument(constant=number) if isinstance(number, int | float | Fraction) else None

    def _ran(self) -> tuple[p.Condition, ...]:
        return () if self.index is None else (p.Condition(self.index, (), signed=False), *self._when)

    def _note(self, question: AskedBefore, number: int) -> None:
        asked = self._asked.get(question.text, ())
        if number not in asked:
            self._asked[question.text] = (*asked, number)


def _rounds(parts: tuple[AskedPart, ...], scope: Mapping[str, object]) -> list[Round] | None:
    """Return parts of a condition, those in loops for each time; None where these are not known, or too many."""
    found: list[Round] = []
    for part in parts:
        if part.each is None:
            found.append((part, scope))
            continue
        rounds = part.each.rounds(scope)
        if rounds is None or len(rounds) > MOST_ASKED:
            return None
        found += [(part, over(scope, {part.each.variable: each})) for each in rounds]
    return found


def _saved_number(slot: int, shape: Shape) -> SavedNumber:
    """Return how a slot keeps what a call tells, or is given: a number, or a pointer."""
    if not isinstance(shape, ScalarShape):
        return SavedNumber(slot, 8, signed=False)
    return SavedNumber(slot, shape.size, shape.signed, fraction=shape.kind == "float")


def ways_to_ask(
    boundary: Boundary,
    draft: PlanDraft,
    builder: CallBuilder,
    asked: BoundaryFunction,
    arguments: tuple[FollowUpArgument, ...],
    told: Mapping[str, int],
    index: int | None = None,
) -> tuple[p.Guard, ...]:
    """Append what the preconditions of a function ask that is asked about call `index`, or about the next one.

    `told` has the calls that tell what is among its arguments.
    Return the guards of asking it: before the call, those of the call as well.
    """
    ways = tuple(guards(builder)) if index is None else ()
    if not asked.asked_before:
        return ways
    asking = Preconditions(boundary, draft, builder, index, ways)
    found = asking.of_question(asked, arguments, told)
    asking.note_asked()
    return (*ways, *found)
