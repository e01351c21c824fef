"""Calls that are given what earlier calls of their case left, computed: those before are made by themselves first.

Only then is it known what such an argument comes to, and whether the call would be a valid one. A case is cut before
the first call that would not be; nothing invalid is called.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from abidance.boundary.encode.question_values import field_passed, may_be_asked, room_told, worked_out
from abidance.boundary.encode.repetition import MOST_APART, is_repeatable
from abidance.boundary.model.equality import equal
from abidance.boundary.model.traversal import number_of, read_behind, record_of, single
from abidance.boundary.model.types import (
    ArrayShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import (
    ROOM,
    SOMEWHERE,
    Case,
    Derived,
    Earlier,
    Step,
    derived_fields,
)
from abidance.boundary.values.bytes_of_numbers import bytes_of_numbers
from abidance.boundary.values.scope import members_seen
from abidance.boundary.values.sizes import room
from abidance.checks.evidence.pieces import left_in_pieces
from abidance.contract.expression import EvaluationError, Unavailable, declared, parse, spelling
from abidance.core.errors import HookError, UsageError
from abidance.generate.drawing import Drawer
from abidance.generate.hints import Hints
from abidance.generate.scalars import lawful
from abidance.generate.scope import FilterLog
from abidance.generate.source import Simplest, UnlawfulDrawError
from abidance.generate.steps_not_made import not_made
from abidance.plan.plan import MOST_TIMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value, Values
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.expression import Expression
    from abidance.core.span import Span

_TRIED = 3
"""In so many cases the steps that leave a text are made again, to see whether it is another one."""


@dataclass(frozen=True, slots=True)
class StagedCase:
    """A case with what its calls are given in place, and why it was cut before a call of it, if it was."""

    case: Case
    refused: str = ""
    span: Span | None = None


def takes_several_runs(boundary: Boundary, case: Case) -> bool:
    """Tell whether some of what a case's calls are given is known only when others were made."""
    functions = (boundary.functions.get(name) for name in (case.function, *(s.function for s in case.steps)))
    return any(step.derived for step in case.steps) or any(
        each is not None and each.rooms for each in functions
    )


class _NoValueError(Exception):
    """What was left does not fit."""

    def __init__(self, reason: str, span: Span | None) -> None:
        super().__init__(reason)
        self.reason, self.span = reason, span


@dataclass(slots=True)
class Staging:
    """Finds out what the calls of cases are given. `run` makes calls by themselves, and judges nothing."""

    boundary: Boundary
    run: Callable[[Case], CaseResult]
    _last: tuple[Case, StagedCase] | None = None
    _expressions: dict[str, dict[str, Expression]] = field(default_factory=dict)
    _hints: dict[str, Hints] = field(default_factory=dict)
    _varying: set[tuple[str, str]] = field(default_factory=set)
    """What of a law is another text each time."""
    _tried: dict[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, case: Case) -> StagedCase:
        """Return a case with all that is known of it once its calls were made; raises as `run` does."""
        if not takes_several_runs(self.boundary, case):
            return StagedCase(case)
        if self._last is None or self._last[0] is not case:
            self._last = (case, self._staged(case))
        return self._last[1]

    def _staged(self, case: Case) -> StagedCase:
        if not case.steps:
            told = self._room_answers(
                self.boundary.functions[case.function], case.arguments, replace(case, told={})
            )
            alone = Step(case.function, case.arguments, told=told, said=case.said)
            try:
                arguments = self._passed_whole(alone).arguments
            except _NoValueError as error:
                return StagedCase(replace(case, told=told), error.reason, error.span)
            return StagedCase(replace(case, arguments=arguments, told=told))
        steps = [*case.steps]
        for number, step in enumerate(steps):
            before = None
            if any(each.names for each in step.derived):
                before = self.run(replace(case, steps=tuple(steps[:number])))
                if before.death is not None:
                    return StagedCase(replace(case, steps=tuple(steps[:number])))
            try:
                if step.derived:
                    made = replace(case, steps=tuple(steps[:number]))
                    steps[number] = self._step(case, step, before, made)
                steps[number] = self._passed_whole(self._with_room(case, steps, number))
            except _NoValueError as error:
                if case.function in self.boundary.laws:
                    return StagedCase(replace(case, steps=tuple(steps[:number])), error.reason, error.span)
                # What a sequence has instead.
                steps[number] = self._with_room(
                    case, [*steps[:number], replace(step, arguments=step.known)], number
                )
        return StagedCase(replace(case, steps=tuple(steps)))

    def _with_room(self, case: Case, steps: list[Step], number: int) -> Step:
        """Return a step with what functions tell, after those before it, of the room that it is given."""
        step = steps[number]
        function = self.boundary.functions[step.function]
        if not function.rooms:
            return step
        if not step.times:  # it is not made, so nobody is asked either
            return replace(step, told={each.text: None for each in function.rooms})
        before = replace(case, steps=tuple(steps[:number]))
        return replace(step, told=self._room_answers(function, step.known, before, step))

    def _passed_whole(self, step: Step) -> Step:
        """Return a step of a law whose memory is as long as functions tell, as a number of its own is chosen for it.

        What else is passed of which functions tell how long it is, is cut or goes on from its beginning; what a law
        gives is what it then looks at. Raises _NoValueError where it has another length, whatever that number is.
        """
        function = self.boundary.functions[step.function]
        for member in function.members:
            shape, contents = member.shape, step.known[member.name]
            clause = shape.length if isinstance(shape, PointerShape) else None
            if member.name not in step.said or clause is None or not clause.calls or not step.times:
                continue
            if not isinstance(contents, bytes | list):
                continue
            free = [
                each
                for each in function.members
                if isinstance(each.shape, ScalarShape)
                and each.shape.kind == "int"
                and spelling(each.name) in clause.names
                and each.name not in step.said
            ]
            fitting = (
                made
                for made in self._alternatives(step, free, len(contents))
                if self._length(function, made, clause) == len(contents)
            )
            step = next(fitting, step)
            if self._length(function, step, clause) != len(contents):
                raise _NoValueError(f"`{member.name}` has no length that `{clause.text}` is", clause.span)
        return step

    def _alternatives(self, step: Step, free: list[Member], most: int) -> Iterator[Step]:
        """Yield the step, and it with each number in the place of the only one that nothing says."""
        yield step
        if len(free) == 1:
            (one,) = free
            for number in range(most + 1):
                if lawful(one.shape, number):  # type: ignore[arg-type]
                    yield replace(step, arguments={**step.arguments, one.name: number})

    def _length(self, function: BoundaryFunction, step: Step, clause: Expression) -> object:
        scope = self.boundary.scope({**members_seen(function.members, step.known), **room_told(step.told)})
        try:
            return clause.evaluate(scope)
        except EvaluationError:
            return None

    def _room_answers(
        self, function: BoundaryFunction, arguments: Values, before: Case, step: Step | None = None
    ) -> dict[str, int | None]:
        """Return what functions tell of the room of a call: 0 where no answer comes, and then it is not made.

        None of what may not be asked about these arguments: the call is only made where it is refused for one of them,
        and is given no room then.
        """
        found: dict[str, int | None] = {}
        scope = self.boundary.scope(members_seen(function.members, arguments))
        for each in function.rooms:
            asked = self.boundary.functions[each.function]
            given: Values = {
                member.name: _given(argument, arguments, scope)
                for member, argument in zip(asked.members, each.arguments, strict=True)
            }
            if SOMEWHERE in given.values() or not may_be_asked(self.boundary, asked, given):
                found[each.text] = None
                continue
            if step is None:
                case = Case(each.function, given, before.flush, before.fill, shift=before.shift)
            else:
                question = replace(
                    step, function=each.function, arguments=given, name="", rejects="", times=1
                )
                case = replace(before, steps=(*before.steps, question))
            trial = self.run(case)
            number: object = 0
            if trial.death is None and trial.answered and (trial.seen.success or not each.left):
                number = trial.seen.after[spelling(each.left)] if each.left else trial.seen.result
            found[each.text] = number if isinstance(number, int) else 0
        return found

    def _step(self, case: Case, step: Step, before: CaseResult | None, made_before: Case) -> Step:
        """Return a call with what it is given now; raises _NoValueError."""
        function = self.boundary.functions[step.function]
        when = self._filled(case, step.when, before)
        if when is not None and not when.value:
            return not_made(function, replace(step, when=when))
        repeated = self._filled(case, step.repeated, before)
        times = step.times if when is None or step.times else 1
        if repeated is not None:
            count = repeated.value
            most = MOST_TIMES if is_repeatable(self.boundary, function) else MOST_APART
            if not isinstance(count, int) or not 0 <= count <= most:
                raise _NoValueError(repeated.text, self._span(case, repeated))
            times = int(count)
        made = replace(step, times=times, when=when, repeated=repeated)
        if not times:
            return not_made(function, made)
        arguments = {**step.arguments}
        as_it_lies: dict[str, Earlier] = {}
        room = step.arguments.get(function.lent.lender) if function.lent is not None else None
        if function.lent is not None and isinstance(room, Derived):
            contents = self._value(case, room, before)
            if not isinstance(contents, bytes):
                raise _NoValueError(room.text, self._span(case, room))
            arguments[function.lent.lender] = contents
        for member in function.members:
            value = step.arguments[member.name]
            if isinstance(value, Derived):
                found = self._value(case, value, before)
                span = self._span(case, value)
                fitting = _fitting(member, found, value.text, span)
                text = self._text_of(member, value, made_before)
                varies = text is not None and self._varies(case, value, found, made_before)
                if _holds_addresses(single(member.shape), found):
                    as_it_lies[member.name] = _place_of(value)
                value = text if text is not None and varies else replace(value, value=fitting)
            elif isinstance(value, Earlier) and value.state:
                value = self._in_state(case, value, before)
            elif isinstance(value, dict) and derived_fields(value):
                value = self._with_fields(case, record_of(single(member.shape)), value, before)
            arguments[member.name] = value
        made = replace(made, arguments=arguments)
        self._check(case, function, made)
        return replace(made, arguments={**arguments, **as_it_lies}) if as_it_lies else made

    def _text_of(self, member: Member, derived: Derived, before: Case) -> Earlier | None:
        """Return a text that an earlier step left in memory which it was given, where it is valid whatever it says."""
        law = self.boundary.laws.get(before.function)
        try:
            place = self._expression(law, derived.text).sole_name if law is not None else ""
        except UsageError:  # the contract had another text when the case was kept
            return None
        calls, (name, _, path) = dict(derived.names), place.partition(".")
        shape, call = member.shape, calls.get(name)
        if not isinstance(shape, PointerShape) or call is None or shape.like is not None:
            return None
        step = before.steps[call]
        function = self.boundary.functions[step.function]
        there = next((each.shape for each in function.members if each.name == path), None)
        if not isinstance(there, PointerShape) or {there.what, shape.what} != {What.STRING}:
            return None
        if not there.direction.written or shape.direction.written or shape.encoding != there.encoding:
            return None
        if shape.limit is not None:
            with suppress(EvaluationError):
                given = self.boundary.scope(members_seen(function.members, step.known))
                size = room(there, step.known.get(path), given)
                return Earlier(call, path) if size is not None and size <= shape.limit + 1 else None
            return None
        return Earlier(call, path)

    def _varies(self, case: Case, derived: Derived, found: object, before: Case) -> bool:
        """Tell whether the steps before leave something else each time, as a salt is drawn: and no copy is of use."""
        name, tried = (case.function, derived.text), self._tried.get((case.function, derived.text), 0)
        if tried < _TRIED:
            again = self.run(before)
            same = again.death is not None or equal(self._value(case, derived, again), found)
            self._tried[name] = tried + 1 if same else _TRIED
            if not same:
                self._varying.add(name)
        return name in self._varying

    def _in_state(self, case: Case, handle: Earlier, before: CaseResult | None) -> Earlier:
        """Return a handle that the caller allocates with what its fields are given now; raises _NoValueError."""
        record = self.boundary.handles[handle.handle].record
        return replace(handle, state=self._with_fields(case, record, handle.state, before))

    def _with_fields(
        self, case: Case, record: RecordShape | None, fields: Values, before: CaseResult | None
    ) -> Values:
        """Return the fields of a record with what they are given now; raises _NoValueError."""
        made = dict(fields)
        for member in record.members if record is not None else ():
            value = made.get(member.name)
            if isinstance(value, Derived):
                found, span = self._value(case, value, before), self._span(case, value)
                made[member.name] = replace(value, value=_fitting(member, found, value.text, span))
        return made

    def _filled(self, case: Case, derived: Derived | None, before: CaseResult | None) -> Derived | None:
        """Return a condition or a count with what it comes to."""
        if derived is None:
            return None
        found = self._value(case, derived, before)
        if not isinstance(found, int | float):
            raise _NoValueError(derived.text, self._span(case, derived))
        return replace(derived, value=int(found))

    def _value(self, case: Case, derived: Derived, before: CaseResult | None) -> object:
        """Return what an expression comes to on what is given and was left; raises _NoValueError."""
        law = self.boundary.laws.get(case.function)
        known: dict[str, object] = {} if law is None else members_seen(law.members, case.arguments)
        for name, call in derived.names:
            left = None if before is None else left_in_pieces(before, call)
            known[name] = Unavailable(f"`{name}` was not made") if left is None else left
        try:
            expression = self._expression(law, derived.text)
        except UsageError:  # the contract had another text when the case was kept
            raise _NoValueError(derived.text, self.boundary.span_of(case.function)) from None
        try:
            return expression.evaluate(self.boundary.scope(known))
        except EvaluationError:
            # Nothing that could be passed: an index beyond the end, a field of what was not made.
            raise _NoValueError(derived.text, expression.span) from None

    def _expression(self, law: BoundaryLaw | None, text: str) -> Expression:
        if law is None:
            return _parsed(text, self.boundary.contract.span)
        if law.name not in self._expressions:
            self._expressions[law.name] = {each.text: each for step in law.steps for each in step.expressions}
        return self._expressions[law.name].get(text) or _parsed(text, law.span)

    def _span(self, case: Case, derived: Derived) -> Span:
        return self._expression(self.boundary.laws.get(case.function), derived.text).span

    def _check(self, case: Case, function: BoundaryFunction, step: Step) -> None:
        """Ask of a call what is asked of every valid one; raises _NoValueError."""
        log, arguments = FilterLog(), step.known
        left = frozenset(spelling(n) for n, v in arguments.items() if isinstance(v, Earlier) and not v.handle)
        drawer = Drawer(self.boundary, Simplest(), log, unseen=left)
        try:
            drawer.arguments(function, self._hints_of(function), arguments, lawful=True)
        except UnlawfulDrawError as error:
            raise _NoValueError(str(error), log.worst) from None
        except (EvaluationError, HookError) as error:
            raise _NoValueError(str(error), self.boundary.span_of(case.function)) from None

    def _hints_of(self, function: BoundaryFunction) -> Hints:
        if function.name not in self._hints:
            self._hints[function.name] = Hints.of(self.boundary, function)
        return self._hints[function.name]


@lru_cache(1024)
def _parsed(text: str, span: Span) -> Expression:
    return parse(text, span, lambda _start, _end: span)


def _given(argument: FollowUpArgument, arguments: Values, scope: Mapping[str, object]) -> Value:
    """Return what a function is asked with about a call with these arguments; SOMEWHERE for what is not there."""
    if argument.room:
        return ROOM
    if argument.contents is not None:
        return argument.contents
    if argument.parameter:
        return field_passed(arguments[argument.parameter], argument)
    number = worked_out(argument, scope, {})
    return SOMEWHERE if number is None else None if number.null else number.constant


def _fitting(member: Member, found: object, text: str, span: Span) -> Value:
    """Return what an expression came to as a value of a parameter; raises _NoValueError where it is none."""
    shape, number = read_behind(member.shape) or member.shape, number_of(member.shape)
    found = bytes_of_numbers(shape, found)
    if found is None and isinstance(shape, PointerShape):
        return None
    if (
        number is not None
        and isinstance(found, int | float | Fraction)
        and (number.kind == "float" or isinstance(found, int))
    ):
        value = int(found) if isinstance(found, int) else found
        if lawful(number, value):
            return value
    elif isinstance(shape, PointerShape) and _is_text(shape, found):
        return found if isinstance(found, bytes) else [*map(_element, found)]  # type: ignore[call-overload]
    elif isinstance(inner := single(shape), RecordShape | ArrayShape):
        return _plain(inner, found, text, member, span)
    raise _NoValueError(f"`{text}` at `{member.name}`", span)


def _plain(shape: Shape, found: object, text: str, member: Member, span: Span) -> Value:
    """Return a record, an array in place or a number that was left as one that is given; raises _NoValueError.

    An address of the library's, of which the contract says no more, is NULL in such a value.
    """
    match shape, found:
        case RecordShape(members=members), dict() if {each.name for each in members} <= found.keys():
            inside = ((each, f"{text}.{spelling(each.name)}") for each in members)
            return {
                each.name: _plain(each.shape, found[each.name], path, member, span) for each, path in inside
            }
        case ArrayShape(count=count), bytes() if len(found) == count:
            return found
        case ArrayShape(of=of, count=count), list() if len(found) == count:
            return [_plain(of, each, f"{text}[{n}]", member, span) for n, each in enumerate(found)]
        case ScalarShape(), int() | float() | Fraction() if lawful(shape, found):
            return _element(found)
        case PointerShape(direction=direction), bytes() | list() if direction.read and _is_text(shape, found):
            return found if isinstance(found, bytes) else [*map(_element, found)]
        case (PointerShape(), None) | (OpaqueShape(), _):
            return None
    raise _NoValueError(f"`{text}` at `{member.name}`", span)


def _holds_addresses(shape: Shape, found: object) -> bool:
    """Tell whether a record that was left has an address of which nobody knows more, so that no copy can be made."""
    match shape, found:
        case RecordShape(members=members), dict():
            return any(_holds_addresses(each.shape, found.get(each.name)) for each in members)
        case ArrayShape(of=of), list():
            return any(_holds_addresses(of, each) for each in found)
    return isinstance(shape, OpaqueShape) and found is not None


def _place_of(derived: Derived) -> Earlier:
    """Return what an earlier call left, as it lies in memory: the result, or what a parameter points at."""
    ((name, call),) = derived.names
    return Earlier(call, declared(derived.text.strip().removeprefix(f"{name}.")))


def _is_text(shape: PointerShape, found: object) -> bool:
    """Tell whether memory may hold something: bytes without NUL where that is text, or the elements of an array."""
    limit = shape.limit if shape.limit is not None else len(found) if isinstance(found, bytes | list) else 0
    match shape.what, found:
        case What.STRING, bytes():
            return b"\0" not in found and len(found) <= limit and _is_encoded(found, shape.encoding)
        case What.BYTES, bytes():
            return len(found) <= limit
        case What.ARRAY, list():
            plain = all(isinstance(each, int | float | Fraction) for each in found)
            return plain and len(found) <= limit
    return False


def _is_encoded(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _element(each: object) -> Value:
    return int(each) if isinstance(each, int) else each  # type: ignore[return-value]
