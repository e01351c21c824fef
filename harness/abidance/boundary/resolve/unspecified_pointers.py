"""Pointers in records and callbacks that the contract leaves unspecified.

Sound code may dereference NULL, so an unspecified pointer makes the function uncallable: the contract is asked to
specify it, and what the language cannot express yet refuses the function by name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.resolve.freeing import freed_member
from abidance.boundary.resolve.nearest_clauses import SHIM
from abidance.core.catalogue import POINTER_UNSPECIFIED, TYPE_REFUSED
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.ir.types import Type

_SHOWN = 5
"""So many fields of one record are named."""
_CHARACTERS = ("char", "signed char", "unsigned char")


def unspecified(
    function: BoundaryFunction, problems: Problems, is_void: Callable[[Type], bool]
) -> Iterator[Diagnostic]:
    """Yield why no valid call of a function can be made; complain about what the contract could say."""
    for member in function.members:
        yield from _member(function, member.name, member, member, problems)
    # Only `void` is returned without a class: a type with one and without a shape has values nobody can read.
    returns = function.declaration.returns
    if isinstance(function.result.shape, s.NothingShape) and not is_void(returns):
        words = f"values of `{function.result.spelling}` are not known here"
        yield _refused(function, words, (Label(function.span), Label(function.declaration.span)), None)


def _member(
    function: BoundaryFunction, path: str, member: s.Member, parameter: s.Member, problems: Problems
) -> Iterator[Diagnostic]:
    yield from _shape(function, path, member.shape, member, parameter, problems)


def _shape(
    function: BoundaryFunction,
    path: str,
    shape: s.Shape,
    member: s.Member,
    parameter: s.Member,
    problems: Problems,
) -> Iterator[Diagnostic]:
    match shape:
        case s.NothingShape():
            words = f"values of the type of `{path}` are not known here"
            yield _refused(function, words, (Label(function.span), Label(member.declared)), None)
        case s.TaggedPointerShape(each=each):
            for target in each:
                yield from _shape(function, path, target, member, parameter, problems)
        case s.OpaqueShape(refused=Diagnostic() as why):
            yield replace(why, message=f"`{function.name}` cannot be called: {why.message}")
        case s.OpaqueShape(said=False) if member is parameter:
            if shape.calls:
                words = f"`{path}` is a function that the library calls back, and the contract does not describe it"
                remedy = (
                    f"say `{path}: {{callback: {{calls: 0.., returns: ..}}}}`; "
                    f"where NULL is valid, `{path}: {{nullable: true}}`"
                )
                yield _refused(function, words, (Label(function.span), Label(member.declared)), remedy)
        case s.OpaqueShape(said=False):
            problems.unspecified_fields(
                function.name,
                Diagnostic(
                    POINTER_UNSPECIFIED,
                    f"`{member.name}` is a `{shape.spelling}`, and the contract does not say what it points to",
                    (Label(parameter.promised, f"`{function.name}` reads `{path}`"), Label(member.declared)),
                    help=_advice(member, shape),
                ),
            )
        case s.PointerShape(what=s.What.ONE) if shape.direction.read and _pointers(shape.element):
            words = (
                f"`{path}` leads to a pointer that it reads, and a contract cannot say what that points to"
            )
            yield _refused(function, words, (Label(shape.span), Label(member.declared)), None)
        case s.PointerShape() if shape.direction.read:
            if shape.what is s.What.ARRAY and _pointers(shape.element):
                words, nearest = _elements(path, shape.element)
                yield _refused(function, words, (Label(shape.span), Label(member.declared)), nearest)
            else:
                yield from _shape(function, path, shape.element, member, parameter, problems)
        case s.ArrayShape(of=of) if _pointers(of):
            if not member.within and not (isinstance(member.shape, s.OpaqueShape) and member.shape.said):
                words, nearest = _elements(path, of)
                yield _refused(function, words, (Label(parameter.promised), Label(member.declared)), nearest)
        case s.ArrayShape(of=of):
            yield from _shape(function, path, of, member, parameter, problems)
        case s.RecordShape(members=members):
            silent = [each for each in members if _is_silent(each) and not each.name.startswith("_")]
            if len(silent) > 1:
                problems.unspecified_fields(function.name, _several(function, path, shape, silent, parameter))
            for field in members:
                if len(silent) < 2 or field not in silent:
                    yield from _member(function, f"{path}.{field.name}", field, parameter, problems)


def _is_silent(member: s.Member) -> bool:
    """Tell whether a field is a pointer of which a contract says nothing, and might."""
    shape = member.shape
    if not isinstance(shape, s.OpaqueShape) or shape.said or shape.refused is not None:
        return False
    return not shape.spelling.removesuffix("*").rstrip().endswith("*")


def _several(
    function: BoundaryFunction,
    path: str,
    record: s.RecordShape,
    silent: Sequence[s.Member],
    parameter: s.Member,
) -> Diagnostic:
    """Return one complaint about all such fields of a record."""
    names, more = [f"`{each.name}`" for each in silent[:_SHOWN]], len(silent) - _SHOWN
    last = f"{more} more" if more > 0 else names.pop()
    clauses = ", ".join(
        f"{each.name}: {{{_clause(each.shape)}}}"
        for each in silent[:_SHOWN]
        if isinstance(each.shape, s.OpaqueShape)
    )
    of = record.spelling.removeprefix("const ")
    return Diagnostic(
        POINTER_UNSPECIFIED,
        f"{', '.join(names)} and {last} of `{of}` are pointers, and the contract does not say what they point to",
        (
            Label(parameter.promised, f"`{function.name}` reads them in `{path}`"),
            *(
                Label(each.declared, f"a `{each.shape.spelling}`")
                for each in silent[:_SHOWN]
                if isinstance(each.shape, s.OpaqueShape)
            ),
        ),
        help=f"say it under `types`, such as `{of}: {{fields: {{{clauses}}}}}`, or `{{nullable: true}}` of those that "
        "may be NULL",
    )


def always_null(functions: Iterable[BoundaryFunction], freers: Collection[str] = ()) -> Iterator[str]:
    """Yield what is only ever called with NULL, because the contract says no more of a pointer than `nullable`.

    `freers` are the functions that are called with what others return or take over, to free it.
    """
    for function in functions:
        freed = freed_member(function, s.NothingShape()) if function.name in freers else None
        for member in function.members:
            if member is freed:
                continue
            promised = function.promise and function.promise.params.get(member.name)
            shape = member.shape
            if (
                promised
                and promised.nullable
                and isinstance(shape, s.OpaqueShape)
                and not shape.calls
                and not isinstance(shape, s.UserDataShape | s.OpaqueAddressShape)
            ):
                yield f"`{member.name}` of `{function.name}` other than NULL"


def _advice(member: s.Member, shape: s.OpaqueShape) -> str:
    """Return what a contract may say of a field of such a type."""
    name, target = member.name, shape.spelling.removesuffix("*").removeprefix("const ").strip()
    if name.startswith("_"):
        # C11 7.1.3: such names are the implementation's, which documents no values of them.
        return (
            "its name is the implementation's own, so no value of its record can be made up: make the record a handle, "
            "with the function that sets it up under `create`"
        )
    what = _clause(shape)
    if target.endswith("*"):
        return (
            f"the language has no clause for it: where NULL is valid, say `{name}: {{nullable: true}}` in `fields` "
            f"of its record, under `types`; else {SHIM}"
        )
    tagged = (
        f"; where a number beside it tells what it leads to, say of the record `variant: {{tag: NUMBER, pointer: {name}"
        ", members: {VALUE: TYPE}}`"
    )
    return (
        f"say it under `types`, in `fields` of its record, such as `{name}: {{{what}}}`, or "
        f"`{name}: {{nullable: true}}` where NULL is valid{tagged if target == 'void' else ''}"
    )


def _clause(shape: s.OpaqueShape) -> str:
    """Return what a field of such a type might say."""
    target = shape.spelling.removesuffix("*").removeprefix("const ").strip()
    if shape.calls:
        return "callback: {calls: 0..}"
    if target in _CHARACTERS:
        return "to: string"
    return "to: bytes, length: SIZE" if target == "void" else f"to: {target}"


def _elements(path: str, shape: s.Shape) -> tuple[str, str | None]:
    """Return why an array of pointers cannot be passed, and what comes nearest."""
    while isinstance(shape, s.ArrayShape):
        shape = shape.of
    if isinstance(shape, s.OpaqueShape) and shape.calls:
        return f"the elements of `{path}` are functions, and the language has no clause for them", SHIM
    return f"the elements of `{path}` are pointers, and a contract cannot say what they point to", None


def _pointers(shape: s.Shape) -> bool:
    while isinstance(shape, s.ArrayShape):
        shape = shape.of
    return isinstance(shape, s.OpaqueShape) and not shape.said


def _refused(
    function: BoundaryFunction, words: str, labels: tuple[Label, ...], remedy: str | None
) -> Diagnostic:
    return Diagnostic(TYPE_REFUSED, f"`{function.name}` cannot be called: {words}", labels, help=remedy)
