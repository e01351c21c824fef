"""The steps of a law joined with the functions that they call: what each argument is, of what is given or was left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.laws import LawStep
from abidance.boundary.model.traversal import number_of, record_of, single
from abidance.boundary.model.values import Earlier
from abidance.boundary.resolve.constant_arguments import kind_refusing
from abidance.boundary.resolve.law_fits import (
    is_computed,
    is_copied,
    is_of_numbers,
    is_plain_record,
    is_same_record,
    misfit,
    new_handle,
    place_of,
    rest_behind,
)
from abidance.boundary.resolve.names import told_of
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import (
    EvaluationError,
    Expression,
    FieldReferences,
    declared,
    spelling,
)
from abidance.core.catalogue import UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.calls import WrittenCall
    from abidance.contract.language.clauses import Name
    from abidance.core.span import Span


_NUMBER, _MEMORY = "a number", "memory"
UNGIVEN = "what a law begins with stands under `given`, such as `NAME: {in: bytes, max: 20}`"
_OWN = "it would point into another process: let each make its own, and pass on what its calls have left"


@dataclass(slots=True)
class StepJoiner:
    """The steps of one law, in order; `named` are those that later ones may refer to."""

    functions: Mapping[str, BoundaryFunction]
    lives: Mapping[str, HandleLife]
    constants: Mapping[str, object]
    known_libraries: set[str]
    given: Mapping[str, s.Member]
    problems: Problems
    declared: Mapping[str, Span]
    """Where the header declares functions, those that the contract does not list among them."""
    named: dict[str, tuple[int, BoundaryFunction]] = field(default_factory=dict)
    """Of each, its number among the calls and the function that it calls."""
    libraries: dict[str, str] = field(default_factory=dict)
    """Of the named steps, whose function each calls."""

    def _unlisted(self, name: Name) -> None:
        """Complain about a function that the contract does not list: the header may have it, or one of a like name."""
        if (declared := self.declared.get(name.text)) is None:
            known: dict[str, Span | None] = {each: own.span for each, own in self.functions.items()}
            self.problems.unknown("function", name.text, name.span, known, "`functions`")
            return
        labels = (Label(name.span), Label(declared, "declared here"))
        remedy = f"list it there, `{name.text}:`, if nothing else is to be said of it"
        message = f"function `{name.text}` is not in `functions`"
        self.problems.add(Diagnostic(UNKNOWN_NAME, message, labels, help=remedy))

    def join(self, index: int, written: WrittenCall) -> LawStep | None:
        function = self.functions.get(written.function.text)
        if function is None:
            if written.library is None or written.library.text in self.known_libraries:
                self._unlisted(written.function)
            return None
        if (passed := function.callbacks_own) is not None:
            message = f"only callbacks call `{function.name}`: `{passed.name}` is what one is given"
            self.problems.add(
                Diagnostic(
                    WRONG_VALUE, message, (Label(written.function.span), Label(function.declaration.span))
                )
            )
            return None
        library = written.library.text if written.library is not None else ""
        bound: dict[str, Expression | Earlier] = {}
        given: dict[str, Expression] = {}
        places = [member for member in function.members if not is_only_written(member)]
        too_many = self._too_many(function, places, written)
        for number, (name, expression) in enumerate(written.arguments):
            if name is None and too_many:
                continue  # which of them goes where is anybody's guess
            if name is not None and "." in name.text:
                self._field(function, name, expression, bound)
                continue
            if name is not None and function.lent is not None and name.text == function.lent.lender:
                if self._known(expression):
                    bound[name.text] = expression
                continue
            member = self._parameter(function, places, number, name)
            if member is None:
                continue
            if member.name in given:
                self._twice(function, places, member, given[member.name], expression)
                continue
            given[member.name] = expression
            if isinstance(member.shape, s.HandleShape) and member.shape.made:
                message = f"`{function.name}` makes `{member.name}`: nothing is given for it"
                self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),)))
                continue
            argument = self._argument(expression, member, library)
            if argument is not None:
                bound[member.name] = argument
        self._check_set(function, bound, written)
        self._lengths(function, bound, given, written)
        times, when = self._condition(written.times), self._condition(written.when)
        if times is not None and (function.result.owned or _makes(function)):
            message = f"`{function.name}` is made {times.text} times, and what each call makes is the caller's to end"
            self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(times.span),)))
        ended = next(
            (each for each in self.lives.values() if each.destroy == function.name and not each.acquire), None
        )
        if times is not None and ended is not None:
            message = (
                f"`{function.name}` is made {times.text} times, and the first call ends the `{ended.name}`"
            )
            self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(times.span),)))
        if written.name is not None:
            self.named[written.name.text] = (index, function)
            self.libraries[written.name.text] = library
        # What has calls in it is no expression by its text, so neither is a length of it: both are kept.
        lengths = tuple(each.length for each in bound.values() if isinstance(each, Expression))
        own = written.name.text if written.name else ""
        return LawStep(own, function.name, bound, times, when, library, lengths)

    def _twice(
        self,
        function: BoundaryFunction,
        places: list[s.Member],
        member: s.Member,
        first: Expression,
        again: Expression,
    ) -> None:
        """Complain of a parameter that is given two arguments, as happens by place: those only written have none."""
        message = f"`{function.name}` is given `{member.name}` twice"
        labels = (Label(again.span), Label(first.span, "first here"), Label(member.declared))
        order = ", ".join(f"`{each.name}`" for each in places)
        remedy = f"without names, arguments go to {order} in this order: what is only written has none"
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _field(
        self,
        function: BoundaryFunction,
        name: Name,
        expression: Expression,
        bound: dict[str, Expression | Earlier],
    ) -> None:
        """Note what a field is given of a handle that the caller allocates, or of a record that is passed."""
        parameter, _, field = map(declared, name.text.partition("."))
        member = next((m for m in function.members if m.name == parameter), None)
        shape = member.shape if member is not None else None
        life = self.lives.get(shape.handle) if isinstance(shape, s.HandleShape) and not shape.made else None
        record = life.shown if life is not None else None
        if isinstance(shape, s.PointerShape) and shape.direction.read and not shape.handed:
            record = record_of(single(shape)) if shape.what is s.What.ONE else None
        if member is None or record is None:
            message = (
                f"`{parameter}` is no parameter of `{function.name}` that is a handle which the caller allocates, or a "
                "record that is read"
            )
            handles = (m.name for m in function.members if isinstance(m.shape, s.HandleShape))
            remedy = next(
                (f"fields are those of a parameter: `{each}.{field}=...`" for each in handles), None
            )
            labels = (Label(name.span), Label(function.declaration.span))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
            return
        if field not in {each.name for each in record.members}:
            known: dict[str, Span | None] = {each.name: each.declared for each in record.members}
            self.problems.unknown(
                "field", field, name.span, known, f"what the caller sets of `{record.spelling}`"
            )
            return
        if not self._known(expression):
            return
        place = next(each for each in record.members if each.name == field)
        left = any(each in expression.names for each in self.named)
        if isinstance(shape, s.PointerShape) and left and not is_computed(place):
            message = (
                f"`{name.text}` is neither a number nor memory that is read, so nothing is computed for it"
            )
            labels = (Label(expression.span), Label(place.declared or name.span))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels))
            return
        if expression.names <= self.constants.keys():
            self._check_constant(expression, place)
        bound[f"{parameter}.{field}"] = expression

    def _check_set(
        self, function: BoundaryFunction, bound: Mapping[str, Expression | Earlier], written: WrittenCall
    ) -> None:
        """Complain of fields that are set of a record which is an earlier step's, or NULL."""
        for name, expression in written.arguments:
            if name is None or name.text not in bound or "." not in name.text:
                continue
            parameter = declared(name.text.partition(".")[0])
            passed = bound.get(parameter)
            shape = next(m.shape for m in function.members if m.name == parameter)
            earlier = isinstance(passed, Earlier) and not isinstance(shape, s.HandleShape)
            if passed is None or not (earlier or (isinstance(passed, Expression) and passed.is_null)):
                continue
            words = "what an earlier step has left, as it is" if earlier else "NULL"
            message = f"`{parameter}` is {words}, so no field of it is set"
            self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span), Label(expression.span))))

    def _condition(self, expression: Expression | None) -> Expression | None:
        """Return on what condition or how often a step is made, if it looks at nothing but what is there by then."""
        return expression if expression is not None and self._known(expression) else None

    def _known(self, expression: Expression) -> bool:
        known = {*self.given, *self.named, *self.constants}
        return self.problems.names(expression, known, self.fields, UNGIVEN)

    def _too_many(self, function: BoundaryFunction, places: list[s.Member], written: WrittenCall) -> bool:
        """Complain where more is given by place than there are places: those of what is only written are none."""
        unnamed = [expression for name, expression in written.arguments if name is None]
        if len(unnamed) <= len(places):
            return False
        message = f"`{function.name}` takes {len(places)} arguments here, without those that are only written"
        order = ", ".join(f"`{each.name}`" for each in places)
        remedy = f"without names, arguments go to {order} in this order" if places else "call it without any"
        none = next((m for m in function.members if is_only_written(m) and _may_be_null(m)), None)
        if none is not None:
            remedy += f"; where there is to be none, say so by name, `{none.name}=null`"
        labels = (Label(unnamed[len(places)].span),)
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        return True

    def _parameter(
        self,
        function: BoundaryFunction,
        places: list[s.Member],
        number: int,
        name: Name | None,
    ) -> s.Member | None:
        if name is None:
            return places[number]
        found = next((m for m in function.members if m.name == declared(name.text)), None)
        if found is None:
            known: dict[str, Span | None] = {m.name: m.declared for m in function.members}
            self.problems.unknown("parameter", name.text, name.span, known, f"`{function.name}`")
        return found

    def _argument(
        self, expression: Expression, member: s.Member, library: str
    ) -> Expression | Earlier | None:
        references = expression.references
        if not self._known(expression) or self._is_other_kind(expression, member):
            return None
        if len(references) == 1 and references[0].parts[0] in self.named:
            (reference,) = references
            of, _, written = expression.text.strip().rpartition(".")  # a step may be a call with its library
            if (of, declared(written)) == reference.parts:
                step, path = reference.parts
                path = written if path == s.RESULT_NAME else path  # `result_` is a parameter of that name
                if self.libraries[step] != library and self.libraries[step] and library:
                    return self._of_other(step, path, expression, member, library)
                return self._earlier(step, path, expression, member)
        if any(reference.parts[0] in self.named for reference in references) and not is_computed(member):
            step = expression.text.strip()
            message = (
                f"`{step}` is a step, and no value that `{member.name}` is given"
                if step in self.named
                else f"`{member.name}` is neither a number nor memory that is read, so nothing is computed for it"
            )
            remedy = f"what it returned is `{step}.result`" if step in self.named else None
            labels = (Label(expression.span), Label(member.declared))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
            return None
        if not expression.names <= self.constants.keys():
            return expression
        self._check_constant(expression, member)
        return expression

    def _check_constant(self, expression: Expression, member: s.Member) -> None:
        """Complain about a constant that is no value for a parameter, or for a field."""
        if isinstance(member.shape, s.ScalarShape):
            self._check_number(expression, member, member.shape)
        else:
            self._check_kind(expression, member)

    def _is_other_kind(self, expression: Expression, member: s.Member) -> bool:
        """Complain where what a law is given goes to a parameter of another kind: a text to a number, say."""
        text = expression.text.strip()
        given, taken = self.given.get(text), member.shape
        if given is None:
            return False
        kind, wanted, remedy = _kind_of(given.shape), _kind_of(taken), None
        if isinstance(taken, s.PointerHandle):
            handle = given.shape.handle if isinstance(given.shape, s.HandleShape) else ""
            if handle == taken.handle:
                return False
            kind, wanted = f"a `{handle}`" if handle else "no handle", f"a `{taken.handle}`"
        elif isinstance(given.shape, s.PointerHandle) and wanted:
            kind = f"a `{given.shape.handle}`"
        elif {kind, wanted} != {_NUMBER, _MEMORY}:
            return False
        if not isinstance(taken, s.PointerHandle):
            remedy = f"without names, arguments go to the parameters in their order: say `NAME={text}`"
        message = f"`{member.name}` is {wanted}, and `{text}` is {kind}"
        labels = (
            Label(expression.span),
            *(Label(each) for each in (given.declared, member.declared) if each),
        )
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        return True

    def _check_number(self, expression: Expression, member: s.Member, shape: s.ScalarShape) -> None:
        """Complain about a constant that no valid call has: the law would never be put to the test."""
        numbers = {name: each for name, each in self.constants.items() if isinstance(each, int)}
        value = self.problems.constant(expression, numbers) if expression.names <= numbers.keys() else None
        if value is not None and not shape.allows(value):
            self._none_has(expression, member)

    def _none_has(self, expression: Expression, member: s.Member) -> None:
        message = f"no valid call has {expression.text} for `{member.name}`"
        self.problems.add(
            Diagnostic(WRONG_VALUE, message, (Label(expression.span), Label(member.promised, "says so")))
        )

    def _check_kind(self, expression: Expression, member: s.Member) -> None:
        """Complain about a constant that would be passed as an address."""
        try:
            value = expression.evaluate(self.constants)
        except EvaluationError as error:
            for each in error.diagnostics:
                self.problems.add(each)
            return
        number = number_of(member.shape)
        if isinstance(number, s.ScalarShape) and isinstance(value, int) and not number.allows(value):
            self._none_has(expression, member)
            return
        kind, remedy = kind_refusing(value, member)
        if kind:
            message = f"`{expression.text}` is no value for `{member.name}`, which is {kind}"
            labels = (Label(expression.span), Label(member.declared))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _of_other(
        self, step: str, path: str, expression: Expression, member: s.Member, library: str
    ) -> Expression | None:
        """Return what a step of another library left, as a value; complain where it is no more than an address."""
        _, function = self.named[step]
        theirs, place = self.libraries[step], place_of(function, path)
        message, remedy = "", "let the one write it as bytes, or as a text, and the other read that"
        if new_handle(function, path) or isinstance(place, s.HandleShape):
            message = (
                f"`{expression.text}` is a handle of `{theirs}`, and goes to `{library}`: "
                "a handle of one library never goes to another"
            )
            remedy = _OWN
        elif isinstance(member.shape, s.HandleShape):
            message = (
                f"`{member.name}` is a handle of `{library}`, and `{expression.text}` is none of its own"
            )
        elif not (is_plain_record(place, member) or (is_computed(member) and is_of_numbers(place))):
            message = (
                f"`{expression.text}` cannot go from `{theirs}` to `{library}` as `{member.name}`: "
                "only numbers, texts, bytes, arrays of numbers and records of those do"
            )
        if not message:
            return expression
        labels = (Label(expression.span), Label(member.declared))
        self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        return None

    def _earlier(
        self, step: str, path: str, expression: Expression, member: s.Member
    ) -> Expression | Earlier | None:
        index, function = self.named[step]
        if isinstance(member.shape, s.HandleShape) and new_handle(function, path) == member.shape.handle:
            return Earlier(index, declared(path), member.shape.handle)
        rest = rest_behind(step, function, path, expression, member)
        if rest is not None or is_copied(function, path, member) or is_same_record(function, path, member):
            return rest or expression
        why = misfit(function, path, member)
        if why:
            message = f"`{expression.text}` cannot be passed as `{member.name}`: {why}"
            self.problems.add(
                Diagnostic(WRONG_VALUE, message, (Label(expression.span), Label(member.declared)))
            )
            return None
        # A parameter that is called `result` is copied: in memory its name is that of what is returned.
        return Earlier(index, path) if declared(path) == path else expression

    def _lengths(
        self,
        function: BoundaryFunction,
        bound: dict[str, Expression | Earlier],
        given: Mapping[str, Expression],
        written: WrittenCall,
    ) -> None:
        """Let a buffer that an earlier step has written be as long as that step says.

        Where a number of the step says it, that is passed as it lies in memory; where an expression does, what it
        comes to.
        """
        for length, group in ties(function.members).items():
            for buffer in group:
                value = bound.get(buffer.name)
                if not isinstance(value, Earlier) or length in bound:
                    continue
                source = next(each for index, each in self.named.values() if index == value.call)
                shape = next(m.shape for m in source.members if m.name == value.path)
                told = shape.length_name if isinstance(shape, s.PointerShape) else ""
                target = next(m for m in function.members if m.name == length)
                if told and not misfit(source, told, target):
                    bound[length] = Earlier(value.call, told)
                elif isinstance(shape, s.PointerShape) and shape.length is not None:
                    bound[length] = given[buffer.name].length
                else:
                    message = f"the length of `{buffer.name}` is unknown: say `{length}` as well"
                    labels = (Label(written.function.span), Label(buffer.promised))
                    remedy = f"such as `{function.name}(..., {spelling(length)}=...)`, made of what is given"
                    self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def fields(self, parts: tuple[str, ...]) -> FieldReferences | None:
        if len(parts) != 1 or parts[0] not in self.named:
            return None
        _, function = self.named[parts[0]]
        places = {member.name: member.declared for member in function.members}
        told = told_of(function)
        return FieldReferences(f"what `{function.name}` left", {*places, "result", *told}, places)


def _may_be_null(member: s.Member) -> bool:
    return isinstance(member.shape, s.AddressShape) and member.shape.nullable is not False


def _kind_of(shape: s.Shape) -> str:
    """Return what a value is in words; empty for what is neither a number nor memory of some length."""
    if isinstance(shape, s.ScalarShape):
        return _NUMBER
    long = isinstance(shape, s.PointerShape) and shape.what is not s.What.ONE
    return _MEMORY if long else ""


def _makes(function: BoundaryFunction) -> bool:
    return any(isinstance(member.shape, s.HandleShape) and member.shape.made for member in function.members)


def is_only_written(member: s.Member) -> bool:
    """Tell whether no call is given anything there: it is memory that the call writes, or a handle that it makes."""
    shape = member.shape
    if isinstance(shape, s.HandleShape):
        return shape.made
    return isinstance(shape, s.PointerShape) and not shape.direction.read
