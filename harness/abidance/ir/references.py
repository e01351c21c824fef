"""Types that are a pointer to a `const` record by a name of their own: what they lead to is the library's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.traversal import unqualified
from abidance.ir.types import FunctionType, Pointer, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.ir.declarations import Declarations, Function
    from abidance.ir.types import Type


def named_references(declarations: Declarations, functions: Iterable[Function]) -> dict[str, str]:
    """Return the types that are a pointer to a `const` record by a name of their own, by the key of the record.

    Of those that the library hands out, returned or to a callback, and that functions never name otherwise, as
    `TidyNode` and `CFStringRef` are: no caller makes the record, whatever the header shows of it, and `const` says
    of no function that it only reads.
    """
    named: dict[str, set[str]] = {}
    handed_out: set[str] = set()
    for function in functions:
        for type_ in (function.returns, *(each.type for each in function.parameters)):
            target = _target(type_, declarations)
            called = declarations.resolve(target) if target is not None else None
            of_callback = called.parameters if isinstance(called, FunctionType) else ()
            for each in (type_, target, *of_callback):
                found = _reference(each, declarations)
                if found is not None:
                    named.setdefault(found[0], set()).add(found[1])
                    if each is function.returns or each in of_callback:
                        handed_out.add(found[0])
    return {key: name for key in handed_out for name in named[key] if name and len(named[key]) == 1}


def _reference(type_: Type | None, declarations: Declarations) -> tuple[str, str] | None:
    """Return the key of the record that a type points to, and its name where that is of a pointer to `const`."""
    target = _target(type_, declarations)
    record = declarations.resolve(target) if target is not None else None
    if type_ is None or target is None or not isinstance(record, RecordRef):
        return None
    named, hidden = unqualified(type_), declarations.is_const(target)
    return record.key, named.name if hidden and isinstance(named, TypedefRef) else ""


def _target(type_: Type | None, declarations: Declarations) -> Type | None:
    resolved = declarations.resolve(type_) if type_ is not None else None
    return resolved.to if isinstance(resolved, Pointer) else None
