"""`handles:` joined with the functions that make, prepare and destroy them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.boundary import Setup
from abidance.boundary.model.handle_life import HandleLife
from abidance.boundary.model.traversal import handle_arrays_left, handles_left_in
from abidance.boundary.model.types import (
    AddressShape,
    Direction,
    HandleShape,
    NumberHandle,
    OpaqueShape,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.model.values import ANY
from abidance.boundary.resolve.contract_values import MISSING, LiteralConverter
from abidance.boundary.resolve.created_with import created_with
from abidance.boundary.resolve.destroyers import destroyed_with
from abidance.boundary.resolve.freeing import takes_anything
from abidance.boundary.resolve.handle_fields import described, promised_fields, read_in, read_only
from abidance.boundary.resolve.states import join_states
from abidance.boundary.values.length_parameters import ties
from abidance.boundary.values.memory import blank
from abidance.contract.expression import spelling
from abidance.contract.model.types import NO_PARENT
from abidance.core.catalogue import CONTRADICTS_HEADER, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Values
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.language.literals import Literal
    from abidance.contract.model import Contract, HandlePromise
    from abidance.core.span import Span


_ALIGNED = 16
"""The alignment that memory has which fits any object: that of `max_align_t` (C11 6.2.8p2)."""


def join_handles(
    contract: Contract, functions: dict[str, BoundaryFunction], shaper: Shaper, problems: Problems
) -> dict[str, HandleLife]:
    """Return the handles by name; complain about those whose functions do not fit."""
    lives: dict[str, HandleLife] = {}
    writer = LiteralConverter(shaper.layouts.constants, problems)
    for name, promise in (contract.handles or {}).items():
        beside = _ended_alike(name, promise, contract, shaper)
        if beside is not None:
            problems.add(_one_handle(contract.handles[beside], promise))
            continue
        creates = _creates(name, promise, functions, problems)
        if not creates:
            continue
        create = creates[0]
        ended_by, counts = promise.ended_by, promise.references
        for written in (ended_by, counts.acquire if counts is not None else None):
            each = functions.get(written.text) if written is not None else None
            if each is not None and written is not None and not _takes(each, name):
                problems.add(
                    Diagnostic(
                        CONTRADICTS_HEADER,
                        f"`{each.name}` takes no `{name}`, as far as is known",
                        (Label(written.span), Label(each.declaration.span)),
                        help=_handle_remedy(each, name, contract),
                    )
                )
                problems.settled(each.name)
        record = _record(create, promise, shaper, problems)
        creators = {kind: [n.text for n in each.creates] for kind, each in contract.handles.items()}
        if promise.size is not None:
            for each in creates:
                problems.names(promise.size, {*(spelling(m.name) for m in each.members), *shaper.constants})
        if promise.zeroed and record is None:
            message = f"the caller does not allocate a `{name}`, so there is nothing that it could clear"
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(promise.key_span("zeroed")),)))
        machine = join_states(
            promise, functions, shaper.constants, shaper.layouts.constants, problems, creators
        )
        fields = promised_fields(contract, promise, shaper) if record else {}
        by_value = isinstance(create.result.shape, RecordHandle)
        lives[name] = HandleLife(
            name=name,
            spelling=_spelling(promise, shaper),
            create=create.name,
            destroy=ended_by.text if ended_by is not None and ended_by.text in functions else None,
            span=promise.span,
            acquire=counts.acquire.text if counts is not None else None,
            creates=tuple(each.name for each in creates),
            parents=_parents(contract, promise, creates, problems),
            prepare=written_calls("prepare", promise.prepare, functions, writer, problems, name),
            record=record,
            # Of one that comes back by value, its fields are the library's: the caller only copies it.
            described=frozenset() if by_value else described(fields),
            read_only=frozenset(fields if by_value else read_only(fields)),
            machine=machine,
            read_in=read_in(fields, machine, name, problems),
            zeroed=promise.zeroed is True,
            number=_number(create, name),
            by_value=by_value,
            size=promise.size if record is not None else None,
            destroyed_with=destroyed_with(name, promise, creates, functions, shaper, problems),
            created_with=created_with(name, promise, creates, problems),
            at_most=promise.at_most,
            locks=_locked(promise, promise.locks, functions, problems),
            locks_all_but=_locked(promise, promise.locks_all_but, functions, problems),
        )
    return lives


def join_setup(
    contract: Contract, functions: Mapping[str, BoundaryFunction], shaper: Shaper, problems: Problems
) -> tuple[Setup, tuple[tuple[str, Values], ...]]:
    """Return the calls that are made before all others, and those that are made in the end."""
    writer = LiteralConverter(shaper.layouts.constants, problems)
    promise = contract.setup
    if promise is None:
        return Setup(), ()
    if contract.teardown and promise.around == "process":
        problems.add(
            Diagnostic(
                WRONG_VALUE,
                "`teardown` is never made where `setup` is made once in a process, which ends without it",
                (Label(contract.key_span("teardown")), Label(promise.span)),
                help="`setup: {calls: [...], around: case}` makes both around each test case",
            )
        )
    calls = written_calls("setup", promise.calls, functions, writer, problems)
    after = written_calls("teardown", contract.teardown, functions, writer, problems)
    return Setup(calls, once=promise.around == "process"), after


def _ended_alike(name: str, promise: HandlePromise, contract: Contract, shaper: Shaper) -> str | None:
    """Return a handle before this one that is of its type and that the same function destroys."""
    for other, each in contract.handles.items():
        if other == name:
            return None
        one, two = promise.ended_by, each.ended_by
        same = shaper.declarations.same(shaper.handles[other], shaper.handles[name])
        if same and one is not None and two is not None and one.text == two.text:
            return other
    return None


def _one_handle(one: HandlePromise, other: HandlePromise) -> Diagnostic:
    """Return the diagnostic of two handles that nothing tells apart where they are destroyed."""
    assert other.ended_by is not None
    first, second, ends = one.name.text, other.name.text, other.ended_by.text
    creates = ", ".join(dict.fromkeys(each.text for each in (*one.creates, *other.creates)))
    clauses = f"create: [{creates}], destroy: {ends}, states: [{first}, {second}]"
    return Diagnostic(
        CONTRADICTS_HEADER,
        f"`{ends}` destroys both a `{first}` and a `{second}`, which are of one type: they are one handle",
        (Label(other.ended_by.span), Label(one.span, f"`{first}`")),
        help=f"say `{{{clauses}, transitions: {{{other.create}: {{to: {second}}}, FUNCTION: {{from: {first}}}}}}}`: "
        "its states tell which functions may be called on which; those that are not named take both",
    )


def _handle_remedy(function: BoundaryFunction, handle: str, contract: Contract) -> str | None:
    """Return how to say which parameter is the handle, where there is one that points and may be."""
    promise = contract.functions.get(function.name)
    said = promise.params if promise is not None else {}
    pointers = [member for member in function.members if isinstance(member.shape, AddressShape)]
    points = [member.name for member in pointers]
    if any(param.handle is not None and param.handle.text == handle for param in said.values()):
        return None  # it is said, and that is what is wrong
    if not points:
        numbers = [member.name for member in function.members if isinstance(member.shape, ScalarShape)]
        if not numbers:
            return None
        return f"say which of its numbers is one: `{function.name}: {{params: {{{numbers[0]}: {{handle: {handle}}}}}}}`"
    taken = next((m.shape.handle for m in pointers if isinstance(m.shape, HandleShape)), None)
    if taken is not None and takes_anything(function):
        own = f"static inline void end_{handle}({handle} *one) {{ {function.name}(one); }}"
        return f"it ends a `{taken}` already: for a `{handle}` have a function of a header of your own, such as `{own}`"
    clause = f"`{function.name}: {{params: {{{points[0]}: {{handle: {handle}}}}}}}`"
    if any(isinstance(member.shape, OpaqueShape) for member in pointers):
        return f"where `{points[0]}` is one, say {clause}"
    one = "make them one handle, with all that make it under `create`"
    return f"several handles have this type: say {clause}, or {one}"


def _creates(
    name: str,
    promise: HandlePromise,
    functions: dict[str, BoundaryFunction],
    problems: Problems,
) -> list[BoundaryFunction]:
    """Return the functions that make a handle; complain about those that have nowhere to put one."""
    found = []
    for written in promise.creates:
        create = functions.get(written.text)
        if create is None:
            continue
        if _makes(create, name):
            found.append(create)
            _check_owner(create, name, written, problems)
            continue
        problems.add(
            Diagnostic(
                CONTRADICTS_HEADER,
                f"`{create.name}` neither returns a `{name}` nor has a parameter that receives one",
                (Label(written.span), Label(create.declaration.span)),
                help=f"say where: `returns: {{handle: {name}}}`, or `{{handle: {name}}}` at a parameter",
            )
        )
    return found


def _check_owner(create: BoundaryFunction, name: str, written: Name, problems: Problems) -> None:
    """Complain about a function that is to create a handle, and returns one that is the library's for no known time."""
    shape = create.result.shape
    if (
        not isinstance(shape, HandleShape)
        or shape.handle != name
        or shape.owner != "callee"
        or shape.borrowed
    ):
        return
    message = (
        f"`{create.name}` creates a `{name}`, and the one that it returns is the library's: no call has it"
    )
    remedy = (
        "leave `owner: callee` out: what is not destroyed stays for as long as the process does; "
        "or say how long it is there, `lifetime: handle(NAME)`"
    )
    labels = (Label(written.span), Label(create.result.span or create.declaration.span))
    problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _parents(
    contract: Contract, promise: HandlePromise, creates: list[BoundaryFunction], problems: Problems
) -> tuple[str, ...]:
    """Return the handles that must outlive one: what the contract says, or those that it is made with."""
    named = tuple(each.text for each in promise.parents)
    if named == (NO_PARENT,):
        return ()
    for each in promise.parents:
        if each.text == NO_PARENT:
            message = f"`{NO_PARENT}` stands alone: a `{promise.name.text}` has other parents here"
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(each.span),)))
        elif each.text not in contract.handles:
            known: dict[str, Span | None] = {name: life.span for name, life in contract.handles.items()}
            problems.unknown("handle", each.text, each.span, known, "`handles`")
    if named:
        return tuple(dict.fromkeys(named))
    given = (m.shape for create in creates for m in create.members)
    return tuple(
        dict.fromkeys(
            shape.handle
            for shape in given
            if isinstance(shape, HandleShape) and not shape.made and shape.handle != promise.name.text
        )
    )


def _locked(
    promise: HandlePromise,
    named: tuple[Name, ...],
    functions: Mapping[str, BoundaryFunction],
    problems: Problems,
) -> frozenset[str]:
    """Return the functions of `locks`; complain about those that take none of what the handle is made from."""
    found = set()
    for written in named:
        function = functions.get(written.text)
        if function is None:
            continue
        creates = (functions[each.text] for each in promise.creates if each.text in functions)
        made_from = {h for each in creates for h in _handles_taken(each)}
        made_from |= {each.text for each in promise.parents}
        if made_from.isdisjoint(_handles_taken(function)):
            problems.add(
                Diagnostic(
                    WRONG_VALUE,
                    f"`{function.name}` is called on nothing that a `{promise.name.text}` is made from",
                    (Label(written.span), Label(function.declaration.span)),
                    help=f"it is made from {' or '.join(f'`{each}`' for each in sorted(made_from))}: name functions "
                    "that take one"
                    if made_from
                    else "say which of the parameters of `create` are handles",
                )
            )
            continue
        found.add(function.name)
    return frozenset(found)


def _handles_taken(function: BoundaryFunction) -> frozenset[str]:
    return frozenset(
        m.shape.handle for m in function.members if isinstance(m.shape, HandleShape) and not m.shape.made
    )


def _makes(create: BoundaryFunction, name: str) -> bool:
    result = create.result.shape
    if isinstance(result, HandleShape) and result.handle == name:
        return True
    arrays = [
        *(handles_left_in(m.shape) for m in create.members),
        *(e for _, _, e in handle_arrays_left(create)),
    ]
    if any(each is not None and each.handle == name for each in arrays):
        return True
    return any(
        isinstance(m.shape, HandleShape) and m.shape.handle == name and m.shape.made for m in create.members
    )


def _takes(function: BoundaryFunction, name: str) -> bool:
    """Tell whether a call is given the handle: one that it leaves behind a pointer is not given to it."""
    shapes = (member.shape for member in function.members)
    return any(isinstance(s, HandleShape) and s.handle == name and not s.made for s in shapes)


def _record(
    create: BoundaryFunction, promise: HandlePromise, shaper: Shaper, problems: Problems
) -> RecordShape | None:
    """Return the record that the caller allocates, when the handle is made in the caller's memory.

    One of which only the size is told has no members. Complain where nothing tells it, or two things do.
    """
    name, size = promise.name.text, promise.size
    by_value = create.result.shape
    if isinstance(by_value, RecordHandle) and by_value.handle == name:
        returned = shaper.declarations.resolve(create.declaration.returns)
        assert isinstance(returned, c.RecordRef)
        if size is not None:
            words = f"`{create.name}` returns a `{name}` by value: it has a size of its own"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(promise.key_span("size")),)))
        return shaper.record(returned.key, Direction.INOUT)
    for member, parameter in zip(create.members, create.declaration.parameters, strict=True):
        shape = member.shape
        if isinstance(shape, HandleShape) and shape.handle == name and shape.made and shape.level == 1:
            resolved = shaper.declarations.resolve(parameter.type)
            target = shaper.declarations.resolve(resolved.to) if isinstance(resolved, c.Pointer) else None
            text = shaper.text(resolved.to) if isinstance(resolved, c.Pointer) else ""
            if isinstance(target, c.Void) and size is not None:
                # Memory that is given to `create` as such, and is from then on what the handle says it is.
                said = shaper.declarations.find_object(promise.type.text if promise.type else name)
                target = shaper.declarations.resolve(said) if said is not None else None
            if isinstance(target, c.RecordRef) and target.key in shaper.layouts.records:
                return shaper.record(target.key, Direction.INOUT)
            if size is not None:
                return RecordShape(text, 0, _ALIGNED, ())
            if text:
                message = (
                    f"`{create.name}` makes a `{name}` in memory of the caller's, and nothing tells how much"
                )
                remedy = (
                    f"`{text}` is incomplete: say `size: EXPRESSION` under `handles`, with the parameters of "
                    f"`{create.name}`; of one that is stored through the pointer, say `out: {name}` at the parameter"
                )
                labels = (Label(promise.span), Label(create.declaration.span))
                problems.add(Diagnostic(CONTRADICTS_HEADER, message, labels, help=remedy))
    if size is not None:
        message = f"the caller does not allocate a `{name}`, so it needs no `size`"
        problems.add(Diagnostic(WRONG_VALUE, message, (Label(promise.key_span("size")),)))
    return None


def _number(create: BoundaryFunction, name: str) -> ScalarShape | None:
    """Return the number that a handle is; None for a pointer."""
    shapes = (create.result.shape, *(member.shape for member in create.members))
    return next(
        (each.number for each in shapes if isinstance(each, NumberHandle) and each.handle == name), None
    )


def _spelling(promise: HandlePromise, shaper: Shaper) -> str:
    """Return what a handle points at as C writes it."""
    wanted = (promise.type or promise.name).text
    type_ = shaper.declarations.find_object(wanted)
    if type_ is None:
        return "void"
    resolved = shaper.declarations.resolve(type_)
    return shaper.text(resolved.to if isinstance(resolved, c.Pointer) else type_)


def written_calls(
    clause: str,
    written: tuple[Mapping[Name, Literal], ...],
    functions: Mapping[str, BoundaryFunction],
    writer: LiteralConverter,
    problems: Problems,
    handle: str = "",
) -> tuple[tuple[str, Values], ...]:
    """Return calls that a clause writes out, with their arguments but for the `handle` that they prepare."""
    calls: list[tuple[str, Values]] = []
    for call in written:
        if len(call) == 1:
            ((name, literal),) = call.items()
            function = functions.get(name.text)
            if function is not None:
                calls.append(
                    (function.name, _arguments(clause, handle, function, name, literal, writer, problems))
                )
    return tuple(calls)


def _arguments(
    clause: str,
    handle: str,
    function: BoundaryFunction,
    name: Name,
    literal: Literal,
    writer: LiteralConverter,
    problems: Problems,
) -> Values:
    """Return the arguments of one call, lengths filled in and out parameters given room."""
    given: Values = {}
    entries = literal.entries or {}
    generated = {
        n.text for n, each in entries.items() if handle and each.text == ANY.value and not each.quoted
    }
    generated &= {member.name for member in function.members}
    if not literal.null:
        written = replace(literal, entries={n: v for n, v in entries.items() if n.text not in generated})
        found = writer.record(function.members, written, function.name, function.declaration.span)
        given = {} if found is MISSING else found
    given |= dict.fromkeys(generated, ANY)
    for length, group in ties(function.members).items():
        for buffer in group:
            contents = given.get(buffer.name)
            if length not in given and isinstance(contents, bytes | list):
                given[length] = len(contents)
            elif length not in given and contents is ANY:
                given[length] = ANY
    for member in function.members:
        shape = member.shape
        if member.name in given or (isinstance(shape, HandleShape) and shape.handle == handle):
            continue
        if isinstance(shape, ScalarShape | HandleShape) or (
            isinstance(shape, PointerShape) and shape.direction.read
        ):
            problems.add(
                Diagnostic(
                    WRONG_VALUE,
                    f"`{member.name}` of `{function.name}` has no value",
                    (Label(name.span), Label(member.declared)),
                    help=f"`{clause}` needs every argument except {'the handle and ' if handle else ''}out parameters",
                )
            )
        given[member.name] = blank(shape)
    return given
