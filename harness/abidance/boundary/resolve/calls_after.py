"""The arguments of a call that is made right after another one, to tell something of it."""

from __future__ import annotations

import ast
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.questions import THE_RESULT, FollowUpArgument
from abidance.boundary.model.traversal import elements_of, number_left, number_of, record_of, whole_number_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandleShape,
    OpaqueShape,
    PointerShape,
    ScalarShape,
    What,
)
from abidance.boundary.resolve.fields_given import field_in, leads_nowhere, type_of_field
from abidance.boundary.values.forms import has_form, is_encoded
from abidance.contract.expression import Expression, spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.core.span import Span


THIS = "this"
"""What a contract calls the element of an array that a function is given which frees it."""


def answer_of(call: str, field: str = RESULT_NAME) -> str:
    """Return what stands for an answer of a call in an expression: for what it returns, or leaves in a parameter."""
    return call if field == RESULT_NAME else f"{call}.{field}"


def parts_of_answer(text: str) -> tuple[str, str]:
    """Return the call that an answer is of, and which of its answers it is: the inverse of `answer_of`."""
    call, _, field = text.rpartition(".")
    return (call, field) if "(" in call and field.isidentifier() else (text, RESULT_NAME)


def as_answers(told: Mapping[str, object]) -> dict[str, object]:
    """Return what was told, by the texts of the questions, as expressions see it: by calls, and by what these left."""
    found: dict[str, dict[str, object]] = {}
    for text, value in told.items():
        call, field = parts_of_answer(text)
        found.setdefault(call, {})[field] = value
    return dict(found)


@dataclass(frozen=True, slots=True)
class ArgumentReader:
    """Reads what `teller` is called with, to tell something of a call of `function`.

    Each argument is a parameter of `function`, its result or a constant. Where they may be `calculated`, it may be an
    expression as well, over what numbers are right after the call or, of a call `before` it, right then; `variables`
    are those of loops around. `this` is the path of what `THIS` stands for. Where a number that `teller` leaves behind
    a pointer `answers` as well, that parameter may be left out. With `sized`, an argument may be a size: sums and
    products of numbers of the call, at most one of which is known after it only.
    """

    function: BoundaryFunction
    teller: BoundaryFunction
    constants: Mapping[str, int]
    problems: Problems
    _: KW_ONLY
    calculated: bool = False
    before: bool = False
    variables: frozenset[str] = frozenset()
    this: str = ""
    answers: bool = False
    sized: bool = False

    def read(
        self, written: Sequence[tuple[Name | None, Expression]], span: Span
    ) -> tuple[FollowUpArgument, ...] | None:
        """Return the arguments in the parameters' order; None, with a complaint, where one is wrong or missing."""
        teller = self.teller
        members = {member.name: member for member in teller.members}
        given: dict[str, FollowUpArgument] = {}
        own = {each.name for each in teller.members if self.answers and number_left(each.shape) is not None}
        in_full = len(written) == len(teller.members)
        waiting = iter([each for each in teller.members if in_full or each.name not in own])
        for name, expression in written:
            member = members.get(name.text) if name is not None else next(waiting, None)
            loops = self.variables if member is None or not isinstance(member.shape, ScalarShape) else ()
            if self.calculated and leads_nowhere(self.function, expression, loops, self.problems):
                return None
            argument = self._argument(expression, member)
            if member is None:
                known: dict[str, Span | None] = {m.name: m.declared for m in teller.members}
                text, there = (
                    (name.text, name.span) if name is not None else (expression.text, expression.span)
                )
                self.problems.unknown("parameter", text, there, known, f"`{teller.name}`")
                return None
            if argument is None:
                return None
            given[member.name] = argument
        given = {**{name: FollowUpArgument(room=True) for name in own}, **given}
        missing = [name for name in members if name not in given]
        if missing:
            message = f"`{missing[0]}` of `{teller.name}` is not given"
            labels = (Label(span), Label(teller.declaration.span))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels))
            return None
        return tuple(given[name] for name in members)

    def _argument(self, expression: Expression, member: Member | None) -> FollowUpArgument | None:
        """Return one argument, for a parameter that may be none of `teller`'s."""
        if self.this and expression.sole_name == THIS:
            return FollowUpArgument(self.this)
        argument = self._calculated(expression) if self.calculated else self._size(expression)
        if argument is None and member is not None and expression.is_null:
            return _null(member, self.teller, expression, self.problems)
        if argument is None and member is not None and self.calculated and _is_written_out(expression):
            return _contents(member, self.teller, expression, self.problems)
        argument = argument or self._plain(expression)
        if argument is not None and member is not None and not _is_of_kind(argument.constant, member):
            where = f"`{member.name}` of `{self.teller.name}` is a whole number"
            message = f"{where}, and `{expression.text}` is given for it"
            labels = (Label(expression.span), Label(member.declared))
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels))
            return None
        return argument

    def _size(self, expression: Expression) -> FollowUpArgument | None:
        """Return a size that is worked out of numbers, None for what is none."""
        names = expression.names - self.constants.keys()
        if (
            not self.sized
            or not names
            or expression.sole_name in names
            or not _is_sum_of_products(expression.tree)
        ):
            return None
        members = {spelling(member.name): member.shape for member in self.function.members}
        members[RESULT_NAME] = self.function.result.shape
        if any(name not in members or whole_number_of(members[name]) is None for name in names):
            return None
        late = [name for name in names if name == RESULT_NAME or isinstance(members[name], PointerShape)]
        if len(late) > 1 or (late and not _grows_with(expression.tree, late[0])):
            return None
        return FollowUpArgument(calculated=expression, of="".join(late))

    def _calculated(self, expression: Expression) -> FollowUpArgument | None:
        """Return an argument that is worked out, None for what is none or cannot be."""
        function, constants, before = self.function, self.constants, self.before
        fractions = {
            member.name
            for member in function.members
            if _has_fractions(member.shape) and _is_left(member.shape, before=before)
        }
        members = [member for member in function.members if member.name not in fractions]
        numbers = [member for member in members if number_of(member.shape) is not None]
        arrays = [member for member in members if elements_of(member.shape) is not None]
        shapes = {member.name: member.shape for member in function.members}
        left = {
            spelling(member.name): member.name
            for member in (*numbers, *arrays)
            if _is_left(member.shape, before=before)
        }
        records = [member for member in function.members if record_of(member.shape) is not None]
        left_records = {spelling(member.name) for member in records if _is_left(member.shape, before=before)}
        known = {spelling(member.name) for member in (*numbers, *arrays, *records)}
        known = (known - left.keys() - left_records) | self.variables
        if field := _field(function, expression, known | constants.keys(), before=before):
            return field
        match expression.tree:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.expr() as index) if name in left:
                inside = expression.inside(index)
                if inside.names <= known | constants.keys():
                    return FollowUpArgument(left[name], index=inside)
        readable = {spelling(name) for name in left.values() if not _is_left(shapes[name], before=True)}
        readable |= {spelling(member.name) for member in records if not _is_left(member.shape, before=True)}
        late = {
            answer_of(*reference.parts[:2]) if "(" in reference.parts[0] else reference.parts[0]
            for reference in expression.references
            if reference.parts[0] not in known | constants.keys()
            and not (reference.old and reference.parts[0] in readable)
        }
        if expression.sole_name in ("result", *(member.name for member in function.members)):
            return None
        if not late and expression.names - constants.keys():
            return FollowUpArgument(calculated=expression)
        if len(late) == 1 and all(name == "result" or "(" in name or name in left for name in late):
            (name,) = late
            if name not in (spelling(each.name) for each in arrays) and adds_to(expression.tree, name):
                early = any(
                    each.old for each in expression.references if each.parts[0] == parts_of_answer(name)[0]
                )
                return FollowUpArgument(calculated=expression, of=name, early=early)
        return None

    def _plain(self, expression: Expression) -> FollowUpArgument | None:
        """Return a parameter, the result or a constant."""
        function, teller, problems = self.function, self.teller, self.problems
        if expression.sole_name == RESULT_NAME and RESULT_NAME in expression.names:
            return FollowUpArgument(THE_RESULT)
        if any(member.name == expression.sole_name for member in function.members):
            return FollowUpArgument(expression.sole_name)
        if expression.sole_name and expression.sole_name not in self.constants:
            known: dict[str, Span | None] = {m.name: m.declared for m in function.members}
            if function.promise is None or expression.sole_name not in function.promise.params:
                problems.unknown("parameter", expression.text, expression.span, known, f"`{function.name}`")
            return None
        late = {"result", *(spelling(member.name) for member in function.members)}
        if expression.names & late or any("(" in name for name in expression.names):
            message = (
                f"`{expression.text}` is calculated, and `{teller.name}` is asked with parameters as they are"
            )
            remedy = "it is given parameters of this call, its `result` or constants"
            if self.calculated:
                written = expression.text.replace(").result", ")")
                message = f"`{written}` cannot be worked out before `{teller.name}` is asked"
                remedy = (
                    "what is known only after the call may be one number: its `result`, or what another function is "
                    "asked, and something added to that or taken away; what memory holds is passed on by the steps "
                    "of a law"
                )
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),), help=remedy))
            return None
        value = problems.constant(expression, self.constants)
        return None if value is None else FollowUpArgument(constant=value)


def _has_fractions(shape: Shape) -> bool:
    """Tell whether a shape leads to fractions: what a call leaves of these, no other call is given."""
    number = number_of(shape) or elements_of(shape)
    return number is not None and number.kind == "float"


def _field(
    function: BoundaryFunction, expression: Expression, known: Container[str], *, before: bool
) -> FollowUpArgument | None:
    """Return an argument that is a field of a record: no number, or a number in a record that the call leaves.

    None of what is worked out before the call, and of anything else. An index is worked out of what is `known`.
    """
    given = field_in(function, expression)
    if given is None or (
        isinstance(given.index, Expression) and not all(n in known for n in given.index.names)
    ):
        return None
    field = type_of_field(function, given)
    if field is not None and not isinstance(field, ScalarShape):
        return given
    if given.parameter == THE_RESULT:
        return None if before else given
    shape = next(member.shape for member in function.members if member.name == given.parameter)
    return given if _is_left(shape, before=before) else None


def _is_left(shape: Shape, *, before: bool) -> bool:
    """Tell whether what a pointer leads to is what the call leaves there; `before` it, only what it does not read."""
    return isinstance(shape, PointerShape) and (
        shape.direction.written and not (before and shape.direction.read)
    )


def _null(
    member: Member, teller: BoundaryFunction, expression: Expression, problems: Problems
) -> FollowUpArgument | None:
    """Return NULL, where a function may always be given that; complain where it may not."""
    shape, where = member.shape, f"`{member.name}` of `{teller.name}`"
    if isinstance(shape, PointerShape | HandleShape | OpaqueShape) and shape.nullable is True:
        return FollowUpArgument(null=True)
    message = f"{where} is not `nullable`" if isinstance(shape, AddressShape) else f"{where} is no pointer"
    labels = (Label(expression.span), Label(teller.declaration.span))
    problems.add(Diagnostic(WRONG_VALUE, f"{message}, and `{expression.text}` is given for it", labels))
    return None


def _is_of_kind(number: Real, member: Member) -> bool:
    """Tell whether a number may be given at a place, as far as that is one for whole numbers."""
    is_fraction = isinstance(member.shape, ScalarShape) and member.shape.kind == "float"
    return is_fraction or isinstance(number, int)


def _is_written_out(expression: Expression) -> bool:
    return isinstance(expression.tree, ast.Constant) and isinstance(expression.tree.value, str | bytes)


def _contents(
    member: Member, teller: BoundaryFunction, expression: Expression, problems: Problems
) -> FollowUpArgument | None:
    """Return a text, or bytes, that a function reads; complain where it reads none, or may not be given these."""
    shape, value = member.shape, expression.evaluate({})
    where, words = f"`{member.name}` of `{teller.name}`", ""
    assert isinstance(value, str | bytes)
    if not isinstance(shape, PointerShape) or shape.what not in (What.STRING, What.BYTES):
        words = f"{where} is neither a text nor bytes"
    elif shape.element.size != 1:
        words = f"{where} has characters of {shape.element.size} bytes, and none are written out"
    elif shape.direction.written or shape.handed:
        words = f"{where} is not only read"
    else:
        try:
            raw = value.encode(shape.encoding) if isinstance(value, str) else value
        except UnicodeEncodeError:
            raw, words = b"", f"`{expression.text}` is no text in {shape.encoding}, which {where} is"
        if shape.what is What.STRING and 0 in raw:
            words = f"`{expression.text}` has a NUL, at which {where} ends"
        elif not words and not (is_encoded(shape, raw) and has_form(shape, raw)):
            words = f"`{expression.text}` is not of the form that {where} has"
        elif shape.limit is not None and len(raw) > shape.limit:
            words = f"`{expression.text}` has more than {shape.limit} bytes, the most that {where} has"
        elif not words:
            return FollowUpArgument(contents=raw)
    labels = (Label(expression.span), Label(teller.declaration.span))
    problems.add(Diagnostic(WRONG_VALUE, words, labels))
    return None


def _is_sum_of_products(tree: ast.expr) -> bool:
    """Tell whether an expression is made of numbers by adding, taking away and multiplying alone."""
    match tree:
        case ast.Name():
            return True
        case ast.Constant(value=int()):
            return True
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult(), right):
            return _is_sum_of_products(left) and _is_sum_of_products(right)
    return False


def _grows_with(tree: ast.expr, name: str) -> bool:
    """Tell whether an expression is a multiple of a number, and what is added to that: no square, and no less of it."""
    if not _has(tree, name) or _is(tree, name):
        return True
    match tree:
        case ast.BinOp(left, ast.Mult(), right):
            return _has(left, name) != _has(right, name) and all(_grows_with(e, name) for e in (left, right))
        case ast.BinOp(left, ast.Sub(), right):
            return not _has(right, name) and _grows_with(left, name)
        case ast.BinOp(left, ast.Add(), right):
            return _grows_with(left, name) and _grows_with(right, name)
    return False


def _has(tree: ast.expr, name: str) -> bool:
    return any(_is(each, name) for each in ast.walk(tree))


def adds_to(tree: ast.expr, name: str) -> bool:
    """Tell whether an expression is a number, or what another call returned, and something added or taken away."""
    match tree:
        case ast.Name() | ast.Attribute():
            return _is(tree, name)
        case ast.Call(func=ast.Name(id="old"), args=[before]):
            return adds_to(before, name)
        case ast.BinOp(left, ast.Add(), right):
            sides = [_names(left, name), _names(right, name)]
            return sum(sides) == 1 and adds_to(left if sides[0] else right, name)
        case ast.BinOp(left, ast.Sub(), right):
            return not _names(right, name) and adds_to(left, name)
    return False


def _names(tree: ast.expr, name: str) -> bool:
    return any(_is(each, name) for each in ast.walk(tree))


def _is(node: ast.AST, name: str) -> bool:
    """Tell whether a part of an expression is a number with a name, or what a call answers."""
    match node:
        case ast.Name():
            return node.id == name
        case ast.Attribute(value=ast.Name(id=call), attr=field):
            return answer_of(call, field) == name
    return False
