"""`laws:` joined with the functions that their steps call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.boundary import BoundaryLaw, LawStep, is_just
from abidance.boundary.model.traversal import record_of, single
from abidance.boundary.model.values import Earlier
from abidance.boundary.resolve.pointers import pointer_shape
from abidance.boundary.values.length_parameters import ties
from abidance.contract.expression import Expression, FieldReferences, declared, spelling
from abidance.contract.language.calls import WrittenCall
from abidance.contract.language.clauses import Name
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.boundary import BoundaryFunction, HandleLife
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import Contract
    from abidance.contract.model.laws import Given
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
        self._named: dict[str, tuple[int, BoundaryFunction]] = {}
        self._libraries: dict[str, str] = {}
        """Of the named steps, whose function each calls."""

    def join(self, name: str, promise: LawPromise) -> BoundaryLaw:
        """Return a law."""
        calls = (*promise.steps, *_calls_inside(promise.ensures))
        if not calls:
            message = f"the law `{name}` makes no call: it says nothing of the library"
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(promise.span),)))
        members = tuple(self._member(word, given, calls) for word, given in promise.given.items())
        members = members or tuple(self._meant(calls))
        given = {spelling(member.name) for member in members}
        self._whose(calls)
        steps = []
        for index, written in enumerate(calls):
            step = self._step(index, written, given)
            if step is not None:
                steps.append(step)
        self._made_by_one(members, steps)
        constants = {*self._shaper.constants}
        for expression in promise.requires:
            self._problems.names(expression, {*given, *constants})
        for expression in promise.ensures:
            self._problems.names(expression, {*given, *self._named, *constants}, self._fields)
        for expression in promise.same:
            self._problems.names(expression, {*given, *self._named, *constants}, self._fields)
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
        )

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

    def _made_by_one(self, members: Iterable[s.Member], steps: Iterable[LawStep]) -> None:
        """Complain of a handle that steps of several libraries take: it would be made by one of them."""
        for member in members:
            takers = [each for each in steps if any(is_just(b, member.name) for b in each.bound.values())]
            whose = [*dict.fromkeys(each.library for each in takers)]
            if isinstance(member.shape, s.HandleShape) and len(whose) > 1:
                name, (one, other) = spelling(member.name), whose[:2]
                message = f"`{name}` is taken by `{one}` and by `{other}`, and a handle of one never goes to the other"
                each = ", ".join(f"{name}_{library}: {member.shape.handle}" for library in (one, other))
                labels = (Label(member.declared),) if member.declared is not None else ()
                self._problems.add(
                    Diagnostic(WRONG_VALUE, message, labels, help=f"give one for each: `{each}`")
                )

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
                if found is not None and (member := _as_given(*found, expression.span)) is not None:
                    known.add(spelling(name))
                    yield replace(member, name=name)

    def _passed_to(self, name: str, calls: Iterable[WrittenCall]) -> Iterator[tuple[BoundaryFunction, int]]:
        """Yield the parameters that are given a name as it is: functions, and the number of each in its own."""
        for call in calls:
            function = self._functions.get(call.function.text)
            if function is None:
                continue
            places = [n for n, member in enumerate(function.members) if not _is_out(member)]
            named = {member.name: n for n, member in enumerate(function.members)}
            for number, (parameter, expression) in enumerate(call.arguments):
                if expression.text.strip() != name:
                    continue
                given = places[number : number + 1]
                index = named.get(declared(parameter.text)) if parameter else next(iter(given), None)
                if index is not None:
                    yield function, index

    def _element(self, name: str, steps: Iterable[WrittenCall]) -> c.Type | None:
        """Return what an array that a law is given has as elements: those of the parameter that it goes to."""
        for function, index in self._passed_to(name, steps):
            pointer = self._shaper.declarations.resolve(function.declaration.parameters[index].type)
            if isinstance(function.members[index].shape, s.PointerShape) and isinstance(pointer, c.Pointer):
                return pointer.to
        return None

    def _step(self, index: int, written: WrittenCall, given: set[str]) -> LawStep | None:
        function = self._functions.get(written.function.text)
        if function is None:
            known: dict[str, Span | None] = {name: each.span for name, each in self._functions.items()}
            if written.library is None or written.library.text in self._contract.libraries:
                self._problems.unknown(
                    "function", written.function.text, written.function.span, known, "`functions`"
                )
            return None
        library = written.library.text if written.library is not None else ""
        bound: dict[str, Expression | Earlier] = {}
        places = [member for member in function.members if not _is_out(member)]
        for number, (name, expression) in enumerate(written.arguments):
            if name is not None and "." in name.text:
                self._field(function, name, expression, given, bound)
                continue
            if name is not None and function.lent is not None and name.text == function.lent.lender:
                if self._known(expression, given):
                    bound[name.text] = expression
                continue
            member = self._parameter(function, places, number, name, expression)
            if member is None:
                continue
            argument = self._argument(expression, member, given, library)
            if argument is not None:
                bound[member.name] = argument
        self._lengths(function, bound, written)
        times, when = self._condition(written.times, given), self._condition(written.when, given)
        if times is not None and (function.result.owned or function.result.free or _makes(function)):
            message = f"`{function.name}` is made {times.text} times, and what each call makes is the caller's to end"
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(times.span),)))
        if written.name is not None:
            self._named[written.name.text] = (index, function)
            self._libraries[written.name.text] = library
        return LawStep(written.name.text if written.name else "", function.name, bound, times, when, library)

    def _field(
        self,
        function: BoundaryFunction,
        name: Name,
        expression: Expression,
        given: set[str],
        bound: dict[str, Expression | Earlier],
    ) -> None:
        """Note what a field is given of a handle that the caller allocates, or of a record that is passed."""
        parameter, _, field = map(declared, name.text.partition("."))
        member = next((m for m in function.members if m.name == parameter), None)
        shape = member.shape if member is not None else None
        life = self._lives.get(shape.handle) if isinstance(shape, s.HandleShape) and not shape.made else None
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
            self._problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
            return
        if field not in {each.name for each in record.members}:
            known: dict[str, Span | None] = {each.name: each.declared for each in record.members}
            self._problems.unknown(
                "field", field, name.span, known, f"what the caller sets of `{record.spelling}`"
            )
            return
        if not self._known(expression, given):
            return
        if isinstance(shape, s.PointerShape) and any(each in expression.names for each in self._named):
            message = f"`{name.text}` is given what an earlier step has left, and only fields of handles are"
            remedy = (
                f"build the record in a law's `given`, or pass it whole: `{name.text.partition('.')[0]}=...`"
            )
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),), help=remedy))
            return
        bound[f"{parameter}.{field}"] = expression

    def _condition(self, expression: Expression | None, given: set[str]) -> Expression | None:
        """Return on what condition or how often a step is made, if it looks at nothing but what is there by then."""
        return expression if expression is not None and self._known(expression, given) else None

    def _known(self, expression: Expression, given: set[str]) -> bool:
        return self._problems.names(expression, {*given, *self._named, *self._shaper.constants}, self._fields)

    def _parameter(
        self,
        function: BoundaryFunction,
        places: list[s.Member],
        number: int,
        name: Name | None,
        expression: Expression,
    ) -> s.Member | None:
        if name is None:
            if number < len(places):
                return places[number]
            message = (
                f"`{function.name}` takes {len(places)} arguments here, without those that are only written"
            )
            self._problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),)))
            return None
        found = next((m for m in function.members if m.name == declared(name.text)), None)
        if found is None:
            known: dict[str, Span | None] = {m.name: m.declared for m in function.members}
            self._problems.unknown("parameter", name.text, name.span, known, f"`{function.name}`")
        return found

    def _argument(
        self, expression: Expression, member: s.Member, given: set[str], library: str
    ) -> Expression | Earlier | None:
        references = expression.references
        if not self._known(expression, given):
            return None
        if len(references) == 1 and references[0].parts[0] in self._named:
            (reference,) = references
            if expression.text.strip() == ".".join(reference.parts) and len(reference.parts) == 2:
                step, path = reference.parts
                if self._libraries[step] != library and self._libraries[step] and library:
                    return self._of_other(step, path, expression, member, library)
                return self._earlier(step, path, expression, member)
        if any(reference.parts[0] in self._named for reference in references) and not _is_computed(member):
            message = (
                f"`{member.name}` is neither a number nor memory that is read, so nothing is computed for it"
            )
            self._problems.add(
                Diagnostic(WRONG_VALUE, message, (Label(expression.span), Label(member.declared)))
            )
            return None
        if isinstance(member.shape, s.ScalarShape) and expression.names <= self._shaper.constants.keys():
            self._check_number(expression, member, member.shape)
        return expression

    def _check_number(self, expression: Expression, member: s.Member, shape: s.ScalarShape) -> None:
        """Complain about a constant that no valid call has: the law would never be put to the test."""
        numbers = {name: each for name, each in self._shaper.constants.items() if isinstance(each, int)}
        value = self._problems.constant(expression, numbers) if expression.names <= numbers.keys() else None
        listed = shape.members and (shape.closed or shape.kind != "enum")
        if value is None or (shape.has(value) if listed else shape.lowest <= value <= shape.highest):
            return
        message = f"no valid call has {expression.text} for `{member.name}`"
        self._problems.add(
            Diagnostic(WRONG_VALUE, message, (Label(expression.span), Label(member.promised, "says so")))
        )

    def _of_other(
        self, step: str, path: str, expression: Expression, member: s.Member, library: str
    ) -> Expression | None:
        """Return what a step of another library left, as a value; complain where it is no more than an address."""
        _, function = self._named[step]
        theirs, place = self._libraries[step], _place_of(function, path)
        message = ""
        if _made(function, path) or isinstance(place, s.HandleShape):
            message = (
                f"`{expression.text}` is a handle of `{theirs}`, and goes to `{library}`: "
                "a handle of one library never goes to another"
            )
        elif isinstance(member.shape, s.HandleShape):
            message = (
                f"`{member.name}` is a handle of `{library}`, and `{expression.text}` is none of its own"
            )
        elif not _is_computed(member) or place is None or isinstance(place, s.RecordShape):
            message = (
                f"`{expression.text}` cannot go from `{theirs}` to `{library}` as `{member.name}`: "
                "only numbers, texts, bytes and arrays of numbers do"
            )
        if not message:
            return expression
        labels = (Label(expression.span), Label(member.declared))
        remedy = "let the one write it as bytes, or as a text, and the other read that"
        self._problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        return None

    def _earlier(
        self, step: str, path: str, expression: Expression, member: s.Member
    ) -> Expression | Earlier | None:
        index, function = self._named[step]
        if isinstance(member.shape, s.HandleShape) and _made(function, path) == member.shape.handle:
            return Earlier(index, path, member.shape.handle)
        if _is_copied(function, path, member):
            return expression
        why = self._misfit(function, path, member)
        if why:
            message = f"`{expression.text}` cannot be passed as `{member.name}`: {why}"
            self._problems.add(
                Diagnostic(WRONG_VALUE, message, (Label(expression.span), Label(member.declared)))
            )
            return None
        return Earlier(index, path)

    def _misfit(self, function: BoundaryFunction, path: str, member: s.Member) -> str:
        """Return why what a call left cannot be passed on as it lies in memory, empty where it can."""
        there: s.Shape | None = function.result.shape
        of = f"the result of `{function.name}`"
        if path != "result":
            there, of = next((m.shape for m in function.members if m.name == path), None), f"`{path}`"
            if there is None:
                return f"`{function.name}` has no output `{path}`"
            if not isinstance(there, s.PointerShape) or not there.direction.written:
                return f"`{function.name}` does not write {of}, so it is what was given: give that"
            if isinstance(member.shape, s.PointerShape):
                one, other = _size(there.element), _size(member.shape.element)
                return (
                    ""
                    if one == other
                    else f"{of} has elements of {one} bytes, and `{member.name}` of {other}"
                )
            there = there.element
        if isinstance(member.shape, s.HandleShape):
            return f"it is a `{member.shape.handle}`, and {of} is none that `{function.name}` created"
        if not isinstance(there, s.ScalarShape):
            return f"{of} is no number, and of what is returned or read only numbers and new handles are passed on"
        if not isinstance(member.shape, s.ScalarShape):
            return f"{of} is a number, and `{member.name}` is none"
        if "float" in (there.kind, member.shape.kind):
            return "numbers with a fraction are not passed on"
        one, other = there.size, member.shape.size
        return "" if one == other else f"{of} has {one} bytes, and `{member.name}` has {other}"

    def _lengths(
        self, function: BoundaryFunction, bound: dict[str, Expression | Earlier], written: WrittenCall
    ) -> None:
        """Let a buffer that an earlier step has written be as long as that step says."""
        for length, group in ties(function.members).items():
            for buffer in group:
                value = bound.get(buffer.name)
                if not isinstance(value, Earlier) or length in bound:
                    continue
                _, source = list(self._named.values())[
                    [index for index, _ in self._named.values()].index(value.call)
                ]
                shape = next(m.shape for m in source.members if m.name == value.path)
                told = shape.length_name if isinstance(shape, s.PointerShape) else ""
                target = next(m for m in function.members if m.name == length)
                if told and not self._misfit(source, told, target):
                    bound[length] = Earlier(value.call, told)
                else:
                    message = f"the length of `{buffer.name}` is unknown: say `{length}` as well"
                    labels = (Label(written.function.span), Label(buffer.promised))
                    remedy = f"such as `{function.name}(..., {spelling(length)}=...)`, made of what is given"
                    self._problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))

    def _fields(self, parts: tuple[str, ...]) -> FieldReferences | None:
        if len(parts) != 1 or parts[0] not in self._named:
            return None
        _, function = self._named[parts[0]]
        places = {member.name: member.declared for member in function.members}
        return FieldReferences(f"what `{function.name}` left", {*places, "result"}, places)


def _made(function: BoundaryFunction, path: str) -> str:
    """Return the handle that a call brings into being at a place, if any."""
    if path == "result":
        shape = function.result.shape
        if isinstance(shape, s.HandleShape) and (function.result.owned or shape.borrowed):
            return shape.handle
        return ""
    found = next((m.shape for m in function.members if m.name == path), None)
    return found.handle if isinstance(found, s.HandleShape) and found.made else ""


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


def _as_given(function: BoundaryFunction, index: int, span: Span) -> s.Member | None:
    """Return a parameter as what a law is given: by itself, without the length and the room that others tell."""
    member = function.members[index]
    shape, limit = member.shape, None
    match shape:
        case s.PointerShape(direction=direction) if direction.read and not shape.handed:
            told = next((m.shape for m in function.members if m.name == shape.length_name), None)
            if shape.limit is not None:
                limit = shape.limit
            elif shape.what is not s.What.STRING:
                # As long as its length may be; where nothing limits that, so is nothing else.
                limit = (
                    MOST_GIVEN if not isinstance(told, s.ScalarShape) else int(min(told.highest, MOST_GIVEN))
                )
            nullable = shape.nullable if isinstance(shape.nullable, bool) else False
            shape = replace(
                shape, direction=s.Direction.IN, length=None, capacity=None, limit=limit, nullable=nullable
            )
        case s.HandleShape(made=False):
            shape = replace(
                shape, span=span, owner="", always=False, lifetime="", until=(), into="", nullable=False
            )
        case s.ScalarShape():
            pass
        case _:
            return None
    return s.Member(member.name, shape, span, span, generate=member.generate)


MOST_GIVEN = 1000
"""So many elements has what a law is given at most where neither `max` nor the range of its length says so."""


def _makes(function: BoundaryFunction) -> bool:
    return any(isinstance(member.shape, s.HandleShape) and member.shape.made for member in function.members)


def _is_computed(member: s.Member) -> bool:
    """Tell whether a parameter may be given what an expression comes to."""
    shape = member.shape
    if isinstance(shape, s.PointerShape) and shape.direction.read and not shape.handed:
        return shape.what is not s.What.ONE or isinstance(shape.element, s.ScalarShape)
    return isinstance(shape, s.ScalarShape)


def _is_copied(function: BoundaryFunction, path: str, member: s.Member) -> bool:
    """Tell whether what a call left is passed as a copy: memory that it returned, a text, a number of another type."""
    if not _is_computed(member):
        return False
    there = _left_at(function, path)
    if isinstance(there, s.PointerShape) and isinstance(there.element, s.PointerShape):
        there, path = there.element, "result"  # what lies behind it is the library's, as if it were returned
    if not isinstance(there, s.PointerShape):
        scalars = isinstance(there, s.ScalarShape) and isinstance(member.shape, s.ScalarShape)
        return scalars and (there.size, there.kind == "float") != (  # type: ignore[union-attr]
            member.shape.size,
            member.shape.kind == "float",  # type: ignore[union-attr]
        )
    if not isinstance(member.shape, s.PointerShape):
        one = there.element if path != "result" and there.what is s.What.ONE else None
        return isinstance(one, s.ScalarShape) and _size(one) != _size(member.shape)
    if path != "result" and there.what is not s.What.STRING and member.shape.what is not s.What.STRING:
        return False  # memory of the caller's own is passed as it lies
    kinds = {there.what, member.shape.what}
    return kinds <= {s.What.STRING, s.What.BYTES} or (
        kinds == {s.What.ARRAY} and _size(there.element) == _size(member.shape.element)
    )


def _place_of(function: BoundaryFunction, path: str) -> s.Shape | None:
    """Return what a call has at a place, written or not."""
    if path == "result":
        return function.result.shape
    return next((m.shape for m in function.members if m.name == path), None)


def _left_at(function: BoundaryFunction, path: str) -> s.Shape | None:
    found = _place_of(function, path)
    if path == "result":
        return found
    written = isinstance(found, s.PointerShape) and found.direction.written
    return found if written else None


def _is_out(member: s.Member) -> bool:
    shape = member.shape
    if isinstance(shape, s.HandleShape):
        return shape.made and shape.level == 2
    return isinstance(shape, s.PointerShape) and not shape.direction.read


def _size(shape: s.Shape) -> int:
    return getattr(shape, "size", 0)
