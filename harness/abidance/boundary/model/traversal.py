"""What shapes are made of: the one place that knows of each kind of shape what is inside it.

Whatever looks for something in a shape, counts or collects goes through here; only what does another thing with each
kind, such as to encode or to print it, tells the kinds apart itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape, HandedHandleShape
from abidance.boundary.model.facts import fact
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    ArrayShape,
    Direction,
    HandleShape,
    NumberHandle,
    ParameterWindow,
    PointerShape,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
    What,
    WithinShape,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.language.clauses import Name


def children(shape: Shape, *, behind: bool = True) -> tuple[Shape, ...]:
    """Return the shapes of a record's fields and an array's elements, and those `behind` a pointer."""
    match shape:
        case ScalarShape():
            return ()  # most are, and calls ask for them again and again
        case RecordShape():
            return tuple([member.shape for member in shape.members])
        case PointerShape():
            return (shape.element,) if behind else ()
        case TaggedPointerShape():
            return shape.each
        case ArrayShape():
            return (shape.of,)
    return ()


def root_of(path: str) -> str:
    """Return the parameter in which a path begins, such as ``items`` of ``items[2].name``."""
    return path.partition(".")[0].partition("[")[0]


def beside(path: str, name: str) -> str:
    """Return the path of what lies beside another: of a field of the same record, or of a parameter."""
    record, dot, _ = path.rpartition(".")
    return f"{record}{dot}{name}"


def walk(shape: Shape, *, behind: bool = True) -> list[Shape]:
    """Return a shape and all inside it, each before what is inside; without `behind`, only what lies in its memory."""
    found = [shape]
    for each in found:  # which grows meanwhile
        found += children(each, behind=behind)
    return found


def pointee(shape: Shape) -> Shape:
    """Return what a pointer points at, as expressions see it; any other shape itself."""
    return shape.seen.element if isinstance(shape, PointerShape) else shape


def element_of(shape: Shape) -> Shape | None:
    """Return what a pointer points at, as expressions see it, or what an array has as elements; None for others."""
    if isinstance(shape, PointerShape):
        return shape.seen.element
    return shape.of if isinstance(shape, ArrayShape) else None


def single(shape: Shape) -> Shape:
    """Return what a pointer to one object points at; any other shape itself."""
    return shape.element if isinstance(shape, PointerShape) and shape.what is What.ONE else shape


def place_passed(shape: Shape) -> WithinShape | None:
    """Return the place in other memory that a parameter passes, itself or behind a pointer; None for no such one."""
    inner = single(shape)
    behind = isinstance(shape, PointerShape) and not shape.direction.read
    return inner if isinstance(inner, WithinShape) and not behind else None


def innermost(shape: Shape) -> Shape:
    """Return the pointer that a pointer to one pointer leads to, and so on; any other shape itself."""
    while (inner := single(shape)) is not shape and isinstance(inner, AddressShape):
        shape = inner
    return shape


def with_record(shape: Shape, change: Callable[[RecordShape], RecordShape]) -> Shape:
    """Return a record, or a pointer to one, with that changed; any other shape itself."""
    if isinstance(shape, PointerShape) and shape.what is What.ONE:
        return replace(shape, element=with_record(shape.element, change))
    return change(shape) if isinstance(shape, RecordShape) else shape


def number_of(shape: Shape) -> ScalarShape | None:
    """Return the number that a shape is, or points at one of."""
    inner = single(shape)
    return inner if isinstance(inner, ScalarShape) else None


def whole_number_of(shape: Shape) -> ScalarShape | None:
    """Return the whole number that a shape is, or points at one of."""
    number = number_of(shape)
    return number if number is not None and number.kind != "float" else None


def elements_of(shape: Shape) -> ScalarShape | None:
    """Return what each element is of an array of numbers that a shape points at; None where it is none."""
    if not isinstance(shape, PointerShape) or shape.what not in (What.ARRAY, What.BYTES):
        return None
    return shape.element if isinstance(shape.element, ScalarShape) else None


def numbers_of(shape: Shape) -> ScalarShape | None:
    """Return what each element is of an array of whole numbers that a shape points at; None where it is none."""
    number = elements_of(shape)
    return number if number is not None and number.kind != "float" else None


def leads_to_number(shape: Shape) -> bool:
    """Tell whether a shape is a pointer to one whole number."""
    return isinstance(shape, PointerShape) and whole_number_of(shape) is not None


def number_left(shape: Shape) -> ScalarShape | None:
    """Return the number that a parameter leads to which is only written; None where it is no such parameter."""
    only_written = isinstance(shape, PointerShape) and shape.direction is Direction.OUT and not shape.handed
    return number_of(shape) if only_written else None


def record_of(shape: Shape) -> RecordShape | None:
    """Return the record that a shape is, or points at."""
    if isinstance(shape, HandedHandleShape):
        return shape.record
    inner = pointee(innermost(shape))
    return inner if isinstance(inner, RecordShape) else None


def is_plain(shape: Shape) -> bool:
    """Tell whether a shape is made of numbers alone, so that its value means the same in any process.

    A union is none: which of its members lives is for those to know who wrote it.
    """
    if isinstance(shape, RecordShape):
        return all(not each.within and is_plain(each.shape) for each in shape.members)
    return is_plain(shape.of) if isinstance(shape, ArrayShape) else isinstance(shape, ScalarShape)


def fields_of(shape: Shape) -> tuple[Member, ...]:
    """Return the fields of the record that a shape is, or points at."""
    inner = record_of(shape)
    return inner.members if inner is not None else ()


def along(
    members: tuple[Member, ...], path: Iterable[str], handles: Mapping[str, HandleLife] | None = None
) -> Iterator[Member]:
    """Yield the members that a path names, outermost first, as far as there are such.

    Through arrays it leads to what their elements are, and through `handles` to the records that callers allocate.
    """
    for name in path:
        member = next((each for each in members if each.name == name), None)
        if member is None:
            return
        yield member
        inner = member.shape
        while (element := element_of(inner)) is not None:
            inner = element
        if isinstance(inner, HandleShape) and handles is not None:
            members = fields_of(handles[inner.handle].record or inner)
        else:
            members = fields_of(inner)


def windows(members: Iterable[Member]) -> Iterator[tuple[Member, Member]]:
    """Yield the windows among the fields of a record, each with the field that counts what is left of it."""
    fields = {member.name: member for member in members}
    for member in fields.values():
        if isinstance(member.shape, PointerShape) and member.shape.window in fields:
            yield member, fields[member.shape.window]


def parameter_windows(members: Iterable[Member]) -> Iterator[ParameterWindow]:
    """Yield the windows that parameters lead to which something counts."""
    parameters = {member.name: member for member in members}
    for member in parameters.values():
        window = moved_behind(member.shape)
        if window is not None and (count := parameters.get(window.window)) is not None:
            number = number_of(count.shape)
            if number is not None:
                inside = replace(memory_of(member), offset=0)
                counted = replace(count, shape=number, offset=0)
                yield ParameterWindow(
                    f"*{member.name}", f"{member.name}[0]", member.name, count.name, inside, counted
                )
            continue
        record = single(member.shape)
        if record is member.shape or not isinstance(record, RecordShape):
            continue
        fields = {each.name: each for each in record.members}
        for field, counted in windows(record.members):
            assert isinstance(field.shape, PointerShape)
            path = f"{member.name}.{field.name}"
            position = fields.get(field.shape.position)
            yield ParameterWindow(f"*{path}", path, member.name, member.name, field, counted, position)


@fact
def windows_of(function: BoundaryFunction) -> tuple[ParameterWindow, ...]:
    """Return the windows that a function's parameters lead to which something counts."""
    return tuple(parameter_windows(function.members))


def pointer_behind(shape: Shape) -> PointerShape | None:
    """Return the pointer that a pointer leads to; None where there is none."""
    inner = single(shape)
    return inner if isinstance(inner, PointerShape) and inner is not shape else None


def read_behind(shape: Shape) -> PointerShape | None:
    """Return the text, bytes or numbers that a parameter is given a pointer to a pointer to; None for all else."""
    behind = pointer_behind(shape)
    if (
        behind is None
        or not isinstance(shape, PointerShape)
        or not (shape.direction.read and behind.direction.read)
    ):
        return None
    plain = behind.what in (What.STRING, What.BYTES) or isinstance(behind.element, ScalarShape)
    return behind if plain and behind.what is not What.ONE else None


def array_left(function: BoundaryFunction, name: str) -> PointerShape | None:
    """Return the array that a call leaves behind its result, or in an out parameter that points to a pointer to it."""
    shape: Shape | None = function.result.shape
    if name != RESULT_NAME:
        shape = next((pointer_behind(m.shape) for m in function.members if m.name == name), None)
    return shape if isinstance(shape, PointerShape) and shape.what is What.ARRAY else None


def array_filled(function: BoundaryFunction, name: str) -> PointerShape | None:
    """Return the array that a call fills: one of the caller's, or one that it leaves as `array_left` says."""
    own = next((m.shape for m in function.members if m.name == name), None)
    if isinstance(own, PointerShape) and own.what is What.ARRAY:
        return own
    return array_left(function, name)


@fact
def handle_arrays_left(function: BoundaryFunction) -> tuple[tuple[str, PointerShape, HandleShape], ...]:
    """Return the arrays of the library's own in which a call leaves handles, by result or out parameter."""
    found = []
    for name in (RESULT_NAME, *(member.name for member in function.members)):
        shape = array_left(function, name)
        element = handles_left_in(shape) if shape is not None else None
        if shape is not None and element is not None:
            found.append((name, shape, element))
    return tuple(found)


def moved_behind(shape: Shape) -> PointerShape | None:
    """Return the window that a parameter leads to, the pointer that the callee moves on; None where it is no such."""
    inner = pointer_behind(shape)
    return inner if inner is not None and inner.window else None


def memory_of(member: Member) -> Member:
    """Return a pointer to a pointer as if it were the memory that the second one leads to; any other as it is."""
    behind = pointer_behind(member.shape)
    if behind is None:
        return member
    assert isinstance(member.shape, PointerShape)
    nullable = behind.nullable if member.shape.nullable is False else member.shape.nullable
    return replace(member, shape=replace(behind, nullable=nullable))


def paths(members: tuple[Member, ...], prefix: str = "") -> list[tuple[str, Member]]:
    """Return every named member that can be reached by a dotted path, outermost first."""
    found: list[tuple[str, Member]] = []
    for member in members:
        path = f"{prefix}{member.name}"
        found.append((path, member))
        found.extend(paths(fields_of(member.shape), f"{path}."))
    return found


def callbacks_of(members: tuple[Member, ...]) -> list[tuple[str, CallbackShape]]:
    """Return the callbacks among what `paths` reaches, each with its path."""
    return [(path, each.shape) for path, each in paths(members) if isinstance(each.shape, CallbackShape)]


def generated_by(member: Member) -> Name | None:
    """Return what a strategy draws values of a parameter or field by: the project's own, or the form it has."""
    shape = member.shape
    if isinstance(shape, PointerShape) and shape.like is not None and shape.direction.read:
        return shape.like
    return strategy_of(member)


def strategy_of(member: Member) -> Name | None:
    """Return the project's own strategy for a parameter or field, which may be that of its type.

    What it does not draw is passed by nobody, though the contract may not say that it is invalid.
    """
    shape = member.shape
    if member.generate is None and (not isinstance(shape, PointerShape) or shape.direction.read):
        inner = single(shape)
        return inner.generate if isinstance(inner, ScalarShape | RecordShape) else None
    return member.generate


def calls_back(shape: Shape) -> bool:
    """Tell whether there is a callback in a shape, or in memory that it points at."""
    return any(isinstance(each, CallbackShape) for each in walk(shape))


def misaligned(shape: Shape) -> int:
    """Return how many pointers of a shape, and of memory that it points at, need not be aligned."""
    return sum(each.misaligned for each in walk(shape) if isinstance(each, PointerShape))


def writes(shape: Shape) -> bool:
    """Tell whether a shape in memory that is only read points at memory that is written."""
    return any(isinstance(each, PointerShape) and each.direction.written for each in walk(shape))


def handles_in(shape: Shape) -> tuple[HandleShape, ...]:
    """Return the handle that a parameter is given, or what the elements are of an array of handles."""
    if isinstance(shape, PointerShape) and shape.what is What.ARRAY:
        shape = shape.element
    return (shape,) if isinstance(shape, HandleShape) and not shape.made else ()


def handles_left_in(shape: Shape) -> HandleShape | None:
    """Return what the elements are of an array that a call leaves handles in; None of any other shape."""
    if (
        isinstance(shape, PointerShape)
        and shape.what is What.ARRAY
        and isinstance(shape.element, HandleShape)
    ):
        return shape.element if shape.element.made else None
    return None


def has_numbers_inside(function: BoundaryFunction) -> bool:
    """Tell whether handles that are numbers lie in records that a call is given, or leaves, or in arrays of arrays."""
    shapes = (function.result.shape, *(member.shape for member in function.members))
    whole = (s for s in shapes if not (isinstance(s, NumberHandle) or handles_in(s) or handles_left_in(s)))
    return any(isinstance(each, NumberHandle) for shape in whole for each in walk(shape))


def has_pointers(shape: Shape) -> bool:
    """Tell whether memory of a shape holds addresses or handles, which are others in another process."""
    return any(
        isinstance(each, AddressShape | HandleShape) and each.size for each in walk(shape, behind=False)
    )
