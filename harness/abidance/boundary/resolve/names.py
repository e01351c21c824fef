"""The names in a function's expressions against its parameters, and what has a value when."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape, invocations_member
from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import element_of, fields_of, innermost, pointee
from abidance.boundary.values.callback_writes import places_read, reading
from abidance.boundary.values.element_lengths import is_lengths, is_number, lengths_beside
from abidance.contract.expression import CALLS, CONTENTS, FieldReferences, spelling
from abidance.contract.expression.references import ELEMENT
from abidance.contract.language.lifetime_cases import lifetimes_of
from abidance.contract.language.owners import cases_of
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.status_bounds import StatusBounds
    from abidance.boundary.resolve.callbacks import Inside
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression, Reference, Resolve
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import FunctionPromise
    from abidance.contract.model.places import Element
    from abidance.core.span import Span

_NO_FIELDS = (s.ScalarShape, s.NothingShape, s.OpaqueShape, s.WithinShape)
_NULLS = frozenset(("null", "None", "NULL"))
AFTER_CALL = ("result", "errno")
"""What expressions see of every call that has come back, besides its parameters."""


def check_names(
    function: BoundaryFunction,
    promise: FunctionPromise,
    constants: Collection[str],
    problems: Problems,
    inside: Inside,
) -> None:
    """Complain about unknown names, and about looking at what has no value yet.

    Expressions `inside` are about invocations: they have names of their own besides those of the call.
    """
    members, known, shapes = scope(function, constants)
    resolve = resolver(shapes)
    after = {
        *known,
        *AFTER_CALL,
        *(("last_error",) if promise.returns and promise.returns.last_error else ()),
        *told_of(function),
    }
    for expression, own in inside:
        problems.names(expression, {*known, *own, *AFTER_CALL}, resolver({**shapes, **own}))
    refused = tuple(each.condition for each in promise.rejects if each.condition is not None)
    for expression in (*promise.requires, *refused):
        problems.names(expression, {*known, *(call.name for call in expression.calls)}, resolve)
    _check_twice(promise.requires, refused, problems)
    if promise.returns is not None and promise.returns.owned_when is not None:
        problems.names(promise.returns.owned_when, known, resolve)
    if function.result.bounds is not None:
        _check_status(function.result.bounds, members, known, resolve, problems)
    if promise.returns is not None and promise.returns.owned_unless is not None:
        _check_lent(promise.returns.owned_unless, function, problems, lasts=promise.returns.free is None)
    for expression in promise.ensures:
        problems.names(expression, {*after, *(call.name for call in expression.calls)}, resolve)
        _check_old(expression, members, problems)
        _check_null(expression, shapes, problems)
        _check_place(expression, shapes, problems)
    for expression in (each for reject in promise.rejects for each in reject.ensures):
        problems.names(expression, {*after, *(call.name for call in expression.calls)}, resolve)
        _check_old(expression, members, problems)
    for name, place in (*promise.params.items(), ("", promise.returns)):
        if place is None:
            continue
        for _, condition in (*cases_of(place.owner), *lifetimes_of(place.lifetime)):
            problems.names(condition, known, resolve)
        inner = place.points_at
        behind = (inner.length, inner.capacity, inner.nullable) if isinstance(inner, TargetPromise) else ()
        for clause in (place.length, place.capacity, place.nullable, *behind):
            if clause is not None and not isinstance(clause, bool):
                asked = (call.name for call in clause.calls)
                problems.names(clause, {*known, "result", *asked}, resolve)
        if place.of is not None:
            check_elements(place.of, function.members, known, problems)
        given = members.get(spelling(name))
        if given is not None and isinstance(given.shape, s.PointerShape):
            _check_size(given.shape, members, problems)


def told_of(function: BoundaryFunction) -> tuple[str, ...]:
    """Return what expressions call the status of a function that is asked for it, if it is."""
    return (TOLD,) if function.status is not None and function.status.asked is not None else ()


def check_before(
    function: BoundaryFunction,
    lives: Mapping[str, HandleLife],
    functions: Iterable[BoundaryFunction],
    problems: Problems,
) -> None:
    """Complain about preconditions and sizes by what the library keeps in a handle: nothing tells it beforehand."""
    members = {spelling(member.name): member for member in function.members}
    for expression in function.requires:
        _check_identity(expression, members, lives, problems)
    for clause, expression in _asked_before(function):
        for reference in expression.references:
            member = members.get(reference.parts[0])
            if member is None or len(reference.parts) < 2 or not isinstance(member.shape, s.HandleShape):
                continue
            life, name = lives.get(member.shape.handle), reference.parts[1]
            if life is None or name in (life.described if member.shape.made else life.known_before):
                continue
            message = (
                f"`{reference.path}` is not known before the call, so `{clause}` cannot ask for it: it is what the "
                f"library keeps in the `{life.name}`"
            )
            remedy = (
                f"say which calls lead to where `{function.name}` may be called: `handles: {{{life.name}: {{states: "
                "..., transitions: ...}}`"
                if clause == "requires"
                else f"ask a function for it, `{clause}: FUNCTION({member.name})`"
            )
            remedy = created_with(life, name, functions) or remedy
            if name in life.counted:
                message = (
                    f"`{reference.path}` is what the `{life.name}` counts, of which `{clause}` knows nothing"
                )
                remedy = (
                    f"say it of the handle, `{{when: {{{member.name}: {name} > 0}}}}`"
                    if clause == "when"
                    else f"say it where calls have an order: `transitions: {{{function.name}: {{while: {name} > 0}}}}`"
                )
            if life.record is not None and any(m.name == name for m in life.record.members):
                remedy += (
                    "; or describe the field under `types`, if it is the caller who sets it before each call; or ask "
                    f"a function of the contract's own, `{name}_of({member.name})`: `{name}_of: {{prototype: "
                    f"TYPE {name}_of(const {life.name} *{member.name}), inline: {member.name}->{name}}}`"
                )
            labels = (Label(reference.span), Label(member.promised))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _asked_before(function: BoundaryFunction) -> Iterator[tuple[str, Expression]]:
    """Yield what is asked before a call, with its clause: what is lawful or refused, and how large memory is."""
    yield from (("requires", each) for each in function.requires)
    refused = function.promise.rejects if function.promise is not None else ()
    yield from (("when", each.condition) for each in refused if each.condition is not None)
    for member in function.members:
        shape = member.shape
        if not isinstance(shape, s.PointerShape):
            continue
        if shape.capacity is not None:
            yield "capacity", shape.capacity
        if shape.length is not None and (shape.direction.read or shape.capacity is None):
            yield "length", shape.length


def created_with(life: HandleLife, name: str, functions: Iterable[BoundaryFunction]) -> str | None:
    """Return how to say that a field is what a handle was created with, where a creator has such a number."""
    for function in functions:
        numbers = [
            m.name for m in function.members if isinstance(m.shape, s.ScalarShape) and m.shape.kind != "float"
        ]
        if function.name in life.creates and name in numbers and life.number is None:
            clause = f"`handles: {{{life.name}: {{created_with: {name}}}}}`"
            return f"where it is what `{function.name}` was given, say so: {clause}"
    return None


def _check_identity(
    expression: Expression,
    members: Mapping[str, s.Member],
    lives: Mapping[str, HandleLife],
    problems: Problems,
) -> None:
    """Complain where it is asked before a call whether two handles are the same: borrowed ones have several names."""
    for node in ast.walk(expression.tree):
        match node:
            case ast.Compare(
                left=ast.Name(id=one), ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Name(id=other)]
            ):
                pass
            case _:
                continue
        named = [members[each] for each in (one, other) if each in members]
        shapes = [each.shape for each in named if isinstance(each.shape, s.PointerHandle)]
        if len(shapes) == 2 and not any(lives[e.handle].record for e in shapes if e.handle in lives):
            message = f"whether `{one}` and `{other}` are one handle is not known before the call"
            first, second = (each.name for each in named)
            remedy = (
                f"`{second}: {{handle: {shapes[1].handle}, into: {first}}}` says that `{first}` then has what "
                f"`{second}` held, so that the two are never the same; a function may tell them apart, "
                f"`place({first}) != place({second})`; or say what such a call does"
            )
            labels = (Label(expression.span), Label(named[1].promised))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _check_lent(name: Name, function: BoundaryFunction, problems: Problems, *, lasts: bool) -> None:
    """Complain where a result may be in what is no memory, or is not written where all else is freed.

    One that `lasts` may be what was passed, such as a default.
    """
    known: dict[str, Span | None] = {member.name: member.declared for member in function.members}
    if name.text not in known:
        problems.unknown("parameter", name.text, name.span, known, f"`{function.name}`")
        return
    member = next(each for each in function.members if each.name == name.text)
    if not (isinstance(member.shape, s.PointerShape) and (lasts or member.shape.direction.written)):
        what = "no memory that is passed" if lasts else "not memory which the call writes"
        message = f"the result cannot be in the memory of `{name.text}`: that is {what}"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(name.span), Label(member.promised))))


def check_elements(
    of: Element, members: tuple[s.Member, ...], known: Collection[str], problems: Problems
) -> None:
    """Complain about lengths of buffers in an array that neither numbers tell nor an array of them beside it.

    And about conditions on which they are somebody's that name what is not there.
    """
    for _, condition in cases_of(of.owner):
        problems.names(condition, known)
    beside = {spelling(member.name): member for member in members}
    for key, clause in (("length", of.length), ("capacity", of.capacity)):
        if clause is None or not problems.names(clause, known):
            continue
        if lengths_beside(members, clause) is not None:
            continue
        for reference in clause.references:
            member = beside.get(reference.parts[0])
            if member is None or len(reference.parts) > 1 or is_number(member.shape):
                continue
            message = f"`{member.name}` tells no length: it is neither a number nor an array of whole numbers"
            if is_lengths(member.shape):
                message = (
                    f"`{member.name}` has a number for each of these, with which nothing is calculated here"
                )
            remedy = f"say `{key}: NAME` with the name of an array that has a number for each"
            labels = (Label(reference.span), Label(member.promised))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def check_condition(
    function: BoundaryFunction, expression: Expression, constants: Collection[str], problems: Problems
) -> bool:
    """Complain the same of a condition on what a call was given and has left; return whether all names are known."""
    members, known, shapes = scope(function, constants)
    _check_old(expression, members, problems)
    return problems.names(expression, {*known, *AFTER_CALL, *told_of(function)}, resolver(shapes))


def scope(
    function: BoundaryFunction, constants: Collection[str]
) -> tuple[dict[str, s.Member], set[str], dict[str, s.Shape]]:
    """Return the parameters by the names that expressions use, all names but those of results, and shapes.

    What the contract calls a parameter by mistake is complained of there, and not wherever it is used.
    """
    members = {spelling(member.name): member for member in function.members}
    shapes = {name: member.shape for name, member in members.items()} | {"result": function.result.shape}
    written = map(spelling, function.promise.params) if function.promise is not None else ()
    return members, {*members, *constants, *written}, shapes


def _check_null(expression: Expression, shapes: Mapping[str, s.Shape], problems: Problems) -> None:
    """Complain that a handle which is a number is compared with `null`, which no number is."""
    for node in ast.walk(expression.tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        names = {side.id for side in sides if isinstance(side, ast.Name)}
        for name in sorted(names) if names & _NULLS else ():
            shape = shapes.get(name)
            if isinstance(shape, s.NumberHandle):
                message = f"`{name}` is a number here, and no number is `null`"
                none = f"compare it with what it is then: `{name} == {shape.none}`" if shape.invalid else None
                problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),), help=none))


def _check_place(expression: Expression, shapes: Mapping[str, s.Shape], problems: Problems) -> None:
    """Complain that a place in memory is compared with that memory, as C compares the two pointers."""
    for node in ast.walk(expression.tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        for name in names:
            shape = shapes.get(name)
            if isinstance(shape, s.WithinShape) and shape.whose in names:
                message = f"`{name}` is a place in `{shape.whose}` here, counted from its start"
                told = f"where it points to the start: `{name} == 0`"
                problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),), help=told))


def _check_twice(required: Iterable[Expression], refused: Collection[Expression], problems: Problems) -> None:
    """Complain about a precondition that says of what is refused that it is not: no such call could be made."""
    for expression in required:
        for condition in refused:
            if condition.is_opposite(expression):
                message = f"`{expression.text}` is required, and refused is what it does not hold of"
                remedy = (
                    f"leave `{expression.text}` out of `requires`: calls that are refused are no valid ones, so it "
                    "holds of all that are"
                )
                labels = (Label(expression.span), Label(condition.span, "refused"))
                problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _check_status(
    bounds: StatusBounds,
    members: Mapping[str, s.Member],
    known: Collection[str],
    resolve: Resolve,
    problems: Problems,
) -> None:
    """Complain of statuses that depend on what is not known before the call."""
    ends = (end for each in (*bounds.ok, *bounds.errors) for end in each)
    for expression in dict.fromkeys(end for end in ends if not isinstance(end, int)):
        problems.names(expression, known, resolve)
        for reference in expression.references:
            member = members.get(reference.parts[0])
            handle = member is not None and isinstance(member.shape, s.HandleShape)
            if member is None or not (handle or _only_out(member)):
                continue
            why = "is kept by the library" if handle else "is written by the call"
            message = f"`{reference.path}` {why}, so no status depends on it: it is not known before the call"
            remedy = "say what the result then is under `ensures`"
            labels = (Label(reference.span), Label(member.promised))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _check_old(expression: Expression, members: Mapping[str, s.Member], problems: Problems) -> None:
    for reference in expression.references:
        member = members.get(reference.parts[0])
        if reference.old and member is not None and _only_out(member):
            message = f"`{member.name}` is written by the call and has no value before it"
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(reference.span), Label(member.promised))))
        if reference.old and member is not None and isinstance(member.shape, CallbackShape):
            _check_given(reference, member.shape, problems)


def _check_given(reference: Reference, shape: CallbackShape, problems: Problems) -> None:
    """Complain that it is asked what came in of what a callback only writes, or answers."""
    name = reference.parts[3] if reference.parts[1:3] == (CALLS, ELEMENT) and len(reference.parts) > 3 else ""
    written = next((each for each in shape.members if each.name == name), None)
    if name == s.RESULT_NAME if written is None else _only_out(written):
        does = "written" if written is not None else "answered"
        message = f"`{name}` is {does} by the callback and has no value before it"
        labels = (Label(reference.span), *((Label(written.promised),) if written is not None else ()))
        problems.add(Diagnostic(WRONG_VALUE, message, labels))


def _check_size(shape: s.PointerShape, members: Mapping[str, s.Member], problems: Problems) -> None:
    """Refuse a size that is not known before the call where memory must be made with it."""
    before = [shape.capacity] + [shape.length] * (shape.direction.read or shape.capacity is None)
    for clause in before:
        for reference in clause.references if clause is not None else ():
            member = members.get(reference.parts[0])
            if member is None or not _only_out(member):
                continue
            message = (
                f"`{member.name}` is written by the call, so it cannot determine how much memory to pass"
            )
            remedy = (
                "say `capacity`"
                if shape.capacity is None
                else f"`{member.name}: {{inout: ...}}` is known before the call"
            )
            labels = (Label(reference.span), Label(member.promised))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _only_out(member: s.Member) -> bool:
    return isinstance(member.shape, s.PointerShape) and not member.shape.direction.read


def resolver(shapes: Mapping[str, s.Shape]) -> Callable[[tuple[str, ...]], FieldReferences | None]:
    """Return what tells the fields at a path, for checking names in expressions."""

    def resolve(parts: tuple[str, ...]) -> FieldReferences | None:
        shape = shapes.get(parts[0])
        for part in parts[1:]:
            if shape is None:
                return None
            if part == "[]":
                shape = element_of(shape)
                continue
            shape = next((m.shape for m in _fields(shape) if m.name == part), None)
        shape = innermost(shape) if shape is not None else None
        if shape is None or (isinstance(shape, s.PointerShape) and shape.what is not s.What.ONE):
            return None
        fields = _fields(shape)
        if not fields:
            none = _is_number(shape) or (isinstance(shape, _NO_FIELDS) and not isinstance(shape, s.DeadShape))
            return FieldReferences("", {}) if none else None
        names = {member.name: member.declared for member in fields}
        return FieldReferences(_spelled(shape), names, names)

    return resolve


def _is_number(shape: s.Shape) -> bool:
    return isinstance(shape, s.PointerShape) and isinstance(shape.element, s.ScalarShape)


def _spelled(shape: s.Shape) -> str:
    if isinstance(shape, s.TaggedPointerShape):
        return " or ".join(dict.fromkeys(f"`{_spelling(each)}`" for each in shape.each if _fields(each)))
    return f"`{_spelling(shape)}`"


def _spelling(shape: s.Shape) -> str:
    return str(getattr(pointee(innermost(shape)), "spelling", ""))


def _fields(shape: s.Shape) -> tuple[s.Member, ...]:
    """Return the fields of a record, of what a pointer points at, or of a callback: its `calls`."""
    inner = pointee(innermost(shape))
    if isinstance(inner, s.TaggedPointerShape):
        return tuple({m.name: m for each in inner.each for m in _fields(each)}.values())
    if not isinstance(inner, CallbackShape):
        return fields_of(inner)
    return (invocations_member(inner), *_contents(inner))


def _contents(callback: CallbackShape) -> tuple[s.Member, ...]:
    """Return all that there is for a callback to read, or that it has written."""
    if (written := callback.writes_to_file) is not None:
        return (s.Member(CONTENTS, written.shape, written.declared),)
    if not callback.has_contents or len(places_read(callback)) != 1:
        return ()
    memory = reading(callback)[1].memory
    return (s.Member(CONTENTS, memory, memory.span),)
