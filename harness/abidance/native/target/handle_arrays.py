"""Compiles handles in arrays: those that a call is given there, and those that it has left there.

Each place of an array has a handle of its own, which is none where the array is shorter: so all that is kept account of
is as of several parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by, place_in_array
from abidance.boundary.model.traversal import handle_arrays_left, handles_left_in
from abidance.boundary.model.types import (
    RESULT_NAME,
    Direction,
    HandleShape,
    NumberHandle,
    PointerShape,
    What,
)
from abidance.contract.expression import Expression
from abidance.native.target.after_call import when_left
from abidance.native.target.c_text import ending, load, point, store
from abidance.native.target.domains import in_ranges
from abidance.native.target.handle_drawing import HandleDrawing
from abidance.native.target.input_format import MOST_IN_ARRAY, HandleChoice, HandleElements
from abidance.native.target.memory_drawing import Pointee
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Length, Path
    from abidance.native.target.scope import PlanScope


def is_given_handles(shape: object) -> bool:
    """Tell whether a shape is that of an array in which a call is given handles."""
    if not isinstance(shape, PointerShape) or shape.what is not What.ARRAY:
        return False
    return isinstance(shape.element, HandleShape) and not shape.element.made


def plan_handles(
    boundary: Boundary, path: Path, shape: PointerShape, length: Length, scope: PlanScope
) -> HandleElements:
    """Return the step of an array in which a call is given handles. Raises NotCompiledError."""
    element, name = shape.element, str(path[-1])
    assert isinstance(element, HandleShape)
    if len(path) > 1 or scope.guards:
        raise NotCompiledError(f"`{name}` has handles, and lies in a record")
    if shape.direction is not Direction.IN or shape.handed or shape.capacity is not None:
        raise NotCompiledError(f"`{name}` has handles, and is changed or taken over by the call")
    if boundary.handles[element.handle].record is not None or element.level != 1:
        raise NotCompiledError(f"`{name}` has handles that the caller allocates")
    if element.created_with or element.nullable not in (True, False):
        raise NotCompiledError(f"what is said of each handle in `{name}` is known to `run`")
    if isinstance(length.exactly, Expression):
        raise NotCompiledError(f"how many handles there are in `{name}` is worked out")
    exactly = length.exactly or 0
    if max(exactly, length.least) > MOST_IN_ARRAY:
        raise NotCompiledError(f"`{name}` has more than {MOST_IN_ARRAY} handles")
    return HandleElements(path, shape, length)


@dataclass(frozen=True, slots=True)
class HandleArrayDrawing:
    """The handles in the arrays that one call is given, while it is compiled."""

    drawer: ArgumentDrawer

    def take(self, step: HandleElements) -> None:
        """Take each of the handles that there are, and put them side by side."""
        drawer, shape, length, out = self.drawer, step.shape, step.length, self.drawer.out
        element, name = shape.element, str(step.path[0])
        assert isinstance(element, HandleShape)
        slot, count = drawer.slot(step.path), out.fresh("n")
        if length.like is not None:
            told = drawer.places.slots[length.like].had
        elif length.exactly is not None:
            told = str(length.exactly)
        else:
            told = f"abidance_count(abidance_byte(), {length.least}, {step.most}, 1, 0)"
        out(f"size_t {count} = {told};")
        out(f"if ({count} > {step.most}) goto unlawful;")
        drawer.memory.tell(length, count)
        idents = []
        for number in range(step.most):
            ident, there = out.fresh("handle"), f"{count} > {number}"
            if element.nullable:
                there += " && !abidance_null_wished()"
            choice = HandleChoice((f"{name}[{number}]",), element)
            HandleDrawing(drawer).one_of_several(choice, name, ident, there)
            idents.append(ident)
        size = f"({count} + {int(shape.ended_by is not None)}) * {element.size}"
        drawer.memory.block(step.path, shape, size, max(element.align, shape.align_to))
        for number, ident in enumerate(idents):
            at = f"({slot.block} + {number * element.size})"
            value = f"({ident} ? abidance_find((unsigned){ident})->at : NULL)"
            put = point(at, value)
            if isinstance(element, NumberHandle):
                put = store(element.number, at, f"(uintptr_t){value}")
            out(f"if ({count} > {number}) {put}")
        if shape.ended_by is not None:
            drawer.memory.end(shape, slot.block, count)
        slot.count = slot.had = slot.room = count
        drawer.pointees.append(Pointee(step.path, shape, size))
        drawer.handle_arrays[step.path] = tuple(idents)

    def refuse_null(self) -> None:
        """Give the call up where an array is NULL that handles were put into."""
        for path in self.drawer.handle_arrays:
            slot = self.drawer.places.slots[path]
            if slot.null:
                self.drawer.out(f"if ({slot.null} && {slot.count}) goto unlawful;")


@dataclass(frozen=True, slots=True)
class ArrayLeft:
    """An array in which a call has left handles: where it is in C, and how many there are, once it is known."""

    name: str
    shape: HandleShape
    places: int
    at: str
    count: str

    def paths(self) -> Iterator[tuple[str, str]]:
        """Yield the path of each place, and where it is in C."""
        for number in range(self.places):
            yield f"{self.name}[{number}]", f"({self.at} + {number * self.shape.size})"


def refuse_arrays_left(function: BoundaryFunction) -> None:
    """Raise NotCompiledError for handles that a call leaves in an array, and that only `run` keeps account of."""
    for name, _, element in handle_arrays_left(function):
        if element.lifetime == name:
            raise NotCompiledError(f"handles that last as long as the array `{name}` that has them")
    for name, element in (*_in_callers(function), *((n, e) for n, _, e in handle_arrays_left(function))):
        if (
            element.created_with
            or (element.owner and not element.borrowed)
            or element.nullable not in (True, False)
        ):
            raise NotCompiledError(f"what is said of each handle left in `{name}` is known to `run`")


def _in_callers(function: BoundaryFunction) -> Iterator[tuple[str, HandleShape]]:
    for member in function.members:
        element = handles_left_in(member.shape)
        if element is not None:
            yield member.name, element


def arrays_left(call: AfterCall) -> tuple[ArrayLeft, ...]:
    """Return the arrays in which a call has left handles; what it has left in its own is copied, which is freed."""
    function, out, found = call.function, call.out, []
    most: dict[str, int] = {}
    for path, _ in left_by(function):
        name, number = place_in_array(path)
        most[name] = max(most.get(name, 0), number + 1) if "[" in path else 0
    for name, element in _in_callers(function):
        slot = call.places.slots[name,]
        there = f"{when_left(function, name)}{f' && !{slot.null}' if slot.null else ''}"
        count = out.fresh("left")
        out(f"size_t {count} = {there} ? (size_t)({slot.count}) : 0; (void){count};")
        found.append(ArrayLeft(name, element, most.get(name, 0), slot.block, count))
    for name, shape, element in handle_arrays_left(function):
        at, length = _librarys(call, name, shape)
        count, copied = out.fresh("left"), out.fresh("array")
        out(f"size_t {count} = (size_t)({length}); unsigned char *{copied} = {at};")
        out(f"if (!abidance_all_readable({copied}, {count}, 8)) {count} = 0;")
        out(f"if (!{count} || !({copied} = abidance_copy({copied}, {count} * 8))) {count} = 0;")
        places = most.get(name, 0)
        found.append(ArrayLeft(name, element, places, copied, count))
        if not element.borrowed:  # those that nobody is given are destroyed by nobody
            out(f"if ({count} > {places}) abidance_unowned = 1;")
    return tuple(found)


def _librarys(call: AfterCall, name: str, shape: PointerShape) -> tuple[str, str]:
    """Return where an array of the library's is, and how many handles there are in it, in C."""
    if name == RESULT_NAME:
        count = call.returned_elements
        if not count:
            raise NotCompiledError("how many handles it returns is asked by `run`")
        return "returned", f"(returned && {call.answers()} && {count} > 0 ? {count} : 0)"
    slot = call.places.slots[name,]
    at = f"ABIDANCE_LOAD(unsigned char *, {slot.block})"
    there = f"{when_left(call.function, name)} && {f'!{slot.null} && ' if slot.null else ''}"
    there += f"!abidance_filled({slot.block}, 8) && {at}"
    if shape.ended_by is not None:
        count = f"abidance_up_to_end({at}, {ending(shape.ended_by)})"
        ended = call.out.fresh("ended")
        call.out(f"ptrdiff_t {ended} = {there} ? {count} : 0;")
        return f"({there} ? {at} : NULL)", f"({ended} > 0 ? {ended} : 0)"
    if not slot.behind:
        raise NotCompiledError(f"how many handles are left in `{name}` is asked by `run`")
    return f"({there} ? {at} : NULL)", f"({there} && {slot.behind} > 0 ? {slot.behind} : 0)"


def is_none(shape: HandleShape, at: str) -> str:
    """Return the condition that there is no handle at a place in memory."""
    if not isinstance(shape, NumberHandle):
        return f"ABIDANCE_LOAD(void *, {at}) == NULL"
    return f"!({in_ranges(load(shape.number, at), shape.valid.each)})" if shape.invalid else "0"


def judge_arrays_left(call: AfterCall, arrays: tuple[ArrayLeft, ...]) -> None:
    """Compile that what a call says it has left in an array are handles, and no new one is there twice (ABD322)."""
    for each in arrays:
        out, shape, size = call.out, each.shape, each.shape.size
        none, again, one, other = (out.fresh(stem) for stem in ("none", "again", "i", "j"))
        out(f"int {none} = 0, {again} = 0; (void){none}, (void){again};")
        with out.block(f"for (size_t {one} = 0; {one} < {each.count}; {one}++)"):
            at = f"({each.at} + {one} * {size})"
            out(f"if ({is_none(shape, at)}) {{ {none} = 1; continue; }}")
            if not shape.may_be_another:
                earlier = f"({each.at} + {other} * {size})"
                out(f"for (size_t {other} = 0; {other} < {one}; {other}++)")
                out(f"    {again} |= !memcmp({at}, {earlier}, {size});")
        if shape.nullable is False:
            call.report(none, "ABD322", each.name)
        call.report(again, "ABD322", each.name)
