"""What a callback is given, what it writes and what it answers: its type joined with `params` and `returns`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.value_passing import PassingRefusal, is_va_list, passing
from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import HandedHandleShape
from abidance.boundary.model.traversal import has_pointers
from abidance.boundary.resolve.freeing import is_libcs
from abidance.boundary.resolve.idle_clauses import check_idle
from abidance.boundary.resolve.nearest_clauses import SHIM
from abidance.boundary.resolve.parameter_names import miscounted, misplaced, parameter_names
from abidance.boundary.resolve.pointers import pointer_shape
from abidance.boundary.resolve.tagged_pointers import NOTHING_KNOWN, tagged_pointer
from abidance.boundary.values.callback_writes import RESULT, written_number
from abidance.contract.expression import spelling
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import Callback, CallbackParam, Returns
    from abidance.core.span import Span


def callback_members(
    shaper: Shaper, function: c.FunctionType, callback: Callback, declared: Span
) -> tuple[s.Member, ...]:
    """Return the parameters of a callback; complain about names that it does not have."""
    names = function.names or ("",) * len(function.parameters)
    given = dict(callback.params)
    where, written = f"`{shaper.text(c.Pointer(function))}`", {n: each.span for n, each in given.items()}
    types = [*map(shaper.text, function.parameters)]
    if complaint := miscounted(names, types, written, where, declared):
        shaper.problems.add(complaint)
        given = {}  # all that it says is about names that are nobody's
    if complaint := misplaced(names, {name: written[name] for name in given}, where):
        shaper.problems.add(complaint)
    members = []
    for called, type_ in zip(parameter_names(names, given), function.parameters, strict=True):
        promise = given.pop(called, None)
        shape = _parameter(shaper, called, type_, promise, declared)
        check_idle(f"`{called}`", promise, shape, shaper.text(type_), declared, shaper.problems)
        members.append(s.Member(called, shape, declared, promise.span if promise else None))
    known: dict[str, Span | None] = {member.name: member.declared for member in members}
    for name, promise in given.items():
        shaper.problems.unknown("parameter", name, promise.span, known, where)
    return tuple(members)


def callback_result(
    shaper: Shaper, function: c.FunctionType, callback: Callback, declared: Span
) -> tuple[s.Shape, Diagnostic | None]:
    """Return what a callback answers, or why no answer can be generated."""
    returns = callback.returns
    type_ = function.returns
    if returns is not None:
        for clause in filter(returns.says, _OF_FUNCTIONS):
            words = f"`{clause}` does not apply to what a callback returns"
            where = (Label(returns.key_span(clause)), Label(declared))
            shaper.problems.add(Diagnostic(WRONG_VALUE, words, where))
    resolved = shaper.declarations.resolve(type_)
    if returns is not None:
        _must_be_libcs(shaper, returns, declared)
        if not isinstance(resolved, c.Pointer):
            _must_be_no_pointer(shaper, type_, resolved, returns, declared)
    if returns is not None and returns.to is not None and isinstance(resolved, c.Pointer):
        pointed = pointer_shape(shaper, resolved, returns, returns.to, s.Direction.IN, declared)
        if isinstance(pointed, s.PointerShape):
            pointed = replace(pointed, handed=returns.owner == "caller", free="")
        if not isinstance(pointed, s.PointerShape) or not has_pointers(pointed.element):
            return pointed, None
        words = f"return values of the type `{shaper.text(type_)}` cannot be generated: they contain pointers"
        return pointed, Diagnostic(TYPE_REFUSED, words, (Label(callback.span), Label(declared)))
    shape = shaper.shape(type_, returns, declared, s.Direction.OUT)
    check_idle("what the callback returns", returns, shape, shaper.text(type_), declared, shaper.problems)
    match shape:
        case s.ScalarShape() if returns is not None:
            if returns.bool:
                shape = replace(shape, kind="bool", members=(), lowest=0, highest=1)
            if returns.enum == "closed":
                shape = replace(shape, closed=True)
        case s.OpaqueShape():
            if returns is None or returns.nullable is not True:
                kind = shaper.text(type_)
                labels = (Label(callback.span), Label(declared))
                if shape.calls:
                    words = (
                        f"a callback returns a function, a `{kind}`, and the language has no clause for it"
                    )
                    remedy = f"where NULL is valid, say `returns: {{nullable: true}}`; else {SHIM}"
                else:
                    words = f"a callback returns a `{kind}`, and the contract does not say what it points to"
                    remedy = "say `returns: {to: ..}`; where NULL is valid, `returns: {nullable: true}`"
                return shape, Diagnostic(TYPE_REFUSED, words, labels, help=remedy)
        case s.RecordShape() if not has_pointers(shape):
            pass
        case s.RecordShape() | s.ArrayShape():
            words = f"return values of the type `{shaper.text(type_)}` cannot be generated"
            return shape, Diagnostic(TYPE_REFUSED, words, (Label(callback.span), Label(declared)))
    return shape, None


def passed_size(shaper: Shaper, type_: c.Type) -> int:
    """Return the size of a value as it is passed, 0 where it cannot be."""
    if is_va_list(type_, shaper.declarations):
        type_ = c.Pointer(c.Void())  # NULL is noted in its place
    found = passing(type_, shaper.declarations, shaper.layouts)
    return 0 if isinstance(found, PassingRefusal) else found.class_.size


def check_lengths(shaper: Shaper, callback: Callback, members: tuple[s.Member, ...]) -> None:
    """Complain about lengths of what a callback hands out that it does not tell as they are."""
    tellers = {RESULT, *(spelling(m.name) for m in members if written_number(m.shape))}
    lent = [each.out.length for each in callback.params.values() if isinstance(each.out, TargetPromise)]
    lent += [callback.returns.length] if callback.returns is not None else []
    for clause in lent:
        if clause is not None and clause.names & tellers and not clause.sole_name:
            words = f"`{clause.text}` is worked out from what the callback tells: its length is what it tells, as it is"
            shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(clause.span),)))


def _parameter(
    shaper: Shaper, name: str, type_: c.Type, promise: CallbackParam | None, declared: Span
) -> s.Shape:
    resolved = shaper.declarations.resolve(type_)
    if isinstance(resolved, c.Pointer):
        if promise is not None and promise.variant is not None and _is_nothing_known(promise):
            return tagged_pointer(shaper, resolved, promise.variant, s.Direction.IN, declared)
        if promise is not None and promise.points_at is not None:
            way = s.Direction.IN if promise.to else s.Direction.OUT if promise.out else s.Direction.INOUT
            shape = pointer_shape(shaper, resolved, promise, promise.points_at, way, declared)
            return (
                shape
                if way is s.Direction.IN
                else _writable(shaper, name, resolved, shape, promise, declared)
            )
        nullable = True if promise is None or promise.nullable is None else promise.nullable
        if promise is not None and promise.handle is not None and shaper.known_handle(promise.handle):
            kind = promise.handle.text
            nullable = False if promise.nullable is None else promise.nullable
            key = shaper.in_memory.get(kind)
            record = None if key is None else shaper.record(key, s.Direction.IN)
            text = shaper.text(type_)
            return HandedHandleShape(text, nullable=nullable, said=True, handle=kind, record=record)
        said = promise is not None and promise.nullable is not None
        return s.OpaqueShape(shaper.text(type_), nullable=nullable, said=said)
    if promise is None and is_va_list(type_, shaper.declarations):
        return s.OpaqueShape(shaper.text(type_), nullable=True)
    if promise is not None and promise.handle is not None and shaper.known_handle(promise.handle):
        given = _handle_given(shaper, type_, promise, promise.handle.text)
        if given is not None:
            return given
    for clause in ("to", "out", "inout", "handle", "nullable"):
        if promise is not None and promise.says(clause):
            message = f"`{name}` is not a pointer: it is a `{shaper.text(type_)}`"
            shaper.problems.contradiction(message, promise.key_span(clause), declared)
    return shaper.shape(type_, promise, declared, s.Direction.IN)


def _is_nothing_known(promise: CallbackParam) -> bool:
    return promise.to is not None and promise.to.text == NOTHING_KNOWN


def _handle_given(
    shaper: Shaper, type_: c.Type, promise: CallbackParam, kind: str
) -> s.NumberHandle | s.RecordHandle | None:
    """Return the handle that a callback is given as a number, or by value; None where the type is no such one."""
    size = passed_size(shaper, type_)
    if isinstance(shaper.declarations.resolve(type_), c.RecordRef):
        fits = kind in shaper.in_memory and kind in shaper.handles_of(c.Pointer(type_))
        fits = fits and promise.nullable is None
        return s.RecordHandle(kind, promise.span, apart=True, size=size) if fits else None
    handle = shaper.handles[kind]
    if not (shaper.is_number(type_) and shaper.is_number(handle) and size == passed_size(shaper, handle)):
        return None
    nullable = False if promise.nullable is None else promise.nullable
    found = shaper.handle(kind, promise.span, type_, nullable=nullable)
    return found if isinstance(found, s.NumberHandle) else None


def _writable(
    shaper: Shaper, name: str, type_: c.Pointer, shape: s.Shape, promise: CallbackParam, declared: Span
) -> s.Shape:
    """Return the shape of what a callback writes; complain where it cannot, or where nothing can be generated."""
    clause = promise.out or promise.inout
    assert clause is not None
    if shaper.declarations.is_const(type_.to):
        message = f"`{name}` points to const memory, which is never written"
        shaper.problems.contradiction(message, clause.span, declared)
    elif isinstance(promise.out, TargetPromise):
        if isinstance(shape, s.PointerShape) and _lends(shaper, promise.out, shape.element, declared):
            return shape
    elif isinstance(shape, s.PointerShape) and (shape.what is s.What.STRING or has_pointers(shape.element)):
        words = (
            f"a callback cannot write {'strings; say `bytes`' if shape.what is s.What.STRING else 'pointers'}"
        )
        remedy = (
            None if shape.what is s.What.STRING else f"where NULL is valid, leave the clause out; else {SHIM}"
        )
        labels = (Label(clause.span), Label(declared))
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))
    else:
        return shape
    return s.OpaqueShape(shaper.text(type_), nullable=True, said=True)


_LENT = ("to", "length", "nullable", "encoding", "like", "max", "summary")
"""What may be said of memory that a callback lends."""


def _lends(shaper: Shaper, promise: TargetPromise, lent: s.Shape, declared: Span) -> bool:
    """Tell whether a callback can lend such memory; complain where it cannot."""
    for key in promise.places.keys:
        if key not in _LENT:
            words = (
                f"`{key}` does not apply to what a callback lends, which is there until the test case ends"
            )
            labels = (Label(promise.key_span(key)), Label(declared))
            shaper.problems.add(Diagnostic(WRONG_VALUE, words, labels))
            return False
    if isinstance(lent, s.PointerShape) and not has_pointers(lent.element):
        return True
    words = "a callback lends bytes, strings and what has no pointers in it"
    shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(promise.span), Label(declared)), help=SHIM))
    return False


_OF_FUNCTIONS = ("handle", "status", "errno", "lifetime", "fields", "lends", "last_error", "within", "secret")
"""Clauses about what the library returns."""


def _must_be_no_pointer(
    shaper: Shaper, type_: c.Type, resolved: c.Type, returns: Returns, declared: Span
) -> None:
    """Complain about what is said of a pointer where a callback returns something else."""
    others = {c.Basic: ("enum",), c.EnumRef: ()}.get(type(resolved), ("bool", "enum"))
    clauses = ("owner", "free", "opaque", *others)
    for clause in filter(returns.says, clauses):
        words = f"`{clause}` has no meaning here: the callback returns `{shaper.text(type_)}`"
        shaper.problems.contradiction(words, returns.key_span(clause), declared)


def _must_be_libcs(shaper: Shaper, returns: Returns, declared: Span) -> None:
    """Complain about what a callback returns for the library to free otherwise than with `free`."""
    free = returns.free
    if free is not None and returns.owner != "caller":
        words = f"`{free}` frees nothing: what a callback returns is its own, but with `owner: caller`"
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(free.span), Label(declared))))
        return
    if returns.owner == "caller" and free is not None and not is_libcs(free.text, shaper.declarations):
        words = f"memory that `{free}` frees cannot be generated: what a callback returns comes from `malloc`"
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(free.span), Label(declared))))
