"""What a contract cannot say of functions and types, and what comes nearest: a clause, or else a function of C.

Such a function takes what a contract can describe and makes the call. It is compiled into the library or into one
beside it, and has a contract of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.binding.value_passing import is_va_list
from abidance.ir import types as c
from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.binding.value_passing import PassingRefusal
    from abidance.ir.declarations import Declarations, Function, Record

SHIM = "a function of C around it, whose parameters a contract can describe, comes nearest"


def remedy_for(function: Function, refusal: PassingRefusal, declarations: Declarations) -> str | None:
    """Return what comes nearest to a function that cannot be called for what it takes or returns."""
    *fixed, last = function.parameters or (None,)
    if function.variadic or (last is not None and is_va_list(last.type, declarations)):
        kept = function.parameters if function.variadic else tuple(fixed)
        named = [
            spell(each.type, each.name or f"arg{n}", declarations) for n, each in enumerate(kept, 1) if each
        ]
        called = f"{function.name}({', '.join((*named, 'int value'))})"
        prototype = spell(function.returns, called, declarations)
        return f"name the arguments of one call, such as `prototype: {prototype}`"
    if refusal.reason == "the type is incomplete":
        return f"include the header that has the members of `{refusal.subject}`, without which C cannot call it either"
    return f"the language has no clause for it: {SHIM}"


def never_returns(function: Function) -> bool:
    """Tell whether the header says that a call does not come back."""
    return not {"noreturn", "_Noreturn"}.isdisjoint(each.name for each in function.attributes)


def why_no_callback(
    function: c.FunctionType, declarations: Declarations, refused: Callable[[c.Type], PassingRefusal | None]
) -> tuple[str, str] | None:
    """Return why no callback of a type can be made, and what comes nearest."""
    if not function.prototype:
        return "an old-style declaration does not give its parameters", "declare its parameters in the header"
    for type_ in (function.returns, *function.parameters):
        if is_va_list(type_, declarations) and type_ is not function.returns:
            continue  # `printf` makes a text of it; else it is not looked at
        found = refused(type_)
        if found is not None:
            return f"`{found.subject}`: {found.reason}", f"the language has no clause for it: {SHIM}"
    return None


def is_function(type_: c.Type, declarations: Declarations) -> bool:
    """Tell whether a type is that of a pointer to a function, or of a function."""
    resolved = declarations.resolve(type_)
    target = declarations.resolve(resolved.to) if isinstance(resolved, c.Pointer) else resolved
    return isinstance(target, c.FunctionType)


def is_private(record: Record | None) -> bool:
    """Tell whether all members are the implementation's own: their names begin with `_` (C11 7.1.3)."""
    names = [field.name for field in record.fields or ()] if record is not None else []
    return bool(names) and all(name.startswith("_") for name in names)
