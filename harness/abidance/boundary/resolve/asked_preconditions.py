"""What preconditions ask of other functions, `index < list_count(list)`, joined with those functions.

Each is called right before the call that the precondition is about, which is not made where the condition does not
hold. The worker evaluates no expressions: it is told what there is to work out of the numbers that they tell.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import AskedBefore, AskedPart, AskedPrecondition, Refused
from abidance.boundary.model.types import is_fraction, is_text
from abidance.boundary.resolve.asked_functions import AskedFunctions, left_by, refused
from abidance.boundary.resolve.calls_after import answer_of
from abidance.boundary.resolve.freeing import freers
from abidance.contract.expression import declared, spelling
from abidance.contract.language.clauses import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.expression.expression import CallInside
    from abidance.contract.model import Contract


def preconditions_ask(contract: Contract) -> Iterator[Name]:
    """Yield the functions that the preconditions of others ask."""
    for promise in contract.functions.values():
        conditions = (each.condition for each in promise.rejects if each.condition is not None)
        for expression in (*promise.requires, *conditions):
            yield from (Name(call.function, call.span) for call in expression.calls)


class AskedPreconditions(AskedFunctions):
    """Reads which functions the preconditions of others ask; what is wrong goes to `problems`."""

    purpose = "what a precondition asks"

    def read(self, function: BoundaryFunction, contract: Contract) -> BoundaryFunction:
        """Return a function with those that its preconditions ask."""
        asking = [each for each in function.promise.requires if each.calls] if function.promise else []
        rejects = function.promise.rejects if function.promise else ()
        refusing = [each.condition for each in rejects if each.condition is not None and each.condition.calls]
        if (asking or refusing) and not self._may_ask(function, contract, (asking + refusing)[0]):
            return function
        found = [one for each in asking for one in self._in_turn(function, each)]
        for each in refusing:
            asked = self._in_turn(function, each)
            valid = self._in_turn(function, each.opposite) if asked else ()
            found += [replace(one, refused=Refused(each, asked)) for one in valid]
        return replace(function, asked_before=tuple(found))

    def _may_ask(self, function: BoundaryFunction, contract: Contract, condition: Expression) -> bool:
        """Complain about a call that is made whatever others tell: so much is owed to what was made before."""
        ends = {life.destroy for life in self.handles.values()} | {each.text for each in freers(contract)}
        if function.name not in ends:
            return True
        message = (
            f"`{function.name}` gives back what others made, which is so whatever `{condition.text}` comes to"
        )
        remedy = "say with `states` where a handle may be destroyed"
        self.problems.add(refused(message, condition.span, remedy=remedy))
        return False

    def _in_turn(self, function: BoundaryFunction, condition: Expression) -> tuple[AskedPrecondition, ...]:
        """Return what a condition asks, one after the other; nothing where there is something wrong with it."""
        found = [
            self._question(function, call, each, condition.calls)
            for call in condition.calls
            for each in _fields(condition, call)
        ]
        told = {each.text: each for each in found if each is not None}
        if None in found:
            return ()
        asked: list[AskedPrecondition] = []
        for each in condition.in_turn(frozenset(call.name for call in condition.calls)):
            one = self._one(function, each, told)
            if one is None:
                return ()
            asked.append(one)
        return tuple(asked)

    def _one(
        self, function: BoundaryFunction, condition: Expression, told: Mapping[str, AskedBefore]
    ) -> AskedPrecondition | None:
        alternatives = [
            [self._parts(function, part, told) for part in parts] for parts in condition.alternatives
        ]
        if any(each is None for parts in alternatives for each in parts):
            return None
        return AskedPrecondition(
            condition, tuple(tuple(one for each in parts for one in each or ()) for parts in alternatives)
        )

    def _parts(
        self, function: BoundaryFunction, condition: Expression, questions: Mapping[str, AskedBefore]
    ) -> tuple[AskedPart, ...] | None:
        """Return a part of a condition, or the parts of what it says of each of some things, with whom these ask."""
        each = condition.of_each
        asked = _asked_in(condition, questions)
        if each is None or not asked:
            part = self._part(function, condition, questions)
            return None if part is None else (part,)
        told = {
            name for expression in (each.over, *each.filters) for name in _asked_in(expression, questions)
        }
        if told or len(each.said.alternatives) > 1:
            message = f"`{condition.text}` asks in a loop for one thing or another"
            if told:
                message = f"`{min(told)}` tells what `{condition.text}` goes through, which is not known yet"
            remedy = (
                "what a loop goes through, and `if` in it, is known before the call: "
                "`all(valid(v[i]) for i in range(n) if v[i] != 0)`"
            )
            self.problems.add(refused(message, condition.span, remedy=remedy))
            return None
        parts = [self._part(function, part, questions) for part in each.said.alternatives[0]]
        found = tuple([replace(part, each=each) for part in parts if part is not None])
        return found if len(found) == len(parts) else None

    def _part(
        self, function: BoundaryFunction, condition: Expression, questions: Mapping[str, AskedBefore]
    ) -> AskedPart | None:
        """Return a part of a condition with whom it asks; complain where it does more than work numbers out."""
        asked = _asked_in(condition, questions)
        if not asked:
            return AskedPart(condition)
        texts = frozenset(name for name in asked if is_text(questions[name].shape))
        fraction = next((name for name in asked if is_fraction(questions[name].shape)), None)
        if condition.postponed(frozenset(asked), texts) is None:
            message, remedy = _too_much(condition, asked[0], texts)
            self.problems.add(refused(message, condition.span, remedy=remedy))
            return None
        if fraction is not None and _works_with_whole_numbers(condition):
            message = f"`{condition.text}` does what needs whole numbers, and `{fraction}` tells a fraction"
            remedy = "a fraction is compared, added, subtracted and multiplied: `2 * ratio(x) <= 1.5`"
            self.problems.add(refused(message, condition.span, remedy=remedy))
            return None
        in_order = (each for name in asked for each in _in_order(questions[name], questions))
        told = tuple({each.text: each for each in in_order}.values())
        pointer = next((questions[name] for name in asked if not _is_value(questions[name].shape)), None)
        if pointer is None:
            return AskedPart(condition, told)
        other = _compared_with(condition, pointer) if len(asked) == 1 else ""
        if other == "null":
            return AskedPart(condition, told)
        if other in self._handles_of(function, pointer):
            return AskedPart(condition, told, handle=declared(other))
        message = f"`{pointer.function}` tells a pointer, which is compared with `null` before a call, or with a handle"
        remedy = "a handle is a parameter of the call: `parent_of(child) == parent`"
        self.problems.add(refused(message, condition.span, self.functions[pointer.function], remedy=remedy))
        return None

    def _handles_of(self, function: BoundaryFunction, pointer: AskedBefore) -> set[str]:
        """Return the parameters of a call, as expressions spell them, that may be the handle which a question tells.

        One that lies in the caller's memory has an address that only the worker knows.
        """
        kind = pointer.shape.handle if isinstance(pointer.shape, s.HandleShape) else ""
        return {
            spelling(member.name)
            for member in function.members
            if isinstance(member.shape, s.PointerHandle)
            and kind in ("", member.shape.handle)
            and member.shape.level == 1
            and not member.shape.made
            and not self.handles[member.shape.handle].record
        }

    def _question(
        self, function: BoundaryFunction, call: CallInside, field: str, others: Sequence[CallInside]
    ) -> AskedBefore | None:
        """Return what is asked with a call: for what it returns, or for what it leaves in a parameter."""
        asked = self.functions.get(call.function)
        if asked is None:
            return None  # which is told where functions are looked for
        if call.library is not None:
            self.problems.add(refused("a library has no place here: both are of one", call.library[1]))
            return None
        left = left_by(asked).get(field)
        if left is None and field != s.RESULT_NAME:
            message = (
                f"`{call.function}` leaves no number in `{field}`, and before a call nothing else has fields"
            )
            self.problems.add(refused(message, call.span, asked))
            return None
        shape = left or asked.result.shape
        if not _is_value(shape) and not isinstance(shape, s.AddressShape):
            message = (
                f"`{asked.name}` returns `{asked.result.spelling}`: before a call, nothing but a number, a text or a "
                "pointer is asked for"
            )
            self.problems.add(refused(message, call.span, asked))
            return None
        arguments = self.arguments(function, asked, call, before=True, others=others)
        if arguments is None:
            return None
        text = answer_of(call.name, field)
        return AskedBefore(asked.name, arguments, shape, text, call.span, "" if left is None else field)


def check_circles(functions: Mapping[str, BoundaryFunction], problems: Problems) -> None:
    """Complain about functions that may be asked only when they have been asked: nobody would ever be the first."""
    for function in functions.values():
        for precondition in function.asked_before:
            for question in precondition.questions:
                way = _way(question.function, function.name, functions, frozenset())
                if way:
                    asks = f"`{function.name}` asks `{'`, which asks `'.join(way)}`"
                    message = f"{asks}, so neither is ever called"
                    problems.add(refused(message, question.span, functions[question.function]))
                    return


def _way(
    begin: str, end: str, functions: Mapping[str, BoundaryFunction], met: frozenset[str]
) -> tuple[str, ...]:
    """Return the functions by which the preconditions of one lead to another; none where they do not."""
    if begin == end:
        return (begin,)
    for precondition in functions[begin].asked_before if begin not in met else ():
        for question in precondition.questions:
            way = _way(question.function, end, functions, met | {begin})
            if way:
                return (begin, *way)
    return ()


def _fields(condition: Expression, call: CallInside) -> list[str]:
    """Return what a condition looks at of what a call tells: mostly what it returns."""
    given = (reference for each in condition.calls for _, it in each.arguments for reference in it.references)
    seen = (each.parts for each in (*condition.references, *given))
    fields = dict.fromkeys(parts[1] for parts in seen if parts[0] == call.name and parts[1:])
    return [*fields] or [s.RESULT_NAME]


def _asked_in(condition: Expression, questions: Mapping[str, AskedBefore]) -> list[str]:
    """Return which questions a condition asks, by their texts."""
    answers = {answer_of(*each.parts[:2]) for each in condition.references}
    return [text for text in questions if text in answers]


def _in_order(question: AskedBefore, questions: Mapping[str, AskedBefore]) -> Iterator[AskedBefore]:
    """Yield what is asked for a question: what it is asked with first."""
    for argument in question.arguments:
        if argument.of in questions:
            yield from _in_order(questions[argument.of], questions)
    yield question


def _compared_with(condition: Expression, pointer: AskedBefore) -> str:
    """Return the name that a condition compares a pointer with, and does no more; empty for all else."""
    match condition.tree:
        case (
            ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Name(id=name)])
            | ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq()], comparators=[left])
        ) if isinstance(left, ast.Attribute) and ast.unparse(left.value) == pointer.text:
            return name
    return ""


def _is_value(shape: s.Shape) -> bool:
    """Tell whether what a call tells is calculated with, or compared with more than NULL."""
    whole = isinstance(shape, s.ScalarShape) and shape.kind in ("int", "enum", "bool") and shape.size <= 8
    return whole or is_fraction(shape) or is_text(shape)


def _too_much(condition: Expression, asked: str, texts: frozenset[str]) -> tuple[str, str]:
    """Return what a condition does with what is told that nobody works out before a call, and what there is."""
    if not texts:
        return (
            f"`{condition.text}` does more with what `{asked}` tells than work with a number",
            (
                "what functions tell is a number, which is calculated with and compared: `index + 1 < count(list)`, "
                "`flags(x) & OPEN`, `count(a) + count(b) <= 8`"
            ),
        )
    return (
        f"`{condition.text}` does more with the text that `{min(texts)}` tells than compare it with a known one",
        'a text is compared with those that are known before the call: `name(x) != ""`, `mode(x) in ["r", "w"]`',
    )


def _works_with_whole_numbers(condition: Expression) -> bool:
    """Tell whether a condition rounds, takes bits apart, or counts through a range."""
    whole = (ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Invert)
    return any(
        isinstance(each, whole) or (isinstance(each, ast.Name) and each.id == "range")
        for each in ast.walk(condition.tree)
    )
