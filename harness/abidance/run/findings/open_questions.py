"""Clauses that a contract lacks, so that a check had nothing to judge, of functions that were called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.binding.value_passing import is_va_list
from abidance.boundary.encode.lengths_left import is_worked_out
from abidance.boundary.encode.result_reads import is_followed, left_in
from abidance.boundary.model.callbacks import CallbackShape, HandedHandleShape
from abidance.boundary.model.traversal import callbacks_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    ArrayShape,
    Direction,
    HandleShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.resolve.calls_within import passed_on
from abidance.boundary.resolve.nearest_clauses import is_function
from abidance.boundary.values.inner_pointers import BEHIND, EACH, pointers_in
from abidance.contract.expression import spelling
from abidance.generate.hints import Hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member, Shape
    from abidance.generate.hints import Bounds

FEW = 3


def unasked(boundary: Boundary, called: Iterable[str]) -> Iterator[str]:
    """Yield what is not judged of functions that were called, each kind of gap once for all that have it."""
    functions = [boundary.functions[name] for name in called if name in boundary.functions]
    yield from _strangers(boundary, functions)
    yield from _behind_results(boundary, functions)
    yield from _behind_callbacks(boundary, functions)
    yield from _handed_handles(functions)
    for function in functions:
        yield from _lengths(boundary, function)
        yield from _behind_fields(function)


def _strangers(boundary: Boundary, functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield the enums of which functions are given the enumerators alone, because nobody says what else is valid."""
    takes: dict[str, dict[str, None]] = {}
    for function in functions:
        hints = Hints.of(boundary, function)
        for path, enum in _enums(boundary, function.members, ""):
            if _has_strangers(enum, hints.bounds(path)):
                name = enum.spelling.removeprefix("const ")  # by which `types` knows it
                takes.setdefault(name, {})[function.name] = None
    for enum_, names in takes.items():
        yield (
            f"values of `{enum_}` other than its enumerators, for {_listed([*names])}; say "
            f"`types: {{{enum_}: {{enum: closed}}}}`, or `open`"
        )


def _has_strangers(enum: ScalarShape, bounds: Bounds) -> bool:
    """Tell whether the preconditions leave an enum other values than its enumerators."""
    if bounds.members is not None:
        return not bounds.members <= {*enum.members}
    low, high = bounds.narrow(int(enum.lowest), int(enum.highest))
    return high - low >= len(enum.members) or any(value not in enum.members for value in range(low, high + 1))


def _enums(boundary: Boundary, members: Iterable[Member], prefix: str) -> Iterator[tuple[str, ScalarShape]]:
    """Yield the enums that a caller gives, each with its path, of whose other values the contract says nothing."""
    for member in members:
        if member.generate is None:
            yield from _inside(boundary, member.shape, f"{prefix}{member.name}")


def _inside(boundary: Boundary, shape: Shape, path: str) -> Iterator[tuple[str, ScalarShape]]:
    match shape:
        case ScalarShape(kind="enum") if not (shape.closed or shape.open or shape.generate):
            yield path, shape
        case CallbackShape(result=result):
            yield from _inside(boundary, result, f"{path}.result")
        case PointerShape() if shape.direction.read:
            yield from _inside(boundary, shape.element, path)
        case ArrayShape(of=of):
            yield from _inside(boundary, of, f"{path}[]")
        case RecordShape(members=members) if shape.generate is None:
            yield from _enums(boundary, members, f"{path}.")
        case HandleShape(handle=handle):
            shown = boundary.handles[handle].shown
            yield from _enums(boundary, shown.members if shown is not None else (), f"{path}.")


def _behind_results(boundary: Boundary, functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield the functions whose result is a pointer of which the contract does not say what it points to."""
    data: list[str] = []
    code: list[str] = []
    for function in functions:
        shape = function.result.shape
        if isinstance(shape, OpaqueShape) and not shape.said:
            found = is_function(function.declaration.returns, boundary.declarations)
            (code if found else data).append(function.name)
    if data:
        yield f"what the result of {_listed(data)} points at; say `returns: {{to: ...}}`"
    if code:
        yield f"the function that {_listed(code)} returns, for which the language has no clause: nothing calls it"


def _behind_callbacks(boundary: Boundary, functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield the pointers that callbacks are given, and of which the contract does not say what they point to."""
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for function in functions:
        for path, callback in callbacks_of(function.members):
            found: list[str] = []
            assert callback.type is not None
            lists = [is_va_list(each, boundary.declarations) for each in callback.type.parameters]
            known = {callback.given_back, callback.frees, *passed_on(callback, boundary)}
            for index, member in enumerate(callback.members):
                if index not in known and not lists[index]:
                    found += _open(member.name, member, ())
            listed = [
                f"`{each.name}`" for each, is_list in zip(callback.members, lists, strict=True) if is_list
            ]
            if callback.printf is None and (listed or callback.type.variadic):
                yield (
                    f"{''.join(listed) or '`...`'} of `{path}` of `{function.name}`: say `printf: true` of the format "
                    "that tells what is given there, if one does"
                )
            if found:
                alike.setdefault(tuple(found), []).append((path, function.name))
    for names, places in alike.items():
        paths, takers = [path for path, _ in places], [*dict.fromkeys(taker for _, taker in places)]
        of = (
            f"{_listed(paths)} of `{takers[0]}`"
            if len(takers) == 1
            else f"the callbacks of {_listed(takers)}"
        )
        yield (
            f"what {_listed([*names])} of {of} {'points' if len(names) == len(places) == 1 else 'point'} at; "
            "say `to: ...`, or `nullable: true` if it may be NULL"
        )


def _lengths(boundary: Boundary, function: BoundaryFunction) -> Iterator[str]:
    """Yield what is left behind a pointer and not looked at, as nothing works out how much that is."""
    told = {each.path for each in function.asks}
    behind = [
        (f"{member.name}{BEHIND}", member.shape.element)
        for member in function.members
        if isinstance(member.shape, PointerShape) and member.shape.direction is Direction.OUT
    ]
    for path, shape in ((RESULT_NAME, function.result.shape), *behind):
        if not isinstance(shape, PointerShape) or shape.length is None or path in told:
            continue
        if shape.capacity is None and not is_worked_out(function, shape.length, boundary.constants):
            what = "the result" if path == RESULT_NAME else f"`*{path.removesuffix(BEHIND)}`"
            yield (
                f"what {what} of `{function.name}` points at: `{shape.length.text}` is no sum of products of numbers "
                "that the call leaves"
            )


def _behind_fields(function: BoundaryFunction) -> Iterator[str]:
    """Yield the pointers in records which a call leaves behind, of which the contract says more than is looked at."""
    found = []
    for member in function.members:
        shape = member.shape
        # What the caller has put there is looked at where it lies; so is all that follows by itself.
        if isinstance(shape, PointerShape) and shape.direction is Direction.OUT:
            found += [
                each.path for each in left_in(member) if each.shape.capacity is None and not is_followed(each)
            ]
            if shape.what is What.ARRAY:
                inside = pointers_in(shape.element, f"{member.name}{EACH}")
                found += [each.path for each in inside if not is_followed(each)]
    if found:
        yield f"what {_listed(found)} of `{function.name}` {'points' if len(found) == 1 else 'point'} at"


def _handed_handles(functions: Iterable[BoundaryFunction]) -> Iterator[str]:
    """Yield the handles in memory of the library's that callbacks are given where no promise says which they are."""
    places: dict[str, dict[str, None]] = {}
    for function in functions:
        for path, callback in callbacks_of(function.members):
            for member in callback.members:
                if not isinstance(member.shape, HandedHandleShape) or member.shape.record is not None:
                    continue
                name = spelling(member.name)
                told = any(name in each.names for each in callback.ensures)
                if not told and not any(
                    ".calls" in each.text and f".{name}" in each.text for each in function.ensures
                ):
                    places.setdefault(member.shape.handle, {})[f"{path}.{member.name}"] = None
    for handle, paths in places.items():
        yield (
            f"whether the `{handle}` is there that callbacks are given, {_listed([*paths])}: nobody looks at one in "
            "memory of the library's; where it is that of the call, `ensures` can say so"
        )


def _open(path: str, member: Member, around: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of pointers without a clause in what a callback is given."""
    match member.shape:
        case OpaqueShape(said=False) if not isinstance(member.shape, CallbackShape):
            yield path
        case PointerShape(element=RecordShape() as record) if record.spelling not in around:
            for inner in record.members:
                yield from _open(f"{path}.{inner.name}", inner, (*around, record.spelling))
        case RecordShape() as record:
            for inner in record.members:
                yield from _open(f"{path}.{inner.name}", inner, around)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:FEW])
    return f"{shown} and {len(names) - FEW} more" if len(names) > FEW else shown
