"""How a function or type is bound: by ctypes, as raw bytes, through a call stub, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from abidance.binding.value_passing import Passing, PassingRefusal, passing
from abidance.ir.types import RecordRef
from abidance.plan.signature import CallSignature

if TYPE_CHECKING:
    from abidance.ir.declarations import Declarations, Function
    from abidance.ir.layout import Layouts
    from abidance.ir.types import Type


class BindingKind(StrEnum):
    """How a type or a function is bound."""

    CTYPES = "ctypes"
    """As ctypes has it; its layout was compared with the compiler's."""
    RAW = "raw"
    """A record as bytes with typed accessors; by value it goes through a stub, or not at all."""
    STUB = "stub"
    """Through generated C, compiled with the project's own compiler and header."""
    REFUSED = "refused"
    """Not at all."""


@dataclass(frozen=True, slots=True)
class Binding:
    """How something is bound, and why it is no more than that; `reason` is empty for `BindingKind.CTYPES`."""

    kind: BindingKind
    reason: str = ""


def how(type_: Type, declarations: Declarations, layouts: Layouts) -> Binding:
    """Return how a value of this type is bound."""
    found = passing(type_, declarations, layouts)
    resolved = declarations.resolve(type_)
    if isinstance(found, PassingRefusal):
        # Where all its fields are is known of a record that cannot go by value.
        if isinstance(resolved, RecordRef) and resolved.key in layouts.records:
            return Binding(BindingKind.RAW, f"by pointer only, {found.reason}")
        return Binding(BindingKind.REFUSED, found.reason)
    if not found.why:
        return Binding(BindingKind.CTYPES)
    return Binding(BindingKind.RAW if isinstance(resolved, RecordRef) else BindingKind.STUB, found.why)


def how_called(function: Function, declarations: Declarations, layouts: Layouts) -> Binding:
    """Return how the function is called, as the header alone declares it."""
    made = signature_of(function, declarations, layouts)
    if isinstance(made, tuple):
        return Binding(BindingKind.REFUSED, made[1].reason)
    if not made.stub:
        return Binding(BindingKind.CTYPES)
    return Binding(BindingKind.STUB, why_stubbed(function, declarations, layouts))


def why_stubbed(
    function: Function,
    declarations: Declarations,
    layouts: Layouts,
    ending: VariablePart | None = None,
    *,
    is_macro: bool = False,
) -> str:
    """Return why a function that is called through a stub is; a macro has no other way to be called."""
    if is_macro:
        return "it is a macro"
    if function.inline:
        return "its body is in the header"
    types = (function.returns, *(parameter.type for parameter in function.parameters))
    whys = (passing(each, declarations, layouts) for each in types)
    why = next((each.why for each in whys if isinstance(each, Passing) and each.why), "")
    if why:
        return why if why.startswith("`") else f"{why} by value"
    assert ending is not None
    return "a `va_list`" if ending.listed else "variable arguments"


@dataclass(frozen=True, slots=True)
class VariablePart:
    """How a call goes on after the parameters that the header names: the contract's `prototype` says it.

    The first `fixed` parameters are the header's; the others are variable arguments, which go in a
    ``va_list`` of their own where `listed` is true.
    """

    fixed: int
    listed: bool = False


def signature_of(
    function: Function,
    declarations: Declarations,
    layouts: Layouts,
    *,
    ending: VariablePart | None = None,
) -> CallSignature | tuple[int | None, PassingRefusal]:
    """Return how the function is called, or the parameter's index (None: the result) that cannot be passed.

    With an `ending`, `function.parameters` are those of one call of a variadic function.
    """
    if function.variadic and ending is None:
        words = "a variadic function is called with what a contract's `prototype` names"
        return None, PassingRefusal(f"{function.name}(...)", words)
    types = (function.returns, *(parameter.type for parameter in function.parameters))
    found = [passing(each, declarations, layouts) for each in types]
    for index, each in enumerate(found):
        if isinstance(each, PassingRefusal):
            return index - 1 if index else None, each
    passed = [each for each in found if isinstance(each, Passing)]
    returns, *parameters = (each.class_ for each in passed)
    through = function.inline or ending is not None or any(each.why for each in passed)
    return CallSignature(tuple(parameters), returns, function.name if through else "", function.inline)
