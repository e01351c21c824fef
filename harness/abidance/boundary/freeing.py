"""What gives back the memory that a call hands over: `free: FUNCTION`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary import shapes as s
from abidance.boundary.model import Function, Result
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c
from abidance.ir.declarations import Function as Declaration
from abidance.ir.declarations import Parameter
from abidance.plan.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Callback, Contract
    from abidance.contract.model.places import Place
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations

LIBC = "free"
"""The one function that every library shares with its callers, whether or not the header declares it."""


def freers(contract: Contract) -> Iterator[Name]:
    """Yield the functions that the contract says free what a call returns, or takes over."""
    for promise in contract.functions.values():
        if promise.returns is not None and promise.returns.free is not None:
            yield promise.returns.free
    for place in handed_places(contract):
        if place.free is not None and place.alloc is not None:
            yield place.free
    yield from callback_freers(contract)


def callback_freers(contract: Contract) -> Iterator[Name]:
    """Yield the functions that callbacks free with what they are given to keep."""
    for callback in _callbacks(contract):
        for param in callback.params.values():
            if param.owner == "callee" and param.free is not None:
                yield param.free


def _callbacks(contract: Contract) -> Iterator[Callback]:
    for promise in contract.functions.values():
        yield from (param.callback for param in promise.params.values() if param.callback is not None)
    for type_ in contract.types.values():
        yield from (field.callback for field in type_.fields.values() if field.callback is not None)


def handed_places(contract: Contract) -> Iterator[Place]:
    """Yield the parameters and fields whose memory the library takes over."""
    for promise in contract.functions.values():
        yield from (param for param in promise.params.values() if param.owner == "callee")
    for type_ in contract.types.values():
        yield from (field for field in type_.fields.values() if field.owner == "callee")


def is_libcs(name: str, declarations: Declarations) -> bool:
    """Tell whether a name means the C library's `free`, which the header does not declare."""
    return name == LIBC and name not in declarations.functions


def libcs_free(span: Span) -> Function:
    """Return the C library's `free` as a function of the boundary."""
    pointer = c.Pointer(c.Void())
    declaration = Declaration(LIBC, LIBC, c.Void(), (Parameter("ptr", pointer, span),), span)
    member = s.Member("ptr", s.Opaque("void *", nullable=True, said=True), span)
    return Function(LIBC, declaration, (member,), Result(s.Nothing(), "void"), Signature.parse("p>v"))


def freed_member(function: Function) -> s.Member | None:
    """Return the parameter that takes the memory: the only one that points and is no handle."""
    found = [member for member in function.members if isinstance(member.shape, s.Pointer | s.Opaque)]
    return found[0] if len(found) == 1 else None


def check_freers(contract: Contract, functions: Mapping[str, Function], problems: Problems) -> None:
    """Complain about functions that cannot free anything: they would need more than the pointer."""
    alone = [*callback_freers(contract)]
    for name in freers(contract):
        function = functions.get(name.text)
        if function is None:
            continue
        others = [m for m in function.members if not isinstance(m.shape, s.Pointer | s.Opaque | s.Handle)]
        if name in alone and len(function.members) > 1:
            words = f"`{name}` cannot be called by a callback to free this: it takes more than a pointer"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(name.span), Label(function.declaration.span))))
        elif freed_member(function) is None or others:
            words = f"`{name}` cannot be called to free this: it takes more than a pointer, and a handle"
            labels = (Label(name.span), Label(function.declaration.span))
            problems.add(Diagnostic(WRONG_VALUE, words, labels))
