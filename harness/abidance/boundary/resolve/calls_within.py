"""Calls that callbacks may make themselves, `may_call`: with their handle, what they are given, numbers and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.left_by import is_whole
from abidance.boundary.model.traversal import walk
from abidance.boundary.model.types import CallbacksOwnShape, HandleShape, OpaqueShape, PointerShape, What
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir.types import Pointer
from abidance.plan.callback_script import MOST_GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.model import Contract
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


def check_calls_within(
    contract: Contract,
    functions: Mapping[str, BoundaryFunction],
    declarations: Declarations,
    problems: Problems,
) -> None:
    """Complain about functions that a callback cannot call with what it has, and about those that nobody calls."""
    calling: set[str] = set()
    for function in functions.values():
        for shape in (each for member in function.members for each in walk(member.shape)):
            if not isinstance(shape, CallbackShape) or not shape.may_call or shape.span is None:
                continue
            calling.update(shape.may_call)
            for name in shape.may_call:
                called = functions.get(name)
                if called is None:
                    known: dict[str, Span | None] = {
                        n: each.span for n, each in functions.items() if n in contract.functions
                    }
                    problems.unknown("function", name, shape.span, known, "`functions`")
                elif (complaint := _complaint(contract, shape, called, declarations)) is not None:
                    problems.add(complaint)
    for function in functions.values():
        own = function.callbacks_own
        if own is not None and own.declared is not None and function.name not in calling:
            words = (
                f"no callback may call `{function.name}`, so nothing does: `{own.name}` is what one is given"
            )
            remedy = f"say `may_call: [{function.name}]` at a callback"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(own.declared),), help=remedy))


def _complaint(
    contract: Contract, shape: CallbackShape, called: BoundaryFunction, declarations: Declarations
) -> Diagnostic | None:
    assert shape.span is not None
    if called.asked_before:
        condition = called.asked_before[0].expression
        words = f"a callback cannot call `{called.name}`, of which `{condition.text}` is asked first"
        return Diagnostic(WRONG_VALUE, words, (Label(shape.span), Label(condition.span)))
    for member in called.members:
        if (
            isinstance(member.shape, CallbacksOwnShape)
            and own_argument(shape, called, member, declarations) is None
        ):
            words = f"a callback cannot call `{called.name}`: not one of its parameters is a `{member.shape.spelling}`"
            labels = (Label(shape.span), Label(called.declaration.span))
            return Diagnostic(WRONG_VALUE, words, labels)
    handles = [m for m in called.members if isinstance(m.shape, HandleShape)]
    known = not handles or shape.on in contract.handles
    if known and _is_callable_within(called, shape.on):
        return None
    words = f"a callback cannot call `{called.name}` with what it has: its handle, what it is given, numbers and texts"
    help_ = (
        "say how long it may be invoked, `lifetime: handle(NAME)`, or which parameter of it is the handle, "
        "`{handle: NAME}`; a pointer that callbacks alone have is `{from: callback}`"
    )
    return Diagnostic(WRONG_VALUE, words, (Label(shape.span), Label(called.declaration.span)), help=help_)


def own_argument(
    shape: CallbackShape, called: BoundaryFunction, member: Member, declarations: Declarations
) -> int | None:
    """Return which of its arguments a callback passes on to a function that it calls: the only one of that type."""
    names = [each.name for each in called.members]
    wanted = _led_to(called.declaration.parameters[names.index(member.name)].type, declarations)
    types = shape.type.parameters if shape.type is not None else ()
    found = [number for number, each in enumerate(types) if _led_to(each, declarations) == wanted]
    return found[0] if len(found) == 1 else None


def passed_on(shape: CallbackShape, boundary: Boundary) -> set[int]:
    """Return which of its arguments a callback may pass on to functions that it calls."""
    called = (boundary.functions[name] for name in shape.may_call)
    found = (
        own_argument(shape, each, own, boundary.declarations)
        for each in called
        if (own := each.callbacks_own) is not None
    )
    return {number for number in found if number is not None}


def _led_to(type_: Type, declarations: Declarations) -> Type | None:
    pointer = declarations.resolve(type_)
    return declarations.resolve(pointer.to) if isinstance(pointer, Pointer) else None


def _is_callable_within(function: BoundaryFunction, handle: str) -> bool:
    """Tell whether a function takes a handle of a kind, or a callback's own, and else whole numbers, texts and NULL."""
    theirs = [
        isinstance(each.shape, CallbacksOwnShape)
        or (isinstance(each.shape, HandleShape) and each.shape.handle == handle)
        for each in function.members
    ]
    others = [each.shape for each, its in zip(function.members, theirs, strict=True) if not its]
    few = len(theirs) <= MOST_GIVEN
    return any(theirs) and few and all(is_whole(one) or is_text(one) or _is_null(one) for one in others)


def _is_null(shape: object) -> bool:
    """Tell whether a shape is a pointer of which the contract says no more than that it may be NULL, which it is."""
    return isinstance(shape, OpaqueShape) and shape.said and shape.nullable is True


def is_text(shape: object) -> bool:
    """Tell whether a shape is a pointer to a text or to bytes that are only read, while the call lasts."""
    return (
        isinstance(shape, PointerShape)
        and shape.what in (What.STRING, What.BYTES)
        and shape.direction.read
        and not shape.direction.written
        and shape.element.size == 1
        and shape.lifetime in ("", "call")
        and not shape.handed
    )
