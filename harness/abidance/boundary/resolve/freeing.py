"""What gives back the memory that a call hands over: `free: FUNCTION`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.facts import fact
from abidance.boundary.model.functions import BoundaryFunction, Result
from abidance.boundary.model.traversal import root_of, whole_number_of
from abidance.boundary.resolve.callback_freeing import callback_freers, check_callback_freers
from abidance.boundary.resolve.calls_after import THIS, ArgumentReader
from abidance.boundary.values.inner_pointers import BEHIND, EACH, pointers_in
from abidance.contract.expression import declared as member_of
from abidance.contract.language.clauses import FreeingCall
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.header.own import is_shared
from abidance.ir import types as c
from abidance.ir.declarations import Function as Declaration
from abidance.ir.declarations import Parameter
from abidance.plan.signature import CallSignature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Callback, Contract, FieldPromise, FunctionPromise, Param
    from abidance.contract.model.places import Place
    from abidance.contract.model.returns import Returns
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations

LIBC = "free"
"""The one function that every library shares with its callers, whether or not the header declares it."""
_LIBCS = ("stdlib.h", "malloc.h")


def freers(contract: Contract) -> Iterator[Name]:
    """Yield the functions that the contract says free what a call returns, leaves behind a pointer, or takes over."""
    for _, freer in _freed(contract):
        yield freer
    for promise in contract.functions.values():
        yield from (freer for _, freer in handed_out(promise))
        yield from (freer for _, freer in owned_elements(promise))
    yield from (freer for _, freer in _freed_fields(contract))
    yield from _allocated_freers(contract)
    yield from callback_freers(_callbacks(contract))


def _freed(contract: Contract) -> Iterator[tuple[str, Name]]:
    for name, promise in contract.functions.items():
        if promise.returns is not None and promise.returns.free is not None:
            yield name, promise.returns.free


def handed_out(promise: FunctionPromise | None) -> Iterator[tuple[str, Name]]:
    """Yield the parameters in which a call leaves a pointer that is the caller's, each with what frees it."""
    for name, param in promise.params.items() if promise is not None else ():
        left = param.replaced or (param.left if param.out is not None else None)
        if left is not None and left.owner == "caller" and left.free is not None:
            yield name, left.free


@fact
def owned_fields(function: BoundaryFunction) -> tuple[tuple[str, int, Name], ...]:
    """Return the fields of records which a call leaves or returns whose memory the caller frees, by their paths.

    With each is where it lies in the record, in bytes, and what frees it.
    """
    left = [(s.RESULT_NAME, function.result.shape)]
    for member in function.members:
        shape = member.shape
        if (
            isinstance(shape, s.PointerShape)
            and shape.direction is s.Direction.OUT
            and shape.what is s.What.ONE
        ):
            left.append((member.name, shape.element))
    return tuple(each for name, shape in left for each in _owned_in(shape, name))


def _owned_in(shape: s.Shape, path: str) -> Iterator[tuple[str, int, Name]]:
    for each in pointers_in(shape, path) if isinstance(shape, s.RecordShape) else ():
        if each.shape.freed_by is not None and not each.when:
            yield each.path, each.offset, each.shape.freed_by


@dataclass(frozen=True, slots=True)
class OwnedEach:
    """A field of each record that lies behind a pointer, or in an array of the caller's, which a call leaves.

    The caller frees its memory. `array` is the path of what was read there, as `owned_elements` has it. The field lies
    at `offset` of each `stride` bytes. With `sole`, there is one record and no more.
    """

    array: str
    field: str
    offset: int
    stride: int
    freer: Name
    sole: bool

    @property
    def path(self) -> str:
        """Return the path of all of them: ``entries[].key``."""
        whole = self.array if "." in self.array else root_of(self.array)
        return f"{whole}{BEHIND if self.sole else EACH}{self.field}"


@fact
def owned_in_each(function: BoundaryFunction) -> tuple[OwnedEach, ...]:
    """Return the fields whose memory the caller frees of records behind pointers, and in arrays, that a call leaves."""
    left: list[tuple[str, s.Shape]] = [*_behind(function.result.shape, s.RESULT_NAME)]
    for member in function.members:
        shape = member.shape
        if not isinstance(shape, s.PointerShape) or shape.direction is not s.Direction.OUT:
            continue
        if shape.what is s.What.ARRAY:
            left.append((f"{member.name}{EACH}", shape))
        elif shape.what is s.What.ONE:
            behind = isinstance(shape.element, s.PointerShape)
            left += _behind(shape.element, f"{member.name}{BEHIND if behind else ''}")
    return tuple(
        OwnedEach(array, path, offset, shape.element.size, freer, shape.what is s.What.ONE)
        for array, shape in left
        if isinstance(shape, s.PointerShape) and shape.records is None
        for path, offset, freer in _owned_in(shape.element, "")
    )


def _behind(shape: s.Shape, path: str) -> Iterator[tuple[str, s.Shape]]:
    """Yield what a call leaves where a place leads: behind a pointer, or behind those in a record."""
    yield from ((each.path, each.shape) for each in pointers_in(shape, path) if not each.when)


def owned_elements(promise: FunctionPromise | None) -> Iterator[tuple[str, Name]]:
    """Yield where a call leaves arrays whose elements are the caller's, each with what frees one of them.

    The path is that of the pointer to the array; of an array that the caller has, that of its elements.
    """
    if promise is None:
        return
    for name, param in promise.params.items():
        left = next((each for each in (param.out, param.replaced) if isinstance(each, TargetPromise)), None)
        of = left.of if left is not None else param.of if param.out is not None else None
        if of is not None and of.free is not None:
            yield f"{name}{BEHIND if left is not None else EACH}", of.free
    of = promise.returns.of if promise.returns is not None else None
    if of is not None and of.free is not None:
        yield s.RESULT_NAME, of.free


def leaves_owned(function: BoundaryFunction) -> bool:
    """Tell whether a call leaves memory that the caller frees."""
    promise = function.promise
    handed = any(handed_out(promise)) or any(owned_elements(promise))
    fields = any(owned_fields(function)) or any(owned_in_each(function))
    return handed or function.result.free is not None or fields


def _allocated_freers(contract: Contract) -> Iterator[Name]:
    for place in handed_places(contract):
        if place.free is not None and place.alloc is not None:
            yield place.free


def _callbacks(contract: Contract) -> Iterator[Callback]:
    yield from (place.callback for place in _places(contract) if place.callback is not None)


def _freed_fields(contract: Contract) -> Iterator[tuple[FieldPromise, Name]]:
    """Yield what is said of fields that are the caller's to free where a call has left them, with what frees each."""
    returned = (promise.returns for promise in contract.functions.values())
    fields = [
        *(each for place in _places(contract) for each in place.fields.values()),
        *(each for type_ in contract.types.values() for each in type_.fields.values()),
        *(each for returns in returned if returns is not None for each in returns.fields.values()),
    ]
    yield from ((each, each.free) for each in fields if each.owner == "caller" and each.free is not None)


def _places(contract: Contract) -> Iterator[Param | FieldPromise]:
    for promise in contract.functions.values():
        for param in promise.params.values():
            yield param
            yield from param.fields.values()
    for type_ in contract.types.values():
        yield from type_.fields.values()


def handed_places(contract: Contract) -> Iterator[Place]:
    """Yield the parameters and fields whose memory the library takes over."""
    yield from (place for place in _places(contract) if place.owner == "callee")


def is_libcs(name: str, declarations: Declarations) -> bool:
    """Tell whether a name means the C library's `free`: that of `stdlib.h`, which the header may include."""
    if name != LIBC or name not in declarations.functions:
        return name == LIBC
    path = declarations.functions[name].span.path
    return path.name in _LIBCS and is_shared(path.parent)


def libcs_free(span: Span) -> BoundaryFunction:
    """Return the C library's `free` as a function of the boundary."""
    pointer = c.Pointer(c.Void())
    declaration = Declaration(LIBC, LIBC, c.Void(), (Parameter("ptr", pointer, span),), span)
    member = s.Member("ptr", s.OpaqueShape("void *", nullable=True, said=True), span)
    return BoundaryFunction(
        LIBC, declaration, (member,), Result(s.NothingShape(), "void"), CallSignature.parse("p>v")
    )


def freed_member(function: BoundaryFunction, result: s.Shape) -> s.Member | None:
    """Return the parameter that takes what came back: a handle of its kind, or the only one that is none."""
    kind: tuple[type, ...] = (s.PointerShape, s.OpaqueShape)
    found = [member for member in function.members if isinstance(member.shape, kind)]
    if isinstance(result, s.HandleShape) and not found:
        name = result.handle
        found = [m for m in function.members if isinstance(m.shape, s.HandleShape) and m.shape.handle == name]
    if not found and takes_anything(function):
        found = [*function.members]
    return found[0] if len(found) == 1 else None


def takes_anything(function: BoundaryFunction) -> bool:
    """Tell whether a function takes a `void *` and nothing else, such as one that frees whatever a library makes."""
    parameters = function.declaration.parameters
    return len(parameters) == 1 and parameters[0].type == c.Pointer(c.Void())


def check_freers(contract: Contract, functions: Mapping[str, BoundaryFunction], problems: Problems) -> None:
    """Complain about functions that cannot free anything: they would need more than the pointer."""
    for returning, name in _freed(contract):
        function, freed = functions.get(name.text), functions.get(returning)
        if function is not None and freed is not None and not isinstance(name, FreeingCall):
            _check_freer(function, freed.result.shape, name, returning, problems)
    for owner in functions.values():
        _check_handed_out(owner, functions, problems)
        _check_unfreed(owner, problems)
        for _, freer in owned_elements(owner.promise):
            if isinstance(freer, FreeingCall):
                continue
            if (function := functions.get(freer.text)) is not None:
                _check_freer(function, s.NothingShape(), freer, "", problems)
        _check_fields(owner, problems)
    for _, name in _freed_fields(contract):
        if (function := functions.get(name.text)) is not None:
            _check_freer(function, s.NothingShape(), name, "", problems)
    for name in _allocated_freers(contract):
        if (function := functions.get(name.text)) is not None:
            _check_freer(function, s.NothingShape(), name, "", problems)
    check_callback_freers(functions, problems)


def with_freeing_calls(
    function: BoundaryFunction,
    functions: Mapping[str, BoundaryFunction],
    constants: Mapping[str, int],
    problems: Problems,
) -> BoundaryFunction:
    """Return a function with what those are called with that free what it leaves, where the contract writes calls."""
    returns = function.promise.returns if function.promise is not None else None
    freed = dict(handed_out(function.promise))
    if returns is not None and returns.free is not None:
        freed[s.RESULT_NAME] = returns.free
    each = {f"{root_of(path)}{EACH}": freer for path, freer in owned_elements(function.promise)}
    found: dict[str, tuple[FollowUpArgument, ...]] = {}
    for path, call in (freed | each).items():
        freer = functions.get(call.text)
        if not isinstance(call, FreeingCall) or freer is None:
            continue
        this = path if path in each else ""
        reader = ArgumentReader(function, freer, constants, problems, this=this, sized=True)
        arguments = reader.read(call.arguments, call.span)
        if arguments is None:
            continue
        arguments = tuple(replace(each, parameter=each.named) for each in arguments)
        why = _unfit(function, freer, path, arguments)
        if why:
            labels = (Label(call.span), Label(freer.declaration.span))
            named = _called(path)
            remedy = f"it is given `{named}`, and besides numbers and handles of this call, or constants"
            problems.add(Diagnostic(WRONG_VALUE, why, labels, help=remedy))
        found[path] = arguments
    return replace(function, freed_with=found) if found else function


def _unfit(
    function: BoundaryFunction, freer: BoundaryFunction, path: str, arguments: tuple[FollowUpArgument, ...]
) -> str:
    """Return what is wrong with what a function is given that frees what a call leaves at `path`; empty for nothing."""
    shapes = {member.name: member.shape for member in function.members} | {
        s.RESULT_NAME: function.result.shape
    }
    if sum(given.parameter == path for given in arguments) != 1:
        return f"`{freer.name}` is not given `{_called(path)}` once, which it frees"
    for member, given in zip(freer.members, arguments, strict=True):
        wanted, where = member.shape, f"`{member.name}` of `{freer.name}`"
        passed = shapes.get(member_of(given.of or given.parameter))
        if given.parameter == path:
            if not isinstance(wanted, s.AddressShape):
                return f"{where} is no pointer, so `{_called(path)}` is not freed by it"
        elif isinstance(wanted, s.HandleShape):
            if not isinstance(passed, s.HandleShape) or passed.handle != wanted.handle or passed.made:
                return f"{where} is a `{wanted.handle}`, and this call is given none there"
        elif whole_number_of(wanted) is None or not isinstance(wanted, s.ScalarShape):
            return f"{where} is no number, and what is freed is given already"
        elif passed is not None and whole_number_of(passed) is None:
            return f"`{given.parameter}` is no number, which {where} is"
        elif isinstance(passed, s.PointerShape) and passed.nullable is not False:
            return f"`{given.of or given.parameter}` may be NULL, and nobody knows {where} then"
    return ""


def _called(path: str) -> str:
    """Return what a contract calls what is freed that a call leaves at a path."""
    return THIS if path.endswith(EACH) else path


def _check_handed_out(
    owner: BoundaryFunction, functions: Mapping[str, BoundaryFunction], problems: Problems
) -> None:
    """Complain about an owner of what is no pointer: what an out parameter points at is the caller's own."""
    freers = dict(handed_out(owner.promise))
    for member in owner.members:
        param = owner.promise.params.get(member.name) if owner.promise else None
        owned = None if param is None else param.replaced or (param.left if param.out is not None else None)
        if param is None or owned is None or owned.owner is None:
            continue
        shape = member.shape
        if isinstance(shape, s.HandleShape) and shape.level > 1 and owned.free is None:
            continue  # a handle that comes out has its own functions that end it
        if not isinstance(shape, s.PointerShape) or not isinstance(shape.element, s.AddressShape):
            message = f"`owner` has no meaning here: `{member.name}` does not return a pointer"
            problems.contradiction(message, owned.key_span("owner"), member.declared)
        elif owned is param and isinstance(shape.element, s.PointerShape):
            message = f"who owns what `{member.name}` leaves is said beside what that is"
            problems.contradiction(message, param.key_span("owner"), member.declared)
        elif isinstance(freer := freers.get(member.name), FreeingCall):
            continue
        elif freer is not None and (function := functions.get(freer.text)) is not None:
            _check_freer(function, s.NothingShape(), freer, "", problems)


def _check_fields(owner: BoundaryFunction, problems: Problems) -> None:
    """Complain about fields that a function's contract says are freed, and that no call of it leaves so."""
    promise = owner.promise
    places: dict[str, Place | TargetPromise] = {**promise.params} if promise is not None else {}
    if promise is not None and promise.returns is not None:
        places[s.RESULT_NAME] = promise.returns
    if promise is not None:
        behind = {name: param.points_at for name, param in promise.params.items()}
        places |= {
            name: each for name, each in behind.items() if isinstance(each, TargetPromise) and each.fields
        }
    freed = {re.sub(r"\[\d+\]", "", path) for path, _, _ in owned_fields(owner)}
    freed |= {re.sub(r"\[\d*\]", "", each.path) for each in owned_in_each(owner)}
    for root, place in places.items():
        for name, field in place.fields.items():
            if field.owner != "caller" or field.free is None or f"{root}.{name}" in freed:
                continue
            message = f"`{root}` is no record that a call leaves, or returns by value: the caller has nothing to free"
            labels = (Label(field.key_span("free")), Label(owner.declaration.span))
            remedy = (
                "it is for the fields of one record, `out: TYPE`, or of a `result`, and not of its unions"
            )
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _check_unfreed(owner: BoundaryFunction, problems: Problems) -> None:
    """Complain about memory that a call leaves to the caller where nothing says what frees it: it would never be."""
    promise = owner.promise
    if promise is None:
        return
    left: list[tuple[str, s.Shape, Returns | TargetPromise, Span]] = []
    if promise.returns is not None:
        left.append(("what is returned", owner.result.shape, promise.returns, owner.declaration.span))
    for member in owner.members:
        param = promise.params.get(member.name)
        behind = None if param is None else param.out or param.inout
        if isinstance(behind, TargetPromise) and isinstance(member.shape, s.PointerShape):
            left.append((f"what `{member.name}` leaves", member.shape.element, behind, member.declared))
    for what, shape, said, declared in left:
        if said.owner == "caller" and said.free is None and isinstance(shape, s.PointerShape):
            message = f"{what} is the caller's, and nothing says which function frees it"
            labels = (Label(said.key_span("owner")), Label(declared))
            remedy = (
                "`free: FUNCTION` beside it, such as `free: free`; nobody would free it, and no leak be seen"
            )
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _check_freer(
    function: BoundaryFunction, freed: s.Shape, name: Name, returning: str, problems: Problems
) -> None:
    """Complain where `function` cannot be given what is to be freed, and what it needs besides."""
    member = freed_member(function, freed)
    others = [
        m
        for m in function.members
        if m is not member and not isinstance(m.shape, s.OpaqueShape | s.HandleShape)
    ]
    if member is not None and not others:
        return
    handles = [m.shape.handle for m in function.members if isinstance(m.shape, s.HandleShape)]
    words = f"`{name}` cannot be called to free this: it takes more than a pointer, and a handle"
    remedy = None
    if returning and member is None and len(handles) == len(function.members) == 1:
        words = f"`{name}` frees a `{handles[0]}`, and the contract does not say that this is one"
        remedy = f"say `returns: {{handle: {handles[0]}}}`, or name `{returning}` under its `create`"
    labels = (Label(name.span), Label(function.declaration.span))
    problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))
