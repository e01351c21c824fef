"""`laws:` joined with the functions that their steps call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.functions import Example
from abidance.boundary.model.laws import BoundaryLaw, LawStep, is_just
from abidance.boundary.resolve.contract_values import MISSING, LiteralConverter
from abidance.boundary.resolve.fields_here import check_fields_at
from abidance.boundary.resolve.idle_clauses import check_idle
from abidance.boundary.resolve.law_steps import UNGIVEN, StepJoiner, is_only_written
from abidance.boundary.resolve.pointers import pointer_shape
from abidance.contract.expression import Expression, declared, spelling
from abidance.contract.language.calls import WrittenCall
from abidance.contract.language.clauses import Name
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.values import Values
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import Contract
    from abidance.contract.model.laws import Given, LawExample
    from abidance.contract.model.laws import Law as LawPromise
    from abidance.core.span import Span


def join_laws(
    contract: Contract,
    functions: Mapping[str, BoundaryFunction],
    lives: Mapping[str, HandleLife],
    shaper: Shaper,
    problems: Problems,
) -> dict[str, BoundaryLaw]:
    """Return the laws by name; complain about what in them is not there, or does not fit."""
    return {
        name: _Joiner(contract, functions, lives, shaper, problems).join(name, promise)
        for name, promise in contract.laws.items()
    }


class _Joiner:
    def __init__(
        self,
        contract: Contract,
        functions: Mapping[str, BoundaryFunction],
        lives: Mapping[str, HandleLife],
        shaper: Shaper,
        problems: Problems,
    ) -> None:
        self._contract = contract
        self._functions = functions
        self._lives = lives
        self._shaper = shaper
        self._problems = problems

    def join(self, name: str, promise: LawPromise) -> BoundaryLaw:
        """Return a law."""
        calls = (*promise.steps, *_calls_inside(promise.ensures))
        if not calls:
            message = f"the law `{name}` makes no call: it says nothing of the library"
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(promise.span),)))
        members = tuple(self._member(word, given, calls) for word, given in promise.given.items())
        members = members or tuple(self._meant(calls))
        given = {spelling(member.name): member for member in members}
        self._whose(calls)
        libraries = {str(each) for each in self._contract.libraries}
        declared = {name: each.span for name, each in self._shaper.declarations.functions.items()}
        joiner = StepJoiner(
            self._functions, self._lives, self._shaper.constants, libraries, given, self._problems, declared
        )
        joined = [joiner.join(n, call) for n, call in enumerate(calls)]
        steps = [step for step in joined if step is not None]
        self._check_one_library(members, steps)
        constants = {*self._shaper.constants}
        # A step that could not be read has been complained of, and its name is no second complaint.
        constants |= {
            call.name.text
            for call, step in zip(calls, joined, strict=True)
            if step is None and call.name is not None
        }
        for expression in promise.requires:
            self._problems.names(expression, {*given, *constants}, advice=UNGIVEN)
        for expression in promise.ensures:
            self._problems.names(expression, {*given, *joiner.named, *constants}, joiner.fields, UNGIVEN)
        for expression in promise.same:
            self._problems.names(expression, {*given, *joiner.named, *constants}, joiner.fields, UNGIVEN)
        split = tuple(self._cut(each, members, steps) for each in promise.split)
        return BoundaryLaw(
            name,
            promise.span,
            members,
            promise.requires,
            promise.ensures,
            tuple(steps),
            tuple(each for each in split if each),
            promise.same,
            tuple(self._example(name, members, each) for each in promise.examples),
            frozenset(self._histories(promise)),
        )

    def _histories(self, promise: LawPromise) -> Iterator[str]:
        """Yield the inputs that have a history; complain of those that can have none."""
        for name, given in promise.given.items():
            if given.history is None:
                continue
            label = Label(given.value_span("history"))
            if given.in_.text not in self._lives:
                message = f"`{name.text}` is no handle, so no calls came before it"
                self._problems.add(Diagnostic(WRONG_VALUE, message, (label,)))
            elif promise.split:
                message = (
                    f"`{name.text}` has a history, and a law with `split` makes each handle twice, alike"
                )
                remedy = "make it with a step, or leave `history` out: then it is new"
                self._problems.add(Diagnostic(WRONG_VALUE, message, (label,), help=remedy))
            else:
                yield name.text

    def _example(self, law: str, members: tuple[s.Member, ...], example: LawExample) -> Example:
        """Return inputs that are written out; complain of those that the law is not given, or that are none."""
        writer = LiteralConverter(self._shaper.layouts.constants, self._problems)
        known = {member.name: member for member in members}
        given: Values = {}
        for name, literal in example.given.items():
            member = known.get(name.text)
            if member is None:
                places: dict[str, Span | None] = {each.name: each.span for each in members}
                self._problems.unknown("input", name.text, name.span, places, f"what `{law}` is given")
            elif (value := writer.value(member.shape, literal, member.declared)) is not MISSING:
                given[name.text] = value
        return Example(given, {}, example.places.body)

    def _whose(self, calls: Iterable[WrittenCall]) -> None:
        """Complain where a library is none of the contract's, and where only some of the steps name one."""
        calls = tuple(calls)
        naming = [call.library for call in calls if call.library is not None]
        known: dict[str, Span | None] = {str(n): each.span for n, each in self._contract.libraries.items()}
        strange = [each for each in naming if each.text not in known]
        for each in strange:
            self._problems.unknown("library", each.text, each.span, known, "`libraries`")
        for call in calls:
            if naming and not strange and call.library is None:
                message = f"whose `{call.function.text}` is called? Other steps of the law say so"
                first = naming[0]
                label = Label(first.span, f"`{first.text}` is one of the libraries")
                remedy = f"put a library before it: `{first.text}.{call.function.text}(...)`"
                labels = (Label(call.function.span), label)
                self._problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _check_one_library(self, members: Iterable[s.Member], steps: Iterable[LawStep]) -> None:
        """Complain of a handle that steps of several libraries take: it would be made by one of them."""
        for member in members:
            takers = [each for each in steps if any(is_just(b, member.name) for b in each.bound.values())]
            whose = [*dict.fromkeys(each.library for each in takers)]
            if isinstance(member.shape, s.HandleShape) and len(whose) > 1:
                name, (one, other) = spelling(member.name), whose[:2]
                message = f"`{name}` is taken by `{one}` and by `{other}`, and a handle of one never goes to the other"
                each = ", ".join(f"{name}_{library}: {member.shape.handle}" for library in (one, other))
                labels = (Label(member.declared),) if member.declared is not None else ()
                remedy = f"it would point into another process: give one for each, `{each}`"
                self._problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _cut(self, name: Name, members: tuple[s.Member, ...], steps: list[LawStep]) -> str:
        """Return an input that may be cut; complain where it is none, or where no step takes it as it is."""
        member = next((each for each in members if each.name == name.text), None)
        if member is None:
            known: dict[str, Span | None] = {each.name: each.span for each in members}
            self._problems.unknown("input", name.text, name.span, known, "`given`")
            return ""
        several = isinstance(member.shape, s.PointerShape) and member.shape.what is not s.What.ONE
        if not several and not (isinstance(member.shape, s.ScalarShape) and member.shape.kind == "int"):
            message = f"`{name.text}` cannot be cut: it is neither contents nor a number of elements"
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span),)))
        taken = (
            each
            for step in steps
            for each in step.bound.values()
            if isinstance(each, Expression) and each.text.strip() == spelling(name.text)
        )
        if next(taken, None) is None:
            message = (
                f"no step takes `{name.text}` as it is, so there is none to be made for each piece of it"
            )
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span),)))
        return member.name

    def _member(self, name: Name, given: Given, steps: Iterable[WrittenCall]) -> s.Member:
        what, span = given.in_, given.in_.span
        shaper = self._shaper
        shape: s.Shape
        if what.text in self._lives:
            shape = shaper.handle(what.text, span)
        elif what.text in ("bytes", "string"):
            shape = pointer_shape(shaper, c.Pointer(c.Void()), given, what, s.Direction.IN, span)
        elif what.text == "array":
            element = self._element(spelling(name.text), steps)
            if element is None:
                message = f"no step takes `{name.text}` unmodified: its element type is unknown"
                self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(span),)))
                element, what = c.Void(), replace(what, text="bytes")  # the rest is looked at all the same
            shape = pointer_shape(shaper, c.Pointer(element), given, what, s.Direction.IN, span)
        else:
            type_ = shaper.declarations.find_type(what.text)
            resolved = shaper.declarations.resolve(type_) if type_ is not None else None
            if type_ is None or isinstance(resolved, c.RecordRef):
                shape = pointer_shape(shaper, c.Pointer(type_ or c.Void()), given, what, s.Direction.IN, span)
            else:
                shape = shaper.shape(type_, given, span, s.Direction.IN)
        check_fields_at(given, shape, span, shaper)
        check_idle(f"`{name}`", given, shape, what.text, span, self._problems)
        return s.Member(
            name.text, shape, name.span, name.span, generate=shaper.generated(given, shape, name.span)
        )

    def _meant(self, calls: Iterable[WrittenCall]) -> Iterator[s.Member]:
        """Yield what a law is given that does not say so: each is what the first parameter is that it is passed to."""
        calls = tuple(calls)
        known = {*self._shaper.constants, *(call.name.text for call in calls if call.name is not None)}
        for call in calls:
            for _, expression in call.arguments:
                name = expression.sole_name if expression.text.strip().isidentifier() else ""
                if not name or spelling(name) in known:
                    continue
                found = next(self._passed_to(spelling(name), calls), None)
                if found is not None and (member := self._as_given(*found, expression.span)) is not None:
                    known.add(spelling(name))
                    yield replace(member, name=name)

    def _as_given(
        self, function: BoundaryFunction, index: int, call: WrittenCall, span: Span
    ) -> s.Member | None:
        """Return a parameter as what a law is given: by itself, without the length and the room that others tell.

        It is as long as its length may be; where nothing limits that, so is nothing else. It is NULL where that
        parameter of the call may be.
        """
        member = function.members[index]
        shape, limit = member.shape, None
        match shape:
            case s.PointerShape(direction=direction) if direction.read and not shape.handed:
                told = next((m.shape for m in function.members if m.name == shape.length_name), None)
                length = shape.length
                if length is not None and not length.names <= self._shaper.constants.keys():
                    length = None
                if shape.limit is not None:
                    limit = shape.limit
                elif shape.what is not s.What.STRING and length is None:
                    roof = told.highest if isinstance(told, s.ScalarShape) else MOST_GIVEN
                    limit = int(min(roof, MOST_GIVEN))
                nullable = shape.nullable
                if isinstance(nullable, Expression):
                    nullable = self._in_the_laws_words(nullable, function, call) or False
                shape = replace(
                    shape,
                    direction=s.Direction.IN,
                    length=length,
                    capacity=None,
                    limit=limit,
                    nullable=nullable,
                )
            case s.HandleShape(made=False):
                shape = replace(
                    shape, span=span, owner="", always=False, lifetime="", until=(), into="", nullable=False
                )
            case s.ScalarShape() | s.RecordShape():
                pass
            case _:
                return None
        return s.Member(member.name, shape, span, span, generate=member.generate)

    def _in_the_laws_words(
        self, condition: Expression, function: BoundaryFunction, call: WrittenCall
    ) -> Expression | None:
        """Return a condition over parameters of a call as one over what the law is given, None if it is over more."""
        passed = {spelling(function.members[n].name): each for n, each in _arguments(function, call)}
        names = condition.names - self._shaper.constants.keys()
        if condition.calls or not names <= passed.keys():
            return None
        words = {name: passed[name] for name in names}
        if not all(e.sole_name or e.names <= self._shaper.constants.keys() for e in words.values()):
            return None
        return condition.with_words(words)

    def _passed_to(
        self, name: str, calls: Iterable[WrittenCall]
    ) -> Iterator[tuple[BoundaryFunction, int, WrittenCall]]:
        """Yield the parameters that are given a name as it is: functions, the number of each in its own, and calls."""
        for call in calls:
            function = self._functions.get(call.function.text)
            if function is None:
                continue
            for index, expression in _arguments(function, call):
                if expression.text.strip() == name:
                    yield function, index, call

    def _element(self, name: str, steps: Iterable[WrittenCall]) -> c.Type | None:
        """Return what an array that a law is given has as elements: those of the parameter that it goes to."""
        for function, index, _ in self._passed_to(name, steps):
            pointer = self._shaper.declarations.resolve(function.declaration.parameters[index].type)
            if isinstance(function.members[index].shape, s.PointerShape) and isinstance(pointer, c.Pointer):
                return pointer.to
        return None


def _arguments(function: BoundaryFunction, call: WrittenCall) -> Iterator[tuple[int, Expression]]:
    """Yield the arguments of a call, each with the number of its parameter."""
    places = [n for n, member in enumerate(function.members) if not is_only_written(member)]
    named = {member.name: n for n, member in enumerate(function.members)}
    for number, (parameter, expression) in enumerate(call.arguments):
        given = places[number : number + 1]
        index = named.get(declared(parameter.text)) if parameter else next(iter(given), None)
        if index is not None:
            yield index, expression


def _calls_inside(conditions: Iterable[Expression]) -> Iterator[WrittenCall]:
    """Yield the calls that conditions make, each once: the same call in two conditions is one."""
    seen: set[str] = set()
    for condition in conditions:
        for call in condition.calls:
            if call.name in seen:
                continue
            seen.add(call.name)
            arguments = tuple(
                (Name(*keyword) if keyword is not None else None, expression)
                for keyword, expression in call.arguments
            )
            name, function = Name(call.name, call.span), Name(call.function, call.span)
            library = None if call.library is None else Name(*call.library)
            yield WrittenCall(name, function, arguments, call.span, library=library)


MOST_GIVEN = 1000
"""So many elements has what a law is given at most where neither `max` nor the range of its length says so."""
